"""How complete each day of each source is, graded against its own history by the rule in sql/views/05_grades.sql."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer

from models.queries import query
from models.tables import source_days

MEMORY = timedelta(days=56)
"""How far back a grade looks: articles that arrive late change what is expected of so many days after theirs."""
HEARING = timedelta(days=8)
"""Days that are graded again by every roll-up: a poll of today may still answer for them."""
EVER = date(1900, 1, 1)
"""Before any day that can be graded."""


def grade(db: Connection, marked: Collection[tuple[date, int | None]] = ()) -> list[date]:
    """Grade the days that are new since the last time, the last eight, and those that `marked` days of sources bear on.

    Marks are (UTC day, source id or None for every source). Returns the days on which a grade, or what it rests on,
    changed.
    """
    today: date = db.execute(text("SELECT trends.today()")).scalar_one()
    yesterday = today - timedelta(days=1)
    known: date | None = db.execute(select(func.max(source_days.c.day))).scalar()
    since = min(known, today - HEARING) if known else EVER
    changed = set(_grade(db, since, yesterday, None))
    early: dict[int | None, tuple[date, date]] = {}
    for day, source in marked:
        if day < since or source is None:
            first, last = early.get(source, (day, day))
            early[source] = min(first, day), max(last, day)
    for source, (first, last) in early.items():
        # An article from before the source was watched may close a hole in its archive, and so open all days before it.
        changed.update(_grade(db, EVER if first < since else first, min(last + MEMORY, yesterday), source))
    return sorted(changed)


def grade_all(db: Connection) -> list[date]:
    """Grade every day of every source anew; returns the days that changed."""
    today: date = db.execute(text("SELECT trends.today()")).scalar_one()
    return _grade(db, EVER, today - timedelta(days=1), None)


def add_up(db: Connection, days: Sequence[date]) -> None:
    """Add up the grades of these days by slice."""
    db.execute(query("slice_coverage_count"), {"days": list(days)})


_COUNT = query("grades_count").bindparams(
    bindparam("since", type_=Date), bindparam("until", type_=Date), bindparam("sources", type_=ARRAY(Integer))
)


def _grade(db: Connection, since: date, until: date, source: int | None) -> list[date]:
    values = {"since": since, "until": until, "sources": None if source is None else [source]}
    return list(db.execute(_COUNT, values).scalars())
