"""The dossier of an article: everything that is known of one address, to explain it to a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from models.queries import query


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run's try at the article."""

    run_id: int
    at: datetime
    outcome: str
    reason: str
    status: int | None
    elapsed_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A member of the article's group of copies; the first one has no `kind` and copies nothing."""

    article_id: int
    url: str
    title: str
    source: str
    at: datetime
    kind: str | None
    copy_of: int | None
    jaccard: float | None
    containment: float | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The text that was copied, and by whom; its earliest member first."""

    agency: str | None
    members: int
    copies: tuple[Copy, ...]
    """The first 200."""


@dataclass(frozen=True, slots=True)
class Story:
    """The event the article tells of."""

    story_id: int
    title: str
    started_at: datetime
    last_at: datetime
    articles: int
    sources: int
    families: int
    origins: int
    first_source: str
    blocs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A match that earned a tag part of its score; `start` and `end` are characters of `field`."""

    term: str
    concept: str
    field: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Tagged:
    """A topic of the article, its score as given and as made anew from the matches."""

    topic: str
    score: float
    score_rebuilt: float
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that is known of an article, stored or not."""

    article_id: int
    url: str
    addresses: tuple[str, ...]
    """Canonical addresses that lead to it."""
    title: str
    text: str
    authors: tuple[str, ...]
    source: str
    source_name: str
    kind: str
    country: str
    bloc: str
    family: str
    feed: str
    feeds_listing: int
    state: str
    reason: str
    due_at: datetime | None
    language: str | None
    grade: str | None
    method: str | None
    words: int | None
    published_at: datetime | None
    published_from: str | None
    first_seen_at: datetime
    fetched_at: datetime | None
    tagged_at: datetime | None
    taxonomy: str | None
    related: float | None
    actors: tuple[str, ...]
    topics: tuple[Tagged, ...]
    """The strongest first."""
    origin: Origin | None
    """None: no copy is known."""
    story: Story | None
    attempts: tuple[Attempt, ...]


def find(db: Connection, url_key: bytes) -> Dossier | None:
    """The dossier of the article at the address with this key (`urls.key`), or None if no feed ever listed it."""
    row = db.execute(query("dossier_article"), {"key": url_key}).mappings().one_or_none()
    if row is None:
        return None
    facts: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    origin_id, story_id = facts.pop("origin_id"), facts.pop("story_id")
    attempts = db.execute(query("dossier_attempts"), {"article": row["article_id"]})
    return Dossier(
        **facts,
        topics=_topics(db, row["article_id"]),
        origin=_origin(db, origin_id),
        story=_story(db, story_id) if story_id is not None else None,
        attempts=tuple(Attempt(*attempt) for attempt in attempts),
    )


def _topics(db: Connection, article_id: int) -> tuple[Tagged, ...]:
    rows = db.execute(query("dossier_evidence"), {"article": article_id})
    return tuple(
        Tagged(topic, score, rebuilt, tuple(Match(*row[3:]) for row in matches))
        for (topic, score, rebuilt), matches in groupby(rows, key=lambda row: (row[0], row[1], row[2]))
    )


def _origin(db: Connection, origin_id: int) -> Origin | None:
    rows = db.execute(query("dossier_copies"), {"origin": origin_id}).mappings().all()
    if not rows:
        return None
    members = tuple(Copy(**{name: row[name] for name in Copy.__dataclass_fields__}) for row in rows)
    return Origin(rows[0]["agency"], rows[0]["members"], members)


def _story(db: Connection, story_id: int) -> Story | None:
    row = db.execute(query("dossier_story"), {"story": story_id}).mappings().one_or_none()
    return Story(**{**row, "blocs": tuple(row["blocs"])}) if row is not None else None
