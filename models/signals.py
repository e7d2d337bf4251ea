"""Signals: what stands out in trends, read off the views; nothing is worked out here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from models.queries import query


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A topic that got more than usual (or less: a drop) in a slice on a UTC day; see `trends.bursts`."""

    topic: str
    title: str
    slice_kind: str
    """all, bloc, country, language or kind."""
    slice: str
    """Which one; empty for all."""
    day: date
    observed: int
    """Texts on the topic from sources that were complete that day."""
    expected: float
    ratio: float
    p: float
    q: float
    """The part of false ones among the bursts (or drops) of that day with p as low as this."""
    articles: int
    sources: int
    families: int
    origins: int
    grade: str
    completeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTest:
    """One test of a day: `reason` says why the figures are None where it could not be made."""

    topic: str
    slice_kind: str
    slice: str
    day: date
    observed: int | None
    expected: float | None
    ratio: float | None
    p_high: float | None
    p_low: float | None
    q_high: float | None
    q_low: float | None
    grade: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A week from which on the same sources gave a topic another weight; see `trends.shifts`."""

    topic: str
    slice_kind: str
    """all or bloc."""
    slice: str
    week: date
    """Its Monday."""
    ratio: float | None
    """Of the level after it to the one before; None: there was nothing before."""
    level_before: float
    level_after: float
    statistic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour of the last three days that got more of a topic than usual; see `trends.burst_hours`."""

    topic: str
    slice_kind: str
    """all or bloc."""
    slice: str
    hour: datetime
    """Its start, UTC."""
    observed: int
    expected: float
    p: float
    tests: int
    """How many hours were looked at: the chance that one of those found is false is 5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How often tests of the last 91 days were wrong; see `trends.backtest`."""

    history: str
    """quiet or shuffled."""
    direction: str
    """high or low."""
    volume: str
    """any, or 5 or more expected texts."""
    nominal: float
    realised: float | None
    """None: there were no such tests."""
    fired: int
    tests: int


@dataclass(frozen=True, slots=True)
class Headline:
    """An article behind a number."""

    article_id: int
    source: str
    title: str
    url: str
    published_at: datetime | None
    first_seen_at: datetime


def bursts(
    db: Connection, *, since: date, until: date, topic: str | None = None, slice_kind: str | None = None
) -> tuple[Burst, ...]:
    """The bursts of these UTC days (both included), of all topics and slices or of some; newest and surest first."""
    return _standing_out(db, "bursts", since, until, topic, slice_kind)


def drops(
    db: Connection, *, since: date, until: date, topic: str | None = None, slice_kind: str | None = None
) -> tuple[Burst, ...]:
    """As `bursts`, of what got less than usual."""
    return _standing_out(db, "drops", since, until, topic, slice_kind)


def line(
    db: Connection, *, topic: str, since: date, until: date, slice_kind: str = "all", slice_name: str = ""
) -> tuple[DayTest, ...]:
    """Every test of one topic in one slice, the oldest first: what was expected on each day beside what was seen."""
    view, columns = _view("tests", DayTest)
    wanted = (
        sa.select(*columns)
        .select_from(view)
        .where(_text("topic") == topic, _text("slice_kind") == slice_kind, _text("slice") == slice_name)
        .where(_DAY.between(since, until))
        .order_by(_DAY)
    )
    return tuple(DayTest(**row) for row in db.execute(wanted).mappings())


def shifts(db: Connection, topic: str | None = None) -> tuple[Shift, ...]:
    """The slow shifts of the last 26 weeks, of every topic or of one, the newest first."""
    view, columns = _view("shifts", Shift)
    wanted = sa.select(*columns).select_from(view)
    if topic is not None:
        wanted = wanted.where(_text("topic") == topic)
    wanted = wanted.order_by(sa.column("week").desc(), _text("topic"), _text("slice_kind"), _text("slice"))
    return tuple(Shift(**row) for row in db.execute(wanted).mappings())


def hours(db: Connection) -> tuple[Hour, ...]:
    """The hours of the last three days that stand out, the newest first."""
    return tuple(Hour(**row) for row in db.execute(query("signal_hours")).mappings())


def backtest(db: Connection) -> tuple[Calibration, ...]:
    """The realised beside the nominal rates of false alarms."""
    view, columns = _view("backtest", Calibration)
    order: tuple[sa.ColumnElement[Any], ...] = (_text("history"), _text("direction"), _text("volume"))
    wanted = sa.select(*columns).select_from(view).order_by(*order, sa.column("nominal").desc())
    return tuple(Calibration(**row) for row in db.execute(wanted).mappings())


def articles(
    db: Connection, *, topic: str, day: date, slice_kind: str = "all", slice_name: str = ""
) -> tuple[Headline, ...]:
    """The articles of a topic in a slice on a UTC day, the first seen first."""
    values = {"topic": topic, "day": day, "slice_kind": slice_kind, "slice": slice_name}
    return tuple(Headline(**row) for row in db.execute(query("signal_articles"), values).mappings())


def _text(name: str) -> sa.ColumnClause[str]:
    return sa.column(name, sa.Text)


_DAY = sa.column("day", sa.Date)


def _view(name: str, kind: type[Any]) -> tuple[sa.TableClause, Sequence[sa.ColumnClause[Any]]]:
    return sa.table(name, schema="trends"), [sa.column(field.name) for field in fields(kind)]


def _standing_out(
    db: Connection, name: str, since: date, until: date, topic: str | None, slice_kind: str | None
) -> tuple[Burst, ...]:
    view, columns = _view(name, Burst)
    wanted = sa.select(*columns).select_from(view).where(_DAY.between(since, until))
    if topic is not None:
        wanted = wanted.where(_text("topic") == topic)
    if slice_kind is not None:
        wanted = wanted.where(_text("slice_kind") == slice_kind)
    wanted = wanted.order_by(_DAY.desc(), sa.column("p"), _text("topic"), _text("slice_kind"), _text("slice"))
    return tuple(Burst(**row) for row in db.execute(wanted).mappings())
