from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import cadence
from extractors.cadence import NextPoll, PollResult
from extractors.errors import (
    AskedToWait,
    BadRedirect,
    BotWall,
    Forbidden,
    Gone,
    HostHeld,
    HostSlow,
    HostUnreachable,
    NotFound,
    RefusedAddress,
    RefusedByRobots,
    ServerBroken,
    TooLarge,
    Unreadable,
    WirewatchError,
)
from extractors.records import Feed, FeedState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ERRORS = [AskedToWait, BadRedirect, BotWall, Forbidden, Gone, HostHeld, HostSlow, HostUnreachable, NotFound,
          RefusedAddress, RefusedByRobots, ServerBroken, TooLarge, Unreadable]  # fmt: skip


def a_feed(**facts: object) -> Feed:
    return replace(Feed(id=1, source_id=1, url="https://a.example/feed", language="en", state=FeedState.OK), **facts)


def after(feed: Feed, outcome: str = "fresh", **brought: object) -> NextPoll:
    return cadence.after(feed, PollResult(outcome=outcome, **brought), now=NOW)


def failed(feed: Feed, error: type[WirewatchError], **brought: object) -> NextPoll:
    return after(feed, "failed", error=error("It failed."), **brought)


def minutes(poll: NextPoll) -> float:
    """The wait without its spread."""
    bare = (poll.next_poll_at - NOW) / SPREAD_OF_1
    return round(bare.total_seconds() / 60, 3)


SPREAD_OF_1 = (after(a_feed(), "fresh").next_poll_at - NOW) / timedelta(minutes=60)


# What a feed yields --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interval", "listed", "new", "expected"),
    [
        (60, 30, 30, 30),  # all new
        (60, 30, 21, 30),  # under a third seen
        (60, 30, 20, 60),  # a third seen
        (60, 30, 10, 60),  # two thirds seen
        (60, 30, 9, 75),  # over two thirds seen
        (60, 30, 0, 75),
        (10, 30, 30, 10),  # the floor
        (12, 30, 30, 10),
        (700, 30, 0, 720),  # the cap
        (720, 30, 0, 720),
        (720, 30, 30, 60),  # a quiet feed that turns busy goes straight back
        (720, 30, 1, 360),  # something new: twice as often, down to hourly
        (720, 30, 15, 360),
        (75, 30, 1, 60),
        (61, 30, 1, 60),
        (60, 0, 0, 75),
    ],
)
def test_the_interval_follows_the_share_of_new_entries(interval: int, listed: int, new: int, expected: int) -> None:
    poll = after(a_feed(interval_minutes=interval), listed=listed, new=new)

    assert (poll.interval_minutes, minutes(poll)) == (expected, expected)


def test_an_unchanged_feed_is_asked_less_often() -> None:
    assert after(a_feed(interval_minutes=60), "unchanged").interval_minutes == 75


def test_a_fresh_document_whose_yield_is_not_known_yet_leaves_the_interval_alone() -> None:
    assert after(a_feed(interval_minutes=60), "fresh") == after(a_feed(interval_minutes=60), listed=30, new=15)


def test_the_first_look_at_a_feed_tells_nothing_about_its_pace() -> None:
    assert after(a_feed(state=FeedState.NEW), listed=30, new=30).interval_minutes == 60


def test_an_empty_feed_is_no_failure_but_a_state_of_its_own() -> None:
    poll = after(a_feed(), listed=0, new=0)

    assert (poll.state, poll.failures) == (FeedState.EMPTY, 0)
    assert after(a_feed(state=FeedState.EMPTY), "unchanged").state is FeedState.EMPTY
    assert after(a_feed(state=FeedState.EMPTY), listed=3, new=3).state is FeedState.OK


@pytest.mark.parametrize(
    ("outcome", "brought", "was", "state"),
    [
        ("fresh", {"listed": 3, "entries": 3, "dated": 2}, FeedState.EMPTY, FeedState.OK),
        ("fresh", {"listed": 3, "entries": 3, "dated": 0}, FeedState.OK, FeedState.UNDATED),
        ("fresh", {"listed": 3, "entries": 0, "dated": 0}, FeedState.OK, FeedState.EMPTY),
        ("fresh", {"listed": 0, "entries": 0, "dated": 0}, FeedState.OK, FeedState.EMPTY),
        ("fresh", {"listed": 3, "entries": 3, "dated": 0, "moved_to": "https://b.example/"}, FeedState.OK, FeedState.MOVED),
        ("fresh", {"listed": 0, "entries": 0, "dated": 0, "moved_to": "https://b.example/"}, FeedState.OK, FeedState.EMPTY),
        ("unchanged", {}, FeedState.OK, FeedState.UNCHANGED),
        ("unchanged", {"whole": True}, FeedState.MOVED, FeedState.UNCHANGED),
        ("unchanged", {"moved_to": "https://b.example/"}, FeedState.OK, FeedState.MOVED),
        ("unchanged", {}, FeedState.UNDATED, FeedState.UNDATED),
        ("unchanged", {}, FeedState.EMPTY, FeedState.EMPTY),
    ],
)  # fmt: skip
def test_a_feed_that_answers_has_a_state_of_its_own(
    outcome: str, brought: dict[str, object], was: FeedState, state: FeedState
) -> None:
    assert after(a_feed(state=was), outcome, **{"new": 0, **brought}).state is state


