"""All rules of a taxonomy at once: ORs of a few numbers tell which of them are filled, instead of a look at each.

A rule is a bit, by its place among all rules. What a hit stands for has a row: the rules of which it fills the first
slot, then those of which it fills the second, and so on, end to end in one number. The rows of a sentence, ORed, and
their stretches, ANDed, are the rules with all slots filled in it. So the work grows with what is found, and hardly with
the number of rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from topics.passages import Passage
from topics.rules import ReadyRule


class _Rows(dict[int, int]):
    """By the concepts of a hit, its row; made when first asked for, as many as a taxonomy has kinds of hits."""

    def __init__(self, rules: Sequence[ReadyRule]) -> None:
        self._rules = rules

    def __missing__(self, mask: int) -> int:
        row = 0
        for number, rule in enumerate(self._rules):
            for place, slot in enumerate(rule.slots):
                row |= bool(slot.mask & mask) << (place * len(self._rules) + number)
        self[mask] = row
        return row


class Rulebook:
    """The rules of all topics, one after the other."""

    def __init__(self, rules: Sequence[ReadyRule]) -> None:
        self.rules = tuple(rules)
        self.windowed = [number for number, rule in enumerate(rules) if rule.rule.scope != "sentence"]
        """The places of the rules that look at more than one sentence at once."""
        self._rows = _Rows(self.rules)
        self._many, self._every = len(rules), (1 << len(rules)) - 1
        self._slots = max((len(rule.slots) for rule in rules), default=0)
        self._without = 0
        """The row of nothing at all: rules with fewer slots than others have none to be filled."""
        for place in range(self._slots):
            flags = (len(rule.slots) <= place for rule in rules)
            self._without |= _bits(flags) << (place * len(rules))

    def filled(self, masks: Iterable[int]) -> list[int]:
        """The places of the rules all slots of which are filled by hits that stand for these concepts, in order.

        Most are, of a text on topic: to read them off all bits is quicker than `places`, which looks for each.
        """
        row, rows = self._without, self._rows
        for mask in masks:
            row |= rows[mask]
        return [place for place, bit in enumerate(f"{self._all(row, self._every):b}"[::-1]) if bit == "1"]

    def _all(self, row: int, rules: int) -> int:
        """Those of some rules that have all their slots in a row."""
        many = self._many
        for _ in range(self._slots):
            rules &= row
            if not rules:
                return 0
            row >>= many
        return rules

    def sentences(self, found: Sequence[Passage], live: int = -1) -> dict[int, list[int]]:
        """By rule, the passages that fill all its slots, by their places; windowed rules come even without.

        Only those that are `live`, a bit each.
        """
        live &= self._every
        if not live:
            return {}
        sentences: dict[int, list[int]] = {number: [] for number in self.windowed if live >> number & 1}
        rows = self._rows
        for number, passage in enumerate(found):
            row = self._without
            for _, _, mask, _ in passage.hits:
                row |= rows[mask]
            if rules := self._all(row, live):
                for rule in places(rules):
                    if rule in sentences:
                        sentences[rule].append(number)
                    else:
                        sentences[rule] = [number]
        return sentences


def places(bits: int) -> list[int]:
    """Which bits are set, in order."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found


def _bits(flags: Iterable[bool]) -> int:
    return sum(flag << number for number, flag in enumerate(flags))
