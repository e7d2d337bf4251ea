"""Who leads, who follows, who is silent, and what goes together: read off the views; nothing is counted here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import Connection

_Row = TypeVar("_Row")
PERIODS = ("day", "week", "month", "7 days", "28 days", "90 days")
"""What first movers and lags are given for; the last three end today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorySlice:
    """How one bloc or language took up a story, or did not."""

    story_id: int
    slice: str
    first_at: datetime | None
    lag_hours: float | None
    """Behind the first report of the story; 0: it was first; None: it did not report."""
    articles: int
    sources: int
    families: int
    origins: int
    words: int | None
    """Length of its middle article."""
    relative_words: float | None
    """That / the length of the middle article of the story."""
    never_taken_up: bool | None
    """None: `reason` says why nothing can be said."""
    reason: str | None
    coverage_grade: str
    completeness: float | None
    first_article_id: int | None
    first_timed: bool | None
    """Whether its publisher gave the first report a time of day; otherwise its time is the latest it can have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstMover:
    """A source, family or bloc that was first with stories of a topic."""

    topic: str
    mover: str
    firsts: int
    stories: int
    share: float
    lead_hours: float
    """Median until another followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How late, how often and at what length a bloc or language takes up the stories of a topic."""

    topic: str
    slice: str
    stories: int
    taken_up: int
    firsts: int
    never_taken_up: int
    share_taken_up: float | None
    lag_hours: float | None
    """Median over the stories that it took up."""
    relative_words: float | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A topic that a source or bloc normally covers, over the last days: what it published and what it would have."""

    topic: str
    days: int
    slice: str
    articles: int
    expected: float
    p_low: float | None
    """Chance of so few or fewer; None: it published no less than expected, or `reason` says why it is not judged."""
    silent: bool
    last_on: date
    days_since: int
    coverage: int
    complete_days: int
    normal_share: float
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two topics or actors that texts have in common, seen from the left one."""

    left_about: str
    left_subject: str
    right_about: str
    right_subject: str
    articles: int
    n_both: int
    n_left: int
    n_right: int
    n: int
    lift: float
    lift_low: float
    lift_high: float
    p: float


def story_slices(db: Connection, story_id: int, *, by: str = "bloc") -> tuple[StorySlice, ...]:
    """Who took a story up, the first one first, then who did not; `by` bloc or language."""
    return _read(db, StorySlice, "story_slices", {"story_id": story_id, "slice_kind": by}, "first_at NULLS LAST, slice")


def first_movers(
    db: Connection, *, period: str = "90 days", by: str = "source", topic: str | None = None
) -> tuple[FirstMover, ...]:
    """Who was first how often, by topic; `by` source, family or bloc; a `period` of `PERIODS` that ends today."""
    found = {"grain": period, "mover_kind": by, "topic": topic}
    return _read(db, FirstMover, "first_movers", found, "topic, firsts DESC, mover")


def lags(db: Connection, *, period: str = "90 days", by: str = "bloc", topic: str | None = None) -> tuple[Lag, ...]:
    """How late each bloc or language is, by topic, the earliest first; a `period` of `PERIODS` that ends today."""
    found = {"grain": period, "slice_kind": by, "topic": topic}
    return _read(db, Lag, "topic_slice_lags", found, "topic, lag_hours NULLS LAST, slice")


def silences(db: Connection, *, days: int = 14, by: str = "source", topic: str | None = None) -> tuple[Silence, ...]:
    """Topics that sources (or blocs) normally cover and published less on than usual, the least likely first.

    `days`: 7, 14 or 28. Who cannot be judged, or published no less than expected, is left out.
    """
    found = _read(db, Silence, "silences", {"days": days, "slice_kind": by, "topic": topic}, "p_low, topic, slice")
    return tuple(one for one in found if one.p_low is not None)


def pairs(db: Connection, *, days: int = 28, subject: str | None = None) -> tuple[Pair, ...]:
    """What goes together in the last 7, 28 or 90 days, each pair both ways, or what goes with one topic or actor."""
    found = {"days": days, "left_subject": subject}
    return _read(db, Pair, "pairs", found, "left_about DESC, left_subject, lift DESC, right_subject")


def _read(db: Connection, row: type[_Row], view: str, found: Mapping[str, Any], order: str) -> tuple[_Row, ...]:
    """The rows of a view that have these values (None: any), as records."""
    names: list[sa.ColumnClause[Any]] = [sa.column(one.name) for one in fields(cast("Any", row))]
    wanted = sa.select(*names).select_from(sa.table(view, schema="trends"))
    for name, value in found.items():
        if value is not None:
            wanted = wanted.where(sa.column(name) == value)
    rows = db.execute(wanted.order_by(sa.text(order))).mappings()
    return tuple(row(**one) for one in rows)
