"""Feeds that move: when a permanent redirect is taken at its word, and when that is taken back. Pure.

One 301 is no proof: a server that is being repaired, a login page, a captive network send everything elsewhere "for
good". What is believed is a redirect that has led to a readable feed at one address, poll after poll, for days. The
address in feeds.toml stays what its owner wrote; only where we ask changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from extractors.errors import GiveUp, WirewatchError
from extractors.records import Feed

HOLDS_POLLS = 3
"""Polls in a row that must be sent to the same address …"""
HOLDS_FOR = timedelta(days=2)
"""… over at least so long; at the longest interval (12 h) that is four polls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where a feed is asked from now on, and what speaks for another address."""

    address: str | None
    """Where to ask instead of `Feed.url`; None: there."""
    moved_to: str | None
    polls: int
    since: datetime | None


def after(feed: Feed, *, moved_to: str | None, error: WirewatchError | None, now: datetime) -> Move:
    """What a poll that was sent to `moved_to` for good (None: nowhere), or failed with `error`, says about the address.

    An address that a redirect led to and that has no feed any more is given up for the one in feeds.toml.
    """
    if error is not None:
        if feed.address is not None and isinstance(error, GiveUp):
            return Move(address=None, moved_to=None, polls=0, since=None)
        return Move(address=feed.address, moved_to=feed.moved_to, polls=feed.moved_polls, since=feed.moved_since)
    if moved_to is None:
        return Move(address=feed.address, moved_to=None, polls=0, since=None)
    same = moved_to == feed.moved_to and feed.moved_since is not None
    polls, since = (feed.moved_polls + 1, feed.moved_since) if same else (1, now)
    assert since is not None
    if polls >= HOLDS_POLLS and now - since >= HOLDS_FOR:
        return Move(address=None if moved_to == feed.url else moved_to, moved_to=None, polls=0, since=None)
    return Move(address=feed.address, moved_to=moved_to, polls=polls, since=since)
