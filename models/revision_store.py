"""Revisions: what looks at stored articles brought, and what an article said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from extractors import looks, urls
from extractors.outcomes import Looked
from extractors.records import Article, Outcome
from extractors.revision import Change
from models import article_store, rereading
from models.queries import query
from models.tag_store import TaxonomyIds

NEW_ADDRESS = "to a new address"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a saved batch of looks came to: how many by outcome."""

    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Held:
    """What the run still looks at: the source of each article and its topics before."""

    stored: frozenset[int]
    sources: Mapping[int, int]
    topics: Mapping[int, frozenset[int]]


def save(
    db: Connection,
    run_id: int,
    looked: Sequence[Looked],
    ids: TaxonomyIds,
    *,
    now: datetime,
    look_after: Sequence[timedelta],
) -> Saved:
    """Save what a batch of claimed looks brought: a changed text becomes a revision, the article gets the new one.

    Looks that the run no longer holds are left to whoever holds them. Raises `tag_store.Superseded` when the articles
    were tagged by a version of the taxonomy that is no longer the current one.
    """
    rereading.hold(db, ids)
    held = _hold(db, run_id, looked, ids)
    looked = [_still(one, held) for one in looked if one.look.work.article_id in held.sources]
    looked = _moved(db, looked)
    article_store.save_pages(db, [one.settled for one in looked if one.settled.outcome is Outcome.REVISED])
    _keep_revisions(db, run_id, looked, held, ids)
    reread = [one.settled for one in looked if _is_other_text(one)]
    rereading.apply(db, reread, ids, dates=False, now=now)
    _mark_missing(db, looked)
    _settle(db, run_id, looked, held, now=now, look_after=look_after)
    outcomes: dict[str, int] = {}
    for one in looked:
        outcomes[one.settled.outcome.value] = outcomes.get(one.settled.outcome.value, 0) + 1
    return Saved(outcomes)


def _hold(db: Connection, run_id: int, looked: Sequence[Looked], ids: TaxonomyIds) -> _Held:
    numbers = [one.look.work.article_id for one in looked]
    values = {"ids": numbers, "run": run_id, "taxonomy": ids.taxonomy}
    rows = db.execute(query("looks_held"), values).all()
    return _Held(
        frozenset(row.article_id for row in rows if row.state == "stored"),
        {row.article_id: row.source_id for row in rows},
        {row.article_id: frozenset(row.topic_ids) for row in rows},
    )


def _still(one: Looked, held: _Held) -> Looked:
    """The same, unless a re-extraction has meanwhile found the article to be none."""
    if one.look.work.article_id in held.stored:
        return one
    settled = replace(one.settled, outcome=Outcome.REJECTED, reason=looks.NO_MORE, reading=None)
    return replace(one, settled=settled)


def _article(one: Looked) -> Article | None:
    result = one.settled.reading.result if one.settled.reading else None
    return result if isinstance(result, Article) else None


def _moved(db: Connection, looked: list[Looked]) -> list[Looked]:
    """Judge by the address that a page names as its own: another article's page is no version of this one."""
    claims = {}
    for one in looked:
        address = _address(one)
        if address is not None and (key := urls.key(address)) not in one.look.addresses:
            claims[one.look.work.article_id] = (key, address)
    if not claims:
        return looked
    keys, addresses = zip(*claims.values(), strict=True)
    db.execute(query("addresses_take"), {"keys": list(keys), "ids": list(claims), "urls": list(addresses)})
    owners = {bytes(row.url_key): row.article_id for row in db.execute(query("addresses_known"), {"keys": list(keys)})}
    return [_judged(one, claims, owners) for one in looked]


def _address(one: Looked) -> str | None:
    """The address that the article has now, in canonical form; None where the look does not tell."""
    if (article := _article(one)) is not None:
        return article.canonical_url
    same = one.settled.outcome is Outcome.UNCHANGED and one.settled.final_url
    return urls.canonical(one.settled.final_url) if same else None


def _judged(one: Looked, claims: Mapping[int, tuple[bytes, str]], owners: Mapping[bytes, int]) -> Looked:
    own = one.look.work.article_id
    if own not in claims:
        return one
    if owners[claims[own][0]] != own:
        settled = replace(one.settled, outcome=Outcome.MOVED, reason=looks.ANOTHER, reading=None)
    elif one.settled.outcome is Outcome.UNCHANGED:
        settled = replace(one.settled, outcome=Outcome.MOVED, reason=NEW_ADDRESS)
    else:
        settled = one.settled
    return replace(one, settled=settled)


def _is_other_text(one: Looked) -> bool:
    return one.settled.outcome is Outcome.REVISED and bool(one.change)


def _keep_revisions(db: Connection, run_id: int, looked: Sequence[Looked], held: _Held, ids: TaxonomyIds) -> None:
    kept = [one for one in looked if one.settled.outcome in {Outcome.REVISED, Outcome.DELETED}]
    if not kept:
        return
    changes = [one.change if _is_other_text(one) else None for one in kept]
    articles = [_article(one) if change else None for one, change in zip(kept, changes, strict=True)]
    topics = [_topics(one, held, ids) for one in kept]
    db.execute(
        query("revisions_insert"),
        {
            "run": run_id,
            "taxonomy": ids.taxonomy,
            "ids": [one.look.work.article_id for one in kept],
            "kinds": [_kind(one) for one in kept],
            "seen": [one.settled.fetched_at for one in kept],
            "titles": [article.title if article else "" for article in articles],
            "words": [_words(one) if change else None for one, change in zip(kept, changes, strict=True)],
            "headlines": [bool(change and change.headline) for change in changes],
            "added": [_counted(change).added for change in changes],
            "removed": [_counted(change).removed for change in changes],
            "gained": [_spelled(after - before) for before, after in topics],
            "lost": [_spelled(before - after) for before, after in topics],
        },
    )


