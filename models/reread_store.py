"""Reading again: which articles another edition of the extractor has read, and putting a new reading in place.

Which edition read an article stands with the article: that is all there is to know of how far a re-extraction is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from extractors.edition import edition
from extractors.outcomes import KeptPage, Known, PageReading, Settled, Work
from extractors.records import Article, DateOrigin, Entry, Grade, Outcome, Rejected
from models import article_store, extractor_store, origin_check, rereading, story_store
from models.queries import query
from models.tag_store import TaxonomyIds

SPAN = 2048
"""Article ids in a block, which one process at a time reads again."""


@dataclass(frozen=True, slots=True)
class Outdated:
    """Articles that another edition of the extractor has read, or none that is known."""

    readable: int
    """Of these, those that can be read again: their raw page is kept, or a feed gave their text."""
    gone: int
    """Those whose raw page has had its retention."""


@dataclass(frozen=True, slots=True)
class Block:
    """A range of article ids and how many articles of it can be read again."""

    number: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article as it is stored, or a page that was rejected, with all that is needed to read it again."""

    work: Work
    state: str
    """`stored` or `rejected`."""
    reason: str
    """Why it was rejected."""
    page: KeptPage | None
    """None: a feed gave the text."""
    page_hash: bytes | None
    read_at: datetime
    known: Known
    language: str | None
    method: str | None
    published_at: datetime | None
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reread:
    """An article and what it is by the edition at work."""

    kept: Kept
    reading: PageReading

    @property
    def article(self) -> Article | None:
        """The article that it is now."""
        return self.reading.result if isinstance(self.reading.result, Article) else None

    @property
    def kind(self) -> str:
        """`same`, `changed`, `gained` (an article now), `lost` (none any more), `rejected` (as before) or `unread`."""
        if isinstance(self.reading.result, Rejected):
            return "lost" if self.kept.state == "stored" else "rejected"
        if self.article is None:
            return "unread"
        if self.kept.state == "rejected":
            return "gained"
        return "same" if _facts(self.article) == _facts_of(self.kept) else "changed"


def _facts(article: Article) -> tuple[object, ...]:
    return (
        article.title, article.text, article.grade, article.language, article.method, article.published_at,
    )  # fmt: skip


def _facts_of(kept: Kept) -> tuple[object, ...]:
    return (
        kept.known.title, kept.known.text, kept.known.grade, kept.language, kept.method, kept.published_at,
    )  # fmt: skip


def outdated(db: Connection) -> Outdated:
    """How many articles another edition has read."""
    rows = db.execute(query("reread_counts"), {"edition": edition()}).all()
    counts = {page: sum(row.articles for row in rows if row.page == page) for page in ("readable", "page gone")}
    return Outdated(counts["readable"], counts["page gone"])


def blocks(db: Connection) -> list[Block]:
    """Where there are articles to read again."""
    rows = db.execute(query("reread_blocks"), {"edition": edition(), "span": SPAN})
    return [Block(row.block, row.articles) for row in rows]


def claim(db: Connection, block: int, *, wait: bool) -> bool:
    """Have this block until the transaction ends; False when another has it and we do not `wait`."""
    if wait:
        db.execute(query("reread_block_lock"), {"block": str(block)})
        return True
    return bool(db.execute(query("reread_block_try"), {"block": str(block)}).scalar_one())


def pick(db: Connection, *, sample: int | None) -> list[int]:
    """Ids of articles to read again: all, the newest first, or a sample of so many, the same each time."""
    return list(db.execute(query("reread_pick"), {"edition": edition(), "sample": sample}).scalars())


def following(db: Connection, block: int, *, limit: int) -> list[int]:
    """The next ids of a block to read again."""
    span = {"first": block * SPAN, "until": (block + 1) * SPAN, "limit": limit}
    return list(db.execute(query("reread_next"), {"edition": edition(), **span}).scalars())


def load(db: Connection, ids: Sequence[int], *, taxonomy: int) -> list[Kept]:
    """These articles with their raw pages and their topics by a taxonomy version."""
    rows = db.execute(query("reread_load"), {"ids": list(ids), "taxonomy": taxonomy})
    return [_kept(row) for row in rows]


