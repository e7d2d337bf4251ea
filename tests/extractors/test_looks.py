"""When a stored article is looked at for the first time, and when again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from extractors import looks
from extractors.looks import ANOTHER, NO_MORE, Plan
from extractors.outcomes import Known, Look, Looked, Settled, Work
from extractors.records import Entry, Grade, Outcome

FETCHED = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAITS = (timedelta(hours=1), timedelta(hours=24))


@pytest.mark.parametrize("published", [None, FETCHED + timedelta(hours=1), FETCHED - timedelta(days=7)])
def test_news_is_looked_at_again_the_first_wait_after_its_fetch(published: datetime | None) -> None:
    assert looks.first(published, FETCHED, WAITS) == Plan(1, FETCHED + timedelta(hours=1))


def test_what_was_old_when_it_was_fetched_is_not() -> None:
    assert looks.first(FETCHED - timedelta(days=7, seconds=1), FETCHED, WAITS) is None


def test_nothing_is_where_looks_are_switched_off() -> None:
    assert looks.first(None, FETCHED, ()) is None


def looked(outcome: Outcome, *, number: int = 1, reason: str = "", **facts: datetime) -> Looked:
    """The second try at a look."""
    url = "https://harbour.example/a"
    work = Work(article_id=1, source_id=1, url=url, entry=Entry(url=url, title=""), language_hint=None, attempts=1)
    known = Known(title="", text="", grade=Grade.FULL)
    look = Look(work=work, number=number, since=FETCHED, known=known, addresses=frozenset())
    return Looked(look=look, settled=Settled(work=work, outcome=outcome, reason=reason, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hours", "number", "coming"),
    [
        (0, 1, Plan(2, FETCHED + timedelta(hours=24))),  # by a clock that was set back
        (1, 1, Plan(2, FETCHED + timedelta(hours=24))),
        (23, 1, Plan(2, FETCHED + timedelta(hours=24))),
        (24, 1, None),  # late: what was missed is not made up for
        (24, 2, None),
    ],
)
def test_the_next_look_is_counted_from_the_first_fetch_and_never_made_up_for(
    hours: int, number: int, coming: Plan | None
) -> None:
    now = FETCHED + timedelta(hours=hours)

    assert looks.after(looked(Outcome.UNCHANGED, number=number), WAITS, now=now) == coming


def test_a_look_that_failed_is_tried_again_as_the_same_one() -> None:
    now = FETCHED + timedelta(hours=1)
    told = FETCHED + timedelta(hours=5)

    assert looks.after(looked(Outcome.FAILED, retry_at=told), WAITS, now=now) == Plan(1, told, failures=2)
    assert looks.after(looked(Outcome.FAILED), WAITS, now=now) == Plan(1, now + timedelta(hours=1), failures=2)


@pytest.mark.parametrize("reason", [ANOTHER, NO_MORE])
def test_none_follows_where_there_is_no_such_article_any_more(reason: str) -> None:
    assert looks.after(looked(Outcome.MOVED, reason=reason), WAITS, now=FETCHED) is None
