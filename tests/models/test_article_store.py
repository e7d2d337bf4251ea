from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from extractors import urls
from extractors.cadence import PollResult
from extractors.outcomes import FeedReading, PageReading, Polled, RawPage, Settled, Work
from extractors.records import (
    Article,
    DateOrigin,
    Document,
    Entry,
    Evidence,
    Fingerprint,
    Grade,
    Outcome,
    Reason,
    Rejected,
    Tag,
    Tagging,
)
from models import article_store, feed_store, tag_store
from models.article_store import Due, Saved
from models.database import ensure_page_partitions
from models.tables import (
    addresses,
    articles,
    attempts,
    bands,
    dirty_days,
    pages,
    sightings,
    taggings,
    tags,
    texts,
)
from models.tag_store import TaxonomyIds

from .conftest import NOW, World, start_run

LATER = NOW + timedelta(minutes=5)
PUBLISHED = datetime.fromisoformat("2025-02-28T23:30:00+00:00")

TAXONOMY = SimpleNamespace(
    name="test",
    digest=b"d" * 16,
    content="…",
    revision=1,
    topics=(SimpleNamespace(slug="pact", title="The pact", description="", medtop=None),),
    actors=(SimpleNamespace(slug="china", name="China", wikidata="Q148"),),
)


@dataclass(frozen=True)
class Desk:
    """A world in which three articles wait."""

    world: World
    ids: TaxonomyIds
    works: list[Work]


@pytest.fixture
def desk(db: Connection, world: World) -> Desk:
    ensure_page_partitions(db, NOW.date())
    listed = tuple(Entry(url=f"https://courier.example/{name}", title=name, summary="s") for name in ("a", "b", "c"))
    reading = FeedReading(body_hash=b"h" * 16, size=1, document=Document(format="rss", title="", entries=listed))
    poll = Polled(feed=world.world, outcome="fresh", polled_at=NOW, result=PollResult(outcome="fresh"), reading=reading)
    feed_store.record(db, world.run_id, [poll], now=NOW, max_age=timedelta(days=9))
    ids = tag_store.enter(db, TAXONOMY, now=NOW)
    due = article_store.due(db, world.run_id, now=NOW, limit=10)
    return Desk(world, ids, article_store.claim(db, world.run_id, [one.article_id for one in due], now=NOW))


def stored(work: Work, *, canonical: str | None = None, body: str = "Some text", tagged: bool = True) -> Settled:
    article = Article(
        url=work.url, canonical_url=canonical or work.url, title=f"Title of {work.entry.title}", text=body,
        authors=("A. Writer", "B. Writer"), published_at=PUBLISHED, published_from=DateOrigin.PAGE, language="en",
        grade=Grade.FULL, method="test",
    )  # fmt: skip
    evidence = (Evidence("pact", "treaty", "text", 0, 4, 1.25),)
    tagging = Tagging(tags=(Tag(topic="pact", score=0.7, evidence=evidence),), actors=("china",), related=0.5)
    reading = PageReading(
        result=article, raw=RawPage(content_hash=body.encode().ljust(16)[:16], body=b"zstd", size=9),
        tagging=tagging if tagged else Tagging(),
        fingerprint=Fingerprint(content_hash=b"f" * 16, minhash=(), words=2), bands=(1, -2),
    )  # fmt: skip
    return Settled(
        work=work, outcome=Outcome.STORED, reading=reading, status=200, content_type="text/html", final_url=work.url,
        fetched_at=NOW, bytes=7, elapsed_ms=3,
    )  # fmt: skip


def save(db: Connection, desk: Desk, *settled: Settled) -> Saved:
    return article_store.save(db, desk.world.run_id, settled, desk.ids, now=LATER)


def article(db: Connection, work: Work) -> Any:
    return db.execute(select(articles).where(articles.c.id == work.article_id)).one()


def outcomes(db: Connection) -> list[tuple[str | None, str]]:
    rows = db.execute(select(attempts.c.outcome, attempts.c.reason).order_by(attempts.c.article_id)).all()
    return [(row.outcome, row.reason) for row in rows]


def test_a_claim_brings_what_the_feed_announced(desk: Desk) -> None:
    first = desk.works[0]

    assert first == Work(
        article_id=first.article_id, source_id=desk.world.world.source_id, url="https://courier.example/a",
        entry=Entry(url="https://courier.example/a", title="a", summary="s"), language_hint="en", attempts=0,
    )  # fmt: skip


def test_what_a_run_has_claimed_no_other_run_can_claim(db: Connection, desk: Desk) -> None:
    other = start_run(db)

    assert article_store.due(db, other, now=LATER, limit=10) == []
    assert article_store.claim(db, other, [work.article_id for work in desk.works], now=LATER) == []


def test_a_stored_article_is_kept_whole(db: Connection, desk: Desk) -> None:
    work = desk.works[0]

    saved = save(db, desk, stored(work))

    row = article(db, work)
    assert saved == Saved({"stored": 1}, (date(2025, 2, 28),))
    assert (row.state, row.claimed_by, row.due_at, row.attempts) == ("stored", None, None, 1)
    assert (row.title, row.language, row.grade, row.method, row.words) == ("Title of a", "en", "full", "test", 2)
    assert (row.published_at, row.published_from, row.day) == (PUBLISHED, "page", date(2025, 2, 28))
    assert (row.origin_id, row.page_month) == (work.article_id, date(2025, 3, 1))
    assert db.execute(select(texts.c.text, texts.c.authors)).all() == [("Some text", ["A. Writer", "B. Writer"])]
    assert db.execute(select(pages.c.size, pages.c.content_type)).all() == [(9, "text/html")]
    assert sorted(db.execute(select(bands.c.hash)).scalars()) == [-2, 1]
    assert set(db.execute(select(dirty_days.c.day)).scalars()) == {date(2025, 2, 28)}


