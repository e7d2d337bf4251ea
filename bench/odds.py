"""Learns the odds of topics/korea.toml anew: `python -m bench odds [write] [FILE ...]`, or `make odds`.

A logistic regression for each topic, with an L1 penalty so that few weights are left, over the concepts that a text
names and what the topic's rules found in it; scikit-learn's, whose solver is liblinear (Fan et al., Journal of Machine
Learning Research 9, 2008). The texts are those that may be seen: set (a) of tests/topics/labelled, the demo's own, and
set (b) of bench/labels, whose texts are looked up in WIREWATCH_BENCH_DATA; besides, labelled ones of your own, a FILE
of JSON lines. What is printed are votes of models that had not seen the text in question. With `write` the file's odds
are replaced.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from bench import _data
from bench.tagging import joined
from flows.wire import press
from topics.odds import MOST_BY_RULES, Named
from topics.rulebook import places
from topics.scoring import Labelled, read
from topics.tagger import Tagger
from topics.taxonomy import parse

ROOT = Path(__file__).resolve().parent.parent
TAXONOMY = ROOT / "topics" / "korea.toml"
HEAD = "# Odds, learnt from labelled texts by `make odds`: what makes a topic likely that no rule has earned."
PENALTY = 0.3
"""scikit-learn's C: the inverse of the penalty's strength."""
LEAST = 0.55
"""The likelihood asked for. Of the tags that odds then give texts nobody had looked at four in five are right, and
every second one on set (b), for which the rules were made; with 0.5 it is three in four, and 45 in a hundred. A
likelihood for each topic, learnt too, does no better on other texts."""
FEWEST = 6
"""Texts that must name a concept somewhere for it to have a weight."""
SMALLEST = 0.05
"""A weight below this moves a likelihood by one in a hundred at most."""
FOLDS = 5
WHERE = ("title", "lead", "text")

Feature = tuple[str, str]
"""Where a concept stands (`title`, `lead`, `text`), and its name."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text as the regression sees it."""

    id: str
    group: str
    due: frozenset[str]
    given: frozenset[str]
    """The topics that its rules earn."""
    by_rules: dict[str, float]
    """By topic, what its rules found."""
    features: frozenset[Feature]
    unrelated: bool


Votes = list[tuple[Example, dict[str, float]]]
"""Examples with the log-odds of the topics that their rules did not earn, by models that had not seen them."""


def without_odds(content: str) -> str:
    """A taxonomy's content up to its odds."""
    return content.partition(HEAD)[0].rstrip("\n") + "\n"


def texts(files: Sequence[str]) -> Iterator[tuple[str, Labelled]]:
    """The labelled texts that may be seen, and those of some files, by the set they are of."""
    for path in map(Path, files):
        for text in read(path.read_text(encoding="utf-8").splitlines()):
            yield path.stem, text
    for path in sorted((ROOT / "tests" / "topics" / "labelled").glob("*.jsonl")):
        if path.stem.endswith("dev") or path.stem == "tuning":
            for text in read(path.read_text(encoding="utf-8").splitlines()):
                yield path.stem, text
    wire = [
        {"id": article.slug, "lang": "", "title": article.title, "text": article.text, "topics": sorted(article.topics)}
        for article in press.load().articles
    ]
    for text in read([json.dumps(one) for one in wire]):
        yield "demo", text
    data = _data.folder("articles")
    for text in joined(data)["dev"] if data else ():
        yield "set (b)", text


def example(tagger: Tagger, group: str, text: Labelled) -> Example:
    """What the regression sees of a text, by the tagger's own eyes."""
    names = {bit: name for name, bit in tagger.bits.items()}
    found = tagger.look(text.title, text.text)
    everything = tagger.everything(found)
    by_rules, given = {}, set()
    for topic in tagger.topics:
        cleared = tagger.clear(topic, found) if topic.exclude & everything else found
        weight = sum(match.weight for match in tagger.weigh(topic, cleared, everything))
        if weight:
            by_rules[topic.topic.slug] = weight
        if weight >= topic.topic.threshold - 0.001:
            given.add(topic.topic.slug)
            everything |= topic.bit
    named = Named.of(found)
    concepts = set(tagger.taxonomy.concepts)
    features = {
        (where, name)
        for where in WHERE
        for place in places(getattr(named, where))
        if (name := names[1 << place]) in concepts
    }
    unrelated = text.related == 0 and not text.topics
    return Example(text.id, group, text.topics, frozenset(given), by_rules, frozenset(features), unrelated)


