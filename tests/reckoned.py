"""Tests of days and hours, worked out the slow and plain way from docs/trends.md: what the views are held against.

Nothing here reads a view or a query of the project: it takes what a press told (`Press.cells`, `Press.grades`), walks
through it source by source, and sums up probabilities term by term.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

LEVEL = 0.05
Slice = tuple[str, str]
"""Kind and name."""


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A source, by what it is counted under."""

    source_id: int
    bloc: str
    country: str
    kind: str
    language: str

    def slices(self, language: str) -> tuple[Slice, ...]:
        """Those that a text of it in this language falls into."""
        own = (("bloc", self.bloc), ("country", self.country), ("kind", self.kind))
        return (("all", ""), *own, ("language", language))


@dataclass(kw_only=True)
class Test:
    """One test, as `trends.tested` has it."""

    observed: int
    texts: int
    sources: int
    days: int
    expected: float
    dispersion: float
    high: float
    low: float
    without: float | None
    q_high: float = 1.0
    q_low: float | None = None


@dataclass(frozen=True)
class Part:
    """A source in one language on one day: what it wrote, and how much of that is usually on the topic."""

    voice: Voice
    language: str
    seen: int
    texts: int
    known: int
    on_topic: int
    general: float

    @property
    def usual(self) -> float:
        return self.texts * (self.on_topic + 10 * self.general) / (self.known + 10)

    @property
    def wobble(self) -> float:
        return self.texts**2 * self.on_topic / (self.known + 10) ** 2


