"""Trends that can be asked as of an earlier moment: one cube, counts by slice and period, graded coverage, what was.

The cube is counted anew by the next roll-up: every day is marked. What stood at an earlier moment is known from now on;
articles and tags of before count as seen when they were fetched and tagged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0004"
branch_labels = None
depends_on = None

FILL = (
    "UPDATE news.articles SET facts_since = coalesce(fetched_at, first_seen_at) WHERE state = 'stored'",
    """
    UPDATE news.taggings SET topic_ids = given.topic_ids
    FROM (
        SELECT taxonomy_id, article_id, array_agg(topic_id ORDER BY topic_id) AS topic_ids
        FROM news.tags GROUP BY taxonomy_id, article_id
    ) AS given
    WHERE taggings.taxonomy_id = given.taxonomy_id AND taggings.article_id = given.article_id
    """,
    """
    UPDATE news.sources SET facts_since = watched.since
    FROM (SELECT source_id, min(watched_since) AS since FROM news.feeds GROUP BY source_id) AS watched
    WHERE watched.source_id = sources.id
    """,
    "INSERT INTO news.taxonomy_uses (taxonomy_id, since) SELECT id, made_at FROM news.taxonomies WHERE is_current",
    "DELETE FROM news.dirty_days",
    "INSERT INTO news.dirty_days (day) SELECT DISTINCT day FROM news.articles WHERE state = 'stored'",
    "DROP TRIGGER reopen_days_of_source ON news.sources",
    "DROP FUNCTION news.reopen_days_of_source()",
)

# What trends see of an article, a source: a change of any of these is a new version of the row.
_ARTICLE = "{0}.source_id, {0}.language, {0}.title, {0}.url, {0}.published_at, {0}.first_seen_at, coalesce({0}.origin_id, {0}.id), {0}.story_id"
_COUNTED = "{0}.state, {0}.source_id, {0}.language, {0}.day, coalesce({0}.origin_id, {0}.id)"
_SOURCE = "{0}.country, {0}.language, {0}.kind, {0}.bloc, {0}.family"


def _differ(facts: str) -> str:
    return f"({facts.format('OLD')}) IS DISTINCT FROM ({facts.format('NEW')})"


FUNCTIONS = (
    "date_facts", "keep_article", "mark_article", "keep_tagging", "mark_tagged", "keep_source", "keep_use", "clock",
)  # fmt: skip
NAMES = {
    "articles": (
        "date_new_facts", "date_facts", "keep_article", "keep_removed_article", "mark_new_article", "mark_article",
        "mark_removed_article",
    ),
    "taggings": ("keep_tagging", "mark_tagged", "mark_tagged_again", "mark_untagged"),
    "sources": ("date_facts", "date_new_facts", "keep_source"),
    "taxonomies": ("keep_use",),
}  # fmt: skip
TRIGGERS = (
    # All changes of one transaction bear one time, so that an earlier moment shows all of it or nothing. A setting stands
    # in for the clock where time is simulated.
    """
    CREATE FUNCTION news.clock() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(nullif(current_setting('wirewatch.clock', true), '')::timestamptz, now())
    """,
    """
    CREATE FUNCTION news.date_facts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.facts_since := news.clock();
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER date_new_facts BEFORE INSERT ON news.articles
    FOR EACH ROW WHEN (NEW.state = 'stored' AND NEW.facts_since IS NULL) EXECUTE FUNCTION news.date_facts()
    """,
    f"""
    CREATE TRIGGER date_facts BEFORE UPDATE ON news.articles
    FOR EACH ROW WHEN (NEW.state = 'stored' AND (OLD.state <> 'stored' OR {_differ(_ARTICLE)}))
    EXECUTE FUNCTION news.date_facts()
    """,
    """
    CREATE FUNCTION news.keep_article() RETURNS trigger LANGUAGE plpgsql AS $$
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
    """,
    f"""
    CREATE TRIGGER keep_article AFTER UPDATE ON news.articles
    FOR EACH ROW WHEN (OLD.state = 'stored' AND (NEW.state <> 'stored' OR {_differ(_ARTICLE)}))
    EXECUTE FUNCTION news.keep_article()
    """,
    """
    CREATE TRIGGER keep_removed_article AFTER DELETE ON news.articles
    FOR EACH ROW WHEN (OLD.state = 'stored') EXECUTE FUNCTION news.keep_article()
    """,
    """
    CREATE FUNCTION news.mark_article() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' AND OLD.state = 'stored' THEN
            INSERT INTO news.dirty_days (day, source_id) VALUES (OLD.day, OLD.source_id);
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.state = 'stored' THEN
            INSERT INTO news.dirty_days (day, source_id) VALUES (NEW.day, NEW.source_id);
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER mark_new_article AFTER INSERT ON news.articles
    FOR EACH ROW WHEN (NEW.state = 'stored') EXECUTE FUNCTION news.mark_article()
    """,
    f"""
    CREATE TRIGGER mark_article AFTER UPDATE ON news.articles
    FOR EACH ROW WHEN ((OLD.state = 'stored' OR NEW.state = 'stored') AND {_differ(_COUNTED)})
    EXECUTE FUNCTION news.mark_article()
    """,
    """
    CREATE TRIGGER mark_removed_article AFTER DELETE ON news.articles
    FOR EACH ROW WHEN (OLD.state = 'stored') EXECUTE FUNCTION news.mark_article()
    """,
    """
    CREATE FUNCTION news.keep_tagging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.taggings_past (taxonomy_id, article_id, related, actor_ids, topic_ids, since, until)
        SELECT OLD.taxonomy_id, OLD.article_id, OLD.related, OLD.actor_ids, OLD.topic_ids, OLD.tagged_at, news.clock()
        WHERE EXISTS (SELECT FROM news.taxonomies WHERE id = OLD.taxonomy_id AND is_current);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER keep_tagging AFTER UPDATE OR DELETE ON news.taggings
    FOR EACH ROW EXECUTE FUNCTION news.keep_tagging()
    """,
    """
    CREATE FUNCTION news.mark_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.dirty_days (day, source_id)
        SELECT DISTINCT articles.day, articles.source_id
        FROM changed
        JOIN news.taxonomies ON taxonomies.id = changed.taxonomy_id AND taxonomies.is_current
        JOIN news.articles ON articles.id = changed.article_id AND articles.state = 'stored';
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER mark_tagged AFTER INSERT ON news.taggings REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news.mark_tagged()
    """,
    """
    CREATE TRIGGER mark_tagged_again AFTER UPDATE ON news.taggings REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news.mark_tagged()
    """,
    """
    CREATE TRIGGER mark_untagged AFTER DELETE ON news.taggings REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION news.mark_tagged()
    """,
    f"""
    CREATE TRIGGER date_facts BEFORE UPDATE ON news.sources
    FOR EACH ROW WHEN ({_differ(_SOURCE)}) EXECUTE FUNCTION news.date_facts()
    """,
    """
    CREATE TRIGGER date_new_facts BEFORE INSERT ON news.sources
    FOR EACH ROW EXECUTE FUNCTION news.date_facts()
    """,
    """
    CREATE FUNCTION news.keep_source() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.sources_past (source_id, country, language, kind, bloc, family, since, until)
        VALUES (OLD.id, OLD.country, OLD.language, OLD.kind, OLD.bloc, OLD.family, OLD.facts_since, news.clock());
        INSERT INTO news.dirty_days (day, source_id)
        SELECT DISTINCT day, source_id FROM news.articles WHERE source_id = NEW.id AND state = 'stored';
        RETURN NULL;
    END
    $$
    """,
    f"""
    CREATE TRIGGER keep_source AFTER UPDATE ON news.sources
    FOR EACH ROW WHEN ({_differ(_SOURCE)}) EXECUTE FUNCTION news.keep_source()
    """,
    """
    CREATE FUNCTION news.keep_use() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.is_current = NEW.is_current THEN
            RETURN NULL;
        ELSIF NEW.is_current THEN
            INSERT INTO news.taxonomy_uses (taxonomy_id, since)
            VALUES (NEW.id, CASE TG_OP WHEN 'INSERT' THEN least(NEW.made_at, news.clock()) ELSE news.clock() END)
            ON CONFLICT (taxonomy_id, since) DO UPDATE SET until = NULL;
        ELSE
            UPDATE news.taxonomy_uses SET until = news.clock() WHERE taxonomy_id = NEW.id AND until IS NULL;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER keep_use AFTER INSERT OR UPDATE OF is_current ON news.taxonomies
    FOR EACH ROW EXECUTE FUNCTION news.keep_use()
    """,
)

OLD_FAMILY_FUNCTION = """
    CREATE FUNCTION news.reopen_days_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO news.dirty_days (day)
            SELECT DISTINCT day FROM news.coverage_cube WHERE source_id = NEW.id;
            RETURN NULL;
        END
        $$
