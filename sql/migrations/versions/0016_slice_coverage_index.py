"""Days of a kind of slice are found by the kind first: views ask for one kind over a span of days."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.drop_index("ix_slice_coverage_day", table_name="slice_coverage", schema="news")
    op.create_index("ix_slice_coverage_slice_kind_day", "slice_coverage", ["slice_kind", "day"], schema="news")


def downgrade() -> None:
    op.drop_index("ix_slice_coverage_slice_kind_day", table_name="slice_coverage", schema="news")
    op.create_index("ix_slice_coverage_day", "slice_coverage", ["day"], schema="news")
