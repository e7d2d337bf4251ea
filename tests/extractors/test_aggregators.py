"""What links of aggregators hide."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import aggregators, urls

STORY = "https://www.harbourpost.com/2024/06/20/ferry?id=7&lang=en"


def coded(url: str, *, amp: str = "") -> str:
    """A Google News link as they were until 2024."""

    def field(tag: bytes, text: str) -> bytes:
        length = len(text)
        varint = bytes([length]) if length < 128 else bytes([length & 0x7F | 0x80, length >> 7])
        return tag + varint + text.encode()

    data = b"\x08\x13" + field(b"\x22", url) + (field(b"\xd2\x01", amp) if amp else b"\xd2\x01\x00")
    return f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(data).decode().rstrip('=')}?oc=5"


OPAQUE = "https://news.google.com/rss/articles/" + base64.urlsafe_b64encode(
    b"\x08\x13\x22\x56AU_yqL" + b"x" * 80
).decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        coded(STORY),
        coded(STORY, amp="https://amp.harbourpost.com/x"),
        coded(STORY).replace("/rss/articles/", "/articles/") + "&hl=en-US",
        coded(STORY).replace("/rss/articles/", "/__i/rss/rd/articles/"),
        coded(STORY).replace("/rss/articles/", "/read/"),
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url={quote(STORY, safe='')}&c=1&mkt=en-us",
        f"https://www.google.com/url?rct=j&sa=t&url={quote(STORY, safe='')}&ct=ga",
        f"https://www.google.co.kr/url?q={quote(STORY, safe='')}",
        f"https://consent.google.com/m?continue={quote(coded(STORY), safe='')}&gl=DE",
        f"https://consent.google.de/ml?continue={quote(STORY, safe='')}",
    ],
)
def test_the_publisher_s_address_is_read_without_asking_anybody(link: str) -> None:
    assert aggregators.opened(link) == STORY


def test_a_long_address_is_read_whole() -> None:
    url = "https://www.harbourpost.com/" + "a" * 300

    assert aggregators.opened(coded(url)) == url


@pytest.mark.parametrize(
    "link",
    [
        OPAQUE,
        STORY,
        "https://news.google.com/rss/articles/AAAA",
        "https://news.google.com/rss/articles/CBMi",
        "https://news.google.com/rss/articles/CBMiXx",
        "https://www.bing.com/news/apiclick.aspx?url=javascript:x",
        f"https://consent.google.com/m?continue={quote(OPAQUE, safe='')}",
        f"https://www.harbourpost.com/?url={quote('https://other.example/', safe='')}",
    ],
)
def test_what_does_not_tell_stays_closed(link: str) -> None:
    assert aggregators.opened(link) is None


def test_a_link_to_itself_comes_to_an_end() -> None:
    link = "https://www.google.com/url?q=x"
    for _ in range(9):
        link = f"https://www.google.com/url?q={quote(link, safe='')}"

    assert aggregators.opened(link) is None


@pytest.mark.parametrize(
    ("url", "consent", "closed"),
    [
        ("https://consent.google.com/ml?continue=x", True, False),
        ("https://consent.yahoo.com/v2/collectConsent", True, False),
        ("https://guce.yahoo.com/consent", True, False),
        (OPAQUE, False, True),
        ("https://www.bing.com/news/search?q=x", False, True),
        ("https://www.google.com/search?q=x", False, False),
        ("https://blog.google/consent.google.com", False, False),
        (STORY, False, False),
    ],
)
def test_pages_in_an_article_s_place_are_known_by_their_address(url: str, consent: bool, closed: bool) -> None:
    assert (aggregators.is_consent(url), aggregators.is_closed(url)) == (consent, closed)


@pytest.mark.parametrize(
    ("title", "publisher", "headline"),
    [
        ("Ferry sinks - The Harbour Post", "The Harbour Post", "Ferry sinks"),
        ("Ferry - sinks - 조선일보", "조선일보", "Ferry - sinks"),
        ("Ferry sinks - Another", "The Harbour Post", "Ferry sinks - Another"),
        (" - The Post", "The Post", " - The Post"),
        ("Ferry sinks", "", "Ferry sinks"),
    ],
)
def test_a_headline_loses_the_publisher_s_name_at_its_end(title: str, publisher: str, headline: str) -> None:
    assert aggregators.without_publisher(title, publisher) == headline


@given(st.from_regex(r"[A-Za-z0-9_=-]{10,80}", fullmatch=True))
def test_no_code_raises_anything(code: str) -> None:
    found = aggregators.opened(f"https://news.google.com/rss/articles/{code}")

    assert found is None or urls.clean(found) == found