def test_a_tag_keeps_its_evidence_and_its_version(db: Connection, desk: Desk) -> None:
    save(db, desk, stored(desk.works[0]))

    [tag] = db.execute(select(tags)).all()
    [tagging] = db.execute(select(taggings)).all()
    assert (tag.taxonomy_id, tag.topic_id) == (desk.ids.taxonomy, desk.ids.topics["pact"])
    assert tag_store.unpack(tag.evidence) == (Evidence("pact", "treaty", "text", 0, 4, 1.25),)
    assert (tagging.related, tagging.actor_ids, tagging.tagged_at) == (0.5, [desk.ids.actors["china"]], LATER)


def test_an_article_without_tags_is_known_to_have_been_looked_at(db: Connection, desk: Desk) -> None:
    save(db, desk, stored(desk.works[0], tagged=False))

    assert db.execute(select(tags)).all() == []
    assert db.execute(select(taggings.c.related, taggings.c.actor_ids)).all() == [(0.0, [])]


def test_every_claimed_article_ends_in_one_outcome(db: Connection, desk: Desk) -> None:
    a, b, c = desk.works
    rejection = PageReading(result=Rejected(url=b.url, reason=Reason.PAYWALL))

    saved = save(
        db, desk, stored(a),
        Settled(work=b, outcome=Outcome.REJECTED, reason="paywall", reading=rejection, fetched_at=NOW),
        Settled(work=c, outcome=Outcome.FAILED, reason="timeout", retry_at=LATER + timedelta(minutes=10)),
    )  # fmt: skip

    assert saved.outcomes == {"stored": 1, "rejected": 1, "failed": 1}
    assert outcomes(db) == [("stored", ""), ("rejected", "paywall"), ("failed", "timeout")]
    assert [(article(db, w).state, article(db, w).reason) for w in (b, c)] == [
        ("rejected", "paywall"), ("failed", "timeout"),
    ]  # fmt: skip


def test_a_failed_article_is_due_again_at_its_time_and_for_another_run_only(db: Connection, desk: Desk) -> None:
    work = desk.works[0]
    save(db, desk, Settled(work=work, outcome=Outcome.FAILED, reason="timeout", retry_at=LATER))
    other = start_run(db)

    assert article_store.due(db, other, now=NOW, limit=10) == []
    assert article_store.due(db, desk.world.run_id, now=LATER, limit=10) == []
    assert article_store.due(db, other, now=LATER, limit=10) == [Due(work.article_id, work.url)]
    assert article(db, work).attempts == 1


def test_what_is_left_waiting_counts_as_no_try(db: Connection, desk: Desk) -> None:
    work = desk.works[0]

    save(db, desk, Settled(work=work, outcome=Outcome.WAITING, reason="batch out of time"))

    row = article(db, work)
    assert (row.state, row.claimed_by, row.attempts, row.due_at) == ("discovered", None, 0, NOW)
    assert outcomes(db)[0] == ("waiting", "batch out of time")


def test_two_pages_that_name_one_address_are_one_article(db: Connection, desk: Desk) -> None:
    a, b, _ = desk.works
    canonical = "https://courier.example/the-article"

    saved = save(db, desk, stored(a, canonical=canonical), stored(b, canonical=canonical))

    assert saved.outcomes == {"stored": 1, "duplicate": 1}
    assert (article(db, b).state, article(db, b).merged_into) == ("duplicate", a.article_id)
    owner = {bytes(r.url_key): r.article_id for r in db.execute(select(addresses.c.url_key, addresses.c.article_id))}
    assert {owner[urls.key(x)] for x in (canonical, a.url, b.url)} == {a.article_id}
    mine = select(sightings.c.article_id).order_by(sightings.c.article_id)
    assert db.execute(mine).scalars().all() == sorted([a.article_id, desk.works[2].article_id])


def test_a_page_that_turns_out_to_be_a_known_article_joins_it(db: Connection, desk: Desk) -> None:
    a, b, _ = desk.works
    save(db, desk, stored(a))

    saved = save(db, desk, stored(b, canonical=a.url))

    assert saved.outcomes == {"duplicate": 1}
    assert article(db, b).merged_into == a.article_id
    assert db.execute(select(texts.c.article_id)).scalars().all() == [a.article_id]


def test_the_address_of_an_article_that_failed_for_good_goes_to_one_that_works(db: Connection, desk: Desk) -> None:
    a, b, _ = desk.works
    save(db, desk, Settled(work=a, outcome=Outcome.GIVEN_UP, reason="not found", status=404))

    saved = save(db, desk, stored(b, canonical=a.url))

    assert saved.outcomes == {"stored": 1}
    assert article(db, b).state == "stored"


def test_a_run_that_was_taken_for_dead_saves_nothing(db: Connection, desk: Desk) -> None:
    work = desk.works[0]
    db.execute(text("UPDATE news.articles SET claimed_by = NULL"))

    saved = save(db, desk, stored(work))

    assert saved == Saved({}, ())
    assert article(db, work).state == "discovered"


def test_saving_a_batch_again_adds_nothing(db: Connection, desk: Desk) -> None:
    batch = [stored(desk.works[0])]
    save(db, desk, *batch)
    before = db.execute(select(articles).order_by(articles.c.id)).all()

    assert save(db, desk, *batch) == Saved({}, ())
    assert db.execute(select(articles).order_by(articles.c.id)).all() == before


def test_one_body_is_kept_once_a_month(db: Connection, desk: Desk) -> None:
    a, b, _ = desk.works
    save(db, desk, stored(a), stored(b), replace(stored(desk.works[2], body="Other text")))

    assert db.execute(select(pages.c.month)).scalars().all() == [date(2025, 3, 1)] * 2
