"""Rules at work: which windows of a text fill every slot of a rule, and by which hits.

Concepts are bits, so that a window is judged by a few ANDs; hits are only looked at where a rule does fire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from topics.bundles import Hit
from topics.passages import Passage, leading
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
    names: dict[int, str] = field(init=False, compare=False, repr=False)
    """Which of its concepts a hit with these stands for; remembered, as a taxonomy has few kinds of hits."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", _Names(self.concepts))


class _Names(dict[int, str]):
    """By the concepts of a hit, the first of a slot that is among them; `StopIteration` where none is."""

    def __init__(self, concepts: tuple[tuple[int, str], ...]) -> None:
        self._concepts = concepts

    def __missing__(self, mask: int) -> str:
        self[mask] = name = next(name for bit, name in self._concepts if bit & mask)
        return name


Match = tuple[Passage, Hit, Slot]
"""A hit that fills a slot, and where it stands."""

Firing = tuple[Passage, Sequence[Hit], Sequence[Slot], Sequence[Match]]
"""A sentence in which a rule fires, its hits that fill slots, these slots, and the matches that stand elsewhere."""


def matches(firing: Firing) -> list[Match]:
    """What fills the slots of a rule that fires, in their order."""
    here, way, slots, elsewhere = firing
    return [*((here, hit, slot) for hit, slot in zip(way, slots, strict=True)), *elsewhere]


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule with its concepts as bits."""

    rule: Rule
    slots: tuple[Slot, ...]
    near: tuple[Slot, ...]
    of: tuple[Slot, ...]
    none: int
    needs: tuple[int, ...]
    about: tuple[int, ...]
    """Of the bits that a concept has where the text begins with it; the rule then looks at later sentences."""
    uses: int
    """All concepts that the rule looks at."""
    support: tuple[int, ...] = field(init=False)
    """What must be elsewhere in the text."""
    by_sentence: bool = field(init=False)
    """Whether it looks at single sentences, or at more of the text at once."""
    choosy: bool = field(init=False)
    """Whether not every sentence that fills its slots will do."""
    masks: tuple[int, ...] = field(init=False)
    """Of the slots: what the inner loop asks for lies close together, as a quarter of its time goes to fetching it."""
    reach: int | None = field(init=False)
    """Characters between the matches at most."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "support", (*(slot.mask for slot in self.near), *self.needs, *self.about))
        object.__setattr__(self, "by_sentence", self.rule.scope in {"sentence", "opening"})
        object.__setattr__(self, "choosy", bool(self.rule.where or self.rule.at_least or self.about))
        object.__setattr__(self, "masks", tuple(slot.mask for slot in self.slots))
        object.__setattr__(self, "reach", None if self.rule.within is None else _LETTERS * self.rule.within)

    def possible(self, everything: int) -> bool:
        """Whether a text with these concepts can fire the rule at all."""
        if not self.filled_by(everything) or not self.supported(everything):
            return False
        return not self.rule.at_least or self._enough(everything)

    def filled_by(self, mask: int) -> bool:
        """Whether there is one of these concepts for every slot."""
        return _all(self.slots, mask)

    def supported(self, everything: int) -> bool:
        """Whether a text with these concepts has what the rule asks for elsewhere than in its window."""
        for mask in self.support:  # noqa: SIM110 -- plain loops: see below
            if not mask & everything:
                return False
        return True

    def firings(
        self, found: Sequence[Passage], filled: Iterable[int] | None = None, around: Around | None = None
    ) -> list[Firing]:
        """The windows in which the rule fires, in text order, the first few.

        `filled` are the passages that fill all its slots, by their places, if they are known already, and `around` what
        was asked of these passages before.
        """
        if not self.by_sentence:
            window = [passage for passage in self.window(found) if not passage.mask & self.none]
            return [self._joined(window)] if self._fits(_mask(window)) else []
        firings: list[Firing] = []
        choosy, near, none, slots, masks = self.choosy, self.near, self.none, self.slots, self.masks
        around = Around(found) if around is None else around
        for number in self._filled_by(found) if filled is None else filled:
            passage = found[number]
            if choosy:
                if not self._suits(passage):
                    continue
                if self.rule.at_least:
                    slots = self._wanted(passage.mask)
                    masks = tuple([slot.mask for slot in slots])
            if near and not _all(near, around[number][0]):
                continue
            way = self._way(passage, masks, passage.of(none) if none and passage.mask & none else ())
            if way:
                firings.append((passage, way, slots, self._beside(around[number][1], way[0]) if near else ()))
                if len(firings) == MOST_FIRINGS:
                    break
        return firings if firings or self.rule.scope != "opening" else self._opened(found)

    def _opened(self, found: Sequence[Passage]) -> list[Firing]:
        """What the title and one of the first sentences say together: the first of these that fires."""
        title = found[0]
        if title.mask & self.none or self._fits(title.mask):
            return []
        for passage in leading(found)[1:]:
            window, mask = (title, passage), title.mask | passage.mask
            if mask & self.none or self._fits(passage.mask):
                continue  # what one of them says alone was judged as a sentence
            if self._fits(mask) and _all(self.near, mask):
                return [self._joined(window)]
        return []

    def window(self, found: Sequence[Passage]) -> Sequence[Passage]:
        """What a rule that is not for single sentences looks at: all, or title and lead."""
        return found if self.rule.scope == "text" else leading(found)

    def _filled_by(self, found: Sequence[Passage]) -> list[int]:
        """The sentences that fill all slots by themselves."""
        return [number for number, passage in enumerate(found) if self.filled_by(passage.mask)]

    def _suits(self, passage: Passage) -> bool:
        """Whether a sentence that fills all slots stands in the right place, and has enough of `of`."""
        if self.rule.at_least and not self._enough(passage.mask):
            return False
        if self.about and passage.leads:
            return False  # who is named there is named for the sentences that follow
        return self.rule.where is None or passage.place in {"title", self.rule.where}

    def _enough(self, mask: int) -> bool:
        return sum(1 for slot in self.of if slot.mask & mask) >= self.rule.at_least

    def _fits(self, mask: int) -> bool:
        """Whether a window with these concepts fills all slots, and has enough of `of`."""
        return self.filled_by(mask) and (not self.rule.at_least or self._enough(mask))

    def _joined(self, window: Sequence[Passage]) -> Firing:
        """One match a slot, from anywhere in a window."""
        wanted = self._wanted(_mask(window))
        firsts = [_first(slot.mask, window) for slot in wanted]
        way = _beginning(firsts[0][1][0], [hits for _, hits in firsts[1:]])
        joined = [(passage, hit, slot) for (passage, _), hit, slot in zip(firsts, way, wanted, strict=True)]
        return window[0], (), (), [*joined, *self._beside(window, way[0])]

    def _beside(self, around: Sequence[Passage], first: Hit) -> list[Match]:
        """The matches of `near`, as close to the first slot's as can be."""
        beside = []
        for slot in self.near:
            passage, hits = _first(slot.mask, around)
            beside.append((passage, hits[0] if len(hits) == 1 else _nearest(hits, first), slot))
        return beside

    def _wanted(self, mask: int) -> tuple[Slot, ...]:
        """The slots that are filled where these concepts stand: all, and as many of `of` as the rule asks for."""
        return (*self.slots, *[slot for slot in self.of if slot.mask & mask][: self.rule.at_least])

    def _way(self, passage: Passage, masks: Sequence[int], barred: Sequence[Hit]) -> list[Hit]:
        """One hit a slot, from one sentence, as close to the first slot's as can be, and away from `barred`.

        Empty if something barred stands by all of them, or they are not as close together as the rule asks.
        """
        fitting, known = [], passage.filling
        for mask in masks:
            hits = known.get(mask)
            if hits is None:  # what `Passage.of` does, as most slots are new to a sentence
                hits = known[mask] = []
                for hit in passage.hits:
                    if hit[2] & mask:
                        hits.append(hit)
            fitting.append(hits)
        if self.reach is None and not barred:
            return _beginning(fitting[0][0], fitting[1:])
        return self._closest(fitting, passage.dense, barred)

    def _closest(self, fitting: Sequence[Sequence[Hit]], dense: bool, barred: Sequence[Hit]) -> list[Hit]:
        first, others, reach = fitting[0], fitting[1:], self.reach
        best: list[Hit] = []
        least = 0
        for hit in first if len(first) <= _WAYS else first[:_WAYS]:
            way = _beginning(hit, others)
            start, end, length = hit[0], hit[1], 0
            for opens, closes, _, _ in way:
                if opens < start:  # noqa: PLR1730
                    start = opens
                if closes > end:  # noqa: PLR1730
                    end = closes
                length += closes - opens
            if barred and _barring(start, end, dense, barred):
                continue
            # A script without blanks says as much in a third of the characters, but its sentences are shorter anyway.
            apart = end - start - length
            if not best or apart < least:
                best, least = way, apart
        return best if reach is None or least <= reach else []


