from __future__ import annotations

import pytest

from flows import markup


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Two\n lines ", "Two lines"),
        ("a|b [c](d) <i>e</i> *f* _g_ `h` &amp; #1", r"a\|b \[c\]\(d\) \<i\>e\</i\> \*f\* \_g\_ \`h\` \&amp; \#1"),
        ("푸틴 – Путин", "푸틴 – Путин"),
    ],
)
def test_what_comes_from_the_web_stays_text(text: str, shown: str) -> None:
    assert markup.plain(text) == shown


def test_a_link_opens_whatever_its_address_holds() -> None:
    url = "https://a.example/x (1)/b|c>d\\e?q=[é]&r=%20"

    assert markup.link("t]x", url) == r"[t\]x](<https://a.example/x%20(1)/b%7Cc%3Ed%5Ce?q=[%C3%A9]&r=%20>)"


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("https://a.example/rss/all.xml", "alpha /rss/all.xml"),
        ("https://a.example/?feed=rss2", "alpha /?feed=rss2"),
        ("https://a.example/" + "x" * 60, "alpha /" + "x" * 36 + "…"),
    ],
)
def test_a_feed_is_named_by_source_and_path_and_not_at_length(url: str, label: str) -> None:
    assert markup.feed_link("alpha", url) == f"[{label}](<{url}>)"
    assert len(label) <= markup.LABEL


def test_a_reason_does_not_repeat_the_address_it_stands_beside() -> None:
    url = "https://a.example/rss"

    assert markup.reason(f"{url} does not exist (404).", url) == r"does not exist \(404\)."
    assert markup.reason("https://b.example/ is gone.", url) == "https://b.example/ is gone."


def test_columns_of_numbers_are_set_to_the_right() -> None:
    assert markup.table(["host", "#pages"], [["a", "1"], ["b", "2"]]) == [
        "| host | pages |",
        "| --- | ---: |",
        "| a | 1 |",
        "| b | 2 |",
    ]
