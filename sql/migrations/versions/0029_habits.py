"""What sources and blocs normally write on a topic is kept from one roll-up to the next.

The first roll-up counts it; until then `trends.silences` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "habits",
        sa.Column("taxonomy_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False, comment="source or bloc"),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("ends_before", sa.Date(), nullable=False, comment="the first day after the 84 that are added up"),
        sa.Column("articles", sa.Integer(), nullable=False, comment="from sources graded ok on their day"),
        sa.Column("squares", sa.BigInteger(), nullable=False, comment="sum over days of the square of their articles"),
        sa.Column(
            "last_on", sa.Date(), nullable=False, comment="the last of those days with an article on the topic"
        ),
        sa.PrimaryKeyConstraint("taxonomy_id", "topic_id", "slice_kind", "slice", name="pk_habits"),
        schema="news",
    )


def downgrade() -> None:
    op.drop_table("habits", schema="news")
