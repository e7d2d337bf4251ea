"""Pace on a clock of its own: no test here waits for a real second."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Coroutine

import pytest

from extractors.errors import HostHeld
from extractors.pace import Booked, Pace, Want


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


# Latency -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("took", "apart"), [([0.2], 1.0), ([3.0], 3.0), ([4.0, 8.0], 5.0), ([60.0], 10.0), ([8.0, *[0.0] * 20], 1.0)]
)
def test_a_host_that_answers_slowly_is_asked_more_slowly(took: list[float], apart: float) -> None:
    pace = Log(pace=1.0).pace
    for seconds in took:
        pace.took("a.example", seconds)

    assert pace.apart("a.example") == apart


def test_without_a_pace_slow_answers_change_nothing() -> None:
    pace = Log(pace=0.0).pace
    pace.took("a.example", 5.0)

    assert pace.apart("a.example") == 0


def test_a_request_does_not_wait_for_a_host_beyond_its_patience() -> None:
    log = Log()
    log.pace.hold("a.example", 61)

    async def refused() -> None:
        with pytest.raises(HostHeld, match="left alone for 61 s more") as caught:
            await log.request("never")
        assert caught.value.retry_after == 61

    log.run(refused(), log.request("other", "b.example"))

    assert log.starts == [("other", 0.0)]


# A queue that is shared ----------------------------------------------------------------------------------------------


class Book:
    """A ledger of one host, with somebody else's bookings in it."""

    def __init__(self, clock: Clock, *, free_at: float = 0.0, held: float = 0.0) -> None:
        self.clock = clock
        self.free_at = free_at
        self.held_until = held
        self.wants: list[Want] = []
        self.holds: list[float] = []
        self.reachable = True

    async def book(self, want: Want) -> Booked | None:
        self.wants.append(want)
        if not self.reachable:
            return None
        now = self.clock.now
        if self.held_until > now:
            return Booked(first=0.0, apart=want.pace, held=self.held_until - now)
        start = max(self.free_at, now)
        self.free_at = start + want.starts * want.pace
        return Booked(first=start - now, apart=want.pace)

    def hold(self, host: str, seconds: float) -> None:
        self.holds.append(seconds)


def shared(log: Log, book: Book, *, places: int = 5) -> None:
    log.pace = Pace(places, 1.0, ledger=book, sleep=log.clock.sleep, monotonic=log.clock.monotonic)


def test_starts_are_taken_as_they_were_booked_several_at_a_time() -> None:
    log = Log()
    book = Book(log.clock, free_at=4.0)
    shared(log, book)

    log.run(*(log.request(name) for name in "abcdefgh"))

    assert [at for _, at in log.starts] == [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0]
    assert [want.starts for want in book.wants] == [1, 5, 2]  # at first nobody else was there, then five seconds ahead


def test_a_booked_start_that_was_missed_is_booked_again() -> None:
    log = Log(concurrency=1)
    book = Book(log.clock)
    shared(log, book, places=1)

    log.run(*(log.request(name, seconds=30) for name in "ab"))

    assert log.starts == [("a", 0.0), ("b", 30.0)]
    assert len(book.wants) == 2


def test_a_hold_that_others_reported_is_waited_for() -> None:
    log = Log()
    shared(log, Book(log.clock, held=20.0))

    log.run(log.request("a"), log.request("b"))

    assert log.starts == [("a", 20.0), ("b", 21.0)]


def test_a_long_hold_that_others_reported_is_not() -> None:
    log = Log()
    shared(log, Book(log.clock, held=600.0))

    async def refused() -> None:
        with pytest.raises(HostHeld):
            await log.request("never")

    log.run(refused(), refused())

    assert log.starts == []


def test_others_learn_of_a_hold_and_of_the_latency() -> None:
    log = Log()
    book = Book(log.clock)
    shared(log, book)
    log.pace.took("a.example", 2.0)
    log.pace.keep_apart("a.example", 3.0)
    log.pace.hold("b.example", 30)

    log.run(log.request("a"))

    assert book.wants == [Want(host="a.example", starts=1, pace=1.0, crawl_delay=3.0, latency=2.0)]
    assert book.holds == [30]


def test_a_ledger_out_of_reach_leaves_everybody_to_his_own_pace() -> None:
    log = Log()
    book = Book(log.clock)
    book.reachable = False
    shared(log, book)

    log.run(*(log.request(name) for name in "abc"))

    assert log.starts == [("a", 0.0), ("b", 1.0), ("c", 2.0)]
