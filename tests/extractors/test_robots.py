from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.robots import LARGEST, Robots, from_answer, product

AGENT = "Wirewatch/0.1 (news monitoring; +https://example.com)"
FILE = b"""
User-agent: *
Disallow: /private/
Allow: /private/open
Crawl-delay: 5

User-agent: wirewatch
Disallow: /*.pdf$
Request-rate: 1/20

User-agent: news
Disallow: /
"""


def rules(body: bytes = FILE, *, agent: str = AGENT) -> Robots:
    return from_answer(200, body, agent=agent)


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        (AGENT, "/story", True),
        (AGENT, "/private/x", True),
        (AGENT, "/a/report.pdf", False),
        (AGENT, "/a/report.pdf.html", True),
        ("OtherBot/1.0", "/story", True),
        ("OtherBot/1.0", "/private/x", False),
        ("OtherBot/1.0", "/private/open", True),
        ("Mozilla/5.0 (compatible; Wirewatch/0.1)", "/a/report.pdf", False),
        ("OtherBot/1.0", "/robots.txt", True),
        ("OtherBot/1.0", "/%70rivate/x", False),
    ],
)
def test_the_group_of_our_product_counts_and_no_other(agent: str, path: str, allowed: bool) -> None:
    assert rules(agent=agent).allowed(f"https://news.example.com{path}") == allowed


@pytest.mark.parametrize(
    ("agent", "product_token"),
    [
        (AGENT, "Wirewatch"),
        ("Mozilla/5.0 (compatible; Foo-Bot/2; +x)", "Foo-Bot"),
        ("curl", "curl"),
        ("", "*"),
        ("123", "*"),
    ],
)
def test_the_product_token_of_an_agent(agent: str, product_token: str) -> None:
    assert product(agent) == product_token


@pytest.mark.parametrize(
    ("status", "allowed"),
    [(404, True), (403, True), (401, True), (410, True), (500, False), (503, False), (None, False), (304, True)],
)
def test_a_missing_file_forbids_nothing_and_a_failing_server_everything(status: int | None, allowed: bool) -> None:
    answer = from_answer(status, FILE, agent=AGENT)

    assert (answer.allowed("https://news.example.com/x.pdf"), answer.crawl_delay) == (allowed, None)


@pytest.mark.parametrize(
    ("body", "delay"),
    [
        (FILE, 20.0),
        (b"User-agent: *\nCrawl-delay: 2.5", 2.5),
        (b"User-agent: *\nCrawl-delay: 2\nRequest-rate: 6/1m", 10.0),
        (b"User-agent: *\nCrawl-delay: 99999999", 86_400.0),
        (b"User-agent: *\nCrawl-delay: -1", None),
        (b"User-agent: *\nCrawl-delay: nan", None),
        (b"User-agent: *\nCrawl-delay: soon", None),
        (b"User-agent: *\nDisallow:", None),
        (b"", None),
    ],
)
def test_the_wish_for_a_pace_is_read_in_seconds(body: bytes, delay: float | None) -> None:
    assert rules(body).crawl_delay == delay


def test_what_is_beyond_the_cap_does_not_count() -> None:
    body = b"User-agent: *\nDisallow: /a\n" + b"# filling\n" * (LARGEST // 10) + b"Disallow: /b\n"

    assert [rules(body).allowed(f"https://x.example/{path}") for path in "ab"] == [False, True]


def test_a_page_of_html_in_place_of_the_file_forbids_nothing() -> None:
    assert rules(b"<!DOCTYPE html><html><body>Disallow: /</body></html>").allowed("https://x.example/a")


@given(st.binary(max_size=500), st.text(max_size=50))
def test_no_file_and_no_address_breaks_the_rules(body: bytes, path: str) -> None:
    answer = from_answer(200, body, agent=AGENT)

    assert answer.allowed(f"https://x.example/{path}") in (True, False)
    assert answer.crawl_delay is None or answer.crawl_delay >= 0
