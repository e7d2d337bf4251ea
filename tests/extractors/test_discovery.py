"""Where a site's feeds are looked for, and what looks like news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import discovery
from extractors.archive import Child
from extractors.discovery import Front, Verdict
from extractors.records import Document, Entry

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOME = "https://www.harbour.example/"


def test_a_page_names_its_feeds_the_declared_ones_first() -> None:
    page = """<!doctype html><html lang="ko-KR"><head><title>Harbour - news of the sea</title>
    <meta property="og:site_name" content="The Harbour"><base href="/ko/">
    <link rel="alternate" type="application/rss+xml" href="rss.xml"><link rel="stylesheet" type="text/xml" href="/x.xml">
    <link rel="ALTERNATE home" type="application/atom+xml; charset=utf-8" href="https://feeds.harbour.example/atom">
    <link rel="alternate" hreflang="en" href="/en/"><link rel="alternate" type="application/json+oembed" href="/oembed">
    </head><body><a href="/feeds/asia/rss">Asia</a> <a href="/feedback">Write to us</a> <a href="rss.xml">RSS</a>
    <a href="/sitemap.xml">Map</a> <a href="?format=rss">Search</a> <a href="javascript:rss()">x</a></body></html>"""

    assert discovery.front(page.encode(), url=HOME) == Front(
        "The Harbour", "ko",
        (
            "https://www.harbour.example/ko/rss.xml", "https://feeds.harbour.example/atom",
            "https://www.harbour.example/feeds/asia/rss", "https://www.harbour.example/ko/?format=rss",
        ),
    )  # fmt: skip


def test_a_directory_of_feeds_is_not_read_to_its_end() -> None:
    page = "".join(f'<a href="/rss/{number}">x</a>' for number in range(100))

    assert len(discovery.front(page.encode(), url=HOME).feeds) == discovery.MOST_LINKS


@given(st.binary(max_size=300))
def test_no_page_breaks_the_look_at_it(body: bytes) -> None:
    discovery.front(b"<html><link rel=alternate type=application/rss+xml href='" + body, url=HOME)


def test_sitemaps_that_robots_names_are_taken_those_of_news_first() -> None:
    robots = b"User-agent: *\nDisallow: /x\nSitemap: https://cdn.example/all.xml\nsitemap: /news-sitemap.xml\nSitemap: mailto:x\n"

    assert discovery.sitemaps(robots, url=HOME) == (
        "https://www.harbour.example/news-sitemap.xml", "https://cdn.example/all.xml",
    )  # fmt: skip


def test_the_usual_places_are_those_of_the_section_then_those_of_the_site() -> None:
    assert discovery.usual("https://x.example/english/", ("/feed", "/?feed=rss2")) == (
        "https://x.example/english/feed", "https://x.example/feed", "https://x.example/?feed=rss2",
    )  # fmt: skip
    assert discovery.usual("https://x.example/index.html", ("/feed",)) == ("https://x.example/feed",)


def test_of_an_index_the_sitemaps_of_news_and_the_freshest_come_first_and_past_years_not_at_all() -> None:
    children = [
        Child("https://x.example/pages.xml"),
        Child("https://x.example/posts-2019.xml", NOW),
        Child("https://x.example/posts-2.xml", NOW - timedelta(days=2)),
        Child("https://x.example/posts-1.xml", NOW - timedelta(days=1)),
        Child("https://x.example/posts-2026-11.xml", NOW - timedelta(days=3)),
        Child("https://x.example/google-news.xml"),
    ]

    assert [child.url.rpartition("/")[2] for child in discovery.promising(children, now=NOW)] == [
        "google-news.xml", "posts-1.xml", "posts-2.xml", "posts-2026-11.xml", "pages.xml",
    ]  # fmt: skip


def document(*ages: float | None, title: str = "", path: str = "/2026/story-") -> Document:
    entries = tuple(
        Entry(
            url=f"https://x.example{path}{number}", title="t",
            published_at=None if age is None else NOW - timedelta(days=age),
        )
        for number, age in enumerate(ages)
    )  # fmt: skip
    return Document(format="rss", title=title, entries=entries)


@pytest.mark.parametrize(
    ("found", "url", "verdict"),
    [
        (document(0.1, 400), "/feed", Verdict(True)),
        (document(None), "/feed", Verdict(True, "its entries bear no dates")),
        (document(), "/feed", Verdict(False, "it lists nothing")),
        (document(40, 90, None), "/feed", Verdict(False, "its newest entry is 40 days old")),
        (document(1), "/comments/feed/", Verdict(False, "it lists comments")),
        (document(1, title="Comments on: Ferry"), "/2026/ferry/feed/", Verdict(False, "it lists comments")),
        (document(1, path="/a.mp3?"), "/pod", Verdict(False, "none of its links can be an article's")),
    ],
)
def test_what_looks_like_news_and_what_speaks_against_it(found: Document, url: str, verdict: Verdict) -> None:
    assert discovery.judge(found, url=f"https://x.example{url}", now=NOW) == verdict
