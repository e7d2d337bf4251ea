"""Finds all terms of a taxonomy in a text, in one pass, each script by its own habits.

Latin, Cyrillic and Greek terms begin at a word start and end at a word end, or anywhere after it with a `*`; Chinese,
Japanese and Korean terms match anywhere, or at a word start with a `^`; Arabic ones at a word start, with prefixes such
as و, ب, ال in front.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import product
from operator import itemgetter

from ahocorasick_rs import AhoCorasick

from topics.bundles import Bundles, Hit, Plain, Spelling
from topics.normalise import Folded, fold, fold_term
from topics.taxonomy import Term
from topics.tongue import others

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


_Ready = tuple[int, int, tuple[Plain, ...], tuple[str, ...], tuple[Spelling, ...]]
"""Of a pattern: how far its heads begin after it and end before it; those that are found with it; with what the next
word must begin for the few others, and these, which need a look around."""


class Matcher:
    """All terms of a taxonomy in one automaton; `bits` gives each concept its bit.

    Terms of one spelling may be found as one (`bundles`), which never joins those that differ in a concept `apart`.
    """

    def __init__(self, terms: Sequence[Term], bits: Mapping[str, int], apart: int = 0) -> None:
        self.bundles = Bundles(apart)
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
            foreign = others(language)
            spellings = [spelling for written, spelling in self._spellings if written not in foreign]
            automaton = self._automata[spaced, language] = _Automaton(spellings, self.bundles, spaced=spaced)
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

    @property
    def latin(self) -> bool:
        """Whether the text has no letters that look like Latin ones."""
        given = self.given
        if given.isascii():
            return True
        pages = given.encode("utf-16-le", "surrogatepass")[1::2]  # a third of the time of a search
        return not (3 in pages or 4 in pages or 5 in pages) or _ALIKE.search(given) is None

    @property
    def by_blanks(self) -> bool:
        """Whether every word of the folded text ends at a blank."""
        text = self.folded.text
        return text.isascii() or (self._automaton.spaced and text.replace(" ", "").isalnum())

    def hits(self, needed: int = -1, *, bundled: bool = False) -> list[Hit]:
        """The hits that stand for a concept of `needed`, as `Matcher.find` gives them, or `bundled`."""
        return self._automaton.hits(self, needed, bundled=bundled)


def tongue(term: Term) -> str:
    """The language that a term belongs to and counts in alone; `any` for names, which are the same in several."""
    named = term.text.lstrip("=^")[:1].isupper() and term.language != "de"  # German writes all its nouns like names
    return "any" if named or term.hides else term.language


def _spelling(number: int, term: Term, bits: Mapping[str, int]) -> Spelling | None:
    mask = sum(bits[concept] for concept in term.concepts)
    written = term.text.strip()
    at_start = written.startswith("^")
    written = written.removeprefix("^")
    at_end = written.endswith("$")
    written = written.removesuffix("$")
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
        sure=not term.beside,
        head=head,
        open_end=open_end,
        tail=tail,
        follows=follows,
        exact=exact,
        at_start=at_start,
        opens_word=at_start or not (_UNSPACED.match(head) or _ARABIC.match(head)),
        closes_word=at_end or (tail is None and not open_end and not _UNSPACED.match(head[-1])),
        at_end=at_end,
        arabic=_ARABIC.match(head) is not None,
        wanted_by=-1 if term.hides else mask,
        alike=head.isascii() and _ALIKE.search(written) is not None,
        hides=None if not term.hides else mask or -1,
    )


class _Automaton:
    """One automaton over the heads; for text with blanks between words the word starts are part of the patterns."""

    def __init__(self, spellings: Sequence[Spelling], bundles: Bundles, *, spaced: bool) -> None:
        self.spaced = spaced
        self.bundles = bundles
        patterns: dict[str, list[Spelling]] = {}
        for spelling in spellings:
            patterns.setdefault(self._pattern(spelling), []).append(spelling)
        self.spellings = list(patterns.values())
        self.primaries = {spelling.term: spelling.primary for spelling in spellings}
        self.stands_for = [_joint(found) for found in self.spellings]
        """By pattern, the concepts that its spellings may stand for."""
        self.wanted_by = [
            -1 if any(spelling.hides is not None for spelling in found) else mask
            for found, mask in zip(self.spellings, self.stands_for, strict=True)
        ]
        """By pattern, the concepts that make it worth a look; -1: any, as it hides some."""
        self.ready: dict[tuple[bool, bool], list[_Ready | None]] = {
            (latin, bundled): [None] * len(patterns) for latin, bundled in product((True, False), repeat=2)
        }
        """By whether a text is Latin, in which Greek and Cyrillic terms that look so do not count, whether terms of one
        spelling are to be one, and by pattern: made when first asked for, as most patterns never are."""
        self.automaton = AhoCorasick(list(patterns)) if patterns else None

    def _pattern(self, spelling: Spelling) -> str:
        front, back = self._shift(spelling)
        return " " * front + spelling.head + " " * back

    def _shift(self, spelling: Spelling) -> tuple[int, int]:
        """How many blanks belong to its pattern before and behind its head."""
        return (int(spelling.opens_word), int(spelling.closes_word)) if self.spaced else (0, 0)

    def _made(self, pattern: int, *, latin: bool, bundled: bool) -> _Ready:
        counting = [one for one in self.spellings[pattern] if not (latin and one.alike)]
        # where one is to look around, all do, as they are to be found in order
        around = any(one.arabic or (not self.spaced and (one.opens_word or one.closes_word)) for one in counting)
        special = [one for one in counting if around or one.tail is not None or one.hides is not None]
        plain = [one for one in counting if not (around or one.tail is not None or one.hides is not None)]
        found = self.bundles.joined(plain) if bundled else [(o.mask, o.open_end, o.exact, o.term) for o in plain]
        front, back = self._shift(self.spellings[pattern][0])
        ready = front, back, tuple(found), tuple({one.follows for one in special}), tuple(special)
        self.ready[latin, bundled][pattern] = ready
        return ready

    def found(self, text: str) -> list[tuple[int, int, int]]:
        """Pattern, start and end of all that the automaton finds in a folded text."""
        return self.automaton.find_matches_as_indexes(text, overlapping=True) if self.automaton else []

    def hits(self, scan: Scan, needed: int, *, bundled: bool) -> list[Hit]:
        """What was found of the concepts `needed`, looked at closely."""
        if not scan.found:
            return []
        wanted_by = self.wanted_by
        hits: list[Hit] = []
        hiding: list[tuple[int, int, int]] = []
        folded, given, by_blanks, latin = scan.folded, scan.given, scan.by_blanks, scan.latin
        text = folded.text
        ready = self.ready[latin, bundled]
        low, high, away = folded.stretch(1)
        for pattern, first, last in scan.found:
            if not wanted_by[pattern] & needed:
                continue
            front, back, plain, following, special = ready[pattern] or self._made(pattern, latin=latin, bundled=bundled)
            head, rest = first + front, last - back
            for mask, open_end, exact, term in plain:
                if not mask & needed:
                    continue
                start, end = head, rest
                if open_end:
                    end = text.index(" ", end) if by_blanks else _word_end(text, end)
                if low <= start and end <= high:  # most texts are one stretch: no need to ask where each hit came from
                    start, end = start + away, end + away
                else:
                    low, high, away = folded.stretch(start)
                    start, end = folded.span(start, end)
                if exact is None or given[start:end] == exact:
                    hits.append((start, end, mask, term))
            if special and text.startswith(following, after := _next_word(text, rest)):
                wanted = [one for one in special if text.startswith(one.follows, after) and one.wanted_by & needed]
                self._look(scan, wanted, (head, rest), hits, hiding)
        hits.sort(key=_END, reverse=True)
        hits.sort(key=_START)
        return self._unhidden(hits, hiding) if hiding else hits

    def _unhidden(self, hits: list[Hit], hiding: list[tuple[int, int, int]]) -> list[Hit]:
        """Without what a phrase around a hit hides; a hit whose first concept is hidden goes altogether."""
        starts = [hit[0] for hit in hits]
        left: dict[int, list[Hit]] = {}
        for opens, closes, hides in hiding:
            for place in range(bisect_left(starts, opens), bisect_left(starts, closes)):
                if hits[place][1] <= closes:
                    left[place] = [
                        (start, end, 0 if hides & self.primaries[term] else mask & ~hides, term)
                        for start, end, mask, term in (left[place] if place in left else self._apart(hits[place]))
                    ]
        return [hit for place, found in enumerate(hits) for hit in left.get(place, (found,)) if hit[2]]

    def _apart(self, hit: Hit) -> list[Hit]:
        """A hit for each term of one."""
        start, end, _, term = hit
        return [hit] if term >= 0 else [(start, end, mask, one) for mask, one in self.bundles[term]]

    def _look(
        self,
        scan: Scan,
        spellings: Sequence[Spelling],
        head: tuple[int, int],
        hits: list[Hit],
        hiding: list[tuple[int, int, int]],
    ) -> None:
        """Add those spellings of a head, or what they hide, that what is around it allows."""
        for spelling in spellings:
            span = self._span(scan.folded.text, *head, spelling)
            if span is None:
                continue
            start, end = scan.folded.span(*span)
            if spelling.exact is not None and scan.given[start:end] != spelling.exact:
                continue
            if spelling.hides is not None:
                hiding.append((start, end, spelling.hides))
            else:
                hits.append((start, end, spelling.mask, spelling.term))

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
    if spelling.opens_word and before not in " ·" and (spelling.at_start or not _UNSPACED.match(before)):
        return False
    return not (spelling.closes_word and after not in " ·" and (spelling.at_end or not _UNSPACED.match(after)))


def _next_word(text: str, end: int) -> int:
    """Where the word after one that stands at `end` begins, if there is one."""
    start = text.find(" ", end) + 1
    return start + text.startswith(" ", start)


def _word_end(text: str, start: int) -> int:
    rest = _REST.match(text, start)
    return rest.end() if rest else start
