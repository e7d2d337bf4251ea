"""The tables of alerts: what was found, told once, and what somebody thought of it. `models.tables` names them, too."""

from __future__ import annotations

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from models.metadata import Instant, key, metadata

# Nothing here but the topic is a foreign key: a packet outlives the articles, stories and versions that it is about.
alerts = Table(
    "alerts",
    metadata,
    key(),
    Column("kind", Text, nullable=False, comment="burst, drop, silence or first-report"),
    Column("topic_id", SmallInteger, ForeignKey("news.topics.id"), nullable=False),
    Column("slice_kind", Text, nullable=False),
    Column("slice", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("days", Integer, nullable=False, comment="how many days observed and expected are about"),
    Column("observed", Integer, nullable=False),
    Column("expected", Double),
    Column("p", Double, comment="of the surest day"),
    Column("q", Double, comment="of the surest day"),
    Column("grade", Text, comment="of the least complete day"),
    Column("completeness", Double, comment="of the least complete day"),
    Column("story_id", BigInteger, comment="a first report: the story; else the one that most of its articles tell"),
    Column("hours", Double, comment="a first report: hours behind the first one of the story, by whomever"),
    Column("first_source", Text, comment="who reported that story, or the topic, first"),
    Column("first_bloc", Text),
    Column("first_at", Instant),
    Column("article_ids", ARRAY(BigInteger), nullable=False, comment="the articles that were observed"),
    Column("headlines", JSONB, nullable=False, comment="some of them, the most related first"),
    Column("taxonomy_id", Integer, nullable=False, comment="the version in use when it was found"),
    Column("event_id", Uuid, nullable=False, server_default=text("gen_random_uuid()"), comment="of its event"),
    Column("made_at", Instant, nullable=False),
    Column("emitted_at", Instant, comment="when its event was taken; null: not yet"),
    Column("state", Text, nullable=False, server_default="open"),
    Column("state_reason", Text, comment="why it was dismissed, or what was noted"),
    Column("state_at", Instant),
    Column("since", Instant, nullable=False, server_default=text("news.clock()"), comment="when the row became this"),
    CheckConstraint("kind IN ('burst', 'drop', 'silence', 'first-report')", name="kind"),
    CheckConstraint("state IN ('open', 'acknowledged', 'dismissed')", name="state"),
    CheckConstraint("state <> 'dismissed' OR state_reason <> '' AND state_reason IS NOT NULL", name="state_reason"),
    CheckConstraint("starts_on <= ends_on", name="ends_on"),
    # One finding is one alert: a run of days in a slice of a topic; a story in a slice.
    Index(
        "uq_alerts_run", "kind", "topic_id", "slice_kind", "slice", "starts_on",
        unique=True, postgresql_where=text("kind <> 'first-report'"),
    ),
    Index(
        "uq_alerts_story", "slice_kind", "slice", "story_id",
        unique=True, postgresql_where=text("kind = 'first-report'"),
    ),
)  # fmt: skip

alerts_past = Table(
    "alerts_past",
    metadata,
    Column("id", BigInteger, nullable=False, index=True),
    *(Column(column.name, column.type, nullable=column.nullable) for column in list(alerts.columns)[1:]),
    Column("until", Instant, nullable=False),
)
"""The same as they were: rows that have been found larger or been judged since; written by a trigger."""
