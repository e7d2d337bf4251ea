"""Articles: which are due, claiming them, and saving what became of a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from extractors import urls
from extractors.outcomes import Settled, Work
from extractors.records import Article, DateOrigin, Entry, Outcome
from models import extractor_store, look_store, publisher_store, tag_store
from models.feed_store import clean
from models.publisher_store import Found
from models.queries import query
from models.tag_store import TaxonomyIds


@dataclass(frozen=True, slots=True)
class Due:
    """An article that waits to be fetched, and where."""

    article_id: int
    url: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saved batch came to: how many articles by outcome, and the days whose counts changed."""

    outcomes: dict[str, int] = field(default_factory=dict)
    days: tuple[date, ...] = ()


def due(db: Connection, run_id: int, *, now: datetime, limit: int, backfill: int | None = None) -> list[Due]:
    """Unclaimed articles whose time has come and that the run has not tried yet, the longest waiting first.

    Either those of an unfinished back-fill, or those of none: a year of archive must not stand before today's news.
    """
    rows = db.execute(query("articles_due"), {"run": run_id, "now": now, "limit": limit, "backfill": backfill})
    return [Due(row.id, row.url) for row in rows]


def claim(db: Connection, run_id: int, article_ids: Sequence[int], *, now: datetime) -> list[Work]:
    """Claim articles for a run; those that another run holds or that are settled are left out."""
    rows = db.execute(query("articles_claim"), {"run": run_id, "ids": list(article_ids), "now": now})
    return [
        Work(
            article_id=row.id,
            source_id=row.source_id,
            url=row.url,
            language_hint=row.source_language,
            attempts=row.attempts,
            aggregated=row.aggregated,
            entry=Entry(
                url=row.url,
                title=row.title,
                summary=row.summary,
                content_html=row.content_html,
                published_at=row.published_at,
                published_from=DateOrigin(row.published_from) if row.published_from else None,
                language=row.entry_language,
                authors=tuple(row.authors),
                publisher=row.publisher,
            ),
        )
        for row in rows
    ]


def save(
    db: Connection,
    run_id: int,
    settled: Sequence[Settled],
    ids: TaxonomyIds,
    *,
    now: datetime,
    look_after: Sequence[timedelta] = (),
) -> Saved:
    """Save what became of a batch of claimed articles, in a few statements; plan when to look at them again.

    Articles that the run no longer holds (it was taken for dead) are left to whoever holds them. An article whose
    page turns out to be another article's becomes its duplicate. Raises `tag_store.Superseded` when the articles were
    tagged by a version of the taxonomy that is no longer the current one.
    """
    tag_store.require_current(db, ids)
    held = set(db.execute(query("articles_held"), {"run": run_id, "ids": _ids(settled)}).scalars())
    settled = without_duplicates(db, [s for s in settled if s.work.article_id in held])
    save_pages(db, settled)
    _save_articles(db, run_id, settled, now)
    stored = [s for s in settled if s.outcome is Outcome.STORED]
    save_texts(db, stored)
    attribute(db, stored)
    tag_store.save(db, stored, ids, now=now)
    look_store.enrol(db, stored, look_after)
    days = tuple(sorted(db.execute(query("articles_days"), {"ids": _ids(stored)}).scalars()))
    outcomes: dict[str, int] = {}
    for one in settled:
        outcomes[one.outcome.value] = outcomes.get(one.outcome.value, 0) + 1
    return Saved(outcomes, days)


def attribute(db: Connection, stored: Iterable[Settled]) -> None:
    """Give those of these stored articles that an aggregator listed to whom published them."""
    publisher_store.attribute(db, [_listed(one) for one in stored if one.work.aggregated])


def _listed(one: Settled) -> Found:
    """A stored article that an aggregator listed."""
    article = _article(one)
    return Found(
        article_id=one.work.article_id,
        source_id=one.work.source_id,
        url=article.canonical_url,
        language=article.language,
        publisher=one.work.entry.publisher,
    )


def _ids(settled: Iterable[Settled]) -> list[int]:
    return [one.work.article_id for one in settled]


def _article(one: Settled) -> Article:
    assert one.reading is not None
    assert isinstance(one.reading.result, Article)
    return one.reading.result


