"""Every table. All live in schema `news`. Runs, articles, copies and stories stand here, in the order in which news
flows through them; where we listen, what articles are about, looks, back-fills, trends, diffusion and alerts stand in
modules of their own, which this one names, so that all tables are found here.

Hot tables are narrow: text, raw pages and announcements stand apart from `articles`. Every instant is `timestamptz`;
`day` is a UTC date. docs/data.md explains each table to those who query it.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Date,
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

from models.alert_tables import alerts, alerts_past
from models.archive_tables import backfill_sitemaps, backfills
from models.diffusion_tables import (
    dirty_stories,
    pairs,
    pairs_past,
    story_counts,
    story_counts_past,
    story_slices,
    story_slices_past,
    story_subjects,
    story_subjects_past,
    story_topics,
    story_topics_past,
)
from models.feed_tables import feeds, hosts, robots, sources
from models.look_tables import extractors, freshness, look_days, looks, revisions
from models.metadata import Instant, key, metadata
from models.topic_tables import (
    actors,
    taggings,
    tags,
    taxonomies,
    taxonomy_topics,
    taxonomy_uses,
    topics,
)
from models.trend_tables import (
    articles_past,
    counts,
    counts_past,
    cube,
    cube_changes,
    cube_texts,
    dirty_days,
    dirty_shifts,
    dirty_tests,
    habits,
    shifts,
    slice_coverage,
    slice_coverage_past,
    source_days,
    source_days_past,
    sources_past,
    taggings_past,
    tested_days,
    tests,
)

__all__ = [
    "actors",
    "alerts",
    "alerts_past",
    "articles_past",
    "backfill_sitemaps",
    "backfills",
    "counts",
    "counts_past",
    "cube",
    "cube_changes",
    "cube_texts",
    "dirty_days",
    "dirty_shifts",
    "dirty_stories",
    "dirty_tests",
    "extractors",
    "feeds",
    "freshness",
    "habits",
    "hosts",
    "look_days",
    "looks",
    "metadata",
    "pairs",
    "pairs_past",
    "revisions",
    "robots",
    "shifts",
    "slice_coverage",
    "slice_coverage_past",
    "source_days",
    "source_days_past",
    "sources",
    "sources_past",
    "story_counts",
    "story_counts_past",
    "story_slices",
    "story_slices_past",
    "story_subjects",
    "story_subjects_past",
    "story_topics",
    "story_topics_past",
    "taggings",
    "taggings_past",
    "tags",
    "taxonomies",
    "taxonomy_topics",
    "taxonomy_uses",
    "tested_days",
    "tests",
    "topics",
]
"""What stands in other modules, by the name under which all tables are found."""


# What a run did ------------------------------------------------------------------------------------------------------

runs = Table(
    "runs",
    metadata,
    key(),
    Column("flow", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="running"),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("prefect_run_id", Text),
    Column("host", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("error", Text),
    Column("timings", JSONB, nullable=False, server_default="{}", comment="seconds by part of the run"),
    CheckConstraint("state IN ('running', 'ok', 'failed', 'dead')", name="state"),
    Index("ix_runs_started_at", "started_at"),
)

polls = Table(
    "polls",
    metadata,
    key(),
    Column("run_id", BigInteger, ForeignKey(runs.c.id, ondelete="CASCADE"), nullable=False),
    Column("feed_id", Integer, ForeignKey(feeds.c.id), nullable=False),
    Column("polled_at", Instant, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("status", SmallInteger),
    Column("listed", Integer, nullable=False, server_default="0"),
    Column("bytes", Integer, nullable=False, server_default="0"),
    Column("elapsed_ms", Integer, nullable=False, server_default="0"),
    UniqueConstraint("run_id", "feed_id"),
    CheckConstraint("outcome IN ('fresh', 'unchanged', 'failed')", name="outcome"),
    Index("ix_polls_feed_id_polled_at", "feed_id", "polled_at"),
)

poll_tallies = Table(
    "poll_tallies",
    metadata,
    Column("poll_id", BigInteger, ForeignKey(polls.c.id, ondelete="CASCADE"), primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("reason", Text, primary_key=True, server_default=""),
    Column("urls", Integer, nullable=False),
)

feed_days = Table(
    "feed_days",
    metadata,
    Column("feed_id", Integer, ForeignKey(feeds.c.id), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("polls", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
    Column("listed", Integer, nullable=False, server_default="0"),
    Column("new", Integer, nullable=False, server_default="0"),
)

# What was announced, fetched and read --------------------------------------------------------------------------------

articles = Table(
    "articles",
    metadata,
    key(),
    Column("source_id", Integer, ForeignKey(sources.c.id), nullable=False),
    Column("feed_id", Integer, ForeignKey(feeds.c.id), nullable=False, comment="the feed that listed it first"),
    Column("discovered_by", BigInteger, nullable=False, comment="the run that saw it first"),
    Column("claimed_by", BigInteger, comment="the run that works on it now"),
    Column("state", Text, nullable=False, server_default="discovered"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("due_at", Instant, comment="when to fetch it (again); null once it is settled"),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("language", Text),
    Column("grade", Text),
    Column("method", Text),
    Column("published_at", Instant),
    Column("published_from", Text),
    Column("first_seen_at", Instant, nullable=False),
    Column("fetched_at", Instant),
    Column(
        "day",
        Date,
        Computed("(coalesce(published_at, first_seen_at) AT TIME ZONE 'UTC')::date", persisted=True),
        nullable=False,
    ),
    Column("words", Integer),
    Column("content_hash", LargeBinary),
    Column("page_month", Date),
    Column("page_hash", LargeBinary),
    Column("merged_into", BigInteger, ForeignKey("news.articles.id")),
    Column("origin_id", BigInteger, comment="the first article of its group of copies; its own id when it is alone"),
    Column("story_id", BigInteger),
    Column("compared_at", Instant, comment="when copies of it were looked for"),
    Column("grouped_at", Instant, comment="when its story was decided, and so all there is to decide"),
    Column("facts_since", Instant, comment="since when its row, as trends see it, is as it is; kept by a trigger"),
    Column(
        "extractor_id",
        SmallInteger,
        ForeignKey(extractors.c.id),
        comment="which edition of the extractor read its page",
    ),
    Column("deleted_at", Instant, comment="when its page was first found gone; null while it is there"),
    CheckConstraint("state IN ('discovered', 'failed', 'stored', 'rejected', 'given up', 'duplicate')", name="state"),
    CheckConstraint("(due_at IS NULL) = (state NOT IN ('discovered', 'failed'))", name="due_while_open"),
    Index("ix_articles_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_articles_claimed_by", "claimed_by", postgresql_where=text("claimed_by IS NOT NULL")),
    Index("ix_articles_discovered_by", "discovered_by"),
    Index("ix_articles_day", "day", postgresql_where=text("state = 'stored'")),
    Index("ix_articles_source_id_day", "source_id", "day"),
    Index("ix_articles_origin_id", "origin_id"),
    Index("ix_articles_text", text("COALESCE(origin_id, id)")),
    Index("ix_articles_story_id", "story_id", postgresql_where=text("story_id IS NOT NULL")),
    Index("ix_articles_content_hash", "content_hash", postgresql_where=text("content_hash IS NOT NULL")),
    Index("ix_articles_ungrouped", "id", postgresql_where=text("state = 'stored' AND grouped_at IS NULL")),
)

addresses = Table(
    "addresses",
    metadata,
    Column("url_key", LargeBinary, primary_key=True, comment="16 bytes: urls.key(canonical url)"),
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("url", Text, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("feed_id", Integer, ForeignKey(feeds.c.id), primary_key=True),
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Index("ix_sightings_article_id", "article_id"),
)

entries = Table(
    "entries",
    metadata,
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False, server_default=""),
    Column("content_html", Text, nullable=False, server_default=""),
    Column("authors", ARRAY(Text), nullable=False, server_default="{}"),
    Column("language", Text),
    Column("published_at", Instant),
    Column("published_from", Text),
    Column("publisher", Text, nullable=False, server_default="", comment="whom an aggregator names as the source"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True),
    Column("run_id", BigInteger, ForeignKey(runs.c.id, ondelete="CASCADE"), primary_key=True),
    Column("claimed_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("outcome", Text, comment="null while the run works on it"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("status", SmallInteger),
    Column("bytes", Integer, nullable=False, server_default="0"),
    Column("elapsed_ms", Integer, nullable=False, server_default="0"),
    Index("ix_attempts_run_id", "run_id"),
)

pages = Table(
    "pages",
    metadata,
    Column("month", Date, primary_key=True, comment="first day of the month of fetching; the partition"),
    Column("content_hash", LargeBinary, primary_key=True, comment="16 bytes over the inflated body"),
    Column("body", LargeBinary, nullable=False, comment="zstd"),
    Column("content_type", Text, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("size", Integer, nullable=False, comment="bytes before compression"),
    Column("fetched_at", Instant, nullable=False),
    postgresql_partition_by="RANGE (month)",
)

texts = Table(
    "texts",
    metadata,
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("authors", ARRAY(Text), nullable=False, server_default="{}"),
    Column("syndicated_from", Text),
)

# Copies and events ---------------------------------------------------------------------------------------------------

bands = Table(
    "bands",
    metadata,
    Column("hash", BigInteger, nullable=False),
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False),
    Column("day", Date, nullable=False),
    Index("ix_bands_hash", "hash", postgresql_include=["article_id"]),
    Index("ix_bands_article_id", "article_id"),
)

copies = Table(
    "copies",
    metadata,
    Column("article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True),
    Column("of_article_id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("jaccard", REAL, nullable=False),
    Column("containment", REAL, nullable=False),
    Column("found_at", Instant, nullable=False),
    CheckConstraint("kind IN ('exact', 'edited', 'spun')", name="kind"),
)

origins = Table(
    "origins",
    metadata,
    Column("id", BigInteger, ForeignKey(articles.c.id, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("agency", Text, comment="the agency the text credits, if any"),
    Column("members", Integer, nullable=False),
    Column("first_published_at", Instant),
    Column("updated_at", Instant, nullable=False),
)

stories = Table(
    "stories",
    metadata,
    key(),
    Column("title", Text, nullable=False),
    Column("first_article_id", BigInteger, ForeignKey(articles.c.id), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("members", Integer, nullable=False),
    Column("features", JSONB, nullable=False, comment="feature: in how many members"),
    Index("ix_stories_last_at", "last_at"),
)
