"""The tables of what articles are about: versions of the taxonomy, and the tags they give.

Part of `models.tables`, which has them all.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.metadata import Instant, key, metadata

taxonomies = Table(
    "taxonomies",
    metadata,
    key(kind=Integer),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, comment="16 bytes over the file's content"),
    Column("content", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("is_current", Boolean, nullable=False, server_default="false"),
    Column("revision", SmallInteger, nullable=False, comment="of the tagger that read it; 0: before they were counted"),
    UniqueConstraint("digest", "revision"),
    Index("uq_taxonomies_current", "is_current", unique=True, postgresql_where=text("is_current")),
)

topics = Table(
    "topics",
    metadata,
    key(kind=SmallInteger),
    Column("slug", Text, nullable=False, unique=True),
)

taxonomy_topics = Table(
    "taxonomy_topics",
    metadata,
    Column("taxonomy_id", Integer, ForeignKey(taxonomies.c.id, ondelete="CASCADE"), primary_key=True),
    Column("topic_id", SmallInteger, ForeignKey(topics.c.id), primary_key=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("medtop", Text, comment="IPTC Media Topics code"),
    Column("position", SmallInteger, nullable=False),
)

actors = Table(
    "actors",
    metadata,
    key(kind=SmallInteger),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("wikidata", Text),
)

taggings = Table(
    "taggings",
    metadata,
    Column("taxonomy_id", Integer, ForeignKey(taxonomies.c.id, ondelete="CASCADE"), primary_key=True),
    Column("article_id", BigInteger, ForeignKey("news.articles.id", ondelete="CASCADE"), primary_key=True),
    Column("related", REAL, nullable=False),
    Column("actor_ids", ARRAY(SmallInteger), nullable=False, server_default="{}"),
    Column("topic_ids", ARRAY(SmallInteger), nullable=False, server_default="{}", comment="topics of its tags, sorted"),
    Column("tagged_at", Instant, nullable=False),
    Column(
        "topics",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="slugs of its topics, strongest first: made by a trigger",
    ),
    Column(
        "actors",
        ARRAY(Text),
        nullable=False,
        server_default="{}",
        comment="slugs of its actors, in order of first mention: made by a trigger",
    ),
    Index("ix_taggings_article_id", "article_id"),
)

taxonomy_uses = Table(
    "taxonomy_uses",
    metadata,
    Column("taxonomy_id", Integer, ForeignKey(taxonomies.c.id, ondelete="CASCADE"), primary_key=True),
    Column("since", Instant, primary_key=True),
    Column("until", Instant, comment="null for the current one; kept by a trigger"),
)

tags = Table(
    "tags",
    metadata,
    Column("taxonomy_id", Integer, ForeignKey(taxonomies.c.id, ondelete="CASCADE"), primary_key=True),
    Column("article_id", BigInteger, ForeignKey("news.articles.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", SmallInteger, ForeignKey(topics.c.id), primary_key=True),
    Column("score", REAL, nullable=False),
    Column("evidence", JSONB, nullable=False, comment="[[term, concept, field, start, end, weight], ...]"),
    Index("ix_tags_article_id", "article_id"),
    Index("ix_tags_taxonomy_id_topic_id_article_id", "taxonomy_id", "topic_id", "article_id"),
)
