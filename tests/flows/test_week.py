"""Three days of twenty feeds in simulated time: the real poller, cadence and store, a fake clock and a fake web."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

import pytest

from extractors.records import FeedState
from tests.simulated import DAY, HOUR, MONDAY, Poll, Simulation, Site, Trouble, appearing, found

END = MONDAY + 3 * DAY
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("week")]  # one simulation for all tests
TROUBLES: dict[str, tuple[tuple[str, float, float], ...]] = {  # what, from and to which hour
    "outage": (("outage", 30, 36),),
    "server errors": (("5xx", 30, 33), ("5xx", 36, 39)),
    "told to wait": (("429", 30, 36),),
    "bot wall": (("wall", 30, 42),),
    "gone": (("410", 30, 99),),
    "no feed": (("no feed", 30, 38),),
    "false 304s": (("false 304", 30, 99),),
    "moved": (("moved", 12, 99), ("removed", 66, 99)),
    "renamed": (("renamed", 30, 99),),
    "dates lost": (("undated", 30, 99),),
    "empty": (("empty", 30, 36),),
    "silent": (),
}


def site(number: int, kind: str, *, a_day: float, end: float = 72.0, **facts: object) -> Site:
    published = appearing(
        random.Random(number), MONDAY - 14 * DAY, MONDAY + end * HOUR, a_day=a_day, night=0.15, weekend=0.5
    )
    troubles = tuple(
        Trouble(what=what, start=MONDAY + first * HOUR, end=MONDAY + last * HOUR)
        for what, first, last in TROUBLES.get(kind, ())
    )
    return Site(kind=kind, name=f"press-{number:02}", published=published, troubles=troubles, **facts)


def sites() -> list[Site]:
    healthy = [
        site(number, kind, a_day=a_day, lists=lists, validators=number % 2 == 0)
        for number, (kind, a_day, lists) in enumerate(
            [("agency", 300, 50)] * 2
            + [("daily", 60, 30)] * 2
            + [("regional", 15, 30)] * 2
            + [("think tank", 0.5, 10)] * 2
        )
    ]
    ailing = [
        site(len(healthy) + number, kind, a_day=40, end=30 if kind == "silent" else 72)
        for number, kind in enumerate(TROUBLES)
    ]
    return healthy + ailing


def states(polls: Iterable[Poll]) -> list[str]:
    """The states that followed each other; a feed that answers is `well`, with news or without."""
    well = {FeedState.OK, FeedState.UNCHANGED}
    return [state for state, _ in groupby("well" if poll.state in well else poll.state.value for poll in polls)]


@pytest.fixture(scope="module")
def week(engine) -> Iterable[tuple[Simulation, dict[tuple[str, int], object]]]:
    """What happened, and when each article was found; one simulation for all tests."""
    simulation = Simulation(sites(), minutes=15)
    with engine.connect() as db, db.begin() as outer:
        simulation.enter(db)
        simulation.run(db, END)
        yield simulation, found(db, simulation.sites)
        outer.rollback()


def polls_of(simulation: Simulation, kind: str) -> list[Poll]:
    return [poll for poll in simulation.polls if poll.site.kind == kind]


def test_each_trouble_leads_through_its_own_states_and_out_again(week) -> None:
    simulation, _ = week

    assert {kind: states(polls_of(simulation, kind)) for kind in TROUBLES} == {
        "outage": ["well", "broken", "well"],
        "server errors": ["well", "broken", "well", "broken", "well"],
        "told to wait": ["well", "broken", "well"],
        "bot wall": ["well", "blocked", "well"],
        "gone": ["well", "gone"],
        "no feed": ["well", "broken", "well"],
        "false 304s": ["well"],
        "moved": ["well", "moved"],
        "renamed": ["well"],
        "dates lost": ["well", "undated"],
        "empty": ["well", "empty", "well"],
        "silent": ["well"],
    }


def test_healthy_feeds_are_well_from_their_first_poll_on(week) -> None:
    simulation, _ = week

    assert [states(polls_of(simulation, kind)) for kind in ("agency", "daily", "regional", "think tank")] == [
        ["well"]
    ] * 4


def test_no_article_of_a_healthy_feed_leaves_it_unseen(week) -> None:
    simulation, seen = week
    missed = [
        (site.name, number)
        for site in simulation.sites
        if site.kind not in TROUBLES
        for number, at in enumerate(site.published)
        if MONDAY <= at < END - DAY / 2 and (site.name, number) not in seen
    ]

    assert missed == []


def test_feeds_are_asked_as_often_as_they_bring_something(week) -> None:
    simulation, _ = week
    by_day = [poll for poll in simulation.polls if poll.at.day == 5 and poll.at.hour >= 12]

    def intervals(kind: str) -> tuple[int, int]:
        mine = [poll.interval for poll in by_day if poll.site.kind == kind]
        return min(mine), max(mine)

    assert {kind: intervals(kind) for kind in ("agency", "daily", "regional", "think tank", "silent")} == {
        "agency": (60, 75),
        "daily": (60, 75),
        "regional": (60, 75),
        "think tank": (360, 668),
        "silent": (550, 550),
    }


def test_a_feed_that_is_gone_or_silent_is_hardly_asked(week) -> None:
    simulation, _ = week
    last_day = [poll for poll in simulation.polls if poll.at >= END - DAY]

    asked = {kind: sum(poll.site.kind == kind for poll in last_day) for kind in ("gone", "silent")}
    assert asked == {"gone": 0, "silent": 3}


def test_a_server_that_says_304_falsely_is_found_out_within_a_day(week) -> None:
    simulation, _ = week
    after = [poll for poll in polls_of(simulation, "false 304s") if poll.at >= MONDAY + 30 * HOUR]
    first = next(poll for poll in after if poll.outcome == "fresh")

    assert first.at - MONDAY - 30 * HOUR < DAY
    assert [poll.reason for poll in after if poll.at > first.at].count("304") == 0


def test_the_new_address_is_asked_once_the_move_has_held_so_that_the_old_one_may_go(week) -> None:
    simulation, _ = week

    assert [poll.outcome for poll in polls_of(simulation, "moved") if poll.at >= MONDAY + 66 * HOUR].count(
        "failed"
    ) == 0


def test_waits_are_at_least_the_interval_and_at_most_a_tenth_longer(week) -> None:
    simulation, _ = week
    longer = [
        (poll.next_at - poll.at) / timedelta(minutes=poll.interval)
        for poll in simulation.polls
        if poll.outcome != "failed"
    ]

    assert min(longer) >= 1.0
    assert max(longer) <= 1.1