def ready(rule: Rule, bits: Mapping[str, int]) -> ReadyRule:
    """A rule made ready for texts whose hits carry these bits."""

    def slot(names: Sequence[str]) -> Slot:
        return Slot(sum({bits[name] for name in names}), tuple((bits[name], name) for name in names))

    slots = (*rule.slots, *rule.near, *rule.of, *rule.needs, *rule.about, rule.none)
    named = {name for names in slots for name in names}
    return ReadyRule(
        rule,
        slots=tuple(slot(names) for names in rule.slots),
        near=tuple(slot(names) for names in rule.near),
        of=tuple(slot(names) for names in rule.of),
        none=slot(rule.none).mask,
        needs=tuple(slot(names).mask for names in rule.needs),
        about=tuple(slot([f"@{name}" for name in names]).mask for names in rule.about),
        uses=sum({bits[name] for name in named}),
    )


def _mask(window: Sequence[Passage]) -> int:
    mask = 0
    for passage in window:
        mask |= passage.mask
    return mask


def _all(slots: Sequence[Slot], mask: int) -> bool:
    """Whether there is one of these concepts for every slot."""
    for slot in slots:  # noqa: SIM110 -- plain loops: see below
        if not slot.mask & mask:
            return False
    return True


class Around(dict[int, tuple[int, list[Passage]]]):
    """By place of a passage, what is around it, and the concepts that are there; made when first asked for."""

    def __init__(self, found: Sequence[Passage]) -> None:
        self._found = found

    def __missing__(self, number: int) -> tuple[int, list[Passage]]:
        window = _around(self._found, number)
        mask = 0
        for passage in window:
            mask |= passage.mask
        self[number] = known = mask, window
        return known


