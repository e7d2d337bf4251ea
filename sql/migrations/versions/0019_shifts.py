"""Slow shifts, kept; whether they are to be found again. They are, by the next run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "dirty_shifts",
        sa.Column("week", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_dirty_shifts")),
        schema="news",
    )
    op.create_table(
        "shifts",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False, comment="all or bloc"),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False, comment="the Monday of the first week of the new level"),
        sa.Column("level_before", sa.Double(), nullable=False),
        sa.Column("level_after", sa.Double(), nullable=False),
        sa.Column("statistic", sa.Double(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False, comment="that could be compared"),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", "slice_kind", "slice", "week", name=op.f("pk_shifts")),
        schema="news",
    )
    # Another day that waits to be tested makes the next run look for shifts, too.
    op.execute(
        "INSERT INTO news.dirty_shifts (week) SELECT date_trunc('week', news.clock())::date - 7"
        " WHERE EXISTS (SELECT FROM news.source_days)"
    )
    op.execute(
        "INSERT INTO news.dirty_tests (day) SELECT max(day) FROM news.source_days HAVING max(day) IS NOT NULL"
        " ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.drop_table("shifts", schema="news")
    op.drop_table("dirty_shifts", schema="news")
