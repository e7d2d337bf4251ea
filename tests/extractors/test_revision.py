from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.revision import Change, compare, difference

TEXT = (
    "The two governments signed the treaty on Wednesday. It obliges each side to help the other.\n"
    "“We are content,” the minister said. Both parliaments have to agree."
)


def changed(new: str, old: str = TEXT) -> Change:
    return compare("A treaty is signed", old, "A treaty is signed", new)


@pytest.mark.parametrize(
    "new",
    [
        TEXT.replace(" ", "  ").replace("\n", " "),
        TEXT.replace("“", '"').replace("”", '"'),
        "Updated 5 minutes ago.\n" + TEXT,
        "Stand: 3. März 2025, 14:05 Uhr.\n" + TEXT,
        "Обновлено 03.03.2025 в 14:05.\n" + TEXT,
        "입력 2025.03.03. 오후 2:05.\n" + TEXT,
        "发布时间:2025年3月3日 14:05。\n" + TEXT,
        TEXT + "\n12 comments.",
        TEXT + "\n3 min read",
        TEXT + "\nTrade in the harbour doubles since spring",
        TEXT.replace("\nIt", "\nMore on the talks\nIt"),
        TEXT + "\n14:05 | 03.03.2025.",
    ],
)
def test_a_trifle_is_no_change(new: str) -> None:
    assert changed(new) == Change(kept=4)


@pytest.mark.parametrize(
    ("new", "added", "removed"),
    [
        (TEXT.replace("Wednesday", "Thursday"), 1, 1),
        (TEXT + " Nobody else was there.", 1, 0),
        (TEXT.replace(" It obliges each side to help the other.", ""), 0, 1),
        (TEXT.replace("governments", "ministers").replace("agree", "vote"), 2, 2),
        (TEXT + "\nUpdated figures show that 12 ministers came.", 0, 0),
    ],
)
def test_sentences_are_counted_as_they_come_and_go(new: str, added: int, removed: int) -> None:
    found = changed(new)

    assert (found.added, found.removed) == (added, removed)


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ("双方周一签署了条约。会谈于晚间结束。", "双方周一签署了条约。会谈于清晨结束。", (1, 1)),
        ("両政府は条約に署名した。「満足だ。」と大臣は述べた。", "両政府は条約に署名した。", (0, 1)),
        ("양국은 수요일 조약에 서명했다. 회담은 밤에 끝났다.", "양국은 수요일 조약에 서명했다.", (0, 1)),
        ("وقعت الحكومتان المعاهدة. هل انتهت المحادثات؟", "وقعت الحكومتان المعاهدة.", (0, 1)),
    ],
)
def test_sentences_of_other_scripts_are_told_apart(old: str, new: str, counts: tuple[int, int]) -> None:
    found = changed(new, old)

    assert (found.added, found.removed) == counts


def test_a_headline_in_other_letters_is_the_same_headline_and_in_other_words_another() -> None:
    assert compare("A Treaty – signed", TEXT, "a treaty: SIGNED", TEXT) == Change(kept=4)
    assert compare("A treaty is signed", TEXT, "No treaty is signed", TEXT) == Change(headline=True, kept=4)


def test_a_text_without_sentences_is_compared_line_by_line() -> None:
    assert changed("Seoul 3\nTokyo 2\nBusan 9", "Seoul 3\nTokyo 2\nBusan 8") == Change(added=1, removed=1, kept=2)


def test_the_share_that_differs_is_that_of_both_texts_together() -> None:
    assert [Change(added=1, removed=1, kept=3).share, Change(added=2).share, Change().share] == [0.25, 1.0, 0.0]


def test_a_difference_is_both_texts_in_reading_order() -> None:
    new = TEXT.replace("Wednesday", "Thursday") + " Nobody else was there."

    assert difference(TEXT, new) == [
        ("-", "The two governments signed the treaty on Wednesday."),
        ("+", "The two governments signed the treaty on Thursday."),
        (" ", "It obliges each side to help the other."),
        (" ", "“We are content,” the minister said."),
        (" ", "Both parliaments have to agree."),
        ("+", "Nobody else was there."),
    ]


texts = st.lists(st.text(alphabet="ab .!。?\n\"'条約9", max_size=40), max_size=6).map("\n".join)


@given(texts)
def test_a_text_never_differs_from_itself(text: str) -> None:
    assert not compare("T", text, "T", text)
    assert all(sign == " " for sign, _ in difference(text, text))


@given(texts, texts)
def test_going_back_is_the_same_change_the_other_way_round(one: str, other: str) -> None:
    there, back = compare("T", one, "T", other), compare("T", other, "T", one)

    assert (there.added, there.removed, there.kept) == (back.removed, back.added, back.kept)


@given(texts, texts)
def test_a_difference_shows_at_least_what_the_counts_say(one: str, other: str) -> None:
    found, shown = compare("T", one, "T", other), [sign for sign, _ in difference(one, other)]

    assert shown.count("+") >= found.added
    assert shown.count("-") >= found.removed
