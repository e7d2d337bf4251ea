"""What becomes of a stored article: looks at it, its revisions, which extractor read it; and how fresh sources are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "extractors",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extractors")),
        sa.UniqueConstraint("name", name=op.f("uq_extractors_name")),
        schema="news",
    )
    op.add_column(
        "articles",
        sa.Column(
            "extractor_id", sa.SmallInteger(), nullable=True, comment="which edition of the extractor read its page"
        ),
        schema="news",
    )
    op.create_foreign_key(
        op.f("fk_articles_extractor_id"),
        "articles",
        "extractors",
        ["extractor_id"],
        ["id"],
        source_schema="news",
        referent_schema="news",
    )
    op.add_column(
        "articles",
        sa.Column(
            "deleted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when its page was first found gone; null while it is there",
        ),
        schema="news",
    )
    _looks()
    _revisions()
    op.create_table(
        "freshness",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="since when it is so, as far as the figures tell",
        ),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("said", sa.Text(), nullable=False, comment="the finding as a sentence"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["news.sources.id"], name=op.f("fk_freshness_source_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source_id", "finding", name=op.f("pk_freshness")),
        schema="news",
    )


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False, comment="which look it is, from 1"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="when the article was first fetched"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("failures", sa.SmallInteger(), server_default="0", nullable=False, comment="vain tries of this look"),
        sa.Column("failed_as", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True, comment="the run that looks now"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_looks_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_looks")),
        schema="news",
    )
    op.create_index("ix_looks_due_at", "looks", ["due_at"], unique=False, schema="news")
    op.create_index(
        "ix_looks_claimed_by",
        "looks",
        ["claimed_by"],
        unique=False,
        schema="news",
        postgresql_where=sa.text("claimed_by IS NOT NULL"),
    )
    op.create_table(
        "look_days",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_look_days_source_id")),
        sa.PrimaryKeyConstraint("source_id", "day", "outcome", name=op.f("pk_look_days")),
        schema="news",
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "number",
            sa.SmallInteger(),
            autoincrement=False,
            nullable=False,
            comment="from 1, in the order in which they were seen",
        ),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False, comment="the run that saw it"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False, comment="the headline before"),
        sa.Column("new_title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True, comment="the text before; null where it did not change"),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True, comment="of the text before"),
        sa.Column("words", sa.Integer(), nullable=True, comment="of the text before"),
        sa.Column("new_words", sa.Integer(), nullable=True),
        sa.Column("headline_changed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("sentences_added", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sentences_removed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("taxonomy_id", sa.Integer(), nullable=True),
        sa.Column("topics_gained", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
        sa.Column("topics_lost", postgresql.ARRAY(sa.SmallInteger()), server_default="{}", nullable=False),
        sa.CheckConstraint("kind IN ('edit', 'fuller', 'deletion', 'return')", name=op.f("ck_revisions_kind")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["news.articles.id"], name=op.f("fk_revisions_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["news.sources.id"], name=op.f("fk_revisions_source_id")),
        sa.ForeignKeyConstraint(
            ["taxonomy_id"], ["news.taxonomies.id"], name=op.f("fk_revisions_taxonomy_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_revisions")),
        schema="news",
    )
    op.create_index("ix_revisions_seen_at", "revisions", ["seen_at"], unique=False, schema="news")
    op.create_index("ix_revisions_run_id", "revisions", ["run_id"], unique=False, schema="news")


def downgrade() -> None:
    for table in ("freshness", "revisions", "look_days", "looks"):
        op.drop_table(table, schema="news")
    op.drop_column("articles", "deleted_at", schema="news")
    op.drop_constraint(op.f("fk_articles_extractor_id"), "articles", schema="news")
    op.drop_column("articles", "extractor_id", schema="news")
    op.drop_table("extractors", schema="news")
