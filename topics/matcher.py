"""Finds all terms of a taxonomy in a text, in one pass, each script by its own habits.

Latin, Cyrillic and Greek terms begin at a word start and end at a word end, or anywhere after it with a `*`; Chinese,
Japanese and Korean terms match anywhere, or at a word start with a `^`; Arabic ones at a word start, with prefixes such
as و, ب, ال in front.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from ahocorasick_rs import AhoCorasick

from topics.normalise import Folded, fold, fold_term
from topics.taxonomy import Term
from topics.tongue import LANGUAGES

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\u1100-\u11ff]")
_REST = re.compile("[^\\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]*")
_ALIKE = re.compile("[\u0370-\u03ff\u0400-\u052f]")
"""Greek and Cyrillic letters, many of which look like Latin ones."""
_ARABIC = re.compile("[\u0600-\u06ff]")
_BARE = re.compile(r"^\W+|\W+$")
_PATTERN, _START, _END = itemgetter(0), itemgetter(0), itemgetter(1)
_CLITICS = frozenset(
    f"{joint}{article}" for joint in ("", "و", "ف") for article in ("", "ال", "ب", "بال", "ك", "كال", "ل", "لل", "س")
)


Hit = tuple[int, int, int, int]
"""A term found in a text: where it starts and ends, the concepts it stands for (a bit each), and its place among the
matcher's terms. A plain tuple, as a text has hundreds: one with names takes five times as long to make and to read."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A term made ready for matching: a folded head for the automaton, and what to check around it."""

    term: int
    mask: int
    primary: int
    """The bit of the concept it was written for."""
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
    arabic: bool
    alike: bool
    """Is Greek or Cyrillic, and folds to what may be a Latin word: `тесн*` to the beginning of *technical*."""


class Matcher:
    """All terms of a taxonomy in one automaton; `bits` gives each concept its bit."""

    def __init__(self, terms: Sequence[Term], bits: Mapping[str, int]) -> None:
        self._spellings = [
            (tongue(term), spelling) for number, term in enumerate(terms) if (spelling := _spelling(number, term, bits))
        ]
        self._automata: dict[tuple[bool, str | None], _Automaton] = {}

    def find(self, text: str, language: str | None = None) -> list[Hit]:
        """All hits in a text, by start and then longest first; hidden ones left out. Ambiguous ones are included.

        With a `language` of `topics.tongue`, the terms of its other languages do not count.
        """
        return self.scan(fold(text), text, language).hits()

    def scan(self, folded: Folded, text: str, language: str | None = None) -> Scan:
        """The first half of `find`, with the text folded already: which terms may be there."""
        spaced = folded.text.isascii() or _UNSPACED.search(folded.text) is None
        automaton = self._automata.get((spaced, language))
        if automaton is None:
            others = LANGUAGES - {language} if language else frozenset()
            spellings = [spelling for written, spelling in self._spellings if written not in others]
            automaton = self._automata[spaced, language] = _Automaton(spellings, spaced=spaced)
        return Scan(automaton, folded, text)


class Scan:
    """A text run through an automaton, its hits not yet checked: most texts need only a few of them."""

    def __init__(self, automaton: _Automaton, folded: Folded, given: str) -> None:
        self._automaton = automaton
        self.folded = folded
        self.given = given
        self.found = automaton.found(folded.text)
        """Pattern, start and end of each."""
        stands_for = automaton.stands_for
        self.masks = {stands_for[pattern] for pattern in set(map(_PATTERN, self.found))}
        """The concepts that may be in the text: all that are, and some that a closer look would not find."""

    @cached_property
    def latin(self) -> bool:
        """Whether the text has no letters that look like Latin ones."""
        return self.given.isascii() or _ALIKE.search(self.given) is None

    def hits(self, needed: int = -1) -> list[Hit]:
        """The hits that stand for a concept of `needed`, as `Matcher.find` gives them."""
        return self._automaton.hits(self, needed)


def tongue(term: Term) -> str:
    """The language that a term belongs to and counts in alone; `any` for names, which are the same in several."""
    named = term.text.lstrip("=^")[:1].isupper() and term.language != "de"  # German writes all its nouns like names
    return "any" if named or term.hides else term.language


