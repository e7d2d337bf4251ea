"""Bursts and drops: what fires, and above all what does not."""

from __future__ import annotations

import math
import random
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from models import burst_store, signals, tables
from models.queries import checks
from tests import factories as make
from tests.panel import Press, noisy

SPAN = 84
BLOCS = ("western", "rok", "china-state")


@pytest.fixture
def press(db: Connection) -> Press:
    return Press(db)


def steady(
    press: Press, *, sources: int = 12, share: float = 0.2, days: range = range(1, SPAN), prefix: str = "paper"
) -> list[int]:
    """Sources of three blocs with 20 texts a day, so large a part of them on the topic, give or take one."""
    made = [press.source(f"{prefix}-{number}", bloc=BLOCS[number % 3], country="US") for number in range(sources)]
    for number, source in enumerate(made):
        for ago in days:
            grade = "ok" if max(days) == SPAN - 1 or ago <= max(days) - 14 else "unknown"
            press.tell(source, ago, 20, max(round(20 * share) + noisy(make.day(ago), number), 0), grade=grade)
    return made


def test_steady_news_is_neither_a_burst_nor_a_drop(press: Press) -> None:
    steady(press)
    press.close()

    assert press.found("trends.bursts") == press.found("trends.drops") == []


def test_a_doubling_is_found_everywhere_it_happens(press: Press) -> None:
    made = steady(press, days=range(2, SPAN))
    for source in made:
        press.tell(source, 1, 20, 8)
    press.close()

    found = press.found(
        "trends.bursts", "slice_kind", "slice", "day", "observed", "abs(expected - 48) < 4", "articles", "sources"
    )

    assert ("all", "", make.day(1), 96, True, 96, 12) in found
    assert {(kind, name) for kind, name, *_ in found} == {
        ("all", ""), *(("bloc", bloc) for bloc in BLOCS), ("country", "US"), ("kind", "newspaper"), ("language", "en"),
    }  # fmt: skip


def test_a_topic_that_vanishes_is_a_drop(press: Press) -> None:
    for source in steady(press, days=range(2, SPAN)):
        press.tell(source, 1, 20, 0)
    press.close()

    assert ("all", "", make.day(1), 0, True) in press.found(
        "trends.drops", "slice_kind", "slice", "day", "observed", "abs(expected - 48) < 4"
    )
    assert press.found("trends.bursts") == []


def test_a_burst_in_one_bloc_only_is_found_in_that_bloc(press: Press) -> None:
    for number, source in enumerate(steady(press, days=range(2, SPAN))):
        press.tell(source, 1, 20, 12 if BLOCS[number % 3] == "rok" else 4)
    press.close()

    assert press.found("trends.bursts", "slice", where="slice_kind = 'bloc'") == [("rok",)]


def test_twenty_more_feeds_that_write_of_nothing_else_are_no_burst(press: Press) -> None:
    steady(press)
    steady(press, sources=20, share=0.8, days=range(1, 23), prefix="new")
    press.close()

    assert press.found("trends.bursts") == press.found("trends.drops") == []


@pytest.mark.parametrize("share", [0.05, 0.8])
def test_twenty_feeds_that_go_are_neither(press: Press, share: float) -> None:
    steady(press)
    steady(press, sources=20, share=share, days=range(6, SPAN), prefix="old")
    press.close()

    assert press.found("trends.bursts") == press.found("trends.drops") == []


def test_a_week_in_which_half_of_the_sources_fail_is_neither(press: Press) -> None:
    steady(press)
    for source in [press.source(f"lost-{number}", bloc="western") for number in range(12)]:
        for ago in range(1, SPAN):
            dark = 4 <= ago < 11
            press.tell(source, ago, 0 if dark else 20, 0 if dark else 14, grade="dark" if dark else "ok")
    press.close()

    assert press.found("trends.bursts") == press.found("trends.drops") == []
    assert press.found("trends.tests", "grade", "reason", where=f"slice_kind = 'all' AND day = '{make.day(5)}'") == [
        ("thin", None)
    ]


def test_a_source_that_floods_its_feed_with_copies_is_no_burst(press: Press) -> None:
    first, *others = steady(press, days=range(2, SPAN))
    press.tell(first, 1, 20, 4, copies=300)
    for source in others:
        press.tell(source, 1, 20, 4)
    press.close()

    assert press.found("trends.bursts") == []


def test_a_source_that_writes_of_nothing_else_for_a_day_is_no_burst_of_all(press: Press) -> None:
    first, *others = steady(press, days=range(2, SPAN))
    press.tell(first, 1, 60, 60)
    for source in others:
        press.tell(source, 1, 20, 4)
    press.close()

    assert press.found("trends.bursts") == []
    assert press.found("trends.tests", "observed", "p_high < 0.001", "p_without > 0.05", where="slice_kind = 'all' AND p_high < 0.05") == [
        (104, True, True)
    ]  # fmt: skip


