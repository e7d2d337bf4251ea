"""Gives a text its tags, each with the matches that earned it; same input, same output, no network, no model.

The weight of a firing is shared among its matches, times the weight of the field each stands in. A topic's evidence
are its strongest distinct matches; its score is `1 - exp(-sum of their weights)`, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors.records import Evidence, Tag, Tagging
from topics import taxonomy as taxonomies
from topics.matcher import Hit, Matcher
from topics.normalise import fold
from topics.passages import Passage, passages
from topics.related import Relatedness
from topics.rules import Match, ReadyRule, ready
from topics.taxonomy import Taxonomy, Term, Topic
from topics.tongue import spoken

MAX_EVIDENCE = 12
"""Matches kept with a tag; the score counts these and no others."""

MAX_TEXT = 100_000
"""Characters of a text that are read; no news article is longer, and a 5 MB page must not cost a minute."""

_ENOUGH = 3.0
"""Evidence beyond which a topic is not looked into further: its score is 0.95."""

_SAMPLE = 1500
"""Characters of title and of text that tell the language."""


def score_of(evidence: Iterable[Evidence]) -> float:
    """The score (0..1, four digits) that this evidence gives a tag."""
    return round(1 - math.exp(-sum(match.weight for match in evidence)), 4)


@dataclass(frozen=True, slots=True)
class ReadyTopic:
    """A topic with its concepts as bits."""

    topic: Topic
    rules: tuple[ReadyRule, ...]
    bit: int
    """What a text has that was given the topic."""
    exclude: int
    """The bit of this topic's excluded phrases; 0: it has none."""


