"""robots.txt of each site, fetched once a day and remembered by all processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from extractors.answers import shown
from extractors.errors import GiveUp, RefusedByRobots, RetryLater
from extractors.inflate import beginning
from extractors.logins import without_login
from extractors.records import Page
from extractors.robots import LARGEST, Robots, from_answer
from models.host_store import KeptRobots

KEEP = timedelta(days=1)
KEEP_FAILED = timedelta(minutes=10)
"""For how long a robots.txt that could not be had is not asked for again."""
BELIEVE = timedelta(days=30)
"""How long an old answer stands in for one that cannot be had; and for how long none at all keeps a site closed, as
RFC 9309 §2.3.1.4 suggests: after that it is taken for a site without one."""
KEEP_SITES = 5_000
_Answer = tuple[Robots, datetime]
"""The rules of a site, and until when they hold."""


class Shelf(Protocol):
    """Where answers are kept between runs."""

    async def robots(self, site: str) -> KeptRobots | None:
        """What is kept of a site; None when nothing is."""

    async def keep_robots(self, site: str, *, status: int | None, body: bytes) -> None:
        """Keep an answer; `status` None: it could not be had."""


class RobotsCache:
    """Answers whether a page may be fetched. One event loop; sites are looked up side by side, each only once."""

    def __init__(
        self,
        fetch: Callable[[str], Awaitable[Page]],
        *,
        agent: str,
        now: Callable[[], datetime],
        shelf: Shelf | None = None,
    ) -> None:
        """`fetch` gets the beginning of a page at the pace of its host; `agent` is our User-Agent, `now` the clock."""
        self._fetch = fetch
        self._agent = agent
        self._now = now
        self._shelf = shelf
        self._known: dict[str, tuple[datetime, asyncio.Task[_Answer]]] = {}

    async def check(self, url: str) -> float:
        """Seconds that the site wants between two requests, if `url` may be fetched at all.

        Raises `RefusedByRobots` if it may not, `RetryLater` while nobody can tell.
        """
        rules = await self._rules(url)
        if not rules.allowed(without_login(url)):
            raise RefusedByRobots(f"The robots.txt of {_site(url)} does not want {shown(url)} fetched.")
        return rules.crawl_delay or 0.0

    async def _rules(self, url: str) -> Robots:
        site = _site(url)
        until, task = self._known.get(site, (self._now(), None))
        if task is None or until <= self._now() or _unknown(task):
            if len(self._known) >= KEEP_SITES:
                self._known.pop(next(iter(self._known)))
            task = asyncio.create_task(self._load(site))
            self._known[site] = (self._now() + KEEP, task)
            task.add_done_callback(lambda done: self._date(site, done))
        # Shielded: one article that is cancelled must not take the answer from the others of its site.
        rules, _ = await asyncio.shield(task)
        return rules

    def _date(self, site: str, task: asyncio.Task[_Answer]) -> None:
        """Keep an answer for as long as it holds; ask sooner again for what could not be had."""
        if not task.cancelled():
            until = self._now() + KEEP_FAILED if task.exception() is not None else task.result()[1]
            self._known[site] = (until, task)

    async def _load(self, site: str) -> _Answer:
        kept = await self._shelf.robots(site) if self._shelf else None
        if kept is not None and kept.fetched_at is not None and self._now() - kept.fetched_at < KEEP:
            return from_answer(kept.status, kept.body, agent=self._agent), kept.fetched_at + KEEP
        try:
            status, body = await self._ask(site)
        except RetryLater as error:
            if self._shelf:
                await self._shelf.keep_robots(site, status=None, body=b"")
            return self._without_answer(kept, error), self._now() + KEEP
        if self._shelf:
            await self._shelf.keep_robots(site, status=status, body=body)
        return from_answer(status, body, agent=self._agent), self._now() + KEEP

    async def _ask(self, site: str) -> tuple[int, bytes]:
        """Status and beginning of the file; raises `RetryLater` when it cannot be had for now."""
        try:
            page = await self._fetch(f"{site}/robots.txt")
        except GiveUp as refusal:  # 4xx, a loop of redirects, an inner address: RFC 9309 calls it unavailable
            return refusal.status if refusal.status and refusal.status >= 400 else 404, b""
        return 200, beginning(page.body, encoding=page.content_encoding, limit=LARGEST + 1)

    def _without_answer(self, kept: KeptRobots | None, error: RetryLater) -> Robots:
        if kept is not None and kept.fetched_at is not None and self._now() - kept.fetched_at < BELIEVE:
            return from_answer(kept.status, kept.body, agent=self._agent)
        if kept is not None and kept.failing_since is not None and self._now() - kept.failing_since >= BELIEVE:
            return from_answer(404, b"", agent=self._agent)
        raise error


def _site(url: str) -> str:
    parts = urlsplit(without_login(url))
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def _unknown(task: asyncio.Task[_Answer]) -> bool:
    """Whether the answer was lost with whoever asked for it."""
    return task.done() and task.cancelled()
