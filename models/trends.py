"""Trends: topics over time, read off the views and the cube; nothing is counted here.

A day that cannot be compared is a point without figures and with a reason: a gap, never a zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models.queries import query

SLICES = ("source", "bloc", "language", "country", "kind")
"""What topics can be split by."""
GRAINS = ("day", "week", "month")
"""What a point may stand for: a UTC day, a week from its Monday, a calendar month."""
LEAST_ARTICLES = 3
"""Articles in the last week from which a topic can be said to have moved: one after none is no movement."""
_FIGURES = ("articles", "sources", "families", "origins", "effective_sources", "coverage", "share", "grade",
            "completeness", "reason", "complete")  # fmt: skip
_OF_DAYS = ("comparable_share",)
_OF_WHOLE_DAYS = ("mean_7d", "change", "change_reason")


@dataclass(frozen=True, slots=True)
class Point:
    """One day, week or month: four counts, the share of coverage and how complete that is.

    Counts are None where nothing was collected; the share also where the day cannot be compared. `reason` says why.
    """

    day: date
    """The day, the Monday of the week, or the first of the month."""
    articles: int | None = None
    sources: int | None = None
    families: int | None = None
    origins: int | None = None
    effective_sources: float | None = None
    """Sources of equal size that would be as concentrated."""
    coverage: int | None = None
    share: float | None = None
    """articles / coverage, 0..1."""
    comparable_share: float | None = None
    """The share among sources graded ok that day; only of days."""
    grade: str = "unknown"
    """ok, thin, dark or unknown: how much of what its sources normally yield comes from complete ones."""
    completeness: float | None = None
    """That part, 0..1."""
    reason: str | None = None
    complete: bool = True
    """Whether the day, week or month is over."""
    mean_7d: float | None = None
    """Articles a day over the last seven days; only of days of topics that are not sliced, as the two below."""
    change: float | None = None
    change_reason: str | None = None

    @property
    def dark(self) -> bool:
        """Whether something was collected, but too little to compare the day with others."""
        return self.articles is not None and self.grade == "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A topic, or one slice of it, over a period."""

    topic: str
    title: str
    slice: str = ""
    """Which source, bloc, language, country or kind; empty when the topic is not split."""
    articles: int
    sources: int
    families: int
    origins: int
    coverage: int
    """All articles of the period, on whatever subject."""
    covered_days: int
    share: float
    """articles / coverage, 0..1."""
    effective_sources: float | None
    """Sources of equal size that would be as concentrated as those of the period."""
    comparable_share: float | None
    """The share among articles of source days graded ok."""
    completeness: float | None
    """The part of what the sources normally yield that fell to source days graded ok, 0..1."""
    ok_days: int
    thin_days: int
    dark_days: int
    """Complete days with that grade; those that remain cannot be graded."""
    mean_7d: float | None
    """Articles a day over those of the last 7 days that have coverage."""
    articles_7: int
    change: float | None
    """Share of the last 7 days as a multiple of the share of the 28 days before; None: `change_reason` says why."""
    change_reason: str | None
    points: tuple[Point, ...] = ()
    """One a day (week, month), the oldest first."""


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


def start(until: date, *, days: int, grain: str = "day") -> date:
    """The first day of the `days` that end with `until`; for weeks and months that of the whole first one."""
    first = until - timedelta(days=days - 1)
    if grain == "week":
        return first - timedelta(days=first.weekday())
    return first.replace(day=1) if grain == "month" else first


def lines(
    db: Connection,
    *,
    until: date,
    days: int,
    topic: str | None = None,
    by: str | None = None,
    only: str | None = None,
    grain: str = "day",
) -> tuple[Trend, ...]:
    """Topics (or one of them) over the `days` that end with `until`, split or not; with a point for each day.

    With `grain` week or month a point stands for that, and the period begins with the first whole one. Slices without
    any article on the topic are left out, unless the topic or the slice (`only`) is asked for by name. Raises
    `Misconfigured` naming what exists for an unknown topic, split, slice or grain.
    """
    _check(db, topic, by, only, grain)
    days = (until - start(until, days=days, grain=grain)).days + 1
    found = periods(db, until=until, days=days, topic=topic, by=by)
    shown = [
        trend
        for trend in found
        if (only is None or trend.slice == only) and (trend.articles or topic or only or not by)
    ]
    points = _points(db, until=until, days=days, by=by, grain=grain, trends=shown)
    every = list(_starts(until=until, days=days, grain=grain))
    return tuple(_with_points(trend, points[trend.topic, trend.slice], every) for trend in shown)


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


