"""When an article was published, and who says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from extractors import dates
from extractors.records import DateOrigin, Entry

_CLOCK = re.compile(r"\d\s*[:：時时點点시h]\s*\d|\dT\d|\d\s*[apAP]\.?[mM]|^\d{12,14}$|^\d{10}(?:\d{3})?$")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_DAY = timedelta(days=1)
_ZONES = timedelta(hours=14)
"""A day without a zone may be any of the world's days of that date."""


@dataclass(frozen=True, slots=True)
class Published:
    """An instant in UTC and its origin; neither when nobody says, or nobody can be believed."""

    at: datetime | None = None
    origin: DateOrigin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the outlet writes dates: the zone of times that name none, and whether `3/4/2026` is in April."""

    zone: tzinfo = UTC
    day_first: bool = False


def choose(written: tuple[str, ...], *, entry: Entry | None, url: str, habits: Habits, now: datetime) -> Published:
    """The page's own time, else the feed's, else the day in the address.

    `written` are the times on the page, the most trusted first. Where the page names only a day and the feed an instant
    of that day, the feed is more precise and wins.
    """
    announced = entry.published_at if entry is not None else None
    if announced is not None and not dates.believable(announced, now):
        announced = None
    origin = (entry.published_from if entry is not None else None) or DateOrigin.FEED
    moments = list(_moments(written, habits, now))
    if moments:
        day, exact = moments[0]
        if exact:
            return Published(day, DateOrigin.PAGE)
        if announced is not None and _has_clock(announced) and _on(day, announced):
            return Published(announced, origin)
        finer = (moment for moment, exact in moments if exact and _on(day, moment))
        return Published(next(finer, day), DateOrigin.PAGE)
    if announced is not None:
        return Published(announced, origin)
    in_url = dates.from_url(url)
    if in_url is not None and dates.believable(in_url, now):
        return Published(in_url, DateOrigin.URL)
    return Published()


def _moments(written: tuple[str, ...], habits: Habits, now: datetime) -> Iterator[tuple[datetime, bool]]:
    """All believable instants, each with whether it has a time of day."""
    for text in written:
        moment = dates.parse(_SLASHED.sub(r"\1.\2.\3", text) if habits.day_first else text, zone=habits.zone)
        if moment is not None and dates.believable(moment, now):
            yield moment, _CLOCK.search(text.strip()) is not None


def _on(day: datetime, moment: datetime) -> bool:
    return day - _ZONES <= moment < day + _DAY + _ZONES


def _has_clock(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second) != (0, 0, 0)
