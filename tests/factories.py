"""Small builders that put rows into the tables, for tests that ask what a store, a view or a query makes of them.

Everything has a default that holds together; a test names only what it is about. Sources are named by slug and made
when first mentioned. Days and instants count from `NOW`.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from extractors import urls
from extractors.fingerprint import bands, fine_bands, fingerprint
from models import database, schema, tables
from topics.revision import REVISION

NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)
_numbers = itertools.count(1)


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """The URL of a database of its own beside the one at `url`, migrated and empty: for tests of what commits."""
    name = f"own_{os.getpid()}_{next(_numbers)}"
    beside = database.address(url)
    template = _template(beside.set(database="postgres"))
    server = sa.create_engine(beside, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        own = beside.set(database=name, drivername="postgresql")
        yield own.render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@cache
def _template(server: sa.URL) -> str:
    """A migrated, empty database to be copied by all processes: that takes a tenth of the time of a migration."""
    name = f"template_{schema.digest()}"
    administration = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(1)"))
        known = connection.scalar(sa.text("SELECT true FROM pg_database WHERE datname = :name"), {"name": name})
        if not known:
            connection.execute(sa.text("DROP DATABASE IF EXISTS template_unfinished"))
            connection.execute(sa.text("CREATE DATABASE template_unfinished"))
            engine = database.engine(server.set(database="template_unfinished").render_as_string(hide_password=False))
            database.migrate(engine)
            engine.dispose()
            connection.execute(sa.text(f"ALTER DATABASE template_unfinished RENAME TO {name}"))
        connection.execute(sa.text("SELECT pg_advisory_unlock(1)"))
    administration.dispose()
    return name


def day(ago: int) -> date:
    """The UTC day `ago` days before NOW."""
    return (NOW - timedelta(days=ago)).date()


def at(ago: float, *, hour: int | None = None) -> datetime:
    """The instant `ago` days before NOW, at a full hour if one is given."""
    moment = NOW - timedelta(days=ago)
    return moment if hour is None else datetime.combine(moment.date(), time(hour), UTC)


def source(db: Connection, slug: str = "alpha", **facts: Any) -> int:
    """A source by its slug, made if it is not there yet; by default each is its own family."""
    known = db.execute(sa.select(tables.sources.c.id).where(tables.sources.c.slug == slug)).scalar()
    if known is not None:
        return known
    row = {
        "slug": slug, "name": slug.replace("-", " ").title(), "country": "US", "language": "en", "kind": "newspaper",
        "bloc": "western", "family": slug, **facts,
    }  # fmt: skip
    return db.execute(tables.sources.insert().values(row).returning(tables.sources.c.id)).scalar_one()


def feed(db: Connection, source_slug: str = "alpha", url: str | None = None, **facts: Any) -> int:
    """A feed of a source; without an address the source's first feed, made if there is none."""
    address = url or f"https://{source_slug}.example/feed.xml"
    known = db.execute(sa.select(tables.feeds.c.id).where(tables.feeds.c.url == address)).scalar()
    if known is not None:
        return known
    row = {"source_id": source(db, source_slug), "url": address, "watched_since": at(90), "next_poll_at": NOW, **facts}
    return db.execute(tables.feeds.insert().values(row).returning(tables.feeds.c.id)).scalar_one()


def run(db: Connection, **facts: Any) -> int:
    """A run that ended well, unless facts say otherwise."""
    row = {
        "flow": "ingest", "state": "ok", "started_at": NOW, "finished_at": NOW + timedelta(minutes=2),
        "host": "test", "version": "0", **facts,
    }  # fmt: skip
    return db.execute(tables.runs.insert().values(row).returning(tables.runs.c.id)).scalar_one()


def poll(
    db: Connection, run_id: int, feed_id: int, *, tallies: Mapping[tuple[str, str], int] | None = None, **facts: Any
) -> int:
    """A poll of a feed by a run, with the outcomes of what it listed: `{("seen", ""): 3, ...}`."""
    counts = tallies or {}
    row = {
        "run_id": run_id, "feed_id": feed_id, "polled_at": NOW, "outcome": "fresh", "listed": sum(counts.values()), **facts,
    }  # fmt: skip
    poll_id = db.execute(tables.polls.insert().values(row).returning(tables.polls.c.id)).scalar_one()
    for (outcome, reason), number in counts.items():
        db.execute(tables.poll_tallies.insert().values(poll_id=poll_id, outcome=outcome, reason=reason, urls=number))
    return poll_id


