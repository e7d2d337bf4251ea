"""The walk through a source's sitemaps, as the database remembers it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.archive import Child, Period
from extractors.cadence import PollResult
from extractors.errors import Misconfigured
from extractors.outcomes import FeedReading, Polled
from extractors.outlets import Outlet
from extractors.records import Catalogue, Document, Entry, FeedSpec, Outcome, Reason
from models import article_store, backfill_store, feed_store, run_store, source_store
from models.backfill_store import Backfill, Progress, Waiting
from models.tables import articles, feeds

from .conftest import NOW, World, start_run

JUNE = Period(date(2024, 6, 1), date(2024, 6, 30))
MAP = "https://courier.example/map.xml"


@pytest.fixture
def job(db: Connection, world: World) -> Backfill:
    return backfill_store.enter(db, "courier", JUNE, now=NOW)


def read(db: Connection, job: Backfill, url: str, *paths: str, rejected: tuple[tuple[Reason, int], ...] = ()) -> Polled:
    entries = tuple(
        Entry(url=f"https://courier.example/{path}", title=path, published_at=datetime(2024, 6, 2, tzinfo=UTC))
        for path in paths
    )
    document = Document(format="sitemap", title="", entries=entries, rejected=rejected)
    return Polled(
        feed=backfill_store.feed(db, job, url, now=NOW), outcome="fresh", polled_at=NOW,
        result=PollResult(outcome="fresh"), reading=FeedReading(body_hash=b"", size=9, document=document),
    )  # fmt: skip


def due(db: Connection, run_id: int, backfill: int | None = None) -> list[str]:
    found = article_store.due(db, run_id, now=NOW, limit=100, backfill=backfill)
    return [one.url.rpartition("/")[2] for one in found]


def test_the_same_source_and_period_is_one_back_fill_until_it_is_finished(db: Connection, job: Backfill) -> None:
    again = backfill_store.enter(db, "courier", JUNE, now=NOW)
    backfill_store.finish(db, job, now=NOW)
    anew = backfill_store.enter(db, "courier", JUNE, now=NOW)

    assert (job.resumed, again.resumed, anew.resumed) == (False, True, False)
    assert (again.id, anew.id > job.id) == (job.id, True)


def test_an_unknown_source_is_named(db: Connection, world: World) -> None:
    with pytest.raises(
        Misconfigured, match="There is no source 'curier'; `wirewatch feeds list` names those there are"
    ):
        backfill_store.enter(db, "curier", JUNE, now=NOW)


def test_sitemaps_are_read_index_by_index_and_those_that_failed_at_the_end(db: Connection, job: Backfill) -> None:
    def walk() -> list[str]:
        met = []
        while step := backfill_store.waiting(db, job):
            met.append(step.url[-5])
            if step == Waiting("https://courier.example/b.xml", 0, 0):
                backfill_store.put_off(db, job, step.url)
            else:
                backfill_store.record(db, run, job, read(db, job, step.url), now=NOW)
            if step.url.endswith("a.xml"):
                inner = [Child("https://courier.example/c.xml"), Child("https://courier.example/2019/d.xml")]
                assert backfill_store.add(db, job, inner, depth=1) == 2
                assert backfill_store.add(db, job, inner, depth=1) == 0
        return met

    run = start_run(db)
    backfill_store.add(db, job, [Child(f"https://courier.example/{name}.xml") for name in "ab"], depth=0)
    before = backfill_store.progress(db, job)

    assert (before, walk()) == (Progress(2, 0, 0, 0), ["a", "c", "b", "b"])
    assert backfill_store.progress(db, job) == Progress(waiting=0, read=3, skipped=1, given_up=0)


def test_what_a_sitemap_lists_becomes_articles_whatever_their_age_and_the_books_balance(
    db: Connection, world: World, job: Backfill
) -> None:
    run = start_run(db)
    backfill_store.add(db, job, [Child(MAP)], depth=0)

    tally = backfill_store.record(
        db, run, job, read(db, job, MAP, "one", "two", "one", "", rejected=((Reason.OUT_OF_PERIOD, 5),)), now=NOW
    )

    assert tally.counts == (
        ("duplicate", "listed twice", 1), ("new", "", 2), ("rejected", "not an article url", 1),
        ("rejected", "outside the period asked for", 5),
    )  # fmt: skip
    assert run_store.balance(db, run).holds
    assert run_store.balance(db, run).listed == 9
    [feed] = db.execute(sa.select(feeds).where(feeds.c.url == MAP)).all()
    assert (feed.watched_since, feed.watched_until, feed.last_polled_at) == (NOW, NOW, None)
    assert db.execute(sa.text("SELECT count(*) FROM ops.feeds WHERE url = :map"), {"map": MAP}).scalar_one() == 0
    assert [one.url for one in feed_store.claim_due(db, run, now=NOW, everything=True)] == []


def test_its_articles_are_left_to_it_until_it_is_finished(db: Connection, world: World, job: Backfill) -> None:
    run = start_run(db)
    backfill_store.add(db, job, [Child(MAP)], depth=0)
    backfill_store.record(db, run, job, read(db, job, MAP, "old"), now=NOW)
    feed_store.record(db, run, [_poll_of(world, "fresh")], now=NOW, max_age=NOW - datetime(2020, 1, 1, tzinfo=UTC))

    unfinished = (due(db, run), due(db, run, job.id))
    backfill_store.finish(db, job, now=NOW)

    assert unfinished == (["fresh"], ["old"])
    assert due(db, run) == ["old", "fresh"]


def _poll_of(world: World, path: str) -> Polled:
    entry = Entry(url=f"https://courier.example/{path}", title="t", published_at=NOW)
    document = Document(format="rss", title="", entries=(entry,))
    return Polled(
        feed=world.world, outcome="fresh", polled_at=NOW, result=PollResult(outcome="fresh"),
        reading=FeedReading(body_hash=b"h" * 16, size=1, document=document),
    )  # fmt: skip


def test_a_sitemap_that_is_also_polled_keeps_its_news_for_all(db: Connection, world: World, job: Backfill) -> None:
    run = start_run(db)
    backfill_store.add(db, job, [Child(world.world.url)], depth=0)
    backfill_store.record(db, run, job, read(db, job, world.world.url, "both"), now=NOW)

    assert (due(db, run), due(db, run, job.id)) == (["both"], ["both"])
    assert db.execute(sa.select(feeds.c.watched_until).where(feeds.c.id == world.world.id)).scalar_one() is None


def test_a_dead_run_leaves_its_articles_to_the_next_run_of_the_back_fill(
    db: Connection, world: World, job: Backfill
) -> None:
    run, later = start_run(db), start_run(db)
    backfill_store.add(db, job, [Child(MAP)], depth=0)
    backfill_store.record(db, run, job, read(db, job, MAP, "old"), now=NOW)
    ids = list(db.execute(sa.select(articles.c.id)).scalars())
    article_store.claim(db, run, ids, now=NOW)

    run_store.free(db, run, outcome=Outcome.LOST)

    assert (due(db, later), due(db, later, job.id)) == ([], ["old"])


def test_two_do_not_work_on_one_back_fill(engine: sa.Engine, db: Connection, job: Backfill) -> None:
    with engine.connect() as one, engine.connect() as other:
        assert (backfill_store.take(one, job), backfill_store.take(other, job)) == (True, False)


def test_a_sitemap_that_is_put_into_the_catalogue_is_watched_from_then_on(
    db: Connection, world: World, job: Backfill
) -> None:
    backfill_store.feed(db, job, MAP, now=NOW)
    later = datetime(2025, 6, 1, tzinfo=UTC)
    [source] = _catalogue(db).sources
    specs = tuple(FeedSpec(source="courier", url=url) for url in (world.world.url, world.asia.url, MAP))

    source_store.sync(db, Catalogue(sources=(source,), feeds=specs), now=later)

    found = db.execute(sa.select(feeds.c.url, feeds.c.watched_since, feeds.c.watched_until).order_by(feeds.c.id)).all()
    assert {row.url: (row.watched_since, row.watched_until) for row in found} == {
        world.world.url: (NOW, None), world.asia.url: (NOW, None), MAP: (later, None),
    }  # fmt: skip
    assert backfill_store.outlets(db) == [Outlet("courier", None, tuple(row.url for row in found), "en")]


def test_days_on_which_only_a_back_fill_looked_are_no_days_of_silence(
    db: Connection, world: World, job: Backfill
) -> None:
    ended = sa.update(feeds).values(
        watched_since=sa.text("now() - interval '200 days'"), watched_until=sa.text("now() - interval '100 days'")
    )
    db.execute(ended)
    backfill_store.feed(db, job, MAP, now=datetime.now(UTC))

    graded = db.execute(sa.text("SELECT DISTINCT grade FROM trends.grade_days(current_date - 30, current_date)"))

    assert set(graded.scalars()) <= {"unknown"}


def _catalogue(db: Connection) -> Catalogue:
    from extractors.records import Source, SourceKind

    source = Source(
        slug="courier", name="The Courier", homepage=None, country="GB", language="en", kind=SourceKind.NEWSPAPER,
        bloc="western", family="courier-group",
    )  # fmt: skip
    return Catalogue(sources=(source,), feeds=())
