"""When a feed is asked again, and how: a pure policy over what the last poll brought.

- A feed that brings much is asked more often, one that brings nothing less often: between 10 minutes and 12 hours. As
  long as every poll brings something a feed is asked hourly at least: by shares alone one with fifteen articles a day
  and thirty listed would end at 12 hours, and its news be found six hours late (`python -m bench week`).
- What the publisher wishes (`ttl`, `sy:`, `max-age`) and what the server demands (`Retry-After`) is a least wait.
- Failures make waits longer in proportion, not exponentially: feeds come back, and a month's outage must not cost a
  second month. A feed is never dropped: many failures park it (asked daily); 410 stops it, and a probe a month sees
  whether that was a mistake.
- "Nothing new" (304) is taken for what it is only from a server that is not known to say so falsely: now and then, and
  always after a failure, a feed is asked plainly, without validators.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from extractors import moves
from extractors.advice import advice
from extractors.answers import shown
from extractors.errors import (
    AskedToWait,
    Forbidden,
    Gone,
    HostHeld,
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
GONE_EVERY = timedelta(days=30)
"""410 stops a feed; but sites have said 410 by mistake, and a request a month is cheaper than a feed lost for good."""
PARK_AT = 10.0
"""Failures, weighted, at which a feed is parked."""
SPREAD = 0.1
"""Waits are longer by up to this share, so that feeds added together drift apart."""
PLAIN_AFTER = 6
"""304s in a row after which a feed is asked plainly, if …"""
PLAIN_EVERY = timedelta(hours=12)
"""… it was not for so long: two whole documents a day at most, and one in seven polls of a slow feed. A night brings
five 304s at most to a feed that is asked hourly by day; with twice as many, a server that lies costs two days' news."""
DISTRUST = timedelta(days=30)
"""For how long a server that said 304 falsely is asked plainly; software gets mended."""

