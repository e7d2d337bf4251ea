"""Pace on a clock of its own: no test here waits for a real second."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine

import pytest

from extractors.pace import Pace


class Clock:
    """Time that moves on when everybody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._count = 0

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, self._count, woken))
        await woken.wait()

    async def run(self, *work: Coroutine[object, object, None]) -> None:
        tasks = [asyncio.create_task(one) for one in work]
        while not all(task.done() for task in tasks):
            for _ in range(50):  # let everyone run until all sleep
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set()
        for task in tasks:
            task.result()


class Log:
    """Requests that note when they start, and how many are under way at a host."""

    def __init__(self, concurrency: int = 2, pace: float = 1.0) -> None:
        self.clock = Clock()
        self.pace = Pace(concurrency, pace, sleep=self.clock.sleep, monotonic=self.clock.monotonic)
        self.starts: list[tuple[str, float]] = []
        self.most: dict[str, int] = {}
        self._busy: dict[str, int] = {}

    async def request(self, name: str, host: str = "a.example", seconds: float = 0.0) -> None:
        async with self.pace.slot(host):
            self.starts.append((name, self.clock.now))
            self._busy[host] = self._busy.get(host, 0) + 1
            self.most[host] = max(self.most.get(host, 0), self._busy[host])
            await self.clock.sleep(seconds)
            self._busy[host] -= 1

    def run(self, *work: Coroutine[object, object, None]) -> None:
        asyncio.run(self.clock.run(*work))


def test_requests_to_one_host_start_the_pace_apart_in_order() -> None:
    log = Log(concurrency=5, pace=1.5)

    log.run(*(log.request(name) for name in "abcd"))

    assert log.starts == [("a", 0.0), ("b", 1.5), ("c", 3.0), ("d", 4.5)]


def test_no_more_requests_than_allowed_are_under_way_at_a_host() -> None:
    log = Log(concurrency=2, pace=1.0)

    log.run(*(log.request(name, seconds=10) for name in "abcd"))

    assert log.starts == [("a", 0.0), ("b", 1.0), ("c", 10.0), ("d", 11.0)]
    assert log.most == {"a.example": 2}


def test_hosts_do_not_wait_for_each_other() -> None:
    log = Log(concurrency=1, pace=5.0)

    log.run(log.request("slow", "a.example", 100), log.request("next", "a.example"), log.request("other", "b.example"))

    assert sorted(log.starts) == [("next", 100.0), ("other", 0.0), ("slow", 0.0)]


def test_a_host_that_asked_for_time_gets_it_even_from_those_who_wait_already() -> None:
    log = Log(concurrency=3, pace=1.0)

    async def first() -> None:
        await log.request("a")
        log.pace.slow_down("a.example", 30)

    log.run(first(), log.request("b"), log.request("c"))

    assert log.starts == [("a", 0.0), ("b", 30.0), ("c", 31.0)]


def test_slowing_down_never_shortens_a_wait() -> None:
    log = Log()
    log.pace.slow_down("a.example", 30)
    log.pace.slow_down("a.example", 5)

    assert log.pace.wait_for("a.example") == 30
    log.run(log.request("a"))
    assert log.starts == [("a", 30.0)]


@pytest.mark.parametrize(("delay", "starts"), [(10.0, [0.0, 10.0, 20.0]), (0.1, [0.0, 1.0, 2.0])])
def test_a_crawl_delay_widens_the_pace_and_never_narrows_it(delay: float, starts: list[float]) -> None:
    log = Log(pace=1.0)
    log.pace.keep_apart("a.example", delay)

    log.run(*(log.request(name) for name in "abc"))

    assert [at for _, at in log.starts] == starts


def test_without_a_pace_only_concurrency_counts() -> None:
    log = Log(concurrency=2, pace=0.0)

    log.run(*(log.request(name, seconds=1) for name in "abcd"))

    assert [at for _, at in log.starts] == [0.0, 0.0, 1.0, 1.0]


def test_a_request_that_fails_or_is_cancelled_gives_its_slot_back() -> None:
    log = Log(concurrency=1, pace=0.0)

    async def failing() -> None:
        with pytest.raises(ValueError, match="broken"):
            async with log.pace.slot("a.example"):
                raise ValueError("broken")

    async def cancelled() -> None:
        waiting = asyncio.create_task(log.request("never", seconds=50))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    log.run(failing(), cancelled(), log.request("last"))

    assert log.starts[-1] == ("last", 0.0)


def test_an_unknown_host_is_free() -> None:
    assert Log().pace.wait_for("b.example") == 0


def test_hosts_at_rest_are_forgotten_and_busy_ones_are_not() -> None:
    log = Log(pace=1.0)
    log.pace.slow_down("busy.example", 1_000_000)

    async def many() -> None:
        for number in range(20_100):
            async with log.pace.slot(f"{number}.example"):
                log.clock.now += 1.0

    log.run(many())

    assert log.pace.wait_for("busy.example") > 0
    assert len(log.pace._hosts) <= 10_001
