"""Which language a text is in, where that decides whether a word is one of the taxonomy's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topics.small import tagger
from topics.normalise import fold
from topics.tongue import others, spoken

SAID = {
    "en": "The envoy said on Monday that the talks will go on after the summit.",
    "de": "Die Gespräche werden nach dem Gipfel fortgesetzt, teilte der Sprecher mit.",
    "fr": "Les deux pays ont signé un accord, selon le porte-parole de la présidence.",
    "es": "El presidente llegó a la capital para firmar un acuerdo con los dos países.",
    "pt": "O presidente chegou à capital para assinar um acordo com os dois países.",
    "it": "Il presidente è arrivato nella capitale per firmare un accordo con i due paesi.",
    "zh": "两国领导人在平壤签署了一项条约，承诺在遭到攻击时相互援助。这是几十年来最重要的文件，西方观察人士说，细节尚待公布。",
}


@pytest.mark.parametrize("language", sorted(SAID))
def test_a_sentence_tells_its_language(language: str) -> None:
    assert spoken(fold(SAID[language]).text) == language


@pytest.mark.parametrize(
    "text", ["", "Kim Jong Un", "平壤和莫斯科签署条约", "Москва и Пхеньян подписали договор о том, что"]
)
def test_where_small_words_do_not_tell_nothing_is_guessed(text: str) -> None:
    assert spoken(fold(text).text) is None


@pytest.mark.parametrize(
    "text",
    [
        "両国の首脳は平壌で条約に署名し、攻撃を受けた場合には互いに援助すると約束した。専門家は詳しい内容を待っている。",
        "露朝首脳会談開始、条約署名",
        "北·러, 平壤서 條約 서명. 兩國 頂上은 攻擊을 받으면 서로 돕기로 했다. 專門家들은 仔細한 內容을 기다리고 있다.",
    ],
)
def test_japanese_and_korean_prose_is_not_taken_for_chinese(text: str) -> None:
    assert spoken(fold(text).text) is None


@given(st.text())
def test_any_text_is_in_one_of_the_languages_or_none(text: str) -> None:
    assert spoken(fold(text).text) in {*SAID, None}


def test_terms_of_other_languages_do_not_count_where_the_language_is_known() -> None:
    assert others(None) == frozenset()
    assert others("de") == {"en", "fr", "es", "pt", "it"}
    assert others("zh") == {"ja"}


CONCEPT = '[concepts.sending]\nfr = ["envo*"]\n[[topics]]\nslug = "sent"\ntitle = "Sent"\n[[topics.rules]]\n'
RULE = 'all = ["sending", "russia"]\n'


def test_a_stem_of_another_language_is_no_word_of_this_one() -> None:
    tags = tagger(topic=CONCEPT + RULE, rule="")

    assert [
        tag.topic for tag in tags.tag("", "Moscow: Russia a envoyé des armes, selon le ministre des deux pays.").tags
    ] == ["sent"]
    assert tags.tag("", "The envoy of Russia said that the two sides would meet for talks.").tags == ()


def test_a_japanese_word_that_means_something_else_in_chinese_is_no_word_there() -> None:
    tags = tagger(
        topic='[concepts.bond]\nja = ["結束"]\n[[topics]]\nslug = "bond"\ntitle = "Bond"\n[[topics.rules]]\n'
        'all = ["bond", "north-korea"]\n',
        rule="",
    )

    assert [tag.topic for tag in tags.tag("", "朝鲜との結束を強めたいと述べた。").tags] == ["bond"]
    assert tags.tag("", "代表团结束了对朝鲜的访问。" + SAID["zh"]).tags == ()
