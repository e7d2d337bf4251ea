"""The table of faults, polled: what comes of each is what its row says, and the page in docs/ says the same."""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa

from extractors import cadence
from extractors.cadence import PollResult
from extractors.outcomes import Settled, Work
from extractors.records import Entry, Feed
from flows import gather
from flows.gather import Gatherer
from models import database, feed_store
from models.settings import load
from models.tables import articles, entries, feeds, polls
from tests import factories as make
from tests.flows import faults
from tests.flows.faults import FEEDS, PAGES, Fault, PageFault, Site
from tests.web import Answer, Request, Web, send

pytestmark = pytest.mark.xdist_group("faults")  # one server and one poll for all of them

TAXONOMY = """
name = "test"
[concepts.treaty]
en = ["treaty"]
[[topics]]
slug = "pact"
title = "The pact"
rules = [{ all = ["treaty"] }]
"""


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """A server with a host for each fault, and a robots.txt for each host."""
    hosts = (
        "127.0.0.1", faults.FORBIDDEN, *(f"127.0.1.{1 + number}" for number in range(len(FEEDS))),
        *(f"127.0.2.{1 + number}" for number in range(len(PAGES))),
    )  # fmt: skip
    rules = {fault_host: fault.robots for fault_host, fault in zip(hosts[2 + len(FEEDS) :], PAGES, strict=True)}
    rules[faults.FORBIDDEN] = faults.CLOSED
    with Web(hosts=hosts) as web:

        async def robots(request: Request, writer: asyncio.StreamWriter) -> None:
            await send(rules.get(request.address) or Answer(status=404), request, writer)

        web.script("/robots.txt", robots)
        yield web


@pytest.fixture(scope="module")
def names() -> Iterator[None]:
    """Two names that a look-up knows as no public address, and a clock that stands still."""
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: object, **also: object) -> list:
        if host == "inner.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", port))]
        if host == "nowhere.example":
            raise socket.gaierror(-2, "Name or service not known")
        return real(host, port, *more, **also)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        patch.setattr(gather, "now", lambda: faults.NOW)
        yield


@pytest.fixture(scope="module")
def sites(web: Web) -> dict[str, Site]:
    return {
        _key(fault): Site(web, host, f"f{number}")
        for number, (fault, host) in enumerate(zip((*FEEDS, *PAGES), web.hosts[2:], strict=True))
    }


@pytest.fixture(scope="module")
def gatherer(names: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatherer]:
    settings = load(
        home=tmp_path_factory.mktemp("home"), allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.0,
        extract_workers=1, request_timeout_seconds=faults.TIMEOUT, max_page_bytes=faults.LARGEST,
        fetch_concurrency=200, secrets={"desk": faults.SECRET},
    )  # fmt: skip
    with Gatherer(settings, taxonomy=TAXONOMY) as gatherer:
        yield gatherer


