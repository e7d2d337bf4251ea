"""When a stored article is looked at again: a pure policy over what the last look brought.

Looks are planned from the first fetch on, so that a late look does not make the later ones late. What was missed while
nobody was there is not made up for: one look tells as much as three in a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from extractors.outcomes import Looked
from extractors.records import Outcome

MISSING_AGAIN = timedelta(hours=1)
"""A page that is not found is asked once more after this long before it counts as deleted: 404s come and go."""
OLD = timedelta(days=7)
"""What was published longer ago than this when it was first fetched is not looked at again: edits come early, and an
archive that is collected must not keep today's articles from their looks."""
ANOTHER = "to another article"
"""Why an article that moved is looked at no more."""
NO_MORE = "no article any more"
"""Why one is looked at no more that a re-extraction has found to be none, while the look was under way."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The next look at an article: which one, when, and how often it was tried in vain."""

    number: int
    due_at: datetime
    failures: int = 0


def first(published_at: datetime | None, fetched_at: datetime, waits: Sequence[timedelta]) -> Plan | None:
    """The first look at an article that was just stored; None when there is to be none."""
    if not waits or (published_at is not None and fetched_at - published_at > OLD):
        return None
    return Plan(1, fetched_at + waits[0])


def after(looked: Looked, waits: Sequence[timedelta], *, now: datetime) -> Plan | None:
    """The look that follows this one, planned `waits` after the first fetch; None when it was the last.

    A look that failed is tried again as the same one. One that waits is not planned anew: do not ask.
    """
    look, settled = looked.look, looked.settled
    if settled.outcome is Outcome.FAILED:
        return Plan(look.number, settled.retry_at or now + MISSING_AGAIN, look.work.attempts + 1)
    if settled.reason in {ANOTHER, NO_MORE}:
        return None
    coming = [(place, look.since + wait) for place, wait in enumerate(waits, 1) if place > look.number]
    return next((Plan(place, due) for place, due in coming if due > now), None)
