"""Tests of days, kept: which are made anew, and that they equal tests made from scratch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from models import burst_store, cube_store, database, embedded, queries, tables, tag_store
from models.queries import checks
from tests import factories as make
from tests.panel import Press, noisy


def days_waiting(db: Connection) -> list[date]:
    return list(db.execute(sa.select(tables.dirty_tests.c.day).order_by(tables.dirty_tests.c.day)).scalars())


def wrong_tests(db: Connection) -> list[dict]:
    return [dict(row) for row in db.execute(checks()["tests_equal_retest"]).mappings()]


def kept(db: Connection) -> list[tuple]:
    columns = "topic_id, slice_kind, slice, day, observed, texts, sources, days, expected::text, p_high::numeric(9, 6)"
    sql = f"SELECT {columns} FROM trends.tested WHERE day > '{make.day(4)}' ORDER BY 1, 2, 3, 4"
    return [tuple(row) for row in db.execute(sa.text(sql))]


def hours(db: Connection) -> list[tuple]:
    columns = "topic, slice_kind, slice, hour, observed, coverage, expected::numeric(9, 6), dispersion::numeric(9, 6)"
    return [tuple(row) for row in db.execute(sa.text(f"SELECT {columns} FROM trends.burst_hours ORDER BY 1, 2, 3, 4"))]


def days_kept(db: Connection) -> list[date]:
    """Days whose kept tests are those of the moment asked about, the newest first."""
    return list(db.execute(sa.text("SELECT day FROM trends.tested_days ORDER BY day DESC")).scalars())


def days_tested(db: Connection, where: str) -> int:
    """How many days a question tests anew."""
    calls = sa.text("SELECT coalesce(pg_stat_get_xact_function_calls('trends.test_day'::regproc), 0)")
    db.execute(sa.text("SET LOCAL track_functions = 'all'"))
    before = db.execute(calls).scalar_one()
    db.execute(sa.text(f"SELECT count(*) FROM trends.tested WHERE {where}"))
    return db.execute(calls).scalar_one() - before


def retested(db: Connection) -> None:
    """Roll up, and test all that is to be."""
    cube_store.roll_up(db)
    while burst_store.refresh(db, most=50):
        pass


def told(db: Connection) -> list[int]:
    """Forty-five days of an outlet, three articles each, some on the pact; rolled up and tested."""
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact", made_at=make.at(90))
    written = [(make.at(ago), number <= 1 + noisy(make.day(ago), 1)) for ago in range(1, 46) for number in range(3)]
    on, off = (
        iter(make.articles(db, "alpha", [at for at, told in written if told is pact], topics=["pact"] if pact else []))
        for pact in (True, False)
    )
    retested(db)
    return [next(on if told else off) for _, told in written]


def test_a_late_arrival_reopens_its_day_and_those_that_look_back_on_it(db: Connection) -> None:
    told(db)
    assert days_waiting(db) == []

    make.article(db, published=make.at(5))
    cube_store.roll_up(db)

    assert days_waiting(db) == [make.day(ago) for ago in (5, 4, 3, 2, 1)]


def test_the_newest_days_are_tested_first_and_no_more_than_asked_for(db: Connection) -> None:
    told(db)
    burst_store.mark(db, [make.day(9)])

    done = burst_store.refresh(db, most=2)

    assert done == [make.day(2), make.day(1)]
    assert burst_store.waiting(db) == 7


@pytest.fixture
def shared(cluster: embedded.Cluster) -> Iterator[Engine]:
    """A database of its own, in which yesterday and a week wait to be tested."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with at_work(engine) as db:
            note(db)
        yield engine
        engine.dispose()


@contextmanager
def at_work(engine: Engine) -> Iterator[Connection]:
    """One of several that are at work at once, all of them at NOW."""
    with engine.begin() as db:
        make.clock(db, make.NOW)
        yield db


def note(db: Connection) -> None:
    """Note that yesterday changed, and a day of last week."""
    burst_store.mark(db, [make.day(1)])
    db.execute(queries.query("shifts_mark_all"))


def test_what_a_roll_up_notes_that_is_not_over_waits_for_its_end(shared: Engine) -> None:
    with at_work(shared) as rolling:
        note(rolling)
        with at_work(shared) as testing:
            assert burst_store.refresh(testing) == []

    with at_work(shared) as after:
        assert after.scalar(sa.select(sa.func.count()).select_from(tables.dirty_shifts)) == 1
        assert burst_store.refresh(after) == [make.day(1)]
        assert burst_store.waiting(after) == 0
        assert after.scalar(sa.select(sa.func.count()).select_from(tables.dirty_shifts)) == 0


def test_a_change_reaches_no_further_than_56_days(db: Connection) -> None:
    make.clock(db, make.NOW)

    burst_store.mark(db, [make.day(100)])

    assert days_waiting(db) == [make.day(100) + timedelta(days=ahead) for ahead in range(57)]


