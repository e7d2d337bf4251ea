"""What tagging costs and how right it is: `python -m bench tagging`.

CPU per article of about 3,000 characters, beside a bare Aho-Corasick scan of the same terms over the same text, for the
shipped taxonomy and for one ten times as large; then F1 on the labelled texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median

from ahocorasick_rs import AhoCorasick

from topics.normalise import fold_term
from topics.scoring import Labelled, read, score
from topics.tagger import Tagger
from topics.taxonomy import Taxonomy, load

ROOT = Path(__file__).resolve().parent.parent
LENGTH = 3000
ROUNDS = 7
PLAIN = {
    "en": "The town council met on Tuesday to talk about the bridge. Trade in the harbour has doubled since spring. ",
    "zh": "市政府周二开会讨论新桥的建设方案。港口贸易额自春季以来翻了一番。",
    "ru": "Городской совет обсудил во вторник проект нового моста. Торговля в порту с весны удвоилась. ",
    "ko": "시의회는 화요일 새 다리 건설 방안을 논의했다. 항구의 교역은 봄 이후 두 배로 늘었다. ",
}


def cpu(work: Callable[[], object], times: int) -> float:
    """Median microseconds of CPU for one run of `work`."""
    spent = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            work()
        spent.append((time.process_time() - start) / times)
    return median(spent) * 1e6


def articles(labelled: Sequence[Labelled]) -> dict[str, list[str]]:
    """Texts of about 3,000 characters by language: on the subject (labelled texts end to end) and off it."""
    made = {}
    for language, plain in PLAIN.items():
        related = " ".join(f"{one.title}. {one.text}" for one in labelled if one.lang == language and one.topics)
        made[f"{language} on topic"] = [(related * 20)[:LENGTH]]
        made[f"{language} mixed"] = [(related[: LENGTH // 5] + plain * 100)[:LENGTH]]
        made[f"{language} unrelated"] = [(plain * 100)[:LENGTH]]
    return made


def tenfold(taxonomy: Taxonomy) -> Taxonomy:
    """A taxonomy of ten subjects: this one, and nine of the same size that share words with it but never fire."""
    terms, topics, concepts = list(taxonomy.terms), list(taxonomy.topics), list(taxonomy.concepts)
    for copy in range(1, 10):

        def other(names: tuple[str, ...], copy: int = copy) -> tuple[str, ...]:
            return tuple(f"{name}-{copy}" for name in names)

        concepts += other(taxonomy.concepts)
        for term in taxonomy.terms:
            if not term.hides:
                text = f"{term.text.strip('*=^')} q{copy}z"
                terms.append(replace(term, text=text, concepts=other(term.concepts), beside=other(term.beside)))
        for topic in taxonomy.topics:
            rules = tuple(
                replace(
                    rule,
                    slots=tuple(map(other, rule.slots)),
                    near=tuple(map(other, rule.near)),
                    needs=tuple(map(other, rule.needs)),
                    none=other(rule.none),
                )
                for rule in topic.rules
            )
            topics.append(replace(topic, slug=f"{topic.slug}-{copy}", rules=rules, exclude=()))
    return replace(taxonomy, terms=tuple(terms), topics=tuple(topics), concepts=tuple(concepts))


def _scan(automaton: AhoCorasick, text: str) -> object:
    return automaton.find_matches_as_indexes(text.lower(), overlapping=True)


def main() -> None:
    """Print both tables."""
    taxonomy = load(ROOT / "topics" / "korea.toml")
    folder = ROOT / "tests" / "topics" / "labelled"
    sets = {path.stem: read(path.read_text(encoding="utf-8").splitlines()) for path in sorted(folder.glob("*.jsonl"))}
    tagger, large = Tagger(taxonomy), Tagger(tenfold(taxonomy))
    bare = AhoCorasick(sorted({fold_term(term.text.split("*")[0]) for term in taxonomy.terms} - {""}))
    print(f"{len(taxonomy.terms):,} terms; us of CPU per article of {LENGTH:,} characters")
    print(f"{'':16}{'bare scan':>10}{'tagger':>10}{'ratio':>8}{'tenfold':>10}")
    for name, texts in articles([one for labelled in sets.values() for one in labelled]).items():
        text = texts[0]
        scan = cpu(partial(_scan, bare, text), 50)
        ours, theirs = cpu(partial(tagger.tag, "", text), 20), cpu(partial(large.tag, "", text), 20)
        print(f"{name:16}{scan:10.0f}{ours:10.0f}{ours / scan:8.1f}{theirs:10.0f}")
    heads = "".join(f"{head:>7}" for head in ("texts", "P", "R", "F1", "macro", "AP>=1", "AP=2"))
    print(f"\n{'labelled set':16}{heads}{'off-topic tagged':>18}")
    for name, labelled in sets.items():
        found = score(tagger, labelled)
        print(
            f"{name:16}{len(labelled):7}{found.all.precision:7.3f}{found.all.recall:7.3f}{found.all.f1:7.3f}"
            f"{found.macro_f1:7.3f}{found.average_precision(1):7.3f}{found.average_precision(2):7.3f}"
            f"{len(found.unrelated_tagged):>12} of {found.unrelated}"
        )
