"""robots.txt of each site, fetched once and remembered for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from urllib.parse import urlsplit, urlunsplit

from extractors.errors import GiveUp, RefusedByRobots
from extractors.inflate import inflate
from extractors.records import Page
from extractors.robots import Robots, from_answer

KEEP_SECONDS = 86_400.0
KEEP_SITES = 5_000
LARGEST = 4_000_000
"""Bytes a robots.txt may inflate to; of these `extractors.robots` reads the first 512,000."""


class RobotsCache:
    """Answers whether a page may be fetched. One event loop; sites are looked up side by side, each only once."""

    def __init__(self, fetch: Callable[[str], Awaitable[Page]], *, agent: str) -> None:
        """`fetch` gets a page at the pace of its host; `agent` is our User-Agent."""
        self._fetch = fetch
        self._agent = agent
        self._known: dict[str, tuple[float, asyncio.Task[Robots]]] = {}

    async def check(self, url: str) -> float:
        """Seconds that the site wants between two requests, if `url` may be fetched at all.

        Raises `RefusedByRobots` if it may not, `RetryLater` while nobody can tell.
        """
        rules = await self._rules(url)
        if not rules.allowed(url):
            raise RefusedByRobots(f"robots.txt of {urlsplit(url).netloc} does not want {urlsplit(url).path} fetched.")
        return rules.crawl_delay or 0.0

    async def _rules(self, url: str) -> Robots:
        parts = urlsplit(url)
        place = urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))
        until, task = self._known.get(place, (0.0, None))
        if task is None or until < monotonic() or _failed(task):
            if len(self._known) >= KEEP_SITES:
                self._known.pop(next(iter(self._known)))
            task = asyncio.create_task(self._load(place))
            self._known[place] = (monotonic() + KEEP_SECONDS, task)
        # Shielded: one article that is cancelled must not take the answer from the others of its site.
        return await asyncio.shield(task)

    async def _load(self, place: str) -> Robots:
        try:
            page = await self._fetch(place)
            return from_answer(200, inflate(page, limit=LARGEST), agent=self._agent)
        except GiveUp as refusal:
            return from_answer(refusal.status or 404, b"", agent=self._agent)


def _failed(task: asyncio.Task[Robots]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
