"""Pages of what is counted again and again keep room for the next version of a row, so that no index is written for it.

Pages that are full stay so; those of the days to come have room.
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("pairs", "slice_coverage", "source_days", "story_counts", "story_slices", "story_subjects", "story_topics")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for table in TABLES:
        op.execute(f"ALTER TABLE news.{table} SET (fillfactor = 85)")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE news.{table} RESET (fillfactor)")
