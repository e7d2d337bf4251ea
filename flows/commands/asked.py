"""Numbers, days, moments and addresses as people type them, and a connection whose views speak of a moment."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, Engine

from extractors import urls
from extractors.archive import Period
from extractors.errors import Misconfigured
from models import moments

AS_OF = "as it stood at that moment: a day (its end) or a day and time, UTC unless it says otherwise"
"""What `--as-of` means, for `--help`."""
YEARS = range(1900, 9999)
"""Of days that can be asked about: from the first and last that there are, days cannot be counted back and on."""
MOST = 1_000_000_000
"""Of anything that can be asked for: the database counts no further than twice as many."""


def moment(words: str, *, now: datetime) -> datetime:
    """The instant that `words` name, in UTC: of a day its end, of today now.

    Raises `Misconfigured`, also for the future.
    """
    try:
        day = date.fromisoformat(words)
    except ValueError:
        at = _instant(words)
    else:
        at = datetime.combine(day, time(), UTC)
        if day <= now.date():
            at = min(at + timedelta(days=1), now)
    if at > now:
        raise Misconfigured(
            f"{words} is in the future: ask how things stood at a moment up to now, {now:%Y-%m-%d %H:%M} UTC."
        )
    return at


def day(words: str) -> date:
    """The day that `words` name; raises `Misconfigured`."""
    try:
        found = date.fromisoformat(words)
    except ValueError:
        raise Misconfigured(f"{words!r} is no day: write it like 2026-11-20.") from None
    if found.year not in YEARS:
        raise Misconfigured(f"{words!r} is no day to count from: write it like 2026-11-20.")
    return found


def period(first: date, last: date) -> Period:
    """The days from `first` to `last`; raises `Misconfigured` where they end before they begin."""
    if last < first:
        raise Misconfigured(f"The period ends ({last}) before it begins ({first}).")
    return Period(first, last)


def addresses(named: Iterable[str]) -> list[str]:
    """The web addresses that were named, cleaned; raises `Misconfigured` for one that is none."""
    found = []
    for written in named:
        address = urls.clean(written)
        if address is None:
            raise Misconfigured(f"{written!r} is no web address; write it whole, with https://.")
        found.append(address)
    return found


def positive(words: str) -> int:
    """For argparse."""
    if not words.isdecimal() or not 1 <= int(words) <= MOST:
        raise argparse.ArgumentTypeError(f"{words!r} is no whole number between 1 and {MOST:,}")
    return int(words)


def number_of_days(words: str) -> int:
    """For argparse."""
    if not words.isdecimal() or not 1 <= int(words) <= 3660:
        raise argparse.ArgumentTypeError(f"{words!r} is no number of days between 1 and 3660")
    return int(words)


@contextmanager
def connected(engine: Engine, as_of: datetime | None) -> Iterator[Connection]:
    """A connection whose views speak of `as_of`; raises `Misconfigured` when nothing had been seen by then."""
    # All that is read stands as it did when the first of it was read: sums and parts agree while an ingest goes on.
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as db:
        moments.speak_of(db, as_of)
        if as_of is not None:
            first = moments.first_seen(db)
            if first is not None and first > as_of:
                raise Misconfigured(
                    f"Nothing had been seen by {as_of:%Y-%m-%d %H:%M} UTC: the first article was on "
                    f"{first:%Y-%m-%d} at {first:%H:%M} UTC."
                )
        yield db


def _instant(words: str) -> datetime:
    try:
        at = datetime.fromisoformat(words)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Misconfigured(
            f"{words!r} is no moment: write a day, like 2026-11-20, or a day and time, like 2026-11-20T18:00 (UTC)."
        ) from None
