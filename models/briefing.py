"""What a report reads beside the trends: the articles behind its numbers, its largest stories, how sources did."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from models.queries import query

ROWS_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Counted:
    """An article with what numbers tell articles apart by."""

    article_id: int
    day: date
    at: datetime
    """When it was published, else first seen."""
    source: str
    """Slug of the source."""
    bloc: str
    language: str
    story_id: int | None
    topics: tuple[str, ...]
    actors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An article as a report lists it."""

    article_id: int
    at: datetime
    """When it was published, else first seen."""
    url: str
    title: str
    source: str
    """Name of the source."""
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event, and who had it first."""

    story_id: int
    title: str
    gloss: str | None
    """The first headline in English, if its own is in another language."""
    started_at: datetime
    last_at: datetime
    articles: int
    sources: int
    families: int
    origins: int
    first_source: str
    """Name of the source."""
    first_bloc: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How complete the days of a source were."""

    source: str
    name: str
    bloc: str
    articles: int
    expected: float | None
    """Articles that it normally yields on these days; None: too short a history."""
    ok: int
    thin: int
    dark: int
    unknown: int
    since: date
    grades: tuple[str, ...]
    """One a day from `since` on."""
    why: str
    """Why its last day that is not ok is not; empty if all are."""


def counted(db: Connection, *, since: date, until: date) -> Iterator[Counted]:
    """Every article of the days from `since` to `until`, the newest first, a few thousand in memory at a time."""
    slugs = {(row.kind, row.id): row.slug for row in db.execute(query("report_slugs"))}
    rows = db.execute(
        query("report_counted"), {"since": since, "until": until}, execution_options={"yield_per": ROWS_AT_A_TIME}
    )
    for article_id, day, at, source, bloc, language, story_id, topic_ids, actor_ids in rows:
        topics = tuple(slugs[key] for one in topic_ids if (key := ("topic", one)) in slugs)
        actors = tuple(slugs[key] for one in actor_ids if (key := ("actor", one)) in slugs)
        yield Counted(article_id, day, at, source, bloc, language, story_id, topics, actors)


def cited(db: Connection, ids: Collection[int]) -> dict[int, Cited]:
    """What a list says of these articles, by their ids."""
    rows = db.execute(query("report_cited"), {"ids": list(ids)}).mappings()
    return {row["article_id"]: Cited(**row) for row in rows}


def stories(db: Connection, *, since: date, until: date, most: int) -> tuple[Story, ...]:
    """The `most` stories with most articles that began on these days and that two sources at least reported."""
    rows = db.execute(query("report_stories"), {"since": since, "until": until, "most": most}).mappings()
    return tuple(Story(**{**row, "topics": tuple(row["topics"]), "languages": tuple(row["languages"])}) for row in rows)


def sources(db: Connection, *, since: date, until: date) -> tuple[SourceHealth, ...]:
    """Every source that was graded on one of these days, those with most days that are not ok first."""
    rows = db.execute(query("report_sources"), {"since": since, "until": until}).mappings()
    return tuple(SourceHealth(**{**row, "grades": tuple(row["grades"])}) for row in rows)


def feed_states(db: Connection) -> dict[str, int]:
    """How many watched feeds are in each state at present, the most frequent first."""
    state, count = sa.column("state", sa.Text), sa.func.count()
    wanted = sa.select(state, count).select_from(sa.table("feeds", schema="ops")).where(sa.column("watched"))
    return {row[0]: row[1] for row in db.execute(wanted.group_by(state).order_by(count.desc(), state))}


def titles(db: Connection) -> dict[str, str]:
    """What people call the topics and actors, by slug."""
    return {row.slug: row.title for row in db.execute(query("report_titles"))}
