from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import logins, urls
from extractors.errors import Forbidden

SECRETS = {"courier": "me:hunter 2/@", "token": "a1b2&c3"}


@pytest.mark.parametrize(
    ("url", "filled"),
    [
        ("https://{courier}@feeds.example/rss", "https://me:hunter%202%2F%40@feeds.example/rss"),
        ("https://feeds.example/rss?token={token}&page=1", "https://feeds.example/rss?token=a1b2%26c3&page=1"),
        ("https://feeds.example/{token}/rss", "https://feeds.example/a1b2%26c3/rss"),
        ("https://%7Bcourier%7D@feeds.example/", "https://me:hunter%202%2F%40@feeds.example/"),
        ("https://feeds.example/rss?q={Not a name}", "https://feeds.example/rss?q={Not a name}"),
        ("https://feeds.example/rss", "https://feeds.example/rss"),
    ],
)
def test_a_name_in_braces_becomes_its_secret(url: str, filled: str) -> None:
    assert logins.fill(url, SECRETS) == filled


def test_an_unknown_name_is_an_error_that_says_where_to_put_it() -> None:
    with pytest.raises(Forbidden) as caught:
        logins.fill("https://feeds.example/rss?token={other}", SECRETS)

    assert str(caught.value) == (
        "https://feeds.example/rss?token={other} names the secret 'other', which WIREWATCH_SECRETS does not hold."
    )


def test_an_address_with_a_name_survives_being_cleaned() -> None:
    written = "https://{courier}@Feeds.example:443/rss?token={token}"

    assert logins.readable(urls.clean(written) or "") == "https://{courier}@feeds.example/rss?token={token}"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("https://me:hunter2@feeds.example/rss", "a login"),
        ("https://me@feeds.example/rss", "a login"),
        ("https://{courier}@feeds.example/rss", None),
        ("https://%7Bcourier%7D@feeds.example/rss", None),
        ("https://feeds.example/rss?token=abc", "the parameter token"),
        ("https://feeds.example/rss?access_token=abc", "the parameter access_token"),
        ("https://feeds.example/rss?apikey=abc", "the parameter apikey"),
        ("https://feeds.example/rss?user_password=abc", "the parameter user_password"),
        ("https://feeds.example/rss?key=9f86d081884c7d65", "the parameter key"),
        ("https://feeds.example/rss?key=international", None),
        ("https://feeds.example/rss?token={courier}", None),
        ("https://feeds.example/rss?token=", None),
        ("https://feeds.example/rss?outputType=xml&tokens=3", None),
        ("https://feeds.example/rss", None),
    ],
)
def test_a_secret_written_out_is_noticed(url: str, what: str | None) -> None:
    assert logins.in_clear(url) == what


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://me:hunter2@a.example/x?y=1", "https://a.example/x?y=1"),
        ("https://a.example/x@y", "https://a.example/x@y"),
        ("http://[broken@secret", "secret"),
    ],
)
def test_a_login_is_taken_off_an_address(url: str, bare: str) -> None:
    assert logins.without_login(url) == bare


def test_a_secret_that_a_server_sends_back_is_named_instead() -> None:
    text = "https://me:hunter%202%2F%40@feeds.example/x?t=a1b2%26c3 says 'a1b2&c3' and hunter 2/@"

    assert logins.hide(text, SECRETS) == "https://{courier}@feeds.example/x?t={token} says '{token}' and {courier}"


@given(st.text(min_size=3, max_size=30).filter(lambda text: "{" not in text and "}" not in text))
def test_what_was_filled_in_can_be_hidden_again(secret: str) -> None:
    try:
        quote(secret)
    except UnicodeEncodeError:
        return
    filled = logins.fill("https://feeds.example/rss?t={s}", {"s": secret})

    assert urlsplit(filled).netloc == "feeds.example"
    assert secret not in logins.hide(filled, {"s": secret}) or secret in "https://feeds.example/rss?t={s}"