class Model:
    """The regressions of all topics, learnt from some texts."""

    def __init__(self, examples: Sequence[Example], topics: Sequence[str]) -> None:
        counts = Counter(feature for one in examples for feature in one.features)
        self.features = sorted(feature for feature, count in counts.items() if count >= FEWEST)
        self._column = {feature: place for place, feature in enumerate(self.features, 1)}
        self.weights = {topic: self._learnt(examples, topic) for topic in topics}
        """By topic its base, the weight of its rules, and those of the features."""

    def _learnt(self, examples: Sequence[Example], topic: str) -> tuple[float, float, dict[Feature, float]]:
        from sklearn.linear_model import LogisticRegression

        due = [topic in one.due for one in examples]
        if not any(due):
            return 0.0, 0.0, {}
        regression = LogisticRegression(C=PENALTY, l1_ratio=1.0, solver="liblinear", max_iter=500, random_state=1)
        regression.fit(self._matrix(examples, topic), due)
        rules, *rest = (round(float(weight), 2) for weight in regression.coef_[0])
        weights = {feature: w for feature, w in zip(self.features, rest, strict=True) if abs(w) >= SMALLEST}
        return round(float(regression.intercept_[0]), 2), rules, weights

    def _matrix(self, examples: Sequence[Example], topic: str) -> Any:
        from scipy.sparse import csr_matrix

        rows, columns, values = [], [], []
        for row, one in enumerate(examples):
            cells = [(0, min(one.by_rules.get(topic, 0.0), MOST_BY_RULES))]
            cells += [(self._column[feature], 1.0) for feature in one.features if feature in self._column]
            for column, value in cells:
                rows.append(row)
                columns.append(column)
                values.append(value)
        return csr_matrix((values, (rows, columns)), shape=(len(examples), len(self.features) + 1))

    def odds(self, one: Example) -> dict[str, float]:
        """The logarithm of the odds of each topic that a text's rules did not earn."""
        return {
            topic: base
            + rules * min(one.by_rules.get(topic, 0.0), MOST_BY_RULES)
            + sum(weights.get(feature, 0.0) for feature in one.features)
            for topic, (base, rules, weights) in self.weights.items()
            if topic not in one.given
        }


def votes(examples: Sequence[Example], topics: Sequence[str]) -> Votes:
    """What models say that have not seen the text: five, each learnt from four fifths."""
    found: Votes = []
    for fold in range(FOLDS):
        model = Model([one for one in examples if crc32(one.id.encode()) % FOLDS != fold], topics)
        found += [(one, model.odds(one)) for one in examples if crc32(one.id.encode()) % FOLDS == fold]
    return found


def written(model: Model) -> str:
    """The odds as a part of a taxonomy file, the heaviest weights first."""
    lines = [HEAD]
    for topic, (base, rules, weights) in model.weights.items():
        if not weights or base > 0:
            continue
        lines += ["", f"[odds.{topic}]", f"base = {base}", f"rules = {max(rules, 0.0)}", f"least = {LEAST}"]
        for where in WHERE:
            here = sorted(((w, name) for (place, name), w in weights.items() if place == where), reverse=True)
            if here:
                lines += [f"[odds.{topic}.{where}]", *(f"{name} = {weight}" for weight, name in here)]
    return "\n".join(lines) + "\n"


def told(votes: Votes) -> None:
    """What odds add on texts that they were not learnt from, by set."""
    tally: dict[str, Counter[str]] = {}
    for one, odds in votes:
        more = {topic for topic, total in odds.items() if total >= math.log(LEAST / (1 - LEAST))}
        for count in (tally.setdefault(one.group, Counter()), tally.setdefault("all", Counter())):
            count["texts"] += 1
            count["right"] += len(one.given & one.due)
            count["given"] += len(one.given)
            count["due"] += len(one.due)
            count["more right"] += len(more & one.due)
            count["more wrong"] += len(more - one.due)
            count["unrelated"] += one.unrelated
            count["newly tagged"] += one.unrelated and bool(more) and not one.given
    print(f"{'set':<24} texts  F1 by rules  with odds  more right  wrong  unrelated, newly tagged")
    for group, count in sorted(tally.items(), key=lambda one: one[0] == "all"):
        right = count["right"] + count["more right"]
        before = 2 * count["right"] / (count["given"] + count["due"] or 1)
        after = 2 * right / (count["given"] + count["more right"] + count["more wrong"] + count["due"] or 1)
        print(
            f"{group:<24} {count['texts']:5}  {before:11.3f}  {after:9.3f}  {count['more right']:10}  "
            f"{count['more wrong']:5}  {count['newly tagged']} of {count['unrelated']}"
        )


def main(arguments: Sequence[str] = ()) -> int:
    """Print what odds add; with `write`, put them into the taxonomy. Other arguments are files of labelled texts."""
    try:
        import sklearn  # noqa: F401 -- only here: it is not among what a run needs
    except ImportError:
        print("Left out: scikit-learn is not installed (`make odds` brings it).", file=sys.stderr)
        return 0
    content = without_odds(TAXONOMY.read_text(encoding="utf-8"))
    tagger = Tagger(parse(content, name=str(TAXONOMY)))
    topics = [topic.slug for topic in tagger.taxonomy.topics]
    files = [argument for argument in arguments if argument != "write"]
    examples = [example(tagger, group, text) for group, text in texts(files)]
    told(votes(examples, topics))
    if "write" in arguments:
        odds = written(Model(examples, topics))
        TAXONOMY.write_text(f"{content}\n{odds}", encoding="utf-8")
        print(f"{TAXONOMY.name} has {odds.count(' = ')} numbers of odds now.")
    return 0