def attempt(db: Connection, article_id: int, run_id: int, outcome: str | None = "stored", **facts: Any) -> None:
    """A run's try at an article; `outcome=None` while it is at work on it."""
    row = {
        "article_id": article_id, "run_id": run_id, "claimed_at": NOW, "outcome": outcome,
        "settled_at": NOW if outcome else None, **facts,
    }  # fmt: skip
    db.execute(tables.attempts.insert().values(row))


def article(
    db: Connection,
    source_slug: str = "alpha",
    *,
    published: datetime | None = None,
    title: str = "A headline",
    text: str | None = None,
    topics: Sequence[str] = (),
    actors: Sequence[str] = (),
    **facts: Any,
) -> int:
    """A stored article (or one in another `state`), with its address, text, fingerprint and tags.

    It is published at NOW unless `published` says otherwise; pass `published_at=None` in `facts` for one without a date.
    Without a `text` there is none to compare. `topics` and `actors` are given by the current taxonomy.
    """
    number = next(_numbers)
    state = facts.get("state", "stored")
    row = {
        "source_id": source(db, source_slug), "feed_id": facts.pop("feed_id", None) or feed(db, source_slug),
        "discovered_by": 0, "state": state, "url": f"https://{source_slug}.example/{number}", "title": title,
        "published_at": published or NOW, "published_from": "page", "first_seen_at": NOW,
        "due_at": NOW if state in {"discovered", "failed"} else None, "language": "en", **facts,
    }  # fmt: skip
    if text is not None:
        row |= {"words": fingerprint(text).words, "content_hash": fingerprint(text).content_hash}
    made = db.execute(tables.articles.insert().values(row).returning(tables.articles.c.id, tables.articles.c.day)).one()
    if state == "stored" and "origin_id" not in facts:
        db.execute(tables.articles.update().where(tables.articles.c.id == made.id).values(origin_id=made.id))
    address(db, made.id, row["url"])
    if text is not None:
        db.execute(tables.texts.insert().values(article_id=made.id, text=text))
        signature = fingerprint(text).minhash
        hashes = bands(signature) + (fine_bands(signature) if topics else ())
        if hashes:
            db.execute(tables.bands.insert(), [{"hash": h, "article_id": made.id, "day": made.day} for h in hashes])
    if topics or actors:
        tag(db, made.id, *topics, actors=actors)
    return made.id


def articles(
    db: Connection, source_slug: str, published: Iterable[datetime], *, topics: Sequence[str] = (), **facts: Any
) -> list[int]:
    """Stored articles without texts and addresses, in a few statements however many they are."""
    common = {
        "source_id": source(db, source_slug), "feed_id": feed(db, source_slug), "discovered_by": 0, "state": "stored",
        "title": "A headline", "published_from": "page", "first_seen_at": NOW, "language": "en", **facts,
    }  # fmt: skip
    rows = [common | {"url": f"https://{source_slug}.example/{next(_numbers)}", "published_at": at} for at in published]
    if not rows:
        return []
    made = tables.articles.insert().returning(tables.articles.c.id, sort_by_parameter_order=True)
    ids = list(db.scalars(made, rows))
    own = tables.articles.update().where(tables.articles.c.id.in_(ids))
    db.execute(own.values(origin_id=tables.articles.c.id))
    if topics:
        version = db.execute(sa.select(tables.taxonomies.c.id).where(tables.taxonomies.c.is_current)).scalar_one()
        said = {"taxonomy_id": version, "related": 0.5, "tagged_at": NOW, "actor_ids": []}
        topic_ids = sorted(topic(db, slug) for slug in topics)
        tagged = {"taxonomy_id": version, "score": 0.6321, "evidence": [["headline", "concept", "title", 2, 10, 1.0]]}
        db.execute(
            tables.tags.insert().values(
                [tagged | {"article_id": key, "topic_id": topic_id} for key in ids for topic_id in topic_ids]
            )
        )
        db.execute(tables.taggings.insert().values([said | {"article_id": key, "topic_ids": topic_ids} for key in ids]))
    return ids


def alert(db: Connection, topic_slug: str = "pact", **facts: Any) -> int:
    """An open alert that nobody was told of: a burst yesterday, unless facts say otherwise."""
    row = {
        "kind": "burst", "topic_id": topic(db, topic_slug), "slice_kind": "all", "slice": "", "starts_on": day(1),
        "ends_on": day(1), "days": 1, "observed": 0, "expected": 24.0, "p": 1e-6, "q": 1e-4, "grade": "ok",
        "completeness": 1.0, "article_ids": [], "headlines": [], "taxonomy_id": 1, "made_at": NOW, **facts,
    }  # fmt: skip
    return db.execute(tables.alerts.insert().values(row).returning(tables.alerts.c.id)).scalar_one()


