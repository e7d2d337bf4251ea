"""What a text as a whole makes likely: topics that no rule has earned, by all that the text names.

A topic may have odds: a base, a weight for what its rules have found, and weights for concepts that stand in the title,
in the title or the first three sentences, or anywhere in title and text. Their sum is the logarithm of the odds that a
careful reader gives the topic, as logistic regression learns it from labelled texts: p = 1 / (1 + exp(-sum)) (Hosmer,
Lemeshow and Sturdivant, Applied Logistic Regression, 3rd ed., 1.2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from topics.bundles import Hit
from topics.matches import Matches, Span
from topics.passages import Passage, leading
from topics.rulebook import places
from topics.rules import Slot
from topics.taxonomy import Odds, Taxonomy

MOST_BY_RULES = 0.6
"""What a topic's rules have found counts up to here: just above the usual threshold, at which no odds are needed."""

FAR = 4000
"""Characters (half as many in scripts without blanks) beyond which a text names what it is hardly about: a live blog of
20,000 names nearly everything."""

_MANY = 12
"""With so many of its concepts in a text, odds are worth adding up; with fewer, it is asked what they may come to."""

Row = tuple[tuple[int, float], ...]
"""The topics, by their places, to whose odds a concept adds, and how much."""


@dataclass(frozen=True, slots=True)
class Named:
    """The concepts that a text names, as bits, by where they stand; each holds the one before it.

    What stands only far down in a long text is left out.
    """

    title: int
    lead: int
    text: int

    @classmethod
    def of(cls, found: Sequence[Passage]) -> Named:
        """What the passages of a text name, of which the title is the first; nothing where there are none."""
        text = lead = 0
        for passage in within(found):
            text |= passage.mask
        for passage in leading(found):
            lead |= passage.mask
        return cls(found[0].mask if found else 0, lead, text)


def within(found: Sequence[Passage]) -> Sequence[Passage]:
    """The passages whose names count: the title, and sentences that begin in the first part of a long text."""
    if not found or found[-1].start < FAR // 2:
        return found
    far = FAR // 2 if found[-1].dense else FAR
    return [passage for passage in found if passage.start < far]


