"""Stories counted by who reported them when, pairs of topics and actors, and the length of articles as they were.

All stories and days are counted by the next roll-up. Lengths are kept from now on; those of before are not known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What trends see of an article: a change of any of these is a new version of the row. The length is new here.
_BEFORE = (
    "{0}.source_id, {0}.language, {0}.title, {0}.url, {0}.published_at, {0}.first_seen_at, "
    "coalesce({0}.origin_id, {0}.id), {0}.story_id"
)
_ARTICLE = _BEFORE + ", {0}.words"
# What a story is counted by, besides the tags and the source, whose changes mark days.
_TOLD = (
    "{0}.state, {0}.story_id, {0}.source_id, {0}.language, {0}.published_at, {0}.first_seen_at, "
    "coalesce({0}.origin_id, {0}.id), {0}.words"
)


def _differ(facts: str) -> str:
    return f"({facts.format('OLD')}) IS DISTINCT FROM ({facts.format('NEW')})"


def _versions(facts: str) -> tuple[str, ...]:
    """The triggers that date and keep the versions of an article's row."""
    return (
        f"""
        CREATE TRIGGER date_facts BEFORE UPDATE ON news.articles
        FOR EACH ROW WHEN (NEW.state = 'stored' AND (OLD.state <> 'stored' OR {_differ(facts)}))
        EXECUTE FUNCTION news.date_facts()
        """,
        f"""
        CREATE TRIGGER keep_article AFTER UPDATE ON news.articles
        FOR EACH ROW WHEN (OLD.state = 'stored' AND (NEW.state <> 'stored' OR {_differ(facts)}))
        EXECUTE FUNCTION news.keep_article()
        """,
    )


WITHOUT_VERSIONS = ("DROP TRIGGER date_facts ON news.articles", "DROP TRIGGER keep_article ON news.articles")
KEEP_ARTICLE = """
    CREATE OR REPLACE FUNCTION news.keep_article() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.articles_past (
            article_id, source_id, language, title, url, published_at, first_seen_at, day, origin_id, story_id, words,
            since, until
        ) VALUES (
            OLD.id, OLD.source_id, OLD.language, OLD.title, OLD.url, OLD.published_at, OLD.first_seen_at, OLD.day,
            coalesce(OLD.origin_id, OLD.id), OLD.story_id, OLD.words, OLD.facts_since, news.clock()
        );
        RETURN NULL;
    END
    $$
    """
KEEP_ARTICLE_BEFORE = """
    CREATE OR REPLACE FUNCTION news.keep_article() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.articles_past (
            article_id, source_id, language, title, url, published_at, first_seen_at, day, origin_id, story_id, since, until
        ) VALUES (
            OLD.id, OLD.source_id, OLD.language, OLD.title, OLD.url, OLD.published_at, OLD.first_seen_at, OLD.day,
            coalesce(OLD.origin_id, OLD.id), OLD.story_id, OLD.facts_since, news.clock()
        );
        RETURN NULL;
    END
    $$
    """  # noqa: E501 - word for word as it was
# What another version of the taxonomy than the current one said is kept, too, if it was in use once and goes with its
# article. A prune, which forgets what a version said of articles that stay, keeps nothing.
KEEP_TAGGING = """
    CREATE OR REPLACE FUNCTION news.keep_tagging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.taggings_past (taxonomy_id, article_id, related, actor_ids, topic_ids, since, until)
        SELECT OLD.taxonomy_id, OLD.article_id, OLD.related, OLD.actor_ids, OLD.topic_ids, OLD.tagged_at, news.clock()
        WHERE EXISTS (SELECT FROM news.taxonomies WHERE id = OLD.taxonomy_id AND is_current)
            OR (
                EXISTS (SELECT FROM news.taxonomy_uses WHERE taxonomy_id = OLD.taxonomy_id)
                AND NOT EXISTS (SELECT FROM news.articles WHERE id = OLD.article_id)
            );
        RETURN NULL;
    END
    $$
    """
KEEP_TAGGING_BEFORE = """
    CREATE OR REPLACE FUNCTION news.keep_tagging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.taggings_past (taxonomy_id, article_id, related, actor_ids, topic_ids, since, until)
        SELECT OLD.taxonomy_id, OLD.article_id, OLD.related, OLD.actor_ids, OLD.topic_ids, OLD.tagged_at, news.clock()
        WHERE EXISTS (SELECT FROM news.taxonomies WHERE id = OLD.taxonomy_id AND is_current);
        RETURN NULL;
    END
    $$
    """
