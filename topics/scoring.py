"""How well a tagger agrees with labelled texts: precision, recall, F1, and whether `related` ranks as people do.

Every figure comes with a 95 % interval. Shares (precision, recall, unrelated texts tagged) have Wilson's score interval
(E. B. Wilson, Journal of the American Statistical Association 22, 1927). F1 and average precision have none in closed
form: theirs is a percentile bootstrap over texts with Poisson weights (J. A. Hanley and B. MacGibbon, Computer Methods
and Programs in Biomedicine 83, 2006), with a fixed seed, so that the same texts give the same interval.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from topics.tagger import Tagger

ROUNDS = 1000
"""Resamples behind a bootstrap interval."""

_SIGMA = 1.959964
"""Standard deviations that hold 95 % of a normal distribution to both sides."""

_POISSON = [sum(math.exp(-1) / math.factorial(times) for times in range(last + 1)) for last in range(8)]

Interval = tuple[float, float]
"""From where to where the true figure lies, 95 times out of 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and what a reader says it is about."""

    id: str
    lang: str
    title: str
    text: str
    topics: frozenset[str]
    related: int | None
    """0, 1 or 2, by the labelling guide in docs/topics.md; None: the reader did not say."""


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
        return _f1(self.right, self.extra, self.missing)

    @property
    def precision_interval(self) -> Interval:
        """Wilson's interval of the precision."""
        return wilson(self.right, self.right + self.extra)

    @property
    def recall_interval(self) -> Interval:
        """Wilson's interval of the recall."""
        return wilson(self.right, self.right + self.missing)

    def add(self, other: Counts) -> None:
        """Count the other's tags as well."""
        self.right += other.right
        self.extra += other.extra
        self.missing += other.missing


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out of one text."""

    id: str
    lang: str
    given: frozenset[str]
    due: frozenset[str]
    related: float
    grade: int | None

    def counts(self, topic: str | None = None) -> Counts:
        """The text's tags of one topic, or of all."""
        given, due = self.given, self.due
        if topic is not None:
            given, due = given & {topic}, due & {topic}
        return Counts(len(given & due), len(given - due), len(due - given))