@dataclass(frozen=True, slots=True)
class Likely:
    """How likely a text makes a topic."""

    place: int
    """The topic's place in the taxonomy."""
    odds: float
    """Their logarithm."""
    rules: float
    """What of it is by what the rules found."""
    enough: bool
    """Whether the topic is given for them."""

    @property
    def likelihood(self) -> float:
        """0..1."""
        return 1 - math.exp(-self.weight)

    @property
    def weight(self) -> float:
        """What evidence must weigh for its score, 1 - exp(-weight), to be the likelihood: ln(1 + exp(odds))."""
        return max(self.odds, 0.0) + math.log1p(math.exp(-abs(self.odds)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How the odds of a topic came about; all but the likelihoods are logarithms of odds."""

    base: float
    rules: float
    """By what the rules found."""
    concepts: tuple[tuple[str, float], ...]
    """By what the text names: what speaks for the topic first, what speaks against it last."""
    likelihood: float
    least: float
    """The likelihood from which on the topic is given."""


class Likelihood:
    """The odds of a taxonomy's topics, ready to be added up."""

    def __init__(self, taxonomy: Taxonomy, bits: Mapping[str, int]) -> None:
        slugs = [topic.slug for topic in taxonomy.topics]
        self.odds = {slugs.index(odds.topic): odds for odds in taxonomy.odds}
        """By the topic's place."""
        named = {name for odds in taxonomy.odds for table in odds.tables.values() for name in table}
        concepts = {bits[name].bit_length() - 1: name for name in named}
        self._rows = {concept: _rows(name, self.odds) for concept, name in concepts.items()}
        self._slots = {concept: Slot(1 << concept, ((1 << concept, name),)) for concept, name in concepts.items()}
        self.needed = sum(1 << place for place in self._rows)
        """The concepts that any topic's odds ask for."""
        self._bases = {place: odds.base for place, odds in self.odds.items()}
        self._least = {place: math.log(odds.least / (1 - odds.least)) for place, odds in self.odds.items()}
        self._short = {place: self._least[place] - self._ruled(place, math.inf) for place in self.odds}
        """What odds must come to without what the rules find."""
        self._most = {concept: _most(rows) for concept, rows in self._rows.items()}
        self._peak = {concept: max(most.values(), default=0.0) for concept, most in self._most.items()}
        self._far = min((self._short[place] - odds.base for place, odds in self.odds.items()), default=math.inf)
        """What concepts must add to the odds of the topic that is the least unlikely."""

    def may(self, everything: int) -> bool:
        """Whether a text that names no other concepts than these may get a topic by its odds."""
        concepts = places(everything & self.needed)
        if sum([self._peak[concept] for concept in concepts]) < self._far:
            return False
        if len(concepts) > _MANY:
            return True
        sums = self._bases.copy()
        for concept in concepts:
            for place, weight in self._most[concept].items():
                sums[place] += weight
        return any(total >= self._short[place] for place, total in sums.items())

    def sums(self, found: Sequence[Passage]) -> dict[int, float]:
        """By topic, the odds without what its rules have found, where they may be enough with that."""
        if not self.odds:
            return {}
        named = Named.of(found)
        sums = self._bases.copy()
        lead, title, rows = named.lead, named.title, self._rows
        for concept in places(named.text & self.needed):
            for place, weight in rows[concept][(lead >> concept & 1) + (title >> concept & 1)]:
                sums[place] += weight
        return {place: total for place, total in sums.items() if total >= self._short[place]}

    def likely(self, place: int, odds: float, by_rules: float) -> Likely:
        """How likely a topic is, by its odds and the weight that its rules have found."""
        rules = self._ruled(place, by_rules)
        return Likely(place, odds + rules, rules, odds + rules >= self._least[place])

    def account(self, likely: Likely, found: Sequence[Passage]) -> Account:
        """How these odds came about."""
        named = Named.of(found)
        concepts = [
            (self._slots[concept].concepts[0][1], weight)
            for concept in places(named.text & self.needed)
            if (weight := self._weight(concept, likely.place, named))
        ]
        odds = self.odds[likely.place]
        return Account(
            base=odds.base,
            rules=round(likely.rules, 4),
            concepts=tuple(sorted(((name, round(weight, 4)) for name, weight in concepts), key=lambda one: -one[1])),
            likelihood=round(likely.likelihood, 4),
            least=odds.least,
        )

    def _weight(self, concept: int, topic: int, named: Named) -> float:
        row = self._rows[concept][(named.lead >> concept & 1) + (named.title >> concept & 1)]
        return sum([weight for place, weight in row if place == topic])

    def matches(self, likely: Likely, found: Sequence[Passage], by_rules: Matches) -> Matches:
        """What speaks for a topic, by how much: the first mention of each concept, and what the rules found."""
        rules = sum([weight for weight, _, _ in by_rules.values()])
        times = likely.rules / rules if rules else 0.0
        parts = {span: (weight * times, hit, slot) for span, (weight, hit, slot) in by_rules.items()}
        for span, weight, hit, slot in self._speaking(likely.place, found):
            before = parts.get(span)
            parts[span] = (before[0] + weight, *before[1:]) if before else (weight, hit, slot)
        return parts

    def _ruled(self, place: int, by_rules: float) -> float:
        return self.odds[place].rules * min(by_rules, MOST_BY_RULES)

    def _speaking(self, topic: int, found: Sequence[Passage]) -> Iterator[tuple[Span, float, Hit, Slot]]:
        """Where each concept that speaks for a topic is first named, and what it adds to the odds."""
        named = Named.of(found)
        for concept in places(named.text & self.needed):
            weight = self._weight(concept, topic, named)
            if weight > 0:
                slot = self._slots[concept]
                passage = next(passage for passage in found if passage.mask & slot.mask)
                hit = passage.of(slot.mask)[0]
                yield (passage.in_text, hit[0], hit[1]), weight, hit, slot


def _rows(name: str, odds: Mapping[int, Odds]) -> tuple[Row, Row, Row]:
    """What a concept adds where it stands in the text only, in the lead at best, and in the title, too."""
    rows: list[Row] = []
    for where_named in (("text",), ("text", "lead"), ("text", "lead", "title")):
        sums = {place: sum([one.tables[where].get(name, 0.0) for where in where_named]) for place, one in odds.items()}
        rows.append(tuple((place, total) for place, total in sums.items() if total))
    return rows[0], rows[1], rows[2]


def _most(rows: Sequence[Row]) -> dict[int, float]:
    """The most that a concept adds to the odds of topics, by their places, wherever it stands."""
    most: dict[int, float] = {}
    for row in rows:
        for place, weight in row:
            if weight > most.get(place, 0.0):
                most[place] = weight
    return most
