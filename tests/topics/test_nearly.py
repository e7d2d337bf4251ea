"""What a text lacked for a topic: one condition, told with what was there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.topics.small import HEAD, RULE, TOPIC, tagger
from topics.nearly import Held, Lack, Nearly, nearly
from topics.tagger import Tagger
from topics.taxonomy import load

SMALL = tagger()


def rule(text: str) -> Tagger:
    return tagger(rule=f"[[topics.rules]]\n{text}\n")


def only(by: Tagger, text: str, *, title: str = "", language: str = "en") -> Nearly:
    (found,) = nearly(by, title, text, language=language)
    return found


def words(found: Nearly, text: str, title: str = "") -> list[str]:
    return [{"title": title, "text": text}[one.field][one.start : one.end] for one in found.held]


def test_two_of_three_in_a_sentence_say_where_they_stand_and_what_would_make_the_third() -> None:
    text = "It rained. Russia sent a letter to North Korea on Monday."

    found = only(SMALL, text)

    assert found == Nearly(
        topic="pact",
        rule=1,
        conditions=3,
        closeness=0.6667,
        sentence=2,
        held=(
            Held("russia", "Russia*", "text", 11, 17),
            Held("north-korea", "North Korea*", "text", 35, 46),
        ),
        lack=Lack(kind="concept", asked=("pact",), examples=("pact", "treaty")),
    )


def test_examples_are_in_the_language_of_the_text_if_there_are_any() -> None:
    head = HEAD.replace('en = ["pact", "treaty"]', 'en = ["pact", "treaty"]\nko = ["조약"]')
    text = "Russia North Korea"

    assert only(tagger(head=head), text, language="ko").lack.examples == ("조약",)
    assert only(tagger(head=head), text, language="de").lack.examples == ("pact", "treaty")


def test_what_stands_in_another_sentence_is_shown_there() -> None:
    text = "Russia and North Korea met. It rained. They signed a pact."

    found = only(SMALL, text)

    assert (found.sentence, found.closeness, words(found, text)) == (1, 0.8333, ["Russia", "North Korea"])
    assert found.lack == Lack(kind="sentence", asked=("pact",), at=Held("pact", "pact", "text", 53, 57))


def test_what_should_be_near_may_be_too_far_off() -> None:
    by = rule('all = ["pact"]\nnear = ["russia"]')
    text = "Russia came. A day went. The pact is signed."

    found = only(by, text)

    assert (found.sentence, words(found, text)) == (3, ["pact"])
    assert found.lack == Lack(kind="near", asked=("russia",), at=Held("russia", "Russia*", "text", 0, 6))


def test_words_too_far_apart_say_how_far_and_how_far_is_allowed() -> None:
    by = rule('all = ["pact", "russia"]\nwithin = 5')
    text = "A pact which had been drafted over many long months by patient lawyers was signed by Russia."

    found = only(by, text)

    assert (found.sentence, words(found, text)) == (1, ["pact", "Russia"])
    assert found.lack == Lack(kind="distance", have=14, need=5)


def test_what_a_rule_forbids_is_shown_where_it_stands() -> None:
    found = only(rule('all = ["pact"]\nnone = ["talk"]'), "After talks the pact was signed.")

    assert found.lack == Lack(kind="forbidden", asked=("talk",), at=Held("talk", "talks", "text", 6, 11))


def test_a_rule_for_the_title_says_so() -> None:
    found = only(rule('all = ["pact"]\nwhere = "title"'), "A pact.")

    assert (found.sentence, found.lack) == (1, Lack(kind="place", asked=("title",)))


def test_a_rule_for_title_and_lead_says_so_where_the_text_says_it_later() -> None:
    by = rule('all = ["pact", "russia"]\nscope = "lead"')
    text = "The pact came. It rained. It snowed. It was late. Moscow slept."

    found = only(by, text)

    assert (found.sentence, words(found, text)) == (None, ["pact", "Moscow"])
    assert found.lack == Lack(kind="place", asked=("lead",))


def test_what_the_opening_lacks_is_named_by_the_sentence_that_has_the_rest() -> None:
    by = rule('all = ["pact", "russia"]\nscope = "opening"')
    text = "The pact came. It rained. It snowed. It was late. Moscow slept."

    found = only(by, text)

    assert (found.sentence, words(found, text)) == (5, ["Moscow"])
    assert found.lack == Lack(kind="sentence", asked=("pact",), at=Held("pact", "pact", "text", 4, 8))


def test_a_topic_that_is_needed_first_is_named() -> None:
    second = '[[topics]]\nslug = "talks"\ntitle = "Talks"\n[[topics.rules]]\nall = ["talk"]\nneeds = ["#pact"]\n'

    (found,) = nearly(tagger(rule=RULE + second), "", "Talks went on.")

    assert (found.topic, found.lack) == ("talks", Lack(kind="topic", asked=("#pact",)))


def test_whom_a_text_is_not_about_is_named() -> None:
    by = rule('all = ["pact", "talk"]\nabout = ["north-korea", "russia"]')

    found = only(by, "Moscow slept. It rained. It snowed. The pact came after talks with North Korea.")

    assert found.lack == Lack(kind="about", asked=("north-korea",))


def test_a_concept_that_may_stand_anywhere_and_stands_nowhere_is_named() -> None:
    by = rule('all = ["pact", "talk"]\nneeds = ["putin|kim"]')

    found = only(by, "The pact came after talks.")

    assert found.lack == Lack(kind="concept", asked=("putin", "kim"), examples=("Putin", "Kim Jong Un"))


def test_one_too_few_of_a_list_names_the_others() -> None:
    by = rule('at-least = { n = 3, of = ["pact", "talk", "russia", "north-korea"] }')

    found = only(by, "Talks in Moscow.")

    assert (found.conditions, found.lack.kind, found.lack.asked) == (3, "concept", ("pact", "north-korea"))


def test_a_sum_below_the_threshold_is_told_with_what_made_it() -> None:
    by = rule('all = ["pact"]\nweight = 0.3')
    text = "A. B. C. A pact."

    found = only(by, text)

    assert (found.rule, found.closeness, words(found, text)) == (None, 0.875, ["pact"])
    assert found.lack == Lack(kind="weight", have=0.375, need=0.5)


def test_a_phrase_that_the_topic_takes_out_is_shown() -> None:
    excluding = tagger(topic=TOPIC + 'exclude = ["pact of silence"]\n')
    text = "Russia, North Korea and a pact of silence."

    found = only(excluding, text)

    assert words(found, text) == ["Russia", "North Korea", "pact"]
    assert found.lack == Lack(kind="excluded", at=Held("pact", "pact of silence", "text", 26, 41))


def test_a_name_that_nothing_speaks_for_names_what_would() -> None:
    text = "Kim and Moscow signed a pact."

    found = only(SMALL, text)

    assert words(found, text) == ["Kim", "Moscow", "pact"]
    assert found.lack == Lack(
        kind="ambiguous", asked=("putin",), examples=("Putin",), at=Held("pact", "=Kim", "text", 0, 3)
    )


def test_a_rule_for_the_whole_text_lacks_what_no_sentence_has() -> None:
    by = rule('all = ["pact", "russia", "north-korea"]\nscope = "text"')
    text = "The pact. Rain. Moscow."

    found = only(by, text)

    assert (found.sentence, words(found, text)) == (None, ["pact", "Moscow"])
    assert (found.lack.kind, found.lack.asked) == ("concept", ("north-korea",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It rained.",
        "Russia was there.",
        "Russia has a pact.\n\nNobody knew.",
        "Russia and North Korea have a pact.",
    ],
    ids=["nothing", "off the subject", "one of three", "the third nowhere", "reached"],
)
def test_what_is_far_off_or_reached_is_not_nearly_reached(text: str) -> None:
    by = rule('all = ["pact", "russia", "north-korea", "talk"]') if "Nobody" in text else SMALL

    assert nearly(by, "", text) == ()


def test_the_closest_topic_comes_first_and_each_is_there_once() -> None:
    second = '[[topics]]\nslug = "talks"\ntitle = "Talks"\n[[topics.rules]]\nall = ["talk", "putin"]\n'
    text = "Russia and North Korea had talks. Putin was away."

    found = nearly(tagger(rule=RULE + second), "", text)

    assert [(one.topic, one.closeness) for one in found] == [("talks", 0.75), ("pact", 0.6667)]


KOREA = Tagger(load(Path(__file__).parents[2] / "topics" / "korea.toml"))
WORDS = st.sampled_from(
    ["Putin", "Kim", "North Korea", "pact", "treaty", "China", "silent", "Beijing", "普京", "金正恩", "条约", "북러", "조약",
     "ロシア", "北朝鮮", "договор", "КНДР", "<b>", "\0", "\ud800", "🚀", "(wèi)", ".", "\n", "。", "\u202e"]
)  # fmt: skip
TEXTS = st.lists(WORDS | st.text(st.characters(), max_size=8), max_size=30).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(title=TEXTS, text=TEXTS)
def test_any_text_is_looked_at_and_only_topics_it_was_not_given_are_nearly_reached(title: str, text: str) -> None:
    given_topics = {tag.topic for tag in KOREA.tag(title, text).tags}

    found = nearly(KOREA, title, text, language="en")

    assert given_topics.isdisjoint(one.topic for one in found)
    assert len({one.topic for one in found}) == len(found)
    for one in found:
        assert 0.5 < one.closeness <= 1
        for held in (*one.held, *([one.lack.at] if one.lack.at else [])):
            assert 0 <= held.start < held.end <= len({"title": title, "text": text}[held.field])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Russia", "Putin", "North Korea", "pact", "talks", "rain", "fell", "on"]), max_size=9))
def test_a_text_that_is_given_what_it_lacked_gets_the_topic(words: list[str]) -> None:
    text = " ".join(words)

    for one in nearly(SMALL, "", text):
        assert one.lack.kind == "concept"
        assert [tag.topic for tag in SMALL.tag("", f"{text} {one.lack.examples[0]}").tags] == [one.topic]