def test_a_topic_of_every_monday_is_no_burst_on_monday(press: Press) -> None:
    for number, source in enumerate([press.source(f"paper-{number}") for number in range(12)]):
        for ago in range(1, SPAN):
            monday = make.day(ago).isoweekday() == 1
            press.tell(source, ago, 20, (12 if monday else 4) + noisy(make.day(ago), number))
    press.close()

    assert press.found("trends.bursts") == press.found("trends.drops") == []


def test_a_burst_hides_neither_the_next_one_nor_brings_a_drop_after_it(press: Press) -> None:
    for number, source in enumerate([press.source(f"paper-{number}") for number in range(12)]):
        for ago in range(1, SPAN):
            high = ago == 1 or 8 <= ago < 15
            press.tell(source, ago, 20, (12 if high else 4) + noisy(make.day(ago), number))
    press.close(newest=20)

    days = {day for (day,) in press.found("trends.bursts", "day", where="slice_kind = 'all'")}

    assert days == {make.day(1), *(make.day(ago) for ago in range(8, 15))}
    assert press.found("trends.drops") == []


def test_what_cannot_be_tested_says_why(press: Press) -> None:
    source = press.source("paper")
    for ago in range(1, 30):
        press.tell(source, ago, 20, 4, grade="dark" if ago == 2 else "ok")
    press.close(newest=60)

    said = press.found("trends.tests", "day", "p_high IS NULL", "reason", where="slice_kind = 'all'")

    assert said[0] == (make.day(29), True, "too little history to compare with")
    assert said[-2] == (make.day(2), True, "sources of only 0 % of the usual coverage were complete")
    assert said[-1] == (make.day(1), False, None)


# Of many tests at once ------------------------------------------------------------------------------------------------


def drawn(rng: random.Random, mean: float, dispersion: float) -> int:
    """A negative binomial number: a Poisson one whose mean is drawn from a gamma distribution."""
    level = rng.gammavariate(mean / (dispersion - 1), dispersion - 1)
    limit, count, product = math.exp(-level), 0, rng.random()
    while product > limit:
        count, product = count + 1, product * rng.random()
    return count


def test_where_nothing_is_up_as_few_tests_fire_as_they_say(db: Connection) -> None:
    """960 tests of counts from negative binomials with weekdays, that is 40 topics in 4 slices on 6 days."""
    rng = random.Random(42)
    press = Press(db, topics=[f"topic-{number}" for number in range(40)])
    for number, source in enumerate(press.source(f"paper-{number}", bloc=BLOCS[number % 3]) for number in range(3)):
        for ago in range(1, 64):
            weekday = 1 + 0.2 * (make.day(ago).isoweekday() % 3)
            on = {slug: drawn(rng, (2 + number + len(slug)) * weekday, 1.8) for slug in press.topics}
            press.tell(source, ago, 60, {slug: min(count, 60) for slug, count in on.items()})
    press.close(newest=6)

    sql = """
        SELECT count(*), count(*) FILTER (WHERE p_high <= 0.05), count(*) FILTER (WHERE p_low <= 0.05),
            count(*) FILTER (WHERE least(p_high, p_low) <= 0.001), count(*) FILTER (WHERE least(q_high, q_low) <= 0.05)
        FROM trends.tests WHERE slice_kind IN ('all', 'bloc') AND p_high IS NOT NULL
    """
    tests, high, low, rare, sure = db.execute(sa.text(sql)).one()

    # Realised with this seed: see docs/trends.md.
    assert tests == 960
    assert 0.01 < high / tests < 0.07
    assert 0.01 < low / tests < 0.07
    assert rare / tests < 0.006
    assert sure <= 6


def test_the_back_test_states_the_realised_beside_the_nominal_rate(press: Press) -> None:
    for source in steady(press, days=range(2, SPAN)):
        press.tell(source, 1, 20, 12)
    press.close(newest=20)

    sql = "SELECT history, direction, volume, nominal, fired, tests > 0, realised <= nominal FROM trends.backtest ORDER BY 1, 2, 3, 4"
    rows = [tuple(row) for row in press.db.execute(sa.text(sql))]

    assert [row[:4] for row in rows] == [
        (history, direction, volume, nominal)
        for history in ("quiet", "shuffled")
        for direction in ("high", "low")
        for volume in ("5 or more", "any")
        for nominal in (0.001, 0.01, 0.05)
    ]
    assert [row[4] for row in rows if row[:3] == ("quiet", "high", "any")] == [7, 7, 7]


