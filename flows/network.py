"""Requests as a good guest makes them: each hop in its host's queue, as its robots.txt wants, and few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime

from aiohttp import ClientSession
from sqlalchemy import Engine

from extractors import fetch, urls
from extractors.errors import RetryLater
from extractors.pace import Pace
from extractors.records import Page, Unchanged
from extractors.robots import LARGEST
from flows.hosts import HostDesk
from flows.robots import RobotsCache
from models.settings import Settings

LONGEST_HOLD = 3_600.0
"""Seconds for which one 429 closes its whole host; the address itself waits for as long as it was told, up to a day."""


class Network:
    """The web, with our manners. Made and used inside one running event loop; close it there."""

    def __init__(
        self, settings: Settings, limits: fetch.Limits, *, now: Callable[[], datetime], engine: Engine | None = None
    ) -> None:
        """With an `engine` the hosts' queues and robots.txt are shared with all who use that database."""
        self._settings = settings
        self._limits = limits
        self._now = now
        self._session: ClientSession = fetch.open_session(
            user_agent=settings.agent, allowed=settings.allow_private_hosts, limits=limits
        )
        self._desk = HostDesk(engine, now=now) if engine is not None else None
        self._pace = Pace(
            settings.host_concurrency,
            settings.host_pace_seconds,
            patience=settings.request_timeout_seconds,
            ledger=self._desk if settings.host_pace_seconds else None,
        )
        self._robots = RobotsCache(self._beginning, agent=settings.agent, now=now, shelf=self._desk)
        self._in_flight = asyncio.Semaphore(settings.fetch_concurrency)

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()
        if self._desk is not None:
            await self._desk.close()

    async def fetch(
        self,
        url: str,
        held: AsyncExitStack,
        *,
        robots: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Page | Unchanged:
        """One request with all its hops, each at the pace of its host and, with `robots`, only where that allows it.

        Its place among `fetch_concurrency` stays taken until `held` closes: bodies that wait for a reader count, which
        bounds memory; requests that wait for their host do not, so that one slow host never fills all places. `held`
        must hold nothing else. Raises as `fetch.get`, and `RefusedByRobots`, and `HostHeld`.
        """
        return await fetch.get(
            self._session, url, now=self._now, limits=self._limits, etag=etag, last_modified=last_modified,
            turn=lambda hop: self._turn(hop, held, robots=robots),
        )  # fmt: skip

    @asynccontextmanager
    async def _turn(self, url: str, held: AsyncExitStack, *, robots: bool) -> AsyncIterator[None]:
        await held.aclose()  # the hop before had a place, which others can use while this one waits
        host = urls.host(url)
        if robots and self._settings.respect_robots:
            self._pace.keep_apart(host, await self._robots.check(url))
        async with self._pace.slot(host):
            await held.enter_async_context(self._in_flight)
            began = asyncio.get_running_loop().time()
            try:
                yield
            except RetryLater as error:
                self._heed(host, error)
                raise
            finally:
                self._pace.took(host, asyncio.get_running_loop().time() - began)

    def _heed(self, host: str, error: RetryLater) -> None:
        """Leave a host alone that asked for it: after a 429 altogether, after another failure for a moment."""
        if not error.retry_after:
            return
        if error.status == 429:
            self._pace.hold(host, min(error.retry_after, LONGEST_HOLD))
        else:
            self._pace.slow_down(host, min(error.retry_after, self._settings.request_timeout_seconds))

    async def _beginning(self, url: str) -> Page:
        """The beginning of a robots.txt, at the pace of its host."""
        limits = replace(self._limits, max_bytes=LARGEST + 1, cut=True)
        async with AsyncExitStack() as held:
            page = await fetch.get(
                self._session, url, now=self._now, limits=limits, turn=lambda hop: self._turn(hop, held, robots=False)
            )
        assert isinstance(page, Page)  # nothing conditional was asked
        return page