STORIES = (
    """
    CREATE FUNCTION news.mark_story() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND OLD.story_id IS NOT NULL THEN
            INSERT INTO news.dirty_stories (story_id) VALUES (OLD.story_id);
        END IF;
        IF TG_OP = 'INSERT' AND NEW.story_id IS NOT NULL
            OR TG_OP = 'UPDATE' AND NEW.story_id IS DISTINCT FROM OLD.story_id AND NEW.story_id IS NOT NULL THEN
            INSERT INTO news.dirty_stories (story_id) VALUES (NEW.story_id);
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER mark_new_story AFTER INSERT ON news.articles
    FOR EACH ROW WHEN (NEW.story_id IS NOT NULL) EXECUTE FUNCTION news.mark_story()
    """,
    f"""
    CREATE TRIGGER mark_story AFTER UPDATE ON news.articles
    FOR EACH ROW WHEN ((OLD.story_id IS NOT NULL OR NEW.story_id IS NOT NULL) AND {_differ(_TOLD)})
    EXECUTE FUNCTION news.mark_story()
    """,
    """
    CREATE TRIGGER mark_removed_story AFTER DELETE ON news.articles
    FOR EACH ROW WHEN (OLD.story_id IS NOT NULL) EXECUTE FUNCTION news.mark_story()
    """,
    """
    CREATE FUNCTION news.mark_stories_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.dirty_stories (story_id)
        SELECT DISTINCT story_id FROM news.articles WHERE source_id = NEW.id AND story_id IS NOT NULL;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER mark_stories AFTER UPDATE ON news.sources
    FOR EACH ROW WHEN ((OLD.country, OLD.bloc, OLD.family) IS DISTINCT FROM (NEW.country, NEW.bloc, NEW.family))
    EXECUTE FUNCTION news.mark_stories_of_source()
    """,
)
FILL = (
    "INSERT INTO news.dirty_stories (story_id) SELECT id FROM news.stories",
    "INSERT INTO news.dirty_days (day) SELECT DISTINCT day FROM news.articles WHERE state = 'stored'",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "dirty_stories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dirty_stories")),
        schema="news",
    )
    op.create_table(
        "story_counts",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="its first report"),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False, comment="UTC day of the first report"),
        sa.Column("first_article_id", sa.BigInteger(), nullable=False),
        sa.Column("first_source_id", sa.Integer(), nullable=False),
        sa.Column(
            "first_timed",
            sa.Boolean(),
            nullable=False,
            comment="whether its publisher gave the first report a time of day",
        ),
        sa.Column(
            "next_source_at", sa.DateTime(timezone=True), nullable=True, comment="first report by another source"
        ),
        sa.Column(
            "next_family_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="first report by another publisher family",
        ),
        sa.Column("next_bloc_at", sa.DateTime(timezone=True), nullable=True, comment="first report from another bloc"),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=True, comment="length of the middle article"),
        sa.PrimaryKeyConstraint("story_id", name=op.f("pk_story_counts")),
        schema="news",
    )
    op.create_index("ix_story_counts_started_on", "story_counts", ["started_on"], unique=False, schema="news")
    op.create_table(
        "story_slices",
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False, comment="bloc or language"),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column(
            "started_on", sa.Date(), nullable=False, comment="UTC day of the first report of the story, by whomever"
        ),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False, comment="first report in this slice"),
        sa.Column("lag", sa.Integer(), nullable=False, comment="seconds behind the first report of the story"),
        sa.Column("first_article_id", sa.BigInteger(), nullable=False),
        sa.Column("first_timed", sa.Boolean(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=True, comment="length of the middle article"),
        sa.CheckConstraint("slice_kind IN ('bloc', 'language')", name=op.f("ck_story_slices_slice_kind")),
        sa.PrimaryKeyConstraint("story_id", "slice_kind", "slice", name=op.f("pk_story_slices")),
        schema="news",
    )
    op.create_index(
        "ix_story_slices_slice_kind_started_on",
        "story_slices",
        ["slice_kind", "started_on"],
        unique=False,
        schema="news",
    )
    op.create_table(
        "story_topics",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False, comment="UTC day of the first report of the story"),
        sa.Column(
            "articles",
            sa.Integer(),
            nullable=False,
            comment="those of the story that are on the topic: half of them at least",
        ),
        sa.PrimaryKeyConstraint("taxonomy_id", "story_id", "topic_id", name=op.f("pk_story_topics")),
        schema="news",
    )
    op.create_index("ix_story_topics_story_id", "story_topics", ["story_id"], unique=False, schema="news")
    op.create_index(
        "ix_story_topics_taxonomy_id_topic_id_started_on",
        "story_topics",
        ["taxonomy_id", "topic_id", "started_on"],
        unique=False,
        schema="news",
    )
    op.create_table(
        "pairs",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("left_about", sa.Text(), nullable=False, comment="topic or actor; all: whatever has any"),
        sa.Column("left_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("right_about", sa.Text(), nullable=False),
        sa.Column("right_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False, comment="articles that have both"),
        sa.Column("origins", sa.Integer(), nullable=False, comment="distinct texts among them"),
        sa.PrimaryKeyConstraint(
            "taxonomy_id", "day", "left_about", "left_id", "right_about", "right_id", name=op.f("pk_pairs")
        ),
        schema="news",
    )
    # ### end Alembic commands ###
    op.add_column(
        "articles_past",
        sa.Column("words", sa.Integer(), nullable=True, comment="null: not kept, before they were"),
        schema="news",
    )
    op.create_index("ix_articles_past_origin_id", "articles_past", ["origin_id"], unique=False, schema="news")
    op.create_index(
        "ix_articles_past_story_id",
        "articles_past",
        ["story_id"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("story_id IS NOT NULL"),
    )
    for statement in (*WITHOUT_VERSIONS, KEEP_ARTICLE, KEEP_TAGGING, *_versions(_ARTICLE), *STORIES, *FILL):
        op.execute(statement)


def downgrade() -> None:
    for name in ("mark_removed_story", "mark_story", "mark_new_story"):
        op.execute(f"DROP TRIGGER {name} ON news.articles")
    op.execute("DROP FUNCTION news.mark_story()")
    op.execute("DROP TRIGGER mark_stories ON news.sources")
    op.execute("DROP FUNCTION news.mark_stories_of_source()")
    for statement in (*WITHOUT_VERSIONS, KEEP_ARTICLE_BEFORE, KEEP_TAGGING_BEFORE, *_versions(_BEFORE)):
        op.execute(statement)
    op.drop_index("ix_articles_past_origin_id", table_name="articles_past", schema="news")
    op.drop_index("ix_articles_past_story_id", table_name="articles_past", schema="news")
    op.drop_column("articles_past", "words", schema="news")
    for table in ("pairs", "story_topics", "story_slices", "story_counts", "dirty_stories"):
        op.drop_table(table, schema="news")