# "Nothing new" -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "plain"),
    [
        ({"etag": '"1"'}, False),
        ({"not_modified": 6, "last_whole_at": NOW - timedelta(hours=12)}, True),
        ({"not_modified": 6}, True),
        ({"not_modified": 5, "last_whole_at": NOW - timedelta(days=9)}, False),
        ({"not_modified": 99, "last_whole_at": NOW - timedelta(hours=11)}, False),
        ({"failures": 0.25}, True),
        ({"plain_until": NOW + timedelta(minutes=1)}, True),
        ({"plain_until": NOW}, False),
    ],
)
def test_a_feed_is_asked_plainly_after_failures_lies_and_many_304s(facts: dict[str, object], plain: bool) -> None:
    assert cadence.ask_plainly(a_feed(**facts), now=NOW) is plain


def test_304s_are_counted_until_a_whole_document_comes() -> None:
    feed = a_feed(not_modified=3)

    assert [
        after(feed, "unchanged").not_modified, after(feed, "unchanged", whole=True).not_modified,
        after(feed, "fresh", whole=True).not_modified, failed(feed, NotFound).not_modified,
    ] == [4, 0, 0, 0]  # fmt: skip


@pytest.mark.parametrize(
    ("contradicted", "new", "until"),
    [(True, 3, NOW + timedelta(days=30)), (True, 0, None), (False, 3, None)],
)
def test_a_server_that_said_304_while_it_had_news_is_asked_plainly_for_a_month(
    contradicted: bool, new: int, until: datetime | None
) -> None:
    assert after(a_feed(), listed=3, new=new, whole=True, contradicted=contradicted).plain_until == until


# Hints ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("brought", "expected"),
    [
        ({"ttl_minutes": 120}, 120),
        ({"ttl_minutes": 5}, 60),
        ({"max_age_seconds": 7_200}, 120),
        ({"max_age_seconds": 7_201}, 121),
        ({"ttl_minutes": 90, "max_age_seconds": 7_200}, 120),
        ({"ttl_minutes": 1_440}, 180),
        ({"max_age_seconds": 31_536_000}, 180),
        ({"ttl_minutes": -5, "max_age_seconds": -5}, 60),
    ],
)
def test_a_publishers_wish_is_a_least_wait_within_reason(brought: dict[str, int], expected: int) -> None:
    poll = after(a_feed(interval_minutes=60), **brought)

    assert (minutes(poll), poll.interval_minutes) == (expected, 60)


@pytest.mark.parametrize("outcome", ["unchanged", "fresh"])
def test_a_wish_in_the_document_holds_until_there_is_another_document(outcome: str) -> None:
    poll = after(a_feed(interval_minutes=60, wish_minutes=120), outcome, listed=3, new=1)

    assert minutes(poll) == (120 if outcome == "unchanged" else 60)


# Failures ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "weight"),
    [(HostSlow, 0.25), (AskedToWait, 0.25), (ServerBroken, 0.5), (HostUnreachable, 0.5), (NotFound, 0.5), (Unreadable, 1),
     (Forbidden, 1), (TooLarge, 1), (BadRedirect, 1), (RefusedAddress, 1), (BotWall, 1), (HostHeld, 0)],
)  # fmt: skip
def test_a_failure_weighs_as_much_as_it_tells_about_the_feed(error: type[WirewatchError], weight: float) -> None:
    assert failed(a_feed(failures=2.0), error).failures == 2 + weight


def test_waits_grow_in_proportion_to_failures_and_the_learned_interval_stays() -> None:
    feed, waits = a_feed(interval_minutes=60), []
    for _ in range(4):
        poll = failed(feed, Unreadable)
        waits.append(minutes(poll))
        feed = replace(feed, failures=poll.failures, state=poll.state, interval_minutes=poll.interval_minutes)

    assert waits == [120, 180, 240, 300]
    assert (feed.interval_minutes, feed.state) == (60, FeedState.BROKEN)


