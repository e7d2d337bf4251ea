"""Where each text stands is kept row by row, cells are found by source and subject, tags mark the stories they bear on.

An index on the lists of texts had every cell that changed written anew into all indexes of the cube.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

MARK_TAGGED = """
    CREATE OR REPLACE FUNCTION news.mark_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        WITH tagged AS MATERIALIZED (
            SELECT articles.day, articles.source_id, articles.story_id
            FROM changed
            JOIN news.taxonomies ON taxonomies.id = changed.taxonomy_id AND taxonomies.is_current
            JOIN news.articles ON articles.id = changed.article_id AND articles.state = 'stored'
        ), stories AS (
            INSERT INTO news.dirty_stories (story_id) SELECT DISTINCT story_id FROM tagged WHERE story_id IS NOT NULL
        )
        INSERT INTO news.dirty_days (day, source_id) SELECT DISTINCT day, source_id FROM tagged;
        RETURN NULL;
    END
    $$
    """
MARK_TAGGED_BEFORE = """
    CREATE OR REPLACE FUNCTION news.mark_tagged() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO news.dirty_days (day, source_id)
        SELECT DISTINCT articles.day, articles.source_id
        FROM changed
        JOIN news.taxonomies ON taxonomies.id = changed.taxonomy_id AND taxonomies.is_current
        JOIN news.articles ON articles.id = changed.article_id AND articles.state = 'stored';
        RETURN NULL;
    END
    $$
    """
# The stories on days that wait were found by the days; they are marked themselves from now on.
WAITING = """
    INSERT INTO news.dirty_stories (story_id)
    SELECT DISTINCT articles.story_id
    FROM news.dirty_days
    JOIN news.articles ON articles.day = dirty_days.day AND articles.source_id = dirty_days.source_id
    WHERE articles.story_id IS NOT NULL
    """


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "cube_texts",
        sa.Column("origin_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("origin_id", "day", "source_id", "language", name=op.f("pk_cube_texts")),
        schema="news",
    )
    op.execute(
        """
        INSERT INTO news.cube_texts (origin_id, day, source_id, language)
        SELECT origin.id, cube.day, cube.source_id, cube.language
        FROM news.cube
        CROSS JOIN LATERAL unnest(cube.origins) AS origin (id)
        WHERE cube.taxonomy_id = 0 AND cube.about = 'coverage'
        """
    )
    op.drop_index("ix_cube_origins", table_name="cube", schema="news")
    op.create_index(
        "ix_cube_source_subject", "cube", ["source_id", "about_id", "about", "taxonomy_id", "day"], schema="news"
    )
    op.execute("ALTER TABLE news.cube SET (fillfactor = 85)")  # most cells of today are counted again soon
    op.execute(MARK_TAGGED)
    op.execute(WAITING)


def downgrade() -> None:
    op.execute(MARK_TAGGED_BEFORE)
    op.execute("ALTER TABLE news.cube RESET (fillfactor)")
    op.drop_index("ix_cube_source_subject", table_name="cube", schema="news")
    op.create_index(
        "ix_cube_origins",
        "cube",
        ["origins"],
        unique=False,
        schema="news",
        postgresql_using="gin",
        postgresql_where=sa.text("about = 'coverage'"),
    )
    op.drop_table("cube_texts", schema="news")
