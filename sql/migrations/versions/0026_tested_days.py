"""When each day was last tested is known, so that its tests serve earlier moments as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "tested_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("taxonomy_id", sa.Integer(), nullable=False, comment="by which it was tested"),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("news.clock()"),
            nullable=False,
            comment="when it was last tested",
        ),
        sa.PrimaryKeyConstraint("day", name="pk_tested_days"),
        schema="news",
    )
    # When the tests there are were made is not known; that they hold from now on is.
    op.execute(
        """
        INSERT INTO news.tested_days (day, taxonomy_id)
        SELECT DISTINCT tests.day, tests.taxonomy_id FROM news.tests
        JOIN news.taxonomies ON taxonomies.id = tests.taxonomy_id AND taxonomies.is_current
        """
    )


def downgrade() -> None:
    op.drop_table("tested_days", schema="news")