def test_the_shuffled_day_is_drawn_by_the_key_and_so_always_the_same(press: Press) -> None:
    steady(press)
    press.close(newest=3)
    sql = sa.text(
        "SELECT day, slice_kind, slice, shuffled_high, shuffled_low FROM trends.tested WHERE shuffled_high IS NOT NULL"
    )
    before = press.db.execute(sql).all()

    press.close_again(newest=3)

    assert before
    assert press.db.execute(sql).all() == before


# By the hour, and slowly ----------------------------------------------------------------------------------------------


def test_an_hour_in_which_a_topic_breaks_out_is_found_by_its_hour(press: Press) -> None:
    sources = steady(press, sources=6, days=range(1, SPAN))
    press.close(newest=3)
    for number in range(6):
        for piece in range(3):
            made = {"published": make.at(1, hour=15), "title": f"Piece {piece}", "topics": ["pact"] if piece else []}
            make.article(press.db, f"paper-{number}", **made)
        make.article(press.db, f"paper-{number}", published=make.at(1, hour=0), topics=["pact"])
        midnight_in_seoul = make.at(1, hour=15)
        make.article(press.db, f"paper-{number}", published=midnight_in_seoul, topics=["pact"], language="ko")
        make.article(press.db, f"paper-{number}", published=make.at(1, hour=17))

    found = press.found_hours(
        "hour", "observed", "coverage", "expected < 6", "p_high < 0.01", where="slice_kind = 'all'"
    )

    assert len(sources) == 6
    assert found == [
        (make.at(1, hour=15), 12, 18, True, True),
        (make.at(1, hour=17), 0, 6, True, False),
    ]
    assert [(one.slice_kind, one.slice, one.hour, one.observed, one.tests) for one in signals.hours(press.db)] == [
        ("all", "", make.at(1, hour=15), 12, 8),
    ]


def shifting(press: Press) -> None:
    """Six sources that write more on the topic from 70 days ago on."""
    for number, source in enumerate([press.source(f"paper-{number}") for number in range(6)]):
        for ago in range(1, 182):
            press.tell(source, ago, 20, (6 if ago < 70 else 4) + noisy(make.day(ago), number))


def shifts(press: Press) -> list[tuple[Any, ...]]:
    """Those of all sources together: weeks and ratios."""
    return press.found("trends.shifts", "week", "round(ratio::numeric, 1)::float8", where="slice_kind = 'all'")


def wrong_shifts(press: Press) -> int:
    return len(press.db.execute(checks()["shifts_equal_recount"]).all())


def test_a_slow_shift_is_found_in_its_week_and_added_feeds_are_none(press: Press) -> None:
    shifting(press)
    steady(press, sources=20, share=0.8, days=range(1, 40), prefix="new")
    press.close(newest=1)

    assert shifts(press) == [(make.day(70), 1.5)]
    assert wrong_shifts(press) == 0


def test_shifts_are_found_again_once_a_count_of_their_weeks_changes(press: Press) -> None:
    shifting(press)
    press.close(newest=1)
    assert shifts(press) == [(make.day(70), 1.5)]

    make.clock(press.db, make.NOW + timedelta(minutes=5))
    late = tables.counts.c
    of_topic = (late.about == "topic") & (late.slice_kind == "source") & (late.grain == "day")
    twice = tables.counts.update().values(comparable=2 * late.comparable, since=sa.func.news.clock())
    press.db.execute(twice.where(of_topic & (late.starts_on >= make.day(69))))

    assert wrong_shifts(press) > 0
    burst_store.mark(press.db, [make.day(0)])  # of the week that is not over: no shift rests on it
    burst_store.refresh(press.db, most=1)
    assert shifts(press) == [(make.day(70), 1.5)]
    burst_store.mark(press.db, [make.day(30)])
    assert wrong_shifts(press) == 0  # it waits
    burst_store.refresh(press.db, most=1)

    assert shifts(press) == [(make.day(70), 2.9)]
    assert wrong_shifts(press) == 0
    with make.as_of(press.db, make.NOW + timedelta(minutes=1)):
        assert shifts(press) == [(make.day(70), 1.5)]


def test_levels_without_a_change_have_no_shift(db: Connection) -> None:
    flat = sa.text("SELECT * FROM trends.shift_points(CAST(:counts AS float8[]), CAST(:usual AS float8[]))")
    rng = random.Random(7)
    counts = [float(drawn(rng, 30, 2)) for _ in range(26)]
    stepped = [30.0 + count / 10 for count in counts[:13]] + [60.0 + count / 10 for count in counts[13:]]

    assert db.execute(flat, {"counts": counts, "usual": [30.0] * 26}).all() == []
    assert [row.place for row in db.execute(flat, {"counts": stepped, "usual": [30.0] * 26})] == [14]
