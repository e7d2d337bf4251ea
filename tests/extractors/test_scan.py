from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import markup
from extractors.scan import Scan, scan

PARAGRAPHS = [
    f"Paragraph {number} of the report says at some length what happened at the river, who was there and what they said."
    for number in range(12)
]
BODY = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
TEXT = "\n".join(PARAGRAPHS)
OTHER = (
    "A story from another page, with a sentence or two about something that has nothing to do with the river at all."
)


def look(body: str) -> Scan:
    tree = markup.parse(f"<html><head></head><body>{body}</body></html>")
    assert tree is not None
    return scan(tree)


def test_an_article_alone_on_its_page_is_found_and_sure() -> None:
    found = look(f"<div><article>{BODY}</article></div>")

    assert found == Scan(text=TEXT, blocks=12, share=1.0)
    assert found.sure


@pytest.mark.parametrize(
    "beside",
    [
        f"<nav><p>{OTHER}</p></nav>",
        f"<aside><p>{OTHER}</p></aside>",
        f"<footer><p>{OTHER}</p></footer>",
        f"<div class='related-stories'><p>{OTHER}</p></div>",
        f"<div id='comments'><p>{OTHER}</p></div>",
        f"<div style='display: none'><p>{OTHER}</p></div>",
        f"<div hidden><p>{OTHER}</p></div>",
        f"<div role='dialog'><p>{OTHER}</p></div>",
        f"<form><p>{OTHER}</p></form>",
        f"<figure><figcaption>{OTHER}</figcaption></figure>",
        f"<ul><li><a href='/x'>{OTHER}</a></li></ul>",
        f"<p><a href='/x'>{OTHER}</a></p>",
    ],
)
def test_what_stands_beside_an_article_is_left_out(beside: str) -> None:
    assert look(f"<div>{beside}<article>{BODY}{beside}</article>{beside}</div>").text == TEXT


def test_an_article_among_long_other_texts_is_found_but_not_sure() -> None:
    others = "".join(f"<div class='card'><p>{OTHER} {number} {OTHER}</p></div>" for number in range(8))

    found = look(f"<article><h1>River</h1>{BODY}</article><section>{others}</section>")

    assert found.text == TEXT
    assert not found.sure


def test_an_article_split_by_advertisements_is_whole() -> None:
    halves = [
        f"<div class='chunk'>{''.join(f'<p>{one}</p>' for one in part)}</div>"
        for part in (PARAGRAPHS[:6], PARAGRAPHS[6:])
    ]

    assert look(f"<article>{'<div class=ad></div>'.join(halves)}</article>").text == TEXT


def test_lines_broken_by_br_are_read_without_paragraphs() -> None:
    assert look(f"<div>{'<br><br>'.join(PARAGRAPHS)}</div>").text.split()[:3] == ["Paragraph", "0", "of"]


def test_inline_markup_does_not_break_a_paragraph() -> None:
    body = BODY.replace("the river", "<b>the</b> <span><a href='/r'>river</a></span>")

    assert look(f"<main>{body}</main>").text == TEXT


def test_the_same_text_twice_is_kept_once() -> None:
    assert look(f"<article>{BODY}{BODY}</article>").text == TEXT


@pytest.mark.parametrize("body", ["", "<p></p>", "<p>Short.</p>", "<ul><li><a href='/'>Home</a></li></ul>"])
def test_a_page_without_prose_gives_nothing(body: str) -> None:
    assert look(body) == Scan()


@given(st.lists(st.sampled_from(["<p>", "</p>", "<div>", "</div>", "<a href=x>", "</a>", "<span>", "<br>", "<li>", "<form>",
                                 "<article>", "</article>", "<td>", OTHER, PARAGRAPHS[0], PARAGRAPHS[1]]), max_size=30))  # fmt: skip
def test_no_nesting_makes_it_fail_and_shares_are_shares(parts: list[str]) -> None:
    found = look("".join(parts))

    assert 0.0 <= found.share <= 1.0
    assert found.blocks == (len(found.text.split("\n")) if found.text else 0)
