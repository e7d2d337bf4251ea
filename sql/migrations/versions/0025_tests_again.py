"""Every day is tested again: q_low was 1 where it should have been null, and p_without left a part of the source in."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.execute("INSERT INTO news.dirty_tests (day) SELECT DISTINCT day FROM news.tests ON CONFLICT (day) DO NOTHING")


def downgrade() -> None:
    """What was tested stands in the same columns."""