"""
OLD_FAMILY_TRIGGER = """
    CREATE TRIGGER reopen_days_of_source AFTER UPDATE OF family ON news.sources
    FOR EACH ROW WHEN (OLD.family IS DISTINCT FROM NEW.family) EXECUTE FUNCTION news.reopen_days_of_source()
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "articles_past",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("origin_id", sa.BigInteger(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index("ix_articles_past_article_id", "articles_past", ["article_id"], unique=False, schema="news")
    op.create_index("ix_articles_past_day", "articles_past", ["day"], unique=False, schema="news")
    op.create_table(
        "counts",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False, comment="all, source, bloc, country, language or kind"),
        sa.Column("grain", sa.Text(), nullable=False, comment="day, week or month"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="the day, the Monday, or the first of the month"),
        sa.Column("slice", sa.Text(), nullable=False, comment="which source, bloc, ...; empty for all"),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column(
            "squares", sa.BigInteger(), nullable=False, comment="sum over sources of the square of their articles"
        ),
        sa.Column(
            "comparable", sa.Integer(), nullable=True, comment="articles from sources graded ok that day; days only"
        ),
        sa.CheckConstraint("grain IN ('day', 'week', 'month')", name=op.f("ck_counts_grain")),
        sa.PrimaryKeyConstraint(
            "taxonomy_id", "about", "about_id", "slice_kind", "grain", "starts_on", "slice", name=op.f("pk_counts")
        ),
        schema="news",
    )
    op.create_index("ix_counts_starts_on_grain", "counts", ["starts_on", "grain"], unique=False, schema="news")
    op.create_table(
        "dirty_periods",
        sa.Column("grain", sa.Text(), nullable=False, comment="week or month"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("grain", "starts_on", name=op.f("pk_dirty_periods")),
        schema="news",
    )
    op.create_table(
        "slice_coverage",
        sa.Column("slice_kind", sa.Text(), nullable=False),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ok", sa.Integer(), nullable=False, comment="sources so graded"),
        sa.Column("thin", sa.Integer(), nullable=False),
        sa.Column("dark", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("expected", sa.REAL(), nullable=False, comment="articles its graded sources normally yield"),
        sa.Column("expected_ok", sa.REAL(), nullable=False, comment="the part of it that falls to sources graded ok"),
        sa.PrimaryKeyConstraint("slice_kind", "slice", "day", name=op.f("pk_slice_coverage")),
        schema="news",
    )
    op.create_index("ix_slice_coverage_day", "slice_coverage", ["day"], unique=False, schema="news")
    op.create_table(
        "sources_past",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("bloc", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index(op.f("ix_sources_past_source_id"), "sources_past", ["source_id"], unique=False, schema="news")
    op.create_table(
        "taggings_past",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("related", sa.REAL(), nullable=False),
        sa.Column("actor_ids", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("topic_ids", sa.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index("ix_taggings_past_article_id", "taggings_past", ["article_id"], unique=False, schema="news")
    op.create_table(
        "cube",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("origins", sa.ARRAY(sa.BigInteger()), nullable=False, comment="distinct origin ids, sorted"),
        sa.CheckConstraint("about IN ('coverage', 'topic', 'actor')", name=op.f("ck_cube_about")),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_cube_source_id")),
        sa.PrimaryKeyConstraint(
            "taxonomy_id", "about", "about_id", "day", "source_id", "language", name=op.f("pk_cube")
        ),
        schema="news",
    )
    op.create_index("ix_cube_day_source_id", "cube", ["day", "source_id"], unique=False, schema="news")
    op.create_table(
        "source_days",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column(
            "expected",
            sa.REAL(),
            nullable=True,
            comment="articles it normally yields on such a weekday; null: not known",
        ),
        sa.Column(
            "dispersion",
            sa.REAL(),
            nullable=True,
            comment="variance of its days / what a Poisson process would have; 1 or more",
        ),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("grade IN ('ok', 'thin', 'dark', 'unknown')", name=op.f("ck_source_days_grade")),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_source_days_source_id")),
        sa.PrimaryKeyConstraint("source_id", "day", name=op.f("pk_source_days")),
        schema="news",
    )
    op.create_index("ix_source_days_day", "source_days", ["day"], unique=False, schema="news")
    op.create_table(
        "taxonomy_uses",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "until", sa.DateTime(timezone=True), nullable=True, comment="null for the current one; kept by a trigger"
        ),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_taxonomy_uses_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("taxonomy_id", "since", name=op.f("pk_taxonomy_uses")),
        schema="news",
    )
    op.drop_table("coverage_cube", schema="news")
    op.drop_index(op.f("ix_topic_totals_day"), table_name="topic_totals", schema="news")
    op.drop_table("topic_totals", schema="news")
    op.drop_table("coverage_totals", schema="news")
    op.drop_index(op.f("ix_topic_cube_day"), table_name="topic_cube", schema="news")
    op.drop_table("topic_cube", schema="news")
    op.add_column(
        "articles",
        sa.Column(
            "facts_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when its row, as trends see it, is as it is; kept by a trigger",
        ),
        schema="news",
    )
    op.add_column(
        "dirty_days", sa.Column("source_id", sa.Integer(), nullable=True, comment="null: every source"), schema="news"
    )
    op.add_column(
        "sources",
        sa.Column(
            "facts_since",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="kept by a trigger",
        ),
        schema="news",
    )
    op.add_column(
        "taggings",
        sa.Column(
            "topic_ids",
            sa.ARRAY(sa.SmallInteger()),
            server_default="{}",
            nullable=False,
            comment="topics of its tags, sorted",
        ),
        schema="news",
    )
    for statement in (*FILL, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for table in ("articles", "taggings", "sources", "taxonomies"):
        for name in reversed(NAMES[table]):
            op.execute(f"DROP TRIGGER {name} ON news.{table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION news.{name}()")
    op.drop_column("taggings", "topic_ids", schema="news")
    op.drop_column("sources", "facts_since", schema="news")
    op.drop_column("dirty_days", "source_id", schema="news")
    op.drop_column("articles", "facts_since", schema="news")
    op.create_table(
        "topic_cube",
        sa.Column("taxonomy_id", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.SMALLINT(), autoincrement=False, nullable=False),
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("language", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column(
            "origins",
            postgresql.ARRAY(sa.BIGINT()),
            autoincrement=False,
            nullable=False,
            comment="distinct origin ids, sorted",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_topic_cube_source_id")),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_topic_cube_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_topic_cube_topic_id")),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", "day", "source_id", "language", name=op.f("pk_topic_cube")),
        schema="news",
    )
    op.create_index(op.f("ix_topic_cube_day"), "topic_cube", ["day"], unique=False, schema="news")
    op.create_table(
        "coverage_totals",
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("sources", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("families", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("origins", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_coverage_totals")),
        schema="news",
    )
    op.create_table(
        "topic_totals",
        sa.Column("taxonomy_id", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.SMALLINT(), autoincrement=False, nullable=False),
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("sources", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("families", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("origins", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_topic_totals_taxonomy_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_topic_totals_topic_id")),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", "day", name=op.f("pk_topic_totals")),
        schema="news",
    )
    op.create_index(op.f("ix_topic_totals_day"), "topic_totals", ["day"], unique=False, schema="news")
    op.create_table(
        "coverage_cube",
        sa.Column("day", sa.DATE(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column("language", sa.TEXT(), autoincrement=False, nullable=False),
        sa.Column("articles", sa.INTEGER(), autoincrement=False, nullable=False),
        sa.Column(
            "origins",
            postgresql.ARRAY(sa.BIGINT()),
            autoincrement=False,
            nullable=False,
            comment="distinct origin ids, sorted",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_coverage_cube_source_id")),
        sa.PrimaryKeyConstraint("day", "source_id", "language", name=op.f("pk_coverage_cube")),
        schema="news",
    )
    op.drop_table("taxonomy_uses", schema="news")
    op.drop_index("ix_source_days_day", table_name="source_days", schema="news")
    op.drop_table("source_days", schema="news")
    op.drop_index("ix_cube_day_source_id", table_name="cube", schema="news")
    op.drop_table("cube", schema="news")
    op.drop_index("ix_taggings_past_article_id", table_name="taggings_past", schema="news")
    op.drop_table("taggings_past", schema="news")
    op.drop_index(op.f("ix_sources_past_source_id"), table_name="sources_past", schema="news")
    op.drop_table("sources_past", schema="news")
    op.drop_index("ix_slice_coverage_day", table_name="slice_coverage", schema="news")
    op.drop_table("slice_coverage", schema="news")
    op.drop_table("dirty_periods", schema="news")
    op.drop_index("ix_counts_starts_on_grain", table_name="counts", schema="news")
    op.drop_table("counts", schema="news")
    op.drop_index("ix_articles_past_day", table_name="articles_past", schema="news")
    op.drop_index("ix_articles_past_article_id", table_name="articles_past", schema="news")
    op.drop_table("articles_past", schema="news")
    op.execute(OLD_FAMILY_FUNCTION)
    op.execute(OLD_FAMILY_TRIGGER)
