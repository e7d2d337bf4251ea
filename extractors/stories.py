"""When two articles tell of one event: what each says in marks, and how like a story that is.

A story is told in several languages. Within a language the words of headlines and first sentences decide: they name
what is particular to an event, while its topics and actors are those of a whole month. Across languages words cannot
be compared; what the headline is about (concepts of the taxonomy), topics, actors and numbers decide, and more is asked
of them. In a story that has both kinds of articles, each kind speaks for its share.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIKE_ENOUGH = 0.2
"""Likeness of words from which an article belongs to a story of its language. Of pairs of real articles on one subject
that lie a month apart, one in two hundred is as alike."""
LIKE_ENOUGH_ABROAD = 0.5
"""Likeness of all that needs no translation from which it belongs to a story of other languages."""
SHARED_ABROAD = 3
"""Actors, numbers and concepts of the headline that must be shared there."""
OPEN_FOR = timedelta(days=3)
"""A story takes articles for this long after its last one, and before its first one."""
LONGEST = timedelta(days=14)
"""No story is longer: what goes on for weeks is a topic."""
HALVED_AFTER = timedelta(days=2)
"""The time between an article and the story's nearest one that halves their likeness."""
_LEAD = 600
"""Characters of text that are looked at: what an event is and its figures stand in the first sentences."""
_HEADLINE = 2
"""How often a word or concept of the headline counts."""
_SHARED = ("a:", "n:", "c:")

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2,}")

Marks = Mapping[str, int]
"""What an article says, as marks to compare, each with how often it counts."""


def features(
    title: str,
    text: str,
    *,
    language: str,
    topics: Iterable[str] = (),
    actors: Iterable[str] = (),
    headline: Iterable[str] = (),
) -> Marks:
    """What an article is about: `t:` topics, `a:` actors, `n:` numbers, `c:` concepts of its headline,
    `w:<language>:` words, and `l:` its language.
    """
    said = unicodedata.normalize("NFKC", title).casefold()
    begun = unicodedata.normalize("NFKC", text[:_LEAD]).casefold()
    words = dict.fromkeys(_words(begun), 1) | dict.fromkeys(_words(said), _HEADLINE)
    return {
        f"l:{language}": 1,
        **{f"t:{topic}": 1 for topic in topics},
        **{f"a:{actor}": 1 for actor in actors},
        **{f"n:{number}": 1 for number in _numbers(f"{said}\n{begun}")},
        **{f"c:{concept}": _HEADLINE for concept in headline},
        **{f"w:{language}:{word}": count for word, count in words.items()},
    }


class Rarity:
    """How much a mark says, learnt from what articles of the time have: the rarer, the more."""

    def __init__(self, samples: Iterable[Iterable[str]]) -> None:
        """Each sample is what `features` gave for one article."""
        self._seen: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()
        self._weights: dict[str, float] = {}
        for sample in samples:
            marks = list(sample)
            self._seen.update(marks)
            self._articles.update({_kind(mark) for mark in marks})

    def weight(self, mark: str) -> float:
        """Next to nothing for what everybody says; grows with the logarithm of rarity."""
        known = self._weights.get(mark)
        if known is None:
            among = self._articles[_kind(mark)]
            known = self._weights[mark] = max(math.log((among + 2) / (self._seen[mark] + 1)), 0.05)
        return known


@dataclass(slots=True)
class Thread:
    """A story as articles are compared with it. Mutable: it grows while a batch is grouped."""

    id: int
    started_at: datetime
    last_at: datetime
    members: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Mark → how often it counts in all members together."""
    _lengths: dict[str, float] = field(default_factory=dict)

    def add(self, told: Marks, at: datetime) -> None:
        """Take in an article."""
        self.members += 1
        self.counts.update(told)
        self.started_at = min(self.started_at, at)
        self.last_at = max(self.last_at, at)
        self._lengths.clear()

    def remove(self, told: Marks) -> None:
        """Let go of an article; the times stay."""
        self.members -= 1
        self.counts.subtract(told)
        self.counts = +self.counts
        self._lengths.clear()

    def digest(self, most: int) -> dict[str, int]:
        """What is kept of it: all its languages and the most frequent marks, `most` together."""
        languages = {mark: count for mark, count in self.counts.items() if mark.startswith("l:")}
        return languages | dict(self.counts.most_common(most - len(languages)))

    def length(self, language: str, rarity: Rarity) -> float:
        """Of the vector of its words in a language; "" for all that needs no translation. One thread, one rarity."""
        known = self._lengths.get(language)
        if known is None:
            marks = {mark: count for mark, count in self.counts.items() if _compared(mark, language)}
            known = self._lengths[language] = _length(marks, rarity)
        return known


@dataclass(frozen=True, slots=True)
class Told:
    """An article as stories are compared with it: its words and the rest, weighed once."""

    language: str
    words: Mapping[str, float]
    rest: Mapping[str, float]
    words_length: float
    rest_length: float
    shared: frozenset[str]

    @classmethod
    def of(cls, marks: Marks, *, language: str, rarity: Rarity) -> Told:
        """Weigh marks. The squares of weights stand in the vectors, so that a story's own counts need none."""
        words = {mark: count for mark, count in marks.items() if _compared(mark, language)}
        rest = {mark: count for mark, count in marks.items() if _compared(mark, "")}
        return cls(
            language,
            {mark: count * rarity.weight(mark) ** 2 for mark, count in words.items()},
            {mark: count * rarity.weight(mark) ** 2 for mark, count in rest.items()},
            _length(words, rarity),
            _length(rest, rarity),
            frozenset(mark for mark in rest if mark.startswith(_SHARED)),
        )


