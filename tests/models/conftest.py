"""A small world for the stores: one source, two feeds, one run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection

from extractors.records import Catalogue, Feed, FeedSpec, Source, SourceKind
from models import feed_store, run_store, source_store

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """What there is before a test begins."""

    run_id: int
    world: Feed
    asia: Feed
    now: datetime = NOW


def start_run(db: Connection) -> int:
    return run_store.start(db, flow="ingest", now=NOW, host="here", version="0")


@pytest.fixture
def world(db: Connection) -> World:
    """A source with two feeds, claimed by a run that works."""
    source = Source(
        slug="courier", name="The Courier", homepage=None, country="GB", language="en", kind=SourceKind.NEWSPAPER,
        bloc="western", family="courier-group",
    )  # fmt: skip
    specs = tuple(FeedSpec(source="courier", url=f"https://courier.example/{name}.xml") for name in ("asia", "world"))
    source_store.sync(db, Catalogue(sources=(source,), feeds=specs), now=NOW)
    run_id = start_run(db)
    asia, world = sorted(feed_store.claim_due(db, run_id, now=NOW), key=lambda feed: feed.url)
    return World(run_id, world, asia)
