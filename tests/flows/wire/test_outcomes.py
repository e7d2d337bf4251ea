from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from extractors import errors, feed, urls
from extractors.records import DateOrigin, FeedState, Grade, Outcome, Reason
from flows.wire.expected import ExpectedPoll
from flows.wire.server import Wire


def error_reasons() -> set[str]:
    kinds = [errors.WirewatchError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return {kind.reason for kind in kinds}


def documents(wire: Wire, get, now: datetime) -> list[tuple[ExpectedPoll, feed.Document]]:
    read = []
    for poll in wire.expected().polls:
        if poll.outcome == "fresh":
            got = get(poll.url)
            content_type = got.headers["Content-Type"]
            read.append((poll, feed.read(got.body, url=poll.url, content_type=content_type, now=now)))
    return read


def test_expectations_speak_the_words_of_the_funnel(wire: Wire):
    expected = wire.expected()
    reasons = error_reasons() | {reason.value for reason in Reason} | {"", "same article"}

    assert {one.outcome for one in expected.articles} <= {outcome.value for outcome in Outcome}
    assert {one.later for one in expected.articles} == {"", "stored", "failed"}
    assert {one.reason for one in expected.articles} <= reasons
    assert {one.grade for one in expected.articles} <= {grade.value for grade in Grade} | {""}
    assert {one.published_from for one in expected.articles} <= {origin.value for origin in DateOrigin} | {None}
    assert {poll.reason for poll in expected.polls} <= reasons
    assert {poll.state for poll in expected.polls} <= {state.value for state in FeedState}


def test_every_kind_of_end_is_planted(wire: Wire):
    ends = Counter((one.outcome, one.reason) for one in wire.expected().articles)
    polls = Counter((poll.outcome, poll.reason) for poll in wire.expected().polls)
    items = Counter(item for poll in wire.expected().polls for item in poll.counted)

    assert ends.pop(("stored", "")) >= 150
    assert ends == {
        ("given up", "not found"): 1, ("given up", "gone"): 1, ("given up", "forbidden"): 1,
        ("given up", "bad redirect"): 1, ("given up", "private address"): 2, ("given up", "too large"): 2,
        ("given up", "robots.txt"): 1, ("failed", "server error"): 2, ("failed", "timeout"): 1,
        ("rejected", "paywall"): 1, ("rejected", "consent wall"): 1, ("rejected", "bot wall"): 1,
        ("rejected", "soft 404"): 1, ("rejected", "empty page"): 1, ("rejected", "wrong type"): 1,
        ("duplicate", "same article"): 2,
    }  # fmt: skip
    assert polls.pop(("fresh", "")) == 23
    assert polls == {
        ("failed", "gone"): 1, ("failed", "not found"): 1, ("failed", "asked to wait"): 1, ("failed", "unreadable"): 1,
    }  # fmt: skip
    assert items == {
        ("rejected", "no link", 1): 1, ("rejected", "not an article url", 1): 2, ("rejected", "bad url", 1): 1,
        ("rejected", "too old", 1): 1, ("duplicate", "listed twice", 1): 1,
    }  # fmt: skip


def test_feeds_can_be_read_and_hold_what_is_expected(wire: Wire, get, now):
    for poll, document in documents(wire, get, now):
        addresses = {urls.canonical(entry.url) for entry in document.entries}
        articles = [one for one in wire.expected().articles if poll.url in one.feeds and not one.same_as]
        announced = {urls.canonical(address) for one in articles for address in one.announced}
        twins = {one.url for one in wire.expected().articles if poll.url in one.feeds and one.same_as}

        assert (document.format, document.listed) == (poll.format, poll.listed), poll.url
        assert addresses & (announced | twins) >= (twins or announced), poll.url
        assert len(addresses & (announced | twins)) == poll.addresses, poll.url


def test_items_that_can_never_be_articles_are_refused_by_address_age_or_reader(wire: Wire, get, now):
    found: Counter[tuple[str, str, int]] = Counter()
    for _, document in documents(wire, get, now):
        found.update(("rejected", reason.value, count) for reason, count in document.rejected)
        refused = [urls.refusal(entry.url) for entry in document.entries]
        found.update(("rejected", reason.value, 1) for reason in refused if reason)
        old = [e for e in document.entries if e.published_at and e.published_at < now - timedelta(days=60)]
        found.update(("rejected", Reason.TOO_OLD.value, 1) for _ in old)
        repeated = len(document.entries) - len({urls.canonical(entry.url) for entry in document.entries})
        found.update([("duplicate", "listed twice", repeated)] if repeated else [])

    assert found == Counter(item for poll in wire.expected().polls for item in poll.counted)


def test_feeds_that_hold_no_feed_cannot_be_read(wire: Wire, get, now):
    poll = next(poll for poll in wire.expected().polls if poll.reason == "unreadable")
    got = get(poll.url)

    assert got.status == poll.status == 200
    with pytest.raises(errors.Unreadable):
        feed.read(got.body, url=poll.url, content_type=got.headers["Content-Type"], now=now)


def test_feeds_that_fail_answer_with_the_status_expected(wire: Wire, get):
    failing = {poll.status: get(poll.url).status for poll in wire.expected().polls if poll.outcome == "failed"}

    assert failing == {404: 404, 410: 410, 503: 503, 200: 200}


def test_dates_that_cannot_be_believed_are_not_read_from_feeds(wire: Wire, get, now):
    entries = {e.title: e for _, document in documents(wire, get, now) for e in document.entries}
    undated = {one.title for one in wire.expected().stored if one.published_from is None}

    assert len(undated) == 2
    assert {entries[title].published_at for title in undated} == {None}
    assert {
        entries[one.title].published_at
        for one in wire.expected().stored
        if one.answer == "fine" and one.published_from == "url"
    } == {None}


def test_where_a_date_comes_from_is_expected_from_all_places(wire: Wire):
    origins = Counter(one.published_from for one in wire.expected().stored)

    assert set(origins) == {"page", "feed", "url", None}
    assert all(
        one.published_at is None or datetime(2026, 9, 25, tzinfo=UTC) < one.published_at
        for one in wire.expected().articles
    )


def test_only_stored_articles_are_expected_to_have_text(wire: Wire):
    expected = wire.expected()
    later = {one.url for one in expected.stored_later}

    assert {one.url for one in expected.articles if one.text} == {one.url for one in expected.stored} | later
    assert len(later) == 1


def test_every_copy_names_a_stored_article(wire: Wire):
    stored = {one.url for one in wire.expected().stored}
    copies = [one for one in wire.expected().articles if one.copy_of]

    assert Counter(one.copy_kind for one in copies) == {"exact": 10, "edited": 2, "spun": 3}
    assert {one.copy_of for one in copies} <= stored


def test_the_one_text_that_stands_only_in_its_feed_is_there_in_full(wire: Wire, get, now):
    one = next(one for one in wire.expected().stored if one.method == "feed")
    entry = next(e for _, document in documents(wire, get, now) for e in document.entries if e.url == one.url)

    assert all(paragraph in entry.content_html for paragraph in one.text.split("\n"))
    assert one.text[:40] not in get(one.url).body.decode()
