"""The queue that processes share, on a real database: two desks are two processes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa

from extractors import fetch
from extractors.pace import Pace, Want
from extractors.records import Page
from flows.hosts import HostDesk
from flows.network import Network
from models import database
from models.settings import load
from tests import factories as make
from tests.web import Web

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[sa.Engine]:
    with make.own_database(database_url) as url:
        engine = database.engine(url)
        yield engine
        engine.dispose()


@pytest.fixture(autouse=True)
def empty(engine: sa.Engine) -> None:
    with engine.begin() as db:
        db.execute(sa.text("TRUNCATE news.hosts, news.robots"))


def want(host: str = "a.example", starts: int = 1) -> Want:
    return Want(host=host, starts=starts, pace=1.0, crawl_delay=None, latency=None)


def test_what_is_to_be_held_is_written_even_if_all_else_is_cancelled(engine: sa.Engine) -> None:
    async def work() -> None:
        desk = HostDesk(engine, now=lambda: NOW)
        desk.hold("a.example", 600)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await desk.close()

    asyncio.run(work())

    with engine.connect() as db:
        assert db.execute(sa.text("SELECT host FROM news.hosts WHERE held_until > now()")).scalars().all() == [
            "a.example"
        ]


def test_a_hold_is_not_shortened_by_another_that_comes_with_it(engine: sa.Engine) -> None:
    async def work() -> float:
        desk = HostDesk(engine, now=lambda: NOW)
        desk.hold("a.example", 600)
        desk.hold("a.example", 5)
        booked = await desk.book(want())
        await desk.close()
        return booked.held if booked else 0.0

    assert asyncio.run(work()) == pytest.approx(600, abs=5)


def test_a_database_that_comes_back_without_its_hosts_gets_to_know_them_anew(engine: sa.Engine) -> None:
    def change(*statements: str) -> None:
        with engine.begin() as db:
            for statement in statements:
                db.execute(sa.text(statement))

    async def work() -> list[bool]:
        desk = HostDesk(engine, now=lambda: NOW)
        booked = [await desk.book(want())]
        change("ALTER TABLE news.hosts RENAME TO away")
        try:
            booked.append(await desk.book(want()))
        finally:
            change("ALTER TABLE news.away RENAME TO hosts", "TRUNCATE news.hosts")
        booked.append(await desk.book(want()))
        await desk.close()
        return [one is not None for one in booked]

    assert asyncio.run(work()) == [True, False, True]


def test_two_processes_keep_one_queue_for_a_host(engine: sa.Engine) -> None:
    async def work() -> list[float]:
        desks = [HostDesk(engine, now=lambda: NOW) for _ in range(2)]
        booked = [await desk.book(want(starts=3)) for desk in (*desks, *desks)]
        for desk in desks:
            await desk.close()
        return [one.first for one in booked if one]

    assert asyncio.run(work()) == pytest.approx([0, 3, 6, 9], abs=0.9)


def test_all_that_is_wanted_at_a_time_takes_one_statement(engine: sa.Engine) -> None:
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2].split("\n")[0]))

    async def work() -> int:
        desk = HostDesk(engine, now=lambda: NOW)
        booked = await asyncio.gather(*[desk.book(want(f"{number}.example")) for number in range(200)])
        await desk.close()
        return len([one for one in booked if one])

    assert asyncio.run(work()) == 200
    assert [line for line in statements if line.startswith("-- Books")] == [statements[1]]


def test_many_processes_that_want_many_hosts_at_once_do_not_lock_each_other_out(engine: sa.Engine) -> None:
    hosts = [f"{number}.example" for number in range(30)]

    async def process(order: list[str]) -> int:
        desk = HostDesk(engine, now=lambda: NOW)
        done = 0
        for _ in range(5):
            done += sum(one is not None for one in await asyncio.gather(*[desk.book(want(host)) for host in order]))
        await desk.close()
        return done

    async def work() -> list[int]:
        return await asyncio.gather(*[process(hosts if number % 2 else hosts[::-1]) for number in range(4)])

    assert asyncio.run(work()) == [150] * 4
    with engine.begin() as db:
        ahead = db.execute(sa.text("SELECT min(free_at - now()), count(*) FROM news.hosts")).one()
    assert (ahead[0].total_seconds() > 15, ahead[1]) == (True, 30)  # 20 starts a host, a second apart


def test_a_hold_reaches_the_other_process(engine: sa.Engine) -> None:
    async def work() -> float:
        here, there = (HostDesk(engine, now=lambda: NOW) for _ in range(2))
        here.hold("a.example", 900)
        await here.close()
        booked = await there.book(want())
        await there.close()
        return booked.held if booked else 0.0

    assert asyncio.run(work()) == pytest.approx(900, abs=5)


def test_without_a_database_each_process_keeps_its_own_pace() -> None:
    dead = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing", connect_args={"connect_timeout": 1})

    async def work() -> tuple[object, object, int]:
        desk = HostDesk(dead, now=lambda: NOW)
        asked = 0
        async with asyncio.timeout(20):
            pace = Pace(2, 0.01, ledger=desk)
            for _ in range(3):
                async with pace.slot("a.example"):
                    asked += 1
        answers = (await desk.book(want()), await desk.robots("https://a.example"), asked)
        await desk.close()
        return answers

    assert asyncio.run(work()) == (None, None, 3)


def test_who_is_cancelled_while_he_waits_costs_nobody_else_his_answer(engine: sa.Engine) -> None:
    async def work() -> bool:
        desk = HostDesk(engine, now=lambda: NOW)
        gone = asyncio.create_task(desk.book(want("gone.example")))
        await asyncio.sleep(0)
        gone.cancel()
        booked = await desk.book(want("a.example"))
        await desk.close()
        return booked is not None

    assert asyncio.run(work())


def test_a_robots_txt_is_asked_for_once_by_all_processes_and_hosts_are_known_to_all(
    engine: sa.Engine, tmp_path: Path
) -> None:
    settings = load(
        home=tmp_path, allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.01, request_timeout_seconds=5.0
    )  # fmt: skip

    async def process(url: str) -> int:
        network = Network(settings, fetch.Limits(), now=lambda: NOW, engine=engine)
        async with AsyncExitStack() as held:
            page = await network.fetch(url, held, robots=True)
        await network.close()
        assert isinstance(page, Page)
        return page.status

    with Web() as web:
        web.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.5\n")
        web.page("/a", "news")
        statuses = [asyncio.run(process(web.url("/a"))) for _ in range(2)]

        assert statuses == [200, 200]
        assert (web.asked("/robots.txt"), web.asked("/a")) == (1, 2)
    with engine.begin() as db:
        assert db.execute(sa.text("SELECT crawl_delay, latency > 0 FROM news.hosts")).all() == [(0.5, True)]


def test_each_hop_waits_in_the_queue_of_its_own_host(engine: sa.Engine, tmp_path: Path) -> None:
    settings = load(
        home=tmp_path, allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.01, respect_robots=False
    )  # fmt: skip

    async def process(url: str) -> None:
        network = Network(settings, fetch.Limits(), now=lambda: NOW, engine=engine)
        async with AsyncExitStack() as held:
            await network.fetch(url, held, robots=True)
        await network.close()

    with Web(hosts=("127.0.0.1", "127.0.0.2")) as web:
        web.redirect("/a", web.url("/b", host="127.0.0.2"))
        web.page("/b", "news")
        asyncio.run(process(web.url("/a")))
        port = web.port

    with engine.begin() as db:
        hosts = db.execute(sa.text("SELECT host FROM news.hosts ORDER BY host")).scalars().all()
    assert hosts == [f"127.0.0.1:{port}", f"127.0.0.2:{port}"]
