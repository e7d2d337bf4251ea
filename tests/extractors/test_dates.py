from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import dates

SEOUL = timezone(timedelta(hours=9))
EVENING = datetime(2026, 9, 27, 19, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 9, 27, tzinfo=UTC)
TEN = datetime(2026, 9, 27, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # RFC 822 and what newsrooms make of it
        ("Sun, 27 Sep 2026 19:00:00 +0900", TEN),
        ("Sun, 27 Sep 2026 19:00:00 GMT", EVENING),
        ("Sun, 27 Sep 2026 19:00:00 KST", TEN),
        ("Sun, 27 Sep 2026 19:00:00 GMT+9", TEN),
        ("Sun, 27 Sep 2026 19:00:00 EST", EVENING + timedelta(hours=5)),
        ("Sun,27 Sep 2026 19:00:00 Z", EVENING),
        ("Sun, 27 Sep 26 19:00 UT", EVENING),
        ("Sunday, 27-Sep-26 19:00:00 GMT", EVENING),
        ("27 Sep 2026", MIDNIGHT),
        ("27 Sep  2026", MIDNIGHT),
        ("27 09 2026", MIDNIGHT),
        ("Sep 27, 2026 7:00 PM", EVENING),
        ("September 27, 2026", MIDNIGHT),
        ("Sun Sep 27 19:00:00 KST 2026", TEN),
        ("Sun Sep 27 19:00:00 2026", EVENING),
        ("27 Sep 2026 24:00:00 GMT", MIDNIGHT + timedelta(days=1)),
        ("27 Sep 2026 18:59:60 GMT", datetime(2026, 9, 27, 18, 59, 59, tzinfo=UTC)),
        ("Die, 27. September 2026, 19:00 Uhr", EVENING),
        ("domingo, 27 de septiembre de 2026", MIDNIGHT),
        ("27 сентября 2026 г., 19:00", EVENING),
        ("Вс, 27 сен 2026 19:00:00 МСК", EVENING - timedelta(hours=3)),
        # ISO 8601
        ("2026-09-27T19:00:00Z", EVENING),
        ("2026-09-27t19:00:00z", EVENING),
        ("2026-09-27T19:00:00+09:00", TEN),
        ("2026-09-27T19:00:00.000+0900", TEN),
        ("2026-09-27T19:00+09", TEN),
        ("2026-09-27 19:00:00 +0900", TEN),
        ("2026-09-27 19:00:00", EVENING),
        ("2026-09-27", MIDNIGHT),
        ("2026/9/27 19:00", EVENING),
        ("2026. 9. 27. 19:00", EVENING),
        ("20260927T190000Z", EVENING),
        ("20260927190000", EVENING),
        ("20260927", MIDNIGHT),
        ("2026-09-27T19:00:00.1234567Z", EVENING + timedelta(microseconds=123_456)),
        # East Asia
        ("2026年9月27日 19時00分", EVENING),
        ("2026年9月27日19:00", EVENING),
        ("2026年09月27日", MIDNIGHT),
        ("2026년 9월 27일 오후 7:00", EVENING),
        ("2026년 9월 27일 (일) 오후 7시", EVENING),
        ("2026년 9월 27일 오전 12:00", MIDNIGHT),
        # numbers
        ("27.09.2026 19:00", EVENING),
        ("09/27/2026 7:00 PM", EVENING),
        ("27/09/2026", MIDNIGHT),
        ("09/10/2026", datetime(2026, 9, 10, tzinfo=UTC)),
        ("09.10.2026", datetime(2026, 10, 9, tzinfo=UTC)),
        ("1790535600", EVENING),
        ("1790535600000", EVENING),
        ("  Sun,\n 27 Sep 2026   19:00:00 +0900 ", TEN),
    ],
)
def test_a_date_is_read_as_newsrooms_write_it(text: str, expected: datetime) -> None:
    assert dates.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "now", "yesterday", "2026", "2026-09", "September 2026", "26 Sep", "19:00", "2026-13-01", "2026-02-30", "31 Jun 2026",
     "27 Foo 2026", "2026-09-27T25:00:00Z", "2026-09-27T19:61:00Z", "12345", "0000-00-00 00:00:00", "99/99/2026"],
)  # fmt: skip
def test_what_writes_no_day_is_no_date(text: str) -> None:
    assert dates.parse(text) is None


def test_a_time_without_a_zone_is_taken_for_that_of_its_outlet() -> None:
    assert dates.parse("2026-09-27 19:00:00", zone=SEOUL) == TEN
    assert dates.parse("2026-09-27 19:00:00Z", zone=SEOUL) == EVENING
    assert dates.parse("2026-09-27", zone=SEOUL) == MIDNIGHT - timedelta(hours=9)


@pytest.mark.parametrize(
    ("language", "host", "hours"),
    [("ko", "", 9), ("ja", "news.example.com", 9), ("zh-TW", "", 8), ("en", "www.khan.co.kr", 9), ("en", "a.cn:81", 8),
     ("en", "example.com", 0), (None, "", 0), ("ru", "ria.ru", 0)],
)  # fmt: skip
def test_an_outlet_keeps_the_clock_of_its_country_or_language(language: str | None, host: str, hours: int) -> None:
    assert dates.local_zone(language=language, host=host).utcoffset(None) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "url",
    ["https://a.example/2026/09/27/story", "https://a.example/2026/9/27/story", "https://a.example/2026-09-27-story",
     "https://a.example/view/AKR20260927001200504", "https://a.example/n1/2026/0927/c1002-1.html",
     "https://a.example/english/2026-09/27/c_1.htm", "https://a.example/a/202609/27/WS1.html",
     "https://a.example/news/20260927/story", "https://a.example/story_20260927.html"],
)  # fmt: skip
def test_the_day_in_an_address_is_found(url: str) -> None:
    assert dates.from_url(url) == MIDNIGHT


@pytest.mark.parametrize(
    "url",
    ["https://a.example/story", "https://a.example/page/202609/1234.shtml", "https://a.example/2026/13/45/x", "http://[",
     "https://a.example/123420260927", "https://20260927.example/x", "https://a.example/x?d=20260927", "https://a.example/1985/01/02/"],
)  # fmt: skip
def test_an_address_without_a_day_has_none(url: str) -> None:
    assert dates.from_url(url) is None


def test_only_times_from_1990_to_an_hour_ahead_are_believed() -> None:
    now = EVENING
    moments = [datetime(1989, 12, 31, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC), now, now + timedelta(hours=1)]

    assert [dates.believable(moment, now) for moment in moments] == [False, True, True, True]
    assert not dates.believable(now + timedelta(hours=1, seconds=1), now)


@given(st.text())
def test_no_text_breaks_the_reader_and_what_it_reads_is_utc(text: str) -> None:
    moment = dates.parse(text)
    dates.from_url(text)

    assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2060, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_what_python_writes_is_read_back(moment: datetime, offset: int) -> None:
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))

    assert dates.parse(aware.isoformat()) == aware
    assert dates.parse(aware.strftime("%a, %d %b %Y %H:%M:%S %z")) == aware
    assert dates.parse(str(int(aware.timestamp()))) in (aware, None)


@given(st.text(alphabet="0123456789-/.: TZ+年月日월일년Sep", max_size=40))
def test_near_dates_never_break_the_reader(text: str) -> None:
    moment = dates.parse(text)

    assert moment is None or 1 <= moment.year <= 9999
