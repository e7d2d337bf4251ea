"""The daily cube that every trend reads: which days changed, and counting those days again.

A day is counted from scratch whenever anything on it changed, so the cube always equals a recount, whatever happened in
which order. Marks are only ever added by writers and taken away by the roll-up that read them: a mark made in a
transaction that is still open when the roll-up runs is simply there for the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

from models.queries import query
from models.tables import dirty_days, taxonomies

_STEP = 31
"""Days counted in one statement of a recount: bounds its memory, whatever the history."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """The days that were counted again."""

    days: tuple[date, ...] = ()


def mark_dirty(db: Connection, days: Iterable[date]) -> None:
    """Note that the counts of these days no longer hold; costs an insert and waits for nobody."""
    rows = [{"day": day} for day in sorted(set(days))]
    if rows:
        db.execute(insert(dirty_days), rows)


def roll_up(db: Connection) -> RollUp:
    """Count the marked days again, for the current taxonomy and for coverage. Roll-ups wait for each other."""
    db.execute(query("cube_lock"))
    days = sorted(set(db.execute(query("cube_take_dirty_days")).scalars()))
    current = db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalar()
    for start in range(0, len(days), _STEP):
        _count_coverage(db, days[start : start + _STEP])
        if current is not None:
            _count_topics(db, current, days[start : start + _STEP])
    return RollUp(tuple(days))


def recount(db: Connection, taxonomy_id: int | None = None) -> RollUp:
    """Count everything from scratch: the topics of one taxonomy, or of the current one and coverage too.

    A taxonomy is counted before it becomes the current one, so that trends switch over at once.
    """
    db.execute(query("cube_lock"))
    counted = taxonomy_id or db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalar()
    days = list(db.execute(query("cube_all_days"), {"taxonomy": counted}).scalars())
    for start in range(0, len(days), _STEP):
        if taxonomy_id is None:
            _count_coverage(db, days[start : start + _STEP])
        if counted is not None:
            _count_topics(db, counted, days[start : start + _STEP])
    return RollUp(tuple(days))


def _count_coverage(db: Connection, days: list[date]) -> None:
    for name in (
        "coverage_cube_clear", "coverage_cube_count", "coverage_totals_clear", "coverage_totals_count",
    ):  # fmt: skip
        db.execute(query(name), {"days": days})


def _count_topics(db: Connection, taxonomy_id: int, days: list[date]) -> None:
    for name in ("topic_cube_clear", "topic_cube_count", "topic_totals_clear", "topic_totals_count"):
        db.execute(query(name), {"taxonomy": taxonomy_id, "days": days})
