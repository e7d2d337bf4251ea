"""Rules at work: which windows of a text fill every slot of a rule, and by which hits.

Concepts are bits, so that a window is judged by a few ANDs; hits are only looked at where a rule does fire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from topics.matcher import Hit
from topics.passages import Passage
from topics.taxonomy import Rule

MOST_FIRINGS = 4
"""A rule that fired so often has made its point."""

_WAYS = 12
"""Matches of its first slot with which a rule is tried in one sentence; only junk repeats itself more often."""

_AWAY = 16
"""Words (or characters, in scripts without blanks) from the matches at which `none` loses its force."""

_LETTERS = 6
"""Characters a word, with the blank behind it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a rule asks for, as bits and by name."""

    mask: int
    concepts: tuple[tuple[int, str], ...]

    def name(self, mask: int) -> str:
        """Which of the slot's concepts a hit with `mask` stands for."""
        for bit, name in self.concepts:
            if bit & mask:
                return name
        raise AssertionError("a hit is asked only for a slot that it fills")


class Match(NamedTuple):
    """A hit that fills a slot."""

    passage: Passage
    hit: Hit
    concept: str


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule with its concepts as bits."""

    rule: Rule
    slots: tuple[Slot, ...]
    near: tuple[Slot, ...]
    of: tuple[Slot, ...]
    none: int
    needs: tuple[int, ...]
    asked: tuple[int, ...]
    """The masks of `slots`, for the inner loop."""
    uses: int
    """All concepts that the rule looks at."""

    def possible(self, everything: int) -> bool:
        """Whether a text with these concepts can fire the rule at all."""
        for slot in self.slots:
            if not slot.mask & everything:
                return False
        for slot in self.near:
            if not slot.mask & everything:
                return False
        for need in self.needs:
            if not need & everything:
                return False
        return not self.rule.at_least or self._enough(everything)

    def firings(self, found: Sequence[Passage]) -> Iterator[list[Match]]:
        """The matches of each window in which the rule fires, in text order, the first few."""
        if self.rule.scope != "sentence":
            window = [passage for passage in self.window(found) if not passage.mask & self.none]
            if self._fits(window):
                yield self._chosen(window, window, [])
            return
        fired = 0
        for number in self._candidates(found):
            passage = found[number]
            around = _around(found, number) if self.near else [passage]
            if not _filled(self.near, around):
                continue
            matches = self._chosen([passage], around, passage.of(self.none) if passage.mask & self.none else [])
            if self._holds(matches):
                yield matches
                fired += 1
            if fired == MOST_FIRINGS:
                return

    def window(self, found: Sequence[Passage]) -> Sequence[Passage]:
        """What a rule that is not for single sentences looks at: all, or title and lead."""
        if self.rule.scope == "text":
            return found
        return [passage for passage in found if passage.lead or passage.field == "title"]

    def _candidates(self, found: Sequence[Passage]) -> list[int]:
        """The sentences that fill all slots by themselves: the inner loop of tagging, hence as plain as can be."""
        candidates: list[int] = []
        for number, passage in enumerate(found):
            mask = passage.mask
            for asked in self.asked:
                if not asked & mask:
                    break
            else:
                if self._place(passage) and (not self.rule.at_least or self._enough(mask)):
                    candidates.append(number)
        return candidates

    def _holds(self, matches: Sequence[Match]) -> bool:
        """Whether matches were found at all, and lie as close together as the rule asks."""
        if not matches:
            return False
        return self.rule.within is None or _close(matches[: len(matches) - len(self.near)], self.rule.within)

    def _enough(self, mask: int) -> bool:
        return sum(1 for slot in self.of if slot.mask & mask) >= self.rule.at_least

    def _place(self, passage: Passage) -> bool:
        if self.rule.where is None:
            return True
        return passage.field == "title" or (self.rule.where == "lead" and passage.lead)

    def _fits(self, window: Sequence[Passage]) -> bool:
        if not self.rule.at_least:
            return _filled(self.slots, window)
        return _filled(self.slots, window) and self._enough(_mask(window))

    def _chosen(self, here: Sequence[Passage], around: Sequence[Passage], barred: Sequence[Hit]) -> list[Match]:
        """One match a slot; those of one sentence as close to the first slot's as can be, and away from `barred`.

        Empty if something barred stands by all of them.
        """
        wanted = list(self.slots)
        if self.rule.at_least:
            mask = _mask(here)
            wanted += [slot for slot in self.of if slot.mask & mask][: self.rule.at_least]
        passage, hits = _first(wanted[0], here)
        hits = hits[: 1 if self.rule.within is None and not barred else _WAYS]
        ways = []
        for hit in hits:
            first = Match(passage, hit, wanted[0].name(hit.mask))
            ways.append([first, *(_nearest(slot, here, hit) for slot in wanted[1:])])
        if barred:
            ways = [way for way in ways if not _beside(way, barred)]
            if not ways:
                return []
        chosen = ways[0] if len(ways) == 1 else min(ways, key=_stretch)
        return chosen + [_nearest(slot, around, chosen[0].hit) for slot in self.near]


def ready(rule: Rule, bits: Mapping[str, int]) -> ReadyRule:
    """A rule made ready for texts whose hits carry these bits."""

    def slot(names: tuple[str, ...]) -> Slot:
        return Slot(sum({bits[name] for name in names}), tuple((bits[name], name) for name in names))

    slots = tuple(slot(names) for names in rule.slots)
    named = {name for names in (*rule.slots, *rule.near, *rule.of, *rule.needs, rule.none) for name in names}
    return ReadyRule(
        rule,
        slots=slots,
        near=tuple(slot(names) for names in rule.near),
        of=tuple(slot(names) for names in rule.of),
        none=slot(rule.none).mask,
        needs=tuple(slot(names).mask for names in rule.needs),
        asked=tuple(slot.mask for slot in slots),
        uses=sum({bits[name] for name in named}),
    )


def _mask(window: Sequence[Passage]) -> int:
    mask = 0
    for passage in window:
        mask |= passage.mask
    return mask


def _filled(slots: Sequence[Slot], window: Sequence[Passage]) -> bool:
    mask = _mask(window)
    return all(slot.mask & mask for slot in slots)


def _around(found: Sequence[Passage], number: int) -> list[Passage]:
    """A sentence, the one before, the one after, the title: in the order in which they are asked."""
    here = found[number]
    if number == 0:
        return [here, *(passage for passage in found[1:3] if passage.lead)]
    window = [here]
    if number > 1 and found[number - 1].end == here.start:
        window.append(found[number - 1])
    if number + 1 < len(found) and found[number + 1].start == here.end:
        window.append(found[number + 1])
    return [*window, found[0]]


def _first(slot: Slot, window: Sequence[Passage]) -> tuple[Passage, Sequence[Hit]]:
    """The first passage of a window that fills the slot, and the hits that do."""
    mask = slot.mask
    for passage in window:
        if passage.mask & mask:
            return passage, passage.of(mask)
    raise AssertionError("a slot is looked up only where it is filled")


def _nearest(slot: Slot, window: Sequence[Passage], to: Hit) -> Match:
    """The hit that fills the slot in the first passage that has one, and of several the nearest to `to`."""
    passage, hits = _first(slot, window)
    best = hits[0]
    if len(hits) > 1:
        start, end = to.start, to.end
        gap = -1
        for hit in hits:
            away = max(hit.start - end, start - hit.end, 0)
            if gap < 0 or away < gap:
                best, gap = hit, away
    return Match(passage, best, slot.name(best.mask))


def _beside(matches: Sequence[Match], barred: Sequence[Hit]) -> bool:
    """Whether a barred hit stands among the matches, or so close that it belongs to what they say."""
    away = _AWAY if matches[0].passage.dense else _AWAY * _LETTERS
    start = min(match.hit.start for match in matches) - away
    end = max(match.hit.end for match in matches) + away
    return any(hit.start < end and hit.end > start for hit in barred)


def _stretch(matches: Sequence[Match]) -> int:
    """Characters between the matches, from the first to the last."""
    start = end = -1
    length = 0
    for _, hit, _ in matches:
        start = hit.start if start < 0 or hit.start < start else start
        end = max(end, hit.end)
        length += hit.end - hit.start
    return end - start - length


def _close(matches: Sequence[Match], words: int) -> bool:
    # A script without blanks says as much in a third of the characters, but its sentences are shorter anyway.
    return _stretch(matches) <= _LETTERS * words
