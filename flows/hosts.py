"""The queue that all processes share for each host, kept in the database, and the robots.txt they share.

Whoever asks for starts while a statement is under way joins the next one: however many hosts are busy, one short
statement at a time is all it takes. Nothing depends on it: when the database does not answer, each process keeps to
its own pace, as it would alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from extractors.pace import Booked, Want
from models import host_store
from models.host_store import KeptRobots

log = logging.getLogger(__name__)

T = TypeVar("T")


class HostDesk:
    """A `Ledger` in the database, and what is kept there of robots.txt. Belongs to one event loop; close it there."""

    def __init__(self, engine: Engine, *, now: Callable[[], datetime]) -> None:
        """`now` is the clock, in UTC; of starts the database's own decides."""
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._now = now
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hosts")
        self._wants: list[tuple[Want, asyncio.Future[Booked | None]]] = []
        self._holds: dict[str, float] = {}
        self._met: set[str] = set()
        self._round: asyncio.Task[None] | None = None
        self._lost = False

    async def book(self, want: Want) -> Booked | None:
        """Starts at a host, behind whatever anybody has booked there; None when the database does not answer."""
        future: asyncio.Future[Booked | None] = asyncio.get_running_loop().create_future()
        self._wants.append((want, future))
        self._go()
        return await future

    def hold(self, host: str, seconds: float) -> None:
        """Let everybody leave a host alone from now on; takes effect with the next statement, which it brings about."""
        self._holds[host] = max(seconds, self._holds.get(host, 0.0))
        self._go()

    async def robots(self, site: str) -> KeptRobots | None:
        """What is kept of a site's robots.txt; None when nothing is, or nobody knows."""
        return await self._run(lambda db: host_store.robots(db, site))

    async def keep_robots(self, site: str, *, status: int | None, body: bytes) -> None:
        """Keep what a robots.txt answered; `status` None: it could not be had."""
        at = self._now()
        await self._run(lambda db: host_store.keep_robots(db, site, status=status, body=body, now=at))

    async def close(self) -> None:
        """Write what is to be held, and end the thread."""
        if self._round is not None:
            await asyncio.gather(self._round, return_exceptions=True)
        if self._holds:  # whoever cancelled the round left them
            holds, self._holds = self._holds, {}
            await self._run(lambda db: self._write(db, {}, holds))
        self._thread.shutdown(wait=True)

    def _go(self) -> None:
        if self._round is None or self._round.done():
            self._round = asyncio.create_task(self._rounds())

    async def _rounds(self) -> None:
        while self._wants or self._holds:
            asked, self._wants = self._wants, []
            holds, self._holds = self._holds, {}
            # A host's lock gives it one want at a time; of several loops' sharing a desk the last would win.
            wants = {want.host: want for want, _ in asked}
            booked = await self._run(lambda db, w=wants, h=holds: self._write(db, w, h))  # type: ignore[misc]
            for want, future in asked:
                if not future.done():  # who asked may have been cancelled
                    future.set_result(None if booked is None else booked.get(want.host))

    def _write(self, db: Connection, wants: dict[str, Want], holds: dict[str, float]) -> dict[str, Booked]:
        new = {*wants, *holds} - self._met
        if new:
            host_store.meet(db, sorted(new))
            self._met |= new
        if holds:
            host_store.hold(db, holds)
        return host_store.book(db, list(wants.values())) if wants else {}

    async def _run(self, work: Callable[[Connection], T]) -> T | None:
        """What `work` returns, done on our own connection in our own thread; None when the database fails."""
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._thread, self._on_connection, work)
        except SQLAlchemyError as error:
            if not self._lost:
                log.warning("hosts are paced by this process alone: %s", str(error).splitlines()[0])
            self._lost = True
            self._met.clear()
            return None
        self._lost = False
        return result

    def _on_connection(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect() as db:
            return work(db)