def clock(db: Connection, moment: datetime | None) -> None:
    """Have the database take this for the present, until the transaction ends; None: its own clock again."""
    db.execute(sa.text("SELECT set_config('wirewatch.clock', :moment, true)"), {"moment": str(moment or "")})


@contextmanager
def as_of(db: Connection, moment: datetime) -> Iterator[None]:
    """Have views speak of an earlier moment."""
    setting = sa.text("SELECT set_config('wirewatch.as_of', :moment, true)")
    db.execute(setting, {"moment": str(moment)})
    try:
        yield
    finally:
        db.execute(setting, {"moment": ""})


def address(db: Connection, article_id: int, url: str) -> None:
    """One more address of an article."""
    canonical = urls.canonical(url)
    assert canonical is not None
    db.execute(
        insert(tables.addresses)
        .values(url_key=urls.key(canonical), article_id=article_id, url=canonical)
        .on_conflict_do_nothing()
    )


def taxonomy(db: Connection, *topics: str, name: str = "test", current: bool = True, made_at: datetime = NOW) -> int:
    """A taxonomy version of these topics; the current one unless told otherwise."""
    if current:
        db.execute(tables.taxonomies.update().values(is_current=False))
    content = f"{name} {next(_numbers)}"
    row = {
        "name": name, "digest": blake2b(content.encode(), digest_size=16).digest(), "content": content,
        "made_at": made_at, "is_current": current, "revision": REVISION,
    }  # fmt: skip
    taxonomy_id = db.execute(tables.taxonomies.insert().values(row).returning(tables.taxonomies.c.id)).scalar_one()
    for position, slug in enumerate(topics):
        db.execute(
            tables.taxonomy_topics.insert().values(
                taxonomy_id=taxonomy_id, topic_id=topic(db, slug), title=slug.replace("-", " ").capitalize(),
                description=f"All about {slug}.", position=position,
            )
        )  # fmt: skip
    return taxonomy_id


def topic(db: Connection, slug: str) -> int:
    """The id of a topic, made if it is not there yet."""
    known = db.execute(sa.select(tables.topics.c.id).where(tables.topics.c.slug == slug)).scalar()
    if known is not None:
        return known
    return db.execute(tables.topics.insert().values(slug=slug).returning(tables.topics.c.id)).scalar_one()


def actor(db: Connection, slug: str) -> int:
    """The id of an actor, made if it is not there yet."""
    values = {"slug": slug, "name": slug.replace("-", " ").title()}
    db.execute(insert(tables.actors).values(values).on_conflict_do_nothing())
    return db.execute(sa.select(tables.actors.c.id).where(tables.actors.c.slug == slug)).scalar_one()


def tag(
    db: Connection,
    article_id: int,
    *topics: str,
    actors: Sequence[str] = (),
    evidence: Sequence[Sequence[Any]] = (("headline", "concept", "title", 2, 10, 1.0),),
    score: float = 0.6321,
    taxonomy_id: int | None = None,
    tagged_at: datetime = NOW,
) -> None:
    """Tags of an article by the current taxonomy (or another), all with the same evidence and score."""
    version = taxonomy_id or db.execute(
        sa.select(tables.taxonomies.c.id).where(tables.taxonomies.c.is_current)
    ).scalar_one()  # fmt: skip
    topic_ids = [topic(db, slug) for slug in topics]
    values = {
        "taxonomy_id": version, "article_id": article_id, "related": 0.5, "tagged_at": tagged_at,
        "topic_ids": sorted(topic_ids), "actor_ids": [actor(db, slug) for slug in actors],
    }  # fmt: skip
    for topic_id in topic_ids:
        row = {"taxonomy_id": version, "article_id": article_id, "topic_id": topic_id, "score": score}
        db.execute(tables.tags.insert().values(row | {"evidence": json.loads(json.dumps(list(evidence)))}))
    key = ["taxonomy_id", "article_id"]
    said = insert(tables.taggings).values(values)
    more = sa.text("(SELECT array_agg(id ORDER BY id) FROM unnest(taggings.topic_ids || excluded.topic_ids) AS id)")
    db.execute(said.on_conflict_do_update(index_elements=key, set_={"topic_ids": more}))
