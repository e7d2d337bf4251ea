"""Topics and actors are kept by name with what was said of an article, and with each story, so that lists can be asked for them.

A view that works them out for each row can only be filtered by topic after it has done so for every row.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0024"
branch_labels = None
depends_on = None

# One place makes the lists, whoever writes a tagging: its tags, which have the scores, are there before it.
NAMES = """
    CREATE FUNCTION news.name_tagging() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.topics := ARRAY(
            SELECT topics.slug
            FROM unnest(NEW.topic_ids) AS said (topic_id)
            JOIN news.topics ON topics.id = said.topic_id
            JOIN news.taxonomy_topics AS listed
                ON listed.taxonomy_id = NEW.taxonomy_id AND listed.topic_id = said.topic_id
            LEFT JOIN news.tags
                ON tags.taxonomy_id = NEW.taxonomy_id AND tags.article_id = NEW.article_id
                AND tags.topic_id = said.topic_id
            ORDER BY tags.score DESC NULLS LAST, listed.position
        );
        NEW.actors := ARRAY(
            SELECT actors.slug
            FROM unnest(NEW.actor_ids) WITH ORDINALITY AS named (actor_id, place)
            JOIN news.actors ON actors.id = named.actor_id
            ORDER BY named.place
        );
        RETURN NEW;
    END
    $$
"""
KEEP = """
    CREATE FUNCTION news.keep_story_subjects() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.story_subjects_past (taxonomy_id, story_id, topics, since, until)
        SELECT taxonomy_id, story_id, topics, since, news.clock() FROM replaced WHERE since < news.clock();
        RETURN NULL;
    END
    $$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for name, comment in (
        ("topics", "slugs of its topics, strongest first: made by a trigger"),
        ("actors", "slugs of its actors, in order of first mention: made by a trigger"),
    ):
        column = sa.Column(
            name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False, comment=comment
        )
        op.add_column("taggings", column, schema="news")
    op.execute(NAMES)
    op.execute(
        """
        CREATE TRIGGER name_tagging BEFORE INSERT OR UPDATE ON news.taggings
        FOR EACH ROW EXECUTE FUNCTION news.name_tagging()
        """
    )
    # What is said stays as it is: nothing to keep as past, no day to count anew.
    for trigger in ("keep_tagging", "mark_tagged_again"):
        op.execute(f"ALTER TABLE news.taggings DISABLE TRIGGER {trigger}")
    op.execute("UPDATE news.taggings SET topics = '{}' WHERE topic_ids <> '{}' OR actor_ids <> '{}'")
    for trigger in ("keep_tagging", "mark_tagged_again"):
        op.execute(f"ALTER TABLE news.taggings ENABLE TRIGGER {trigger}")
    op.create_table(
        "story_subjects",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("story_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "topics",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="slugs of the topics of its articles, the most frequent first",
        ),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("news.clock()"),
            nullable=False,
            comment="when it was counted",
        ),
        sa.PrimaryKeyConstraint("taxonomy_id", "story_id", name=op.f("pk_story_subjects")),
        schema="news",
    )
    op.create_table(
        "story_subjects_past",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("topics", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index(
        "ix_story_subjects_past", "story_subjects_past", ["story_id", "taxonomy_id"], unique=False, schema="news"
    )
    op.create_index("ix_story_subjects_past_until", "story_subjects_past", ["until"], unique=False, schema="news")
    op.execute(
        """
        INSERT INTO news.story_subjects (taxonomy_id, story_id, topics, since)
        SELECT said.taxonomy_id, said.story_id, array_agg(topics.slug ORDER BY said.articles DESC, topics.slug), counted.since
        FROM (
            SELECT taggings.taxonomy_id, articles.story_id, topic.id AS topic_id, count(*) AS articles
            FROM news.articles
            JOIN news.taggings ON taggings.article_id = articles.id
            CROSS JOIN LATERAL unnest(taggings.topic_ids) AS topic (id)
            WHERE articles.story_id IS NOT NULL AND articles.state = 'stored'
                AND taggings.taxonomy_id IN (SELECT taxonomy_id FROM news.story_topics)
            GROUP BY taggings.taxonomy_id, articles.story_id, topic.id
        ) AS said
        JOIN news.taxonomy_topics AS listed USING (taxonomy_id, topic_id)
        JOIN news.topics ON topics.id = said.topic_id
        JOIN news.story_counts AS counted ON counted.story_id = said.story_id
        GROUP BY said.taxonomy_id, said.story_id, counted.since
        """
    )
    op.execute(KEEP)
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"""
            CREATE TRIGGER keep_{event.lower()} AFTER {event} ON news.story_subjects REFERENCING OLD TABLE AS replaced
            FOR EACH STATEMENT EXECUTE FUNCTION news.keep_story_subjects()
            """
        )
    op.execute("ANALYZE news.taggings; ANALYZE news.story_subjects")


def downgrade() -> None:
    op.drop_table("story_subjects_past", schema="news")
    op.drop_table("story_subjects", schema="news")
    op.execute("DROP FUNCTION news.keep_story_subjects()")
    op.execute("DROP TRIGGER name_tagging ON news.taggings")
    op.execute("DROP FUNCTION news.name_tagging()")
    op.drop_column("taggings", "actors", schema="news")
    op.drop_column("taggings", "topics", schema="news")
