"""What polling learns about a feed beyond its rhythm, a queue for each host, and robots.txt kept between runs.

`failing` is called `broken` now: a feed that is blocked or gone fails as well.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
NEW_ON_FEEDS = (
    sa.Column("advice", sa.Text(), nullable=True, comment="what a person can do about it"),
    sa.Column("wish_minutes", sa.Integer(), nullable=True, comment="how often its publisher wants to be asked"),
    sa.Column("not_modified", sa.Integer(), nullable=False, server_default="0", comment="304s in a row"),
    sa.Column("last_whole_at", INSTANT, nullable=True, comment="when a whole document last came"),
    sa.Column(
        "plain_until",
        INSTANT,
        nullable=True,
        comment="asked without validators until then: its server said 304 falsely",
    ),
    sa.Column(
        "address",
        sa.Text(),
        nullable=True,
        comment="where it is asked since a permanent redirect has held; null: at url",
    ),
    sa.Column("moved_polls", sa.Integer(), nullable=False, server_default="0", comment="polls in a row sent to moved_to"),
    sa.Column("moved_since", INSTANT, nullable=True),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    for column in NEW_ON_FEEDS:
        op.add_column("feeds", column, schema="news")
    op.execute("UPDATE news.feeds SET state = 'broken' WHERE state = 'failing'")
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text(), nullable=False, comment="with its port, unless that is the usual one"),
        sa.Column(
            "free_at", INSTANT, nullable=False, comment="when its next request may start; earlier ones are booked"
        ),
        sa.Column("held_until", INSTANT, nullable=True, comment="until when it wants to be left alone"),
        sa.Column(
            "crawl_delay", sa.REAL(), nullable=True, comment="seconds between two requests that its robots.txt wants"
        ),
        sa.Column("latency", sa.REAL(), nullable=True, comment="seconds its answers took, smoothed"),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
        schema="news",
    )
    # Every request moves `free_at`: room on the page keeps those updates off the index.
    op.execute("ALTER TABLE news.hosts SET (fillfactor = 50)")
    op.create_table(
        "robots",
        sa.Column("site", sa.Text(), nullable=False, comment="scheme and host"),
        sa.Column("fetched_at", INSTANT, nullable=True, comment="when it last answered; null: never yet"),
        sa.Column("status", sa.SmallInteger(), nullable=True, comment="what it answered then"),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, server_default="", comment="its beginning, as far as we read"
        ),
        sa.Column("failing_since", INSTANT, nullable=True, comment="since when it cannot be had; null: it can"),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_robots")),
        schema="news",
    )


def downgrade() -> None:
    op.drop_table("robots", schema="news")
    op.drop_table("hosts", schema="news")
    op.execute("UPDATE news.feeds SET state = 'failing' WHERE state = 'broken'")
    op.execute("UPDATE news.feeds SET state = 'ok' WHERE state IN ('unchanged', 'undated', 'moved')")
    for column in reversed(NEW_ON_FEEDS):
        op.drop_column("feeds", column.name, schema="news")
