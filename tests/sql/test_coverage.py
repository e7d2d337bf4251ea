"""Coverage: how complete days are, and how a share changes when sources come, go or fail."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from models import cube_store, tables
from models.queries import checks
from tests import factories as make

MORROW = make.NOW + timedelta(days=1)
"""The clock stands here: the day of NOW is over."""


@pytest.fixture
def world(db: Connection) -> Connection:
    """A database in which it is the day after NOW, with a taxonomy of one topic."""
    make.clock(db, MORROW)
    make.taxonomy(db, "pact")
    return db


def publish(db: Connection, slug: str, days: Iterable[int], *, on_topic: int = 0, others: int = 0) -> None:
    """So many articles of a source on each of these days (counted back from NOW)."""
    moments = [make.at(ago, hour=9) for ago in days]
    make.articles(db, slug, [at for at in moments for _ in range(on_topic)], topics=["pact"])
    make.articles(db, slug, [at for at in moments for _ in range(others)])


def poll(db: Connection, slug: str, days: Iterable[int], *, polls: int = 24, failed: int = 0) -> None:
    """How often the feed of a source was asked on each of these days; it is watched since the day before the first."""
    feed = make.feed(db, slug, watched_since=make.at(max(days) + 1))
    for ago in days:
        row = {"feed_id": feed, "day": make.day(ago), "polls": polls, "failed": failed, "listed": 0, "new": 0}
        db.execute(tables.feed_days.insert().values(row))


def ask(db: Connection, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.execute(sa.text(sql), values)]


def grade(db: Connection, slug: str, ago: int) -> tuple[str, str]:
    (found,) = ask(
        db, "SELECT grade, reason FROM trends.source_days WHERE source = :source AND day = :day",
        source=slug, day=make.day(ago),
    )  # fmt: skip
    return found


# grades -------------------------------------------------------------------------------------------------------------


def test_a_day_like_the_others_is_ok(world: Connection) -> None:
    poll(world, "alpha", range(40))
    publish(world, "alpha", range(40), others=4)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("ok", "")


def test_a_source_that_brings_far_less_than_usual_is_thin(world: Connection) -> None:
    poll(world, "alpha", range(40))
    publish(world, "alpha", range(1, 40), others=12)
    publish(world, "alpha", [0], others=2)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("thin", "2 of usually 12.0 articles")


def test_a_source_that_brings_nothing_against_its_habit_is_dark_and_not_zero(world: Connection) -> None:
    poll(world, "alpha", range(40))
    publish(world, "alpha", range(1, 40), others=12)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("dark", "0 of usually 12.0 articles")


def test_a_source_that_seldom_publishes_is_ok_on_a_day_without_an_article(world: Connection) -> None:
    poll(world, "alpha", range(50))
    publish(world, "alpha", range(3, 50, 10), others=1)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("ok", "")


def test_a_day_on_which_every_poll_failed_is_dark_however_seldom_the_source_publishes(world: Connection) -> None:
    poll(world, "alpha", range(1, 50))
    poll(world, "alpha", [0], failed=24)
    publish(world, "alpha", range(3, 50, 10), others=1)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("dark", "its feeds failed")


def test_a_day_on_which_nobody_asked_is_dark(world: Connection) -> None:
    poll(world, "alpha", range(1, 50))
    publish(world, "alpha", range(3, 50, 10), others=1)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("dark", "its feeds were not asked")


def test_what_failed_is_no_part_of_the_habit(world: Connection) -> None:
    poll(world, "alpha", [*range(10), *range(20, 50)])
    poll(world, "alpha", range(10, 20), failed=24)
    publish(world, "alpha", [*range(10), *range(20, 50)], others=6)
    cube_store.roll_up(world)

    expected = ask(world, "SELECT expected FROM trends.source_days WHERE day = :day", day=make.day(0))
    assert expected == [(6.0,)]


def test_a_source_that_is_new_is_unknown_for_a_fortnight(world: Connection) -> None:
    make.feed(world, "alpha", watched_since=make.at(10))
    poll(world, "alpha", range(10))
    publish(world, "alpha", range(10), others=6)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("unknown", "fewer than 14 days of history")


def test_days_that_a_feed_listed_before_it_was_watched_count_as_history(world: Connection) -> None:
    make.feed(world, "alpha", watched_since=make.at(1))
    publish(world, "alpha", range(30), others=6)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 2) == ("ok", "")
    assert ask(world, "SELECT min(day) FROM trends.source_days") == [
        (make.day(28),)
    ]  # the first listed may be half a day


def test_a_source_that_is_no_longer_watched_is_unknown(world: Connection) -> None:
    make.feed(world, "alpha", watched_until=make.at(5))
    poll(world, "alpha", range(6, 50))
    publish(world, "alpha", range(6, 50), others=6)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 0) == ("unknown", "no longer watched")


def test_a_source_that_rests_on_sundays_is_not_dark_on_one(world: Connection) -> None:
    sundays = {ago for ago in range(60) if make.day(ago).isoweekday() == 7}
    poll(world, "alpha", range(60))
    publish(world, "alpha", sorted(set(range(60)) - sundays), others=7)
    cube_store.roll_up(world)

    assert {grade(world, "alpha", ago)[0] for ago in sundays if ago < 7} == {"ok"}


def test_a_late_article_changes_the_grade_of_its_day(world: Connection) -> None:
    poll(world, "alpha", range(60))
    publish(world, "alpha", [ago for ago in range(60) if ago != 20], others=6)
    cube_store.roll_up(world)
    assert grade(world, "alpha", 20) == ("dark", "0 of usually 6.0 articles")

    publish(world, "alpha", [20], others=6)
    cube_store.roll_up(world)

    assert grade(world, "alpha", 20) == ("ok", "")
    assert world.execute(checks()["grades_equal_regrade"]).all() == []
    assert world.execute(checks()["cube_equals_recount"]).all() == []


def test_grades_can_be_asked_as_of_an_earlier_moment(world: Connection) -> None:
    poll(world, "alpha", range(60))
    publish(world, "alpha", range(1, 60), others=6)
    cube_store.roll_up(world)
    then = grade(world, "alpha", 0)
    make.clock(world, MORROW + timedelta(hours=1))
    publish(world, "alpha", [0], others=6)
    cube_store.roll_up(world)

    with make.as_of(world, MORROW):
        assert grade(world, "alpha", 0) == then == ("dark", "0 of usually 6.0 articles")
    assert grade(world, "alpha", 0) == ("ok", "")


@given(
    x=st.integers(0, 60),
    mean=st.floats(0.01, 50),
    dispersion=st.one_of(st.just(1.0), st.floats(1.01, 9)),
)
def test_the_distribution_is_one(engine: sa.Engine, x: int, mean: float, dispersion: float) -> None:
    asked = (
        "SELECT trends.count_cdf(:x, :mean, :d), trends.count_cdf(:x + 1, :mean, :d), trends.count_cdf(4000, :mean, :d)"
    )
    with engine.connect() as db:
        here, further, whole = db.execute(sa.text(asked), {"x": x, "mean": mean, "d": dispersion}).one()

    assert 0 <= here <= further <= whole <= 1
    assert whole == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "mean", "dispersion", "probability"),
    [(0, 2, 1, 0.1353353), (3, 2, 1, 0.8571235), (0, 2, 3, 1 / 3), (1, 2, 3, 5 / 9), (2, 2, 3, 19 / 27), (-1, 2, 1, 0)],
)  # Poisson by its table; negative binomial of size 1: 1 - (2/3)^(x + 1)
def test_the_distribution_has_the_values_of_the_textbook(
    db: Connection, x: int, mean: float, dispersion: float, probability: float
) -> None:
    ((found,),) = ask(db, "SELECT trends.count_cdf(:x, :mean, :d)", x=x, mean=mean, d=dispersion)

    assert found == pytest.approx(probability, abs=1e-6)


# slices and shares --------------------------------------------------------------------------------------------------


def test_a_day_whose_sources_are_mostly_dark_has_no_share_but_its_articles(world: Connection) -> None:
    for slug in ("alpha", "beta", "gamma"):
        poll(world, slug, range(40))
        publish(world, slug, range(1, 40), others=9, on_topic=1)
    publish(world, "alpha", [0], others=9, on_topic=1)
    cube_store.roll_up(world)

    found = ask(
        world,
        "SELECT articles, coverage, share, grade, reason FROM trends.topic_days WHERE day >= :day ORDER BY day LIMIT 2",
        day=make.day(1),
    )

    assert found == [
        (3, 30, 0.1, "ok", None),
        (1, 10, None, "dark", "sources of only 33 % of the usual coverage were complete"),
    ]


def test_a_bloc_whose_complete_source_published_nothing_has_zero_and_a_dark_one_has_null(world: Connection) -> None:
    make.source(world, "seldom", bloc="dprk-state")
    make.source(world, "fails", bloc="china-state")
    for slug in ("seldom", "fails"):
        publish(world, slug, range(3, 50, 10), others=1)
    poll(world, "seldom", range(50))
    poll(world, "fails", range(1, 50))
    poll(world, "fails", [0], failed=24)
    cube_store.roll_up(world)

    found = ask(
        world, "SELECT bloc, articles, share, reason FROM trends.topic_bloc_days WHERE day = :day ORDER BY bloc",
        day=make.day(0),
    )  # fmt: skip

    assert found == [
        ("china-state", None, None, "no coverage"),
        ("dprk-state", 0, None, "nothing was published"),
    ]


def test_the_effective_number_of_sources_tells_one_loud_voice_from_many(world: Connection) -> None:
    publish(world, "loud", [0], on_topic=8)
    publish(world, "quiet", [0], on_topic=1)
    publish(world, "still", [0], on_topic=1)
    cube_store.roll_up(world)

    found = ask(world, "SELECT sources, effective_sources FROM trends.topic_days WHERE day = :day", day=make.day(0))

    assert found == [(3, pytest.approx(100 / 66))]


def changes(db: Connection, slice_kind: str = "all") -> list[tuple[Any, ...]]:
    """Share now and before, what the same sources and what other sources make of the change, members of the panel."""
    sql = (
        "SELECT share, share_before, same_sources, other_sources, panel FROM trends.topic_change(:day)"
        " WHERE slice_kind = :kind ORDER BY slice"
    )
    return [tuple(pytest.approx(x, abs=1e-9) for x in row) for row in ask(db, sql, day=make.day(0), kind=slice_kind)]


def test_twenty_added_feeds_full_of_the_topic_change_the_panel_and_not_the_sources_in_it(world: Connection) -> None:
    for number in range(10):
        poll(world, f"old-{number}", range(60))
        publish(world, f"old-{number}", range(60), on_topic=1, others=3)
    for number in range(20):
        make.feed(world, f"new-{number}", watched_since=make.at(6))
        poll(world, f"new-{number}", range(6))
        publish(world, f"new-{number}", range(6), on_topic=4)
    cube_store.roll_up(world)

    now = (7 * 10 + 6 * 20 * 4) / (7 * 40 + 6 * 20 * 4)
    assert changes(world) == [(now, 0.25, 0.0, now - 0.25, 10)]
    comparable = ask(
        world, "SELECT DISTINCT comparable_share FROM trends.topic_days WHERE day > :day AND complete", day=make.day(7)
    )
    assert comparable == [(0.25,)]


def test_sources_that_write_more_change_the_share_of_the_panel(world: Connection) -> None:
    poll(world, "alpha", range(60))
    publish(world, "alpha", range(7, 60), on_topic=1, others=3)
    publish(world, "alpha", range(7), on_topic=2, others=2)
    cube_store.roll_up(world)

    assert changes(world) == [(0.5, 0.25, 0.25, 0.0, 1)]


def test_a_week_in_which_half_of_the_sources_fail_is_no_change_of_the_others(world: Connection) -> None:
    for slug in ("alpha", "beta"):
        poll(world, slug, range(7, 60))
        publish(world, slug, range(7, 60), on_topic=2 if slug == "beta" else 0, others=4)
    poll(world, "alpha", range(7))
    poll(world, "beta", range(7), failed=24)
    publish(world, "alpha", range(7), others=4)
    cube_store.roll_up(world)

    assert changes(world) == [(0.0, 0.2, 0.0, -0.2, 1)]


def test_a_change_that_cannot_be_split_says_why(world: Connection) -> None:
    publish(world, "alpha", range(10), on_topic=1, others=1)
    cube_store.roll_up(world)

    found = ask(
        world,
        "SELECT change, same_sources, reason FROM trends.topic_change(:day) WHERE slice_kind = 'all'",
        day=make.day(0),
    )

    assert found == [(0.0, None, "no source was complete in both windows")]


def test_weeks_and_months_count_sources_once(world: Connection) -> None:
    publish(world, "alpha", range(28), on_topic=1, others=1)
    publish(world, "beta", [20], others=2)
    cube_store.roll_up(world)

    weeks = ask(
        world, "SELECT week, articles, sources, coverage, complete FROM trends.topic_weeks ORDER BY week DESC LIMIT 2"
    )
    months = ask(world, "SELECT month, articles, sources, coverage FROM trends.topic_months ORDER BY month")

    assert weeks == [(make.day(0), 1, 1, 2, False), (make.day(7), 7, 1, 14, True)]
    assert months == [(make.day(30), 28, 1, 58)]
