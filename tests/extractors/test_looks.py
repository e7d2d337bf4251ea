"""When a stored article is looked at for the first time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extractors import looks
from extractors.looks import Plan

FETCHED = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAITS = (timedelta(hours=1), timedelta(hours=24))


@pytest.mark.parametrize("published", [None, FETCHED + timedelta(hours=1), FETCHED - timedelta(days=7)])
def test_news_is_looked_at_again_the_first_wait_after_its_fetch(published: datetime | None) -> None:
    assert looks.first(published, FETCHED, WAITS) == Plan(1, FETCHED + timedelta(hours=1))


def test_what_was_old_when_it_was_fetched_is_not() -> None:
    assert looks.first(FETCHED - timedelta(days=7, seconds=1), FETCHED, WAITS) is None


def test_nothing_is_where_looks_are_switched_off() -> None:
    assert looks.first(None, FETCHED, ()) is None
