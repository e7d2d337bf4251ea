"""Which editions of the extractor have read pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from models.tables import extractors


def enter(db: Connection, editions: Iterable[str], *, now: datetime) -> dict[str, int]:
    """The numbers under which these editions are kept from now on."""
    names = sorted(set(editions) - {""})
    if not names:
        return {}
    known = _ids(db, names)
    missing = [{"name": name, "first_used_at": now} for name in names if name not in known]
    if missing:
        db.execute(insert(extractors).on_conflict_do_nothing(), missing)
        known = _ids(db, names)
    return known


def _ids(db: Connection, names: list[str]) -> dict[str, int]:
    rows = db.execute(select(extractors.c.name, extractors.c.id).where(extractors.c.name.in_(names)))
    return dict(rows.tuples().all())
