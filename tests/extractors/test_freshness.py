from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log

import pytest

from bench import freshness as year
from extractors import freshness
from extractors.freshness import Lags, Rhythm, Window

NOW = datetime(2025, 3, 31, 3, 40, tzinfo=UTC)  # a Monday
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def weekdays(new: int, *, until: date, days: int = 56) -> dict[date, int]:
    """So many new articles on each weekday, none on weekends."""
    span = [until - place * DAY for place in range(days)]
    return {day: new if day.weekday() < 5 else 0 for day in span}


def rhythm(last: datetime, days: dict[date, int], *, failing: bool = False) -> Rhythm:
    return Rhythm(days=days, last_new_at=last, failing=failing)


FRIDAY = datetime(2025, 3, 28, 16, tzinfo=UTC)
WEDNESDAY = datetime(2025, 3, 26, 16, tzinfo=UTC)


def test_a_weekend_without_news_is_no_silence_for_who_never_writes_on_weekends() -> None:
    days = weekdays(20, until=FRIDAY.date())

    assert freshness.silent(rhythm(FRIDAY, days), now=NOW) is None


def test_a_daily_that_has_not_written_for_two_working_days_is_silent() -> None:
    days = dict.fromkeys(weekdays(20, until=WEDNESDAY.date()), 20)

    found = freshness.silent(rhythm(WEDNESDAY, days), now=NOW)

    assert found is not None
    assert (found.kind, found.since) == ("silent", WEDNESDAY)
    assert found.said == "brought nothing for 4 days; by its own rhythm 80 articles should have come"
    assert found.figures["expected"] == 80.0


@pytest.mark.parametrize(
    "heard",
    [
        Rhythm(days={}, last_new_at=None, failing=False),
        rhythm(WEDNESDAY, dict.fromkeys(weekdays(20, until=WEDNESDAY.date()), 20), failing=True),
        rhythm(WEDNESDAY, dict.fromkeys(weekdays(20, until=WEDNESDAY.date(), days=10), 20)),
        rhythm(WEDNESDAY, dict.fromkeys(weekdays(0, until=WEDNESDAY.date()), 0) | {WEDNESDAY.date(): 9}),
        rhythm(NOW - 20 * timedelta(hours=1), dict.fromkeys(weekdays(20, until=WEDNESDAY.date()), 500)),
    ],
    ids=["never heard", "failing", "too short a history", "no rhythm", "less than a day"],
)
def test_where_nothing_can_be_said_nothing_is(heard: Rhythm) -> None:
    assert freshness.silent(heard, now=NOW) is None


def test_a_pause_as_long_as_the_last_one_is_no_silence() -> None:
    days = dict.fromkeys(weekdays(20, until=WEDNESDAY.date()), 20)
    for place in range(10, 14):
        days[WEDNESDAY.date() - place * DAY] = 0

    assert freshness.silent(rhythm(WEDNESDAY, days), now=NOW) is None
    assert freshness.silent(rhythm(WEDNESDAY, days), now=NOW + 7 * DAY) is not None


BEFORE = Window(pages=400, rejected=40, teasers=30, undated=10, log_words=log(600), log_words_sd=0.8)
SAME = Window(pages=100, rejected=10, teasers=8, undated=3, log_words=log(590), log_words_sd=0.8)


@pytest.mark.parametrize(
    ("recent", "kinds"),
    [
        (SAME, []),
        (replace(SAME, teasers=80), ["teasers"]),
        (replace(SAME, rejected=60), ["rejected"]),
        (replace(SAME, undated=85), ["undated"]),
        (replace(SAME, log_words=log(150)), ["shorter"]),
        (replace(SAME, teasers=85, log_words=log(90)), ["teasers", "shorter"]),
        (replace(SAME, pages=12, rejected=6), []),
        (replace(SAME, log_words=log(450)), []),
        (replace(SAME, teasers=25), []),
    ],
)
def test_what_is_read_of_pages_is_compared_with_what_was(recent: Window, kinds: list[str]) -> None:
    assert [one.kind for one in freshness.less(recent, BEFORE, since=NOW)] == kinds


def test_a_share_is_told_with_what_it_was() -> None:
    [found] = freshness.less(replace(SAME, teasers=80), BEFORE, since=NOW)

    assert (found.said, found.since) == ("of its articles only a part can be read in 89% of cases, 8% before", NOW)


LAGS = Lags(articles=60, ahead=0, median=40 * MINUTE, shortest=6 * MINUTE, usual=15 * MINUTE)


@pytest.mark.parametrize(
    ("lags", "said"),
    [
        (LAGS, None),
        (replace(LAGS, median=300 * MINUTE, shortest=200 * MINUTE), None),
        (replace(LAGS, articles=5, ahead=5, median=-30 * MINUTE), None),
        (replace(LAGS, ahead=50, median=-50 * MINUTE), "dates its articles 50 minutes into the future"),
        (
            replace(LAGS, median=575 * MINUTE, shortest=545 * MINUTE),
            "dates no article less than 9 hours before it is seen: a wrong time zone, most likely",
        ),
        (replace(LAGS, median=200 * MINUTE, shortest=61 * MINUTE, usual=60 * MINUTE), None),
    ],
)
def test_a_clock_that_is_off_shows_in_the_time_to_first_sight(lags: Lags, said: str | None) -> None:
    found = freshness.clock(lags, since=NOW)

    assert (found.said if found else None) == said


def test_a_healthy_year_raises_few_alarms_and_an_outage_is_seen_in_time() -> None:
    # The whole simulation is `python -m bench freshness`; a few sources of it, with the same seeds.
    sources = [year.Source(kind, number) for kind in ("agency", "daily", "ministry") for number in range(3)]
    nights = [year.START + ago * DAY for ago in range(year.WARM, year.WARM + year.YEAR)]
    alarms = [
        freshness.silent(one.rhythm(night), now=datetime.combine(night, datetime.min.time(), UTC)) is not None
        for one in sources
        for night in nights
    ]

    assert sum(alarms) <= 3
    assert [year.delay(one) for one in sources[:6]] == [2.0] * 6
