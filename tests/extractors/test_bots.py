from __future__ import annotations

import pytest

from extractors import bots

CHALLENGE = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser before accessing.</p></body></html>"


@pytest.mark.parametrize(
    ("headers", "maker"),
    [
        ({"cf-mitigated": "challenge"}, "Cloudflare"),
        ({"x-amzn-waf-action": "challenge"}, "AWS WAF"),
        ({"x-vercel-mitigated": "challenge"}, "Vercel"),
        ({"server": "cloudflare", "cf-ray": "8f0"}, ""),
        ({}, ""),
    ],
)
def test_a_wall_is_known_by_what_its_maker_puts_into_the_headers(headers: dict[str, str], maker: str) -> None:
    assert bots.wall_by_headers(headers) == maker


@pytest.mark.parametrize(
    ("page", "maker"),
    [
        (CHALLENGE, bots.UNKNOWN),
        ("<script>window._cf_chl_opt={}</script>", "Cloudflare"),
        ('<iframe src="/_Incapsula_Resource?CWUDNSAI=9"></iframe>', "Imperva"),
        ("<title>Making sure</title><script src=/.within.website/x/cmd/anubis/static/main.js></script>", "Anubis"),
        ("<p>Verify you are a human to go on.</p>", bots.UNKNOWN),
        ("<title>로봇이 아닙니다</title><p>자동입력 방지</p><p>로봇이 아닙니다</p>", bots.UNKNOWN),
        ("<title>403 Forbidden</title><h1>403 Forbidden</h1><hr>nginx", ""),
        ("<title>Access denied</title><p>Ask the desk for a login.</p>", ""),
        ("<title>The Courier</title><p>Robots build cars in Busan, and a treaty is signed.</p>", ""),
        ('<script>var s="/cdn-cgi/challenge-platform/scripts/jsd/main.js"</script><p>News</p>', ""),
        ("", ""),
    ],
)
def test_a_wall_is_known_by_what_it_says_and_a_plain_refusal_is_none(page: str, maker: str) -> None:
    assert bots.wall_by_body(page.encode()) == maker


def test_what_stands_far_down_a_page_is_no_wall() -> None:
    assert bots.wall_by_body(b"<p>news</p>" * 4_000 + CHALLENGE.encode()) == ""


def test_a_wall_of_somebody_known_is_named() -> None:
    assert bots.sentence("https://a.example/", "Cloudflare") == (
        "https://a.example/ answers with a bot wall (Cloudflare) instead of what was asked for."
    )
    assert "(" not in bots.sentence("https://a.example/", bots.UNKNOWN)
