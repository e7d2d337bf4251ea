"""robots.txt and what goes wrong with it, on a loopback server and a shelf of its own."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from extractors import fetch
from extractors.errors import RefusedByRobots, RetryLater
from extractors.records import Page
from extractors.robots import LARGEST
from flows.robots import RobotsCache
from models.host_store import KeptRobots
from tests.web import Answer, Web

LIMITS = fetch.Limits(total_seconds=0.5, max_bytes=LARGEST + 1, cut=True)
RULES = "User-agent: *\nDisallow: /private/\nCrawl-delay: 7\n"
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Shelf:
    """What is kept between runs, in memory."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.kept: dict[str, KeptRobots] = {}

    async def robots(self, site: str) -> KeptRobots | None:
        return self.kept.get(site)

    async def keep_robots(self, site: str, *, status: int | None, body: bytes) -> None:
        known = self.kept.get(site, KeptRobots(fetched_at=None, status=None, body=b"", failing_since=None))
        if status is None:
            self.kept[site] = replace(known, failing_since=known.failing_since or self.now())
        else:
            self.kept[site] = KeptRobots(fetched_at=self.now(), status=status, body=body, failing_since=None)


class Clock:
    """A clock that stands still unless told otherwise."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(hosts=("127.0.0.1", "127.0.0.2")) as web:
        yield web


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(clock: Clock) -> Shelf:
    return Shelf(clock)


def ask(web: Web, clock: Clock, shelf: Shelf | None, work: Callable[[RobotsCache], Awaitable[object]]) -> object:
    """What `work` makes of a cache that belongs to one run."""

    async def run() -> object:
        async with fetch.open_session(
            user_agent="Wirewatch/0.1", allowed=(ip_network("127.0.0.0/8"),), limits=LIMITS
        ) as session:

            async def get(url: str) -> Page:
                page = await fetch.get(session, url, now=clock, limits=LIMITS)
                assert isinstance(page, Page)
                return page

            return await work(RobotsCache(get, agent="Wirewatch/0.1", now=clock, shelf=shelf))

    return asyncio.run(run())


def verdict(web: Web, clock: Clock, shelf: Shelf | None = None, path: str = "/private/1") -> str | float:
    """The crawl-delay where a page may be fetched, else why not."""

    async def check(cache: RobotsCache) -> str | float:
        try:
            return await cache.check(web.url(path))
        except RefusedByRobots:
            return "refused"
        except RetryLater:
            return "later"

    return ask(web, clock, shelf, check)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("answer", "private", "public"),
    [
        (Answer(RULES), "refused", 7.0),
        (Answer(status=404), 0.0, 0.0),
        (Answer(status=403), 0.0, 0.0),
        (Answer(status=410), 0.0, 0.0),
        (Answer(status=500), "later", "later"),
        (Answer(status=503, headers={"Retry-After": "9"}), "later", "later"),
        (Answer(status=429), "later", "later"),
        (Answer(hold=True), "later", "later"),
        (Answer(b"", drip=0.05), "later", "later"),
        (Answer(RULES, cut=10), "later", "later"),
        (Answer("<html><body>Welcome</body></html>"), 0.0, 0.0),
        (Answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50), 0.0, 0.0),
        (Answer(""), 0.0, 0.0),
        (Answer(RULES, compress="gzip"), "refused", 7.0),
        (Answer(RULES + "# padding\n" * 200_000), "refused", 7.0),
        (Answer(gzip.compress(RULES.encode() + bytes(50_000_000)), headers={"Content-Encoding": "gzip"}), "refused", 7.0),
        (Answer(b"\xff\xfe" + RULES.encode("utf-16-le")), 0.0, 0.0),
        (Answer(b"\xef\xbb\xbf" + RULES.encode()), "refused", 7.0),
        (Answer(status=301, headers={"Location": "/robots.txt"}), 0.0, 0.0),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/robots.txt"}), 0.0, 0.0),
    ],
)  # fmt: skip
def test_each_answer_of_a_robots_txt_has_its_meaning(
    web: Web, clock: Clock, answer: Answer, private: str | float, public: str | float
) -> None:
    web.queue("/robots.txt", answer)

    assert (verdict(web, clock), verdict(web, clock, path="/news/1")) == (private, public)


def test_a_robots_txt_on_another_host_counts_for_the_one_that_sent_us_there(web: Web, clock: Clock) -> None:
    web.redirect("/robots.txt", web.url("/rules", host="127.0.0.2"))
    web.page("/rules", RULES)

    assert verdict(web, clock) == "refused"


def test_it_is_asked_for_once_a_day_whichever_run_asks(web: Web, clock: Clock, shelf: Shelf) -> None:
    web.page("/robots.txt", RULES)

    said = []
    for hours in (0, 12, 23.9, 24.1):
        clock.at = START + timedelta(hours=hours)
        said.append((verdict(web, clock, shelf), web.asked("/robots.txt")))

    assert said == [("refused", 1), ("refused", 1), ("refused", 1), ("refused", 2)]


def test_a_run_that_lasts_for_days_asks_a_day_after_whoever_asked_last(web: Web, clock: Clock, shelf: Shelf) -> None:
    web.queue("/robots.txt", Answer(RULES), Answer(status=404))
    verdict(web, clock, shelf)

    async def work(cache: RobotsCache) -> list[str | float]:
        said: list[str | float] = []
        for hours in (20, 23.9, 24.1):
            clock.at = START + timedelta(hours=hours)
            try:
                said.append(await cache.check(web.url("/private/1")))
            except RefusedByRobots:
                said.append("refused")
        return said

    assert ask(web, clock, shelf, work) == ["refused", "refused", 0.0]


def test_one_that_fails_is_not_asked_for_again_within_ten_minutes(web: Web, clock: Clock) -> None:
    web.page("/robots.txt", status=500)

    async def work(cache: RobotsCache) -> list[int]:
        asked = []
        for minutes in (0, 9, 11):
            clock.at = START + timedelta(minutes=minutes)
            with pytest.raises(RetryLater):
                await cache.check(web.url("/a"))
            asked.append(web.asked("/robots.txt"))
        return asked

    assert ask(web, clock, None, work) == [1, 1, 2]


def test_an_old_answer_stands_in_for_one_that_cannot_be_had_for_a_month(web: Web, clock: Clock, shelf: Shelf) -> None:
    web.queue("/robots.txt", Answer(RULES), Answer(status=500))

    said = []
    for days in (0, 2, 29, 31, 33):
        clock.at = START + timedelta(days=days)
        said.append(verdict(web, clock, shelf))

    # On day 2 it began to fail: a month after that, on day 32, the site counts as having none.
    assert said == ["refused", "refused", "refused", "later", 0.0]


def test_pages_of_one_site_wait_for_one_answer(web: Web, clock: Clock) -> None:
    web.page("/robots.txt", RULES)

    async def work(cache: RobotsCache) -> list[float]:
        return await asyncio.gather(*[cache.check(web.url(f"/news/{number}")) for number in range(20)])

    assert ask(web, clock, None, work) == [7.0] * 20
    assert web.asked("/robots.txt") == 1
