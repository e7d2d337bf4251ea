"""Back-fills: what was asked for, which sitemaps are still to be read, and what those that were read listed.

One row in `backfills` a source and period, until it is finished; a run that finds it there goes on with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from extractors.archive import Child, Period, leads_to
from extractors.errors import Misconfigured
from extractors.outcomes import Polled
from extractors.outlets import Outlet
from extractors.records import Feed
from models import feed_store
from models.feed_store import Tally
from models.queries import query
from models.tables import backfill_sitemaps, backfills, feeds, sources

LOCK_SPACE = 0x5742 << 40
"""Advisory locks of back-fills are this number plus the back-fill's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A source's past to be collected."""

    id: int
    source_id: int
    source: str
    period: Period
    resumed: bool
    """Whether an earlier run has begun it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sitemap that is still to be read."""

    url: str
    depth: int
    tries: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk is: sitemaps by state."""

    waiting: int
    read: int
    skipped: int
    given_up: int

    @property
    def known(self) -> int:
        """All that were met."""
        return self.waiting + self.read + self.skipped + self.given_up


def source_id(db: Connection, slug: str) -> int:
    """The key of a source; raises `Misconfigured` for an unknown one."""
    found: int | None = db.execute(select(sources.c.id).where(sources.c.slug == slug)).scalar_one_or_none()
    if found is None:
        raise Misconfigured(f"There is no source {slug!r}; `wirewatch feeds list` names those there are.")
    return found


def enter(db: Connection, source: str, period: Period, *, now: datetime) -> Backfill:
    """The unfinished back-fill of a source and period, or a new one; raises `Misconfigured` for an unknown source."""
    key = source_id(db, source)
    asked = (
        backfills.c.source_id == key,
        backfills.c.first_day == period.first,
        backfills.c.last_day == period.last,
        backfills.c.finished_at.is_(None),
    )
    values = {"source_id": key, "first_day": period.first, "last_day": period.last, "started_at": now}
    made = db.execute(
        insert(backfills)
        .values(values)
        .on_conflict_do_nothing(
            index_elements=["source_id", "first_day", "last_day"], index_where=backfills.c.finished_at.is_(None)
        )
        .returning(backfills.c.id)
    ).scalar_one_or_none()
    number = made if made is not None else db.execute(select(backfills.c.id).where(*asked)).scalar_one()
    return Backfill(id=number, source_id=key, source=source, period=period, resumed=made is None)


def take(db: Connection, backfill: Backfill) -> bool:
    """Whether this connection works on the back-fill alone from now on, until it closes; False: another one does."""
    return bool(db.execute(query("backfill_lock"), {"key": LOCK_SPACE + backfill.id}).scalar_one())


def outlets(db: Connection) -> list[Outlet]:
    """All sources with their homepages and the feeds that are watched."""
    return [
        Outlet(row.slug, row.homepage, tuple(row.feeds), row.language) for row in db.execute(query("outlets"))
    ]  # fmt: skip


def add(db: Connection, backfill: Backfill, found: Iterable[Child], *, depth: int) -> int:
    """Put sitemaps into the walk, those that cannot lead into the period as skipped; returns how many are new."""
    known = {child.url: child for child in found}
    if not known:
        return 0
    rows = {
        "backfill": backfill.id,
        "urls": list(known),
        "depth": depth,
        "reasons": ["" if leads_to(child, backfill.period) else "outside the period" for child in known.values()],
    }
    return db.execute(query("backfill_add"), rows).rowcount


def waiting(db: Connection, backfill: Backfill) -> Waiting | None:
    """The next sitemap to be read: of those tried least often the deepest in the tree of indexes."""
    row = db.execute(query("backfill_next"), {"backfill": backfill.id}).one_or_none()
    return None if row is None else Waiting(row.url, row.depth, row.tries)


def progress(db: Connection, backfill: Backfill) -> Progress:
    """How far the walk is."""
    rows = db.execute(
        select(backfill_sitemaps.c.state, func.count())
        .where(backfill_sitemaps.c.backfill_id == backfill.id)
        .group_by(backfill_sitemaps.c.state)
    ).tuples()
    counts = dict(rows.all())
    return Progress(*(counts.get(state, 0) for state in ("waiting", "read", "skipped", "given up")))


def feed(db: Connection, backfill: Backfill, url: str, *, now: datetime) -> Feed:
    """The sitemap as what its articles hang on: the watched feed of that address, or one that is never watched."""
    values = {
        "source_id": backfill.source_id, "url": url, "note": "read by a back-fill", "watched_since": now,
        "watched_until": now, "next_poll_at": now,
    }  # fmt: skip
    db.execute(insert(feeds).values(values).on_conflict_do_nothing(index_elements=["url"]))
    row = db.execute(
        select(feeds.c.id, feeds.c.source_id, sources.c.language)
        .join(sources, sources.c.id == feeds.c.source_id)
        .where(feeds.c.url == url)
    ).one()
    return Feed(id=row.id, source_id=backfill.source_id, url=url, language=row.language)


def record(db: Connection, run_id: int, backfill: Backfill, poll: Polled, *, now: datetime) -> Tally:
    """Store what a sitemap listed, whatever its age, and that it was read, or given up when the poll failed."""
    db.execute(query("discovery_lock"))
    tally = feed_store.enter(db, run_id, poll, now=now, oldest=None)
    failed = poll.outcome == "failed"
    db.execute(
        update(backfill_sitemaps)
        .where(backfill_sitemaps.c.backfill_id == backfill.id, backfill_sitemaps.c.url == poll.feed.url)
        .values(state="given up" if failed else "read", reason=poll.reason if failed else "", feed_id=poll.feed.id)
    )
    return tally


def put_off(db: Connection, backfill: Backfill, url: str) -> None:
    """Leave a sitemap that failed for now to the end of the walk."""
    db.execute(
        update(backfill_sitemaps)
        .where(backfill_sitemaps.c.backfill_id == backfill.id, backfill_sitemaps.c.url == url)
        .values(tries=backfill_sitemaps.c.tries + 1)
    )


def finish(db: Connection, backfill: Backfill, *, now: datetime) -> None:
    """Nothing of it is left to do; articles that failed for now are tried again by any ingest."""
    db.execute(update(backfills).where(backfills.c.id == backfill.id).values(finished_at=now))


def forget(db: Connection, backfill: Backfill) -> None:
    """Remove a walk of which nothing could be read, so that the next one begins anew."""
    db.execute(delete(backfills).where(backfills.c.id == backfill.id))
