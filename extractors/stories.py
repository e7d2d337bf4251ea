"""When two articles tell of one event: what each says in features, and how like a story that is.

A story is told in several languages. Words are compared only within a language; topics, actors and numbers mean the
same in all, so across languages they decide alone, and more is asked of them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIKE_ENOUGH = 0.4
"""Similarity (after decay) from which an article belongs to a story."""
LIKE_ENOUGH_ABROAD = 0.55
"""The same where no article of the story is in the article's language."""
SHARED_ABROAD = 3
"""Actors and numbers that must be shared across languages."""
OPEN_FOR = timedelta(days=3)
"""A story takes articles for this long after its last one, and before its first one."""
LONGEST = timedelta(days=14)
"""No story is longer: what goes on for weeks is a topic."""
HALVED_AFTER = timedelta(days=4)
"""The time between an article and the story's nearest one that halves their similarity."""
_LEAD = 600
"""Characters of text in which numbers are looked for: the figures of an event stand in its first sentences."""

_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*\d(?![\w])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]{2,}")


def features(
    title: str, text: str, *, language: str, topics: Iterable[str] = (), actors: Iterable[str] = ()
) -> frozenset[str]:
    """What an article is about, as marks to compare: `t:` topics, `a:` actors, `n:` numbers, `w:<language>:` words."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return frozenset(
        {f"t:{topic}" for topic in topics}
        | {f"a:{actor}" for actor in actors}
        | {f"n:{number}" for number in _numbers(f"{folded}\n{text[:_LEAD]}")}
        | {f"w:{language}:{word}" for word in _words(folded)}
    )


class Rarity:
    """How much a feature says, learnt from what articles of the time have: the rarer, the more."""

    def __init__(self, samples: Iterable[frozenset[str]]) -> None:
        """Each sample is what `features` gave for one article."""
        self._seen: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()
        for sample in samples:
            self._seen.update(sample)
            self._articles.update({_kind(feature) for feature in sample})

    def weight(self, feature: str) -> float:
        """0 for what everybody says; grows with the logarithm of rarity."""
        among = self._articles[_kind(feature)]
        return max(math.log((among + 2) / (self._seen[feature] + 1)), 0.05)


@dataclass(slots=True)
class Thread:
    """A story as articles are compared with it. Mutable: it grows while a batch is grouped."""

    id: int
    started_at: datetime
    last_at: datetime
    members: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """Feature → members that have it."""

    def speaks(self, language: str) -> bool:
        """Whether an article of the story is in this language."""
        return any(feature.startswith(f"w:{language}:") for feature in self.counts)

    def add(self, told: frozenset[str], at: datetime) -> None:
        """Take in an article."""
        self.members += 1
        self.counts.update(told)
        self.started_at = min(self.started_at, at)
        self.last_at = max(self.last_at, at)

    def remove(self, told: frozenset[str]) -> None:
        """Let go of an article; the times stay."""
        self.members -= 1
        self.counts.subtract(told)
        self.counts = +self.counts


def choose(
    told: frozenset[str], at: datetime, *, language: str, threads: Sequence[Thread], rarity: Rarity
) -> Thread | None:
    """The story an article belongs to; None: to none of `threads`, it opens a new one."""
    best: tuple[float, int] | None = None
    found: Thread | None = None
    for thread in threads:
        if not open_for(thread, at):
            continue
        home = thread.speaks(language)
        likeness = similarity(told, thread, language=language if home else None, rarity=rarity) * decay(thread, at)
        if not home and len(_neutral(told) & thread.counts.keys()) < SHARED_ABROAD:
            continue
        if likeness >= (LIKE_ENOUGH if home else LIKE_ENOUGH_ABROAD):
            rank = (likeness, -thread.id)
            if best is None or rank > best:
                best, found = rank, thread
    return found


def similarity(told: frozenset[str], thread: Thread, *, language: str | None, rarity: Rarity) -> float:
    """Cosine (0..1) of an article and a story's average article; words count only when `language` is given."""
    kept = _comparable(told, language)
    theirs = {feature: thread.counts[feature] / thread.members for feature in _comparable(thread.counts, language)}
    shared = sum(rarity.weight(feature) ** 2 * theirs[feature] for feature in kept if feature in theirs)
    if not shared:
        return 0.0
    own_norm = math.sqrt(sum(rarity.weight(feature) ** 2 for feature in kept))
    their_norm = math.sqrt(sum((rarity.weight(feature) * part) ** 2 for feature, part in theirs.items()))
    return shared / (own_norm * their_norm)


def open_for(thread: Thread, at: datetime) -> bool:
    """Whether a story can take an article published at `at`."""
    near = thread.members > 0 and thread.started_at - OPEN_FOR <= at <= thread.last_at + OPEN_FOR
    return near and max(at, thread.last_at) - min(at, thread.started_at) <= LONGEST


def decay(thread: Thread, at: datetime) -> float:
    """1 while the story runs, less the further away from it."""
    gap = max(at - thread.last_at, thread.started_at - at, timedelta(0))
    return float(0.5 ** (gap / HALVED_AFTER))


def _kind(feature: str) -> str:
    """What a feature's rarity is measured against: words against those of their language, the rest by sort."""
    return feature.rpartition(":")[0] if feature.startswith("w:") else feature[:1]


def _comparable(marks: Iterable[str] | Mapping[str, int], language: str | None) -> list[str]:
    return [mark for mark in marks if not mark.startswith("w:") or (language and mark.startswith(f"w:{language}:"))]


def _neutral(told: frozenset[str]) -> set[str]:
    return {mark for mark in told if mark.startswith(("a:", "n:"))}


def _numbers(text: str) -> set[str]:
    found = (number.replace(",", "").strip(".") for number in _NUMBER.findall(text))
    return {number for number in found if not _YEAR.fullmatch(number)}


def _words(title: str) -> set[str]:
    """Words of three letters and more; pairs of characters where a script writes no spaces, two letters in Korean."""
    words: set[str] = set()
    for word in _WORD.findall(title):
        runs = _UNSPACED.findall(word)
        if runs:
            words.update(run[at : at + 2] for run in runs for at in range(len(run) - 1))
        elif len(word) > 2 or (len(word) == 2 and "\uac00" <= word[0] <= "\ud7a3"):
            words.add(word)
    return words
