"""Sentences, and what is no prose."""

from __future__ import annotations

import pytest

from topics.passages import passages


def sentences(text: str, word: str = "Rome") -> list[str]:
    """The sentences of `text` that hold `word`, which is found wherever it stands."""
    hits = [(place, place + len(word), 1, 0) for place in range(len(text)) if text.startswith(word, place)]
    return [text[passage.start : passage.end].strip() for passage in passages("", [], text, hits)[1:]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One Rome here. Two Rome there.", ["One Rome here.", "Two Rome there."]),
        ("Mr. Rome met Gen. Rome today. Then Rome left.", ["Mr. Rome met Gen. Rome today.", "Then Rome left."]),
        ("The U.S. Army Rome. Later Rome.", ["The U.S. Army Rome.", "Later Rome."]),
        ("第一句Rome。第二句Rome！第三句Rome", ["第一句Rome。", "第二句Rome！", "第三句Rome"]),
        ("“Rome,” he said. “Rome!” she cried.", ["“Rome,” he said.", "“Rome!” she cried."]),
        ("快訊Rome／第二則Rome", ["快訊Rome／", "第二則Rome"]),
        ("Первое Rome. Второе Rome.", ["Первое Rome.", "Второе Rome."]),
        ("قال Rome؟ ثم Rome.", ["قال Rome؟", "ثم Rome."]),
        ("A line Rome\nanother Rome", ["A line Rome", "another Rome"]),
        ("3.5 Rome per cent", ["3.5 Rome per cent"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "dateline",
    [
        "LONDON (Reuters) - ",
        "Rome, Oct. 29 (KCNA) -- ",
        "SEOUL, South Rome — ",
        "МОСКВА Rome, 5 июн — РИА Новости. ",
        "(Rome=연합뉴스) ",
        "【Rome時事】",
        "新华社Rome6月5日电",
    ],
)
def test_a_place_in_the_dateline_is_no_actor(dateline: str) -> None:
    assert sentences(f"{dateline}Then Rome came.")[-1].endswith("Then Rome came.")
    assert sum(sentence.count("Rome") for sentence in sentences(f"{dateline}nothing else.")) == 0


def test_a_run_of_headlines_is_no_prose() -> None:
    links = "\n".join(
        ["Stocks rise Rome", "Rain in the north Rome", "Cup final Rome", "New museum Rome", "Bus strike Rome"]
    )

    assert sentences(f"A first sentence of Rome.\n{links}\n") == ["A first sentence of Rome."]


def test_three_short_lines_are_a_poem_not_a_link_list() -> None:
    assert len(sentences("Rome one\nRome two\nRome three")) == 3


def test_what_follows_read_also_does_not_count() -> None:
    assert sentences("The Rome came.\nRead also: Rome and more\nX elsewhere\n") == ["The Rome came."]


def test_a_line_that_begins_with_more_and_a_colon_is_a_link() -> None:
    assert sentences("The Rome came.\n\nMore: Rome and the sea: what now?\n\nMore Rome was built.") == [
        "The Rome came.",
        "More Rome was built.",
    ]


def test_headlines_that_a_page_has_put_behind_a_name_are_no_prose() -> None:
    inserted = "Jane DoeMayor of Rome resigns Storm hits coast MORE spoke of it."

    assert sentences(f"{inserted} Then Rome voted.") == ["Then Rome voted."]
    assert len(sentences("Jane Doe, the mayor of Rome, spoke. WikiRome wanted more. McDoe of Rome wanted MORE.")) == 3


def test_headlines_between_bars_are_no_prose_a_single_bar_is_nothing() -> None:
    links = "Storm hits coast of Rome | Mayor of Rome resigns | Rome wins the cup"
    prose = "The council met for the third time this week to talk about the budget, and it will meet again. " * 2

    assert sentences(f"{prose}{links} {prose}Then Rome voted.") == ["Then Rome voted."]
    assert sentences("A view of Rome | the paper. Then Rome voted.") == [
        "A view of Rome | the paper.",
        "Then Rome voted.",
    ]


def test_a_sentence_that_never_ends_is_cut_so_that_a_page_of_junk_costs_no_minute() -> None:
    assert [len(sentence) for sentence in sentences("Rome-" * 500)] == [1000, 1000, 500]