def choose(marks: Marks, at: datetime, *, language: str, threads: Iterable[Thread], rarity: Rarity) -> Thread | None:
    """The story an article belongs to; None: to none of `threads`, it opens a new one."""
    told = Told.of(marks, language=language, rarity=rarity)
    best: tuple[float, int] | None = None
    found: Thread | None = None
    for thread in threads:
        if open_for(thread, at):
            close = closeness(told, thread, rarity=rarity) * decay(thread, at)
            if close >= 1 and (best is None or (close, -thread.id) > best):
                best, found = (close, -thread.id), thread
    return found


def closeness(told: Told, thread: Thread, *, rarity: Rarity) -> float:
    """How close an article is to a story: 1 is just enough to belong to it.

    Articles of its language are asked for words, the others for the rest, each with the weight of their number. Where
    the words are less than half alike, the rest cannot make up for it: one actor does many things in a day.
    """
    home = thread.counts[f"l:{told.language}"] / thread.members
    words = similarity(told, thread, words=True, rarity=rarity) / LIKE_ENOUGH if home else 0.0
    if home >= 1:
        return words
    if home and words < 0.5:
        return 0.0
    if not home and len(told.shared & thread.counts.keys()) < SHARED_ABROAD:
        return 0.0
    rest = similarity(told, thread, words=False, rarity=rarity) / LIKE_ENOUGH_ABROAD
    return home * words + (1 - home) * rest


def similarity(told: Told, thread: Thread, *, words: bool, rarity: Rarity) -> float:
    """Cosine (0..1) of an article and all articles of a story, by the words of its language or by the rest."""
    own, length = (told.words, told.words_length) if words else (told.rest, told.rest_length)
    counts = thread.counts
    product = sum(weight * counts[mark] for mark, weight in own.items() if mark in counts)
    return product / (length * thread.length(told.language if words else "", rarity)) if product else 0.0


def open_for(thread: Thread, at: datetime) -> bool:
    """Whether a story can take an article published at `at`."""
    near = thread.members > 0 and thread.started_at - OPEN_FOR <= at <= thread.last_at + OPEN_FOR
    return near and max(at, thread.last_at) - min(at, thread.started_at) <= LONGEST


def decay(thread: Thread, at: datetime) -> float:
    """1 while the story runs, less the further away from it."""
    gap = max(at - thread.last_at, thread.started_at - at, timedelta(0))
    return float(0.5 ** (gap / HALVED_AFTER))


def _kind(mark: str) -> str:
    """What a mark's rarity is measured against: words against those of their language, the rest by sort."""
    return mark.rpartition(":")[0] if mark.startswith("w:") else mark[:1]


def _compared(mark: str, language: str) -> bool:
    """Whether a mark is a word of this language; without one, whether it needs no translation."""
    return mark.startswith(f"w:{language}:") if language else not mark.startswith(("w:", "l:"))


def _length(marks: Marks, rarity: Rarity) -> float:
    return math.sqrt(sum((count * rarity.weight(mark)) ** 2 for mark, count in marks.items()))


def _numbers(text: str) -> set[str]:
    found = (number.replace(",", "").strip(".") for number in _NUMBER.findall(text))
    return {number for number in found if not _YEAR.fullmatch(number)}


def _words(title: str) -> set[str]:
    """Words of three letters and more; pairs of characters where a script writes no spaces, two letters in Korean."""
    words: set[str] = set()
    for word in _WORD.findall(title):
        runs = () if word.isascii() else _UNSPACED.findall(word)
        if runs:
            words.update(run[at : at + 2] for run in runs for at in range(len(run) - 1))
        elif len(word) > 2 or (len(word) == 2 and "\uac00" <= word[0] <= "\ud7a3"):
            words.add(word)
    return words