def _kind(one: Looked) -> str:
    if one.settled.outcome is Outcome.DELETED:
        return "deletion"
    if one.look.deleted:
        return "return"
    article = _article(one)
    return "fuller" if article is not None and article.grade is not one.look.known.grade else "edit"


def _counted(change: Change | None) -> Change:
    return change or Change()


def _words(one: Looked) -> int | None:
    reading = one.settled.reading
    return reading.fingerprint.words if reading and reading.fingerprint else None


def _topics(one: Looked, held: _Held, ids: TaxonomyIds) -> tuple[frozenset[int], frozenset[int]]:
    """The topics before and after."""
    before = held.topics[one.look.work.article_id]
    tagging = one.settled.reading.tagging if one.settled.reading and _is_other_text(one) else None
    return before, before if tagging is None else frozenset(ids.topics[tag.topic] for tag in tagging.tags)


def _spelled(numbers: Iterable[int]) -> str:
    return " ".join(map(str, sorted(numbers)))


def _mark_missing(db: Connection, looked: Sequence[Looked]) -> None:
    gone = {one.look.work.article_id: one.settled.fetched_at for one in looked if _kind_of(one) == "deletion"}
    back = {one.look.work.article_id: None for one in looked if _kind_of(one) == "return"}
    marks = gone | back
    if marks:
        db.execute(query("articles_missing"), {"ids": list(marks), "at": list(marks.values())})


def _kind_of(one: Looked) -> str | None:
    return _kind(one) if one.settled.outcome in {Outcome.REVISED, Outcome.DELETED} else None


def _settle(
    db: Connection,
    run_id: int,
    looked: Sequence[Looked],
    held: _Held,
    *,
    now: datetime,
    look_after: Sequence[timedelta],
) -> None:
    if not looked:
        return
    settled = [one.settled for one in looked]
    plans = [
        looks.after(one, look_after, now=now) if one.settled.outcome is not Outcome.WAITING else None for one in looked
    ]
    db.execute(
        query("looks_settle"),
        {
            "run": run_id,
            "now": now,
            "ids": [one.work.article_id for one in settled],
            "sources": [held.sources[one.work.article_id] for one in settled],
            "outcomes": [one.outcome.value for one in settled],
            "reasons": [one.reason for one in settled],
            "statuses": [one.status for one in settled],
            "bytes": [one.bytes for one in settled],
            "elapsed": [one.elapsed_ms for one in settled],
            "numbers": [plan.number if plan else None for plan in plans],
            "due": [plan.due_at if plan else None for plan in plans],
            "failures": [plan.failures if plan else None for plan in plans],
            "etags": [one.etag for one in settled],
            "modified": [one.last_modified for one in settled],
        },
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """The two sides of a run's looks, counted from different tables."""

    taken: int
    """Looks that the run took on."""
    ended: int
    """Those with an outcome."""
    changed: int
    """Those that found a revision or a deletion."""
    kept: int
    """Revisions that the run has kept."""
    unsettled: int
    """Looks that it still holds."""

    @property
    def holds(self) -> bool:
        """Whether every look of the run has exactly one outcome, and every change is kept."""
        return self.taken == self.ended and self.changed == self.kept and self.unsettled == 0

    def __str__(self) -> str:
        return (
            f"{self.taken} looks taken on, {self.ended} ended; {self.changed} found a change, {self.kept} of these are "
            f"kept; {self.unsettled} unsettled"
        )


def balance(db: Connection, run_id: int) -> Balance:
    """Both sides of the looks of a run."""
    return Balance(**db.execute(query("looks_balance"), {"run": run_id}).one()._mapping)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One change of an article that was seen."""

    number: int
    kind: str
    """`edit`, `fuller` (more of the same text), `deletion` or `return`."""
    seen_at: datetime
    title: str
    """The headline before."""
    new_title: str
    text: str | None
    """The text before; None where it did not change."""
    headline_changed: bool
    sentences_added: int
    sentences_removed: int
    topics_gained: tuple[str, ...]
    topics_lost: tuple[str, ...]


def of_article(db: Connection, article_id: int) -> tuple[Revision, ...]:
    """The revisions of an article, the first one first."""
    rows = db.execute(query("revisions_of"), {"article": article_id}).mappings()
    return tuple(
        Revision(**{**row, "topics_gained": tuple(row["topics_gained"]), "topics_lost": tuple(row["topics_lost"])})
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """A change that a run saw, in one line."""

    source: str
    url: str
    kind: str
    title: str
    new_title: str
    headline_changed: bool
    sentences_added: int
    sentences_removed: int


def seen(db: Connection, run_id: int) -> list[Seen]:
    """The first fifty changes that a run saw: removals, changed headlines, then those with most sentences changed."""
    return [Seen(**row._mapping) for row in db.execute(query("revisions_seen"), {"run": run_id})]
