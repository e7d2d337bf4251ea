from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, Engine, select, text

from extractors.cadence import PollResult
from extractors.outcomes import FeedReading, Polled
from extractors.records import Document, Entry, Outcome
from models import article_store, feed_store, run_store
from models.run_store import Balance, FeedCount
from models.tables import articles, attempts, feeds, runs

from .conftest import NOW, World, start_run


def discover(db: Connection, world: World, *names: str) -> list[int]:
    listed = tuple(Entry(url=f"https://courier.example/{name}", title=name) for name in names)
    reading = FeedReading(body_hash=b"h" * 16, size=1, document=Document(format="rss", title="", entries=listed))
    poll = Polled(feed=world.world, outcome="fresh", polled_at=NOW, result=PollResult(outcome="fresh"), reading=reading)
    feed_store.record(db, world.run_id, [poll], now=NOW, max_age=timedelta(days=9))
    return [one.article_id for one in article_store.due(db, world.run_id, now=NOW, limit=10)]


def test_what_was_discovered_and_not_taken_up_is_waiting(db: Connection, world: World) -> None:
    discover(db, world, "a", "b")

    assert run_store.funnel(db, world.run_id) == [
        FeedCount(world.world.id, "courier", world.world.url, Outcome.WAITING, "not yet fetched", 2)
    ]
    assert run_store.balance(db, world.run_id) == Balance(
        listed=2, carried=0, ended=2, discovered=2, new=2, unsettled=0
    )


def test_the_books_do_not_balance_while_articles_are_claimed(db: Connection, world: World) -> None:
    ids = discover(db, world, "a", "b")
    article_store.claim(db, world.run_id, ids, now=NOW)

    balance = run_store.balance(db, world.run_id)

    assert (balance.unsettled, balance.holds) == (2, False)


def test_a_missing_outcome_is_noticed(db: Connection, world: World) -> None:
    discover(db, world, "a", "b")
    db.execute(text("UPDATE news.poll_tallies SET urls = 1 WHERE outcome = 'new'"))

    balance = run_store.balance(db, world.run_id)

    assert (balance.new, balance.discovered, balance.holds) == (1, 2, False)


def test_a_listed_entry_without_a_tally_is_noticed(db: Connection, world: World) -> None:
    discover(db, world, "a")
    db.execute(text("UPDATE news.polls SET listed = 2"))

    assert not run_store.balance(db, world.run_id).holds


def test_freeing_gives_back_what_was_claimed_and_counts_it(db: Connection, world: World) -> None:
    ids = discover(db, world, "a", "b")
    article_store.claim(db, world.run_id, ids, now=NOW)

    run_store.free(db, world.run_id, outcome=Outcome.LOST)

    assert db.execute(select(articles.c.claimed_by)).scalars().all() == [None, None]
    assert db.execute(select(feeds.c.claimed_by)).scalars().all() == [None, None]
    assert db.execute(select(attempts.c.outcome)).scalars().all() == ["lost", "lost"]
    assert run_store.balance(db, world.run_id).holds


def test_a_run_ends_ok_or_with_one_sentence(db: Connection, world: World) -> None:
    other = start_run(db)

    run_store.finish(db, world.run_id, now=NOW, timings={"poll": 1.5})
    run_store.finish(db, other, now=NOW, error="No feed answered.")

    assert db.execute(select(runs.c.state, runs.c.error, runs.c.timings).order_by(runs.c.id)).all() == [
        ("ok", None, {"poll": 1.5}), ("failed", "No feed answered.", {}),
    ]  # fmt: skip


def test_a_run_whose_connection_is_gone_is_buried_and_one_that_works_is_not(engine: Engine) -> None:
    with engine.connect() as alive, engine.connect() as dying:
        with alive.begin():
            living = start_run(alive)
        with dying.begin():
            dead = start_run(dying)
            backend = dying.execute(text("SELECT pg_backend_pid()")).scalar_one()
        try:
            with engine.begin() as db:
                db.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": backend})  # waits until it is gone
                dying.invalidate()
                buried = run_store.bury_dead(db, now=NOW)
                states = dict(db.execute(select(runs.c.id, runs.c.state)).tuples().all())
            assert buried == [dead]
            assert states == {living: "running", dead: "dead"}
        finally:
            alive.invalidate()
            with engine.begin() as db:
                db.execute(text("DELETE FROM news.runs"))


def test_what_a_buried_run_claimed_afterwards_is_freed_when_it_is_gone_as_well(db: Connection, world: World) -> None:
    ids = discover(db, world, "a", "b")
    db.execute(text("SELECT pg_advisory_unlock_all()"))  # its connection was lost, and it works on without knowing
    first = run_store.bury_dead(db, now=NOW)
    article_store.claim(db, world.run_id, ids, now=NOW)

    again = run_store.bury_dead(db, now=NOW + timedelta(hours=1))

    assert (first, again) == ([world.run_id], [world.run_id])
    assert db.execute(select(articles.c.claimed_by)).scalars().all() == [None, None]
    assert db.execute(select(attempts.c.outcome)).scalars().all() == ["lost", "lost"]
    assert db.execute(select(runs.c.state, runs.c.finished_at)).tuples().all() == [("dead", NOW)]
    assert run_store.bury_dead(db, now=NOW) == []