class Tagger:
    """Tags texts by one taxonomy. Made once, used for many texts; may be pickled to worker processes."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        excluded = [topic for topic in taxonomy.topics if topic.exclude]
        names = (
            *taxonomy.concepts,
            *(f"not {topic.slug}" for topic in excluded),
            *(f"#{topic.slug}" for topic in taxonomy.topics),
        )
        bits = {name: 1 << number for number, name in enumerate(names)}
        self.bits = bits
        self._actor_bits = sum(bits[actor.slug] for actor in taxonomy.actors)
        self._terms = (*taxonomy.terms, *_exclusions(excluded))
        self._beside = [sum(bits[name] for name in term.beside) for term in self._terms]
        self._ambiguous = any(self._beside)
        self._beside_bits = 0
        for beside in self._beside:
            self._beside_bits |= beside
        self._topic_bits = sum(bits[f"#{topic.slug}"] for topic in taxonomy.topics)
        self._matcher = Matcher(self._terms, bits)
        self.topics = tuple(
            ReadyTopic(
                topic,
                tuple(ready(rule, bits) for rule in topic.rules),
                bits[f"#{topic.slug}"],
                bits.get(f"not {topic.slug}", 0),
            )
            for topic in taxonomy.topics
        )
        self._related = Relatedness(taxonomy)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.taxonomy.content, self.taxonomy.name)

    def tag(self, title: str, text: str) -> Tagging:
        """The tags, actors and relatedness of an article; never raises, on any strings.

        Evidence offsets index into `title` and `text` as given. Only the first 100,000 characters of each count.
        """
        found = self._look(title, text, whole=False)
        if not found:
            return Tagging()
        tags = self._tags(found)
        actors = self._actors(found)
        leading = self._actors([passage for passage in found if passage.lead or passage.field == "title"])
        return Tagging(tags=tags, actors=actors, related=self._related.of(tags, actors, leading))

    def look(self, title: str, text: str, *, sure: bool = True) -> list[Passage]:
        """The title, and the sentences in which any term was found, needed by a rule or not; empty: none was.

        Ambiguous terms are left out unless the text speaks for them, or they need not be `sure`.
        """
        return self._look(title, text, whole=True, sure=sure)

    def term(self, hit: Hit) -> Term:
        """The term that was found."""
        return self._terms[hit.term]

    def _look(self, title: str, text: str, *, whole: bool, sure: bool = True) -> list[Passage]:
        title, text = title[:MAX_TEXT], text[:MAX_TEXT]
        folded_title, folded_text = fold(title), fold(text)
        language = spoken(folded_title.text[:_SAMPLE] + folded_text.text[:_SAMPLE])
        title_scan = self._matcher.scan(folded_title, title, language)
        text_scan = self._matcher.scan(folded_text, text, language)
        needed = -1 if whole else self._needed(title_scan.mask | text_scan.mask)
        title_hits, text_hits = title_scan.hits(needed), text_scan.hits(needed)
        if sure:
            title_hits, text_hits = self._settled(title_hits, text_hits)
        return passages(title, title_hits, text, text_hits) if title_hits or text_hits else []

    def _needed(self, perhaps: int) -> int:
        """The concepts worth a closer look where no others than `perhaps` are in a text."""
        perhaps |= self._topic_bits
        needed = self._actor_bits
        for topic in self.topics:
            for rule in topic.rules:
                if rule.possible(perhaps):
                    needed |= rule.uses | topic.exclude
        if self._ambiguous:
            needed |= self._beside_bits
        return needed

    def _settled(self, title_hits: list[Hit], text_hits: list[Hit]) -> tuple[list[Hit], list[Hit]]:
        """Without the ambiguous hits that nothing in the text speaks for."""
        if not self._ambiguous:
            return title_hits, text_hits
        sure = 0
        for hit in (*title_hits, *text_hits):
            if not self._beside[hit.term]:
                sure |= hit.mask

        def settled(hits: list[Hit]) -> list[Hit]:
            return [hit for hit in hits if not self._beside[hit.term] or self._beside[hit.term] & sure]

        return settled(title_hits), settled(text_hits)

    def _tags(self, found: Sequence[Passage]) -> tuple[Tag, ...]:
        """In the taxonomy's order; a topic given is something later topics may need."""
        everything = 0
        for passage in found:
            everything |= passage.mask
        tags = []
        for topic in self.topics:
            tag = self._tag(topic, found, everything)
            if tag is not None:
                tags.append(tag)
                everything |= topic.bit
        return tuple(tags)

    def _tag(self, topic: ReadyTopic, found: Sequence[Passage], everything: int) -> Tag | None:
        if topic.exclude & everything:
            found = self.clear(topic, found)
        evidence = self.weigh(topic, found, everything)
        if not evidence or sum(match.weight for match in evidence) < topic.topic.threshold - 0.001:
            return None
        return Tag(topic=topic.topic.slug, score=score_of(evidence), evidence=evidence)

    def clear(self, topic: ReadyTopic, found: Sequence[Passage]) -> Sequence[Passage]:
        """The passages without what the topic takes out of a text."""
        return [_without(passage, topic.exclude) if topic.exclude & passage.mask else passage for passage in found]

    def weigh(self, topic: ReadyTopic, found: Sequence[Passage], everything: int) -> tuple[Evidence, ...]:
        """The evidence for a topic in these passages, if any rule fires, whether it is enough or not.

        `everything` has the bits of all concepts in the text, and of the topics it was given already.
        """
        matches: dict[tuple[str, int, int], Evidence] = {}
        for rule in topic.rules:
            if sum(match.weight for match in matches.values()) >= _ENOUGH:
                break
            if rule.possible(everything):
                for firing in rule.firings(found):
                    self._count(rule.rule.weight, firing, matches)
        return _strongest(matches.values()) if matches else ()

    def _count(self, weight: float, firing: Sequence[Match], into: dict[tuple[str, int, int], Evidence]) -> None:
        spans = {(match.passage.field, match.hit.start, match.hit.end) for match in firing}
        each = weight / len(spans)
        for passage, hit, concept in firing:
            key = (passage.field, hit.start, hit.end)
            place = (
                "title" if passage.field == "title" else "lead" if passage.lead else "deep" if passage.deep else "text"
            )
            share = round(each * self.taxonomy.fields[place], 4)
            if key not in into or into[key].weight < share:
                into[key] = Evidence(self._terms[hit.term].text, concept, passage.field, hit.start, hit.end, share)

    def _actors(self, found: Sequence[Passage]) -> tuple[str, ...]:
        named: list[str] = []
        waiting = self._actor_bits
        for passage in found:
            if passage.mask & waiting:
                for hit in passage.hits:
                    if new := hit.mask & waiting:
                        named += [actor.slug for actor in self.taxonomy.actors if self.bits[actor.slug] & new]
                        waiting &= ~new
        return tuple(named)


def _rebuild(content: str, name: str) -> Tagger:
    return Tagger(taxonomies.parse(content, name=name))


def _exclusions(topics: Iterable[Topic]) -> list[Term]:
    return [
        Term(text=phrase, language="any", concepts=(f"not {topic.slug}",))
        for topic in topics
        for phrase in topic.exclude
    ]


def _without(passage: Passage, bit: int) -> Passage:
    """The passage without what lies inside a phrase that carries `bit`."""
    phrases = [hit for hit in passage.hits if hit.mask & bit]
    hits = tuple(
        hit
        for hit in passage.hits
        if not any(phrase.start <= hit.start and hit.end <= phrase.end for phrase in phrases)
    )
    mask = 0
    for hit in hits:
        mask |= hit.mask
    return Passage(passage.field, passage.start, passage.end, passage.lead, passage.deep, mask, hits, passage.dense)


def _strongest(matches: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The strongest matches, in reading order; equal ones by place, so that the choice never varies."""

    def place(match: Evidence) -> tuple[bool, int, int]:
        return match.field != "title", match.start, match.end

    strongest = sorted(matches, key=lambda match: (-match.weight, place(match)))[:MAX_EVIDENCE]
    return tuple(sorted(strongest, key=place))
