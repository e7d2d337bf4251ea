"""Grades of days: what is graded again when sources begin, cease and begin again to be watched, and archives grow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from models import cube_store, tables
from models.queries import checks
from tests import factories as make

GRADED = "source_id, day, articles, expected, dispersion, polls, failed, grade, reason"
articles, feeds = tables.articles, tables.feeds


class Desk:
    """A day after another: a source that is watched for long, and one of which a back-fill has read the archive."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.now = make.NOW
        make.clock(db, self.now)
        make.feed(db, "steady", watched_since=make.at(30))
        make.feed(db, "late", watched_since=make.at(90), watched_until=make.at(90))
        make.articles(db, "steady", [make.at(3)])
        cube_store.roll_up(db)

    def list(self, days: Iterable[int]) -> list[int]:
        """One article of the late source on each of these days, counted back from today."""
        return make.articles(self.db, "late", [self.now - timedelta(days=ago) for ago in days])

    def withdraw(self, number: int) -> None:
        ids = list(self.db.scalars(sa.select(articles.c.id).order_by(articles.c.id)))
        self.db.execute(articles.delete().where(articles.c.id.in_(ids[number % 30 :][:1])))

    def watch(self, since: datetime | None = None) -> None:
        """Watch the late source, from now on, or again."""
        url = "https://late.example/feed.xml"
        mine = sa.select(feeds.c.watched_since).where(feeds.c.url == url)
        back_filled = self.db.scalar(mine) == make.at(90)
        begins = {"watched_since": since or self.now} if back_filled else {}
        self.db.execute(feeds.update().where(feeds.c.url == url).values(watched_until=None, **begins))

    def leave(self) -> None:
        is_watched = feeds.c.watched_until.is_(None) & (feeds.c.watched_since < self.now)
        self.db.execute(
            feeds.update()
            .where(feeds.c.url == "https://late.example/feed.xml", is_watched)
            .values(watched_until=self.now)
        )

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        make.clock(self.db, self.now)

    def roll_up(self) -> None:
        cube_store.roll_up(self.db)

    def grades(self) -> list[tuple]:
        return self._rows("news.source_days")

    def anew(self) -> list[tuple]:
        return self._rows(f"trends.grade_days('-infinity', '{(self.now - timedelta(days=1)).date()}')")

    def _rows(self, table: str) -> list[tuple]:
        return sorted(tuple(row) for row in self.db.execute(sa.text(f"SELECT {GRADED} FROM {table}")))


@pytest.fixture
def desk(db: Connection) -> Desk:
    return Desk(db)


def test_the_archive_of_a_source_is_graded_when_it_begins_to_be_watched(desk: Desk) -> None:
    desk.list(range(40))
    desk.roll_up()
    desk.watch()

    desk.roll_up()

    assert desk.grades() == desk.anew()


def test_a_source_that_is_watched_again_is_graded_for_the_time_between(desk: Desk) -> None:
    desk.watch(since=make.at(20))
    desk.list(range(40))
    desk.leave()
    desk.wait(20)
    desk.roll_up()
    desk.watch()

    desk.roll_up()

    assert desk.grades() == desk.anew()


def test_an_article_that_closes_a_hole_in_an_archive_bears_on_days_that_look_back_on_the_far_side(desk: Desk) -> None:
    desk.watch(since=make.at(60))
    desk.list([*range(1, 71), *range(90, 101)])
    desk.roll_up()
    desk.list([80])

    desk.roll_up()

    assert desk.grades() == desk.anew()


def test_an_article_of_this_week_may_open_an_archive(desk: Desk) -> None:
    desk.watch(since=make.at(2))
    desk.list([*range(5), *range(20, 41)])
    desk.roll_up()
    desk.list([7])

    desk.roll_up()

    assert desk.grades() == desk.anew()


def test_the_check_leaves_a_source_alone_that_waits_for_a_roll_up_though_no_day_of_it_is_graded(desk: Desk) -> None:
    desk.list(range(40))
    desk.roll_up()
    desk.watch()
    desk.list([9])

    assert desk.db.execute(checks()["grades_equal_regrade"]).all() == []


events = st.one_of(
    st.tuples(st.just("list"), st.sets(st.integers(0, 60), min_size=1)),
    st.tuples(st.just("list"), st.builds(range, st.integers(0, 30), st.integers(31, 60))),
    st.tuples(st.just("withdraw"), st.integers(0, 30)),
    st.tuples(st.just("watch")),
    st.tuples(st.just("leave")),
    st.tuples(st.just("wait"), st.sampled_from((1, 2, 9, 20))),
    st.tuples(st.just("roll_up")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, max_size=12))
def test_after_any_sequence_of_events_grades_equal_those_made_anew(db: Connection, sequence: list[tuple]) -> None:
    undo = db.begin_nested()
    try:
        desk = Desk(db)
        for kind, *rest in sequence:
            getattr(desk, kind)(*rest)

        desk.roll_up()

        assert desk.grades() == desk.anew()
    finally:
        undo.rollback()
