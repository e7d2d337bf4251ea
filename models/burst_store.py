"""Tests of days, kept: whether topics got more or less than usual, by the rule in sql/views/61_tests.sql.

A test rests on the day and the 56 before it. The roll-up notes which days that changes (`news.dirty_tests`, in the
transaction that changes the counts), and `refresh` tests them anew, the newest first, a few at a time: late arrivals
reopen their days and what looks back on them, and nothing else. Slow shifts rest on 26 weeks (sql/views/64_shifts.sql):
they are found anew by the first `refresh` after a count of those weeks changed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date

from models.queries import query
from models.tables import dirty_tests

AT_ONCE = 7
"""Days tested in one transaction: the roll-up, which notes others, waits for no more than these."""

_DAYS = bindparam("days", type_=ARRAY(Date))
_CLEAR, _MAKE, _NOTE = (query(name).bindparams(_DAYS) for name in ("tests_clear", "tests_make", "tests_note"))
_MARK, _MARK_SHIFTS = query("tests_mark").bindparams(_DAYS), query("shifts_mark").bindparams(_DAYS)


def mark(db: Connection, days: Collection[date]) -> None:
    """Note that counts or grades of these UTC days changed: they and those that look back on them are to be tested."""
    if days:
        db.execute(_MARK, {"days": sorted(days)})
        db.execute(_MARK_SHIFTS, {"days": sorted(days)})


def mark_all(db: Connection) -> None:
    """Note that every day is to be tested: the taxonomy is another one, or all was counted anew."""
    db.execute(query("tests_mark_all"))
    db.execute(query("shifts_mark_all"))


def refresh(db: Connection, most: int = AT_ONCE) -> list[date]:
    """Test the newest `most` of the days that wait for it; returns them, none when none waits.

    Shifts that no longer hold are found anew: whatever marks them marks a day, too.
    """
    db.execute(query("tests_lock"))
    _find_shifts(db)
    days = sorted(db.execute(query("tests_take"), {"most": most}).scalars())
    if days:
        db.execute(_CLEAR, {"days": days})
        db.execute(_MAKE, {"days": days})
        db.execute(_NOTE, {"days": days})
    return days


def waiting(db: Connection) -> int:
    """How many days wait to be tested."""
    return db.execute(select(func.count()).select_from(dirty_tests)).scalar_one()


def _find_shifts(db: Connection) -> None:
    if db.execute(query("shifts_take")).all():
        db.execute(query("shifts_clear"))
        db.execute(query("shifts_make"))
