"""When a feed is asked again: a pure policy over what the last poll brought.

- A feed that brings much is asked more often, one that brings nothing less often: between 10 minutes and 12 hours.
- What the publisher wishes (`ttl`, `sy:`, `max-age`) and what the server demands (`Retry-After`) is a least wait.
- Failures make waits longer in proportion, not exponentially: feeds come back, and a month's outage must not cost a
  second month. A feed is never dropped: many failures park it (asked daily), 410 marks it gone (asked weekly).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from extractors.errors import (
    AskedToWait,
    Forbidden,
    Gone,
    HostSlow,
    HostUnreachable,
    NotFound,
    RefusedByRobots,
    ServerBroken,
    WirewatchError,
)
from extractors.records import Feed, FeedState

FLOOR_MINUTES = 10
DEFAULT_MINUTES = 60
CAP_MINUTES = 12 * 60
HINT_CAP_MINUTES = 3 * 60
"""A publisher's wish counts up to here: `ttl` of a day and `max-age` of a year are mostly left-over defaults, and a
conditional request every three hours hurts nobody."""
LONGEST_RETRY_AFTER = timedelta(days=1)
PARKED_EVERY = timedelta(days=1)
GONE_EVERY = timedelta(days=7)
PARK_AT = 10.0
"""Failures, weighted, at which a feed is parked."""
SPREAD = 0.1
"""Waits are longer by up to this share, so that feeds added together drift apart."""

# How much one failure tells about the feed itself. A 404 is soft because feeds come back; a slow or busy server is
# passing; the rest (no feed, refused, too large) is not mended by asking again soon.
_WEIGHTS: dict[type[WirewatchError], float] = {
    HostSlow: 0.25,
    AskedToWait: 0.25,
    ServerBroken: 0.5,
    HostUnreachable: 0.5,
    NotFound: 0.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What one poll brought, as far as the next one depends on it."""

    outcome: str
    """`fresh`, `unchanged` or `failed`."""
    listed: int | None = None
    """Entries the document held; None: not known yet."""
    new: int | None = None
    """How many of them nobody had seen; None: not known yet."""
    error: WirewatchError | None = None
    """Why it failed."""
    retry_after: float | None = None
    """Seconds the server asked us to wait."""
    ttl_minutes: int | None = None
    """The publisher's wish in the document."""
    max_age_seconds: int | None = None
    """`Cache-Control: max-age` of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPoll:
    """The state of a feed after a poll, and when it is asked again."""

    state: FeedState
    interval_minutes: int
    """The learned interval, without hints and back-off."""
    next_poll_at: datetime
    failures: float
    """Weighted failures in a row."""


def after(feed: Feed, result: PollResult, *, now: datetime) -> NextPoll:
    """The next poll of `feed`, given what it was before this poll and what the poll brought.

    `next_poll_at` is after `now`, by at most a week and a tenth. Until `listed` and `new` are known a fresh document
    leaves the interval alone.
    """
    if result.outcome == "failed":
        return _after_failure(feed, result, now)
    state, failures = FeedState.OK, 0.0
    if result.outcome == "unchanged" and feed.failures:
        # "Nothing new" is no proof that what failed works again: trust comes back by halves, as it went.
        failures = max(0.0, feed.failures - 0.5)
        state = feed.state if failures else FeedState.OK
    if result.outcome == "unchanged" and not feed.failures and feed.state is FeedState.EMPTY:
        state = FeedState.EMPTY
    if result.outcome == "fresh" and result.listed == 0:
        state = FeedState.EMPTY
    interval = _learned(feed, result)
    wait = timedelta(minutes=max(interval, _hint(result)))
    return NextPoll(
        state=state, interval_minutes=interval, next_poll_at=now + _spread(feed, wait), failures=round(failures, 2)
    )


def weight(error: WirewatchError | None) -> float:
    """How much a failure counts: 1 hard, .5 soft, .25 passing."""
    return _WEIGHTS.get(type(error), 1.0) if error is not None else 1.0


def _after_failure(feed: Feed, result: PollResult, now: datetime) -> NextPoll:
    failures = feed.failures + weight(result.error)
    interval = min(max(feed.interval_minutes, FLOOR_MINUTES), CAP_MINUTES)
    wait = min(timedelta(minutes=interval) * (1 + failures), timedelta(minutes=CAP_MINUTES))
    state = FeedState.FAILING
    if isinstance(result.error, Forbidden | RefusedByRobots):
        state = FeedState.BLOCKED
    if isinstance(result.error, Gone):
        state, wait = FeedState.GONE, GONE_EVERY
    elif failures >= PARK_AT:
        state, wait = FeedState.PARKED, PARKED_EVERY
    if result.retry_after is not None:
        # A day is the longest a server can send us away for; min first, for nobody knows what it may say.
        asked = timedelta(seconds=max(0.0, min(result.retry_after, LONGEST_RETRY_AFTER.total_seconds())))
        wait = max(wait, asked)
    return NextPoll(
        state=state, interval_minutes=interval, next_poll_at=now + _spread(feed, wait), failures=round(failures, 2)
    )


def _learned(feed: Feed, result: PollResult) -> int:
    """The interval after a poll that worked: halved when most entries were new, a quarter longer when few were."""
    interval = feed.interval_minutes
    if result.outcome == "unchanged" or result.listed == 0:
        interval = _longer(interval)
    elif result.listed and result.new is not None:
        seen = result.listed - result.new
        if feed.state is FeedState.NEW:
            interval = DEFAULT_MINUTES  # the first look is all new and tells nothing
        elif seen * 3 < result.listed:
            interval = min(interval // 2, DEFAULT_MINUTES)
        elif seen * 3 > result.listed * 2:
            interval = _longer(interval)
    return min(max(interval, FLOOR_MINUTES), CAP_MINUTES)


def _longer(interval: int) -> int:
    return interval + max(interval // 4, 1)


def _hint(result: PollResult) -> int:
    """The publisher's wish in minutes."""
    ttl = result.ttl_minutes or 0
    max_age = -(-(result.max_age_seconds or 0) // 60)
    return min(max(ttl, max_age, 0), HINT_CAP_MINUTES)


def _spread(feed: Feed, wait: timedelta) -> timedelta:
    digest = blake2b(str(feed.id).encode(), digest_size=4).digest()
    return wait * (1 + SPREAD * int.from_bytes(digest) / 2**32)
