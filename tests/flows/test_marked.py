"""Texts with marks, with colour and without; scores term by term; what was missing, in words."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from extractors.records import Evidence
from flows.commands.marked import (
    STRETCH,
    Mark,
    Marked,
    context,
    evidence_in,
    joined,
    lack,
    nearly_reached,
    shortened,
    terms_of,
)
from flows.commands.output import render
from tests.topics.small import RULE, TOPIC, tagger
from topics.nearly import Nearly, nearly
from topics.odds import Account

TEXT = "Russia and North Korea signed a treaty."
SIGNED = (
    Evidence("Russia*", "russia", "text", 0, 6, 0.4),
    Evidence("North Korea*", "north-korea", "text", 11, 22, 0.4),
    Evidence("treaty", "pact", "text", 32, 38, 0.4),
)


def coloured(text: Marked) -> str:
    paper = io.StringIO()
    Console(file=paper, force_terminal=True, color_system="standard", width=80).print(text)
    return paper.getvalue()


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("treaty", 0, 6, ("", "treaty", "")),
        ("a treaty of help", 2, 8, ("a ", "treaty", " of…")),
        ("one two three four five", 8, 13, ("…two ", "three", " four…")),
        ("上海合作組織峰會簽署条約後發表聲明", 8, 10, ("…合作組織峰會", "簽署", "条約後發表聲…")),
        ("line one\nline two", 9, 13, ("…one ", "line", " two")),
    ],
)
def test_a_match_is_shown_with_the_words_around_it(
    text: str, start: int, end: int, shown: tuple[str, str, str]
) -> None:
    assert context(text, start, end, around=6) == shown


def test_marks_are_brackets_without_colour_and_reverse_video_with_it() -> None:
    text = Marked(TEXT, (Mark(32, 38, (1, 2)),))

    assert render(text) == "Russia and North Korea signed a >>treaty<<[1,2].\n"
    assert coloured(text) == "Russia and North Korea signed a \x1b[1;7mtreaty\x1b[0m\x1b[2m[1,2]\x1b[0m.\n"


def test_marks_that_overlap_are_one_and_neighbours_are_two() -> None:
    marks = [Mark(4, 9, (2,)), Mark(0, 5, (1,)), Mark(9, 12, (1,)), Mark(20, 21, (3,))]

    assert joined(marks) == [Mark(0, 9, (1, 2)), Mark(9, 12, (1,)), Mark(20, 21, (3,))]


def test_a_long_stretch_without_a_mark_is_counted_and_not_shown_unless_asked_for() -> None:
    plain = "word " * 400
    text = f"{plain}treaty"
    mark = (Mark(len(plain), len(text)),)

    short, whole = render(Marked(text, mark, whole=False), width=9999), render(Marked(text, mark), width=9999)

    assert whole == f"{plain}>>treaty<<\n"
    assert short.startswith("word word ")
    assert short.endswith(" word >>treaty<<\n")
    assert " [… 1,526 characters …] " in short
    assert shortened("x" * 3 * STRETCH) == "x" * 3 * STRETCH
    assert len(shortened("x" * 3000)) < 3 * STRETCH


def test_nothing_in_a_text_steers_the_terminal() -> None:
    text = "A \x1b[2J\u202etreaty\x07 [red]"

    assert render(Marked(text, (Mark(6, 14),))) == "A [2J>>treaty<< [red]\n"


def test_the_evidence_of_all_tags_is_marked_with_their_numbers_in_title_and_text() -> None:
    title = (Evidence("sign", "pact", "title", 8, 12, 1.0),)

    shown = render(evidence_in("Leaders sign", TEXT, [("pact", (*SIGNED, *title)), ("ties", SIGNED[:2])], whole=True))

    assert shown == "  Leaders >>sign<<[1]\n  >>Russia<<[1,2] and >>North Korea<<[1,2] signed a >>treaty<<[1].\n"


def test_a_score_is_told_term_by_term_and_made_anew() -> None:
    assert render(*terms_of("", TEXT, SIGNED, 0.6988)).splitlines() == [
        "  +0.40 text  >>Russia<< and North Korea signed a…  russia, by Russia*",
        "  +0.40 text  Russia and >>North Korea<< signed a treaty.  north-korea, by North",
        "              Korea*",
        "  +0.40 text  Russia and North Korea signed a >>treaty<<.  pact, by treaty",
        "  = 1.20 in all, and 1 - exp(-1.20) = 0.70",
    ]


def test_a_score_that_is_not_what_its_evidence_gives_is_said_so_and_fewer_terms_are_counted() -> None:
    shown = render(*terms_of("", TEXT, SIGNED, 0.9, most=1)).splitlines()

    assert shown[1:] == [
        "  … and 2 more of less weight",
        "  = 1.20 in all, and 1 - exp(-1.20) = 0.70, and not 0.90: the tag is damaged",
    ]


def test_of_a_topic_that_no_rule_earned_it_is_told_what_made_it_likely_and_what_less_so() -> None:
    account = Account(
        base=-3.5,
        rules=1.25,
        concepts=(("pact", 2.0), ("russia", 1.04), ("north-korea", 0.02), ("talk", -0.3)),
        likelihood=0.6225,
        least=0.6,
    )

    assert render(*terms_of("", TEXT, SIGNED, 0.6988, most=0, account=account)).splitlines()[1:] == [
        "  = 1.20 in all, and 1 - exp(-1.20) = 0.70",
        "  no rule earned it: likely 0.62, by log-odds: base -3.5, rules +1.2, pact +2.0,",
        "  russia +1.0, talk -0.3 (0.60 is asked)",
    ]


def missed(by: str, text: str, title: str = "") -> tuple[Nearly, ...]:
    return nearly(tagger(rule=f"[[topics.rules]]\n{by}\n"), title, text, language="en")


def test_a_topic_that_was_nearly_reached_shows_its_sentence_and_what_was_missing() -> None:
    text = "It rained. Russia sent a letter to North Korea. It snowed."

    assert render(*nearly_reached("", text, missed('all = ["pact", "russia", "north-korea"]', text))).splitlines() == [
        "pact  rule 1, 2 of 3 met in sentence 2",
        "  has      russia (Russia), north-korea (North Korea)",
        "           >>Russia<< sent a letter to >>North Korea<<.",
        "  lacks    pact in that sentence, as pact, treaty would be",
    ]


def test_what_met_the_conditions_in_the_title_is_shown_there() -> None:
    found = missed('all = ["pact", "russia", "kim"]', "", "Russia and a pact")

    assert render(*nearly_reached("Russia and a pact", "", found)).splitlines() == [
        "pact  rule 1, 2 of 3 met in the title",
        "  has      russia (Russia), pact (pact)",
        "           >>Russia<< and a >>pact<<",
        "  lacks    kim in the title, as Kim Jong Un would be",
    ]


def test_what_met_the_conditions_somewhere_in_the_text_is_shown_each_for_itself() -> None:
    text = "The pact. Rain. Moscow."
    found = missed('all = ["pact", "russia", "kim"]\nscope = "text"', text)

    assert render(*nearly_reached("", text, found)).splitlines() == [
        "pact  rule 1, 2 of 3 met",
        "  has      pact (pact), russia (Moscow)",
        "           The >>pact<<. Rain. Moscow.",
        "           The pact. Rain. >>Moscow<<.",
        "  lacks    kim in the text, as Kim Jong Un would be",
    ]


@pytest.mark.parametrize(
    ("rule", "text", "says"),
    [
        ('all = ["pact", "russia"]', "The pact. Moscow.", "pact in that sentence: it stands elsewhere, >>pact<<"),
        (
            'all = ["pact"]\nnear = ["russia"]',
            "Moscow. It rained all day. The pact.",
            "russia in that sentence, one beside it or the title: it stands elsewhere, >>Moscow<<",
        ),
        (
            'all = ["pact", "russia"]\nwithin = 2',
            "The pact of the long cold winter evenings in Moscow.",
            "closeness: the words stand 7 words apart, and may 2",
        ),
        (
            'all = ["pact"]\nnone = ["talk"]',
            "After talks the pact.",
            "the absence of talk, which the rule forbids beside them: >>talks<<",
        ),
        ('all = ["pact"]\nwhere = "title"', "The pact.", "the right place: the rule looks at the title only"),
        ('all = ["pact"]\nweight = 0.2', "The pact.", "weight: all that was found adds up to 0.25 of 0.50"),
        ('all = ["pact"]\nneeds = ["kim"]', "The pact.", None),
    ],
    ids=["sentence", "near", "distance", "forbidden", "place", "weight", "half"],
)
def test_what_was_missing_is_said_in_words(rule: str, text: str, says: str | None) -> None:
    assert [lack("", text, one) for one in missed(rule, text)] == ([] if says is None else [says])


ABOUT_NOBODY = "It rained. It snowed. It hailed. The pact came after talks."


def test_topics_phrases_and_names_that_were_missing_are_said_too() -> None:
    second = '[[topics]]\nslug = "talks"\ntitle = "Talks"\n[[topics.rules]]\nall = ["talk"]\nneeds = ["#pact"]\n'
    excluding = tagger(topic=TOPIC + 'exclude = ["pact of silence"]\n')
    told = [
        lack("", text, one)
        for by, text in (
            (tagger(rule=RULE + second), "Talks went on."),
            (tagger(rule='[[topics.rules]]\nall = ["pact", "talk"]\nabout = ["russia"]\n'), ABOUT_NOBODY),
            (excluding, "Russia, North Korea: a pact of silence."),
            (tagger(), "Kim and Moscow signed a pact."),
        )
        for one in nearly(by, "", text, language="en")
    ]

    assert told == [
        "a topic first: pact",
        "russia in the title or the first three sentences: the rule is for texts about it",
        "words outside of >>pact of silence<<, which is taken out of texts for this topic",
        "putin to speak for >>Kim<<, as Putin would be",
    ]
