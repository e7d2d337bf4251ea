"""Rules at work: which windows of a text fill every slot of a rule, and by which hits.

Concepts are bits, so that a window is judged by a few ANDs; hits are only looked at where a rule does fire.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from topics.matcher import Hit
from topics.passages import Passage
from topics.taxonomy import Rule

_FIRINGS = 6
"""A rule that fired so often has made its point."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing a rule asks for, as bits and by name."""

    mask: int
    concepts: tuple[tuple[int, str], ...]

    def name(self, mask: int) -> str:
        """Which of the slot's concepts a hit with `mask` stands for."""
        return next(name for bit, name in self.concepts if bit & mask)


@dataclass(frozen=True, slots=True)
class Match:
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
        if self.rule.scope == "text":
            window = [passage for passage in found if not passage.mask & self.none]
            if self._fits(window):
                yield self._chosen(window, window)
            return
        fired = 0
        for number in self._candidates(found):
            passage = found[number]
            around = _around(found, number) if self.near else [passage]
            if not _filled(self.near, around):
                continue
            matches = self._chosen([passage], around)
            asked = matches[: len(matches) - len(self.near)]
            if self.rule.within is None or _close(asked, self.rule.within):
                yield matches
                fired += 1
            if fired == _FIRINGS:
                return

    def _candidates(self, found: Sequence[Passage]) -> list[int]:
        """The sentences that fill all slots by themselves: the inner loop of tagging, hence as plain as can be."""
        candidates: list[int] = []
        for number, passage in enumerate(found):
            mask = passage.mask
            if mask & self.none:
                continue
            for asked in self.asked:
                if not asked & mask:
                    break
            else:
                if self._place(passage) and (not self.rule.at_least or self._enough(mask)):
                    candidates.append(number)
        return candidates

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

    def _chosen(self, here: Sequence[Passage], around: Sequence[Passage]) -> list[Match]:
        """One match a slot; those of one sentence as close to the first slot's as can be."""
        mask = _mask(here)
        wanted = [*self.slots, *[slot for slot in self.of if slot.mask & mask][: self.rule.at_least]]
        best = [_nearest(wanted[0], here, None)]
        if self.rule.within is not None:
            best = [Match(here[0], hit, wanted[0].name(hit.mask)) for hit in here[0].hits if hit.mask & wanted[0].mask]
        ways = [[match, *(_nearest(slot, here, match.hit) for slot in wanted[1:])] for match in best]
        chosen = min(ways, key=_stretch)
        return chosen + [_nearest(slot, around, chosen[0].hit) for slot in self.near]


def ready(rule: Rule, bits: Mapping[str, int]) -> ReadyRule:
    """A rule made ready for texts whose hits carry these bits."""

    def slot(names: tuple[str, ...]) -> Slot:
        return Slot(sum({bits[name] for name in names}), tuple((bits[name], name) for name in names))

    slots = tuple(slot(names) for names in rule.slots)
    return ReadyRule(
        rule,
        slots=slots,
        near=tuple(slot(names) for names in rule.near),
        of=tuple(slot(names) for names in rule.of),
        none=slot(rule.none).mask,
        needs=tuple(slot(names).mask for names in rule.needs),
        asked=tuple(slot.mask for slot in slots),
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


def _nearest(slot: Slot, window: Sequence[Passage], to: Hit | None) -> Match:
    """The hit that fills the slot in the first passage that has one: the nearest to `to`, or the first."""
    passage = next(passage for passage in window if passage.mask & slot.mask)
    hits = [hit for hit in passage.hits if hit.mask & slot.mask]
    hit = hits[0] if to is None else min(hits, key=lambda other: _gap(to, other))
    return Match(passage, hit, slot.name(hit.mask))


def _gap(one: Hit, other: Hit) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


def _stretch(matches: Sequence[Match]) -> int:
    """Characters between the matches, from the first to the last."""
    start = min(match.hit.start for match in matches)
    end = max(match.hit.end for match in matches)
    return end - start - sum(match.hit.end - match.hit.start for match in matches)


def _close(matches: Sequence[Match], words: int) -> bool:
    # Six characters a word; a script without blanks says as much in two, and its sentences are shorter anyway.
    return _stretch(matches) <= 6 * words
