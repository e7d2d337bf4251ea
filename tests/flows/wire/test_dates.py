"""The wire on any day: every date it gives can be read back, whatever `now` is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import article, feed, urls
from extractors.records import Article, Entry
from flows.wire import edition, press
from flows.wire.edition import Edition

BASES = {host: f"http://127.0.0.{host}:8000" for host in edition.hosts()}
DAY = timedelta(days=1)
DAYS = [
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2027, 3, 1, 0, 0, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 0, 0, 30, tzinfo=UTC) + 41.83 * DAY,
]
"""Turns of the year, a leap day and its morrow, hours that summer time skips or repeats somewhere, and a moment for which
an article would be of midnight (the signing, where pages show no more than the day)."""


def entries(made: Edition, now: datetime) -> dict[str, list[Entry]]:
    """What all feeds of an edition announce, by canonical address."""
    found: dict[str, list[Entry]] = {}
    for poll in made.expected.polls:
        if poll.outcome == "fresh":
            host = next(host for host, base in BASES.items() if poll.url.startswith(base + "/"))
            answer = made.routes[host][poll.url.removeprefix(BASES[host])]
            document = feed.read(answer.body, url=poll.url, content_type=answer.content_type, now=now)
            for entry in document.entries:
                found.setdefault(urls.canonical(entry.url) or "", []).append(entry)
    return found


@settings(max_examples=15, deadline=None)
@given(now=st.datetimes(datetime(2000, 3, 1), datetime(2095, 12, 31), timezones=st.just(UTC)))
def test_dates_lie_in_the_sixty_days_before_now_and_addresses_name_their_day(now: datetime) -> None:
    expected = edition.publish(BASES, now=now).expected

    dated = [one for one in expected.articles if one.published_at]
    assert len(dated) > 180
    assert all(now - 60 * DAY <= one.published_at + DAY and one.published_at <= now for one in dated)
    assert len({one.url for one in expected.articles}) == len(expected.articles)


@settings(max_examples=6, deadline=None)
@given(now=st.datetimes(datetime(2000, 3, 1), datetime(2095, 12, 31), timezones=st.just(UTC)))
def test_feeds_announce_the_moment_at_which_an_article_was_published(now: datetime) -> None:
    made = edition.publish(BASES, now=now)
    announced = entries(made, now)

    differing = {}
    for one in made.expected.stored:
        if one.published_from == "page" and one.published_at and one.published_at.time() != datetime.min.time():
            moments = {e.published_at for a in one.announced for e in announced[urls.canonical(a) or ""]} - {None}
            if moments and moments != {one.published_at}:
                differing[one.url] = (moments, one.published_at)
    assert differing == {}


@pytest.mark.parametrize("now", DAYS, ids=lambda now: f"{now:%Y-%m-%d %H:%M:%S}")
def test_pages_and_feeds_together_give_the_date_expected(now: datetime) -> None:
    made = edition.publish(BASES, now=now)
    announced = entries(made, now)
    host_of = {source.slug: source.host for source in press.load().sources}
    fine = [one for one in made.expected.stored if one.answer in ("fine", "needs a browser")]

    differing = {}
    for one in fine:
        host = host_of[one.source]
        answer = made.routes[host][one.url.removeprefix(BASES[host])]
        entry = next(iter(announced[urls.canonical(one.announced[0]) or ""]))
        read = article.read(
            answer.body, url=one.url, final_url=one.url, content_type=answer.content_type, entry=entry,
            language_hint=one.language, now=now,
        )  # fmt: skip
        assert isinstance(read, Article)
        if (read.published_at, read.published_from) != (one.published_at, one.published_from):
            differing[one.url] = ((read.published_at, read.published_from), (one.published_at, one.published_from))
    assert differing == {}
