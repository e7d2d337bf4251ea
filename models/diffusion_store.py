"""What stories amount to and what goes together, counted: who reported a story when, pairs of topics and actors.

As in `cube_store`, the database itself marks what changed: stories by triggers of migration 0013, days and sources by
those of 0011, tags both. What is marked is counted from scratch, so that what is kept always equals a recount. Beside
them stand habits: what a source or bloc normally writes on a topic.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import Connection, delete, text

from models.queries import query
from models.tables import dirty_stories

_Item = TypeVar("_Item")
_DAYS = 31
_STORIES = 5_000
"""Counted in one statement: bounds its memory, whatever the history."""
_HABIT_ENDED, _HABIT_BEGAN = timedelta(days=28), timedelta(days=112)
"""How long ago the days end, and begin, by which habits are told (sql/views/37_silences.sql)."""


def count(db: Connection, marks: Collection[tuple[date, int | None]], versions: Sequence[int]) -> None:
    """Count the pairs of marked days, the marked stories, and the topics of all stories of days marked as a whole.

    Marks are (UTC day, source id or None for every source); `versions` are those of the taxonomy that are counted.
    """
    _count_pairs(db, sorted({day for day, _ in marks}), versions)
    marked = set(db.execute(query("story_marks_take")).scalars())
    _count_stories(db, sorted(marked))
    whole = sorted({day for day, source in marks if source is None})
    touched = set(db.execute(query("story_marks_of_days"), {"days": whole}).scalars()) if whole else set()
    _count_topics(db, sorted(marked | touched), versions)


def recount(db: Connection, days: Sequence[date], *, versions: Sequence[int], stories: bool = True) -> None:
    """Count from scratch the pairs of these days and the topics of all stories, by `versions`; and all `stories`."""
    _count_pairs(db, days, versions)
    every = sorted(db.execute(query("stories_counted_all")).scalars())
    if stories:
        db.execute(delete(dirty_stories))
        _count_stories(db, every)
    _count_topics(db, every, versions)


def keep_habits(db: Connection, days: Collection[date]) -> None:
    """Count what is normal from the daily counts: once a day, and where the counts of one of its UTC `days` changed.

    Usual arrivals, which are of today, cost no count.
    """
    today, stand = db.execute(text("SELECT trends.today(), trends.habits_stand()")).one()
    if not stand or any(today - _HABIT_BEGAN <= day < today - _HABIT_ENDED for day in days):
        db.execute(query("habits_count"))


def _count_pairs(db: Connection, days: Sequence[date], versions: Sequence[int]) -> None:
    for some in _steps(days, _DAYS) if versions else ():
        db.execute(query("pairs_count"), {"days": some, "taxonomies": list(versions)})


def _count_stories(db: Connection, stories: Sequence[int]) -> None:
    for some in _steps(stories, _STORIES):
        for name in ("story_counts_count", "story_slices_count"):
            db.execute(query(name), {"stories": some})


def _count_topics(db: Connection, stories: Sequence[int], versions: Sequence[int]) -> None:
    for some in _steps(stories, _STORIES) if versions else ():
        for name in ("story_topics_count", "story_subjects_count"):
            db.execute(query(name), {"stories": some, "taxonomies": list(versions)})


def _steps(items: Sequence[_Item], size: int) -> Iterable[list[_Item]]:
    return (list(items[start : start + size]) for start in range(0, len(items), size))