def _around(found: Sequence[Passage], number: int) -> list[Passage]:
    """A sentence, the one before, the one after, the title: in the order in which they are asked."""
    here = found[number]
    if number == 0:
        return [here, *(passage for passage in found[1:3] if passage.leads)]
    window = [here]
    if number > 1 and found[number - 1].end == here.start:
        window.append(found[number - 1])
    if number + 1 < len(found) and found[number + 1].start == here.end:
        window.append(found[number + 1])
    window.append(found[0])
    return window


def _first(mask: int, window: Sequence[Passage]) -> tuple[Passage, list[Hit]]:
    """The first passage of a window that has any of these concepts, and the hits that stand for them."""
    for passage in window:
        if passage.mask & mask:
            return passage, passage.of(mask)
    raise AssertionError("a slot is looked up only where it is filled")


# What follows is the inner loop of tagging: plain loops, as comprehensions and min() take twice as long.


def _beginning(hit: Hit, others: Sequence[Sequence[Hit]]) -> list[Hit]:
    """A hit, and of each of the others the one nearest to it."""
    way = [hit]
    for hits in others:
        way.append(hits[0] if len(hits) == 1 else _nearest(hits, hit))  # noqa: PERF401
    return way


def _nearest(hits: Sequence[Hit], to: Hit) -> Hit:
    """The hit nearest to another, the first of several."""
    start, end, _, _ = to
    best, gap = to, -1
    for hit in hits:
        opens, closes, _, _ = hit
        away = opens - end if opens > end else start - closes
        if away <= 0:
            return hit
        if gap < 0 or away < gap:
            best, gap = hit, away
    return best


def _barring(start: int, end: int, dense: bool, barred: Sequence[Hit]) -> bool:
    """Whether a barred hit stands between these places, or so close that it belongs to what is said there."""
    away = _AWAY if dense else _AWAY * _LETTERS
    for opens, closes, _, _ in barred:  # noqa: SIM110
        if opens < end + away and closes > start - away:
            return True
    return False
