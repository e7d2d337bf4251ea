"""Alerts: what stands out becomes a row that is told once and can be acknowledged or dismissed; what it was is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = (
    "id, kind, topic_id, slice_kind, slice, starts_on, ends_on, days, observed, expected, p, q, grade, completeness, "
    "story_id, hours, first_source, first_bloc, first_at, article_ids, headlines, taxonomy_id, event_id, made_at, "
    "emitted_at, state, state_reason, state_at"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '10s'")
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="burst, drop, silence or first-report"),
        sa.Column("topic_id", sa.SmallInteger(), nullable=False),
        sa.Column("slice_kind", sa.Text(), nullable=False),
        sa.Column("slice", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False, comment="how many days observed and expected are about"),
        sa.Column("observed", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=True),
        sa.Column("p", sa.Double(), nullable=True, comment="of the surest day"),
        sa.Column("q", sa.Double(), nullable=True, comment="of the surest day"),
        sa.Column("grade", sa.Text(), nullable=True, comment="of the least complete day"),
        sa.Column("completeness", sa.Double(), nullable=True, comment="of the least complete day"),
        sa.Column(
            "story_id",
            sa.BigInteger(),
            nullable=True,
            comment="a first report: the story; else the one that most of its articles tell",
        ),
        sa.Column(
            "hours",
            sa.Double(),
            nullable=True,
            comment="a first report: hours behind the first one of the story, by whomever",
        ),
        sa.Column("first_source", sa.Text(), nullable=True, comment="who reported that story, or the topic, first"),
        sa.Column("first_bloc", sa.Text(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "article_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False, comment="the articles that were observed"
        ),
        sa.Column(
            "headlines", postgresql.JSONB(), nullable=False, comment="some of them, the most related first"
        ),
        sa.Column("taxonomy_id", sa.Integer(), nullable=False, comment="the version in use when it was found"),
        sa.Column(
            "event_id",
            sa.Uuid(),
            server_default=sa.text("gen_random_uuid()"),
            nullable=False,
            comment="of its event",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "emitted_at", sa.DateTime(timezone=True), nullable=True, comment="when its event was taken; null: not yet"
        ),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True, comment="why it was dismissed, or what was noted"),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "since",
            sa.DateTime(timezone=True),
            server_default=sa.text("news.clock()"),
            nullable=False,
            comment="when the row became this",
        ),
        sa.CheckConstraint("kind IN ('burst', 'drop', 'silence', 'first-report')", name=op.f("ck_alerts_kind")),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'dismissed')", name=op.f("ck_alerts_state")),
        sa.CheckConstraint(
            "state <> 'dismissed' OR state_reason <> '' AND state_reason IS NOT NULL",
            name=op.f("ck_alerts_state_reason"),
        ),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_alerts_ends_on")),
        sa.ForeignKeyConstraint(["topic_id"], ["news.topics.id"], name=op.f("fk_alerts_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        schema="news",
    )
    op.create_index(
        "uq_alerts_run",
        "alerts",
        ["kind", "topic_id", "slice_kind", "slice", "starts_on"],
        unique=True,
        schema="news",
        postgresql_where=sa.text("kind <> 'first-report'"),
    )
    op.create_index(
        "uq_alerts_story",
        "alerts",
        ["slice_kind", "slice", "story_id"],
        unique=True,
        schema="news",
        postgresql_where=sa.text("kind = 'first-report'"),
    )
    op.execute("CREATE TABLE news.alerts_past (LIKE news.alerts)")
    op.execute("ALTER TABLE news.alerts_past ADD until timestamptz NOT NULL")
    op.create_index(op.f("ix_alerts_past_id"), "alerts_past", ["id"], unique=False, schema="news")
    op.execute(
        f"""
        CREATE FUNCTION news.keep_alerts() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO news.alerts_past ({COLUMNS}, since, until)
            SELECT {COLUMNS}, since, news.clock() FROM replaced WHERE since < news.clock();
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER keep_update AFTER UPDATE ON news.alerts REFERENCING OLD TABLE AS replaced
        FOR EACH STATEMENT EXECUTE FUNCTION news.keep_alerts()
        """
    )


def downgrade() -> None:
    op.drop_table("alerts", schema="news")
    op.execute("DROP FUNCTION news.keep_alerts()")
    op.drop_table("alerts_past", schema="news")
