"""Which tagger a taxonomy version belongs to, so that a release that tags differently makes a version of its own.

Versions that are there already get 0: nobody knows by which tagger their articles were tagged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.add_column(
        "taxonomies",
        sa.Column(
            "revision",
            sa.SmallInteger(),
            server_default="0",
            nullable=False,
            comment="of the tagger that read it; 0: before they were counted",
        ),
        schema="news",
    )
    op.alter_column("taxonomies", "revision", server_default=None, schema="news")
    op.drop_constraint("uq_taxonomies_digest", "taxonomies", schema="news")
    op.create_unique_constraint("uq_taxonomies_digest_revision", "taxonomies", ["digest", "revision"], schema="news")


def downgrade() -> None:
    op.drop_constraint("uq_taxonomies_digest_revision", "taxonomies", schema="news")
    # The same file under several revisions was one version: the one in use, else the newest, stays.
    op.execute(
        """
        DELETE FROM news.taxonomies USING (
            SELECT id, row_number() OVER (PARTITION BY digest ORDER BY is_current DESC, id DESC) AS place
            FROM news.taxonomies
        ) AS ranked
        WHERE ranked.id = taxonomies.id AND ranked.place > 1
        """
    )
    op.create_unique_constraint("uq_taxonomies_digest", "taxonomies", ["digest"], schema="news")
    op.drop_column("taxonomies", "revision", schema="news")
