from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import text

ANY_TEXT = st.text(st.characters(), max_size=200)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\x00b\x1fc", "abc"),
        ("e\u0301", "é"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("lone \ud83d surrogate", "lone  surrogate"),
        ("한국", "한국"),
    ],
)
def test_only_what_the_database_takes_and_people_see_is_kept(raw: str, kept: str) -> None:
    assert text.storable(raw) == kept


def test_paragraphs_are_trimmed_lines() -> None:
    assert text.paragraphs("  one \u00a0 two\r\n\r\n\u3000three\u2028four\n") == "one two\nthree\nfour"


def test_a_line_has_no_breaks() -> None:
    assert text.line(" A\ttitle\nover  two lines ") == "A title over two lines"


@pytest.mark.parametrize(
    ("raw", "weight"), [("abc", 3), ("中文", 4), ("한글 a", 6), ("かな", 4), ("привет", 6), ("", 0)]
)
def test_east_asian_letters_weigh_double(raw: str, weight: int) -> None:
    assert text.weight(raw) == weight


@given(ANY_TEXT)
def test_storable_text_encodes_and_is_normal(raw: str) -> None:
    kept = text.storable(raw)

    assert kept.encode("utf-8").decode() == kept
    assert "\x00" not in kept
    assert unicodedata.is_normalized("NFC", kept)
    assert text.storable(kept) == kept


@given(ANY_TEXT)
def test_cutting_into_paragraphs_twice_changes_nothing(raw: str) -> None:
    once = text.paragraphs(raw)

    assert text.paragraphs(once) == once
    assert all(line == line.strip() and line for line in once.split("\n")) or not once
