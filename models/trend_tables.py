"""The tables behind trends: rows as they were, and the daily cube. `models.tables` names them, too."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    false,
    text,
)

from models.metadata import Instant, key, metadata

# What was ------------------------------------------------------------------------------------------------------------
# Rows as they were before they changed, for questions as of an earlier moment: written by triggers, never changed.

articles_past = Table(
    "articles_past",
    metadata,
    Column("article_id", BigInteger, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("language", Text),
    Column("title", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("published_at", Instant),
    Column("first_seen_at", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("origin_id", BigInteger, nullable=False),
    Column("story_id", BigInteger),
    Column("words", Integer, comment="null: not kept, before they were"),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_articles_past_article_id", "article_id"),
    Index("ix_articles_past_day", "day"),
    Index("ix_articles_past_origin_id", "origin_id"),
    Index("ix_articles_past_story_id", "story_id", postgresql_where=text("story_id IS NOT NULL")),
)

taggings_past = Table(
    "taggings_past",
    metadata,
    Column("taxonomy_id", Integer, nullable=False),
    Column("article_id", BigInteger, nullable=False),
    Column("related", REAL, nullable=False),
    Column("actor_ids", ARRAY(SmallInteger), nullable=False),
    Column("topic_ids", ARRAY(SmallInteger), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_taggings_past_article_id", "article_id"),
)

sources_past = Table(
    "sources_past",
    metadata,
    Column("source_id", Integer, nullable=False, index=True),
    Column("country", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("bloc", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
)

# The daily cube ------------------------------------------------------------------------------------------------------
# `about` says what is counted: 'coverage' (all articles; about_id and taxonomy_id are 0 then), 'topic' or 'actor'
# (about_id is its number, by taxonomy_id).

dirty_days = Table(
    "dirty_days",
    metadata,
    key(),
    Column("day", Date, nullable=False),
    Column("source_id", Integer, comment="null: every source"),
    Column(
        "is_moved",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the source stands in other slices now",
    ),
)

cube = Table(
    "cube",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("about", Text, primary_key=True),
    Column("about_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("origins", ARRAY(BigInteger), nullable=False, comment="distinct origin ids, sorted"),
    CheckConstraint("about IN ('coverage', 'topic', 'actor')", name="about"),
    Index("ix_cube_day_source_id", "day", "source_id"),
    Index("ix_cube_source_subject", "source_id", "about_id", "about", "taxonomy_id", "day"),
)

cube_texts = Table(
    "cube_texts",
    metadata,
    Column("origin_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("language", Text, primary_key=True),
)

cube_changes = Table(
    "cube_changes",
    metadata,
    Column("taxonomy_id", Integer, nullable=False),
    Column("about", Text, nullable=False),
    Column("about_id", SmallInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("source_id", Integer, nullable=False),
    Column("language", Text, nullable=False),
    Column("articles", Integer, nullable=False, comment="more than before"),
    Column("comparable", Integer, nullable=False, comment="more than before"),
    Column("origins_before", ARRAY(BigInteger), nullable=False),
    Column("origins", ARRAY(BigInteger), nullable=False),
    prefixes=["UNLOGGED"],
)

counts = Table(
    "counts",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("about", Text, primary_key=True),
    Column("about_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("slice_kind", Text, primary_key=True, comment="all, source, bloc, country, language or kind"),
    Column("grain", Text, primary_key=True, comment="day, week or month"),
    Column("starts_on", Date, primary_key=True, comment="the day, the Monday, or the first of the month"),
    Column("slice", Text, primary_key=True, comment="which source, bloc, ...; empty for all"),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("families", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("squares", BigInteger, nullable=False, comment="sum over sources of the square of their articles"),
    Column("comparable", Integer, comment="articles from sources graded ok that day; days only"),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
    CheckConstraint("grain IN ('day', 'week', 'month')", name="grain"),
    Index("ix_counts_starts_on_grain", "starts_on", "grain"),
)

source_days = Table(
    "source_days",
    metadata,
    Column("source_id", Integer, ForeignKey("news.sources.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("articles", Integer, nullable=False),
    Column("expected", REAL, comment="articles it normally yields on such a weekday; null: not known"),
    Column("dispersion", REAL, comment="variance of its days / what a Poisson process would have; 1 or more"),
    Column("polls", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("grade", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
    CheckConstraint("grade IN ('ok', 'thin', 'dark', 'unknown')", name="grade"),
    Index("ix_source_days_day", "day"),
)

slice_coverage = Table(
    "slice_coverage",
    metadata,
    Column("slice_kind", Text, primary_key=True),
    Column("slice", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("ok", Integer, nullable=False, comment="sources so graded"),
    Column("thin", Integer, nullable=False),
    Column("dark", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("expected", REAL, nullable=False, comment="articles its graded sources normally yield"),
    Column("expected_ok", REAL, nullable=False, comment="the part of it that falls to sources graded ok"),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
    Index("ix_slice_coverage_slice_kind_day", "slice_kind", "day"),
)

habits = Table(
    "habits",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("slice_kind", Text, primary_key=True, comment="source or bloc"),
    Column("slice", Text, primary_key=True),
    Column("ends_before", Date, nullable=False, comment="the first day after the 84 that are added up"),
    Column("articles", Integer, nullable=False, comment="from sources graded ok on their day"),
    Column("squares", BigInteger, nullable=False, comment="sum over days of the square of their articles"),
    Column("last_on", Date, nullable=False, comment="the last of those days with an article on the topic"),
)

# The same tables as they were: rows that have been counted otherwise since.

counts_past = Table(
    "counts_past",
    metadata,
    Column("taxonomy_id", Integer, nullable=False),
    Column("about", Text, nullable=False),
    Column("about_id", SmallInteger, nullable=False),
    Column("slice_kind", Text, nullable=False),
    Column("grain", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("slice", Text, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("families", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("squares", BigInteger, nullable=False),
    Column("comparable", Integer),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_counts_past", "taxonomy_id", "about", "about_id", "slice_kind", "grain", "starts_on", "slice"),
    Index("ix_counts_past_until", "until"),
)

source_days_past = Table(
    "source_days_past",
    metadata,
    Column("source_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("expected", REAL),
    Column("dispersion", REAL),
    Column("polls", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("grade", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_source_days_past", "source_id", "day"),
    Index("ix_source_days_past_day", "day"),
    Index("ix_source_days_past_until", "until"),
)

slice_coverage_past = Table(
    "slice_coverage_past",
    metadata,
    Column("slice_kind", Text, nullable=False),
    Column("slice", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("ok", Integer, nullable=False),
    Column("thin", Integer, nullable=False),
    Column("dark", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("expected", REAL, nullable=False),
    Column("expected_ok", REAL, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_slice_coverage_past", "slice_kind", "slice", "day"),
    Index("ix_slice_coverage_past_until", "until"),
)

# Tests of days -------------------------------------------------------------------------------------------------------

dirty_tests = Table("dirty_tests", metadata, Column("day", Date, primary_key=True))

tested_days = Table(
    "tested_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("taxonomy_id", Integer, nullable=False, comment="by which it was tested"),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was last tested"),
)

tests = Table(
    "tests",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("topic_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("slice_kind", Text, primary_key=True, comment="all, bloc, country, language or kind"),
    Column("slice", Text, primary_key=True),
    Column("observed", Integer, nullable=False, comment="texts on the topic, of the panel"),
    Column("texts", Integer, nullable=False, comment="texts of the panel on whatever subject"),
    Column("sources", Integer, nullable=False, comment="of the panel"),
    Column("days", Integer, nullable=False, comment="of the 56 before that it is compared with"),
    Column("expected", REAL, nullable=False),
    Column("dispersion", REAL, nullable=False, comment="variance / mean of the prediction"),
    Column("p_high", Double, nullable=False),
    Column("p_low", Double, nullable=False),
    Column("q_high", Double, nullable=False),
    Column("q_low", Double, comment="null: too few are expected for a drop to be seen"),
    Column("p_without", Double, comment="without the source that adds most to it; null: fewer than 3, or nothing odd"),
    Column("shuffled_high", Double, comment="p with a day of the same weekday in its place; of every fourth series"),
    Column("shuffled_low", Double),
)

dirty_shifts = Table("dirty_shifts", metadata, Column("week", Date, primary_key=True))

shifts = Table(
    "shifts",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("topic_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("slice_kind", Text, primary_key=True, comment="all or bloc"),
    Column("slice", Text, primary_key=True),
    Column("week", Date, primary_key=True, comment="the Monday of the first week of the new level"),
    Column("level_before", Double, nullable=False),
    Column("level_after", Double, nullable=False),
    Column("statistic", Double, nullable=False),
    Column("weeks", Integer, nullable=False, comment="that could be compared"),
)