@pytest.mark.parametrize(
    ("error", "state"),
    [(Forbidden, FeedState.BLOCKED), (RefusedByRobots, FeedState.BLOCKED), (NotFound, FeedState.BROKEN), (BotWall, FeedState.BLOCKED),
     (HostHeld, FeedState.OK)],
)  # fmt: skip
def test_a_refusal_is_told_from_a_fault(error: type[WirewatchError], state: FeedState) -> None:
    assert failed(a_feed(), error).state is state


def test_a_feed_that_is_gone_is_stopped_but_for_a_probe_a_month() -> None:
    poll = failed(a_feed(), Gone)

    assert (poll.state, minutes(poll)) == (FeedState.GONE, 30 * 24 * 60)


@pytest.mark.parametrize(
    ("failures", "state"), [(8.9, FeedState.BROKEN), (9.0, FeedState.PARKED), (500.0, FeedState.PARKED)]
)
def test_many_failures_park_a_feed_and_it_is_asked_once_a_day(failures: float, state: FeedState) -> None:
    poll = failed(a_feed(failures=failures), Unreadable)

    assert poll.state is state
    assert minutes(poll) == (24 * 60 if state is FeedState.PARKED else 9.9 * 60 + 60)


@pytest.mark.parametrize("state", [FeedState.PARKED, FeedState.GONE, FeedState.BLOCKED, FeedState.BROKEN])
def test_a_feed_that_works_again_is_as_good_as_new(state: FeedState) -> None:
    poll = after(a_feed(state=state, failures=50.0), listed=10, new=5)

    assert (poll.state, poll.failures, minutes(poll)) == (FeedState.OK, 0, 60)


def test_a_304_after_failures_does_not_turn_a_feed_healthy() -> None:
    feed = a_feed(state=FeedState.BROKEN, failures=1.0)

    poll = after(feed, "unchanged")

    assert (poll.state, poll.failures, cadence.ask_plainly(feed, now=NOW)) == (FeedState.BROKEN, 1.0, True)


def test_a_whole_document_after_failures_does_even_when_it_is_the_known_one() -> None:
    poll = after(a_feed(state=FeedState.PARKED, failures=12.0), "unchanged", whole=True)

    assert (poll.state, poll.failures) == (FeedState.UNCHANGED, 0)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(60.0, 75), (3 * 3_600.0, 180), (30 * 86_400.0, 1_440), (1e300, 1_440), (-5.0, 75)],
)
def test_retry_after_is_a_least_wait_of_at_most_a_day(seconds: float, expected: int) -> None:
    assert minutes(failed(a_feed(), AskedToWait, retry_after=seconds)) == expected


# Properties ----------------------------------------------------------------------------------------------------------

feeds = st.builds(
    a_feed,
    id=st.integers(1, 10_000),
    interval_minutes=st.integers(0, 100_000),
    failures=st.floats(0, 1_000),
    state=st.sampled_from(FeedState),
)
counts = st.one_of(st.none(), st.integers(0, 3_000))
results = st.builds(
    PollResult,
    outcome=st.sampled_from(["fresh", "unchanged", "failed"]),
    listed=counts,
    new=st.one_of(st.none(), st.integers(0, 50)),
    error=st.sampled_from([None, *(error("It failed.") for error in ERRORS)]),
    retry_after=st.one_of(st.none(), st.floats(0, 1e12)),
    ttl_minutes=counts,
    max_age_seconds=st.one_of(st.none(), st.integers(0, 10**9)),
)


@given(feeds, results)
def test_the_next_poll_always_lies_ahead_and_never_too_far(feed: Feed, result: PollResult) -> None:
    poll = cadence.after(feed, result, now=NOW)

    assert timedelta(minutes=10) <= poll.next_poll_at - NOW <= timedelta(days=30) * 1.1
    assert 10 <= poll.interval_minutes <= 720
    assert poll.failures >= 0
    assert poll == cadence.after(feed, result, now=NOW)


@given(feeds, st.sampled_from(ERRORS))
def test_a_failure_never_brings_the_next_poll_forward(feed: Feed, error: type[WirewatchError]) -> None:
    feed = replace(feed, interval_minutes=min(max(feed.interval_minutes, 10), 720))

    assert failed(feed, error).next_poll_at >= NOW + timedelta(minutes=feed.interval_minutes)


def test_feeds_added_together_drift_apart() -> None:
    polls = {after(a_feed(id=number)).next_poll_at for number in range(1, 101)}

    assert len(polls) == 100
    assert max(polls) - min(polls) <= timedelta(minutes=6)
