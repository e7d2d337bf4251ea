"""A fake clock and a fake web of feeds, driven through the real decisions and the real store.

Real are the poller (what to ask for, what an answer comes to, whether a 304 can be believed), the cadence, and
`feed_store` on Postgres. Made up are the answers, at the level of what `flows.network` gives (pages, 304s, errors), and
the reader, which builds a document of what a site lists at the moment instead of parsing one.

    week = Simulation(sites, start=MONDAY)
    while week.step(db): ...        # polls whatever is due next, at its time; commit between two steps as you like
    week.polls                      # what happened, in order
"""

from __future__ import annotations

import asyncio
import random
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import (
    AskedToWait,
    BotWall,
    Gone,
    HostUnreachable,
    NotFound,
    ServerBroken,
    Unreadable,
)
from extractors.outcomes import FeedReading, Polled
from extractors.records import (
    Catalogue,
    DateOrigin,
    Document,
    Entry,
    Feed,
    FeedSpec,
    FeedState,
    Page,
    Source,
    SourceKind,
    Unchanged,
)
from flows.jobs import FeedJob
from flows.polling import Poller
from models import feed_store, run_store, source_store
from models.tables import feeds

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)
MAX_AGE = timedelta(days=60)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


# The web -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is wrong with a site from one instant until another."""

    what: str
    """`outage`, `5xx`, `429`, `wall`, `410`, `no feed`, `false 304`, `moved`, `removed` (from where it
    moved), `renamed`, `undated`, `empty`."""
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A publisher with one feed."""

    kind: str
    name: str
    published: tuple[datetime, ...]
    """When its articles appeared, in order."""
    lists: int = 30
    """How many of the newest its feed lists."""
    validators: bool = True
    """Whether it sends ETags."""
    ttl: int | None = None
    troubles: tuple[Trouble, ...] = ()

    @property
    def url(self) -> str:
        return f"https://{self.name}.example/feed.xml"

    @property
    def new_url(self) -> str:
        """Where it moves to."""
        return f"https://{self.name}.example/rss/all.xml"

    def article(self, number: int, *, renamed: bool = False) -> str:
        """The address of one of its articles, before or after a redesign."""
        return f"https://{self.name}.example/{'stories' if renamed else 'news'}/{number}.html"

    def suffers(self, now: datetime) -> set[str]:
        """What is wrong at an instant."""
        return {one.what for one in self.troubles if one.start <= now < one.end}

    def listed(self, now: datetime) -> range:
        """Numbers of the articles that its feed lists at an instant."""
        last = bisect_right(self.published, now)
        return range(max(0, last - self.lists), last)


class Web:
    """What sites answer, at the instant `now`; stands where a `flows.network.Network` does."""

    def __init__(self, sites: Sequence[Site], now: datetime) -> None:
        self.now = now
        self._by_url = {url: site for site in sites for url in (site.url, site.new_url)}

    async def fetch(
        self, url: str, held: AsyncExitStack, *, etag: str | None = None, last_modified: str | None = None
    ) -> Page | Unchanged:
        site = self._by_url[url]
        wrong = site.suffers(self.now)
        moved = _refuse(site, url, wrong)
        tag = self._tag(site, wrong) if site.validators else None
        if etag and (etag == tag or "false 304" in wrong):
            return Unchanged(url=url, etag=etag, moved_to=moved)
        body = f"{url} {self._tag(site, wrong)}".encode()
        return Page(
            url=url, final_url=moved or url, status=200, body=body, content_type="text/xml", etag=tag, moved_to=moved,
            fetched_at=self.now,
        )  # fmt: skip

    def _tag(self, site: Site, wrong: set[str]) -> str:
        listed = site.listed(self.now)
        return f"{listed.start}-{listed.stop}-{'-'.join(sorted(wrong - {'false 304', 'moved', 'removed'}))}"

    async def read(self, job: FeedJob) -> FeedReading:
        """Stands where a worker's reader does."""
        site = self._by_url[job.page.url]
        digest = blake2b(job.page.body, digest_size=16).digest()
        if digest == job.known_hash:
            return FeedReading(body_hash=digest, size=len(job.page.body))
        wrong = site.suffers(self.now)
        if "no feed" in wrong:
            error = Unreadable(f"{site.url} is no feed.")
            return FeedReading(body_hash=digest, size=len(job.page.body), error=error)
        numbers = () if "empty" in wrong else reversed(site.listed(self.now))
        entries = [self._entry(site, number, wrong) for number in numbers]
        document = Document(format="rss", title=site.name, entries=tuple(entries), ttl_minutes=site.ttl)
        return FeedReading(body_hash=digest, size=len(job.page.body), document=document)

    def _entry(self, site: Site, number: int, wrong: set[str]) -> Entry:
        dated = "undated" not in wrong
        return Entry(
            url=site.article(number, renamed="renamed" in wrong), title=f"Story {number}",
            published_at=site.published[number] if dated else None,
            published_from=DateOrigin.FEED if dated else None,
        )  # fmt: skip


def _refuse(site: Site, url: str, wrong: set[str]) -> str | None:
    """Raise what is wrong with a request; else where a permanent redirect sends it."""
    if "outage" in wrong:
        raise HostUnreachable(f"{url} does not answer.")
    if "5xx" in wrong:
        raise ServerBroken(f"{url} answered 503.", status=503)
    if "429" in wrong:
        raise AskedToWait(f"{url} answered 429.", status=429, retry_after=7_200.0)
    if "wall" in wrong:
        raise BotWall(f"{url} wants to know whether we are human.", status=403)
    if "410" in wrong:
        raise Gone(f"{url} answered 410.", status=410)
    if url == site.new_url:
        return None
    if "removed" in wrong:
        raise NotFound(f"{url} answered 404.", status=404)
    return site.new_url if "moved" in wrong else None