@pytest.fixture(scope="module")
def rows(sites: dict[str, Site], gatherer: Gatherer, database_url: str) -> Iterator[dict[str, Mapping[str, object]]]:
    """What the database says of each feed after one poll of all of them."""
    with make.own_database(database_url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            ids = {fault.name: _prepared(db, fault, sites[_key(fault)]) for fault in FEEDS}
            run = make.run(db, state="running", finished_at=None)
            claimed = feed_store.claim_due(db, run, now=faults.NOW, everything=True)
        polled = gatherer.poll(claimed)
        with engine.begin() as db:
            feed_store.record(db, run, polled, now=faults.NOW, max_age=timedelta(days=30))
        with engine.begin() as db:
            yield {name: _row(db, feed_id) for name, feed_id in ids.items()}
        engine.dispose()


def _prepared(db: sa.Connection, fault: Fault, site: Site) -> int:
    """The feed of a fault as the polls before left it; returns its id."""
    url = fault.serve(site) or site.url()
    healthy = {"state": "ok", "etag": faults.BEFORE, "body_hash": b"b" * 16, "interval_minutes": 60}
    known = {
        "{there}": site.url("there"), "{hash:same}": _hash(b"same"), "{hash:feed}": _hash(faults.rss(site.slug).encode()),
    }  # fmt: skip
    facts = {name: known.get(value, value) if isinstance(value, str) else value for name, value in fault.knows.items()}
    return make.feed(db, "desk", url, **{**healthy, **facts})


def _key(fault: Fault | PageFault) -> str:
    """Feeds and pages have faults of one name."""
    return f"{type(fault).__name__}: {fault.name}"


def _hash(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


def _row(db: sa.Connection, feed_id: int) -> Mapping[str, object]:
    feed = db.execute(sa.select(feeds).where(feeds.c.id == feed_id)).one()._mapping
    poll = db.execute(sa.select(polls).where(polls.c.feed_id == feed_id)).one()
    listed = db.execute(
        sa.select(articles.c.url, entries.c.title)
        .join(entries, entries.c.article_id == articles.c.id)
        .where(articles.c.feed_id == feed_id)
    ).all()
    return {**feed, "reason": poll.reason, "urls": [one.url for one in listed], "titles": [one.title for one in listed]}


def _kept(fault: Fault, row: Mapping[str, object]) -> str:
    new = row["urls"]
    assert isinstance(new, list)
    if new or row["state"] == "empty":
        return f"{len(new):,} new entries".replace(",", "")
    return "what was known" if row["etag"] == faults.BEFORE or row["reason"] == "same body" else "nothing"


def _again(row: Mapping[str, object]) -> str:
    """When a feed is asked again, without the share by which its waits are spread."""
    feed = Feed(id=int(str(row["id"])), source_id=1, url="https://a.example/", language="en")
    minute = cadence.after(feed, PollResult(outcome="fresh", listed=3, new=3), now=faults.NOW).next_poll_at - faults.NOW
    wait = row["next_poll_at"] - faults.NOW  # type: ignore[operator]
    minutes = round(60 * wait / minute)
    if minutes % 1_440 == 0:
        return f"{minutes // 1_440} days"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


@pytest.fixture(scope="module")
def settled(sites: dict[str, Site], gatherer: Gatherer) -> dict[str, Settled]:
    """What became of each page after one batch of all of them."""
    works = []
    for number, fault in enumerate(PAGES):
        url = fault.serve(sites[_key(fault)]) or sites[_key(fault)].url()
        entry = Entry(url=url, title="A treaty is signed", content_html=fault.content)
        works.append(Work(article_id=number, source_id=1, url=url, entry=entry, language_hint="en", attempts=0))
    return {fault.name: one for fault, one in zip(PAGES, gatherer.collect(works), strict=True)}


def test_there_are_faults_enough_and_no_two_of_one_name() -> None:
    assert len(FEEDS) + len(PAGES) > 100
    assert len({fault.name for fault in FEEDS}) == len(FEEDS)


@pytest.mark.parametrize("fault", FEEDS, ids=lambda fault: fault.name)
def test_a_fault_of_a_feed_has_its_outcome(
    fault: Fault, rows: dict[str, Mapping[str, object]], sites: dict[str, Site]
) -> None:
    row = rows[fault.name]

    assert (row["state"], row["reason"], _kept(fault, row), _again(row)) == (
        fault.state, fault.reason, fault.kept, fault.again,
    )  # fmt: skip
    assert fault.check(sites[_key(fault)], row)


@pytest.mark.parametrize("fault", PAGES, ids=lambda fault: fault.name)
def test_a_fault_of_a_page_has_its_outcome(
    fault: PageFault, settled: dict[str, Settled], sites: dict[str, Site]
) -> None:
    one = settled[fault.name]
    wait = "never" if one.retry_at is None else f"{round((one.retry_at - faults.NOW).total_seconds() / 60)} min"

    assert (one.outcome.value, one.reason, wait) == (fault.outcome, fault.reason, fault.again)
    assert fault.check(sites[_key(fault)])


def test_the_page_in_docs_says_what_the_tests_check() -> None:
    page = Path(__file__).parents[2] / "docs" / "faults.md"

    assert page.read_text(encoding="utf-8") == faults.told()
