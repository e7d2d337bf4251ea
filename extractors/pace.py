"""How fast one host may be asked: so many requests at once, so many seconds apart. Hosts do not wait for each other.

Apart means the largest of our own pace, what the host's robots.txt wants, and the time its answers take: a server that
needs three seconds gets one request in three. Whoever else asks the same hosts, in other processes or on other
machines, keeps one queue with us through a `Ledger`. One `Pace` belongs to one event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

from extractors.errors import HostHeld

_KEPT_HOSTS = 10_000  # beyond this many, hosts at rest are forgotten
SMOOTHING = 0.25
"""How much of the latency kept is the last answer's: four answers ago counts for a third."""
LONGEST_LATENCY = 10.0
"""Seconds apart that slow answers can bring about; more than that is a host in trouble, for whom failures speak."""
HORIZON = 5.0
"""Seconds ahead that are booked at a time: what a process that dies has booked is lost to the others for no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """Starts that somebody wants at a host."""

    host: str
    starts: int
    pace: float
    """Least seconds apart by our own setting."""
    crawl_delay: float | None
    """What its robots.txt wants; None: not known here."""
    latency: float | None
    """How long its answers took, smoothed; None: nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was booked."""

    first: float
    """Seconds from now to the first start."""
    apart: float
    """Seconds between two of them."""
    held: float = 0.0
    """Seconds from now until which the host wants to be left alone; above 0 nothing was booked."""


class Ledger(Protocol):
    """The queue that several processes share."""

    async def book(self, want: Want) -> Booked | None:
        """Starts at a host, in turn with everybody else's; None when the ledger cannot be reached."""

    def hold(self, host: str, seconds: float) -> None:
        """Let everybody leave a host alone from now on."""


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    busy: int = 0
    """Of the users, those that have their place; the others wait."""
    free_at: float = 0.0
    held_until: float = 0.0
    crawl_delay: float | None = None
    latency: float | None = None
    untold: bool = False
    apart: float = 0.0
    """As the ledger says."""
    starts: deque[float] = field(default_factory=deque)
    """Booked, and still ahead."""


class Pace:
    """Slots per host, given out in the order in which they were asked for.

    `host_concurrency`: slots of one host in use at once; `pace_seconds`: least seconds between the starts of two, 0 for
    no pace at all but a crawl-delay's. `patience`: seconds that a request waits for a host that wants to be left alone.
    `sleep` and `monotonic` are the clock, in seconds.
    """

    def __init__(
        self,
        host_concurrency: int = 2,
        pace_seconds: float = 1.0,
        *,
        patience: float = 60.0,
        ledger: Ledger | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._concurrency = host_concurrency
        self._interval = pace_seconds
        self._patience = patience
        self._ledger = ledger
        self._sleep = sleep
        self._monotonic = monotonic
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def slot(self, host: str) -> AsyncIterator[None]:
        """Wait for a place at `host` and for its pace, then hold the place.

        Raises `HostHeld` when the host wants to be left alone for longer than our patience.
        """
        state = self._host(host)
        state.users += 1
        try:
            async with state.places:
                async with state.turn:
                    await self._turn(host, state)
                state.busy += 1
                try:
                    yield
                finally:
                    state.busy -= 1
        finally:
            state.users -= 1

    def slow_down(self, host: str, seconds: float) -> None:
        """No request of ours to `host` starts for this many seconds from now; requests under way go on."""
        state = self._host(host)
        state.held_until = max(state.held_until, self._monotonic() + seconds)

    def hold(self, host: str, seconds: float) -> None:
        """The same for everybody who shares the ledger."""
        self.slow_down(host, seconds)
        if self._ledger is not None:
            self._ledger.hold(host, seconds)

    def keep_apart(self, host: str, seconds: float) -> None:
        """At least this many seconds between two starts at `host` from now on (crawl-delay); never below the pace."""
        self._host(host).crawl_delay = seconds

    def took(self, host: str, seconds: float) -> None:
        """Learn that an answer of `host` took this long, from the request to its last byte, or to its failure."""
        state = self._host(host)
        state.latency = seconds if state.latency is None else state.latency + SMOOTHING * (seconds - state.latency)
        state.untold = True

    def wait_for(self, host: str) -> float:
        """Seconds until a request to `host` could start if nobody else waited for it."""
        state = self._hosts.get(host)
        return 0.0 if state is None else max(0.0, state.free_at - self._monotonic(), self._held(state))

    def apart(self, host: str) -> float:
        """Seconds between two starts at `host` at present."""
        return self._apart(self._host(host))

    # One turn at one host

    async def _turn(self, host: str, state: _Host) -> None:
        start: float | None = None if self._ledger else 0.0
        while True:
            if self._held(state) > self._patience:
                raise HostHeld(
                    f"{host} wants to be left alone for {self._held(state):.0f} s more.", retry_after=self._held(state)
                )
            if start is None and not self._held(state):
                start = await self._booked(host, state)
                continue  # the ledger may know of a hold that we did not
            wait = max(start or 0.0, state.free_at, state.held_until) - self._monotonic()
            if wait <= 0:
                break
            await self._sleep(wait)  # slow_down may have moved held_until meanwhile
        state.free_at = self._monotonic() + self._apart(state)

    async def _booked(self, host: str, state: _Host) -> float | None:
        """The next start that is booked for us; None while the host is held, 0 when nobody keeps the ledger."""
        assert self._ledger is not None
        now = self._monotonic()
        while state.starts and state.starts[0] < now - self._apart(state):
            state.starts.popleft()  # missed: by now that instant may be somebody else's
        if not state.starts:
            apart = self._apart(state)
            starts = max(1, min(state.users - state.busy, int(HORIZON / apart) if apart else 1))
            latency = state.latency if state.untold else None
            booked = await self._ledger.book(
                Want(host=host, starts=starts, pace=self._interval, crawl_delay=state.crawl_delay, latency=latency)
            )
            if booked is None:
                return 0.0
            state.untold, now = False, self._monotonic()
            if booked.held > 0:
                state.held_until = max(state.held_until, now + booked.held)
                return None
            state.apart = booked.apart
            state.starts.extend(now + booked.first + place * booked.apart for place in range(starts))
        return state.starts.popleft()

    def _apart(self, state: _Host) -> float:
        latency = min(state.latency or 0.0, LONGEST_LATENCY) if self._interval else 0.0
        return max(self._interval, state.crawl_delay or 0.0, latency, state.apart)

    def _held(self, state: _Host) -> float:
        return max(0.0, state.held_until - self._monotonic())

    # Hosts

    def _host(self, host: str) -> _Host:
        if host not in self._hosts:
            if len(self._hosts) >= _KEPT_HOSTS:
                self._forget()
            self._hosts[host] = _Host(asyncio.Semaphore(self._concurrency))
        return self._hosts[host]

    def _forget(self) -> None:
        now = self._monotonic()
        self._hosts = {
            name: state
            for name, state in self._hosts.items()
            if state.users or state.crawl_delay or max(state.free_at, state.held_until) > now
        }