class Reckoning:
    """All that a press told: texts by source, language and day, of any subject (0) or a topic; and grades."""

    def __init__(self, voices: Iterable[Voice], cells: Sequence[Mapping[str, Any]], grades: Sequence[Mapping[str, Any]]) -> None:  # fmt: skip
        self.voices = {voice.source_id: voice for voice in voices}
        self.texts: dict[tuple[int, str], dict[date, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for cell in cells:
            self.texts[cell["source_id"], cell["language"]][cell["day"]][cell["about_id"]] = len(set(cell["origins"]))
        self.graded = {(row["source_id"], row["day"]): row["grade"] for row in grades}

    def ok(self, source_id: int, day: date) -> bool:
        return self.graded.get((source_id, day)) == "ok"

    def written(self, source_id: int, days: Iterable[date], topic: int = 0) -> int:
        """Texts of a source on these days, in whatever language."""
        told = [by_day for (source, _), by_day in self.texts.items() if source == source_id]
        return sum(by_day.get(day, {}).get(topic, 0) for by_day in told for day in days)

    def grade(self, where: Slice, day: date) -> str | None:
        """How complete a slice is, by the sources of it that are graded that day (each is expected to bring as many)."""
        kind, name = where
        mine = [v for v in self.voices.values() if kind == "all" or getattr(v, kind) == name]
        graded = [v.source_id for v in mine if self.graded.get((v.source_id, day), "unknown") != "unknown"]
        if not graded:
            return None
        share = sum(self.ok(source, day) for source in graded) / len(graded)
        return "ok" if share >= 0.9 else "thin" if share >= 0.5 else "dark"

    # By the day ------------------------------------------------------------------------------------------------------

    def tests(self, day: date, topics: Iterable[int]) -> dict[tuple[int, Slice], Test]:
        """Every test of a day that can be made, with what is false among those as sure as it."""
        found = {}
        for topic in topics:
            parts = self._parts(day, topic)
            for where in {where for on in parts.values() for part in on for where in part.voice.slices(part.language)}:
                made = _test(day, {d: _within(on, where) for d, on in parts.items()})
                if made is not None:
                    found[topic, where] = made
        _control(list(found.values()))
        return found

    def _parts(self, day: date, topic: int) -> dict[date, list[Part]]:
        """By day, this one and the 56 before it: what those of its panel wrote that were complete on each."""
        before = [day - timedelta(days=ago) for ago in range(1, 57)]
        panel = {s for s in self.voices if self.ok(s, day) and self.written(s, before) >= 7}
        strata = {key: by_day for key, by_day in self.texts.items() if key[0] in panel}

        def sums(about: int) -> dict[tuple[int, str], int]:
            return {key: sum(by_day.get(d, {}).get(about, 0) for d in before) for key, by_day in strata.items()}

        known, on_topic = sums(0), sums(topic)
        general = (sum(on_topic.values()) + 1) / (sum(known.values()) + 1)
        return {
            d: [
                Part(self.voices[key[0]], key[1], told[d].get(topic, 0), told[d][0], known[key], on_topic[key], general)
                for key, told in strata.items()
                if self.ok(key[0], d) and told.get(d, {}).get(0)
            ]
            for d in (day, *before)
        }

    # By the hour -----------------------------------------------------------------------------------------------------

    def hour(
        self, wrote: Mapping[int, tuple[int, int]], topic: int, today: date, dispersion: float
    ) -> tuple[int, int, float, float, float | None] | None:
        """Of sources and what they published in an hour (texts, those on the topic): observed, coverage, expected, p."""
        days = [today - timedelta(days=ago) for ago in range(4, 32)]
        panel = {
            source: self.written(source, days)
            for source in self.voices
            if sum(self.ok(source, d) for d in days) >= 14 and self.written(source, days) >= 7
        }
        on_topic = {source: self.written(source, days, topic) for source in panel}
        general = (sum(on_topic.values()) + 1) / (sum(panel.values()) + 1)
        heard = {source: told for source, told in wrote.items() if source in panel}
        if not heard:
            return None
        expected = sum(x * (on_topic[s] + 10 * general) / (panel[s] + 10) for s, (x, _) in heard.items())
        seen = sum(y for _, y in heard.values())
        high, low = tail(seen, expected, dispersion), head(seen, expected, dispersion)
        return seen, sum(x for x, _ in heard.values()), expected, high, low if expected > 2 else None


def _within(parts: Iterable[Part], where: Slice) -> list[Part]:
    return [part for part in parts if where in part.voice.slices(part.language)]


def _test(day: date, parts: Mapping[date, list[Part]]) -> Test | None:
    today = parts[day]
    past = [(d, sum(p.seen for p in on), sum(p.usual for p in on)) for d, on in parts.items() if d != day and on]
    texts_before = sum(part.texts for d, on in parts.items() if d != day for part in on)
    if not today or len(past) < 14 or texts_before < 40:
        return None
    fit = _baseline(past, day.weekday())
    usual = sum(part.usual for part in today)
    mean = fit.rate * usual
    wobble = fit.rate**2 * sum(part.wobble for part in today)
    dispersion = (fit.dispersion * (mean + wobble) + mean**2 * fit.doubt) / mean
    seen = sum(part.seen for part in today)
    test = Test(
        observed=seen, texts=sum(part.texts for part in today), sources=len({part.voice for part in today}),
        days=len(past), expected=mean, dispersion=dispersion, high=tail(seen, mean, dispersion),
        low=head(seen, mean, dispersion), without=None,
    )  # fmt: skip
    if test.sources >= 3 and min(test.high, test.low) <= LEVEL:
        test.without = _without(test, today, fit.rate)
    return test


def _without(test: Test, today: Iterable[Part], rate: float) -> float:
    """p without the source that adds most to it."""
    rising = test.high < test.low
    seen, expected = defaultdict[int, int](int), defaultdict[int, float](float)
    for part in today:
        seen[part.voice.source_id] += part.seen
        expected[part.voice.source_id] += rate * part.usual
    first = max(sorted(seen), key=lambda source: (seen[source] - expected[source]) * (1 if rising else -1))
    left, mean = test.observed - seen[first], max(test.expected - expected[first], test.expected / 1000)
    return (tail if rising else head)(left, mean, test.dispersion)


@dataclass(frozen=True)
class _Fit:
    rate: float
    dispersion: float
    doubt: float


def _baseline(past: Sequence[tuple[date, int, float]], weekday: int) -> _Fit:
    """The multiple of the usual on a weekday, by three rounds in which outliers weigh less."""
    weights, dispersion, level, factors, trust = [1.0] * len(past), 1.0, 1.0, dict.fromkeys(range(7), 1.0), {}
    total = 0.0
    for beyond, makes_up in ((None, 1.0), (1.0, 1.6), (2.58, 1.0)):
        if beyond is not None:
            weights = [_weight(y, level * factors[d.weekday()] * usual, dispersion, beyond) for d, y, usual in past]
        rows = [(w, d.weekday(), y, usual) for w, (d, y, usual) in zip(weights, past, strict=True)]
        total = sum(w * y for w, _, y, _ in rows)
        level = (total + 1) / (sum(w * usual for w, _, _, usual in rows) + 1)
        for one in range(7):
            seen = sum(w * y for w, on, y, _ in rows if on == one)
            expected = sum(w * level * usual for w, on, _, usual in rows if on == one)
            trust[one] = 0.09 / (0.09 + dispersion / expected) if expected else 0.0
            factors[one] = 1 + trust[one] * (seen / expected - 1) if expected else 1.0
        expected = sum(w * level * factors[on] * usual for w, on, _, usual in rows)
        squares = sum(w * (y - level * factors[on] * usual) ** 2 for w, on, y, usual in rows)
        freedom = max(sum(weights) - 1 - sum(trust.values()) * 6 / 7, 1)
        dispersion = max(1, makes_up * squares / expected * sum(weights) / freedom)
    return _Fit(level * factors[weekday], dispersion, 0.09 * (1 - trust[weekday]) + dispersion / (total + 1))


def _weight(seen: float, expected: float, dispersion: float, beyond: float) -> float:
    residual = 1.5 * (seen ** (2 / 3) * expected ** (-1 / 6) - math.sqrt(expected)) / math.sqrt(dispersion)
    return 1 / residual**2 if abs(residual) > beyond else 1.0


def _control(tests: list[Test]) -> None:
    """Benjamini and Hochberg's q, of what is high among all, of what is low among those that could be remarkable."""
    for test, q in zip(tests, adjusted([test.high for test in tests]), strict=True):
        test.q_high = q
    could = [test for test in tests if head(0, test.expected, test.dispersion) <= LEVEL]
    for test, q in zip(could, adjusted([test.low for test in could]), strict=True):
        test.q_low = q


def adjusted(values: Sequence[float]) -> list[float]:
    """Of each p, the smallest level at which the step-up procedure still rejects it."""
    n = len(values)
    steps = [(p, n * p / sum(other <= p for other in values)) for p in values]
    return [min(1.0, *(step for other, step in steps if other >= p), 1.0) for p in values]


def tail(x: int, mean: float, dispersion: float) -> float:
    """P(so many or more): the terms of the tail, until they add nothing."""
    if x <= 0:
        return 1.0
    of, total, k = _terms(mean, dispersion), 0.0, x
    while (term := of(k)) > total * 1e-15 or k < mean:
        total, k = total + term, k + 1
    return min(total, 1.0)


def head(x: int, mean: float, dispersion: float) -> float:
    """P(so few or fewer)."""
    of = _terms(mean, dispersion)
    return min(math.fsum(of(k) for k in range(x + 1)), 1.0)


def _terms(mean: float, dispersion: float) -> Callable[[int], float]:
    """The negative binomial with this mean and variance / mean, by the gamma function; Poisson's where that is 1."""
    if dispersion <= 1.000001:
        return lambda k: math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
    size, fails = mean / (dispersion - 1), 1 / dispersion
    return lambda k: math.exp(
        math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
        + size * math.log(fails) + k * math.log(1 - fails)
    )  # fmt: skip