def _spelling(number: int, term: Term, bits: Mapping[str, int]) -> Spelling | None:
    mask = sum(bits[concept] for concept in term.concepts)
    written = term.text.strip()
    at_start = written.startswith("^")
    written = written.removeprefix("^")
    exact = _BARE.sub("", written) if written.startswith("=") else None
    pieces = (exact or written).split("*")
    head, open_end = fold_term(pieces[0]), len(pieces) > 1 and not pieces[-1].strip()
    if not head:
        return None
    following = pieces[1:-1] if open_end else pieces[1:]
    tail, follows = None, ""
    if following:
        words = [fold_term(piece) for piece in following]
        rest = "".join("[^ ]*+ {1,2}" + re.escape(word).replace("\\ ", " {1,2}") for word in words)
        follows = words[0].partition(" ")[0]
        tail = re.compile(rest + ("" if open_end else "(?= )"))
    return Spelling(
        term=number,
        mask=mask,
        primary=bits[term.concepts[0]] if term.concepts else 0,
        head=head,
        open_end=open_end,
        tail=tail,
        follows=follows,
        exact=exact,
        at_start=at_start,
        opens_word=at_start or not (_UNSPACED.match(head) or _ARABIC.match(head)),
        closes_word=tail is None and not open_end and not _UNSPACED.match(head[-1]),
        arabic=_ARABIC.match(head) is not None,
        alike=head.isascii() and _ALIKE.search(written) is not None,
        hides=None if not term.hides else mask or -1,
    )


class _Automaton:
    """One automaton over the heads; for text with blanks between words the word starts are part of the patterns."""

    def __init__(self, spellings: Sequence[Spelling], *, spaced: bool) -> None:
        self.spaced = spaced
        patterns: dict[str, list[Spelling]] = {}
        for spelling in spellings:
            patterns.setdefault(self._pattern(spelling), []).append(spelling)
        self.spellings = list(patterns.values())
        self.shifts = [self._shift(found[0]) for found in self.spellings]
        self.primaries = {spelling.term: spelling.primary for spelling in spellings}
        self.stands_for = [_joint(found) for found in self.spellings]
        """By pattern, the concepts that its spellings may stand for."""
        self.wanted_by = [
            -1 if any(spelling.hides is not None for spelling in found) else mask
            for found, mask in zip(self.spellings, self.stands_for, strict=True)
        ]
        """By pattern, the concepts that make it worth a look; -1: any, as it hides some."""
        self.plain = [self._plain(found) for found in self.spellings]
        self.automaton = AhoCorasick(list(patterns)) if patterns else None

    def _pattern(self, spelling: Spelling) -> str:
        front, back = self._shift(spelling)
        return " " * front + spelling.head + " " * back

    def _shift(self, spelling: Spelling) -> tuple[int, int]:
        if not self.spaced:
            return 0, 0
        return int(spelling.opens_word), int(spelling.closes_word)

    def _plain(self, spellings: Sequence[Spelling]) -> list[tuple[int, bool, str | None, int]] | None:
        """Mask, open end, exact form and term of each spelling; None for the few patterns that need a look around."""
        for one in spellings:
            by_blanks = self.spaced or not (one.opens_word or one.closes_word)
            if not by_blanks or one.alike or one.arabic or one.tail is not None or one.hides is not None:
                return None
        return [(one.mask, one.open_end, one.exact, one.term) for one in spellings]

    def found(self, text: str) -> list[tuple[int, int, int]]:
        """Pattern, start and end of all that the automaton finds in a folded text."""
        return self.automaton.find_matches_as_indexes(text, overlapping=True) if self.automaton else []

    def hits(self, scan: Scan, needed: int) -> list[Hit]:
        """What was found of the concepts `needed`, looked at closely."""
        hits: list[Hit] = []
        hiding: list[tuple[int, int, int]] = []
        folded, given, wanted_by, plain, shifts = scan.folded, scan.given, self.wanted_by, self.plain, self.shifts
        text, in_place = folded.text, not folded.at
        ascii_ = text.isascii()
        for pattern, first, last in scan.found:
            if not wanted_by[pattern] & needed:
                continue
            spellings = plain[pattern]
            if spellings is None:
                self._look(scan, (pattern, first, last), needed, hits, hiding)
                continue
            front, back = shifts[pattern]
            for mask, open_end, exact, term in spellings:
                if not mask & needed:
                    continue
                start, end = first + front, last - back
                if open_end:  # a word of plain letters ends at a blank
                    end = text.index(" ", end) if ascii_ else _word_end(text, end)
                start, end = (start - 1, end - 1) if in_place else folded.span(start, end)
                if exact is None or given[start:end] == exact:
                    hits.append((start, end, mask, term))
        hits.sort(key=_END, reverse=True)
        hits.sort(key=_START)
        return _unhidden(hits, hiding, self.primaries) if hiding else hits

    def _look(
        self,
        scan: Scan,
        match: tuple[int, int, int],
        needed: int,
        hits: list[Hit],
        hiding: list[tuple[int, int, int]],
    ) -> None:
        """Add what a pattern is a hit of, or what it hides, where it takes a closer look."""
        pattern, start, end = match
        text, (front, back) = scan.folded.text, self.shifts[pattern]
        following = _next_word(text, end - back)
        for spelling in self.spellings[pattern]:
            if spelling.follows and not text.startswith(spelling.follows, following):
                continue
            if (spelling.alike and scan.latin) or not (spelling.mask & needed or spelling.hides is not None):
                continue
            span = self._span(text, start + front, end - back, spelling)
            if span is None:
                continue
            given_start, given_end = scan.folded.span(*span)
            if spelling.exact is not None and scan.given[given_start:given_end] != spelling.exact:
                continue
            if spelling.hides is not None:
                hiding.append((given_start, given_end, spelling.hides))
            else:
                hits.append((given_start, given_end, spelling.mask, spelling.term))

    def _span(self, text: str, start: int, end: int, spelling: Spelling) -> tuple[int, int] | None:
        if not self.spaced and (spelling.opens_word or spelling.closes_word):  # noqa: SIM102 -- the cheap test first
            if not _stands_alone(text, start, end, spelling):
                return None
        if spelling.arabic:
            word = text.rindex(" ", 0, start) + 1
            if text[word:start] not in _CLITICS:
                return None
        if spelling.tail is not None:
            rest = spelling.tail.match(text, end)
            if rest is None:
                return None
            end = rest.end()
        return start, _word_end(text, end) if spelling.open_end else end


