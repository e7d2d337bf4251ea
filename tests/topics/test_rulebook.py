"""Which rules some concepts fill, told for all rules at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.topics.small import tagger
from topics.passages import Passage
from topics.rulebook import Rulebook, places
from topics.rules import ready
from topics.taxonomy import Rule

NAMES = "abcdefg"
BITS = {name: 1 << number for number, name in enumerate(NAMES)}
SLOTS = st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map(tuple), max_size=4).map(tuple)
MASKS = st.integers(min_value=1, max_value=(1 << len(NAMES)) - 1)


def rule(slots: tuple[tuple[str, ...], ...]) -> Rule:
    return Rule(
        number=1, slots=slots, near=(), at_least=0, of=(), none=(), needs=(), about=(), scope="sentence", within=None, weight=1.0,
        where=None,
    )  # fmt: skip


@given(st.lists(SLOTS, max_size=12), st.lists(MASKS, max_size=5))
def test_the_rules_filled_are_those_with_a_concept_for_every_slot(
    slots: list[tuple[tuple[str, ...], ...]], masks: list[int]
) -> None:
    there = {name for name, bit in BITS.items() for mask in masks if mask & bit}

    found = Rulebook([ready(rule(one), BITS) for one in slots]).filled(masks)

    assert found == [number for number, one in enumerate(slots) if all(there & set(slot) for slot in one)]


def test_sentences_are_told_by_rule_and_windowed_rules_are_always_there() -> None:
    by = tagger(
        rule="""
        [[topics.rules]]
        all = ["pact", "russia"]
        [[topics.rules]]
        all = ["talk"]
        [[topics.rules]]
        all = ["pact", "talk"]
        scope = "text"
        """
    )
    bits = by.bits
    passages = [
        Passage("text", 0, 9, "lead", 0, [(0, 1, bits[name], 0) for name in names])
        for names in (("pact",), ("russia", "pact"), ("talk",), ())
    ]

    assert Rulebook(by.topics[0].rules).sentences(passages) == {2: [], 0: [1], 1: [2]}


def test_places_are_those_of_the_bits_that_are_set() -> None:
    assert (places(0), places(0b1), places(0b101 << 70)) == ([], [0], [70, 72])
