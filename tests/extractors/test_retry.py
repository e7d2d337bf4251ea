from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import AskedToWait, HostSlow, HostUnreachable, RetryLater, ServerBroken
from extractors.retry import LONGEST_WAIT, next_try

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
BASE = timedelta(minutes=10)


def waits(error: RetryLater, tries: int) -> list[timedelta | None]:
    moments = [next_try(error, attempts=n, max_attempts=tries, base=BASE, now=NOW) for n in range(1, tries + 1)]
    return [moment and moment - NOW for moment in moments]


def test_waits_triple_and_the_last_try_gives_up() -> None:
    assert waits(ServerBroken("broken"), 4) == [
        timedelta(minutes=10),
        timedelta(minutes=30),
        timedelta(minutes=90),
        None,
    ]


@pytest.mark.parametrize(
    ("error", "minutes"),
    [(HostSlow("slow"), 5), (ServerBroken("broken"), 10), (HostUnreachable("away"), 15), (AskedToWait("busy"), 30)],
)
def test_each_kind_of_failure_has_its_own_patience(error: RetryLater, minutes: int) -> None:
    assert waits(error, 2)[0] == timedelta(minutes=minutes)


def test_what_the_server_asks_for_is_a_least_wait() -> None:
    assert waits(AskedToWait("busy", retry_after=7200), 2)[0] == timedelta(hours=2)
    assert waits(AskedToWait("busy", retry_after=5), 2)[0] == timedelta(minutes=30)


def test_nobody_sends_us_away_for_longer_than_a_day() -> None:
    assert waits(AskedToWait("busy", retry_after=10_000_000), 2)[0] == LONGEST_WAIT


@given(
    attempts=st.integers(1, 40),
    asked=st.none() | st.floats(0, 1e9),
    kind=st.sampled_from([HostSlow, ServerBroken, HostUnreachable, AskedToWait, RetryLater]),
)
def test_the_next_try_is_later_than_now_and_within_a_day(
    attempts: int, asked: float | None, kind: type[RetryLater]
) -> None:
    moment = next_try(kind("x", retry_after=asked), attempts=attempts, max_attempts=50, base=BASE, now=NOW)

    assert moment is not None
    assert NOW < moment <= NOW + LONGEST_WAIT
