"""Back-fills through a site's sitemaps, and the publisher that an aggregator names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "backfills",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, comment="null: a later run goes on with it"),
        sa.CheckConstraint("first_day <= last_day", name="ck_backfills_period"),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name="fk_backfills_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_backfills"),
        schema="news",
    )
    op.create_index(
        "ix_backfills_unfinished",
        "backfills",
        ["source_id", "first_day", "last_day"],
        unique=True,
        schema="news",
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "backfill_sitemaps",
        sa.Column("backfill_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column(
            "place", sa.BigInteger(), sa.Identity(always=True), nullable=False, comment="in the order of the walk"
        ),
        sa.Column("depth", sa.SmallInteger(), nullable=False, comment="how many indexes lead to it"),
        sa.Column("state", sa.Text(), nullable=False, server_default="waiting"),
        sa.Column("tries", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("reason", sa.Text(), nullable=False, server_default="", comment="why it was skipped or given up"),
        sa.Column("feed_id", sa.Integer(), comment="what its articles hang on"),
        sa.CheckConstraint(
            "state IN ('waiting', 'read', 'skipped', 'given up')", name="ck_backfill_sitemaps_state"
        ),
        sa.ForeignKeyConstraint(
            ["backfill_id"], ["news.backfills.id"], name="fk_backfill_sitemaps_backfill_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["feed_id"], ["news.feeds.id"], name="fk_backfill_sitemaps_feed_id"),
        sa.PrimaryKeyConstraint("backfill_id", "url", name="pk_backfill_sitemaps"),
        schema="news",
    )
    op.create_index("ix_backfill_sitemaps_feed_id", "backfill_sitemaps", ["feed_id"], schema="news")
    op.add_column(
        "entries",
        sa.Column(
            "publisher", sa.Text(), nullable=False, server_default="", comment="whom an aggregator names as the source"
        ),
        schema="news",
    )


def downgrade() -> None:
    op.drop_column("entries", "publisher", schema="news")
    op.drop_table("backfill_sitemaps", schema="news")
    op.drop_table("backfills", schema="news")
