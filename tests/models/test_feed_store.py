from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from extractors.cadence import PollResult
from extractors.errors import HostUnreachable
from extractors.outcomes import FeedReading, Polled
from extractors.records import DateOrigin, Document, Entry, Feed, FeedState, Reason
from models import feed_store, run_store
from models.feed_store import Tally
from models.tables import addresses, articles, entries, feed_days, feeds, polls, sightings

from .conftest import NOW, World, start_run

MONTH = timedelta(days=30)


def entry(path: str, *, title: str = "A title", published_at: datetime | None = NOW) -> Entry:
    return Entry(
        url=f"https://courier.example/{path}", title=title, published_at=published_at,
        published_from=DateOrigin.FEED if published_at else None,
    )  # fmt: skip


def fresh(feed: Feed, *listed: Entry, rejected: tuple[tuple[Reason, int], ...] = ()) -> Polled:
    document = Document(format="rss", title="World", entries=listed, rejected=rejected)
    reading = FeedReading(body_hash=b"h" * 16, size=100, document=document)
    return Polled(
        feed=feed, outcome="fresh", polled_at=NOW, result=PollResult(outcome="fresh"), status=200, reading=reading,
        etag='"1"',
    )  # fmt: skip


def record(db: Connection, world: World, *polled: Polled) -> dict[int, Tally]:
    return feed_store.record(db, world.run_id, polled, now=NOW, max_age=MONTH)


def titles(db: Connection) -> list[str]:
    return list(db.execute(select(articles.c.title).order_by(articles.c.id)).scalars())


def test_new_entries_become_articles_with_address_announcement_and_sighting(db: Connection, world: World) -> None:
    tallies = record(db, world, fresh(world.world, entry("pact?utm_source=rss", title="The pact")))

    assert tallies == {world.world.id: Tally((("new", "", 1),))}
    [article] = db.execute(select(articles)).all()
    assert (article.state, article.title, article.discovered_by, article.due_at) == (
        "discovered", "The pact", world.run_id, NOW,
    )  # fmt: skip
    assert db.execute(select(addresses.c.article_id, addresses.c.url)).all() == [
        (article.id, "https://courier.example/pact")
    ]
    assert db.execute(select(entries.c.article_id, entries.c.title, entries.c.published_from)).all() == [
        (article.id, "The pact", "feed")
    ]
    assert db.execute(select(sightings.c.feed_id, sightings.c.article_id, sightings.c.first_seen_at)).all() == [
        (world.world.id, article.id, NOW)
    ]


def test_every_listed_entry_ends_in_exactly_one_count(db: Connection, world: World) -> None:
    listed = (
        entry("one"),
        entry("one?utm_medium=feed"),
        entry("old", published_at=NOW - timedelta(days=31)),
        Entry(url="mailto:desk@courier.example", title="Write to us"),
        Entry(url="https://courier.example/", title="Home"),
    )

    [tally] = record(db, world, fresh(world.world, *listed, rejected=((Reason.NO_LINK, 2),))).values()

    assert tally == Tally(
        (
            ("duplicate", "listed twice", 1),
            ("new", "", 1),
            ("rejected", "bad url", 1),
            ("rejected", "no link", 2),
            ("rejected", "not an article url", 1),
            ("rejected", "too old", 1),
        )
    )
    assert sum(count for _, _, count in tally.counts) == 7
    assert db.execute(select(polls.c.listed, polls.c.outcome)).all() == [(7, "fresh")]


def test_an_article_of_two_feeds_is_one_article_with_two_sightings(db: Connection, world: World) -> None:
    tallies = record(db, world, fresh(world.world, entry("pact")), fresh(world.asia, entry("pact")))

    assert tallies[world.asia.id] == Tally((("duplicate", "in another feed", 1),))
    assert titles(db) == ["A title"]
    assert sorted(db.execute(select(sightings.c.feed_id)).scalars()) == sorted([world.asia.id, world.world.id])


def test_a_later_run_has_seen_it(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world, entry("pact")))
    later = start_run(db)

    [tally] = feed_store.record(
        db, later, [fresh(world.world, entry("pact"), entry("new"))], now=NOW, max_age=MONTH
    ).values()

    assert tally == Tally((("new", "", 1), ("seen", "", 1)))


def test_an_undated_entry_is_not_too_old(db: Connection, world: World) -> None:
    [tally] = record(db, world, fresh(world.world, entry("undated", published_at=None))).values()

    assert tally == Tally((("new", "", 1),))
    assert db.execute(select(articles.c.day)).scalars().all() == [NOW.date()]


def test_text_that_postgres_cannot_hold_is_cleaned(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world, entry("odd", title="A\x00 lone \ud800 half")))

    assert titles(db) == ["A lone ? half"]


def test_a_poll_that_worked_remembers_validators_and_lets_go_of_the_feed(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world, entry("pact")))

    row = db.execute(select(feeds).where(feeds.c.id == world.world.id)).one()
    assert (row.claimed_by, row.etag, bytes(row.body_hash), row.state, row.title, row.format) == (
        None, '"1"', b"h" * 16, "ok", "World", "rss",
    )  # fmt: skip
    assert (row.last_ok_at, row.last_new_at) == (NOW, NOW)
    assert row.next_poll_at > NOW


def test_a_failed_poll_keeps_what_was_known_and_says_why(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world, entry("pact")))
    error = HostUnreachable("The host of https://courier.example/world.xml cannot be found.")
    failed = Polled(
        feed=world.world, outcome="failed", polled_at=NOW, result=PollResult(outcome="failed", error=error),
        reason=error.reason, detail=str(error),
    )  # fmt: skip

    feed_store.record(db, start_run(db), [failed], now=NOW, max_age=MONTH)

    row = db.execute(select(feeds).where(feeds.c.id == world.world.id)).one()
    assert (row.etag, row.state, row.failures, row.last_error) == ('"1"', "broken", 0.5, str(error))
    assert db.execute(select(feed_days).where(feed_days.c.feed_id == world.world.id)).all() == [
        (world.world.id, date(2025, 3, 1), 2, 1, 1, 1)
    ]


def test_an_empty_document_is_a_state_of_its_own(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world))

    assert db.execute(select(feeds.c.state).where(feeds.c.id == world.world.id)).scalar_one() == FeedState.EMPTY


def test_a_feed_that_a_run_polls_is_left_to_it(db: Connection, world: World) -> None:
    assert feed_store.claim_due(db, start_run(db), now=NOW) == []


def test_a_feed_is_due_again_when_its_time_comes(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world, entry("pact")))
    run_store.free(db, world.run_id, outcome=run_store.Outcome.LOST)
    run = start_run(db)

    assert [feed.id for feed in feed_store.claim_due(db, run, now=NOW)] == [world.asia.id]
    assert [feed.id for feed in feed_store.claim_due(db, run, now=NOW + timedelta(days=1))] == [world.world.id]


def test_everything_means_also_feeds_that_are_not_due(db: Connection, world: World) -> None:
    record(db, world, fresh(world.world, entry("pact")), fresh(world.asia))

    claimed = feed_store.claim_due(db, start_run(db), now=NOW, everything=True)

    assert {feed.id for feed in claimed} == {world.world.id, world.asia.id}


def test_only_feeds_still_claimed_are_loaded_for_a_repeated_task(db: Connection, world: World) -> None:
    ids = [world.world.id, world.asia.id]
    record(db, world, fresh(world.world, entry("pact")))

    assert feed_store.load_claimed(db, world.run_id, ids) == [replace(world.asia)]
