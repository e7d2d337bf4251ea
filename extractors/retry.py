"""When a failed article is tried again: growing waits by kind of failure, then given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from extractors.errors import AskedToWait, HostSlow, HostUnreachable, RetryLater, ServerBroken

LONGEST_WAIT = timedelta(days=1)

# How patient each kind of failure asks us to be, in units of the base wait: an overloaded server needs less time than
# a name that does not resolve, and one that asked for time gets it.
PATIENCE: dict[type[RetryLater], float] = {HostSlow: 0.5, ServerBroken: 1.0, HostUnreachable: 1.5, AskedToWait: 3.0}


def next_try(error: RetryLater, *, attempts: int, max_attempts: int, base: timedelta, now: datetime) -> datetime | None:
    """When to try an article again after its `attempts`-th failure, or None to give it up.

    Waits triple with each failure, from `base` times the patience of the error's kind up to a day; a `Retry-After` is
    honoured as a least wait, up to a day.
    """
    if attempts >= max_attempts:
        return None
    longest = LONGEST_WAIT.total_seconds()
    wait = base.total_seconds() * PATIENCE.get(type(error), 1.0) * 3.0 ** (attempts - 1)
    return now + timedelta(seconds=min(max(wait, error.retry_after or 0.0), longest))
