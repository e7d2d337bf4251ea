"""Taxonomy versions and the tags given by them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert

from extractors.errors import WirewatchError
from extractors.outcomes import Settled
from extractors.records import Evidence, Tag, Tagging
from models.queries import query
from models.tables import actors, taxonomies, taxonomy_topics, topics


class Superseded(WirewatchError):
    """Another taxonomy version became the current one while articles were tagged: tag them anew, then save them."""

    reason = "taxonomy switched"


class TopicLike(Protocol):
    """What is kept of a topic."""

    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def description(self) -> str: ...  # noqa: D102
    @property
    def medtop(self) -> str | None: ...  # noqa: D102


class ActorLike(Protocol):
    """What is kept of an actor."""

    @property
    def slug(self) -> str: ...  # noqa: D102
    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def wikidata(self) -> str | None: ...  # noqa: D102


class TaxonomyLike(Protocol):
    """What is kept of a taxonomy (`models` does not know `topics`)."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def digest(self) -> bytes: ...  # noqa: D102
    @property
    def revision(self) -> int: ...  # noqa: D102
    @property
    def content(self) -> str: ...  # noqa: D102
    @property
    def topics(self) -> Sequence[TopicLike]: ...  # noqa: D102
    @property
    def actors(self) -> Sequence[ActorLike]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class TaxonomyIds:
    """The numbers under which one taxonomy version is kept."""

    taxonomy: int
    topics: Mapping[str, int]
    actors: Mapping[str, int]


def enter(db: Connection, taxonomy: TaxonomyLike, *, now: datetime) -> TaxonomyIds:
    """Keep this version of the taxonomy, unless it is kept already; the first version ever becomes the current one."""
    db.execute(query("taxonomy_lock"))
    same = (taxonomies.c.digest == taxonomy.digest) & (taxonomies.c.revision == taxonomy.revision)
    known = db.execute(select(taxonomies.c.id).where(same)).scalar()
    topic_ids = _enter_topics(db, [topic.slug for topic in taxonomy.topics])
    actor_ids = _enter_actors(db, taxonomy.actors)
    if known is None:
        first = db.execute(select(taxonomies.c.id).limit(1)).first() is None
        values = {"name": taxonomy.name, "digest": taxonomy.digest, "content": taxonomy.content, "made_at": now}
        row = insert(taxonomies).values(**values, revision=taxonomy.revision, is_current=first)
        known = db.execute(row.returning(taxonomies.c.id)).scalar_one()
        db.execute(
            insert(taxonomy_topics),
            [
                {
                    "taxonomy_id": known, "topic_id": topic_ids[topic.slug], "title": topic.title,
                    "description": topic.description, "medtop": topic.medtop, "position": position,
                }
                for position, topic in enumerate(taxonomy.topics)
            ],
        )  # fmt: skip
    return TaxonomyIds(known, topic_ids, actor_ids)


def current(db: Connection) -> TaxonomyIds | None:
    """The version that trends are counted by, or None while nothing was ever tagged."""
    taxonomy_id = db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalar()
    return None if taxonomy_id is None else ids_of(db, taxonomy_id)


def ids_of(db: Connection, taxonomy_id: int) -> TaxonomyIds:
    """The numbers of a version that is kept."""
    topic_ids = db.execute(
        select(topics.c.slug, topics.c.id).join(taxonomy_topics).where(taxonomy_topics.c.taxonomy_id == taxonomy_id)
    ).tuples()
    actor_ids = db.execute(select(actors.c.slug, actors.c.id)).tuples()
    return TaxonomyIds(taxonomy_id, dict(topic_ids.all()), dict(actor_ids.all()))


def content(db: Connection, taxonomy_id: int) -> str:
    """The file content of a taxonomy version."""
    return str(db.execute(select(taxonomies.c.content).where(taxonomies.c.id == taxonomy_id)).scalar_one())


def revision(db: Connection, taxonomy_id: int) -> int:
    """The revision of the tagger that a version belongs to; 0: it was made before revisions were counted."""
    return int(db.execute(select(taxonomies.c.revision).where(taxonomies.c.id == taxonomy_id)).scalar_one())


