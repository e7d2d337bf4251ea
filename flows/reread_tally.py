"""What another edition of the extractor changes, added up: texts, articles, topics, and examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from extractors.records import Rejected
from extractors.revision import difference
from models.reread_store import Reread

EXAMPLES = 5
"""Kept of each kind: of changed texts those that changed most."""
SHARES = ((0.05, "under 5 %"), (0.25, "5 to 25 %"), (0.5, "25 to 50 %"), (1.01, "over 50 %"))
"""By how much texts changed: sentences added and removed / all sentences before and after."""
SENTENCES = 2


@dataclass(frozen=True, slots=True)
class Example:
    """One article, before and after."""

    url: str
    title: str
    new_title: str
    share: float
    """How much of both texts differs, 0..1."""
    words: int
    new_words: int
    said: tuple[str, ...]
    """Some sentences that went (`- …`) and came (`+ …`), or why it is no article."""


@dataclass(slots=True)
class TopicTally:
    """Articles of one topic."""

    before: int = 0
    after: int = 0
    gained: int = 0
    lost: int = 0


@dataclass(slots=True)
class Tally:
    """All that was read again so far."""

    kinds: Counter[str] = field(default_factory=Counter)
    """Articles: same, changed, gained, lost, rejected, unread."""
    facts: Counter[str] = field(default_factory=Counter)
    """Of the changed ones, what changed: text, sentences, headline, grade, language, date, method."""
    shares: Counter[str] = field(default_factory=Counter)
    """Of those with other sentences, by how much."""
    added: int = 0
    removed: int = 0
    topics: defaultdict[str, TopicTally] = field(default_factory=lambda: defaultdict(TopicTally))
    examples: dict[str, list[Example]] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Articles read again."""
        return self.kinds.total()

    def add(self, rereads: Iterable[Reread]) -> None:
        """Count these, too."""
        for one in rereads:
            self.kinds[one.kind] += 1
            self._topics(one)
            if one.kind == "changed":
                self._changed(one)
            if one.kind in {"gained", "lost"}:
                self._keep(one, 1.0)

    def merge(self, other: Tally) -> None:
        """Add what another one has counted."""
        for mine, theirs in ((self.kinds, other.kinds), (self.facts, other.facts), (self.shares, other.shares)):
            mine.update(theirs)
        self.added, self.removed = self.added + other.added, self.removed + other.removed
        for topic, tally in other.topics.items():
            for name in TopicTally.__dataclass_fields__:
                setattr(self.topics[topic], name, getattr(self.topics[topic], name) + getattr(tally, name))
        for kind, examples in other.examples.items():
            both = sorted([*self.examples.get(kind, ()), *examples], key=lambda example: -example.share)
            self.examples[kind] = both[:EXAMPLES]

    def _changed(self, one: Reread) -> None:
        article, kept, change = one.article, one.kept, one.reading.change
        assert article is not None
        differs = {
            "text": article.text != kept.known.text,
            "sentences": change is not None and change.added + change.removed > 0,
            "headline": change is not None and change.headline,
            "grade": article.grade is not kept.known.grade,
            "language": article.language != kept.language,
            "date": article.published_at != kept.published_at,
            "method": article.method != kept.method,
        }
        self.facts.update(fact for fact, different in differs.items() if different)
        if change is None or not change:
            return
        self.added, self.removed = self.added + change.added, self.removed + change.removed
        if differs["sentences"]:
            self.shares[next(name for limit, name in SHARES if change.share < limit)] += 1
        self._keep(one, change.share)

    def _topics(self, one: Reread) -> None:
        before = one.kept.topics if one.kept.state == "stored" else frozenset()
        tagging = one.reading.tagging
        after = frozenset(tag.topic for tag in tagging.tags) if tagging and one.article else frozenset()
        if one.kind == "unread":
            after = before
        for topic in before | after:
            tally = self.topics[topic]
            tally.before += topic in before
            tally.after += topic in after
            tally.gained += topic in after - before
            tally.lost += topic in before - after

    def _keep(self, one: Reread, share: float) -> None:
        kept = self.examples.setdefault(one.kind, [])
        if len(kept) == EXAMPLES and share <= kept[-1].share:
            return
        kept.append(_example(one, share))
        kept.sort(key=lambda example: -example.share)
        del kept[EXAMPLES:]

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "read": self.read, "articles": dict(self.kinds), "changed": dict(self.facts),
            "by_how_much": dict(self.shares), "sentences_added": self.added, "sentences_removed": self.removed,
            "topics": {topic: _fields(tally) for topic, tally in sorted(self.topics.items())},
            "examples": {kind: [_fields(one) for one in found] for kind, found in self.examples.items()},
        }  # fmt: skip


def _fields(one: TopicTally | Example) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def _example(one: Reread, share: float) -> Example:
    article, result = one.article, one.reading.result
    if isinstance(result, Rejected):
        said: tuple[str, ...] = (f"{result.reason.value}{': ' + result.detail if result.detail else ''}",)
    elif one.kept.state == "rejected":
        said = (f"was rejected: {one.kept.reason}",)
    else:
        lines = difference(one.kept.known.text, article.text if article else "")
        went = [f"- {sentence}" for sign, sentence in lines if sign == "-"]
        came = [f"+ {sentence}" for sign, sentence in lines if sign == "+"]
        said = (*went[:SENTENCES], *came[:SENTENCES])
    return Example(
        url=one.kept.work.url,
        title=one.kept.known.title,
        new_title=article.title if article else "",
        share=share,
        words=len(one.kept.known.text.split()),
        new_words=len(article.text.split()) if article else 0,
        said=tuple(line[:200] for line in said),
    )
