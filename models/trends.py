"""Trends: topics over time, read off the views and the cube; nothing is counted here.

A day that cannot be compared is a point without figures and with a reason: a gap, never a zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models.queries import query

SLICES = ("source", "bloc", "language", "country", "kind")
"""What topics can be split by."""
LEAST_ARTICLES = 3
"""Articles in the last week from which a topic can be said to have moved: one after none is no movement."""
_FIGURES = ("articles", "sources", "families", "origins", "coverage", "share", "reason")


@dataclass(frozen=True, slots=True)
class Point:
    """One day: four counts and the share of coverage, or None with the reason why there are none."""

    day: date
    articles: int | None = None
    sources: int | None = None
    families: int | None = None
    origins: int | None = None
    coverage: int | None = None
    share: float | None = None
    reason: str | None = None
    mean_7d: float | None = None
    """Articles a day over the last seven days; only of topics that are not sliced, as the two below."""
    change: float | None = None
    change_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A topic, or one slice of it, over a period."""

    topic: str
    title: str
    slice: str = ""
    """Which source, bloc, language or country; empty when the topic is not split."""
    articles: int
    sources: int
    families: int
    origins: int
    coverage: int
    """All articles of the period, on whatever subject."""
    covered_days: int
    share: float
    """articles / coverage, 0..1."""
    mean_7d: float | None
    """Articles a day over those of the last 7 days that have coverage."""
    articles_7: int
    change: float | None
    """Share of the last 7 days as a multiple of the share of the 28 days before; None: `change_reason` says why."""
    change_reason: str | None
    points: tuple[Point, ...] = ()
    """One a day, the oldest first."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is to count at all."""

    topics: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    """Days with at least one article."""


def coverage(db: Connection) -> Coverage:
    """Topics of the current taxonomy, and the days between which something was collected."""
    row = db.execute(query("trend_coverage")).one()
    return Coverage(tuple(row.topics), row.first_day, row.last_day)


def lines(
    db: Connection, *, until: date, days: int, topic: str | None = None, by: str | None = None
) -> tuple[Trend, ...]:
    """Topics (or one of them) over the `days` that end with `until`, split or not; with a point for each day.

    Slices without any article on the topic are left out, unless the topic is asked for by name. Raises `Misconfigured`
    naming what exists for an unknown topic or slice.
    """
    _check(db, topic, by)
    found = periods(db, until=until, days=days, topic=topic, by=by)
    shown = [trend for trend in found if trend.articles or topic or not by]
    points = _points(db, until=until, days=days, by=by, trends=shown)
    return tuple(_with_points(trend, points[trend.topic, trend.slice], until=until, days=days) for trend in shown)


def periods(
    db: Connection, *, until: date | None, days: int, topic: str | None = None, by: str | None = None
) -> list[Trend]:
    """As `lines`, without the points and with every slice that has coverage; `until` None: today."""
    rows = db.execute(query("trend_periods"), {"until": until, "days": days, "topic": topic, "by": by})
    return [Trend(**row) for row in rows.mappings()]


def moved(db: Connection, *, limit: int, until: date | None = None) -> list[Trend]:
    """The topics whose share grew most against the 28 days before; counts are those of the last seven days."""
    week = periods(db, until=until, days=7)
    grown = [trend for trend in week if trend.change and trend.change > 1 and trend.articles_7 >= LEAST_ARTICLES]
    return sorted(grown, key=lambda trend: (-(trend.change or 0), trend.topic))[:limit]


def _check(db: Connection, topic: str | None, by: str | None) -> None:
    if by is not None and by not in SLICES:
        raise Misconfigured(f"Topics cannot be split by {by!r}; they can by {', '.join(SLICES)}.")
    if topic is not None:
        known = coverage(db).topics
        if known and topic not in known:
            raise Misconfigured(f"There is no topic {topic!r}; there are {', '.join(known)}.")


def _points(
    db: Connection, *, until: date, days: int, by: str | None, trends: Collection[Trend]
) -> dict[tuple[str, str], list[Point]]:
    extra = () if by else ("mean_7d", "change", "change_reason")
    columns: list[sa.ColumnClause[object]] = [sa.column(name) for name in ("day", *_FIGURES, *extra)]
    topic, day = sa.column("topic", sa.Text), sa.column("day", sa.Date)
    part = sa.column(by, sa.Text) if by else sa.literal("", sa.Text)
    view = sa.table(f"topic_{by}_days" if by else "topic_days", schema="trends")
    wanted = sa.select(topic, part.label("slice"), *columns).select_from(view)
    wanted = wanted.where(day > until - timedelta(days=days), day <= until, topic.in_({t.topic for t in trends}))
    if by:
        wanted = wanted.where(part.in_({trend.slice for trend in trends}))
    points: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in db.execute(wanted.order_by(topic, part, day)).mappings():
        figures = {name: row[name] for name in ("day", *_FIGURES, *extra)}
        points[row["topic"], row["slice"]].append(Point(**figures))
    return points


def _with_points(trend: Trend, points: Sequence[Point], *, until: date, days: int) -> Trend:
    """The trend with a point for each day of the period; days before the first article of all are gaps as well."""
    known = {point.day: point for point in points}
    every = (until - timedelta(days=back) for back in reversed(range(days)))
    filled = tuple(known.get(day) or Point(day, reason="no coverage") for day in every)
    return replace(trend, points=filled)
