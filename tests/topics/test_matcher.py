"""Terms in texts, each script by its own habits."""

from __future__ import annotations

import pytest

from topics.bundles import Members
from topics.matcher import Matcher
from topics.normalise import fold
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


BITS = {"state": 1, "army": 2, "deal": 4}
"""The first is told apart from the others."""


def bundled(text: str, *terms: Term) -> list[tuple[int, int, int, list[tuple[int, int]]]]:
    """Where hits are, what they stand for, and by which terms, each asked for what it stands for."""
    by = Matcher(terms, BITS, apart=BITS["state"])
    members = Members(by.bundles)
    return [
        (start, end, mask, [members[term, bit] for bit in BITS.values() if bit & mask] if term < 0 else [(mask, term)])
        for start, end, mask, term in by.scan(fold(text), text).hits(bundled=True)
    ]


def term(text: str, *concepts: str, beside: tuple[str, ...] = (), hides: bool = False) -> Term:
    return Term(text=text, language="any", concepts=concepts, beside=beside, hides=hides)


def test_terms_of_one_spelling_may_be_one_hit_that_tells_which_of_them_stands_for_what() -> None:
    found = bundled("The guards sign.", term("guard*", "army"), term("guard*", "deal"), term("GUARD*", "army", "deal"))

    assert found == [(4, 10, 6, [(2, 0), (4, 1)])]


def test_terms_that_are_told_apart_or_want_others_beside_them_stay_hits_of_their_own() -> None:
    found = bundled(
        "guards", term("guard*", "army"), term("guard*", "state"), term("guard*", "deal", beside=("state",))
    )

    assert found == [(0, 6, 2, [(2, 0)]), (0, 6, 1, [(1, 1)]), (0, 6, 4, [(4, 2)])]


def test_a_phrase_hides_of_several_terms_in_one_those_it_is_meant_for() -> None:
    terms = term("guard*", "army"), term("guard*", "deal"), term("guards of honour", "deal", hides=True)

    assert bundled("guards of honour, guards", *terms) == [(0, 6, 2, [(2, 0)]), (18, 24, 6, [(2, 0), (4, 1)])]
