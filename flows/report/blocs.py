"""The section on blocs: how the leading topic fares in each, who leads, who follows and who is silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flows.report import names, plots
from flows.report.evidence import About, Evidence
from flows.report.plots import Timeline
from flows.report.topics import said
from models.diffusion import Lag, Silence
from models.trends import Trend


@dataclass(frozen=True, slots=True)
class Line:
    """A bloc on the leading topic."""

    bloc: str
    name: str
    trend: Trend
    href: str | None
    plot: Timeline
    lag: Lag | None
    behind: str
    """Its median lag in words, or that it is silent."""
    place: float | None
    """0..100 on the scale of lags; None: it took up no story."""
    late: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic in a bloc."""

    articles: int
    share: float | None
    weight: int
    """0..5: how large the share is among all of the table."""
    href: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A topic across the blocs."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Blocs with coverage, the earliest first."""

    topic: str
    title: str
    lines: tuple[Line, ...]
    longest: float
    """Hours at the end of the scale of lags."""
    blocs: tuple[str, ...]
    rows: tuple[Row, ...]
    silences: tuple[Silence, ...]
    """Topics that blocs have stopped covering."""


def section(
    leading: Iterable[Trend],
    every: Iterable[Trend],
    lags: Mapping[str, Lag],
    silences: Sequence[Silence],
    evidence: Evidence,
) -> Section | None:
    """The section of one topic's trends by bloc, and of all topics' by bloc; None when there are none."""
    found = sorted(leading, key=lambda trend: (_late(lags.get(trend.slice)), -trend.articles, trend.slice))
    if not found:
        return None
    longest = max((lag.lag_hours or 0 for lag in lags.values()), default=0)
    return Section(
        found[0].topic,
        found[0].title,
        tuple(_line(trend, lags.get(trend.slice), longest, evidence) for trend in found),
        longest,
        tuple(trend.slice for trend in found),
        _rows(every, [trend.slice for trend in found], evidence),
        tuple(one for one in silences if one.silent),
    )


def _late(lag: Lag | None) -> float:
    return lag.lag_hours if lag is not None and lag.lag_hours is not None else float("inf")


def _line(trend: Trend, lag: Lag | None, longest: float, evidence: Evidence) -> Line:
    name = names.bloc(trend.slice)
    href = evidence.link(About(topic=trend.topic, bloc=trend.slice), trend.articles, f"{trend.title} — {name}")
    hours = lag.lag_hours if lag is not None else None
    place = None if hours is None else round((hours / longest) ** 0.5 * 100, 1) if longest else 0.0
    plot = plots.timeline(trend.points, words=said, href=lambda point: href if point.articles else None)
    late = hours is not None and hours >= names.LATE_HOURS
    return Line(trend.slice, name, trend, href, plot, lag, _behind(lag), place, late)


def _behind(lag: Lag | None) -> str:
    if lag is None:
        return "no story to judge by"
    if lag.lag_hours is None:
        return "silent" if lag.never_taken_up else "cannot be said"
    return names.hours(lag.lag_hours)


def _rows(every: Iterable[Trend], blocs: Sequence[str], evidence: Evidence) -> tuple[Row, ...]:
    by_topic: dict[str, dict[str, Trend]] = {}
    for trend in every:
        by_topic.setdefault(trend.topic, {})[trend.slice] = trend
    highest = max((trend.share for of in by_topic.values() for trend in of.values()), default=0) or 1
    return tuple(
        Row(next(iter(of.values())).title, tuple(_cell(of.get(bloc), highest, evidence) for bloc in blocs))
        for of in sorted(by_topic.values(), key=lambda of: -sum(trend.articles for trend in of.values()))
    )


def _cell(trend: Trend | None, highest: float, evidence: Evidence) -> Cell:
    if trend is None or not trend.articles:
        return Cell(0, None, 0, None)
    name = names.bloc(trend.slice)
    href = evidence.link(About(topic=trend.topic, bloc=trend.slice), trend.articles, f"{trend.title} — {name}")
    return Cell(trend.articles, trend.share, 1 + min(int(trend.share / highest * 5), 4), href)
