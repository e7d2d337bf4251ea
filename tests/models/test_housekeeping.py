"""Retention: what had its time goes, whole months of pages at once, and what was counted stays counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from models import cube_store, housekeeping, tables
from models.database import ensure_page_partitions
from models.housekeeping import Dropped
from tests import factories as make

NOW = make.NOW
"""The last day of a March."""


def retire(db: Connection, *, now: datetime = NOW, pages: int = 90, polls: int = 90) -> Dropped:
    return housekeeping.retire(db, now=now, keep_pages=timedelta(days=pages), keep_polls=timedelta(days=polls))


def months(db: Connection) -> list[str]:
    """The partitions of raw pages there are."""
    return sorted(
        db.scalars(sa.text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'news.pages'::regclass"))
    )


def page(db: Connection, month: date) -> None:
    ensure_page_partitions(db, month)
    facts = {"content_type": "text/html", "final_url": "https://a.example/", "size": 9, "fetched_at": NOW}
    db.execute(tables.pages.insert().values(month=month, content_hash=b"h" * 16, body=b"zstd", **facts))


def count(db: Connection, table: sa.Table) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def worked_day(db: Connection, ago: float, *, topics: Sequence[str] = (), **facts: object) -> int:
    """A run of `ago` days before that found one article and stored it."""
    run = make.run(db, started_at=make.at(ago), **facts)
    article = make.article(db, discovered_by=run, published=make.at(ago), topics=topics)
    make.poll(db, run, make.feed(db), tallies={("new", ""): 1})
    make.attempt(db, article, run)
    return run


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (0, ["2025_03", "2025_04"]),
        (30, ["2025_03", "2025_04"]),  # 1 March: February was over by then
        (31, ["2025_02", "2025_03", "2025_04"]),
        (90, ["2024_12", "2025_01", "2025_02", "2025_03", "2025_04"]),
        (10_000, ["2024_12", "2025_01", "2025_02", "2025_03", "2025_04"]),
    ],
)
def test_raw_pages_go_by_months_that_are_over(db: Connection, keep: int, kept: list[str]) -> None:
    for month in (date(2024, 12, 1), date(2025, 2, 1)):
        page(db, month)
    before = len(months(db))

    dropped = retire(db, pages=keep)

    assert months(db) == [f"news.pages_{month}" for month in kept]
    assert dropped.page_months == before + 1 - len(kept)  # April was made, too
    assert count(db, tables.pages) == len({"2024_12", "2025_02"} & set(kept))


def test_pages_may_be_kept_on_the_last_day_of_a_year(db: Connection) -> None:
    ensure_page_partitions(db, date(2025, 12, 31))
    ensure_page_partitions(db, date(2025, 12, 31))

    assert months(db) == ["news.pages_2025_12", "news.pages_2026_01"]


def test_polls_and_attempts_go_with_the_runs_they_belong_to(db: Connection) -> None:
    for ago in (91, 90.5, 89.5):
        worked_day(db, ago)

    dropped = retire(db, polls=90)

    assert (dropped.polls, dropped.attempts) == (2, 2)
    left = [count(db, table) for table in (tables.polls, tables.poll_tallies, tables.attempts, tables.articles)]
    assert left == [1, 1, 1, 3]


def test_a_run_that_is_still_going_keeps_everything(db: Connection) -> None:
    worked_day(db, 100, state="running", finished_at=None)

    assert retire(db) == Dropped(page_months=0, polls=0, attempts=0, bands=0)


def test_bands_are_kept_as_long_as_copies_are_looked_for(db: Connection) -> None:
    for ago in (15, 14, 0):
        make.article(db, published=make.at(ago), text=" ".join(f"word{number * (ago + 1)}" for number in range(60)))
    days = sa.select(tables.bands.c.day).distinct().order_by(tables.bands.c.day)

    dropped = retire(db)

    assert dropped.bands > 0
    assert db.scalars(days).all() == [make.day(14), make.day(0)]


def test_what_is_left_after_retention_passes_every_check(db: Connection) -> None:
    make.taxonomy(db, "pact")
    worked_day(db, 100, topics=["pact"])
    worked_day(db, 1, topics=["pact"])
    cube_store.recount(db)
    assert housekeeping.broken_checks(db) == {}

    assert retire(db).polls == 1

    assert housekeeping.broken_checks(db) == {}


def test_a_broken_check_is_named_with_its_rows(db: Connection) -> None:
    make.poll(db, make.run(db), make.feed(db), tallies={("seen", ""): 1}, listed=3)

    assert housekeeping.broken_checks(db) == {"funnels_balance": 1}


def test_what_was_dropped_is_told_in_words() -> None:
    assert str(Dropped(page_months=2, polls=30, attempts=4, bands=0)) == (
        "2 months of raw pages, 30 polls, 4 attempts, 0 bands"
    )


# feeds in trouble ---------------------------------------------------------------------------------------------------


def daily(db: Connection, feed: int, *, of: range, every: int = 1) -> None:
    """Days on which a feed was polled; on each `every`th it brought something new."""
    for ago in of:
        db.execute(
            tables.feed_days.insert().values(feed_id=feed, day=make.day(ago), polls=24, new=int(ago % every == 0))
        )


def troubled(db: Connection) -> list[tuple[str, str, bool]]:
    found = housekeeping.troubled_feeds(db, now=NOW)
    return [(feed.url.split("/")[-1], feed.why, feed.silent) for feed in found]


def test_a_feed_is_silent_by_its_own_rhythm(db: Connection) -> None:
    for name, every, last_new in [("daily", 1, 10), ("weekly", 7, 10), ("resting", 1, 5), ("dead-weekly", 7, 69)]:
        feed = make.feed(db, url=f"https://alpha.example/{name}", last_new_at=make.at(last_new), last_ok_at=NOW)
        daily(db, feed, of=range(last_new, 90), every=every)

    assert troubled(db) == [
        ("dead-weekly", "answers, but brings nothing new", True),
        ("daily", "answers, but brings nothing new", True),
    ]


def test_a_feed_without_a_rhythm_yet_is_given_time(db: Connection) -> None:
    feed = make.feed(db, last_new_at=make.at(60), last_ok_at=NOW)
    daily(db, feed, of=range(60, 62))

    assert troubled(db) == []


def test_a_failing_feed_is_in_trouble_with_its_reason_until_nobody_watches_it(db: Connection) -> None:
    facts = {"failures": 3, "last_error": "not found", "state": "broken"}
    make.feed(db, url="https://alpha.example/broken", **facts)
    make.feed(db, url="https://alpha.example/left", watched_until=make.at(1), **facts)

    assert troubled(db) == [("broken", "not found", False)]


def test_long_past_counts_are_thinned_to_the_start_of_each_day(db: Connection) -> None:
    made = make.NOW - timedelta(days=60)
    for hours in (1, 2, 30):
        make.clock(db, made + timedelta(hours=hours))
        make.article(db, published=made)
        cube_store.roll_up(db)
    make.clock(db, make.NOW)
    asked = sa.text("SELECT articles FROM trends.counts WHERE slice_kind = 'all' AND grain = 'day'")
    midnight = (made + timedelta(days=1)).replace(hour=0)

    housekeeping.retire(db, now=make.NOW, keep_pages=timedelta(days=9), keep_polls=timedelta(days=9))

    kept = db.execute(sa.select(tables.counts_past.c.articles).where(tables.counts_past.c.grain == "day").distinct())
    assert kept.scalars().all() == [2]
    with make.as_of(db, midnight + timedelta(hours=5)):  # stands for midnight
        assert db.execute(asked).scalars().all() == [2]
