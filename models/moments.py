"""The moment that views speak of: the present, or an earlier one, as the database was seen and tagged by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from models.queries import query


@dataclass(frozen=True, slots=True)
class Moment:
    """What a question is about: when, and by which version of the taxonomy."""

    at: datetime
    today: date
    """The UTC day of `at`: the one day that is not over."""
    taxonomy: str | None
    """Name of the taxonomy in use at that moment; None when there was none yet."""
    taxonomy_id: int | None
    taxonomy_made_at: datetime | None
    revision: int | None
    """Of the tagger that this version was made for."""


def speak_of(db: Connection, moment: datetime | None) -> None:
    """Let every view of this transaction speak of an earlier moment; None: of the present."""
    setting = sa.text("SELECT set_config('wirewatch.as_of', :moment, true)")
    db.execute(setting, {"moment": moment.isoformat() if moment else ""})


def spoken_of(db: Connection) -> Moment:
    """The moment that views of this transaction speak of."""
    return Moment(**db.execute(query("moment")).mappings().one())


def first_seen(db: Connection) -> datetime | None:
    """When the first of the stored articles was seen; None when there is none."""
    return db.execute(query("moment_first_seen")).scalar()
