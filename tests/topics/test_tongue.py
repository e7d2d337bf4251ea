"""Which language a text is in, where that decides whether a word is one of the taxonomy's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topics.small import tagger
from topics.normalise import fold
from topics.tongue import LANGUAGES, spoken

SAID = {
    "en": "The envoy said on Monday that the talks will go on after the summit.",
    "de": "Die Gespräche werden nach dem Gipfel fortgesetzt, teilte der Sprecher mit.",
    "fr": "Les deux pays ont signé un accord, selon le porte-parole de la présidence.",
    "es": "El presidente llegó a la capital para firmar un acuerdo con los dos países.",
    "pt": "O presidente chegou à capital para assinar um acordo com os dois países.",
    "it": "Il presidente è arrivato nella capitale per firmare un accordo con i due paesi.",
}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_sentence_tells_its_language(language: str) -> None:
    assert spoken(fold(SAID[language]).text) == language


@pytest.mark.parametrize(
    "text", ["", "Kim Jong Un", "平壤和莫斯科签署条约", "Москва и Пхеньян подписали договор о том, что"]
)
def test_where_small_words_do_not_tell_nothing_is_guessed(text: str) -> None:
    assert spoken(fold(text).text) is None


@given(st.text())
def test_any_text_is_in_one_of_the_languages_or_none(text: str) -> None:
    assert spoken(fold(text).text) in {*LANGUAGES, None}


CONCEPT = '[concepts.sending]\nfr = ["envo*"]\n[[topics]]\nslug = "sent"\ntitle = "Sent"\n[[topics.rules]]\n'
RULE = 'all = ["sending", "russia"]\n'


def test_a_stem_of_another_language_is_no_word_of_this_one() -> None:
    tags = tagger(topic=CONCEPT + RULE, rule="")

    assert [
        tag.topic for tag in tags.tag("", "Moscow: Russia a envoyé des armes, selon le ministre des deux pays.").tags
    ] == ["sent"]
    assert tags.tag("", "The envoy of Russia said that the two sides would meet for talks.").tags == ()
