"""Versions of the taxonomy side by side: what one has not looked at yet, switching over, comparing, forgetting.

Which stored articles have no `taggings` row of a version is all there is to know about how far a retag is: there is no
queue. Locks of the database keep it right, whoever dies: those who add tags of a version share one that its switch
takes alone; those who store articles share one that any switch takes alone (`tag_store.require_current`); and one block
of articles is tagged by one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from extractors.errors import Misconfigured
from extractors.records import Evidence
from models import burst_store, cube_store, story_store, tag_store
from models.queries import query
from models.tables import articles, taxonomies

SPAN = 2048
"""Article ids in a block: at most so many articles, and so a second or two of tagging."""
FORGET_SPAN = 50_000
"""Article ids whose old tags go in one transaction."""


@dataclass(frozen=True, slots=True)
class Block:
    """A range of article ids and how many stored articles of it a version has not looked at."""

    number: int
    articles: int


@dataclass(frozen=True, slots=True)
class Untagged:
    """A stored article as a tagger wants it."""

    article_id: int
    day: date
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A taxonomy version as it is kept; one whose tags were pruned has no articles."""

    id: int
    name: str
    digest: bytes
    revision: int
    """Of the tagger; 0: made before revisions were counted."""
    made_at: datetime
    is_current: bool
    articles: int

    @property
    def label(self) -> str:
        """Its number and the start of its digest, which `topics list` shows of a file."""
        return f"{self.id} ({self.digest.hex()[:8]})"

    def is_of(self, digest: bytes, revision: int) -> bool:
        """Whether it is this file, read by this revision of the tagger."""
        return self.digest == digest and self.revision == revision


@dataclass(frozen=True, slots=True)
class TopicChange:
    """What another version of the taxonomy means for one topic, in articles that both versions have looked at."""

    topic: str
    before: int
    after: int
    gained: int
    lost: int


def stored(db: Connection) -> int:
    """How many articles there are to tag at all."""
    return db.execute(select(func.count()).where(articles.c.state == "stored")).scalar_one()


def blocks(db: Connection, taxonomy_id: int) -> list[Block]:
    """Where a version still has articles to look at; empty when it has seen all."""
    rows = db.execute(query("retag_blocks"), {"taxonomy": taxonomy_id, "span": SPAN})
    return [Block(row.block, row.articles) for row in rows]


def claim(db: Connection, taxonomy_id: int, block: int, *, wait: bool) -> bool:
    """Have this block for this version until the transaction ends; False when another has it and we do not `wait`."""
    db.execute(query("texts_stay"))
    db.execute(query("retag_share"), {"taxonomy": taxonomy_id})
    key = {"taxonomy": str(taxonomy_id), "block": str(block)}
    if wait:
        db.execute(query("retag_block_lock"), key)
        return True
    return bool(db.execute(query("retag_block_try"), key).scalar_one())


def untagged(db: Connection, taxonomy_id: int, block: int, *, limit: int, longest: int) -> list[Untagged]:
    """Up to `limit` articles of a block that a version has not looked at, with at most `longest` characters of text."""
    span = {"first": block * SPAN, "until": (block + 1) * SPAN, "limit": limit, "longest": longest}
    rows = db.execute(query("retag_texts"), {"taxonomy": taxonomy_id, **span})
    return [Untagged(*row) for row in rows]


def is_current(db: Connection, taxonomy_id: int) -> bool:
    """Whether trends are counted by this version."""
    return bool(db.execute(select(taxonomies.c.is_current).where(taxonomies.c.id == taxonomy_id)).scalar())


def begin_switch(db: Connection, taxonomy_id: int) -> bool:
    """Count all days by this version, then keep everybody from storing articles; False: it is the current one already.

    What follows in the same transaction: look at what was stored meanwhile (`blocks`, `untagged`), then `end_switch`.
    Articles go on being stored while the days are counted, which takes longest; their days are marked, and roll-ups
    wait for us, so that `end_switch` finds the marks.
    """
    db.execute(query("retag_alone"), {"taxonomy": taxonomy_id})
    if is_current(db, taxonomy_id):
        return False
    cube_store.recount(db, taxonomy_id)
    db.execute(query("taxonomy_switch_lock"))
    return True


