from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from extractors.records import Catalogue, FeedSpec, Source, SourceKind
from models import source_store
from models.source_store import Sync
from models.tables import feeds, sources

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)

COURIER = Source(
    slug="courier", name="The Courier", homepage=None, country="GB", language="en", kind=SourceKind.NEWSPAPER,
    bloc="western", family="courier-group",
)  # fmt: skip
WORLD = FeedSpec(source="courier", url="https://courier.example/world")
ASIA = FeedSpec(source="courier", url="https://courier.example/asia", note="slow")


def watched(db: Connection) -> dict[str, datetime | None]:
    return dict(db.execute(select(feeds.c.url, feeds.c.watched_until)).tuples().all())


def test_a_first_sync_enters_sources_and_feeds(db: Connection) -> None:
    result = source_store.sync(db, Catalogue(sources=(COURIER,), feeds=(WORLD, ASIA)), now=NOW)

    assert result == Sync(sources=1, added=2, removed=0, watched=2)
    assert watched(db) == {WORLD.url: None, ASIA.url: None}
    assert db.execute(select(sources.c.slug, sources.c.family)).all() == [("courier", "courier-group")]


def test_a_feed_that_leaves_the_file_is_kept_with_the_time_it_was_watched_until(db: Connection) -> None:
    source_store.sync(db, Catalogue(sources=(COURIER,), feeds=(WORLD, ASIA)), now=NOW)

    result = source_store.sync(db, Catalogue(sources=(COURIER,), feeds=(WORLD,)), now=LATER)

    assert result == Sync(sources=1, added=0, removed=1, watched=1)
    assert watched(db) == {WORLD.url: None, ASIA.url: LATER}


def test_a_feed_that_comes_back_is_watched_again(db: Connection) -> None:
    both = Catalogue(sources=(COURIER,), feeds=(WORLD, ASIA))
    source_store.sync(db, both, now=NOW)
    source_store.sync(db, Catalogue(sources=(COURIER,), feeds=(WORLD,)), now=NOW)

    result = source_store.sync(db, both, now=LATER)

    assert result == Sync(sources=1, added=0, removed=0, watched=2)
    assert watched(db) == {WORLD.url: None, ASIA.url: None}


def test_changed_facts_of_a_source_are_taken_over(db: Connection) -> None:
    source_store.sync(db, Catalogue(sources=(COURIER,), feeds=(WORLD,)), now=NOW)

    source_store.sync(db, Catalogue(sources=(replace(COURIER, family="big-group"),), feeds=(WORLD,)), now=LATER)

    assert db.execute(select(sources.c.family)).scalars().all() == ["big-group"]


def test_syncing_twice_changes_nothing(db: Connection) -> None:
    both = Catalogue(sources=(COURIER,), feeds=(WORLD, ASIA))
    source_store.sync(db, both, now=NOW)
    before = db.execute(select(feeds).order_by(feeds.c.id)).all()

    source_store.sync(db, both, now=LATER)

    assert db.execute(select(feeds).order_by(feeds.c.id)).all() == before
