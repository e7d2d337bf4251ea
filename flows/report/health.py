"""The section on coverage: how complete each source's days were, and how the feeds do at present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from extractors.records import FINE_STATES
from flows.report import plots
from flows.report.evidence import About, Evidence
from flows.report.plots import WIDTH, Band
from models.briefing import SourceHealth

MOST_SOURCES = 40
MOST_OF_SOURCE = 10
"""Articles listed of each source."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A source and its days."""

    source: SourceHealth
    bands: tuple[Band, ...]
    href: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """Sources, those with most days that are not complete first."""

    strips: tuple[Strip, ...]
    more: int
    """Sources that are not shown."""
    complete: int
    """Sources without a thin or dark day."""
    graded: int
    """Sources that could be graded on one day at least."""
    feeds: Mapping[str, int]
    """Watched feeds by state; empty as of an earlier moment."""

    @property
    def troubled(self) -> int:
        """Feeds that somebody should look at."""
        return sum(count for state, count in self.feeds.items() if state not in FINE_STATES)


def section(
    sources: Sequence[SourceHealth], feeds: Mapping[str, int], evidence: Evidence, *, since: date, days: int
) -> Section:
    """The section; a strip begins `since`, with `days` days."""
    graded = [one for one in sources if one.unknown < len(one.grades)]
    return Section(
        strips=tuple(_strip(one, evidence, since=since, days=days) for one in sources[:MOST_SOURCES]),
        more=max(len(sources) - MOST_SOURCES, 0),
        complete=sum(not one.thin and not one.dark for one in graded),
        graded=len(graded),
        feeds=feeds,
    )


def _strip(source: SourceHealth, evidence: Evidence, *, since: date, days: int) -> Strip:
    before = max((source.since - since).days, 0)
    kinds = ["none"] * before + list(source.grades)
    kinds += ["none"] * (days - len(kinds))
    drawn = tuple(band for band in plots.bands(kinds, WIDTH / days) if band.kind != "none")
    href = evidence.link(About(source=source.source), source.articles, source.name, rows=MOST_OF_SOURCE)
    return Strip(source, drawn, href)
