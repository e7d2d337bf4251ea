"""Sitemaps of every kind, walked for a period."""

from __future__ import annotations

import contextlib
import gzip
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import archive, sitemap_index
from extractors.archive import Child, Period, Sitemap
from extractors.errors import Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://harbour.example/sitemap.xml"
JUNE = Period(date(2024, 6, 1), date(2024, 6, 30))


def read(text: str, period: Period | None = None) -> Sitemap:
    return sitemap_index.read(text.encode(), url=URL, now=NOW, period=period)


def page(loc: str, *, tag: str = "", modified: str = "") -> str:
    news = f"<news:news><news:publication><news:language>ko</news:language></news:publication><news:publication_date>{tag}</news:publication_date><news:title>T &amp;amp; t</news:title></news:news>"
    return f"<url><loc>{loc}</loc>{f'<lastmod>{modified}</lastmod>' if modified else ''}{news if tag else ''}</url>"


def urlset(*pages: str) -> str:
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="x">{"".join(pages)}</urlset>'


def test_an_index_names_its_sitemaps_once_with_the_time_they_were_modified() -> None:
    found = read(
        "<sitemapindex><sitemap><loc>https://harbour.example/a.xml</loc><lastmod>2024-06-02T10:00:00+09:00</lastmod></sitemap>"
        "<sitemap><loc>/b.xml</loc><lastmod>2036-01-01</lastmod></sitemap><sitemap><loc>ftp://x</loc></sitemap>"
        "<sitemap><loc>https://harbour.example/a.xml</loc></sitemap></sitemapindex>"
    )

    assert found == Sitemap(
        document=Document(format="sitemap-index", title="", entries=()),
        children=(
            Child("https://harbour.example/a.xml", datetime(2024, 6, 2, 1, tzinfo=UTC)),
            Child("https://harbour.example/b.xml"),
        ),
    )


def test_pages_of_a_period_are_kept_by_tag_then_address_then_time_of_change_and_all_are_counted() -> None:
    found = read(
        urlset(
            page("https://harbour.example/tagged", tag="2024-06-03T01:00:00Z", modified="2026-01-01"),
            page("https://harbour.example/old", tag="2024-05-31T23:59:59Z", modified="2024-06-03"),
            page("https://harbour.example/2024/06/05/named", modified="2026-01-01"),
            page("https://harbour.example/2023/06/05/named", modified="2024-06-03"),
            page("https://harbour.example/changed", modified="2024-06-30T23:00:00Z"),
            page("https://harbour.example/changed-later", modified="2024-07-01"),
            page("https://harbour.example/silent"),
            page(""),
            page("mailto:x"),
        ),
        JUNE,
    )

    assert [(entry.url.rpartition("/")[2], entry.published_at) for entry in found.document.entries] == [
        ("tagged", datetime(2024, 6, 3, 1, tzinfo=UTC)), ("named", None), ("changed", None),
    ]  # fmt: skip
    assert dict(found.document.rejected) == {
        Reason.OUT_OF_PERIOD: 3, Reason.UNDATED: 1, Reason.NO_LINK: 1, Reason.BAD_URL: 1,
    }  # fmt: skip
    assert (found.document.listed, found.tagged, found.newest) == (9, 2, datetime(2024, 7, 1, tzinfo=UTC))


def test_a_tagged_page_is_an_entry_with_all_that_is_said_of_it() -> None:
    found = read(urlset(page("https://harbour.example/ferry", tag="2024-06-03T10:00:00+09:00")))

    assert found.document.entries == (
        Entry(
            url="https://harbour.example/ferry", title="T & t", published_at=datetime(2024, 6, 3, 1, tzinfo=UTC),
            published_from=DateOrigin.SITEMAP, guid="https://harbour.example/ferry", language="ko",
        ),
    )  # fmt: skip
    assert (found.document.format, found.document.language) == ("sitemap-news", "ko")


def test_the_address_of_a_picture_is_none_of_the_page() -> None:
    found = read(
        "<urlset><url><image:image><image:loc>https://cdn.example/1.jpg</image:loc></image:image><loc>https://harbour.example/1</loc></url></urlset>"
    )

    assert [entry.url for entry in found.document.entries] == ["https://harbour.example/1"]


def test_what_is_said_of_a_picture_or_a_film_is_not_said_of_the_page() -> None:
    picture = (
        "<image:image><image:loc>https://cdn.example/1.jpg</image:loc><image:title>A crane</image:title></image:image>"
    )
    film = "<video:video><video:title>A crane</video:title><video:publication_date>2024-06-09</video:publication_date></video:video>"
    tagged = page("https://harbour.example/tagged", tag="2024-06-03T01:00:00Z").replace("</url>", f"{picture}</url>")
    filmed = f"<url><loc>https://harbour.example/filmed</loc><lastmod>2024-06-20</lastmod>{film}</url>"

    found = read(urlset(tagged, filmed))

    assert [(entry.title, entry.published_at) for entry in found.document.entries] == [
        ("T & t", datetime(2024, 6, 3, 1, tzinfo=UTC)), ("", None),
    ]  # fmt: skip