# Its rhythm ----------------------------------------------------------------------------------------------------------


def rhythm(moment: datetime, *, night: float, weekend: float) -> float:
    """How much is published around a local time, 1 on a working day: from 22 to 6 o'clock `night` of that."""
    share = night if moment.hour < 6 or moment.hour >= 22 else 1.0
    return share * (weekend if moment.weekday() >= 5 else 1.0)


def appearing(
    chance: random.Random, start: datetime, end: datetime, *, a_day: float, night: float, weekend: float, zone: int = 0
) -> tuple[datetime, ...]:
    """Instants at which about so many articles a working day appear, between two instants; `zone` in hours."""
    scale = a_day / (16 + 8 * night)
    found: list[datetime] = []
    hour = start
    while hour < end:
        expected = scale * rhythm(hour + zone * HOUR, night=night, weekend=weekend)
        gap = chance.expovariate(expected) if expected else 1.0
        while gap < 1.0:
            found.append(hour + gap * HOUR)
            gap += chance.expovariate(expected)
        hour += HOUR
    return tuple(moment.replace(microsecond=0) for moment in found)


# The clock -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll, and what it left behind."""

    at: datetime
    site: Site
    outcome: str
    reason: str
    new: int
    state: FeedState
    interval: int
    next_at: datetime


@dataclass
class Simulation:
    """Polls every feed when it is due, by a clock that jumps from one due time to the next.

    Due times are taken up on the full minute, or on every `minutes`-th, as a scheduled ingest does.
    """

    sites: Sequence[Site]
    start: datetime = MONDAY
    minutes: int = 1
    polls: list[Poll] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.now = self.start
        self._web = Web(self.sites, self.start)
        self._poller = Poller(self._web, secrets={}, max_bytes=1 << 20, now=lambda: self.now)  # type: ignore[arg-type]
        self._by_url = {site.url: site for site in self.sites}

    def enter(self, db: Connection) -> None:
        """Put the sites into the catalogue."""
        source_store.sync(db, catalogue(self.sites), now=self.start)

    def run(self, db: Connection, until: datetime) -> None:
        """Step until the clock would pass an instant."""
        while self.step(db, until):
            pass

    def step(self, db: Connection, until: datetime) -> bool:
        """Poll what is due next, at its time; False when that is not before `until`."""
        due = db.execute(sa.select(sa.func.min(feeds.c.next_poll_at))).scalar_one()
        now = self._tick(max(due, self.now))
        if now >= until:
            return False
        self.now = self._web.now = now
        run_id = run_store.start(db, flow="ingest", now=now, host="simulated", version="0")
        claimed = feed_store.claim_due(db, run_id, now=now)
        polled = asyncio.run(self._ask(claimed))
        tallies = feed_store.record(db, run_id, polled, now=now, max_age=MAX_AGE)
        columns = (feeds.c.id, feeds.c.state, feeds.c.interval_minutes, feeds.c.next_poll_at)
        left = {row.id: row for row in db.execute(sa.select(*columns).where(feeds.c.id.in_([f.id for f in claimed])))}
        for one in polled:
            row = left[one.feed.id]
            self.polls.append(
                Poll(
                    at=now, site=self._by_url[one.feed.url], outcome=one.outcome, reason=one.reason,
                    new=tallies[one.feed.id].of("new"), state=FeedState(row.state), interval=row.interval_minutes,
                    next_at=row.next_poll_at,
                )
            )  # fmt: skip
        run_store.finish(db, run_id, now=now, timings={})
        db.execute(sa.text("SELECT pg_advisory_unlock_all()"))  # else the locks of thousands of runs pile up
        return True

    def _tick(self, moment: datetime) -> datetime:
        whole = timedelta(minutes=self.minutes)
        return self.start - (self.start - moment) // whole * whole

    async def _ask(self, claimed: Sequence[Feed]) -> list[Polled]:
        return [await self._poller.poll(feed, read=self._web.read) for feed in sorted(claimed, key=lambda f: f.id)]


def catalogue(sites: Sequence[Site]) -> Catalogue:
    """A source and a feed for each site."""
    sources = tuple(
        Source(
            slug=site.name, name=site.name, homepage=None, country="GB", language="en", kind=SourceKind.NEWSPAPER,
            bloc="western", family=site.name,
        )
        for site in sites
    )  # fmt: skip
    return Catalogue(sources=sources, feeds=tuple(FeedSpec(source=site.name, url=site.url) for site in sites))


def found(db: Connection, sites: Sequence[Site]) -> dict[tuple[str, int], datetime]:
    """When each article was first seen, by its site's name and its number; under either of its addresses."""
    rows = db.execute(sa.text("SELECT url, first_seen_at FROM news.articles"))
    seen = {row.url: row.first_seen_at for row in rows}
    first: dict[tuple[str, int], datetime] = {}
    for site in sites:
        for number in range(len(site.published)):
            at = [seen[url] for r in (False, True) if (url := site.article(number, renamed=r)) in seen]
            if at:
                first[site.name, number] = min(at)
    return first
