"""The daily cube that every trend reads: which days changed, and counting those days again.

The database itself marks a day and source whenever an article, its tags or its source change (triggers of migration
0011), so that no writer can forget to. The cells of what is marked are counted from the articles, and the counts of
slices follow the cells that changed, so that all of it always equals a recount, whatever happened in which order. A
mark made in a transaction that is still open when the roll-up runs is simply there for the next one.

Three layers, each made from the one before: `cube` (by day, source and language), `source_days` (how complete a day of
a source is), `counts` (four counts by slice and day, week or month). What is tested of them is noted for `burst_store`;
what `diffusion_store` counts stands beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer, Text

from models import burst_store, coverage_store, diffusion_store
from models.queries import query
from models.tables import cube_changes, dirty_days, taxonomies

COVERAGE = 0
"""Stands for a taxonomy's number where all articles are counted, on whatever subject."""
_STEP = 31
"""Days counted in one statement: bounds its memory, whatever the history."""

Mark: TypeAlias = tuple[date, int | None]
"""A UTC day and the source it changed for; None: for every source."""
Period: TypeAlias = tuple[str, date]
"""A grain (day, week, month) and the first day."""


@dataclass(frozen=True, slots=True)
class RollUp:
    """The days that were counted again."""

    days: tuple[date, ...] = ()
    marks: frozenset[Mark] = field(default=frozenset(), compare=False)
    """What was marked."""
    yields: frozenset[Mark] = field(default=frozenset(), compare=False)
    """The days of sources that have more articles now, or fewer: what grades rest on."""


def mark_dirty(db: Connection, days: Iterable[date]) -> None:
    """Note that the counts of these days no longer hold, of whatever source; costs an insert and waits for nobody."""
    rows = [{"day": day} for day in sorted(set(days))]
    if rows:
        db.execute(insert(dirty_days), rows)


def roll_up(db: Connection) -> RollUp:
    """Count again what is marked, for coverage and the current taxonomy: days, weeks, months, grades, habits, pairs,
    stories.

    Roll-ups wait for each other; no source changes while one runs.
    """
    rolled = count_days(db)
    graded = grade_days(db, rolled.yields)
    diffusion_store.keep_habits(db, {*rolled.days, *graded})
    diffusion_store.count(db, rolled.marks, _versions(db)[1:])
    return rolled


def count_days(db: Connection) -> RollUp:
    """Count the marked days again, and let their weeks and months follow.

    Days of a source that stands in other slices now are counted from their cells as a whole. What is to be tested again
    is noted for `burst_store`.
    """
    db.execute(query("cube_lock"))
    db.execute(query("sources_hold"))
    taken = db.execute(query("cube_take_marks")).all()
    marks = frozenset((mark.day, mark.source_id) for mark in taken)
    moved = sorted({mark.day for mark in taken if mark.is_moved})
    anew, versions, days = _periods(moved), _versions(db), sorted({day for day, _ in marks})
    by_day = _by_day(marks)
    yields: set[Mark] = set()
    for some in _steps(days):
        _count_cells(db, [mark for day in some for mark in by_day[day]], versions, noted=True)
        yields.update(db.execute(_YIELDS).tuples())
        _follow(db, some, skipped=anew)
    _count_slices(db, anew, versions)
    for some in _steps(coverage_store.days_of(db, {mark.source_id for mark in taken if mark.is_moved})):
        coverage_store.add_up(db, [(day, None) for day in some])
    burst_store.mark(db, days)
    return RollUp(tuple(days), marks, frozenset(yields))


def grade_days(db: Connection, yields: Collection[Mark] = ()) -> list[date]:
    """Grade the days of sources that are new or that these yields bear on; what is comparable follows.

    Returns the days that changed.
    """
    db.execute(query("cube_lock"))
    graded = coverage_store.grade(db, yields)
    sources = _by_day(graded.regraded)
    for some in _steps(sorted(sources)):
        coverage_store.add_up(db, [mark for day in some for mark in sources[day]])
        _follow(db, some)
    burst_store.mark(db, graded.days)
    return sorted(graded.days)


