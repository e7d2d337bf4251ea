"""Findings on sources: out of polls and articles, kept with since when, told once when they come and when they go."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from models import freshness_store, tables
from models.freshness_store import Turn
from tests import factories as make

DAYS = timedelta(days=1)


def heard(db: Connection, source: str, *, until: int, new: int = 10, days: int = 40) -> int:
    """A source that brought so many new articles a day, until so many days ago."""
    last = make.at(until)
    feed = make.feed(db, source, watched_since=make.at(90), last_new_at=last, state="ok", failures=0.0)
    rows = [
        {"feed_id": feed, "day": make.day(until + place), "polls": 20, "failed": 0, "listed": 100, "new": new}
        for place in range(days)
    ]
    db.execute(tables.feed_days.insert(), rows)
    return feed


def read(db: Connection, source: str, *, ago: range, **facts: object) -> None:
    """Three stored articles a day over some days."""
    for day in ago:
        for place in range(3):
            seen = make.at(day + place / 10)
            make.article(
                db,
                source,
                first_seen_at=seen,
                **{"grade": "full", "words": 500, "published_at": seen - DAYS / 50, **facts},
            )


def kinds(db: Connection) -> list[tuple[str, str]]:
    return [(one.source, one.finding.kind) for one in freshness_store.look(db, now=make.NOW)]


def test_a_source_is_silent_against_its_own_rhythm(db: Connection) -> None:
    heard(db, "alive", until=0)
    heard(db, "gone-quiet", until=4)
    heard(db, "rare", until=4, new=0)

    assert kinds(db) == [("gone-quiet", "silent")]


def test_days_on_which_nobody_could_listen_count_for_nothing(db: Connection) -> None:
    heard(db, "quiet", until=4)
    db.execute(tables.feed_days.update().values(failed=20))

    assert kinds(db) == []


def test_a_redesign_shows_in_the_pages_of_the_last_week(db: Connection) -> None:
    heard(db, "courier", until=0)
    read(db, "courier", ago=range(8, 34))
    read(db, "courier", ago=range(7), grade="teaser", words=60)

    assert kinds(db) == [("courier", "teasers"), ("courier", "shorter")]


def test_a_clock_that_is_nine_hours_behind_shows_in_the_time_to_first_sight(db: Connection) -> None:
    feed = heard(db, "courier", until=0)
    db.execute(tables.feeds.update().where(tables.feeds.c.id == feed).values(interval_minutes=15))
    for place in range(30):
        seen = make.at(place / 2)
        make.article(db, "courier", first_seen_at=seen, published=seen - timedelta(hours=9, minutes=1 + place % 7))

    assert kinds(db) == [("courier", "clock behind")]


def test_a_finding_is_kept_with_since_when_and_told_only_when_it_comes_and_when_it_goes(db: Connection) -> None:
    feed = heard(db, "quiet", until=4)

    _, came = freshness_store.refresh(db, now=make.NOW)
    _, stood = freshness_store.refresh(db, now=make.NOW + DAYS)
    [kept] = db.execute(
        sa.text("SELECT source, findings, since, said, figures -> 'silent' ->> 'expected' FROM ops.freshness")
    )
    db.execute(tables.feeds.update().where(tables.feeds.c.id == feed).values(last_new_at=make.NOW + DAYS))
    _, went = freshness_store.refresh(db, now=make.NOW + DAYS)
    [after] = db.execute(sa.text("SELECT source, findings, since FROM ops.freshness"))

    said = "brought nothing for 4 days; by its own rhythm 30 articles should have come"
    assert [(one.source, one.kind, one.since, one.said, one.ended) for one in came] == [
        ("quiet", "silent", make.at(4), said, False)
    ]
    assert stood == []
    assert tuple(kept)[:3] == ("quiet", ["silent"], make.at(4))
    assert [(type(one), one.kind, one.ended) for one in went] == [(Turn, "silent", True)]
    assert tuple(after) == ("quiet", [], None)
