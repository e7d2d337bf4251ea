"""The section on languages: the leading topic in each, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.report import names, plots
from flows.report.evidence import About, Evidence
from flows.report.plots import Timeline
from flows.report.topics import said
from models.diffusion import Lag
from models.trends import Trend

MOST_LANGUAGES = 16


@dataclass(frozen=True, slots=True)
class Panel:
    """A language: its own timeline, all panels over the same days."""

    code: str
    name: str
    trend: Trend
    href: str | None
    plot: Timeline
    lag: str
    """How far behind the first report it is, in the middle; empty when that is not known."""


@dataclass(frozen=True, slots=True)
class Section:
    """Languages with coverage, the one with most articles on the topic first."""

    topic: str
    title: str
    panels: tuple[Panel, ...]


def section(found: Iterable[Trend], lags: Mapping[str, Lag], evidence: Evidence) -> Section | None:
    """The section of one topic's trends by language; None when there are none."""
    ordered = sorted(found, key=lambda trend: (-trend.articles, -trend.coverage))[:MOST_LANGUAGES]
    if not ordered:
        return None
    return Section(
        ordered[0].topic, ordered[0].title, tuple(_panel(trend, lags.get(trend.slice), evidence) for trend in ordered)
    )


def _panel(trend: Trend, lag: Lag | None, evidence: Evidence) -> Panel:
    name = names.language(trend.slice)
    about = About(topic=trend.topic, language=trend.slice)
    href = evidence.link(about, trend.articles, f"{trend.title}, in {name}")
    behind = names.hours(lag.lag_hours) if lag is not None and lag.lag_hours is not None else ""
    plot = plots.timeline(trend.points, words=said, href=lambda point: href if point.articles else None)
    return Panel(trend.slice, name, trend, href, plot, behind)
