"""A stored article gets another text: everything that was made of the old one follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from extractors.outcomes import Settled
from extractors.records import Article
from models import article_store, extractor_store, origin_check, tag_store
from models.queries import query
from models.tag_store import TaxonomyIds


def hold(db: Connection, ids: TaxonomyIds) -> None:
    """Prepare to replace texts in this transaction; call it before any article is locked.

    Keeps the taxonomy version, waits for those who are tagging stored texts, and lets nobody else group copies. Raises
    `tag_store.Superseded` when `ids` is no longer the current version.
    """
    tag_store.require_current(db, ids)
    db.execute(query("texts_change"))
    origin_check.hold(db)


def apply(db: Connection, reread: Sequence[Settled], ids: TaxonomyIds, *, dates: bool, now: datetime) -> None:
    """Give stored articles the text, headline, tags and fingerprint of a new reading.

    `dates` says whether the date of publication follows, too. Copies are judged again and looked for anew. What other
    taxonomy versions said of the old texts is forgotten.
    """
    if not reread:
        return
    numbers = [one.work.article_id for one in reread]
    db.execute(query("articles_reread"), _rows(db, reread, dates=dates, now=now))
    article_store.save_texts(db, reread)
    tag_store.save(db, reread, ids, now=now)
    db.execute(query("tags_forget_others"), {"ids": numbers, "taxonomy": ids.taxonomy})
    origin_check.recheck(db, numbers, now=now)


def _rows(db: Connection, reread: Sequence[Settled], *, dates: bool, now: datetime) -> dict[str, object]:
    readings = [one.reading for one in reread if one.reading]
    articles = [reading.result for reading in readings if isinstance(reading.result, Article)]
    prints = [reading.fingerprint for reading in readings]
    extractors = extractor_store.enter(db, [reading.edition for reading in readings], now=now)
    return {
        "ids": [one.work.article_id for one in reread],
        "titles": [a.title for a in articles],
        "languages": [a.language for a in articles],
        "grades": [a.grade.value for a in articles],
        "methods": [a.method for a in articles],
        "words": [p.words if p else None for p in prints],
        "contents": [p.content_hash if p else None for p in prints],
        "extractors": [extractors.get(reading.edition) for reading in readings],
        "months": [article_store.month(one) for one in reread],
        "hashes": [reading.raw.content_hash if reading.raw else None for reading in readings],
        "published": [a.published_at for a in articles],
        "origins": [a.published_from.value if a.published_from else None for a in articles],
        "dates": dates,
    }
