"""How complete each day of each source is, graded against its own history by the rule in sql/views/05_grades.sql."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer

from models.queries import query
from models.tables import source_days

MEMORY = timedelta(days=56)
"""How far back a grade looks: articles that arrive late change what is expected of so many days after theirs."""
HOLE = timedelta(days=14)
"""How long an archive may list nothing: an article that comes into such a hole moves where the archive begins."""
HEARING = timedelta(days=8)
"""Days whose grades may change without an article: a poll of today may still answer for them."""
EVER = date(1900, 1, 1)
"""Before any day that can be graded."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What grading changed."""

    days: Set[date] = frozenset()
    """Days on which a grade changed, or what it rests on."""
    regraded: Set[tuple[date, int]] = frozenset()
    """On which of them, and of which source, it was a grade, or what is expected."""

    def __or__(self, other: Graded) -> Graded:
        return Graded(self.days | other.days, self.regraded | other.regraded)


def grade(db: Connection, marked: Collection[tuple[date, int | None]] = ()) -> Graded:
    """Grade the days that are new since the last time, and those that `marked` days of sources, polls or feeds bear on.

    Marks are (UTC day, source id or None for every source). What is comparable by it is noted for `cube_store`.
    """
    today: date = db.execute(text("SELECT trends.today()")).scalar_one()
    yesterday = today - timedelta(days=1)
    known: date | None = db.execute(select(func.max(source_days.c.day))).scalar()
    if known is None:
        return _grade(db, EVER, yesterday, None)
    since = min(today, known + timedelta(days=1)) - HEARING  # of the day on which days were last graded
    opened = set(db.execute(_OPEN, {"since": since}).scalars())
    if known != yesterday:  # each day is once graded for every source
        recent = _grade(db, since, yesterday, None)
    else:
        heard = set(db.execute(_STALE, {"since": since}).scalars())
        days = {day for day, _ in marked if since <= day <= yesterday}
        again = heard | {source for day, source in marked if day in days}
        recent = _grade_some(db, since if heard else min(days, default=yesterday), yesterday, again)
    archives: dict[int | None, date] = dict(db.execute(_ARCHIVES, {"since": since}).tuples().all())
    late = [(day, source) for day, source in marked if day < since or day <= archives.get(source, EVER)]
    # An article from before the source was watched may close a hole in its archive, and so open all days before it.
    last = max((day for day, _ in late), default=yesterday)
    graded = recent | _grade_some(db, EVER, min(last + HOLE + MEMORY, yesterday), {source for _, source in late})
    return graded | _grade_some(db, EVER, yesterday, opened)


def grade_all(db: Connection) -> Graded:
    """Grade every day of every source anew, and note nothing."""
    today: date = db.execute(text("SELECT trends.today()")).scalar_one()
    return _grade(db, EVER, today - timedelta(days=1), None, noted=False)


def days_of(db: Connection, sources: Collection[int | None]) -> list[date]:
    """Every day on which one of these sources is graded; None stands for none."""
    wanted = source_days.c.source_id.in_([source for source in sources if source is not None])
    return list(db.execute(select(source_days.c.day).where(wanted).distinct().order_by(source_days.c.day)).scalars())


def add_up(db: Connection, marks: Collection[tuple[date, int | None]]) -> None:
    """Add up grades by slice: of the slices in which a marked source stands, on the UTC day; None: of all slices."""
    db.execute(_ADD_UP, {"days": [day for day, _ in marks], "sources": [source for _, source in marks]})


_ADD_UP = query("slice_coverage_count").bindparams(
    bindparam("days", type_=ARRAY(Date)), bindparam("sources", type_=ARRAY(Integer))
)
_STALE = query("grades_stale").bindparams(bindparam("since", type_=Date))
_OPEN = query("grades_open").bindparams(bindparam("since", type_=Date))
_ARCHIVES = query("grades_archives").bindparams(bindparam("since", type_=Date))
_COUNT = query("grades_count").bindparams(
    bindparam("since", type_=Date), bindparam("until", type_=Date), bindparam("sources", type_=ARRAY(Integer))
)


def _grade_some(db: Connection, since: date, until: date, sources: Collection[int | None]) -> Graded:
    """Grade days of these sources, if there are any; None among them: of all."""
    if not sources:
        return Graded()
    return _grade(db, since, until, None if None in sources else sorted(filter(None, sources)))


def _grade(db: Connection, since: date, until: date, sources: Sequence[int] | None, *, noted: bool = True) -> Graded:
    values = {"since": since, "until": until, "sources": sources, "noted": noted}
    rows = db.execute(_COUNT, values).all()
    return Graded({row.day for row in rows}, {(row.day, source) for row in rows for source in row.regraded})
