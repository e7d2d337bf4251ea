"""What tagging costs and how right it is: `python -m bench tagging`.

CPU per article of 3 kB, beside a bare Aho-Corasick scan of the same terms over the same text, for the shipped taxonomy
and for one ten times as large: of texts made for it (those on topic say something in every sentence, as no article
does) and of real ones. Then F1 on the labelled texts: set (a), written for the purpose, and set (b), real news, of
which only ids and labels are kept here (bench/labels) and the texts are looked up in WIREWATCH_BENCH_DATA.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from ahocorasick_rs import AhoCorasick

from bench import _data
from topics.normalise import fold_term
from topics.scoring import Labelled, Scores, read, score
from topics.tagger import Tagger
from topics.taxonomy import Taxonomy, load

ROOT = Path(__file__).resolve().parent.parent
SIZE = 3000
ROUNDS = 7
REAL = 200
"""Real articles of a kind."""
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
    """Texts of 3 kB by language: on the subject (labelled texts end to end), partly, and off it."""
    made = {}
    for language, plain in PLAIN.items():
        related = " ".join(f"{one.title}. {one.text}" for one in labelled if _like(one.lang, language) and one.topics)
        pieces = [_cut(related[start:]) for start in range(0, 4 * SIZE, SIZE) if len(related[start:]) > SIZE // 2]
        made[f"{language} on topic"] = pieces
        made[f"{language} mixed"] = [_cut(piece[: len(piece) // 5] + plain * 100) for piece in pieces]
        made[f"{language} unrelated"] = [_cut(plain * 100)]
    return made


def _like(written: str, language: str) -> bool:
    return written.split("-", maxsplit=1)[0] == language


def _cut(text: str) -> str:
    return text.encode()[:SIZE].decode(errors="ignore")


def tenfold(taxonomy: Taxonomy) -> Taxonomy:
    """A taxonomy of ten subjects: this one, and nine of the same size that share words with it but never fire."""
    terms, topics, concepts = list(taxonomy.terms), list(taxonomy.topics), list(taxonomy.concepts)
    odds = list(taxonomy.odds)
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
        for one in taxonomy.odds:
            tables = {where: {f"{name}-{copy}": w for name, w in table.items()} for where, table in one.tables.items()}
            odds.append(replace(one, topic=f"{one.topic}-{copy}", **tables))
    return replace(taxonomy, terms=tuple(terms), topics=tuple(topics), concepts=tuple(concepts), odds=tuple(odds))


def _scan(automaton: AhoCorasick, text: str) -> object:
    return automaton.find_matches_as_indexes(text.lower(), overlapping=True)


def joined(data: Path) -> dict[str, list[Labelled]]:
    """Set (b) by half: the labels of bench/labels with the texts that `data` holds under their ids."""
    wanted = {}
    for path in sorted((ROOT / "bench" / "labels").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label = json.loads(line)
            wanted[label["id"]] = label
    halves: dict[str, list[Labelled]] = {"dev": [], "heldout": []}
    for path in sorted({data / f"{label['set']}.jsonl.gz" for label in wanted.values()}):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for article in map(json.loads, lines):
                if (label := wanted.pop(article["id"], None)) is not None:
                    halves[label["half"]] += read([json.dumps({**article, **label})])
    if wanted:
        print(f"{len(wanted)} labelled texts are not in {data}.", file=sys.stderr)
    return halves


def real(data: Path) -> list[tuple[str, str]]:
    """Title and text of the real articles of about 3 kB."""
    found = []
    for path in sorted(data.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            every = ((article["title"] or "", article["text"] or "") for article in map(json.loads, lines))
            found += [(title, text) for title, text in every if abs(len(text.encode()) - SIZE) < SIZE // 6]
    return found


def spread(tagger: Tagger, articles: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Median and 95th percentile over articles, in microseconds of CPU, each the median of some rounds."""
    spent: list[list[int]] = [[] for _ in articles]
    for _ in range(ROUNDS):
        for article, times in zip(articles, spent, strict=True):
            start = time.thread_time_ns()
            tagger.tag(*article)
            times.append(time.thread_time_ns() - start)
    found = quantiles(map(median, spent), n=20)
    return found[9] / 1000, found[18] / 1000


