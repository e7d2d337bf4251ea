"""The tables as they are first made.

Frozen once merged: it imports nothing of Wirewatch and says the schema of its own day.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "actors",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wikidata", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actors")),
        sa.UniqueConstraint("slug", name=op.f("uq_actors_slug")),
        schema="news",
    )
    op.create_table(
        "dirty_days",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_days")),
        schema="news",
    )
    op.create_table(
        "pages",
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month of fetching; the partition"),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False, comment="16 bytes over the inflated body"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="zstd"),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("final_url", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes before compression"),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", "content_hash", name=op.f("pk_pages")),
        schema="news",
        postgresql_partition_by="RANGE (month)",
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prefect_run_id", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "timings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="{}",
            nullable=False,
            comment="seconds by part of the run",
        ),
        sa.CheckConstraint("state IN ('running', 'ok', 'failed', 'dead')", name=op.f("ck_runs_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        schema="news",
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"], unique=False, schema="news")
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("homepage", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bloc", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("slug", name=op.f("uq_sources_slug")),
        schema="news",
    )
    op.create_table(
        "taxonomies",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="16 bytes over the file's content"),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_current", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomies")),
        sa.UniqueConstraint("digest", name=op.f("uq_taxonomies_digest")),
        schema="news",
    )
    op.create_index(
        "uq_taxonomies_current",
        "taxonomies",
        ["is_current"],
        unique=True,
        schema="news",
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("slug", name=op.f("uq_topics_slug")),
        schema="news",
    )
    op.create_table(
        "coverage_cube",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("origins", sa.ARRAY(sa.BigInteger()), nullable=False, comment="distinct origin ids, sorted"),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_coverage_cube_source_id")),
        sa.PrimaryKeyConstraint("day", "source_id", "language", name=op.f("pk_coverage_cube")),
        schema="news",
    )
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), server_default="new", nullable=False),
        sa.Column("watched_since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "watched_until", sa.DateTime(timezone=True), nullable=True, comment="set when the feed leaves feeds.toml"
        ),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=True),
        sa.Column("interval_minutes", sa.Integer(), server_default="60", nullable=False),
        sa.Column("failures", sa.REAL(), server_default="0", nullable=False),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True, comment="the run that is polling it now"),
        sa.Column("last_polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_new_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_feeds_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("url", name=op.f("uq_feeds_url")),
        schema="news",
    )
    op.create_index(
        "ix_feeds_due",
        "feeds",
        ["next_poll_at"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("watched_until IS NULL"),
    )
    op.create_index(op.f("ix_feeds_source_id"), "feeds", ["source_id"], unique=False, schema="news")
    op.create_table(
        "taxonomy_topics",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("medtop", sa.Text(), nullable=True, comment="IPTC Media Topics code"),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_taxonomy_topics_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_taxonomy_topics_topic_id")),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", name=op.f("pk_taxonomy_topics")),
        schema="news",
    )
    op.create_table(
        "topic_cube",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("origins", sa.ARRAY(sa.BigInteger()), nullable=False, comment="distinct origin ids, sorted"),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_topic_cube_source_id")),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_topic_cube_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_topic_cube_topic_id")),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", "day", "source_id", "language", name=op.f("pk_topic_cube")),
        schema="news",
    )
    op.create_index("ix_topic_cube_day", "topic_cube", ["day"], unique=False, schema="news")
    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False, comment="the feed that listed it first"),
        sa.Column("discovered_by", sa.BigInteger(), nullable=False, comment="the run that saw it first"),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True, comment="the run that works on it now"),
        sa.Column("state", sa.Text(), server_default="discovered", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when to fetch it (again); null once it is settled",
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_from", sa.Text(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "day",
            sa.Date(),
            sa.Computed("(coalesce(published_at, first_seen_at) AT TIME ZONE 'UTC')::date", persisted=True),
            nullable=False,
        ),
        sa.Column("words", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("page_month", sa.Date(), nullable=True),
        sa.Column("page_hash", sa.LargeBinary(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column(
            "origin_id",
            sa.BigInteger(),
            nullable=True,
            comment="the first article of its group of copies; its own id when it is alone",
        ),
        sa.Column("story_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "grouped_at", sa.DateTime(timezone=True), nullable=True, comment="when origin and story were decided"
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state NOT IN ('discovered', 'failed'))", name=op.f("ck_articles_due_while_open")
        ),
        sa.CheckConstraint(
            "state IN ('discovered', 'failed', 'stored', 'rejected', 'given up', 'duplicate')",
            name=op.f("ck_articles_state"),
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["news.feeds.id"], name=op.f("fk_articles_feed_id")),
        sa.ForeignKeyConstraint(["merged_into"], ["news.articles.id"], name=op.f("fk_articles_merged_into")),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_articles_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        schema="news",
    )
    op.create_index(
        "ix_articles_claimed_by",
        "articles",
        ["claimed_by"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_index(
        "ix_articles_content_hash",
        "articles",
        ["content_hash"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("content_hash IS NOT NULL"),
    )
    op.create_index(
        "ix_articles_day",
        "articles",
        ["day"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("state = 'stored'"),
    )
    op.create_index("ix_articles_discovered_by", "articles", ["discovered_by"], unique=False, schema="news")
    op.create_index(
        "ix_articles_due",
        "articles",
        ["due_at"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_articles_origin_id", "articles", ["origin_id"], unique=False, schema="news")
    op.create_index("ix_articles_source_id_day", "articles", ["source_id", "day"], unique=False, schema="news")
    op.create_index(
        "ix_articles_story_id",
        "articles",
        ["story_id"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("story_id IS NOT NULL"),
    )
    op.create_index(
        "ix_articles_ungrouped",
        "articles",
        ["id"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("state = 'stored' AND grouped_at IS NULL"),
    )
    op.create_table(
        "feed_days",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("polls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("listed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("new", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["news.feeds.id"], name=op.f("fk_feed_days_feed_id")),
        sa.PrimaryKeyConstraint("feed_id", "day", name=op.f("pk_feed_days")),
        schema="news",
    )
    op.create_table(
        "polls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("polled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("listed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("outcome IN ('fresh', 'unchanged', 'failed')", name=op.f("ck_polls_outcome")),
        sa.ForeignKeyConstraint(["feed_id"], ["news.feeds.id"], name=op.f("fk_polls_feed_id")),
        sa.ForeignKeyConstraint(["run_id"], ["news.runs.id"], name=op.f("fk_polls_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("run_id", "feed_id", name=op.f("uq_polls_run_id_feed_id")),
        schema="news",
    )
    op.create_index("ix_polls_feed_id_polled_at", "polls", ["feed_id", "polled_at"], unique=False, schema="news")
    op.create_table(
        "addresses",
        sa.Column("url_key", sa.LargeBinary(), nullable=False, comment="16 bytes: urls.key(canonical url)"),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_addresses_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("url_key", name=op.f("pk_addresses")),
        schema="news",
    )
    op.create_index(op.f("ix_addresses_article_id"), "addresses", ["article_id"], unique=False, schema="news")
    op.create_table(
        "attempts",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True, comment="null while the run works on it"),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("bytes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("elapsed_ms", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_attempts_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["news.runs.id"], name=op.f("fk_attempts_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "run_id", name=op.f("pk_attempts")),
        schema="news",
    )
    op.create_index("ix_attempts_run_id", "attempts", ["run_id"], unique=False, schema="news")
    op.create_table(
        "bands",
        sa.Column("hash", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_bands_article_id"), ondelete="CASCADE"
        ),
        schema="news",
    )
    op.create_index("ix_bands_article_id", "bands", ["article_id"], unique=False, schema="news")
    op.create_index("ix_bands_hash", "bands", ["hash"], unique=False, schema="news", postgresql_include=["article_id"])
    op.create_table(
        "copies",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("of_article_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("jaccard", sa.REAL(), nullable=False),
        sa.Column("containment", sa.REAL(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('exact', 'edited', 'spun')", name=op.f("ck_copies_kind")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_copies_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["of_article_id"], ["news.articles.id"], name=op.f("fk_copies_of_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_copies")),
        schema="news",
    )
    op.create_index(op.f("ix_copies_of_article_id"), "copies", ["of_article_id"], unique=False, schema="news")
    op.create_table(
        "entries",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), server_default="", nullable=False),
        sa.Column("content_html", sa.Text(), server_default="", nullable=False),
        sa.Column("authors", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_from", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_entries_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_entries")),
        schema="news",
    )
    op.create_table(
        "origins",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agency", sa.Text(), nullable=True, comment="the agency the text credits, if any"),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("first_published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["news.articles.id"], name=op.f("fk_origins_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origins")),
        schema="news",
    )
    op.create_table(
        "poll_tallies",
        sa.Column("poll_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("urls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["news.polls.id"], name=op.f("fk_poll_tallies_poll_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("poll_id", "outcome", "reason", name=op.f("pk_poll_tallies")),
        schema="news",
    )
    op.create_table(
        "sightings",
        sa.Column("feed_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_sightings_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["news.feeds.id"], name=op.f("fk_sightings_feed_id")),
        sa.PrimaryKeyConstraint("feed_id", "article_id", name=op.f("pk_sightings")),
        schema="news",
    )
    op.create_index("ix_sightings_article_id", "sightings", ["article_id"], unique=False, schema="news")
    op.create_table(
        "stories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_article_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column(
            "features", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="feature: in how many members"
        ),
        sa.ForeignKeyConstraint(["first_article_id"], ["news.articles.id"], name=op.f("fk_stories_first_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        schema="news",
    )
    op.create_index("ix_stories_last_at", "stories", ["last_at"], unique=False, schema="news")
    op.create_table(
        "taggings",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("related", sa.REAL(), nullable=False),
        sa.Column("actor_ids", sa.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
        sa.Column("tagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_taggings_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_taggings_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("taxonomy_id", "article_id", name=op.f("pk_taggings")),
        schema="news",
    )
    op.create_index("ix_taggings_article_id", "taggings", ["article_id"], unique=False, schema="news")
    op.create_table(
        "tags",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), nullable=False),
        sa.Column("score", sa.REAL(), nullable=False),
        sa.Column(
            "evidence",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="[[term, concept, field, start, end, weight], ...]",
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_tags_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_tags_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_tags_topic_id")),
        sa.PrimaryKeyConstraint("taxonomy_id", "article_id", "topic_id", name=op.f("pk_tags")),
        schema="news",
    )
    op.create_index("ix_tags_article_id", "tags", ["article_id"], unique=False, schema="news")
    op.create_index(
        "ix_tags_taxonomy_id_topic_id_article_id",
        "tags",
        ["taxonomy_id", "topic_id", "article_id"],
        unique=False,
        schema="news",
    )
    op.create_table(
        "texts",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("syndicated_from", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_texts_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_texts")),
        schema="news",
    )


def downgrade() -> None:
    for name in (
        "texts",
        "tags",
        "taggings",
        "stories",
        "sightings",
        "poll_tallies",
        "origins",
        "entries",
        "copies",
        "bands",
        "attempts",
        "addresses",
        "polls",
        "feed_days",
        "articles",
        "topic_cube",
        "taxonomy_topics",
        "feeds",
        "coverage_cube",
        "topics",
        "taxonomies",
        "sources",
        "runs",
        "pages",
        "dirty_days",
        "actors",
    ):
        op.drop_table(name, schema="news")
