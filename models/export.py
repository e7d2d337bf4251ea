"""Views as streams of rows, for files: read through a cursor of the server's, never held whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models.queries import query

BATCH = 2000
"""Rows that are in memory at a time."""
_DAYS = ("day", "week", "month", "starts_on", "started_at", "first_published_at", "at")
"""Columns by which a view can be cut to some days, the first it has."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view, with its type as Postgres writes it: `integer`, `text[]`, `timestamp with time zone`."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class View:
    """A view of schema `trends` or `ops`, and what a row of it is."""

    schema: str
    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def day(self) -> Column | None:
        """The column that says on which day a row counts."""
        named = {column.name: column for column in self.columns}
        return next((named[name] for name in _DAYS if name in named), None)


def views(db: Connection) -> tuple[View, ...]:
    """Every view that analysts read, in the order of schema and name."""
    rows = db.execute(query("export_views")).mappings()
    return tuple(
        View(row["schema"], row["name"], row["about"], tuple(map(Column, row["columns"], row["types"]))) for row in rows
    )


def view(db: Connection, name: str) -> View:
    """The view called `name`, with its schema or without it; raises `Misconfigured` naming what exists."""
    known = views(db)
    for one in known:
        if name in {one.name, f"{one.schema}.{one.name}"}:
            return one
    names = ", ".join(one.name if one.schema == "trends" else f"{one.schema}.{one.name}" for one in known)
    raise Misconfigured(f"There is no view {name!r}; there are {names}.")


def rows(
    db: Connection, of: View, *, since: date | None = None, until: date | None = None, topic: str | None = None
) -> Iterator[Sequence[sa.Row[Any]]]:
    """The rows of a view in batches, the oldest day first; from `since` to `until`, both included, and on one topic.

    Raises `Misconfigured` when the view has no days or no topics to be cut by.
    """
    wanted = sa.select(*(sa.column(column.name) for column in of.columns)).select_from(
        sa.table(of.name, schema=of.schema)
    )
    wanted = _cut(wanted, of, since, until)
    if topic is not None:
        wanted = wanted.where(_on_topic(of, topic))
    return _streamed(db, wanted)


def _streamed(db: Connection, wanted: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
    with db.execute(wanted, execution_options={"stream_results": True, "max_row_buffer": BATCH}) as found:
        yield from found.partitions(BATCH)


def _cut(wanted: sa.Select[Any], of: View, since: date | None, until: date | None) -> sa.Select[Any]:
    if of.day is None:
        if since or until:
            raise Misconfigured(
                f"{of.schema}.{of.name} has no days to cut it by: leave out --days, --since and --until."
            )
        return wanted
    day: sa.ColumnClause[Any] = sa.column(of.day.name)
    instants = of.day.type.startswith("timestamp")

    def midnight(day: date) -> date | datetime:
        return datetime.combine(day, time(), UTC) if instants else day

    if since:
        wanted = wanted.where(day >= midnight(since))
    if until:
        wanted = wanted.where(day < midnight(until + timedelta(days=1)))
    return wanted.order_by(day)


def _on_topic(of: View, topic: str) -> sa.ColumnElement[bool]:
    types = {column.name: column.type for column in of.columns}
    if types.get("topic") == "text":
        return sa.column("topic", sa.Text) == topic
    if types.get("topics") == "text[]":
        return sa.literal(topic) == sa.any_(sa.column("topics", sa.ARRAY(sa.Text)))
    raise Misconfigured(f"{of.schema}.{of.name} has no topics to cut it by: leave out --topic.")
