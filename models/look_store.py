"""Looks: which stored articles are to be looked at again, and claiming them. What they bring `revision_store` saves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from extractors import looks, urls
from extractors.edition import edition
from extractors.outcomes import KeptPage, Known, Look, Settled, Work
from extractors.records import Article, DateOrigin, Entry, Grade
from models.queries import query

FROM_FEED = "feed"
"""The method of a text that a feed gave: there is no page to compare."""


def enrol(db: Connection, stored: Sequence[Settled], after: Sequence[timedelta]) -> None:
    """Plan the first look at articles that were just stored and read off their page, `after` their fetch."""
    planned = [(one, plan) for one in stored if (plan := _first(one, after))]
    if not planned:
        return
    values = {
        "ids": [one.work.article_id for one, _ in planned],
        "since": [one.fetched_at for one, _ in planned],
        "due": [plan.due_at for _, plan in planned],
        "etags": [one.etag for one, _ in planned],
        "modified": [one.last_modified for one, _ in planned],
    }
    db.execute(query("looks_enrol"), values)


def _first(one: Settled, after: Sequence[timedelta]) -> looks.Plan | None:
    result = one.reading.result if one.reading else None
    if one.fetched_at is None or not isinstance(result, Article) or result.method == FROM_FEED:
        return None
    return looks.first(result.published_at, one.fetched_at, after)


def due(db: Connection, run_id: int, *, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Articles to look at now, with their address: unclaimed and not tried by the run, the longest waiting first."""
    rows = db.execute(query("looks_due"), {"run": run_id, "now": now, "limit": limit})
    return [(row.id, row.url) for row in rows]


def claim(db: Connection, run_id: int, article_ids: Sequence[int], *, now: datetime) -> list[Look]:
    """Claim looks for a run; those that another run holds or that are not due are left out."""
    values = {"run": run_id, "ids": list(article_ids), "now": now, "edition": edition()}
    return [_look(row) for row in db.execute(query("looks_claim"), values)]


def _reached(final_url: str | None) -> frozenset[bytes]:
    """Where redirects led the last time: the article has not moved when they lead there again."""
    canonical = urls.canonical(final_url) if final_url else None
    return frozenset({urls.key(canonical)} if canonical else ())


def _look(row: Any) -> Look:
    entry = Entry(
        url=row.url,
        title=row.entry_title,
        published_at=row.published_at,
        published_from=DateOrigin(row.published_from) if row.published_from else None,
        language=row.entry_language,
        authors=tuple(row.authors),
    )  # without the feed's own text: it must not stand in for a page that has gone behind a wall
    page = None
    if row.body is not None:
        page = KeptPage(body=bytes(row.body), size=row.size, content_type=row.content_type, final_url=row.final_url)
    known = Known(
        title=row.title,
        text=row.text,
        grade=Grade(row.grade) if row.grade else Grade.FULL,
        edition=row.edition,
        body_hash=bytes(row.page_hash) if row.page_hash is not None else None,
        page=page,
    )
    return Look(
        work=Work(
            article_id=row.article_id,
            source_id=row.source_id,
            url=row.url,
            entry=entry,
            language_hint=row.source_language,
            attempts=row.failures,
        ),
        number=row.number,
        since=row.since,
        known=known,
        addresses=frozenset(map(bytes, row.addresses)) | _reached(row.final_url),
        etag=row.etag,
        last_modified=row.last_modified,
        failed_as=row.failed_as,
        deleted=row.deleted,
    )
