"""The tables behind who leads, who follows and what goes together: stories counted, and pairs of topics and actors.

Part of `models.tables`, which has them all. All are derived: counted anew where something changed, equal to a recount.
"""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text,
)

from models.metadata import Instant, key, metadata

dirty_stories = Table(
    "dirty_stories",
    metadata,
    key(),
    Column("story_id", BigInteger, nullable=False),
)

story_counts = Table(
    "story_counts",
    metadata,
    Column("story_id", BigInteger, primary_key=True, autoincrement=False),
    Column("started_at", Instant, nullable=False, comment="its first report"),
    Column("last_at", Instant, nullable=False),
    Column("started_on", Date, nullable=False, comment="UTC day of the first report"),
    Column("first_article_id", BigInteger, nullable=False),
    Column("first_source_id", Integer, nullable=False),
    Column("first_timed", Boolean, nullable=False, comment="whether its publisher gave the first report a time of day"),
    Column("next_source_at", Instant, comment="first report by another source"),
    Column("next_family_at", Instant, comment="first report by another publisher family"),
    Column("next_bloc_at", Instant, comment="first report from another bloc"),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("families", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("words", Integer, comment="length of the middle article"),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
    Index("ix_story_counts_started_on", "started_on"),
)

story_slices = Table(
    "story_slices",
    metadata,
    Column("story_id", BigInteger, primary_key=True, autoincrement=False),
    Column("slice_kind", Text, primary_key=True, comment="bloc or language"),
    Column("slice", Text, primary_key=True),
    Column("started_on", Date, nullable=False, comment="UTC day of the first report of the story, by whomever"),
    Column("first_at", Instant, nullable=False, comment="first report in this slice"),
    Column("lag", Integer, nullable=False, comment="seconds behind the first report of the story"),
    Column("first_article_id", BigInteger, nullable=False),
    Column("first_timed", Boolean, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("families", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("words", Integer, comment="length of the middle article"),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
    CheckConstraint("slice_kind IN ('bloc', 'language')", name="slice_kind"),
    Index("ix_story_slices_slice_kind_started_on", "slice_kind", "started_on"),
)

story_topics = Table(
    "story_topics",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("story_id", BigInteger, primary_key=True, autoincrement=False),
    Column("topic_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("started_on", Date, nullable=False, comment="UTC day of the first report of the story"),
    Column(
        "articles", Integer, nullable=False, comment="those of the story that are on the topic: half of them at least"
    ),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
    Index("ix_story_topics_story_id", "story_id"),
    Index("ix_story_topics_taxonomy_id_started_on", "taxonomy_id", "started_on"),
    Index("ix_story_topics_taxonomy_id_topic_id_started_on", "taxonomy_id", "topic_id", "started_on"),
)

story_subjects = Table(
    "story_subjects",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("story_id", BigInteger, primary_key=True, autoincrement=False),
    Column(
        "topics", ARRAY(Text), nullable=False, comment="slugs of the topics of its articles, the most frequent first"
    ),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
)

pairs = Table(
    "pairs",
    metadata,
    Column("taxonomy_id", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("left_about", Text, primary_key=True, comment="topic or actor; all: whatever has any"),
    Column("left_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("right_about", Text, primary_key=True),
    Column("right_id", SmallInteger, primary_key=True, autoincrement=False),
    Column("articles", Integer, nullable=False, comment="articles that have both"),
    Column("origins", Integer, nullable=False, comment="distinct texts among them"),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when it was counted"),
)

# The same tables as they were: rows that have been counted otherwise since.

story_counts_past = Table(
    "story_counts_past",
    metadata,
    Column("story_id", BigInteger, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("first_article_id", BigInteger, nullable=False),
    Column("first_source_id", Integer, nullable=False),
    Column("first_timed", Boolean, nullable=False),
    Column("next_source_at", Instant),
    Column("next_family_at", Instant),
    Column("next_bloc_at", Instant),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("families", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("words", Integer),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_story_counts_past", "story_id"),
    Index("ix_story_counts_past_started_on", "started_on"),
    Index("ix_story_counts_past_until", "until"),
)

story_slices_past = Table(
    "story_slices_past",
    metadata,
    Column("story_id", BigInteger, nullable=False),
    Column("slice_kind", Text, nullable=False),
    Column("slice", Text, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("lag", Integer, nullable=False),
    Column("first_article_id", BigInteger, nullable=False),
    Column("first_timed", Boolean, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("sources", Integer, nullable=False),
    Column("families", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("words", Integer),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_story_slices_past", "story_id", "slice_kind", "slice"),
    Index("ix_story_slices_past_started_on", "slice_kind", "started_on"),
    Index("ix_story_slices_past_until", "until"),
)

story_topics_past = Table(
    "story_topics_past",
    metadata,
    Column("taxonomy_id", Integer, nullable=False),
    Column("story_id", BigInteger, nullable=False),
    Column("topic_id", SmallInteger, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_story_topics_past", "story_id", "taxonomy_id", "topic_id"),
    Index("ix_story_topics_past_started_on", "taxonomy_id", "started_on"),
    Index("ix_story_topics_past_until", "until"),
)

story_subjects_past = Table(
    "story_subjects_past",
    metadata,
    Column("taxonomy_id", Integer, nullable=False),
    Column("story_id", BigInteger, nullable=False),
    Column("topics", ARRAY(Text), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_story_subjects_past", "story_id", "taxonomy_id"),
    Index("ix_story_subjects_past_until", "until"),
)

pairs_past = Table(
    "pairs_past",
    metadata,
    Column("taxonomy_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("left_about", Text, nullable=False),
    Column("left_id", SmallInteger, nullable=False),
    Column("right_about", Text, nullable=False),
    Column("right_id", SmallInteger, nullable=False),
    Column("articles", Integer, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Index("ix_pairs_past", "taxonomy_id", "day", "left_about", "left_id"),
    Index("ix_pairs_past_until", "until"),
)
