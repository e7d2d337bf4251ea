"""How often the freshness rules cry wolf, and how soon they see what is there: `python -m bench freshness`.

A simulated year of 240 healthy sources of eight kinds, judged every night: agencies, dailies, weekend-quiet papers,
ministries, weeklies, institutes with a few papers a month, with more variance than chance, a slow fortnight in August
and a pause around the New Year. Then the same sources with an outage, a redesign, a clock that is off by an hour.
Seeds are fixed. The figures are those of docs/operations.md.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import exp
from random import Random
from statistics import mean, median, quantiles, stdev

from extractors import freshness
from extractors.freshness import Finding, Lags, Rhythm, Window

START = date(2025, 1, 6)
YEAR, WARM = 365, 56
KINDS = {  # name: articles on a weekday, on a weekend day, variance / mean, interval between polls in minutes
    "agency": (160.0, 110.0, 4.0, 15),
    "daily": (60.0, 35.0, 3.0, 15),
    "weekday paper": (25.0, 4.0, 2.5, 30),
    "ministry": (4.0, 0.2, 2.0, 180),
    "broadcaster": (30.0, 25.0, 3.0, 15),
    "magazine": (2.0, 1.0, 2.0, 360),
    "weekly": (0.4, 0.1, 1.5, 720),
    "institute": (0.3, 0.02, 1.5, 720),
}
EACH = 30
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def slack(day: date) -> float:
    """How much of its usual work a newsroom does on a day."""
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) <= (1, 2):
        return 0.15
    return 0.6 if day.month == 8 and day.day <= 15 else 1.0


def drawn(random: Random, expected: float, dispersion: float) -> int:
    """One draw from a negative binomial: a Poisson whose mean is drawn from a gamma."""
    if expected <= 0:
        return 0
    rate = random.gammavariate(expected / (dispersion - 1), dispersion - 1)
    total, threshold = 0, exp(-min(rate, 500.0))
    product = random.random()
    while product > threshold:
        total += 1
        product *= random.random()
    return total


class Source:
    """A source that can be healthy for a year, or break on a day."""

    def __init__(self, kind: str, number: int) -> None:
        self.random = Random(f"{kind} {number}")
        self.kind = kind
        self.weekday, self.weekend, self.dispersion, self.interval = KINDS[kind]
        self.words, self.teasers, self.rejected = 6.2, self.random.uniform(0, 0.3), self.random.uniform(0, 0.25)
        self.delay = self.random.choice((5, 10, 30, 90))
        self.days: dict[date, int] = {}
        for ago in range(WARM + YEAR):
            day = START + ago * DAY
            usual = self.weekend if day.weekday() > 4 else self.weekday
            self.days[day] = drawn(self.random, usual * slack(day), self.dispersion)

    def rhythm(self, today: date, *, dead_since: date | None = None) -> Rhythm:
        """What is known at 03:40 of a day."""
        alive = {day: new for day, new in self.days.items() if day < min(today, dead_since or today)}
        last_day = max((day for day, new in alive.items() if new and day > today - 200 * DAY), default=None)
        if last_day is None:
            return Rhythm(days={}, last_new_at=None, failing=False)
        heard = {day: alive[day] for day in alive if last_day - freshness.MEMORY_DAYS * DAY < day <= last_day}
        last = datetime.combine(last_day, datetime.min.time(), UTC) + 15 * HOUR
        return Rhythm(days=heard, last_new_at=last, failing=False)

    def window(self, first: date, days: int, *, redesigned: bool = False) -> Window:
        """The pages of a span of days."""
        pages = min(sum(self.days.get(first + n * DAY, 0) for n in range(days)), 400)
        rejected = sum(self.random.random() < self.rejected for _ in range(pages))
        stored = pages - rejected
        teasers = sum(self.random.random() < (0.9 if redesigned else self.teasers) for _ in range(stored))
        words = [self.random.gauss(self.words - (1.0 if redesigned else 0.0), 0.7) for _ in range(stored)] or [0.0]
        undated = sum(self.random.random() < 0.03 for _ in range(stored))
        return Window(
            pages=pages, rejected=rejected, teasers=teasers, undated=undated, log_words=mean(words),
            log_words_sd=stdev(words) if len(words) > 1 else 0.0,
        )  # fmt: skip

    def lags(self, first: date, *, off: timedelta = timedelta(0)) -> Lags | None:
        """The lags of four weeks: the newsroom's delay, then the wait for the next poll."""
        articles = min(sum(self.days.get(first + n * DAY, 0) for n in range(28)), 200)
        minutes = [
            self.random.expovariate(1 / self.delay) + self.random.uniform(0, self.interval) for _ in range(articles)
        ]
        found = sorted(timedelta(minutes=one) + off for one in minutes)
        if len(found) < 2:
            return None
        return Lags(
            articles=articles, ahead=sum(one < -freshness.AHEAD for one in found), median=median(found),
            shortest=found[len(found) // 20], usual=timedelta(minutes=self.interval),
        )  # fmt: skip


def alarms(source: Source) -> Counter[str]:
    """Findings in a healthy year that began on some day, judged every night."""
    began: Counter[str] = Counter()
    standing: set[str] = set()
    for ago in range(WARM, WARM + YEAR):
        found = {one.kind for one in judged(source, START + ago * DAY)}
        began.update(found - standing)
        standing = found
    return began


def judged(source: Source, today: date) -> list[Finding]:
    """All rules on one night."""
    now = datetime.combine(today, datetime.min.time(), UTC) + 3 * HOUR + 40 * HOUR / 60
    found = [freshness.silent(source.rhythm(today), now=now)]
    if today.weekday() == 0:  # windows that overlap by six days of seven tell nothing new
        for recent, before in freshness.WINDOWS:
            late, early = (
                source.window(today - recent * DAY, recent),
                source.window(today - (recent + before) * DAY, before),
            )
            found += freshness.less(late, early, since=now)
        lags = source.lags(today - 28 * DAY)
        found.append(freshness.clock(lags, since=now) if lags else None)
    return [one for one in found if one is not None]


def delay(source: Source) -> float | None:
    """Days until an outage that begins on day 200 is found; None: not within 90."""
    dead = START + 200 * DAY
    for ago in range(1, 91):
        today = dead + ago * DAY
        now = datetime.combine(today, datetime.min.time(), UTC) + 3 * HOUR + 40 * HOUR / 60
        if freshness.silent(source.rhythm(today, dead_since=dead), now=now):
            return float(ago)
    return None


def main() -> int:
    sources = [Source(kind, number) for kind in KINDS for number in range(EACH)]
    print(f"{len(sources)} healthy sources, a year of nights: alarms a source and year")
    for kind in KINDS:
        total = sum((alarms(one) for one in sources if one.kind == kind), Counter())
        spelled = ", ".join(f"{name} {count / EACH:.3f}" for name, count in sorted(total.items())) or "none"
        print(f"  {kind:<14} {spelled}")
    print("an outage is found after so many days (median, ninth decile, share within 90 days)")
    for kind in KINDS:
        delays = [delay(one) for one in sources if one.kind == kind]
        known = [one for one in delays if one is not None]
        figures = (
            f"{median(known):.0f}, {quantiles(known, n=10)[-1]:.0f}, {len(known) / EACH:.0%}"
            if len(known) > 1
            else "none"
        )
        print(f"  {kind:<14} {figures}")
    print("a redesign (texts e times shorter, 90 % teasers) and a clock that is off are found after four weeks")
    day = START + 200 * DAY
    now = datetime.combine(day, datetime.min.time(), UTC)
    recent, before = freshness.WINDOWS[1]
    for kind in KINDS:
        some = [one for one in sources if one.kind == kind]
        redesigns = sum(
            bool(
                freshness.less(
                    one.window(day - recent * DAY, recent, redesigned=True),
                    one.window(day - (recent + before) * DAY, before),
                    since=now,
                )
            )
            for one in some
        )
        shifted = {hours: [one.lags(day - 28 * DAY, off=hours * HOUR) for one in some] for hours in (-1, 9)}
        clocks = {
            hours: sum(bool(lags and freshness.clock(lags, since=now)) for lags in found)
            for hours, found in shifted.items()
        }
        print(
            f"  {kind:<14} redesign {redesigns / EACH:.0%}, an hour ahead {clocks[-1] / EACH:.0%}, "
            f"nine hours behind {clocks[9] / EACH:.0%}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