def _joint(spellings: Sequence[Spelling]) -> int:
    mask = 0
    for spelling in spellings:
        if spelling.hides is None:
            mask |= spelling.mask
    return mask


def _stands_alone(text: str, start: int, end: int, spelling: Spelling) -> bool:
    before, after = text[start - 1], text[end]
    if spelling.opens_word and before != " " and (spelling.at_start or not _UNSPACED.match(before)):
        return False
    return not (spelling.closes_word and after != " " and not _UNSPACED.match(after))


def _next_word(text: str, end: int) -> int:
    """Where the word after one that stands at `end` begins, if there is one."""
    start = text.find(" ", end) + 1
    return start + text.startswith(" ", start)


def _word_end(text: str, start: int) -> int:
    rest = _REST.match(text, start)
    return rest.end() if rest else start


def _unhidden(hits: list[Hit], hiding: list[tuple[int, int, int]], primaries: Mapping[int, int]) -> list[Hit]:
    """Without the concepts that a phrase around a hit hides; a hit whose first concept is hidden goes altogether."""
    kept: list[Hit] = []
    hiding = sorted(hiding)
    starts = [start for start, _, _ in hiding]
    longest = max(end - start for start, end, _ in hiding)
    for hit in hits:
        start, end, stands_for, term = hit
        mask = stands_for
        around = slice(bisect_left(starts, end - longest), bisect_right(starts, start))
        for _, closes, hides in hiding[around]:
            if end <= closes:
                mask = 0 if hides & primaries[term] else mask & ~hides
        if mask == stands_for:
            kept.append(hit)
        elif mask:
            kept.append((start, end, mask, term))
    return kept
