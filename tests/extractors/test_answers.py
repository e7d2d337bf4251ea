from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import answers
from extractors.errors import GiveUp, RetryLater

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": 'public, Max-Age = "600"'}, 600),
        ({"Cache-Control": "s-maxage=900, max-age=600"}, 600),
        ({"Cache-Control": "x-max-age=600"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "max-age=600, no-store"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=soon"}, None),
        ({"Expires": "Tue, 24 Nov 2026 12:10:00 GMT", "Date": "Tue, 24 Nov 2026 12:00:00 GMT"}, 600),
        ({"Expires": "Tue, 24 Nov 2026 11:00:00 GMT", "Date": "Tue, 24 Nov 2026 12:00:00 GMT"}, None),
        ({"Expires": "0", "Date": "Tue, 24 Nov 2026 12:00:00 GMT"}, None),
        ({"Expires": "Tue, 24 Nov 2026 12:10:00 GMT"}, None),
        ({"Expires": "Fri, 31 Dec 9999 23:59:59 -0100", "Date": "Tue, 24 Nov 2026 12:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_an_answer_calls_itself_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert answers.max_age(headers) == seconds


@given(st.integers(100, 999), st.one_of(st.none(), st.text()))
def test_every_status_is_an_answer_to_read_or_an_error_of_ours(status: int, wait: str | None) -> None:
    headers = {} if wait is None else {"Retry-After": wait}

    error = answers.failure(status, "https://me:secret@a.example/x", headers, now=NOW)

    if error is None:
        assert 200 <= status <= 205
    else:
        assert isinstance(error, RetryLater | GiveUp)
        assert (error.status, str(error).startswith("https://a.example/x ")) == (status, True)


def test_a_date_at_the_end_of_the_calendar_is_no_wait() -> None:
    assert answers.retry_after("Fri, 31 Dec 9999 23:59:59 -0100", now=NOW) is None


@given(st.text())
def test_no_header_and_no_address_breaks_the_reading(text: str) -> None:
    answers.max_age({"Cache-Control": text, "Expires": text, "Date": text})
    wait = answers.retry_after(text, now=NOW)
    kept = answers.validator(text)

    assert wait is None or wait >= 0
    assert kept is None or kept.isascii()
    assert len(answers.shown(text).encode().splitlines()) <= 1