def test_after_arrivals_deletions_merges_and_retags_tests_equal_those_made_from_scratch(db: Connection) -> None:
    first, second, third, *_ = told(db)
    db.execute(tables.articles.update().where(tables.articles.c.id == second).values(origin_id=first))
    db.execute(tables.articles.delete().where(tables.articles.c.id == third))
    for number in range(4):
        make.article(db, "beta", published=make.at(2 + number), topics=["pact"])
    db.execute(tables.sources.update().where(tables.sources.c.slug == "alpha").values(bloc="rok"))

    cube_store.roll_up(db)
    while burst_store.refresh(db, most=50):
        pass

    assert kept(db)
    assert wrong_tests(db) == []


def test_the_check_notices_a_test_that_is_off(db: Connection) -> None:
    told(db)
    assert wrong_tests(db) == []

    db.execute(tables.tests.update().where(tables.tests.c.slice_kind == "all").values(observed=99))

    assert {row["slice_kind"] for row in wrong_tests(db)} == {"all"}


@pytest.mark.parametrize("column", ["dispersion", "p_low", "q_low", "p_without", "shuffled_high", "shuffled_low"])
def test_the_check_notices_whatever_else_of_a_test_is_off(db: Connection, column: str) -> None:
    told(db)

    db.execute(tables.tests.update().where(tables.tests.c.slice_kind == "all").values({column: 0.5}))

    assert {row["slice_kind"] for row in wrong_tests(db)} == {"all"}


def test_asked_as_of_a_moment_tests_say_what_they_said_then(db: Connection) -> None:
    told(db)
    before = kept(db)
    make.clock(db, make.NOW + timedelta(minutes=5))
    for _ in range(5):
        make.tag(db, make.article(db, published=make.at(2)), "pact", tagged_at=make.NOW + timedelta(minutes=5))
    cube_store.roll_up(db)
    while burst_store.refresh(db, most=50):
        pass

    assert kept(db) != before
    with make.as_of(db, make.NOW + timedelta(minutes=1)):
        assert kept(db) == before


@pytest.mark.parametrize("is_late", [False, True])
def test_asked_as_of_a_moment_hours_say_what_they_said_then(db: Connection, is_late: bool) -> None:
    told(db)
    before = hours(db)
    make.clock(db, make.NOW + timedelta(minutes=5))
    if is_late:
        make.tag(db, make.article(db, published=make.at(2)), "pact", tagged_at=make.NOW + timedelta(minutes=5))
        retested(db)
        assert hours(db) != before

    with make.as_of(db, make.NOW + timedelta(minutes=1)):
        assert hours(db) == before != []


def test_of_an_earlier_moment_only_days_on_which_something_changed_since_are_tested_anew(db: Connection) -> None:
    told(db)
    make.clock(db, make.NOW + timedelta(minutes=5))
    make.article(db, published=make.at(2))
    retested(db)
    burst_store.mark(db, [make.day(1)])
    make.article(db, published=make.at(1))

    with make.as_of(db, make.NOW + timedelta(minutes=1)):
        assert days_kept(db)[:2] == [make.day(3), make.day(4)]
        assert days_tested(db, f"day >= '{make.day(5)}'") == 2
        assert days_tested(db, f"day = '{make.day(4)}'") == 0
    assert days_kept(db)[:2] == [make.day(1), make.day(2)]
    assert days_tested(db, "true") == 0


def test_a_moment_before_the_taxonomy_was_another_one_is_tested_anew(db: Connection) -> None:
    told(db)
    before = kept(db)
    make.clock(db, make.NOW + timedelta(minutes=5))
    version = make.taxonomy(db, "war", made_at=make.NOW + timedelta(minutes=5), current=False)
    cube_store.recount(db, version)
    tag_store.make_current(db, version)
    burst_store.mark_all(db)
    retested(db)

    with make.as_of(db, make.NOW + timedelta(minutes=1)):
        assert days_kept(db) == []
        assert kept(db) == before != []


def test_a_switch_of_the_taxonomy_has_every_day_tested_again(db: Connection) -> None:
    told(db)
    version = make.taxonomy(db, "pact", current=False)
    cube_store.recount(db, version)
    tag_store.make_current(db, version)

    burst_store.mark_all(db)

    assert burst_store.waiting(db) >= 31


@pytest.mark.parametrize("days", [[], ()])
def test_nothing_marked_costs_nothing(db: Connection, days: list[date]) -> None:
    burst_store.mark(db, days)

    assert burst_store.refresh(db) == []


def test_tests_of_an_empty_database_are_none(db: Connection) -> None:
    Press(db)

    assert db.execute(sa.text("SELECT count(*) FROM trends.tests")).scalar() == 0
    assert db.execute(sa.text("SELECT count(*) FROM trends.burst_hours")).scalar() == 0
    assert db.execute(sa.text("SELECT count(*) FROM trends.shifts")).scalar() == 0
    assert db.execute(sa.text("SELECT count(*) FROM trends.backtest WHERE tests > 0")).scalar() == 0
