from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors import jsonfeed
from extractors.errors import Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://news.example.com/feed.json"


def read(items: list[Any], **more: Any) -> Document:
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "Harbour News", "items": items} | more
    return jsonfeed.read(json.dumps(whole), url=URL, now=NOW)


def test_an_item_with_everything_becomes_an_entry() -> None:
    item = {
        "id": "f-1",
        "url": "/ferry",
        "title": "Ferry line  reopens",
        "summary": "The ferry sails again.",
        "content_html": "<p>The <b>ferry</b> sails again.</p>",
        "date_published": "2026-11-23T17:30:00+09:00",
        "authors": [{"name": "Min Seo"}, {"url": "x"}],
        "language": "en-GB",
    }

    document = read([item], language="en")

    assert document == Document(
        format="json",
        title="Harbour News",
        language="en",
        entries=(
            Entry(
                url="https://news.example.com/ferry",
                title="Ferry line reopens",
                summary="The ferry sails again.",
                content_html="<p>The <b>ferry</b> sails again.</p>",
                published_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
                published_from=DateOrigin.FEED,
                guid="f-1",
                language="en",
                authors=("Min Seo",),
            ),
        ),
    )


def test_version_1_names_one_author_and_numbers_are_ids() -> None:
    (entry,) = read(
        [{"id": 7, "url": "/7", "author": {"name": "Min Seo"}}], version="https://jsonfeed.org/version/1"
    ).entries

    assert (entry.guid, entry.authors) == ("7", ("Min Seo",))


def test_plain_text_becomes_paragraphs_that_hide_no_markup() -> None:
    (entry,) = read([{"url": "/1", "content_text": "One & two.\n\n<b>Three</b>"}]).entries

    assert entry.content_html == "<p>One &amp; two.</p><p>&lt;b&gt;Three&lt;/b&gt;</p>"
    assert entry.summary == "One & two. <b>Three</b>"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ({"url": "https://a.example/1", "external_url": "https://b.example/2"}, "https://a.example/1"),
        ({"external_url": "https://b.example/2"}, "https://b.example/2"),
        ({"id": "https://c.example/3"}, "https://c.example/3"),
    ],
)
def test_the_address_is_the_items_own_before_any_other(item: dict[str, str], url: str) -> None:
    assert read([item]).entries[0].url == url


@pytest.mark.parametrize("item", [{}, {"id": "x"}, {"url": ""}, {"url": None}, None, 5, "text", [], {"url": ["x"]}])
def test_an_item_without_an_address_is_counted(item: Any) -> None:
    assert read([item]).rejected == ((Reason.NO_LINK, 1),)


def test_an_item_whose_address_is_none_is_counted() -> None:
    assert read([{"url": "mailto:a@example.com"}]).rejected == ((Reason.BAD_URL, 1),)


def test_items_over_the_cap_are_counted() -> None:
    document = read([{"url": f"/{number}"} for number in range(2_002)])

    assert (len(document.entries), document.rejected) == (2_000, ((Reason.TOO_MANY, 2),))


@pytest.mark.parametrize(
    ("published", "modified", "expected"),
    [
        ("2026-11-23T08:30:00Z", "2026-11-24T08:30:00Z", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("2099-01-01T00:00:00Z", "2026-11-24T08:30:00Z", datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        ("soon", None, None),
        (None, None, None),
        (5, {}, None),
    ],
)
def test_the_first_date_that_can_be_believed_counts(published: Any, modified: Any, expected: datetime | None) -> None:
    (entry,) = read([{"url": "/1", "date_published": published, "date_modified": modified}]).entries

    assert entry.published_at == expected


def test_lone_surrogates_are_replaced() -> None:
    whole = '{"version": "https://jsonfeed.org/version/1", "items": [{"url": "/1", "title": "a\\ud800b"}]}'

    assert jsonfeed.read(whole, url=URL, now=NOW).entries[0].title == "a?b"


@pytest.mark.parametrize(
    "text", ["{", "[]", "[{}]", '{"items": []}', '{"items": {}}', '{"title": "x"}', "{" * 90_000, '{"a":1e999}']
)
def test_other_json_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        jsonfeed.read(text, url=URL, now=NOW)
