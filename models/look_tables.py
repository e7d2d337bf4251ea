"""What becomes of stored articles: who read them, looks at them, their revisions; and how fresh sources are.

Part of `models.tables`, which has them all.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.metadata import Instant, key, metadata

extractors = Table(
    "extractors",
    metadata,
    key(kind=SmallInteger),
    Column("name", Text, nullable=False, unique=True),
    Column("first_used_at", Instant, nullable=False),
)

looks = Table(
    "looks",
    metadata,
    Column("article_id", BigInteger, ForeignKey("news.articles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", SmallInteger, nullable=False, comment="which look it is, from 1"),
    Column("since", Instant, nullable=False, comment="when the article was first fetched"),
    Column("due_at", Instant, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("failures", SmallInteger, nullable=False, server_default="0", comment="vain tries of this look"),
    Column("failed_as", Text, nullable=False, server_default=""),
    Column("claimed_by", BigInteger, comment="the run that looks now"),
    Index("ix_looks_due_at", "due_at"),
    Index("ix_looks_claimed_by", "claimed_by", postgresql_where=text("claimed_by IS NOT NULL")),
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", BigInteger, ForeignKey("news.articles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", SmallInteger, primary_key=True, comment="from 1, in the order in which they were seen"),
    Column("source_id", Integer, ForeignKey("news.sources.id"), nullable=False),
    Column("run_id", BigInteger, nullable=False, comment="the run that saw it"),
    Column("kind", Text, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("title", Text, nullable=False, comment="the headline before"),
    Column("new_title", Text, nullable=False),
    Column("text", Text, comment="the text before; null where it did not change"),
    Column("content_hash", LargeBinary, comment="of the text before"),
    Column("words", Integer, comment="of the text before"),
    Column("new_words", Integer),
    Column("headline_changed", Boolean, nullable=False, server_default="false"),
    Column("sentences_added", Integer, nullable=False, server_default="0"),
    Column("sentences_removed", Integer, nullable=False, server_default="0"),
    Column("taxonomy_id", Integer, ForeignKey("news.taxonomies.id", ondelete="SET NULL")),
    Column("topics_gained", ARRAY(SmallInteger), nullable=False, server_default="{}"),
    Column("topics_lost", ARRAY(SmallInteger), nullable=False, server_default="{}"),
    CheckConstraint("kind IN ('edit', 'fuller', 'deletion', 'return')", name="kind"),
    Index("ix_revisions_seen_at", "seen_at"),
    Index("ix_revisions_run_id", "run_id"),
)

look_days = Table(
    "look_days",
    metadata,
    Column("source_id", Integer, ForeignKey("news.sources.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("looks", Integer, nullable=False),
)

freshness = Table(
    "freshness",
    metadata,
    Column("source_id", Integer, ForeignKey("news.sources.id", ondelete="CASCADE"), primary_key=True),
    Column("finding", Text, primary_key=True),
    Column("since", Instant, nullable=False, comment="since when it is so, as far as the figures tell"),
    Column("found_at", Instant, nullable=False),
    Column("figures", JSONB, nullable=False),
    Column("said", Text, nullable=False, comment="the finding as a sentence"),
)
