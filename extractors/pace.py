"""How fast one host may be asked: so many requests at once, so many seconds apart. Hosts do not wait for each other.

One `Pace` belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_KEPT_HOSTS = 10_000  # beyond this many, hosts at rest are forgotten


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    interval: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    users: int = 0


class Pace:
    """Slots per host, given out in the order in which they were asked for.

    `host_concurrency`: slots of one host in use at once; `pace_seconds`: least seconds between the starts of two.
    `sleep` and `monotonic` are the clock, in seconds.
    """

    def __init__(
        self,
        host_concurrency: int = 2,
        pace_seconds: float = 1.0,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._concurrency = host_concurrency
        self._interval = pace_seconds
        self._sleep = sleep
        self._monotonic = monotonic
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at `host` and for its pace, then hold the place."""
        state = self._host(host)
        state.users += 1
        try:
            async with state.places:
                async with state.turn:
                    await self._turn(state)
                yield
        finally:
            state.users -= 1

    def slow_down(self, host: str, seconds: float) -> None:
        """No request to `host` starts for this many seconds from now (Retry-After); requests under way go on."""
        state = self._host(host)
        state.free_at = max(state.free_at, self._monotonic() + seconds)

    def keep_apart(self, host: str, seconds: float) -> None:
        """At least this many seconds between two starts at `host` from now on (crawl-delay); never below the pace."""
        self._host(host).interval = max(self._interval, seconds)

    def wait_for(self, host: str) -> float:
        """Seconds until a request to `host` could start if nobody else waited for it."""
        state = self._hosts.get(host)
        return 0.0 if state is None else max(0.0, state.free_at - self._monotonic())

    async def _turn(self, state: _Host) -> None:
        while (wait := state.free_at - self._monotonic()) > 0:
            await self._sleep(wait)  # slow_down may have moved free_at meanwhile
        state.free_at = self._monotonic() + state.interval

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _KEPT_HOSTS:
                self._forget()
            self._hosts[host] = _Host(asyncio.Semaphore(self._concurrency), self._interval)
        return self._hosts[host]

    def _forget(self) -> None:
        now = self._monotonic()
        self._hosts = {
            name: state
            for name, state in self._hosts.items()
            if state.users or state.free_at > now or state.interval > self._interval
        }
