"""Gives a text its tags, each with the matches that earned it; same input, same output, no network.

The weight of a firing is shared among its matches, times the weight of the field each stands in. A topic that no rule
has earned may be given for its odds (`topics.odds`). A topic's evidence are its strongest distinct matches; its score
is `1 - exp(-sum of their weights)`, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from extractors.records import Evidence, Tag, Tagging
from topics import taxonomy as taxonomies
from topics.bundles import Hit, Members
from topics.matcher import Matcher
from topics.matches import Matches, Scales, evidence_of, strongest
from topics.normalise import fold
from topics.odds import Account, Likelihood, Likely
from topics.passages import Passage, leading, passages
from topics.related import Relatedness
from topics.rulebook import Rulebook, places
from topics.rules import Around, ReadyRule, ready
from topics.taxonomy import Taxonomy, Term, Topic
from topics.tongue import spoken

MAX_TEXT = 100_000
"""Characters of a text that are read; no news article is longer, and a 5 MB page must not cost a minute."""

_ENOUGH = 3.0
"""Evidence beyond which a topic is not looked into further: its score is 0.95."""

_NEARLY_ENOUGH = _ENOUGH - 0.001
"""A running total may be off by its rounding: from here on the weights are added up, and by `fsum`, for `sum` is as
exact only from Python 3.12 on, and a text is to get the same evidence from each."""

_TERM = itemgetter(3)
_LONG = 2000
"""Characters (half as many in scripts without blanks) beyond which a text is long: what it says once is in passing."""

_SAMPLE = 1500
"""Characters of title and of text that tell the language."""


def score_of(evidence: Iterable[Evidence]) -> float:
    """The score (0..1, four digits) that this evidence gives a tag."""
    return _score(sum([match.weight for match in evidence]))


def _score(total: float) -> float:
    return round(1 - math.exp(-total), 4)


@dataclass(frozen=True, slots=True)
class ReadyTopic:
    """A topic with its concepts as bits."""

    topic: Topic
    rules: tuple[ReadyRule, ...]
    bit: int
    """What a text has that was given the topic."""
    exclude: int
    """The bit of this topic's excluded phrases; 0: it has none."""
    numbers: range
    """The places of its rules in the rulebook."""


@dataclass(slots=True)
class _Found:
    """A text's passages, and what every topic asks of them."""

    passages: Sequence[Passage]
    filled: Mapping[int, Sequence[int]]
    """By rule that may fire, the passages that fill all its slots, by their places."""
    around: Around
    passing: int | None = None
    """The actors named in passing; None while no rule has fired, as it is not asked before."""


