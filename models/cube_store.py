"""The daily cube that every trend reads: which days changed, and counting those days again.

The database itself marks a day and source whenever an article, its tags or its source change (triggers of migration
0011), so that no writer can forget to. What is marked is counted from scratch, so the cube always equals a recount,
whatever happened in which order. A mark made in a transaction that is still open when the roll-up runs is simply there
for the next one.

Three layers, each made from the one before: `cube` (by day, source and language), `source_days` (how complete a day of
a source is), `counts` (four counts by slice and day, week or month). What is tested of them is noted for `burst_store`;
what `diffusion_store` counts stands beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import Date, Integer

from models import burst_store, coverage_store, diffusion_store
from models.queries import query
from models.tables import dirty_days, dirty_periods, taxonomies

COVERAGE = 0
"""Stands for a taxonomy's number where all articles are counted, on whatever subject."""
_STEP = 31
"""Days counted in one statement: bounds its memory, whatever the history."""

Mark: TypeAlias = tuple[date, int | None]
"""A UTC day and the source it changed for; None: for every source."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """The days that were counted again."""

    days: tuple[date, ...] = ()


def mark_dirty(db: Connection, days: Iterable[date]) -> None:
    """Note that the counts of these days no longer hold, of whatever source; costs an insert and waits for nobody."""
    rows = [{"day": day} for day in sorted(set(days))]
    if rows:
        db.execute(insert(dirty_days), rows)


def roll_up(db: Connection) -> RollUp:
    """Count again what is marked, for coverage and the current taxonomy: days, grades, weeks, months, pairs, stories.

    Roll-ups wait for each other.
    """
    rolled, marks = count_days(db)
    grade_days(db, marks)
    count_periods(db)
    diffusion_store.count(db, marks, _versions(db)[1:])
    return rolled


def count_days(db: Connection) -> tuple[RollUp, frozenset[Mark]]:
    """Count the marked days again; returns them, and the marks, which `grade_days` is to see.

    Their weeks and months are noted for `count_periods`, and what is to be tested again for `burst_store`.
    """
    db.execute(query("cube_lock"))
    marks = frozenset((row.day, row.source_id) for row in db.execute(query("cube_take_marks")))
    versions = _versions(db)
    days = sorted({day for day, _ in marks})
    for some in _steps(days):
        theirs = [mark for mark in marks if mark[0] in some]
        _count_cells(db, theirs, versions)
        _count_slices(db, "day", some, versions, {source for _, source in theirs})
    _note_periods(db, days)
    burst_store.mark(db, days)
    return RollUp(tuple(days)), marks


def grade_days(db: Connection, marks: Collection[Mark] = ()) -> list[date]:
    """Grade the days of sources that are new or that the marks bear on; what is comparable follows.

    Returns the days that changed.
    """
    db.execute(query("cube_lock"))
    changed = _follow(db, coverage_store.grade(db, marks), _versions(db))
    burst_store.mark(db, changed)
    return changed


def count_periods(db: Connection) -> None:
    """Count the weeks and months again in which a day was."""
    db.execute(query("cube_lock"))
    noted = db.execute(delete(dirty_periods).returning(dirty_periods.c.grain, dirty_periods.c.starts_on)).tuples().all()
    _count_periods(db, noted, _versions(db))


def recount(db: Connection, taxonomy_id: int | None = None) -> RollUp:
    """Count everything from scratch: the topics and actors of one taxonomy, or of the current one and coverage too.

    A taxonomy is counted before it becomes the current one, so that trends switch over at once.
    """
    db.execute(query("cube_lock"))
    if taxonomy_id is None:  # what is marked is counted with all the rest
        db.execute(query("cube_take_marks"))
        db.execute(delete(dirty_periods))
    versions = _versions(db) if taxonomy_id is None else [taxonomy_id]
    days = list(db.execute(query("cube_all_days"), {"taxonomies": versions}).scalars())
    for some in _steps(days):
        _count_cells(db, [(day, None) for day in some], versions)
    graded = coverage_store.grade_all(db) if taxonomy_id is None else []
    db.execute(query("cube_analyze"))
    for some in _steps(days):
        _count_slices(db, "day", some, versions)
    for some in _steps(graded):
        coverage_store.add_up(db, some)
    _count_periods(db, _periods(days), versions)
    burst_store.mark_all(db)
    counted = [version for version in versions if version != COVERAGE]
    diffusion_store.recount(db, days, versions=counted, stories=taxonomy_id is None)
    return RollUp(tuple(days))


def _versions(db: Connection) -> list[int]:
    """What is counted: coverage, and the current taxonomy if there is one."""
    current = db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalar()
    return [COVERAGE] if current is None else [COVERAGE, current]


def _steps(days: Sequence[date]) -> Iterable[list[date]]:
    return (list(days[start : start + _STEP]) for start in range(0, len(days), _STEP))


_DAYS = bindparam("days", type_=ARRAY(Date))
_SOURCES = bindparam("sources", type_=ARRAY(Integer))
_CLEAR, _COUNT = query("cube_clear").bindparams(_DAYS, _SOURCES), query("cube_count").bindparams(_DAYS, _SOURCES)
_COUNT_SLICES = query("counts_count").bindparams(_SOURCES)


def _count_cells(db: Connection, marks: Collection[Mark], versions: Sequence[int]) -> None:
    """Count cells again; a mark of every source takes in those of single ones of that day."""
    whole = {day for day, source in marks if source is None}
    kept = sorted({(day, 0 if source is None or day in whole else source) for day, source in marks})
    values = {
        "days": [day for day, _ in kept],
        "sources": [source or None for _, source in kept],
        "taxonomies": list(versions),
    }
    db.execute(_CLEAR, values)
    db.execute(_COUNT, values)


def _count_slices(
    db: Connection,
    grain: str,
    starts: Sequence[date],
    versions: Sequence[int],
    sources: Collection[int | None] = (None,),
) -> None:
    """Count slices again whose cells changed, of these sources only or (None among them) of any."""
    some = None if None in sources else sorted(source for source in sources if source is not None)
    values = {"grain": grain, "starts": list(starts), "taxonomies": list(versions), "sources": some}
    db.execute(_COUNT_SLICES, values)


def _follow(db: Connection, days: Sequence[date], versions: Sequence[int]) -> list[date]:
    for some in _steps(days):
        coverage_store.add_up(db, some)
        _count_slices(db, "day", some, versions)
    return list(days)


def _periods(days: Collection[date]) -> set[tuple[str, date]]:
    """The weeks and months in which these days are."""
    return {
        period
        for day in days
        for period in (("week", day - timedelta(days=day.weekday())), ("month", day.replace(day=1)))
    }


def _note_periods(db: Connection, days: Collection[date]) -> None:
    rows = [{"grain": grain, "starts_on": starts_on} for grain, starts_on in sorted(_periods(days))]
    if rows:
        db.execute(upsert(dirty_periods).on_conflict_do_nothing(), rows)


def _count_periods(db: Connection, periods: Collection[tuple[str, date]], versions: Sequence[int]) -> None:
    by_grain: dict[str, list[date]] = defaultdict(list)
    for grain, starts_on in sorted(periods):
        by_grain[grain].append(starts_on)
    for grain, starts in by_grain.items():
        at_once = 4 if grain == "week" else 1
        for first in range(0, len(starts), at_once):
            _count_slices(db, grain, starts[first : first + at_once], versions)
