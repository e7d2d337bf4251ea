from __future__ import annotations

from datetime import UTC, datetime

import pytest

from extractors import sitemap
from extractors.errors import Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://news.example.com/sitemap.xml"


def read(inner: str, *, spaces: str = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"') -> Document:
    text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {spaces}>{inner}</urlset>'
    return sitemap.read(text, url=URL, now=NOW)


def entry(loc: str, *, title: str = "Ferry", date: str = "2026-11-23T17:30:00+09:00", language: str = "ko") -> str:
    return (
        f"<url><loc>{loc}</loc><news:news><news:publication><news:name>Harbour</news:name><news:language>{language}"
        f"</news:language></news:publication><news:publication_date>{date}</news:publication_date><news:title>{title}"
        "</news:title></news:news></url>"
    )


def test_a_news_sitemap_becomes_entries() -> None:
    document = read(entry("https://news.example.com/ferry", title="Ferry &amp; port"))

    assert document == Document(
        format="sitemap-news",
        title="",
        language="ko",
        entries=(
            Entry(
                url="https://news.example.com/ferry",
                title="Ferry & port",
                published_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
                published_from=DateOrigin.SITEMAP,
                guid="https://news.example.com/ferry",
                language="ko",
            ),
        ),
    )


@pytest.mark.parametrize("spaces", ['xmlns:news="http://example.com/wrong"', 'xmlns:n="x"', ""])
def test_a_wrong_or_missing_name_space_is_forgiven(spaces: str) -> None:
    assert len(read(entry("https://news.example.com/1"), spaces=spaces).entries) == 1


def test_addresses_without_news_tags_among_news_are_counted() -> None:
    inner = entry("https://news.example.com/1") + "<url><loc>https://news.example.com/about</loc></url>"

    document = read(inner)

    assert (len(document.entries), document.rejected) == (1, ((Reason.NOT_ARTICLE_URL, 1),))


@pytest.mark.parametrize(("loc", "reason"), [("", Reason.NO_LINK), ("ftp://a.example/", Reason.BAD_URL)])
def test_an_entry_without_a_usable_address_is_counted(loc: str, reason: Reason) -> None:
    assert read(entry(loc)).rejected == ((reason, 1),)


def test_a_date_that_cannot_be_true_is_left_out() -> None:
    (only,) = read(entry("/1", date="2099-01-01")).entries

    assert (only.published_at, only.published_from) == (None, None)


def test_items_over_the_cap_are_counted() -> None:
    document = read("".join(entry(f"https://news.example.com/{number}") for number in range(2_001)))

    assert (len(document.entries), document.rejected) == (2_000, ((Reason.TOO_MANY, 1),))


def test_languages_that_differ_make_no_language_of_the_document() -> None:
    assert read(entry("/1", language="ko") + entry("/2", language="en")).language is None


def test_an_empty_sitemap_is_an_empty_document() -> None:
    assert read("").listed == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>",
            "is an index of sitemaps",
        ),
        (
            "<urlset><url><loc>https://a.example/1</loc><lastmod>2026-11-23</lastmod></url></urlset>",
            "without news tags",
        ),
        ("no markup", "is no XML"),
    ],
)
def test_what_cannot_be_read_as_news_says_why(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        sitemap.read(text, url=URL, now=NOW)
