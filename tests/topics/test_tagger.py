"""Tags, their evidence and their scores."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.records import Evidence, Tagging
from tests.topics.small import HEAD, RULE, TOPIC, tagger
from topics.matches import MAX_EVIDENCE
from topics.tagger import MAX_TEXT, Tagger, score_of
from topics.taxonomy import load

KOREA = Tagger(load(Path(__file__).parents[2] / "topics" / "korea.toml"))
SMALL = tagger()


def topics(text: str, *, title: str = "", by: Tagger = SMALL) -> list[str]:
    return [tag.topic for tag in by.tag(title, text).tags]


def rule(text: str) -> Tagger:
    return tagger(rule=f"[[topics.rules]]\n{text}\n")


def test_a_tag_shows_the_matches_that_earned_it() -> None:
    text = "On Monday Russia signed a pact with North Koreans."

    found = SMALL.tag("", text)

    lead = round(1 / 3 * 1.25, 4)
    assert [tag.topic for tag in found.tags] == ["pact"]
    assert found.tags[0].evidence == (
        Evidence("Russia*", "russia", "text", 10, 16, lead),
        Evidence("pact", "pact", "text", 26, 30, lead),
        Evidence("North Korea*", "north-korea", "text", 36, 49, lead),
    )
    assert found.tags[0].score == score_of(found.tags[0].evidence)
    assert found.actors == ("russia", "north-korea")


def test_what_is_just_enough_is_enough_however_a_python_adds_up() -> None:
    by = tagger(rule=RULE + '[[topics.rules]]\nall = ["talk"]\n')
    text = "It rains. It snows. It hails. Russia and North Korea have a pact. They met."

    (tag,) = by.tag("Russia, North Korea, pact", text).tags

    # three times 0.6667 and three times 0.3333: from 3.12 on `sum` makes 3 of it, before a little less
    assert [one.term for one in tag.evidence] == ["Russia*", "North Korea*", "pact"] * 2


def test_all_slots_must_be_in_one_sentence() -> None:
    assert topics("Russia was there. North Korea wants a pact.") == []
    assert topics("Russia and North Korea want a pact.") == ["pact"]


def test_near_slots_may_be_in_the_neighbouring_sentence_or_the_title() -> None:
    near = rule('all = ["pact"]\nnear = ["russia", "north-korea"]')

    assert topics("Russia came. The pact is signed. North Korea rejoices.", by=near) == ["pact"]
    assert topics("The pact is signed.", title="Russia and North Korea", by=near) == ["pact"]
    assert topics("Russia came. A day went. The pact is signed. North Korea rejoices.", by=near) == []


def test_needs_are_met_anywhere() -> None:
    needs = rule('all = ["pact"]\nneeds = ["russia|north-korea"]')

    assert topics("The pact. Rain. Snow. Wind. Moscow.", by=needs) == ["pact"]
    assert topics("The pact. Rain. Snow.", by=needs) == []


def test_a_rule_for_texts_about_somebody_looks_at_the_sentences_after_those_that_name_them() -> None:
    about = rule('all = ["pact"]\nabout = ["putin|russia", "north-korea"]')

    assert topics("Moscow sleeps. Kim Jong Un sings. It rains. It snows. The pact holds.", by=about) == ["pact"]
    assert topics("It rains. It snows. It hails. The pact holds.", title="North Korea, Russia", by=about) == ["pact"]
    assert topics("It rains. It snows. The pact holds.", title="North Korea, Russia", by=about) == []
    assert topics("Moscow sleeps. It rains. It snows. Kim Jong Un sings. The pact holds.", by=about) == []
    assert topics("It rains. It snows. A day went. Putin met Kim over the pact.", by=about) == []


def test_a_concept_in_none_silences_its_sentence_only() -> None:
    without = rule('all = ["pact"]\nnone = ["talk"]')

    assert topics("After talks the pact was signed.", by=without) == []
    assert topics("Talks ended. The pact was signed.", by=without) == ["pact"]


def test_a_concept_in_none_far_off_in_a_long_sentence_silences_nothing() -> None:
    without = rule('all = ["pact"]\nnone = ["talk"]')
    filler = "while the ministers of the other countries walked slowly along the river in the warm evening light, "

    assert topics(f"The talks went on for days, {filler}but the pact was signed.", by=without) == ["pact"]
    assert topics(f"They met, {filler}and after talks the pact was signed.", by=without) == []
    assert topics(f"A pact was signed after talks, {filler}and so a second pact was thought of.", by=without) == [
        "pact"
    ]


def test_within_counts_from_the_first_to_the_last_match() -> None:
    close = rule('all = ["pact", "russia"]\nwithin = 5')
    filler = "which had been drafted over many long months by patient lawyers and "

    assert topics("A pact was signed by Russia.", by=close) == ["pact"]
    assert topics(f"A pact {filler}signed by Russia.", by=close) == []
    assert topics(f"Russia saw {filler}a pact with Moscow.", by=close) == ["pact"]


def test_within_does_not_count_what_may_be_near() -> None:
    close = rule('all = ["pact", "russia"]\nnear = ["north-korea"]\nwithin = 5')

    far = "North Korea, after so many long months of drafting and of doubt, saw a pact with Moscow."
    assert topics(far, by=close) == ["pact"]


def test_at_least_so_many_of_a_list() -> None:
    two = rule('at-least = { n = 2, of = ["pact", "talk", "russia"] }')

    assert topics("Talks in Moscow.", by=two) == ["pact"]
    assert topics("Talks went on.", by=two) == []


def test_a_rule_for_the_whole_text_joins_distant_sentences() -> None:
    whole = rule('all = ["pact", "russia"]\nscope = "text"')

    assert topics("The pact. Rain. Snow. Wind. Moscow.", by=whole) == ["pact"]


def test_a_rule_for_the_lead_joins_the_title_and_three_sentences() -> None:
    lead = rule('all = ["pact", "russia"]\nscope = "lead"')

    assert topics("The pact. Rain. Moscow.", by=lead) == ["pact"]
    assert topics("Rain. Snow. Moscow.", title="The pact", by=lead) == ["pact"]
    assert topics("The pact. Rain. Snow. Moscow.", by=lead) == []


def test_a_sentence_with_something_barred_is_no_part_of_the_lead() -> None:
    lead = rule('all = ["pact", "russia"]\nscope = "lead"\nnone = ["talk"]')

    assert topics("The pact. Talks in Moscow.", by=lead) == []
    assert topics("The pact. Talks. Moscow.", by=lead) == ["pact"]


def test_a_rule_for_the_opening_joins_the_title_with_one_of_the_first_sentences() -> None:
    opening = rule('all = ["pact", "russia"]\nscope = "opening"')

    assert topics("Rain. Moscow.", title="The pact", by=opening) == ["pact"]
    assert topics("The pact. Rain. Snow. The pact with Moscow.", by=opening) == ["pact"]
    assert topics("Rain. Snow. Wind. Moscow.", title="The pact", by=opening) == []
    assert topics("The pact. Moscow.", title="Rain", by=opening) == []


def test_two_sentences_of_the_opening_are_not_joined_with_each_other() -> None:
    opening = rule('all = ["pact", "russia", "north-korea"]\nscope = "opening"')

    assert topics("Moscow. North Korea.", title="The pact", by=opening) == []
    assert topics("Moscow and North Korea.", title="The pact", by=opening) == ["pact"]


def test_what_one_sentence_of_the_opening_says_alone_is_judged_as_a_sentence() -> None:
    close = rule('all = ["pact", "russia"]\nscope = "opening"\nwithin = 3')

    far = "The pact, after so many long months of drafting and of doubt, was welcomed in Moscow."
    assert topics(far, title="Moscow", by=close) == []
    assert topics("Rain.", title=far, by=close) == []
    assert topics("Moscow.", title="The pact", by=close) == ["pact"]


def test_what_is_barred_keeps_title_and_sentence_apart() -> None:
    opening = rule('all = ["pact", "russia"]\nscope = "opening"\nnone = ["talk"]')

    assert topics("Talks in Moscow. Moscow.", title="The pact", by=opening) == ["pact"]
    assert topics("Talks in Moscow.", title="The pact", by=opening) == []
    assert topics("Moscow.", title="The pact and the talks", by=opening) == []


def test_the_opening_must_fill_what_is_asked_for_nearby_and_at_least() -> None:
    near = rule('all = ["pact", "russia"]\nnear = ["north-korea"]\nscope = "opening"')
    two = rule('at-least = { n = 2, of = ["pact", "talk", "russia"] }\nscope = "opening"')

    assert topics("Moscow. North Korea.", title="The pact", by=near) == []
    assert topics("Moscow.", title="The pact of North Korea", by=near) == ["pact"]
    assert topics("Moscow.", title="The pact", by=two) == ["pact"]
    assert topics("Rain.", title="The pact", by=two) == []


@pytest.mark.parametrize(("filler", "before", "deep"), [("Rain fell all day. ", 4, 80), ("雨下了一整天。", 4, 108)])
def test_far_into_a_text_a_match_counts_as_the_file_says(filler: str, before: int, deep: int) -> None:
    shallow = tagger(head=HEAD.replace("[actors.russia]", "[fields]\ndeep = 0.5\n[actors.russia]"))

    weights = [
        [match.weight for match in shallow.tag("", filler * times + "Russia signs a pact with 朝鲜.").tags[0].evidence]
        for times in (before, deep)
    ]

    assert weights == [[0.3333] * 3, [0.1667] * 3]


@pytest.mark.parametrize(
    ("rest", "each"),
    [
        ("Rain fell all day. " * 120 + "Russia was silent.", 0.2083),
        ("Rain fell all day. " * 120 + "Russia and North Korea were silent.", 0.4167),
        ("Rain fell all day. Russia was silent.", 0.4167),
    ],
)
def test_what_a_long_text_says_of_somebody_it_names_only_once_counts_as_the_file_says(rest: str, each: float) -> None:
    fair = tagger(head=HEAD.replace("[actors.russia]", "[fields]\npassing = 0.5\n[actors.russia]"))

    found = fair.tag("", f"Russia signs a pact with North Korea. {rest}")

    assert [match.weight for match in found.tags[0].evidence] == [each] * 3


def test_a_title_names_somebody_too_so_that_what_a_long_text_says_of_them_is_not_in_passing() -> None:
    fair = tagger(head=HEAD.replace("[actors.russia]", "[fields]\npassing = 0.5\n[actors.russia]"))
    text = "Russia signs a pact with North Korea. " + "Rain fell all day. " * 120 + "Russia was silent."

    found = fair.tag("News of Pyongyang, North Korea", text)

    assert [match.weight for match in found.tags[0].evidence] == [0.4167] * 3


def test_a_rule_for_the_title_is_not_fired_by_the_text() -> None:
    titled = rule('all = ["pact"]\nwhere = "title"')

    assert topics("The pact.", by=titled) == []
    assert topics("", title="The pact", by=titled) == ["pact"]


def test_a_compound_fills_two_slots() -> None:
    assert topics("朝俄 treaty") == ["pact"]


def test_an_ambiguous_name_counts_only_beside_another() -> None:
    assert topics("Kim and Putin signed a pact.") == ["pact"]
    assert topics("Kim and Moscow signed a pact.") == []


def test_a_phrase_in_not_does_not_count_as_its_concept() -> None:
    assert topics("Russia pact 朝鲜半岛") == []
    assert topics("Russia pact 朝鲜") == ["pact"]


def test_a_hidden_name_takes_along_what_it_stands_for() -> None:
    hiding = tagger(head=HEAD.replace('en = ["Putin"]', 'en = ["Putin"]\nnot = ["Putin Street"]'))

    assert topics("A North Korea pact in Putin Street.", by=hiding) == []
    assert topics("A North Korea pact of Putin.", by=hiding) == ["pact"]


def test_an_excluded_phrase_is_taken_out_for_its_topic() -> None:
    excluding = tagger(topic=TOPIC + 'exclude = ["pact of silence"]\n')

    assert topics("Russia, North Korea and a pact of silence.", by=excluding) == []
    assert topics("Russia, North Korea: a pact of silence, then a pact.", by=excluding) == ["pact"]


def test_an_ignored_phrase_is_taken_out_for_all() -> None:
    ignoring = tagger(head='ignore = ["Moscow Times"]\n' + HEAD)

    assert topics("The Moscow Times on the North Korea pact", by=ignoring) == []


def test_a_topic_may_need_one_that_was_given_before() -> None:
    second = """