class Tagger:
    """Tags texts by one taxonomy. Made once, used for many texts; may be pickled to worker processes."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        excluded = [topic for topic in taxonomy.topics if topic.exclude]
        subjects = sorted(_subjects(taxonomy))
        names = (
            *taxonomy.concepts,
            *(f"not {topic.slug}" for topic in excluded),
            *(f"#{topic.slug}" for topic in taxonomy.topics),
            *(f"@{name}" for name in subjects),
        )
        bits = {name: 1 << number for number, name in enumerate(names)}
        self.bits = bits
        self._names = names
        self._actor_bits = sum(bits[actor.slug] for actor in taxonomy.actors)
        self._terms = (*taxonomy.terms, *_exclusions(excluded))
        self._written = [term.text for term in self._terms]
        self._beside = [sum(bits[name] for name in term.beside) for term in self._terms]
        self._ambiguous = {number for number, beside in enumerate(self._beside) if beside}
        self._beside_bits = 0
        for beside in self._beside:
            self._beside_bits |= beside
        self._about = [(bits[name], bits[f"@{name}"]) for name in subjects]
        self._topic_bits = sum(bits[f"#{topic.slug}"] for topic in taxonomy.topics)
        self._matcher = Matcher(self._terms, bits, apart=self._actor_bits)
        self.topics = tuple(_ready(taxonomy.topics, bits))
        self._rulebook = Rulebook([rule for topic in self.topics for rule in topic.rules])
        self._topic_of = [number for number, topic in enumerate(self.topics) for _ in topic.rules]
        self._asks = [
            (rule.support, rule.uses | topic.exclude, 1 << number)
            for number, (topic, rule) in enumerate((topic, rule) for topic in self.topics for rule in topic.rules)
        ]
        self._scales = Scales(self._rulebook.rules, taxonomy.fields)
        self._members = Members(self._matcher.bundles)
        self._likelihood = Likelihood(taxonomy, bits)
        self._related = Relatedness(taxonomy)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.taxonomy.content, self.taxonomy.name)

    def tag(self, title: str, text: str) -> Tagging:
        """The tags, actors and relatedness of an article; never raises, on any strings.

        Evidence offsets index into `title` and `text` as given. Only the first 100,000 characters of each count.
        """
        found, live = self._look(title, text, whole=False)
        if not found:
            return Tagging()
        tags = self._tags(found, live)
        actors = self._actors(found)
        return Tagging(tags=tags, actors=actors, related=self._related.of(tags, actors, self._actors(leading(found))))

    def look(self, title: str, text: str, *, sure: bool = True) -> list[Passage]:
        """The title, and the sentences in which any term was found, needed by a rule or not; empty: none was.

        Ambiguous terms are left out unless the text speaks for them, or they need not be `sure`.
        """
        return self._look(title, text, whole=True, sure=sure)[0]

    def term(self, hit: Hit) -> Term:
        """The term that was found."""
        return self._terms[hit[3]]

    def _look(self, title: str, text: str, *, whole: bool, sure: bool = True) -> tuple[list[Passage], int]:
        """The passages, and the rules that may fire in them, a bit each."""
        title, text = title[:MAX_TEXT], text[:MAX_TEXT]
        folded_title, folded_text = fold(title), fold(text)
        language = spoken(folded_title.text[:_SAMPLE] + folded_text.text[:_SAMPLE])
        title_scan = self._matcher.scan(folded_title, title, language)
        text_scan = self._matcher.scan(folded_text, text, language)
        needed, live = (-1, -1) if whole else self._needed(title_scan.masks | text_scan.masks)
        title_hits, text_hits = title_scan.hits(needed, bundled=not whole), text_scan.hits(needed, bundled=not whole)
        if sure:
            title_hits, text_hits = self._settled(title_hits, text_hits)
        return passages(title, title_hits, text, text_hits) if title_hits or text_hits else [], live

    def _needed(self, perhaps: Iterable[int]) -> tuple[int, int]:
        """The concepts worth a closer look where hits stand for no others than these, and the rules that may fire."""
        everything = self._topic_bits
        for mask in perhaps:
            everything |= mask
        everything |= self._subjects(everything)
        needed, live = self._actor_bits | self._beside_bits, 0
        if self._likelihood.may(everything):
            needed |= self._likelihood.needed
        asks = self._asks
        for number in self._rulebook.filled(perhaps):
            support, uses, bit = asks[number]
            for mask in support:
                if not mask & everything:
                    break
            else:
                needed |= uses
                live |= bit
        return needed, live

    def _settled(self, title_hits: list[Hit], text_hits: list[Hit]) -> tuple[list[Hit], list[Hit]]:
        """Without the ambiguous hits that nothing in the text speaks for."""
        beside, ambiguous = self._beside, self._ambiguous
        missing = 0
        for term in ambiguous.intersection(map(_TERM, (*title_hits, *text_hits))):
            missing |= beside[term]
        for _, _, mask, term in (*title_hits, *text_hits) if missing else ():
            if mask & missing and term not in ambiguous:
                missing &= ~mask
                if not missing:
                    break
        if not missing:
            return title_hits, text_hits

        def settled(hits: list[Hit]) -> list[Hit]:
            return [hit for hit in hits if hit[3] not in ambiguous or beside[hit[3]] & ~missing]

        return settled(title_hits), settled(text_hits)

    def _tags(self, found: Sequence[Passage], live: int) -> tuple[Tag, ...]:
        """In the taxonomy's order; a topic given is something later topics may need."""
        everything = self.everything(found)
        known = _Found(found, self._rulebook.sentences(found, live), Around(found))
        odds = self._likelihood.sums(found)
        tags = []
        for place, rules in self._asked(known.filled, odds):
            topic = self.topics[place]
            if topic.exclude & everything:
                matches = self._weigh(rules, self._cleared(topic, known), everything)
            else:
                matches = self._weigh(rules, known, everything)
            spans = strongest(matches)
            total = sum([matches[span][0] for span in spans])
            if spans and total >= topic.topic.threshold - 0.001:
                evidence, score = evidence_of(matches, spans, self._written, self._members), _score(total)
            elif place in odds and (likely := self._likelihood.likely(place, odds[place], total)).enough:
                evidence = self._speaking(likely, found, {span: matches[span] for span in spans})
                score = score_of(evidence)
            else:
                evidence = ()
            if evidence:
                tags.append(Tag(topic=topic.topic.slug, score=score, evidence=evidence))
                everything |= topic.bit
        return tuple(tags)

    def _asked(self, filled: Iterable[int], odds: Iterable[int]) -> list[tuple[int, list[int]]]:
        """The topics that have rules that may fire, or odds that may do, with these rules, in the taxonomy's order."""
        asked: dict[int, list[int]] = {place: [] for place in odds}
        for rule in sorted(filled):
            asked.setdefault(self._topic_of[rule], []).append(rule)
        return sorted(asked.items())

    def _speaking(self, likely: Likely, found: Sequence[Passage], by_rules: Matches) -> tuple[Evidence, ...]:
        """What makes a topic likely; its weights are rounded, so that they add up to what is shown."""
        matches = self._likelihood.matches(likely, found, by_rules)
        spans = strongest(matches)
        kept = sum([matches[span][0] for span in spans])
        share = likely.weight / kept if kept else 0.0
        rounded = {span: (round(matches[span][0] * share, 4), *matches[span][1:]) for span in spans}
        return evidence_of(rounded, spans, self._written, self._members)

    def everything(self, found: Sequence[Passage]) -> int:
        """The bits of all concepts in the text, and of those that its title and first sentences say it is about."""
        mask = first = 0
        for passage in found:
            mask |= passage.mask
        for passage in leading(found):
            first |= passage.mask
        return mask | self._subjects(first)

    def _subjects(self, mask: int) -> int:
        """The bits of what a text is about that begins with these concepts."""
        subjects = 0
        for bit, subject in self._about:
            if bit & mask:
                subjects |= subject
        return subjects

    def clear(self, topic: ReadyTopic, found: Sequence[Passage]) -> Sequence[Passage]:
        """The passages without what the topic takes out of a text."""
        return [_without(passage, topic.exclude) if topic.exclude & passage.mask else passage for passage in found]

    def weigh(self, topic: ReadyTopic, found: Sequence[Passage], everything: int) -> tuple[Evidence, ...]:
        """The evidence for a topic in these passages, if any rule fires, whether it is enough or not.

        `everything` has the bits of all concepts in the text, and of the topics it was given already.
        """
        known = _Found(found, self._rulebook.sentences(found), Around(found))
        matches = self._weigh([number for number in topic.numbers if number in known.filled], known, everything)
        return evidence_of(matches, strongest(matches), self._written, self._members)

    def odds(
        self, topic: ReadyTopic, found: Sequence[Passage], everything: int
    ) -> tuple[Account, tuple[Evidence, ...]] | None:
        """How likely these passages make a topic that its rules have not earned, and what speaks for it.

        None for a topic without odds, or far from likely. `everything` as in `weigh`. What the topic takes out, it
        takes out for its rules only.
        """
        place = self._topic_of[topic.numbers.start]
        odds = self._likelihood.sums(found)
        if place not in odds:
            return None
        cleared = self.clear(topic, found)
        known = _Found(cleared, self._rulebook.sentences(cleared), Around(cleared))
        matches = self._weigh([number for number in topic.numbers if number in known.filled], known, everything)
        by_rules = {span: matches[span] for span in strongest(matches)}
        likely = self._likelihood.likely(place, odds[place], sum([weight for weight, _, _ in by_rules.values()]))
        return self._likelihood.account(likely, found), self._speaking(likely, found, by_rules)

    def accounts(self, title: str, text: str) -> dict[str, Account]:
        """Of the topics that a text is given for their odds, how these came about."""
        found = self.look(title[:MAX_TEXT], text[:MAX_TEXT])
        given = {tag.topic for tag in self.tag(title, text).tags}
        everything, accounts = self.everything(found), {}
        for topic in self.topics:
            if topic.topic.slug not in given:
                continue
            evidence = self.weigh(topic, self.clear(topic, found), everything)
            if sum([match.weight for match in evidence]) < topic.topic.threshold - 0.001:
                odds = self.odds(topic, found, everything)
                if odds is not None:
                    accounts[topic.topic.slug] = odds[0]
            everything |= topic.bit
        return accounts

    def _cleared(self, topic: ReadyTopic, known: _Found) -> _Found:
        """The same without what the topic takes out: some of its rules are filled by fewer passages."""
        found = self.clear(topic, known.passages)
        filled = {}
        for number in topic.numbers:
            if number in known.filled:
                rule = self._rulebook.rules[number]
                filled[number] = [place for place in known.filled[number] if rule.filled_by(found[place].mask)]
        return _Found(found, filled, Around(found))

    def _weigh(self, rules: Iterable[int], known: _Found, everything: int) -> Matches:
        """What speaks for a topic by those of its rules that may fire."""
        matches: Matches = {}
        total = 0.0
        found, filled, every = known.passages, known.filled, self._rulebook.rules
        for number in rules:
            if total >= _NEARLY_ENOUGH and math.fsum([weight for weight, _, _ in matches.values()]) >= _ENOUGH:
                break
            rule, here = every[number], filled[number]
            if (rule.support and not rule.supported(everything)) if here else not rule.possible(everything):
                continue
            if firings := rule.firings(found, here, known.around):
                if known.passing is None:
                    known.passing = self._passing(found)
                total += self._scales.add(number, firings, known.passing, matches)
        return matches

    def _passing(self, found: Sequence[Passage]) -> int:
        """The actors that a long text names in one sentence only, its title counting as one; none of a short text."""
        if found[0].below <= (_LONG // 2 if found[-1].dense else _LONG):
            return 0
        once = twice = 0
        for passage in found:
            twice |= once & passage.mask
            once |= passage.mask
        return once & ~twice & self._actor_bits

    def _actors(self, found: Sequence[Passage]) -> tuple[str, ...]:
        named: list[str] = []
        waiting = self._actor_bits
        for passage in found:
            if passage.mask & waiting:
                for _, _, mask, _ in passage.hits:
                    if new := mask & waiting:
                        named += [self._names[place] for place in places(new)]
                        waiting &= ~new
        return tuple(named)


def _rebuild(content: str, name: str) -> Tagger:
    return Tagger(taxonomies.parse(content, name=name))


def _ready(topics: Iterable[Topic], bits: Mapping[str, int]) -> Iterator[ReadyTopic]:
    first = 0
    for topic in topics:
        numbers = range(first, first + len(topic.rules))
        yield ReadyTopic(
            topic,
            tuple(ready(rule, bits) for rule in topic.rules),
            bits[f"#{topic.slug}"],
            bits.get(f"not {topic.slug}", 0),
            numbers,
        )
        first = numbers.stop


def _subjects(taxonomy: Taxonomy) -> set[str]:
    return {name for topic in taxonomy.topics for rule in topic.rules for names in rule.about for name in names}


def _exclusions(topics: Iterable[Topic]) -> list[Term]:
    return [
        Term(text=phrase, language="any", concepts=(f"not {topic.slug}",))
        for topic in topics
        for phrase in topic.exclude
    ]


def _without(passage: Passage, bit: int) -> Passage:
    """The passage without what lies inside a phrase that carries `bit`."""
    phrases = [hit for hit in passage.hits if hit[2] & bit]
    hits = [hit for hit in passage.hits if not any(start <= hit[0] and hit[1] <= end for start, end, _, _ in phrases)]
    mask = 0
    for _, _, stands_for, _ in hits:
        mask |= stands_for
    return replace(passage, mask=mask, hits=hits, filling={})
