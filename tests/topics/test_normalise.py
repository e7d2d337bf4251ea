"""Folding: one spelling for text and terms, and a way back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from topics.hanzi import SIMPLIFIED
from topics.normalise import fold, fold_term


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PUTIN", "putin"),
        ("Corée", "Coree"),
        ("Core\u0301e", "Corée"),
        ("Ｒｕｓｓｉａ", "Russia"),
        ("朝鮮與俄羅斯", "朝鲜与俄罗斯"),
        ("対中関係", "对中关系"),
        ("Pоссия", "Россия"),
        ("Рοссия", "Россия"),
        ("Kо\u00adrea", "Korea"),
        ("Ko\u200brea", "Korea"),
        ("衛(wèi)星", "卫星"),
        ("衛（wèi）星", "卫星"),
        ("<b>Kor</b>ea", "Korea"),
        ("North&nbsp;Korea", "North Korea"),
        ("Pact<br />China", "Pact China"),
        ("ﾛｼｱ", "ロシア"),
        ("ﾎﾟﾝ", "ポン"),
        ("러시아", "러시아"),
        ("أمريكا", "امريكا"),
        ("الصينيّة", "الصينيه"),
        ("oﬃce", "office"),
        ("USâ€™s", "US’s"),
        ("USâ\x80\x99s", "US’s"),
        ("CorÃ©e du Nord", "Corée du Nord"),
        ("EspaÃ±a", "España"),
        ("NorthÂ\u00a0Korea", "North Korea"),
        ("한ㆍ중", "한·중"),
        ("한・중", "한·중"),
        ("ｷﾑ･ｼﾞｮﾝｳﾝ", "キム・ジョンウン"),
        ("Ã", "a"),
        ("â€", "a€"),
    ],
)
def test_what_looks_or_means_the_same_folds_to_the_same(written: str, meant: str) -> None:
    assert fold_term(written) == fold_term(meant)


def test_a_note_in_brackets_after_a_chinese_word_stays() -> None:
    assert fold_term("朝鲜(DPRK)") == "朝鲜 dprk"


@pytest.mark.parametrize("mark", ["'", "’", "‘", "′", "´", "`", "ʼ", "â€™", "â€˜", "&#39;", "&rsquo;", "&apos;"])
def test_an_apostrophe_is_one_blank_however_it_is_written_or_broken(mark: str) -> None:
    assert fold_term(f"L{mark}accord") == "l accord"


@pytest.mark.parametrize("text", ["Kо\u00adrea and <i>Chi</i>na", "衛(wèi)星 ok", "Core\u0301e", "plain"])
def test_every_folded_character_leads_back_to_where_it_stood(text: str) -> None:
    folded = fold(text)

    spans = [folded.span(place, place + 1) for place in range(1, len(folded.text) - 1)]

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)


def test_a_mended_word_leads_back_to_all_of_it() -> None:
    text = "in Ko\u00adrea now"
    folded = fold(text)
    start = folded.text.index("korea")

    assert folded.span(start, start + 5) == (3, 9)


@given(st.text(st.characters(), max_size=200))
def test_any_text_folds_and_every_place_leads_back(text: str) -> None:
    folded = fold(text)

    assert folded.text[0] == folded.text[-1] == " "
    for place in range(1, len(folded.text) - 1):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)


@given(st.text(max_size=100))
@example("ㄱ")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text

    assert fold(once).text[1:-1] == once


def test_no_character_becomes_one_that_becomes_another() -> None:
    assert {one: SIMPLIFIED[other] for one, other in SIMPLIFIED.items() if SIMPLIFIED.get(other, other) != other} == {}


MANY = " " + "".join(sorted(SIMPLIFIED))[:100]
"""A text with these behind it fits no code page, and too many of its characters change for one at a time."""


def alone(text: str) -> str:
    """The text as it folds when every character is looked up by itself."""
    return fold(text + MANY).text[: -len(MANY) - 1]


@pytest.mark.parametrize("page", ["ascii", "cp1252", "cp1251", "cp1256"])
def test_a_text_that_fits_a_code_page_folds_as_its_characters_do(page: str) -> None:
    text = bytes(range(256)).decode(page, "ignore").replace("&", "")

    assert fold(text).text[:-1] == alone(text)


def test_a_few_characters_outside_its_code_page_fold_by_themselves() -> None:
    text = "Ядерный щит? «Żądło» é?"

    assert fold(text).text == " ядephый щиt   zadło  e  ".replace("й", "и")
    assert fold(text).text[:-1] == alone(text)


def test_a_text_of_which_few_characters_change_folds_as_its_characters_do() -> None:
    texts = ["".join(map(chr, range(start, start + 16))) for start in range(0x2E00, 0xD800, 16)]

    assert [text for text in texts if fold(text).text[:-1] != alone(text)] == []


@given(st.text(st.sampled_from("aZé’“—?łßﬁ½\0\u00adжЖйіة\u064bـ国國가が。（)"), max_size=30))
def test_any_mixture_folds_as_its_characters_do(text: str) -> None:
    assert fold(text).text[:-1] == alone(text)


def test_spans_across_mended_places_lead_back_to_all_of_them() -> None:
    text = "<b>Ko\u00adrea</b> ﬁrst"
    folded = fold(text)

    assert folded.text == " korea first "
    assert [folded.span(*span) for span in ((1, 6), (1, 3), (3, 6), (1, 12), (7, 9))] == [
        (3, 9),
        (3, 6),
        (6, 9),
        (3, 18),
        (13, 15),
    ]
