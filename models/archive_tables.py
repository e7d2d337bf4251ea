"""The tables of back-fills: what was asked for, and how far the walk through a site's sitemaps has got."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)

from models.feed_tables import feeds, sources
from models.metadata import Instant, key, metadata

backfills = Table(
    "backfills",
    metadata,
    key(kind=Integer),
    Column("source_id", Integer, ForeignKey(sources.c.id), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant, comment="null: a later run goes on with it"),
    CheckConstraint("first_day <= last_day", name="period"),
    Index(
        "ix_backfills_unfinished",
        "source_id",
        "first_day",
        "last_day",
        unique=True,
        postgresql_where=text("finished_at IS NULL"),
    ),
)

backfill_sitemaps = Table(
    "backfill_sitemaps",
    metadata,
    Column("backfill_id", Integer, ForeignKey(backfills.c.id, ondelete="CASCADE"), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("place", BigInteger, Identity(always=True), nullable=False, comment="in the order of the walk"),
    Column("depth", SmallInteger, nullable=False, comment="how many indexes lead to it"),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("reason", Text, nullable=False, server_default="", comment="why it was skipped or given up"),
    Column("feed_id", Integer, ForeignKey(feeds.c.id), index=True, comment="what its articles hang on"),
    CheckConstraint("state IN ('waiting', 'read', 'skipped', 'given up')", name="state"),
)
