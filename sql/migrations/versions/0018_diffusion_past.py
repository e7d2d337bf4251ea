"""Stories and pairs as they were before they were counted otherwise, so that an earlier moment costs no recount."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# The columns of each table, in the order of its past: one statement keeps all rows that a statement replaced.
COLUMNS = {
    "story_counts": (
        "story_id, started_at, last_at, started_on, first_article_id, first_source_id, first_timed, "
        "next_source_at, next_family_at, next_bloc_at, articles, sources, families, origins, words"
    ),
    "story_slices": (
        "story_id, slice_kind, slice, started_on, first_at, lag, first_article_id, first_timed, articles, "
        "sources, families, origins, words"
    ),
    "story_topics": "taxonomy_id, story_id, topic_id, started_on, articles",
    "pairs": "taxonomy_id, day, left_about, left_id, right_about, right_id, articles, origins",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "story_counts_past",
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("first_article_id", sa.BigInteger(), nullable=False),
        sa.Column("first_source_id", sa.Integer(), nullable=False),
        sa.Column("first_timed", sa.Boolean(), nullable=False),
        sa.Column("next_source_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_family_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_bloc_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index("ix_story_counts_past", "story_counts_past", ["story_id"], unique=False, schema="news")
    op.create_index("ix_story_counts_past_started_on", "story_counts_past", ["started_on"], unique=False, schema="news")
    op.create_index("ix_story_counts_past_until", "story_counts_past", ["until"], unique=False, schema="news")
    op.create_table(
        "story_slices_past",
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lag", sa.Integer(), nullable=False),
        sa.Column("first_article_id", sa.BigInteger(), nullable=False),
        sa.Column("first_timed", sa.Boolean(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index(
        "ix_story_slices_past", "story_slices_past", ["story_id", "slice_kind", "slice"], unique=False, schema="news"
    )
    op.create_index(
        "ix_story_slices_past_started_on",
        "story_slices_past",
        ["slice_kind", "started_on"],
        unique=False,
        schema="news",
    )
    op.create_index("ix_story_slices_past_until", "story_slices_past", ["until"], unique=False, schema="news")
    op.create_table(
        "story_topics_past",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("story_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index(
        "ix_story_topics_past",
        "story_topics_past",
        ["story_id", "taxonomy_id", "topic_id"],
        unique=False,
        schema="news",
    )
    op.create_index(
        "ix_story_topics_past_started_on",
        "story_topics_past",
        ["taxonomy_id", "started_on"],
        unique=False,
        schema="news",
    )
    op.create_index("ix_story_topics_past_until", "story_topics_past", ["until"], unique=False, schema="news")
    op.create_table(
        "pairs_past",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("left_about", sa.Text(), nullable=False),
        sa.Column("left_id", sa.SmallInteger(), nullable=False),
        sa.Column("right_about", sa.Text(), nullable=False),
        sa.Column("right_id", sa.SmallInteger(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        schema="news",
    )
    op.create_index(
        "ix_pairs_past", "pairs_past", ["taxonomy_id", "day", "left_about", "left_id"], unique=False, schema="news"
    )
    op.create_index("ix_pairs_past_until", "pairs_past", ["until"], unique=False, schema="news")
    for table, columns in COLUMNS.items():
        op.add_column(
            table,
            sa.Column(
                "since",
                sa.DateTime(timezone=True),
                server_default=sa.text("news.clock()"),
                nullable=False,
                comment="when it was counted",
            ),
            schema="news",
        )
        op.execute(
            f"""
            CREATE FUNCTION news.keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO news.{table}_past ({columns}, since, until)
                SELECT {columns}, since, news.clock() FROM replaced WHERE since < news.clock();
                RETURN NULL;
            END
            $$
            """  # noqa: S608 - the names above
        )
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"""
                CREATE TRIGGER keep_{event.lower()} AFTER {event} ON news.{table} REFERENCING OLD TABLE AS replaced
                FOR EACH STATEMENT EXECUTE FUNCTION news.keep_{table}()
                """
            )
    op.create_index(
        "ix_story_topics_taxonomy_id_started_on",
        "story_topics",
        ["taxonomy_id", "started_on"],
        unique=False,
        schema="news",
    )


def downgrade() -> None:
    op.drop_index("ix_story_topics_taxonomy_id_started_on", table_name="story_topics", schema="news")
    for table in COLUMNS:
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER keep_{event} ON news.{table}")
        op.execute(f"DROP FUNCTION news.keep_{table}()")
        op.drop_column(table, "since", schema="news")
        op.drop_table(f"{table}_past", schema="news")
