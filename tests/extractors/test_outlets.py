"""Whose page an address is."""

from __future__ import annotations

import pytest

from extractors.outlets import Outlet, Outlets

KNOWN = Outlets(
    (
        Outlet("harbour", "https://www.harbourpost.com/", language="ko"),
        Outlet("harbour-en", "https://www.harbourpost.com/english/index.html", language="en"),
        Outlet("lamp", "https://lamp.co.kr/", language="ko"),
        Outlet("lamp-en", "https://en.lamp.co.kr/", language="en"),
        Outlet("reef-ja", None, ("https://feeds.reefpost.org/ja",), "ja"),
        Outlet("reef-en", None, ("https://feeds.reefpost.org/en", "https://feeds.feedburner.com/reef"), "en"),
    )
)


@pytest.mark.parametrize(
    ("url", "slugs"),
    [
        ("https://harbourpost.com/2024/ferry", ["harbour"]),
        ("http://www.harbourpost.com/english/2024/ferry", ["harbour-en"]),
        ("https://www.harbourpost.com/english", ["harbour-en"]),
        ("https://www.harbourpost.com/englishmen", ["harbour"]),
        ("https://m.harbourpost.com/x", ["harbour", "harbour-en"]),
        ("https://en.lamp.co.kr/x", ["lamp-en"]),
        ("https://news.lamp.co.kr/x", ["lamp", "lamp-en"]),
        ("https://www.reefpost.org/x", ["reef-ja", "reef-en"]),
        ("https://feeds.feedburner.com/x", []),
        ("https://dunepost.net/x", []),
    ],
)
def test_the_nearest_homepage_says_whose_a_page_is(url: str, slugs: list[str]) -> None:
    assert [outlet.slug for outlet in KNOWN.owners(url)] == slugs


def test_where_several_may_be_the_language_decides() -> None:
    def owner(language: str | None) -> str | None:
        found = KNOWN.owner("https://www.reefpost.org/x", language=language)
        return found.slug if found else None

    assert (owner("en"), owner("ja"), owner("fr"), owner(None)) == ("reef-en", "reef-ja", "reef-ja", "reef-ja")
    assert KNOWN.owner("https://dunepost.net/") is None