def real_costs(tagger: Tagger, large: Tagger, data: Path) -> None:
    """Print what real articles cost, those with a tag apart from all."""
    every = real(data)
    kinds = {"all": every[:: len(every) // REAL or 1], "tagged": [one for one in every if tagger.tag(*one).tags][:REAL]}
    print(f"\n{'real articles':16}{'':10}{'median':>10}{'95 %':>8}{'tenfold':>10}{'95 %':>8}")
    for name, articles in kinds.items():
        (ours, most), (theirs, theirs_most) = spread(tagger, articles), spread(large, articles)
        print(f"{name:16}{len(articles):10}{ours:10.0f}{most:8.0f}{theirs:10.0f}{theirs_most:8.0f}")


def costs(tagger: Tagger, large: Tagger, labelled: Sequence[Labelled]) -> None:
    """Print what tagging costs, beside a bare scan of the same terms, and with a taxonomy ten times as large."""
    taxonomy = tagger.taxonomy
    bare = AhoCorasick(sorted({fold_term(term.text.split("*")[0]) for term in taxonomy.terms} - {""}))
    print(f"{len(taxonomy.terms):,} terms; us of CPU per article of {SIZE:,} bytes")
    print(f"{'':16}{'bare scan':>10}{'tagger':>10}{'ratio':>8}{'tenfold':>10}")
    for name, texts in articles(labelled).items():
        each = len(texts)
        scan = cpu(lambda texts=texts: [_scan(bare, text) for text in texts], 20) / each
        ours = cpu(lambda texts=texts: [tagger.tag("", text) for text in texts], 5) / each
        theirs = cpu(lambda texts=texts: [large.tag("", text) for text in texts], 5) / each
        print(f"{name:16}{scan:10.0f}{ours:10.0f}{ours / scan:8.1f}{theirs:10.0f}")


def quality(name: str, found: Scores) -> None:
    """Print one line of figures for a labelled set."""
    low, high = found.f1_interval()
    print(
        f"{name:16}{len(found.outcomes):7}{found.all.precision:7.3f}{found.all.recall:7.3f}{found.all.f1:7.3f}"
        f"  {low:.2f}-{high:.2f}{found.macro_f1:7.3f}"
        f"{found.average_precision(1):7.3f}{found.average_precision(2):7.3f}"
        f"{len(found.unrelated_tagged):>12} of {found.unrelated}"
    )


def details(name: str, found: Scores) -> None:
    """Print a labelled set by language and by topic, with intervals."""
    print(f"\n{name}: by language and topic{'P':>13}{'R':>7}{'F1':>7}  {'F1, 95 %':12}{'due':>5}")
    parts = [(language, {"language": language}) for language in found.by_language]
    parts += [(topic, {"topic": topic}) for topic in found.by_topic]
    for part, of in parts:
        counts, (low, high) = found.counts(**of), found.f1_interval(**of)
        print(
            f"  {part:28}{counts.precision:10.2f}{counts.recall:7.2f}{counts.f1:7.2f}"
            f"  {low:.2f}-{high:.2f}   {counts.right + counts.missing:5}"
        )


def main() -> None:
    """Print all tables."""
    tagger = Tagger(load(ROOT / "topics" / "korea.toml"))
    folder = ROOT / "tests" / "topics" / "labelled"
    sets = {path.stem: read(path.read_text(encoding="utf-8").splitlines()) for path in sorted(folder.glob("*.jsonl"))}
    large = Tagger(tenfold(tagger.taxonomy))
    costs(tagger, large, [one for name, labelled in sets.items() for one in labelled if not name.startswith("long")])
    data = _data.folder("articles")
    if data is not None:
        real_costs(tagger, large, data)
        sets |= {f"real {half}": labelled for half, labelled in joined(data).items()}
    heads = "".join(f"{head:>7}" for head in ("texts", "P", "R", "F1"))
    print(f"\n{'labelled set':16}{heads}  {'95 %':9}{'macro':>7}{'AP>=1':>7}{'AP=2':>7}{'off-topic tagged':>18}")
    scores = {name: score(tagger, labelled) for name, labelled in sets.items()}
    for name, found in scores.items():
        quality(name, found)
    for name in ("short_heldout", "further_heldout", "long_heldout", "real heldout"):
        if name in scores:
            details(name, scores[name])
