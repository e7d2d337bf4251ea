"""Daily totals beside the cube, and a mark for articles whose copies were looked for.

Distinct counts do not add up, so the totals of a day are kept rather than summed from its slices; a source that changes
its publisher family reopens the days on which it published.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column(
        "articles",
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True, comment="when copies of it were looked for"),
        schema="news",
    )
    op.alter_column(
        "articles",
        "grouped_at",
        comment="when its story was decided, and so all there is to decide",
        existing_comment="when origin and story were decided",
        existing_type=sa.DateTime(timezone=True),
        existing_nullable=True,
        schema="news",
    )
    op.create_table(
        "coverage_totals",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_coverage_totals")),
        schema="news",
    )
    op.create_table(
        "topic_totals",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("families", sa.Integer(), nullable=False),
        sa.Column("origins", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"],
            ["news.taxonomies.id"],
            name=op.f("fk_topic_totals_taxonomy_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_topic_totals_topic_id")),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", "day", name=op.f("pk_topic_totals")),
        schema="news",
    )
    op.create_index("ix_topic_totals_day", "topic_totals", ["day"], schema="news")
    op.execute(
        """
        CREATE FUNCTION news.reopen_days_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO news.dirty_days (day)
            SELECT DISTINCT day FROM news.coverage_cube WHERE source_id = NEW.id;
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER reopen_days_of_source AFTER UPDATE OF family ON news.sources
        FOR EACH ROW WHEN (OLD.family IS DISTINCT FROM NEW.family) EXECUTE FUNCTION news.reopen_days_of_source()
        """
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER reopen_days_of_source ON news.sources")
    op.execute("DROP FUNCTION news.reopen_days_of_source()")
    op.drop_table("topic_totals", schema="news")
    op.drop_table("coverage_totals", schema="news")
    op.alter_column(
        "articles",
        "grouped_at",
        comment="when origin and story were decided",
        existing_comment="when its story was decided, and so all there is to decide",
        existing_type=sa.DateTime(timezone=True),
        existing_nullable=True,
        schema="news",
    )
    op.drop_column("articles", "compared_at", schema="news")