# How much one failure tells about the feed itself. A 404 is soft because feeds come back; a slow or busy server is
# passing; the rest (no feed, refused, too large) is not mended by asking again soon.
_WEIGHTS: dict[type[WirewatchError], float] = {
    HostHeld: 0.0,  # nobody was asked
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
    """Items the document held; None: not known yet."""
    entries: int | None = None
    """How many of them can be followed."""
    dated: int | None = None
    """How many of those have a date."""
    new: int | None = None
    """How many of them nobody had seen; None: not known yet."""
    whole: bool = False
    """Whether the server sent its document, changed or not, rather than a 304."""
    contradicted: bool = False
    """Whether it said 304 to the old validators right after it had sent a document that differs."""
    moved_to: str | None = None
    """Where a permanent redirect sent the poll."""
    error: WirewatchError | None = None
    """Why it failed."""
    retry_after: float | None = None
    """Seconds the server asked us to wait."""
    ttl_minutes: int | None = None
    """The publisher's wish in the document; without a document the last one's wish holds."""
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
    not_modified: int
    """304s in a row."""
    plain_until: datetime | None
    """Ask without validators until then."""
    move: moves.Move
    advice: str
    """What a person can do about it; "" for nothing."""


def ask_plainly(feed: Feed, *, now: datetime) -> bool:
    """Whether to ask a feed without validators this time, so that it must send its document.

    After a failure, because a 304 would not tell that the document can be read again; from a server that says 304
    falsely; and now and then from any, to find that out.
    """
    if feed.failures or (feed.plain_until is not None and now < feed.plain_until):
        return True
    rested = feed.last_whole_at is None or now - feed.last_whole_at >= PLAIN_EVERY
    return feed.not_modified >= PLAIN_AFTER and rested


def after(feed: Feed, result: PollResult, *, now: datetime) -> NextPoll:
    """The next poll of `feed`, given what it was before this poll and what the poll brought.

    `next_poll_at` is after `now`, by at most a month and a tenth. Until `listed` and `new` are known a fresh document
    leaves the interval alone.
    """
    error = (result.error or WirewatchError("It failed.")) if result.outcome == "failed" else None
    move = moves.after(feed, moved_to=result.moved_to, error=error, now=now)
    state, failures, interval, wait = _failed(feed, result) if error else _worked(feed, result, move)
    return NextPoll(
        state=state,
        interval_minutes=interval,
        next_poll_at=now + _spread(feed, wait),
        failures=round(failures, 2),
        not_modified=feed.not_modified + 1 if result.outcome == "unchanged" and not result.whole else 0,
        plain_until=now + DISTRUST if result.contradicted and result.new else feed.plain_until,
        move=move,
        advice=advice(state, error=result.error, moved_to=shown(move.address or move.moved_to or "")),
    )


def weight(error: WirewatchError | None) -> float:
    """How much a failure counts: 1 hard, .5 soft, .25 passing, 0 none."""
    return _WEIGHTS.get(type(error), 1.0) if error is not None else 1.0


_Verdict = tuple[FeedState, float, int, timedelta]
"""State, failures, learned interval in minutes, wait."""


def _worked(feed: Feed, result: PollResult, move: moves.Move) -> _Verdict:
    interval = _learned(feed, result)
    wait = timedelta(minutes=max(interval, _hint(feed, result)))
    if feed.failures and not result.whole and result.outcome == "unchanged":
        return feed.state, feed.failures, interval, wait  # no proof that what failed works again
    return _state(feed, result, move), 0.0, interval, wait


def _state(feed: Feed, result: PollResult, move: moves.Move) -> FeedState:
    """How a feed does that answered: the first thing worth a person's look."""
    unchanged = result.outcome == "unchanged"
    if (unchanged and feed.state is FeedState.EMPTY) or 0 in (result.listed, result.entries):
        return FeedState.EMPTY
    if move.address or move.moved_to:
        return FeedState.MOVED
    if (unchanged and feed.state is FeedState.UNDATED) or result.dated == 0:
        return FeedState.UNDATED
    return FeedState.UNCHANGED if unchanged else FeedState.OK


def _failed(feed: Feed, result: PollResult) -> _Verdict:
    burden = weight(result.error)
    failures = feed.failures + burden
    interval = min(max(feed.interval_minutes, FLOOR_MINUTES), CAP_MINUTES)
    wait = min(timedelta(minutes=interval) * (1 + failures), timedelta(minutes=CAP_MINUTES))
    state = FeedState.BROKEN if burden else feed.state
    if isinstance(result.error, Forbidden | RefusedByRobots):
        state = FeedState.BLOCKED
    if isinstance(result.error, Gone) and feed.address is None:  # else only where a redirect had led is gone
        state, wait = FeedState.GONE, GONE_EVERY
    elif failures >= PARK_AT and burden:
        state, wait = FeedState.PARKED, PARKED_EVERY
    if result.retry_after is not None:
        # A day is the longest a server can send us away for; min first, for nobody knows what it may say.
        asked = timedelta(seconds=max(0.0, min(result.retry_after, LONGEST_RETRY_AFTER.total_seconds())))
        wait = max(wait, asked)
    return state, failures, interval, wait


def _learned(feed: Feed, result: PollResult) -> int:
    """The interval after a poll that worked.

    Halved when most entries were new, or when it is over an hour and anything was; a quarter longer when few were.
    """
    interval = feed.interval_minutes
    if result.outcome == "unchanged" or result.listed == 0:
        interval = _longer(interval)
    elif result.listed and result.new is not None:
        seen = result.listed - result.new
        if feed.state is FeedState.NEW:
            interval = DEFAULT_MINUTES  # the first look is all new and tells nothing
        elif seen * 3 < result.listed:
            interval = min(interval // 2, DEFAULT_MINUTES)
        elif result.new and interval > DEFAULT_MINUTES:
            interval = max(interval // 2, DEFAULT_MINUTES)
        elif seen * 3 > result.listed * 2:
            interval = _longer(interval)
    return min(max(interval, FLOOR_MINUTES), CAP_MINUTES)


def _longer(interval: int) -> int:
    return interval + max(interval // 4, 1)


def _hint(feed: Feed, result: PollResult) -> int:
    """The publisher's wish in minutes."""
    ttl = (result.ttl_minutes if result.outcome == "fresh" else feed.wish_minutes) or 0
    max_age = -(-(result.max_age_seconds or 0) // 60)
    return min(max(ttl, max_age, 0), HINT_CAP_MINUTES)


def _spread(feed: Feed, wait: timedelta) -> timedelta:
    digest = blake2b(str(feed.id).encode(), digest_size=4).digest()
    return wait * (1 + SPREAD * int.from_bytes(digest) / 2**32)
