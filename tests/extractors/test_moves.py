from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from extractors import moves
from extractors.errors import Forbidden, Gone, HostSlow, NotFound, ServerBroken, Unreadable, WirewatchError
from extractors.moves import Move
from extractors.records import Feed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
OLD, NEW, ELSEWHERE = "https://a.example/feed", "https://b.example/feed", "https://c.example/feed"
STAYS = Move(address=None, moved_to=None, polls=0, since=None)


def a_feed(**facts: object) -> Feed:
    return replace(Feed(id=1, source_id=1, url=OLD, language="en"), **facts)


def polled(feed: Feed, *targets: str | None, hours: float = 24) -> list[Move]:
    """What each of several polls, so many hours apart, says about the address."""
    said = []
    for number, target in enumerate(targets):
        move = moves.after(feed, moved_to=target, error=None, now=NOW + timedelta(hours=hours * number))
        feed = replace(
            feed, address=move.address, moved_to=move.moved_to, moved_polls=move.polls, moved_since=move.since
        )
        said.append(move)
    return said


def test_a_feed_that_stays_where_it_is_stays_so() -> None:
    assert polled(a_feed(), None, None) == [STAYS, STAYS]


def test_a_permanent_redirect_that_holds_changes_the_address() -> None:
    assert polled(a_feed(), NEW, NEW, NEW) == [
        Move(address=None, moved_to=NEW, polls=1, since=NOW),
        Move(address=None, moved_to=NEW, polls=2, since=NOW),
        Move(address=NEW, moved_to=None, polls=0, since=None),
    ]


def test_a_redirect_must_hold_for_days_however_often_it_is_seen() -> None:
    assert [move.address for move in polled(a_feed(), *[NEW] * 50, hours=1)] == [None] * 48 + [NEW] * 2


def test_a_redirect_that_goes_away_is_forgotten() -> None:
    assert polled(a_feed(), NEW, NEW, None, NEW)[-1] == Move(
        address=None, moved_to=NEW, polls=1, since=NOW + timedelta(days=3)
    )


def test_a_redirect_to_somewhere_else_begins_anew() -> None:
    assert polled(a_feed(), NEW, NEW, ELSEWHERE)[-1] == Move(
        address=None, moved_to=ELSEWHERE, polls=1, since=NOW + timedelta(days=2)
    )


def test_an_address_that_moves_on_is_followed_and_back_home_too() -> None:
    assert polled(a_feed(address=NEW), ELSEWHERE, ELSEWHERE, ELSEWHERE)[-1].address == ELSEWHERE
    assert polled(a_feed(address=NEW), OLD, OLD, OLD)[-1] == STAYS


@pytest.mark.parametrize("error", [NotFound, Gone, Unreadable, Forbidden])
def test_a_new_address_that_has_no_feed_any_more_is_given_up_for_the_old_one(error: type[WirewatchError]) -> None:
    assert moves.after(a_feed(address=NEW), moved_to=None, error=error("No."), now=NOW) == STAYS


@pytest.mark.parametrize("error", [HostSlow, ServerBroken])
def test_a_passing_failure_changes_nothing_about_the_address(error: type[WirewatchError]) -> None:
    feed = a_feed(address=NEW, moved_to=ELSEWHERE, moved_polls=2, moved_since=NOW)

    assert moves.after(feed, moved_to=None, error=error("No."), now=NOW) == Move(
        address=NEW, moved_to=ELSEWHERE, polls=2, since=NOW
    )
