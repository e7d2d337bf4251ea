"""Terms in texts, each script by its own habits."""

from __future__ import annotations

import pytest

from topics.matcher import Matcher
from topics.taxonomy import Term


def matcher(*texts: str, hides: tuple[str, ...] = ()) -> Matcher:
    terms = [Term(text=text, language="any", concepts=("it",)) for text in texts]
    terms += [Term(text=text, language="any", concepts=("it",), hides=True) for text in hides]
    return Matcher(terms, {"it": 1})


def found(term: str, text: str) -> list[str]:
    return [text[hit[0] : hit[1]] for hit in matcher(term).find(text)]


@pytest.mark.parametrize(
    ("term", "text", "surfaces"),
    [
        ("Russia*", "Prussian and Russian, russia's", ["Russian", "russia"]),
        ("pact", "Pacts, impact, a pact.", ["pact"]),
        ("=US", "Trust us: the US, not US-led USA", ["US", "US"]),
        ("=US", "USâ€™s and US’s and â€œUSâ€\x9d", ["US", "US", "US"]),
        ("=РФ", "в РФ, РФский, рф, ВС РФ", ["РФ", "РФ"]),
        ("=U.S.", "the U.S. and u.s. and U.S.-led", ["U.S", "U.S"]),
        ("U.S.-China", "on U.S.-China ties", ["U.S.-China"]),
        ("росси*", "Россией и белоруссией", ["Россией"]),
        ("Северн* Коре*", "в Северную Корею, северный край", ["Северную Корею"]),
        ("Росси*, Кита* и КНДР", "лидеры России, Китая и КНДР", ["России, Китая и КНДР"]),
        ("朝俄", "围绕朝俄关系", ["朝俄"]),
        ("中欧", "中歐關係", ["中欧"][:0] or ["中歐"]),
        ("북한", "대북한 정책과 북한은", ["북한", "북한"]),
        ("^한중", "진행한중에 한중 관계", ["한중"]),
        ("한·중", "대한 중국의, 포함한 중대, 한·중과 한ㆍ중", ["한·중", "한ㆍ중"]),
        ("^북러", "한미·북러 대화, 서북러", ["북러"]),
        ("^북$", "북, 동해로; 남·북 회담, 거북 북쪽 북에 (북)", ["북", "북", "북"]),
        ("北$", "北 미사일, 对北方, 東北 ", ["北", "北"]),
        ("=EU", "중·EU·일 회담", ["EU"]),
        ("ロシア", "対ロシア外交", ["ロシア"]),
        ("CSIS", "CSIS의 분석, ACSIS", ["CSIS"]),
        ("=EU", "欧州EUの EUR", ["EU"]),
        ("صين", "والصين وبالصين واللصينية", ["صين", "صين"]),
        ("روسي*", "الروسية", ["روسية"]),
        ("тесн*", "technical ties; die Technik", []),
        ("тесн*", "тесные связи, тeсная, TECные", ["тесные", "тeсная", "TECные"]),
        ("ракет*", "Das Paket kam an.", []),
        ("Korea", "Ko\u00adrea", ["Ko\u00adrea"]),
    ],
)
def test_a_term_is_found_where_its_script_lets_it_begin_and_end(term: str, text: str, surfaces: list[str]) -> None:
    assert found(term, text) == surfaces


def test_a_term_inside_a_hiding_phrase_does_not_count_but_others_do() -> None:
    text = "朝鲜半岛上，朝鲜发射卫星"

    hits = matcher("朝鲜", hides=("朝鲜半岛",)).find(text)

    assert [hit[:2] for hit in hits] == [(6, 8)]


def test_hits_come_in_reading_order_the_longest_first() -> None:
    text = "Security Council resolution"

    hits = matcher("Council", "Security", "Security Council").find(text)

    assert [text[hit[0] : hit[1]] for hit in hits] == ["Security Council", "Security", "Council"]


def test_a_matcher_without_terms_finds_nothing() -> None:
    assert Matcher([], {}).find("Russia") == []