def recount(db: Connection, taxonomy_id: int | None = None) -> RollUp:
    """Count everything from scratch: the topics and actors of one taxonomy, or of the current one and coverage too.

    A taxonomy is counted before it becomes the current one, so that trends switch over at once.
    """
    db.execute(query("cube_lock"))
    if taxonomy_id is None:  # what is marked is counted with all the rest
        db.execute(query("cube_take_marks"))
    versions = _versions(db) if taxonomy_id is None else [taxonomy_id]
    days = list(db.execute(query("cube_all_days"), {"taxonomies": versions}).scalars())
    for some in _steps(days):
        _count_cells(db, [(day, None) for day in some], versions)
    graded = sorted({day for day, _ in coverage_store.grade_all(db).regraded}) if taxonomy_id is None else []
    db.execute(query("cube_analyze"))
    _count_slices(db, _periods(days), versions)
    for some in _steps(graded):
        coverage_store.add_up(db, [(day, None) for day in some])
    burst_store.mark_all(db)
    counted = [version for version in versions if version != COVERAGE]
    db.execute(query("habits_count"))
    diffusion_store.recount(db, days, versions=counted, stories=taxonomy_id is None)
    return RollUp(tuple(days))


def _versions(db: Connection) -> list[int]:
    """What is counted: coverage, and the current taxonomy if there is one."""
    current = db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalar()
    return [COVERAGE] if current is None else [COVERAGE, current]


def _by_day(marks: Iterable[Mark]) -> dict[date, list[Mark]]:
    found: dict[date, list[Mark]] = defaultdict(list)
    for mark in marks:
        found[mark[0]].append(mark)
    return found


def _steps(days: Sequence[date], size: int = _STEP) -> Iterable[list[date]]:
    return (list(days[start : start + size]) for start in range(0, len(days), size))


_COUNT = query("cube_count").bindparams(
    bindparam("days", type_=ARRAY(Date)), bindparam("sources", type_=ARRAY(Integer))
)
_FOLLOW = query("counts_follow").bindparams(
    bindparam("days", type_=ARRAY(Date)),
    bindparam("skipped_grains", type_=ARRAY(Text)),
    bindparam("skipped", type_=ARRAY(Date)),
)

_YIELDS = select(cube_changes.c.day, cube_changes.c.source_id).where(
    cube_changes.c.about == "coverage", cube_changes.c.articles != 0
)


def _count_cells(db: Connection, marks: Collection[Mark], versions: Sequence[int], *, noted: bool = False) -> None:
    """Count cells again, and note what changes for `_follow`."""
    values = {"days": [day for day, _ in marks], "sources": [source for _, source in marks]}
    db.execute(_COUNT, {**values, "taxonomies": list(versions), "noted": noted})


def _follow(db: Connection, days: Sequence[date], *, skipped: Collection[Period] = ()) -> None:
    """Bring the counts of slices in line with the cells of these days that were noted as changed.

    What is `skipped` is counted as a whole.
    """
    named = {"skipped_grains": [grain for grain, _ in skipped], "skipped": [first for _, first in skipped]}
    db.execute(query("cube_changes_analyze"))
    db.execute(_FOLLOW, {"days": days, **named})


def _periods(days: Collection[date]) -> set[Period]:
    """These days, and the weeks and months in which they are."""
    return {
        period
        for day in days
        for period in (
            ("day", day),
            ("week", day - timedelta(days=day.weekday())),
            ("month", day.replace(day=1)),
        )
    }


_AT_ONCE = {"day": _STEP, "week": 4, "month": 1}


def _count_slices(db: Connection, periods: Collection[Period], versions: Sequence[int]) -> None:
    """Count slices of these periods from all their cells."""
    for grain, at_once in _AT_ONCE.items():
        for some in _steps(sorted(first for kind, first in periods if kind == grain), at_once):
            db.execute(query("counts_count"), {"grain": grain, "starts": some, "taxonomies": list(versions)})
