"""Counts of slices follow the cells that changed, by difference; texts are found in the cells in which they stand.

A source that changes is in other slices than before: the days on which it was counted are marked as such, and their
counts are made from all their cells.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None

KEEP_SOURCE = """
    CREATE OR REPLACE FUNCTION news.keep_source() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.sources_past (source_id, country, language, kind, bloc, family, since, until)
        VALUES (OLD.id, OLD.country, OLD.language, OLD.kind, OLD.bloc, OLD.family, OLD.facts_since, news.clock());
        INSERT INTO news.dirty_days (day, source_id, is_moved)
        SELECT DISTINCT day, source_id, true FROM news.cube
        WHERE taxonomy_id = 0 AND about = 'coverage' AND about_id = 0 AND source_id = NEW.id;
        IF NOT FOUND THEN  -- its grades are added up in other slices all the same
            INSERT INTO news.dirty_days (day, source_id, is_moved)
            SELECT max(day), NEW.id, true FROM news.source_days WHERE source_id = NEW.id HAVING max(day) IS NOT NULL;
        END IF;
        RETURN NULL;
    END
    $$
    """
# The moment is looked up once a statement, not twice a row.
KEEP_COUNTS = """
    CREATE OR REPLACE FUNCTION news.keep_counts() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        moment CONSTANT timestamptz NOT NULL := news.clock();
    BEGIN
        INSERT INTO news.counts_past (
            taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice, articles, sources, families, origins, squares,
            comparable, since, until
        )
        SELECT
            taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice, articles, sources, families, origins, squares,
            comparable, since, moment
        FROM replaced
        WHERE since < moment;
        RETURN NULL;
    END
    $$
    """
COUNTS = (
    "taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice, articles, sources, families, origins, squares, "
    "comparable"
)
KEEP_COUNTS_BEFORE = f"""
            CREATE OR REPLACE FUNCTION news.keep_counts() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO news.counts_past ({COUNTS}, since, until)
                SELECT {COUNTS}, since, news.clock() FROM replaced WHERE since < news.clock();
                RETURN NULL;
            END
            $$
            """
KEEP_SOURCE_BEFORE = """
    CREATE OR REPLACE FUNCTION news.keep_source() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.sources_past (source_id, country, language, kind, bloc, family, since, until)
        VALUES (OLD.id, OLD.country, OLD.language, OLD.kind, OLD.bloc, OLD.family, OLD.facts_since, news.clock());
        INSERT INTO news.dirty_days (day, source_id)
        SELECT DISTINCT day, source_id FROM news.articles WHERE source_id = NEW.id AND state = 'stored';
        RETURN NULL;
    END
    $$
    """


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column(
        "dirty_days",
        sa.Column(
            "is_moved",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="the source stands in other slices now",
        ),
        schema="news",
    )
    # Whether a source changed is not known of the marks there are.
    op.execute("UPDATE news.dirty_days SET is_moved = true")
    op.execute("INSERT INTO news.dirty_days (day, is_moved) SELECT DISTINCT starts_on, true FROM news.dirty_periods")
    op.drop_table("dirty_periods", schema="news")
    op.create_table(
        "cube_changes",
        sa.Column("taxonomy_id", sa.Integer(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_id", sa.SmallInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False, comment="more than before"),
        sa.Column("comparable", sa.Integer(), nullable=False, comment="more than before"),
        sa.Column("origins_before", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("origins", sa.ARRAY(sa.BigInteger()), nullable=False),
        schema="news",
        prefixes=["UNLOGGED"],
    )
    op.create_index(
        "ix_cube_origins",
        "cube",
        ["origins"],
        unique=False,
        schema="news",
        postgresql_using="gin",
        postgresql_where=sa.text("about = 'coverage'"),
    )
    op.execute(KEEP_SOURCE)
    op.execute(KEEP_COUNTS)


def downgrade() -> None:
    op.execute(KEEP_COUNTS_BEFORE)
    op.execute(KEEP_SOURCE_BEFORE)
    op.drop_index("ix_cube_origins", table_name="cube", schema="news")
    op.drop_table("cube_changes", schema="news")
    op.create_table(
        "dirty_periods",
        sa.Column("grain", sa.Text(), nullable=False, comment="week or month"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("grain", "starts_on", name=op.f("pk_dirty_periods")),
        schema="news",
    )
    op.drop_column("dirty_days", "is_moved", schema="news")
