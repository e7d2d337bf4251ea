"""What is looked for in a text and what is found: spellings of terms, and hits; those of one spelling may be one hit.

A text has hundreds of hits, and many at one place: a word in both forms of Chinese, a word for two concepts. Whatever
is done with each of them is then done once: a text has a third fewer, in Chinese half as many.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

Hit = tuple[int, int, int, int]
"""A term found in a text: where it starts and ends, the concepts it stands for (a bit each), and its place among the
matcher's terms; a place below zero is that of several terms of one spelling. A plain tuple, as a text has hundreds: one
with names takes five times as long to make and to read."""

Bundle = tuple[tuple[int, int], ...]
"""Terms of one spelling: the concepts that each stands for, and its place."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A term made ready for matching: a folded head for the automaton, and what to check around it."""

    term: int
    mask: int
    primary: int
    """The bit of the concept it was written for."""
    sure: bool
    """Counts whatever else is in the text."""
    head: str
    open_end: bool
    tail: re.Pattern[str] | None
    follows: str
    """What the next word begins with where there is a tail: quicker to ask than the tail itself."""
    exact: str | None
    at_start: bool
    hides: int | None
    """None: a term. A number: a phrase that hides these concepts (-1: all, and whatever else lies inside)."""

    opens_word: bool
    """Must stand at a word start."""
    closes_word: bool
    """Must stand at a word end."""
    at_end: bool
    """The end of a word that is meant even where the script needs none: a shorthand like `^북$`."""
    arabic: bool
    wanted_by: int
    """The concepts that make it worth a look; -1: any, as it hides some."""
    alike: bool
    """Is Greek or Cyrillic, and folds to what may be a Latin word: `тесн*` to the beginning of *technical*."""


Plain = tuple[int, bool, str | None, int]
"""Mask, open end, exact form and term of a spelling that is found with its pattern."""


class Bundles:
    """The terms of one spelling that are found as one."""

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._numbers: dict[Bundle, int] = {}
        self._bundles: list[Bundle] = [()]

    def __getitem__(self, term: int) -> Bundle:
        """The terms of a hit whose place is below zero, in the order in which they would have been found."""
        return self._bundles[-term]

    def joined(self, counting: Sequence[Spelling]) -> list[Plain]:
        """The spellings of a head; neighbours in one that cannot be told apart but by what they stand for.

        Those that need others beside them are left alone, as are those that differ in one of the concepts `apart`.
        """
        joined: list[Plain] = []
        for (open_end, exact, sure, _), alike in groupby(counting, key=self._kind):
            terms = tuple((one.mask, one.term) for one in alike)
            if sure and len(terms) > 1:
                joined.append((_union(terms), open_end, exact, self._number(terms)))
            else:
                joined += [(mask, open_end, exact, term) for mask, term in terms]
        return joined

    def _kind(self, one: Spelling) -> tuple[bool, str | None, bool, int]:
        return one.open_end, one.exact, one.sure, one.mask & self._apart

    def _number(self, terms: Bundle) -> int:
        number = self._numbers.get(terms)
        if number is None:
            number = self._numbers[terms] = -len(self._bundles)
            self._bundles.append(terms)
        return number


class Members(dict[tuple[int, int], tuple[int, int]]):
    """By the place of a hit that is several terms, and concepts that are asked for: the first that stands for any."""

    def __init__(self, bundles: Bundles) -> None:
        self._bundles = bundles

    def __missing__(self, key: tuple[int, int]) -> tuple[int, int]:
        term, asked = key
        self[key] = member = next(one for one in self._bundles[term] if one[0] & asked)
        return member


def _union(terms: Bundle) -> int:
    mask = 0
    for stands_for, _ in terms:
        mask |= stands_for
    return mask