@dataclass(frozen=True, slots=True)
class Scores:
    """What came out of one labelled set."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def all(self) -> Counts:
        """Over all topics and texts."""
        return self.counts()

    @property
    def by_topic(self) -> dict[str, Counts]:
        """By topic, those that were given or due, in order of their names."""
        topics = sorted({topic for one in self.outcomes for topic in one.given | one.due})
        return {topic: self.counts(topic=topic) for topic in topics}

    @property
    def by_language(self) -> dict[str, Counts]:
        """By language of the texts that got or were due a tag."""
        languages = sorted({one.lang for one in self.outcomes if one.given or one.due})
        return {language: self.counts(language=language) for language in languages}

    @property
    def unrelated(self) -> int:
        """Texts that have no topic and nothing to do with the subject."""
        return sum(1 for one in self.outcomes if _unrelated(one))

    @property
    def unrelated_tagged(self) -> list[str]:
        """Ids of those that got a tag all the same."""
        return [one.id for one in self.outcomes if _unrelated(one) and one.given]

    @property
    def unrelated_interval(self) -> Interval:
        """Wilson's interval of the share of unrelated texts that got a tag."""
        return wilson(len(self.unrelated_tagged), self.unrelated)

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the topics."""
        by_topic = self.by_topic
        return sum(counts.f1 for counts in by_topic.values()) / len(by_topic) if by_topic else 1.0

    def counts(self, *, topic: str | None = None, language: str | None = None) -> Counts:
        """Over the texts in one language (or all), the tags of one topic (or all)."""
        total = Counts()
        for one in self.outcomes:
            if language in {None, one.lang}:
                total.add(one.counts(topic))
        return total

    def f1_interval(self, *, topic: str | None = None, language: str | None = None) -> Interval:
        """The bootstrap interval of the F1 over the same texts and topics as `counts`."""
        counts = [one.counts(topic) for one in self.outcomes if language in {None, one.lang}]
        rows = [(one.right, one.extra, one.missing) for one in counts if one.right or one.extra or one.missing]

        def f1(weights: Sequence[int]) -> float:
            drawn = list(zip(weights, rows, strict=True))
            return _f1(*(sum(weight * row[place] for weight, row in drawn) for place in range(3)))

        return _bootstrap(f1, len(rows))

    def average_precision(self, grade: int) -> float:
        """How well `related` puts texts of at least this grade first: 1 is perfect."""
        ranked = self._ranked(grade)
        return _average_precision(ranked, [1] * len(ranked))

    def average_precision_interval(self, grade: int) -> Interval:
        """The bootstrap interval of the average precision."""
        ranked = self._ranked(grade)
        return _bootstrap(lambda weights: _average_precision(ranked, weights), len(ranked))

    def _ranked(self, grade: int) -> list[bool]:
        """Whether each graded text has at least this grade, by falling `related`; of equal ones, the worst case."""
        graded = [(one.related, one.grade) for one in self.outcomes if one.grade is not None]
        return [due >= grade for _, due in sorted(graded, key=lambda pair: (-pair[0], pair[1]))]


def wilson(hits: int, of: int) -> Interval:
    """The 95 % interval of a share of `hits` out of `of`; 0 to 1 out of none."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, _SIGMA**2
    middle = share + square / (2 * of)
    half = _SIGMA * math.sqrt(share * (1 - share) / of + square / (4 * of**2))
    whole = 1 + square / of
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def read(lines: Iterable[str]) -> list[Labelled]:
    """Labelled texts from JSON lines: `topics`, and as far as known `id`, `lang`, `title`, `text`, `related`.

    Raises `ValueError` with the number of a line that is none.
    """
    return [_labelled(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def score(tagger: Tagger, labelled: Sequence[Labelled]) -> Scores:
    """Tag every text and compare."""
    scores = Scores()
    for one in labelled:
        tagging = tagger.tag(one.title, one.text)
        given = frozenset(tag.topic for tag in tagging.tags)
        scores.outcomes.append(Outcome(one.id, one.lang, given, one.topics, tagging.related, one.related))
    return scores


def _labelled(number: int, line: str) -> Labelled:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is not JSON ({error})") from error
    if not isinstance(row, dict) or not _strings(row.get("topics")):
        raise ValueError(f"line {number} has no list `topics` of topic names")
    if row.get("related") not in (None, 0, 1, 2):
        raise ValueError(f"line {number} has a grade `related` that is none of 0, 1, 2")
    return Labelled(
        id=str(row.get("id", number)),
        lang=str(row.get("lang") or "?"),
        title=str(row.get("title") or ""),
        text=str(row.get("text") or ""),
        topics=frozenset(row["topics"]),
        related=row.get("related"),
    )


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unrelated(one: Outcome) -> bool:
    return not one.due and not one.grade


def _f1(right: int, extra: int, missing: int) -> float:
    whole = 2 * right + extra + missing
    return 2 * right / whole if whole else 1.0


def _average_precision(ranked: Sequence[bool], weights: Sequence[int]) -> float:
    place = found = 0
    total = 0.0
    for due, weight in zip(ranked, weights, strict=True):
        place += weight
        if due and weight:
            found += weight
            total += weight * found / place
    return total / found if found else 1.0


def _bootstrap(figure: Callable[[Sequence[int]], float], size: int) -> Interval:
    """From the figure under so many Poisson weights for each of `size` texts, what lies between 2.5 and 97.5 %."""
    if not size:
        return 0.0, 1.0
    dice = random.Random(size)  # noqa: S311 -- resampling, no secret
    drawn = sorted(figure(dice.choices(range(len(_POISSON)), cum_weights=_POISSON, k=size)) for _ in range(ROUNDS))
    return drawn[round(0.025 * (ROUNDS - 1))], drawn[round(0.975 * (ROUNDS - 1))]