def _kept(row: Any) -> Kept:
    entry = Entry(
        url=row.url,
        title=row.entry_title,
        summary=row.summary,
        content_html=row.content_html,
        published_at=row.entry_published_at,
        published_from=DateOrigin(row.entry_published_from) if row.entry_published_from else None,
        language=row.entry_language,
        authors=tuple(row.authors),
        publisher=row.publisher,
    )
    page = None
    if row.body is not None:
        page = KeptPage(body=bytes(row.body), size=row.size, content_type=row.content_type, final_url=row.final_url)
    return Kept(
        work=Work(
            article_id=row.id,
            source_id=row.source_id,
            url=row.url,
            entry=entry,
            language_hint=row.source_language,
            attempts=0,
            aggregated=row.aggregated,
        ),
        state=row.state,
        reason=row.reason,
        page=page,
        page_hash=bytes(row.page_hash) if row.page_hash is not None else None,
        read_at=row.read_at,
        known=Known(title=row.title, text=row.text, grade=Grade(row.grade) if row.grade else Grade.FULL),
        language=row.language,
        method=row.method,
        published_at=row.published_at,
        topics=frozenset(row.topics),
    )


def save(db: Connection, rereads: Sequence[Reread], ids: TaxonomyIds, *, now: datetime) -> dict[str, int]:
    """Put new readings in place, with tags, fingerprints, days, copies and stories; returns how many of which kind.

    An article that changed meanwhile (a look found an edit) is passed over: it has been read by this edition. Raises
    `tag_store.Superseded` when the articles were tagged by a version that is no longer the current one.
    """
    rereading.hold(db, ids)
    story_store.hold(db)
    held = _held(db, rereads)
    rereads = [one for one in rereads if one.kept.work.article_id in held]
    kinds: dict[str, list[Reread]] = {}
    for one in rereads:
        kinds.setdefault(one.kind, []).append(one)
    extractors = extractor_store.enter(db, [edition()], now=now)
    extractor = extractors[edition()]
    _note(db, [one for kind in ("same", "rejected", "unread") for one in kinds.get(kind, ())], extractor)
    admitted = _admit(db, kinds.get("gained", ()), extractor)
    changed = [_settled(one) for one in kinds.get("changed", ())]
    rereading.apply(db, [*changed, *admitted], ids, dates=True, now=now)
    _dismiss(db, kinds.get("lost", ()), extractor, now=now)
    return {kind: len(found) for kind, found in kinds.items()}


def _held(db: Connection, rereads: Sequence[Reread]) -> set[int]:
    values = {
        "ids": [one.kept.work.article_id for one in rereads],
        "states": [one.kept.state for one in rereads],
        "hashes": [one.kept.page_hash for one in rereads],
    }
    return set(db.execute(query("reread_held"), values).scalars())


def _settled(one: Reread) -> Settled:
    return Settled(work=one.kept.work, outcome=Outcome.STORED, reading=one.reading)


def _note(db: Connection, rereads: Sequence[Reread], extractor: int) -> None:
    if rereads:
        values = {"reasons": [_reason(one) or one.kept.reason for one in rereads], **_ids(rereads, extractor)}
        db.execute(query("articles_extracted"), values)


def _reason(one: Reread) -> str:
    return one.reading.result.reason if isinstance(one.reading.result, Rejected) else ""


def _ids(rereads: Sequence[Reread], extractor: int) -> Mapping[str, object]:
    return {"ids": [one.kept.work.article_id for one in rereads], "extractors": [extractor] * len(rereads)}


def _admit(db: Connection, gained: Sequence[Reread], extractor: int) -> list[Settled]:
    """Make articles of rejected pages; one whose address is another article's becomes its duplicate."""
    settled = article_store.without_duplicates(db, [_settled(one) for one in gained])
    twins = [one.work.article_id for one in settled if one.outcome is Outcome.DUPLICATE]
    if twins:
        db.execute(query("articles_duplicate"), {"ids": twins, "extractors": [extractor] * len(twins)})
    admitted = [one for one in settled if one.outcome is Outcome.STORED]
    if admitted:
        db.execute(query("articles_admit"), {"ids": [one.work.article_id for one in admitted]})
        article_store.attribute(db, admitted)
    return admitted


def _dismiss(db: Connection, lost: Sequence[Reread], extractor: int, *, now: datetime) -> None:
    if not lost:
        return
    numbers = [one.kept.work.article_id for one in lost]
    db.execute(query("articles_dismiss"), {"reasons": [_reason(one) for one in lost], **_ids(lost, extractor)})
    origin_check.recheck(db, (), gone=numbers, now=now)
    stories = list(db.execute(query("articles_dismissed"), {"ids": numbers}).scalars())
    story_store.recount(db, stories)
