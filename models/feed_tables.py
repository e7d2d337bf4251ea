"""The tables of who speaks and where we listen; `models/tables.py` has the rest."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)

from models.metadata import Instant, key, metadata

# Who speaks, and where we listen -------------------------------------------------------------------------------------

sources = Table(
    "sources",
    metadata,
    key(kind=Integer),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("homepage", Text),
    Column("country", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("bloc", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("facts_since", Instant, nullable=False, server_default=func.now(), comment="kept by a trigger"),
)

feeds = Table(
    "feeds",
    metadata,
    key(kind=Integer),
    Column("source_id", Integer, ForeignKey(sources.c.id), nullable=False, index=True),
    Column("url", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False, server_default=""),
    Column("title", Text),
    Column("format", Text),
    Column("state", Text, nullable=False, server_default="new"),
    Column("watched_since", Instant, nullable=False, server_default=func.now()),
    Column("watched_until", Instant, comment="set when the feed leaves feeds.toml"),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", LargeBinary),
    Column("interval_minutes", Integer, nullable=False, server_default="60"),
    Column("failures", REAL, nullable=False, server_default="0"),
    Column("next_poll_at", Instant, nullable=False, server_default=func.now()),
    Column("claimed_by", BigInteger, comment="the run that is polling it now"),
    Column("last_polled_at", Instant),
    Column("last_ok_at", Instant),
    Column("last_new_at", Instant),
    Column("last_error", Text),
    Column("moved_to", Text),
    Column("advice", Text, comment="what a person can do about it"),
    Column("wish_minutes", Integer, comment="how often its publisher wants to be asked"),
    Column("not_modified", Integer, nullable=False, server_default="0", comment="304s in a row"),
    Column("last_whole_at", Instant, comment="when a whole document last came"),
    Column("plain_until", Instant, comment="asked without validators until then: its server said 304 falsely"),
    Column("address", Text, comment="where it is asked since a permanent redirect has held; null: at url"),
    Column("moved_polls", Integer, nullable=False, server_default="0", comment="polls in a row sent to moved_to"),
    Column("moved_since", Instant),
    Index("ix_feeds_due", "next_poll_at", postgresql_where=text("watched_until IS NULL")),
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True, comment="with its port, unless that is the usual one"),
    Column("free_at", Instant, nullable=False, comment="when its next request may start; earlier ones are booked"),
    Column("held_until", Instant, comment="until when it wants to be left alone"),
    Column("crawl_delay", REAL, comment="seconds between two requests that its robots.txt wants"),
    Column("latency", REAL, comment="seconds its answers took, smoothed"),
)

robots = Table(
    "robots",
    metadata,
    Column("site", Text, primary_key=True, comment="scheme and host"),
    Column("fetched_at", Instant, comment="when it last answered; null: never yet"),
    Column("status", SmallInteger, comment="what it answered then"),
    Column("body", LargeBinary, nullable=False, server_default="", comment="its beginning, as far as we read"),
    Column("failing_since", Instant, comment="since when it cannot be had; null: it can"),
)
