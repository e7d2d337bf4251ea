"""Tests of every topic in every slice and complete day, kept; which days are to be tested anew. All are, by the next runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "dirty_tests",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_dirty_tests")),
        schema="news",
    )
    op.create_table(
        "tests",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False, comment="all, bloc, country, language or kind"),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("observed", sa.Integer(), nullable=False, comment="texts on the topic, of the panel"),
        sa.Column("texts", sa.Integer(), nullable=False, comment="texts of the panel on whatever subject"),
        sa.Column("sources", sa.Integer(), nullable=False, comment="of the panel"),
        sa.Column("days", sa.Integer(), nullable=False, comment="of the 56 before that it is compared with"),
        sa.Column("expected", sa.REAL(), nullable=False),
        sa.Column("dispersion", sa.REAL(), nullable=False, comment="variance / mean of the prediction"),
        sa.Column("p_high", sa.Double(), nullable=False),
        sa.Column("p_low", sa.Double(), nullable=False),
        sa.Column("q_high", sa.Double(), nullable=False),
        sa.Column("q_low", sa.Double(), nullable=True, comment="null: too few are expected for a drop to be seen"),
        sa.Column(
            "p_without",
            sa.Double(),
            nullable=True,
            comment="without the source that adds most to it; null: fewer than 3, or nothing odd",
        ),
        sa.Column(
            "shuffled_high",
            sa.Double(),
            nullable=True,
            comment="p with a day of the same weekday in its place; of every fourth series",
        ),
        sa.Column("shuffled_low", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("taxonomy_id", "day", "topic_id", "slice_kind", "slice", name=op.f("pk_tests")),
        schema="news",
    )
    op.execute("INSERT INTO news.dirty_tests (day) SELECT DISTINCT day FROM news.source_days")


def downgrade() -> None:
    op.drop_table("tests", schema="news")
    op.drop_table("dirty_tests", schema="news")
