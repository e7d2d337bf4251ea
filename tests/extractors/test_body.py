from __future__ import annotations

import pytest

from extractors import body, markup

PARAGRAPHS = [
    f"Paragraph {number} of the report says at some length what happened at the river, who was there and what they said."
    for number in range(12)
]
TEXT = "\n".join(PARAGRAPHS)
OTHER = (
    "A story from another page, with a sentence or two about something that has nothing to do with the river at all."
)


def read(page: str, linked: str = "") -> tuple[str, str]:
    tree = markup.parse(f"<html><head></head><body>{page}</body></html>")
    assert tree is not None
    return body.read(tree, linked=linked)


def article(paragraphs: list[str]) -> str:
    return "<article>" + "".join(f"<p>{one}</p>" for one in paragraphs) + "</article>"


def test_a_sure_scan_needs_no_second_opinion() -> None:
    assert read(article(PARAGRAPHS)) == (TEXT, "scan")


def test_a_short_article_is_read_by_trafilatura_and_bare_links_go() -> None:
    page = article(PARAGRAPHS[:4]).replace("</article>", "<p><a href='/x'>Ten bridges of the north</a></p></article>")

    assert read(page) == ("\n".join(PARAGRAPHS[:4]), "trafilatura-fast")


def test_a_page_whose_text_stands_in_its_json_ld_only_is_read_from_there() -> None:
    assert read("<div id='app'></div>", linked=TEXT) == (TEXT, "json-ld")


def test_the_json_ld_body_replaces_a_text_that_lacks_a_part_of_it() -> None:
    assert read(article(PARAGRAPHS[:9]), linked=TEXT) == (TEXT, "json-ld")


@pytest.mark.parametrize("linked", [PARAGRAPHS[0], TEXT * 3, TEXT])
def test_a_json_ld_body_that_is_a_teaser_or_far_too_long_or_the_same_is_not_taken(linked: str) -> None:
    assert read(article(PARAGRAPHS), linked=linked) == (TEXT, "scan")


def test_an_empty_page_gives_an_empty_text() -> None:
    assert read("<div></div>")[0] == ""


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("", "", 0.0),
        ("a b", "", 0.0),
        ("a b", "b a", 1.0),
        ("a b c d", "a b x y", 0.5),
        ("国防部周一表示谈判结束了", "国防部周一表示谈判结束了", 1.0),
    ],
)
def test_two_texts_are_alike_by_their_words(a: str, b: str, expected: float) -> None:
    assert body.likeness(a, b) == expected
