"""Sources and feeds as `feeds.toml` declares them, kept in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, select, update
from sqlalchemy.dialects.postgresql import insert

from extractors.records import Catalogue
from models.tables import feeds, sources


@dataclass(frozen=True, slots=True)
class Sync:
    """What bringing the database in line with a catalogue changed."""

    sources: int
    added: int
    removed: int
    watched: int


def sync(db: Connection, catalogue: Catalogue, *, now: datetime) -> Sync:
    """Make the watched feeds those of the catalogue; one that left it is kept, with the time it was watched until."""
    rows = [
        {
            "slug": source.slug, "name": source.name, "homepage": source.homepage, "country": source.country,
            "language": source.language, "kind": source.kind.value, "bloc": source.bloc, "family": source.family,
        }
        for source in catalogue.sources
    ]  # fmt: skip
    upsert = insert(sources)
    changed = {name: upsert.excluded[name] for name in rows[0] if name != "slug"} if rows else {}
    if rows:
        db.execute(upsert.on_conflict_do_update(index_elements=["slug"], set_=changed), rows)
    ids = dict(db.execute(select(sources.c.slug, sources.c.id)).tuples().all())
    known = {row.url: row.watched_until for row in db.execute(select(feeds.c.url, feeds.c.watched_until))}
    added = [feed for feed in catalogue.feeds if feed.url not in known]
    if added:
        db.execute(
            insert(feeds).on_conflict_do_nothing(index_elements=["url"]),
            [
                {"source_id": ids[f.source], "url": f.url, "note": f.note, "watched_since": now, "next_poll_at": now}
                for f in added
            ],
        )
    _keep_facts(db, catalogue, ids, known, now)
    listed = [feed.url for feed in catalogue.feeds]
    removed = db.execute(
        update(feeds).where(feeds.c.url.not_in(listed), feeds.c.watched_until.is_(None)).values(watched_until=now)
    ).rowcount
    watched = db.execute(select(func.count()).where(feeds.c.watched_until.is_(None))).scalar_one()
    return Sync(sources=len(rows), added=len(added), removed=removed, watched=watched)


def _keep_facts(
    db: Connection, catalogue: Catalogue, ids: dict[str, int], known: dict[str, datetime | None], now: datetime
) -> None:
    """Update what changed of feeds we know: their source, their note, and that they are watched again.

    One that was never watched, because only a back-fill has read it, is watched from now on.
    """
    rows = db.execute(select(feeds.c.url, feeds.c.source_id, feeds.c.note))
    facts = {row.url: (row.source_id, row.note) for row in rows}
    since = case((feeds.c.watched_until == feeds.c.watched_since, now), else_=feeds.c.watched_since)
    for feed in catalogue.feeds:
        if feed.url in known and (facts[feed.url] != (ids[feed.source], feed.note) or known[feed.url] is not None):
            db.execute(
                update(feeds)
                .where(feeds.c.url == feed.url)
                .values(
                    source_id=ids[feed.source],
                    note=feed.note,
                    watched_until=None,
                    watched_since=since,
                )
            )
