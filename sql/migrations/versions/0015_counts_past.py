"""Counts and grades as they were before they were counted otherwise, so that an earlier moment costs no recount."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0015'
down_revision = '0005'
branch_labels = None
depends_on = None


# The columns of each table, in the order of its past: one statement keeps all rows that a statement replaced. A row that
# was counted twice in one moment was never seen by anybody.
COLUMNS = {
    "counts": (
        "taxonomy_id, about, about_id, slice_kind, grain, starts_on, slice, articles, sources, families, origins, squares, "
        "comparable"
    ),
    "source_days": "source_id, day, articles, expected, dispersion, polls, failed, grade, reason",
    "slice_coverage": "slice_kind, slice, day, ok, thin, dark, unknown, expected, expected_ok",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table('counts_past',
    sa.Column('taxonomy_id', sa.Integer(), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('about_id', sa.SmallInteger(), nullable=False),
    sa.Column('slice_kind', sa.Text(), nullable=False),
    sa.Column('grain', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('slice', sa.Text(), nullable=False),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.Column('sources', sa.Integer(), nullable=False),
    sa.Column('families', sa.Integer(), nullable=False),
    sa.Column('origins', sa.Integer(), nullable=False),
    sa.Column('squares', sa.BigInteger(), nullable=False),
    sa.Column('comparable', sa.Integer(), nullable=True),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    schema='news'
    )
    op.create_index('ix_counts_past', 'counts_past', ['taxonomy_id', 'about', 'about_id', 'slice_kind', 'grain', 'starts_on', 'slice'], unique=False, schema='news')
    op.create_index('ix_counts_past_until', 'counts_past', ['until'], unique=False, schema='news')
    op.create_table('slice_coverage_past',
    sa.Column('slice_kind', sa.Text(), nullable=False),
    sa.Column('slice', sa.Text(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('ok', sa.Integer(), nullable=False),
    sa.Column('thin', sa.Integer(), nullable=False),
    sa.Column('dark', sa.Integer(), nullable=False),
    sa.Column('unknown', sa.Integer(), nullable=False),
    sa.Column('expected', sa.REAL(), nullable=False),
    sa.Column('expected_ok', sa.REAL(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    schema='news'
    )
    op.create_index('ix_slice_coverage_past', 'slice_coverage_past', ['slice_kind', 'slice', 'day'], unique=False, schema='news')
    op.create_index('ix_slice_coverage_past_until', 'slice_coverage_past', ['until'], unique=False, schema='news')
    op.create_table('source_days_past',
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.Column('expected', sa.REAL(), nullable=True),
    sa.Column('dispersion', sa.REAL(), nullable=True),
    sa.Column('polls', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('grade', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    schema='news'
    )
    op.create_index('ix_source_days_past', 'source_days_past', ['source_id', 'day'], unique=False, schema='news')
    op.create_index('ix_source_days_past_day', 'source_days_past', ['day'], unique=False, schema='news')
    op.create_index('ix_source_days_past_until', 'source_days_past', ['until'], unique=False, schema='news')
    op.add_column('counts', sa.Column('since', sa.DateTime(timezone=True), server_default=sa.text('news.clock()'), nullable=False, comment='when it was counted'), schema='news')
    op.add_column('slice_coverage', sa.Column('since', sa.DateTime(timezone=True), server_default=sa.text('news.clock()'), nullable=False, comment='when it was counted'), schema='news')
    op.add_column('source_days', sa.Column('since', sa.DateTime(timezone=True), server_default=sa.text('news.clock()'), nullable=False, comment='when it was counted'), schema='news')
    op.execute("ALTER TABLE news.counts SET (fillfactor = 80)")  # most rows of today are counted again soon
    for table, columns in COLUMNS.items():
        op.execute(
            f"""
            CREATE FUNCTION news.keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO news.{table}_past ({columns}, since, until)
                SELECT {columns}, since, news.clock() FROM replaced WHERE since < news.clock();
                RETURN NULL;
            END
            $$
            """
        )
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"""
                CREATE TRIGGER keep_{event.lower()} AFTER {event} ON news.{table} REFERENCING OLD TABLE AS replaced
                FOR EACH STATEMENT EXECUTE FUNCTION news.keep_{table}()
                """
            )


def downgrade() -> None:
    for table in COLUMNS:
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER keep_{event} ON news.{table}")
        op.execute(f"DROP FUNCTION news.keep_{table}()")
    op.execute("ALTER TABLE news.counts RESET (fillfactor)")
    op.drop_column('source_days', 'since', schema='news')
    op.drop_column('slice_coverage', 'since', schema='news')
    op.drop_column('counts', 'since', schema='news')
    op.drop_index('ix_source_days_past_until', table_name='source_days_past', schema='news')
    op.drop_index('ix_source_days_past_day', table_name='source_days_past', schema='news')
    op.drop_index('ix_source_days_past', table_name='source_days_past', schema='news')
    op.drop_table('source_days_past', schema='news')
    op.drop_index('ix_slice_coverage_past_until', table_name='slice_coverage_past', schema='news')
    op.drop_index('ix_slice_coverage_past', table_name='slice_coverage_past', schema='news')
    op.drop_table('slice_coverage_past', schema='news')
    op.drop_index('ix_counts_past_until', table_name='counts_past', schema='news')
    op.drop_index('ix_counts_past', table_name='counts_past', schema='news')
    op.drop_table('counts_past', schema='news')
