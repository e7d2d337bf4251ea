"""What a person can do about a feed, said of its state: for `feeds list`, `feeds check` and `ops.feeds`."""

from __future__ import annotations

from extractors.errors import BotWall, ConsentWall, RefusedByRobots, WirewatchError
from extractors.records import FeedState

_BLOCKED = (
    "It refuses us: if it wants a login, put that into WIREWATCH_SECRETS and name it in the address; else ask its "
    "publisher, or watch another address of the site, such as its news sitemap."
)
_ROBOTS = "Its robots.txt does not want it read: ask its publisher, or take it out of feeds.toml."
_BOT_WALL = (
    "A bot wall stands before it: set WIREWATCH_CONTACT so that its publisher can reach you, ask them to let your "
    "User-Agent through, or watch another address of the site, such as its news sitemap."
)
_CONSENT = (
    "It answers with a consent page: watch it from a region where it asks for no consent, or watch its publishers' own "
    "feeds instead."
)
_ADVICE = {
    FeedState.EMPTY: "It lists nothing that could be followed: look whether this is still the feed you want.",
    FeedState.UNDATED: "None of its entries has a date: articles are dated by their pages or by when they were seen.",
    FeedState.GONE: "Take it out of feeds.toml, or look on the site for what came after it.",
    FeedState.PARKED: "It has failed for days and is asked once a day: look whether the site still has it.",
}


def advice(state: FeedState, *, error: WirewatchError | None = None, moved_to: str | None = None) -> str:
    """One sentence on what to do about a feed in `state`, after a poll that failed with `error`; "" for nothing.

    `moved_to` is where it moved for good, already fit to be shown.
    """
    if state is FeedState.MOVED and moved_to:
        return f"It has moved for good: write {moved_to} into feeds.toml."
    if state is FeedState.BLOCKED or (state is FeedState.PARKED and isinstance(error, BotWall)):
        if isinstance(error, BotWall):
            return _BOT_WALL
        if isinstance(error, ConsentWall):
            return _CONSENT
        return _ROBOTS if isinstance(error, RefusedByRobots) else _BLOCKED
    return _ADVICE.get(state, "")