def make_current(db: Connection, taxonomy_id: int) -> None:
    """Count trends by this version from now on; the cube must hold it already (flows/retag.py brings that about)."""
    db.execute(update(taxonomies).where(taxonomies.c.is_current).values(is_current=False))
    db.execute(update(taxonomies).where(taxonomies.c.id == taxonomy_id).values(is_current=True))


def require_current(db: Connection, ids: TaxonomyIds) -> None:
    """Make sure that this version stays the current one until the transaction ends; raises `Superseded` if it is not.

    Whatever stores articles calls this first. So an article that is stored always has a tagging by the version that was
    current at that moment: a switch waits for those who were before it, and those who come after it see it.
    """
    db.execute(query("taxonomy_keep_current"))
    used = db.execute(select(taxonomies.c.id).where(taxonomies.c.is_current)).scalar()
    if used != ids.taxonomy:
        raise Superseded(f"Taxonomy version {used} took the place of version {ids.taxonomy} meanwhile.")


def save(db: Connection, stored: Sequence[Settled], ids: TaxonomyIds, *, now: datetime) -> None:
    """Keep what one taxonomy version says of articles that were just read, replacing what it said before."""
    readings = [(one.work.article_id, one.reading.tagging) for one in stored if one.reading and one.reading.tagging]
    keep(db, readings, ids, now=now)


def keep(db: Connection, readings: Sequence[tuple[int, Tagging]], ids: TaxonomyIds, *, now: datetime) -> None:
    """Keep what one taxonomy version says of these articles (by id), replacing what it said before."""
    if not readings:
        return
    articles = [article for article, _ in readings]
    db.execute(query("tags_delete"), {"taxonomy": ids.taxonomy, "ids": articles})
    # Tags first: a trigger lists the topics of a tagging by their scores.
    tags = [(article, tag) for article, tagging in readings for tag in tagging.tags]
    if tags:
        db.execute(
            query("tags_insert"),
            {
                "taxonomy": ids.taxonomy,
                "ids": [article for article, _ in tags],
                "topics": [ids.topics[tag.topic] for _, tag in tags],
                "scores": [float(tag.score) for _, tag in tags],
                "evidence": [pack(tag) for _, tag in tags],
            },
        )
    db.execute(
        query("taggings_upsert"),
        {
            "taxonomy": ids.taxonomy,
            "now": now,
            "ids": articles,
            "related": [float(tagging.related) for _, tagging in readings],
            "topics": [_numbers(sorted(ids.topics[tag.topic] for tag in tagging.tags)) for _, tagging in readings],
            "actors": [_numbers(ids.actors[slug] for slug in tagging.actors) for _, tagging in readings],
        },
    )


def _numbers(ids: Iterable[int]) -> str:
    """A list that passes as one element of an array: arrays of arrays of different lengths do not exist."""
    return " ".join(map(str, ids))


def pack(tag: Tag) -> str:
    """The evidence of a tag as JSON, compact: `[[term, concept, field, start, end, weight], ...]`."""
    rows = [[e.term, e.concept, e.field, e.start, e.end, round(e.weight, 4)] for e in tag.evidence]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def unpack(rows: Sequence[Sequence[object]]) -> tuple[Evidence, ...]:
    """The evidence of a tag, from its JSON."""
    return tuple(Evidence(*row) for row in rows)  # type: ignore[arg-type]


def _enter_topics(db: Connection, slugs: Sequence[str]) -> dict[str, int]:
    db.execute(insert(topics).on_conflict_do_nothing(), [{"slug": slug} for slug in slugs])
    return dict(db.execute(select(topics.c.slug, topics.c.id).where(topics.c.slug.in_(slugs))).tuples().all())


def _enter_actors(db: Connection, named: Sequence[ActorLike]) -> dict[str, int]:
    if not named:
        return {}
    upsert = insert(actors)
    db.execute(
        upsert.on_conflict_do_update(
            index_elements=["slug"], set_={"name": upsert.excluded.name, "wikidata": upsert.excluded.wikidata}
        ),
        [{"slug": actor.slug, "name": actor.name, "wikidata": actor.wikidata} for actor in named],
    )
    return dict(db.execute(select(actors.c.slug, actors.c.id)).tuples().all())