def test_links_with_logins_in_them_are_read_without() -> None:
    found = read(urlset(page("https://user:word@harbour.example/1")))

    assert [(entry.url, entry.guid) for entry in found.document.entries] == [("https://harbour.example/1",) * 2]


def test_plain_lists_feeds_and_archives_are_sitemaps_too() -> None:
    lines = b"https://harbour.example/2024/06/01/a\nhttps://harbour.example/b\n"
    rss = b"<rss><channel><item><link>https://harbour.example/c</link><pubDate>Sat, 01 Jun 2024 10:00:00 GMT</pubDate></item></channel></rss>"
    packed = gzip.compress(urlset(page("https://harbour.example/d", modified="2024-06-09")).encode())

    def addresses(body: bytes) -> list[str]:
        found = sitemap_index.read(body, url=URL, now=NOW, period=JUNE)
        return [entry.url for entry in found.document.entries]

    assert addresses(lines) == ["https://harbour.example/2024/06/01/a"]
    assert addresses(rss) == ["https://harbour.example/c"]
    assert addresses(packed) == ["https://harbour.example/d"]


def test_a_document_cut_off_in_the_middle_gives_what_it_held_until_then() -> None:
    whole = urlset(*(page(f"https://harbour.example/{number}") for number in range(3)))

    found = read(whole[: whole.index("</loc></url></urlset")])

    assert [entry.url[-2:] for entry in found.document.entries] == ["/0", "/1", "/2"]


def test_more_than_the_protocol_allows_is_counted_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap_index, "MOST", 3)

    found = read(urlset(*(page(f"https://harbour.example/{number}") for number in range(5))))

    assert (len(found.document.entries), found.document.rejected) == (3, ((Reason.TOO_MANY, 2),))


@pytest.mark.parametrize(
    "body", [b"", b"<html><p>no</p></html>", b"hello, world", b"\x00\x01", b"<urlset", b"{}", b"<sitemapindex>\xff</"]
)
def test_what_is_no_sitemap_is_unreadable_or_empty(body: bytes) -> None:
    with contextlib.suppress(Unreadable):
        found = sitemap_index.read(body, url=URL, now=NOW)
        assert (found.document.listed, found.children) == (0, ())


@given(st.binary(max_size=300) | st.text("<>/urlsetlocsitemapindex &;", max_size=300).map(str.encode))
def test_no_bytes_raise_anything_but_our_error(body: bytes) -> None:
    for head in (b"", b"<urlset><url>", b"<sitemapindex><sitemap>"):
        with contextlib.suppress(Unreadable):
            sitemap_index.read(head + body, url=URL, now=NOW, period=JUNE)


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("https://x.example/sitemap-2024-06.xml", date(2024, 6, 1), date(2024, 6, 30)),
        ("https://x.example/sitemap_2024-12.xml.gz", date(2024, 12, 1), date(2024, 12, 31)),
        ("https://x.example/2024/02/sitemap.xml", date(2024, 2, 1), date(2024, 2, 29)),
        ("https://x.example/sitemap/20240605.xml", date(2024, 6, 5), date(2024, 6, 5)),
        ("https://x.example/sitemap.xml?yyyy=2024&mm=6&dd=5", date(2024, 6, 5), date(2024, 6, 5)),
        ("https://x.example/sitemap-posts-2019.xml", date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_the_period_in_an_address_is_read(url: str, first: date, last: date) -> None:
    assert archive.named_period(url) == Period(first, last)


@pytest.mark.parametrize(
    "url", ["https://x.example/sitemap-12.xml", "https://x.example/post-120241.xml", "https://x.example/?year=24"]
)
def test_other_numbers_are_no_period(url: str) -> None:
    assert archive.named_period(url) is None


@pytest.mark.parametrize(
    ("child", "leads"),
    [
        (Child("https://x.example/2024-06.xml", datetime(2020, 1, 1, tzinfo=UTC)), True),
        (Child("https://x.example/2024-05-31.xml"), True),  # a local day may reach into the first
        (Child("https://x.example/2024-05-30.xml"), False),
        (Child("https://x.example/2025.xml"), False),
        (Child("https://x.example/a.xml", datetime(2024, 5, 31, tzinfo=UTC)), False),
        (Child("https://x.example/a.xml", datetime(2026, 5, 31, tzinfo=UTC)), True),
        (Child("https://x.example/a.xml"), True),
    ],
)
def test_a_sitemap_is_left_aside_only_if_nothing_in_it_can_be_of_the_period(child: Child, leads: bool) -> None:
    assert archive.leads_to(child, JUNE) == leads