def end_switch(db: Connection, taxonomy_id: int) -> int:
    """Make this version the current one, count the days marked meanwhile, open again the stories it changes.

    Returns how many articles' stories are open again.
    """
    story_store.hold(db)  # a batch decided by the old topics must not end after this
    tag_store.make_current(db, taxonomy_id)
    cube_store.roll_up(db)
    burst_store.mark_all(db)
    return story_store.reopen(db)


def versions(db: Connection) -> list[Version]:
    """Every version, the newest first."""
    return [Version(**{**row._mapping, "digest": bytes(row.digest)}) for row in db.execute(query("versions"))]


def compare(db: Connection, old: int, new: int) -> list[TopicChange]:
    """By topic, what the new version changes against the old, in the order of the new one's file."""
    return [TopicChange(**row._mapping) for row in db.execute(query("versions_compare"), {"old": old, "new": new})]


def use(db: Connection, taxonomy_id: int) -> None:
    """Have no prune touch this version until this connection ends (the end of the transaction is not enough)."""
    db.execute(query("version_use"), {"taxonomy": taxonomy_id})


def prunable(known: Sequence[Version], *, keep: int, spare: Sequence[int] = ()) -> list[Version]:
    """All versions with tags but the current one, those to spare, and the newest `keep` of the others."""
    old = [one for one in known if one.articles and not one.is_current and one.id not in spare]
    return sorted(old, key=lambda one: -one.id)[max(keep, 0) :]


def forget(db: Connection, taxonomy_id: int, *, step: int) -> bool:
    """One bounded step of pruning a version: its counts, and its tags of the step's articles; False: that was the last.

    The version itself stays, with its content. Raises `Misconfigured` for the current one and one being worked on.
    """
    if is_current(db, taxonomy_id):
        raise Misconfigured(f"Version {taxonomy_id} of the taxonomy is in use; only old versions can be pruned.")
    if not db.execute(query("version_unused"), {"taxonomy": taxonomy_id}).scalar_one():
        raise Misconfigured(f"Version {taxonomy_id} of the taxonomy is being worked on; prune it when that is done.")
    if step == 0:
        db.execute(query("version_forget_counts"), {"taxonomy": taxonomy_id})
    first, until = step * FORGET_SPAN, (step + 1) * FORGET_SPAN
    db.execute(query("version_forget_tags"), {"taxonomy": taxonomy_id, "first": first, "until": until})
    last: int = db.execute(select(func.coalesce(func.max(articles.c.id), 0))).scalar_one()
    return until <= last


@dataclass(frozen=True, slots=True)
class Tagged:
    """A stored article as the current version sees it."""

    day: date
    url: str
    title: str
    text: str
    tags: Mapping[str, tuple[Evidence, ...]]
    """Evidence by topic."""


def pick(db: Connection, *, limit: int, sample: bool) -> list[int]:
    """Ids of up to `limit` stored articles: the newest, or a sample of all."""
    return list(db.execute(query("diff_sample" if sample else "diff_newest"), {"limit": limit}).scalars())


def tagged(db: Connection, taxonomy_id: int, ids: Sequence[int], *, longest: int) -> list[Tagged]:
    """Articles with at most `longest` characters of text and their tags by a version."""
    rows = db.execute(query("diff_texts"), {"taxonomy": taxonomy_id, "ids": list(ids), "longest": longest})
    return [
        Tagged(
            row.day,
            row.url,
            row.title,
            row.text,
            {slug: tag_store.unpack(evidence) for slug, evidence in row.tags.items()},
        )
        for row in rows
    ]