def without_duplicates(db: Connection, settled: list[Settled]) -> list[Settled]:
    """Give each stored article its canonical address; the later claimant of one address becomes a duplicate."""
    stored = [one for one in settled if one.outcome is Outcome.STORED]
    if not stored:
        return settled
    canonicals = [(one.work.article_id, _article(one).canonical_url) for one in stored]
    claims = [(urls.key(canonical), own, canonical) for own, canonical in canonicals]
    keys, owners, addresses = zip(*claims, strict=True)
    db.execute(query("addresses_take"), {"keys": list(keys), "ids": list(owners), "urls": list(addresses)})
    owner_of = {
        bytes(row.url_key): row.article_id for row in db.execute(query("addresses_known"), {"keys": list(keys)})
    }
    merged = {own: owner_of[key] for key, own, _ in claims if owner_of[key] != own}
    if merged:
        db.execute(query("articles_merge"), {"ids": list(merged), "targets": list(merged.values())})
    return [_merged(one) if one.work.article_id in merged else one for one in settled]


def _merged(one: Settled) -> Settled:
    return Settled(
        work=one.work,
        outcome=Outcome.DUPLICATE,
        reason="same article",
        status=one.status,
        bytes=one.bytes,
        elapsed_ms=one.elapsed_ms,
    )


def save_pages(db: Connection, settled: Iterable[Settled]) -> None:
    """Keep the raw pages among what was read."""
    # Rows in one pipeline, not one array: in an array each body would be escaped as text, 0.3 ms of CPU a page.
    rows = [
        {
            "month": month(one),
            "hash": one.reading.raw.content_hash,
            "body": one.reading.raw.body,
            "type": clean(one.content_type),
            "url": clean(one.final_url),
            "size": one.reading.raw.size,
            "at": one.fetched_at,
        }
        for one in settled
        if one.reading and one.reading.raw and one.fetched_at
    ]
    if rows:
        db.execute(query("pages_insert"), rows)


def month(one: Settled) -> date | None:
    """The partition of its raw page, if that is to be kept."""
    return one.fetched_at.date().replace(day=1) if one.fetched_at and one.reading and one.reading.raw else None


def _save_articles(db: Connection, run_id: int, settled: Sequence[Settled], now: datetime) -> None:
    if not settled:
        return
    articles = [_article(one) if one.outcome is Outcome.STORED else None for one in settled]
    prints = [one.reading.fingerprint if one.reading else None for one in settled]
    editions = [one.reading.edition if one.reading else "" for one in settled]
    extractors = extractor_store.enter(db, editions, now=now)
    db.execute(
        query("articles_settle"),
        {
            "run": run_id,
            "now": now,
            "ids": _ids(settled),
            "outcomes": [one.outcome.value for one in settled],
            "reasons": [one.reason for one in settled],
            "retries": [one.retry_at for one in settled],
            "statuses": [one.status for one in settled],
            "bytes": [one.bytes for one in settled],
            "elapsed": [one.elapsed_ms for one in settled],
            "fetched": [one.fetched_at for one in settled],
            "months": [month(one) for one in settled],
            "hashes": [one.reading.raw.content_hash if one.reading and one.reading.raw else None for one in settled],
            "titles": [a.title if a else None for a in articles],
            "languages": [a.language if a else None for a in articles],
            "grades": [a.grade.value if a else None for a in articles],
            "methods": [a.method if a else None for a in articles],
            "published": [a.published_at if a else None for a in articles],
            "origins": [a.published_from.value if a and a.published_from else None for a in articles],
            "words": [p.words if p else None for p in prints],
            "contents": [p.content_hash if p else None for p in prints],
            "extractors": [extractors.get(edition) for edition in editions],
        },
    )


def save_texts(db: Connection, stored: Sequence[Settled]) -> None:
    """Keep the texts of articles that were read, and the bands under which their copies are looked up."""
    if not stored:
        return
    rows = [
        {
            "id": one.work.article_id,
            "text": article.text,
            "authors": list(article.authors),
            "syndicated": article.syndicated_from,
        }
        for one, article in ((one, _article(one)) for one in stored)
    ]
    db.execute(query("texts_upsert"), rows)
    bands = [(band, one.work.article_id) for one in stored if one.reading for band in one.reading.bands]
    if bands:
        hashes, owners = zip(*bands, strict=True)
        db.execute(query("bands_replace"), {"ids": _ids(stored)})
        db.execute(query("bands_insert"), {"hashes": list(hashes), "ids": list(owners)})
