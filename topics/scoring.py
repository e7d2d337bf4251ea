"""How well a tagger agrees with labelled texts: precision, recall, F1, and whether `related` ranks as people do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from topics.tagger import Tagger


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and what a reader says it is about."""

    id: str
    lang: str
    title: str
    text: str
    topics: frozenset[str]
    related: int
    """0, 1 or 2, by the labelling guide in docs/topics.md."""


@dataclass(slots=True)
class Counts:
    """Tags that are right, that are too many, and that are missing."""

    right: int = 0
    extra: int = 0
    missing: int = 0

    @property
    def precision(self) -> float:
        """The share of given tags that are right; 1 when none was given."""
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        """The share of due tags that were given; 1 when none was due."""
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        whole = 2 * self.right + self.extra + self.missing
        return 2 * self.right / whole if whole else 1.0


@dataclass(slots=True)
class Scores:
    """What came out of one labelled set."""

    all: Counts = field(default_factory=Counts)
    by_topic: dict[str, Counts] = field(default_factory=dict)
    by_language: dict[str, Counts] = field(default_factory=dict)
    unrelated: int = 0
    unrelated_tagged: list[str] = field(default_factory=list)
    """Ids of texts without a topic that got one all the same."""
    ranks: list[tuple[float, int]] = field(default_factory=list)
    """The `related` given and the grade due, a pair a text."""

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the topics."""
        return sum(counts.f1 for counts in self.by_topic.values()) / len(self.by_topic) if self.by_topic else 1.0

    def average_precision(self, grade: int) -> float:
        """How well `related` puts texts of at least this grade first: 1 is perfect."""
        ranked = sorted(self.ranks, key=lambda pair: (-pair[0], pair[1]))  # of equal scores, the worst case
        precisions, found = [], 0
        for place, (_, due) in enumerate(ranked, 1):
            if due >= grade:
                found += 1
                precisions.append(found / place)
        return sum(precisions) / found if found else 1.0


def read(lines: Iterable[str]) -> list[Labelled]:
    """Labelled texts from JSON lines; raises `KeyError` or `ValueError` for a line that is none."""
    rows = (json.loads(line) for line in lines if line.strip())
    return [
        Labelled(
            id=row["id"],
            lang=row["lang"],
            title=row["title"] or "",
            text=row["text"] or "",
            topics=frozenset(row["topics"]),
            related=row["related"],
        )
        for row in rows
    ]


def score(tagger: Tagger, labelled: Sequence[Labelled]) -> Scores:
    """Tag every text and compare."""
    scores = Scores()
    for one in labelled:
        tagging = tagger.tag(one.title, one.text)
        given = {tag.topic for tag in tagging.tags}
        for topic in given | one.topics:
            of_topic = scores.by_topic.setdefault(topic, Counts())
            of_language = scores.by_language.setdefault(one.lang, Counts())
            for counts in (scores.all, of_topic, of_language):
                counts.right += topic in given and topic in one.topics
                counts.extra += topic not in one.topics
                counts.missing += topic not in given
        if not one.topics and one.related == 0:
            scores.unrelated += 1
            if given:
                scores.unrelated_tagged.append(one.id)
        scores.ranks.append((tagging.related, one.related))
    return scores
