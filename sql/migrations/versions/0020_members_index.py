"""The members of a group of copies are found by the group that trends count them in: an article alone is its own."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.execute("CREATE INDEX ix_articles_text ON news.articles (coalesce(origin_id, id))")


def downgrade() -> None:
    op.drop_index("ix_articles_text", table_name="articles", schema="news")
