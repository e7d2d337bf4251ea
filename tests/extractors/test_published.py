from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import published
from extractors.published import Habits, Published
from extractors.records import DateOrigin, Entry

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
URL = "https://harrow.example/news/17"
DATED_URL = "https://harrow.example/2026/11/01/footbridge"


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def entry(moment: datetime | None, origin: DateOrigin | None = DateOrigin.FEED) -> Entry:
    return Entry(url=URL, title="", published_at=moment, published_from=origin if moment else None)


@pytest.mark.parametrize(
    ("written", "announced", "url", "expected"),
    [
        (("2026-11-02T08:00:00Z",), at(3), DATED_URL, Published(at(2, 8), DateOrigin.PAGE)),
        ((), at(3, 9), DATED_URL, Published(at(3, 9), DateOrigin.FEED)),
        ((), None, DATED_URL, Published(at(1), DateOrigin.URL)),
        ((), None, URL, Published()),
        (("2026-11-02",), at(2, 17), URL, Published(at(2, 17), DateOrigin.FEED)),
        (("2026-11-02",), at(3, 5), URL, Published(at(3, 5), DateOrigin.FEED)),
        (("2026-11-02",), at(4, 5), URL, Published(at(2), DateOrigin.PAGE)),
        (("2026-11-02",), at(2), URL, Published(at(2), DateOrigin.PAGE)),
        (("2026-11-02", "2 Nov 2026 10:30"), None, URL, Published(at(2, 10, 30), DateOrigin.PAGE)),
        (("soon", "2026-11-02T08:00Z"), None, URL, Published(at(2, 8), DateOrigin.PAGE)),
        (("2027-01-01T00:00Z", "2026-11-02T08:00Z"), None, URL, Published(at(2, 8), DateOrigin.PAGE)),
        (("1970-01-01T00:00:00Z",), None, URL, Published()),
        ((), datetime(2031, 1, 1, tzinfo=UTC), URL, Published()),
        (("1762156800",), None, URL, Published(datetime(2025, 11, 3, 8, tzinfo=UTC), DateOrigin.PAGE)),
    ],
)
def test_the_most_trusted_and_most_precise_time_wins(
    written: tuple[str, ...], announced: datetime | None, url: str, expected: Published
) -> None:
    assert published.choose(written, entry=entry(announced), url=url, habits=Habits(), now=NOW) == expected


def test_the_feeds_origin_is_kept() -> None:
    found = published.choose((), entry=entry(at(3), DateOrigin.SITEMAP), url=URL, habits=Habits(), now=NOW)

    assert found == Published(at(3), DateOrigin.SITEMAP)


def test_times_without_a_zone_are_the_outlets_own() -> None:
    seoul = Habits(zone=timezone(timedelta(hours=9)))

    assert published.choose(("2026-11-03 09:00",), entry=None, url=URL, habits=seoul, now=NOW).at == at(3)


@pytest.mark.parametrize(("day_first", "expected"), [(True, at(3, 8)), (False, datetime(2026, 3, 11, 8, tzinfo=UTC))])
def test_slashed_dates_are_read_as_the_outlet_writes_them(day_first: bool, expected: datetime) -> None:
    habits = Habits(day_first=day_first)

    assert published.choose(("03/11/2026 08:00",), entry=None, url=URL, habits=habits, now=NOW).at == expected


@given(
    st.lists(st.text(max_size=30) | st.datetimes().map(str), max_size=4),
    st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_what_comes_out_is_believable_and_has_an_origin(written: list[str], announced: datetime | None) -> None:
    found = published.choose(tuple(written), entry=entry(announced), url=URL, habits=Habits(), now=NOW)

    assert (found.at is None) == (found.origin is None)
    assert found.at is None or datetime(1990, 1, 1, tzinfo=UTC) <= found.at <= NOW + timedelta(hours=1)