[[topics]]
slug = "talks"
title = "Talks about the pact"
[[topics.rules]]
all = ["talk"]
needs = ["#pact"]
"""
    both = tagger(rule=RULE + second)

    assert topics("Talks went on.", by=both) == []
    assert topics("Talks went on. Russia and North Korea have a pact.", by=both) == ["pact", "talks"]


def test_too_little_weight_makes_no_tag_until_it_adds_up() -> None:
    weak = rule('all = ["pact"]\nweight = 0.3')

    assert topics("A. B. C. A pact.", by=weak) == []
    assert topics("A. B. C. A pact. Another pact.", by=weak) == ["pact"]
    assert topics("", title="A pact", by=weak) == ["pact"]


def test_the_file_says_how_much_more_title_and_lead_count() -> None:
    head = HEAD.replace('name = "small"', 'name = "small"\n[fields]\ntitle = 3.0\nlead = 1.5\ntext = 0.5')
    weights = tagger(head=head, rule='[[topics.rules]]\nall = ["pact"]\n')
    plain = "A pact. It rained. It rained. The pact."

    found = weights.tag("The pact", plain)

    assert [(match.field, match.start, match.weight) for match in found.tags[0].evidence] == [
        ("title", 4, 3.0),
        ("text", 2, 1.5),
        ("text", 34, 0.5),
    ]


def test_evidence_is_bounded_and_the_score_counts_only_what_is_kept() -> None:
    found = SMALL.tag("", "Russia and North Korea signed a pact. " * 40)

    (tag,) = found.tags
    assert len(tag.evidence) <= MAX_EVIDENCE
    assert tag.score == score_of(tag.evidence)


def test_a_text_beyond_the_limit_is_read_up_to_it() -> None:
    far = "x" * MAX_TEXT + " Russia and North Korea signed a pact."

    assert topics(far) == []


def test_a_tagger_survives_pickling() -> None:
    again = pickle.loads(pickle.dumps(SMALL))

    text = "Russia and North Korea signed a pact."
    assert again.tag("", text) == SMALL.tag("", text)


def test_nothing_in_nothing_out() -> None:
    assert SMALL.tag("", "") == Tagging()


WORDS = st.sampled_from(
    ["Putin", "Kim", "North Korea", "pact", "treaty", "China", "silent", "Beijing", "普京", "金正恩", "条约", "북러", "조약",
     "ロシア", "北朝鮮", "договор", "Росси\u00adя", "КНДР", "<b>", "&nbsp;", "معاهدة", "روسيا", "\0", "\ud800", "🚀", "(wèi)", ".", "\n",
     "。", "\u202e", "e\u0301", "ﬁ", "\U0001f1f0\U0001f1f5"]
)  # fmt: skip
TEXTS = st.lists(WORDS | st.text(st.characters(), max_size=8), max_size=40).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(title=TEXTS, text=TEXTS)
def test_any_text_is_tagged_and_every_score_follows_from_its_evidence(title: str, text: str) -> None:
    found = KOREA.tag(title, text)

    assert 0.0 <= found.related <= 1.0
    for tag in found.tags:
        assert 0 < tag.score <= 1
        assert tag.score == score_of(tag.evidence)
        assert 0 < len(tag.evidence) <= MAX_EVIDENCE
        for match in tag.evidence:
            assert 0 <= match.start < match.end <= len({"title": title, "text": text}[match.field])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0" * 1000,
        "\ud800\udfff\udc00",
        "🚀" * 1000,
        "\u202eКНДР и Россия\u202c",
        "朝俄" * 2_500_000,
        "a " * 2_500_000,
    ],
    ids=["empty", "nul", "surrogates", "emoji", "right-to-left", "5M-cjk", "5M-latin"],
)
def test_hostile_texts_are_tagged_or_empty_but_never_an_exception(text: str) -> None:
    found = KOREA.tag(text[:50], text)

    assert 0.0 <= found.related <= 1.0


@pytest.mark.parametrize(
    ("written", "surface"),
    [
        ("Pu\u00adtin and Kim Jong\u00a0Un signed a de\u00adfense pact.", "de\u00adfense pact"),
        ("俄羅斯與朝鮮簽署條(tiáo)約。", "條(tiáo)約"),
        ("Лидеры Рοссии и КНДP подписали дοговοр о взаимной обороне.", "дοговοр"),
        ("Putin and Kim <br />sign &amp; seal defense&nbsp;pact", "defense&nbsp;pact"),
    ],
)
def test_damaged_text_is_understood_and_its_evidence_shown_as_it_stands(written: str, surface: str) -> None:
    tags = {tag.topic: tag for tag in KOREA.tag("", written).tags}

    assert surface in [written[match.start : match.end] for match in tags["russia-dprk-pact"].evidence]