def _check(db: Connection, topic: str | None, by: str | None, only: str | None, grain: str) -> None:
    if by is not None and by not in SLICES:
        raise Misconfigured(f"Topics cannot be split by {by!r}; they can by {', '.join(SLICES)}.")
    if grain not in GRAINS:
        raise Misconfigured(f"There is no grain {grain!r}; there are {', '.join(GRAINS)}.")
    if topic is not None:
        check_topic(db, topic)
    if only is not None:
        if by is None:
            raise Misconfigured(f"Say what {only!r} is one of, with --by: {', '.join(SLICES)}.")
        parts = slices(db, by)
        if parts and only not in parts:
            raise Misconfigured(f"There is no {by} {only!r} with coverage; there are {', '.join(parts)}.")


def check_topic(db: Connection, topic: str) -> None:
    """Raises `Misconfigured` naming the topics there are, unless `topic` is one or there is none at all."""
    known = coverage(db).topics
    if known and topic not in known:
        raise Misconfigured(f"There is no topic {topic!r}; there are {', '.join(known)}.")


def slices(db: Connection, by: str) -> tuple[str, ...]:
    """The sources, blocs, languages, countries or kinds that ever had coverage, in the order of the alphabet."""
    kind, part = sa.column("slice_kind", sa.Text), sa.column("slice", sa.Text)
    wanted = sa.select(part).select_from(sa.table("slices", schema="trends")).where(kind == by).order_by(part)
    return tuple(db.execute(wanted).scalars())


def _points(
    db: Connection, *, until: date, days: int, by: str | None, grain: str, trends: Collection[Trend]
) -> dict[tuple[str, str], list[Point]]:
    day, part, lines = _view(by, grain)
    extra = (_OF_DAYS if by else _OF_DAYS + _OF_WHOLE_DAYS) if grain == "day" else ()
    figures: list[sa.ColumnClause[object]] = [sa.column(name) for name in _FIGURES + extra]
    topic = sa.column("topic", sa.Text)
    wanted = lines.add_columns(topic, part.label("slice"), day.label("day"), *figures).where(
        day > until - timedelta(days=days), day <= until, topic.in_({trend.topic for trend in trends})
    )
    if by:
        wanted = wanted.where(part.in_({trend.slice for trend in trends}))
    points: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for row in db.execute(wanted.order_by(topic, part, day)).mappings():
        known = {name: value for name, value in row.items() if name not in {"topic", "slice"}}
        points[row["topic"], row["slice"]].append(Point(**known))
    return points


def _view(by: str | None, grain: str) -> tuple[sa.ColumnElement[date], sa.ColumnElement[str], sa.Select[Any]]:
    """Where points are read: their day, their slice, and a SELECT of nothing yet."""
    if grain == "day":
        name = f"topic_{by}_days" if by else "topic_days"
        part: sa.ColumnElement[str] = sa.column(by, sa.Text) if by else sa.literal("", sa.Text)
        return sa.column("day", sa.Date), part, sa.select().select_from(sa.table(name, schema="trends"))
    periods = sa.select().select_from(sa.table("topic_periods", schema="trends"))
    periods = periods.where(sa.column("grain") == grain, sa.column("slice_kind") == (by or "all"))
    return sa.column("starts_on", sa.Date), sa.column("slice", sa.Text), periods


def _starts(*, until: date, days: int, grain: str) -> Iterator[date]:
    """The first days of all periods of a grain, the oldest first."""
    for back in reversed(range(days)):
        day = until - timedelta(days=back)
        if grain == "day" or (day.weekday() == 0 if grain == "week" else day.day == 1):
            yield day


def _with_points(trend: Trend, points: Sequence[Point], every: Iterable[date]) -> Trend:
    """The trend with a point for each start of a period; where the views have none is a gap as well."""
    known = {point.day: point for point in points}
    return replace(trend, points=tuple(known.get(day) or Point(day, reason="no coverage") for day in every))
