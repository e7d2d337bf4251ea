"""The section on topics: a timeline each, with its coverage, gaps and bursts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flows.commands.output import change, percent
from flows.report import names, plots
from flows.report.evidence import About, Evidence
from flows.report.plots import Timeline
from models.signals import Burst
from models.trends import Point, Trend

MOST_TOPICS = 24


@dataclass(frozen=True, slots=True)
class Peak:
    """A day on which a topic got more than usual, or less."""

    words: str
    rising: bool
    href: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table behind a plot: a day, or days that have the same reason to be a gap."""

    first: date
    last: date
    point: Point
    href: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A topic with its plot and the table behind it."""

    trend: Trend
    href: str | None
    plot: Timeline
    moved: str
    """Its change in a few words; empty when none can be stated."""
    rising: bool
    bursts: tuple[Burst, ...]
    peaks: tuple[Peak, ...]
    """The bursts and drops in words."""
    rows: tuple[Row, ...]
    """Days with an article, and those that cannot be compared."""


@dataclass(frozen=True, slots=True)
class Section:
    """Topics, the one that was told most widely first: see `breadth`."""

    cards: tuple[Card, ...]
    more: int
    """Topics with articles that are not shown."""
    silent: tuple[str, ...]
    """Titles of topics without an article in the period."""

    @property
    def told(self) -> int:
        """Topics with articles, shown or not."""
        return len(self.cards) + self.more


def section(found: Iterable[Trend], bursts: Mapping[str, Sequence[Burst]], evidence: Evidence) -> Section:
    """The section of these trends (unsliced, with a point a day), with the bursts and drops of each topic."""
    ordered = sorted(found, key=lambda trend: (-breadth(trend), trend.topic))
    told = [trend for trend in ordered if trend.articles]
    return Section(
        cards=tuple(_card(trend, bursts.get(trend.topic, ()), evidence) for trend in told[:MOST_TOPICS]),
        more=len(told[MOST_TOPICS:]),
        silent=tuple(trend.title for trend in ordered if not trend.articles),
    )


def breadth(trend: Trend) -> float:
    """Articles times effective sources: what many tell comes before what one outlet that was added tells all day."""
    return trend.articles * (trend.effective_sources or 0)


def _card(trend: Trend, found: Sequence[Burst], evidence: Evidence) -> Card:
    href = evidence.link(About(topic=trend.topic), trend.articles, trend.title)
    peaks = tuple(_peak(burst, trend, evidence) for burst in found)
    of_day = {burst.day: peak.href for burst, peak in zip(found, peaks, strict=True)}
    risen = [burst.day for burst in found if _rises(burst)]

    def leads_to(point: Point) -> str | None:
        return of_day.get(point.day) or (href if point.articles else None)

    return Card(
        trend=trend,
        href=href,
        plot=plots.timeline(trend.points, marked=risen, words=said, href=leads_to),
        moved="" if trend.change is None else f"share {change(trend.change).replace('-', '−')} in the last 7 days",
        rising=trend.change is not None and trend.change > 1,
        bursts=tuple(burst for burst in found if _rises(burst)),
        peaks=peaks,
        rows=tuple(_rows(trend.points, leads_to)),
    )


def _rows(points: Sequence[Point], leads_to: Callable[[Point], str | None]) -> Iterator[Row]:
    """Days with an article, and gaps; a day that was complete and brought nothing needs no line."""
    for reason, run in itertools.groupby(points, key=lambda point: point.reason if point.articles is None else None):
        days = list(run)
        if reason is not None:
            yield Row(days[0].day, days[-1].day, days[0], None)
        else:
            yield from (Row(day.day, day.day, day, leads_to(day)) for day in days if day.articles or day.reason)


def _rises(burst: Burst) -> bool:
    return burst.observed > burst.expected


def _peak(burst: Burst, trend: Trend, evidence: Evidence) -> Peak:
    words = (
        f"{names.day(burst.day)}: {burst.observed} for {names.usual(burst.expected)} expected, {names.chance(burst.p)}"
    )
    title = f"{trend.title}, {names.long_day(burst.day)}"
    return Peak(words, _rises(burst), evidence.link(About(topic=trend.topic, day=burst.day), burst.articles, title))


def said(point: Point) -> str:
    """A day in words, for who points at it and for who hears it."""
    day = names.long_day(point.day)
    if point.articles is None:
        return f"{day}: {point.reason}"
    what = f"{day}: {names.several(point.articles, 'article')}, {names.several(point.sources or 0, 'source')}"
    if point.reason:
        return f"{what}; {point.reason}"
    graded = "" if point.completeness is None else f"; coverage {percent(point.completeness, 0)} complete"
    return f"{what}, {percent(point.share)} of all{graded}"
