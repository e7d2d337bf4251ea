"""What a text lacked for a topic that it nearly got: one condition, and where all the others are met.

Every rule is tried once more without one of its conditions at a time. Where it fires then, that condition is what
lacked, and what it fired by is what was there. So what a rule means is said in `topics.rules` alone.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from extractors.records import Evidence
from topics.bundles import Hit
from topics.passages import Field, Passage, sentence_starts
from topics.rules import Match, ReadyRule, Slot, matches
from topics.tagger import MAX_TEXT, ReadyTopic, Tagger
from topics.taxonomy import Taxonomy

Kind = Literal[
    "concept",
    "sentence",
    "near",
    "distance",
    "forbidden",
    "place",
    "topic",
    "about",
    "excluded",
    "ambiguous",
    "weight",
    "odds",
]
"""What may lack.

`concept`: nothing in the text stands for it; `sentence`: it stands in another sentence, `near`: in one that is too far
off; `distance`: the words stand too far apart; `forbidden`: what `none` names is beside them; `place`: they are not in
the title (or lead); `topic`: the text would need another topic first; `about`: title and first sentences do not name
it; `excluded`: the topic takes a phrase out;
`ambiguous`: a name counts only beside another; `weight`: all that was found weighs less than the threshold; `odds`: all
that the text names makes the topic likely, but not likely enough.
"""

EXAMPLES = 5
"""Terms that are named for what is missing."""

_LEAST = 0.5
"""A rule of which no more is met than this was not nearly reached: one of Russia and a treaty is any text on Russia."""

_COSTS: dict[Kind, float] = {"concept": 1.0, "topic": 0.75, "sentence": 0.5, "near": 0.5, "about": 0.5}
"""How much of a condition is missing, of all that a rule asks for; of the other kinds `_SLIGHT`."""
_SLIGHT = 0.25
_LETTERS = 6
"""Characters in a word, as `topics.rules` counts them."""


@dataclass(frozen=True, slots=True)
class Held:
    """Something a rule asks for, and where it stands."""

    concept: str
    term: str
    """As the taxonomy writes it."""
    field: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """The one condition that was not met."""

    kind: Kind
    asked: tuple[str, ...] = ()
    """The concepts of which one is missing, or `#slug` for topics."""
    examples: tuple[str, ...] = ()
    """Terms that would do, in the language of the text if there are any."""
    at: Held | None = None
    """What stands elsewhere, or in the way."""
    have: float = 0.0
    """Words between the matches (`distance`), the sum of their weights (`weight`), or a likelihood (`odds`)."""
    need: float = 0.0
    """How many words, what sum, or what likelihood, the topic asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearly:
    """A topic that a text nearly got."""

    topic: str
    rule: int | None
    """The number of the rule; None where it takes several."""
    conditions: int
    """How many things the rule asks for: so many, less the one that lacks, were there."""
    closeness: float
    """Over 0.5 and up to 1: the share of the conditions that is met."""
    sentence: int | None
    """The sentence that met them, from 1; 0: the title; None: the text as a whole."""
    held: tuple[Held, ...]
    """In reading order."""
    lack: Lack


def nearly(tagger: Tagger, title: str, text: str, *, language: str | None = None) -> tuple[Nearly, ...]:
    """The topics that a text lacked one condition for, the closest first; of each only its closest rule.

    `language` (two letters) is that of the text, for examples of what is missing. Never raises, on any strings.
    """
    title, text = title[:MAX_TEXT], text[:MAX_TEXT]
    given = {tag.topic for tag in tagger.tag(title, text).tags}
    look = _Look(tagger, title, text, given, language)
    best = [
        max(found, key=lambda one: (one.closeness, -(one.rule or 0)))
        for topic in tagger.topics
        if topic.topic.slug not in given and (found := list(look.at(topic)))
    ]
    return tuple(sorted(best, key=lambda one: -one.closeness))


class _Look:
    """One text, looked at for the topics it was not given."""

    def __init__(self, tagger: Tagger, title: str, text: str, given: set[str], language: str | None) -> None:
        self._tagger = tagger
        self._found = tagger.look(title, text)
        self._unsure = tagger.look(title, text, sure=False)
        self._sure = {(passage.field, *hit[:2]) for passage in self._found for hit in passage.hits}
        self._starts = sentence_starts(text)
        self._given = sum(topic.bit for topic in tagger.topics if topic.topic.slug in given)
        self._language = (language or "").lower()[:2]

    def at(self, topic: ReadyTopic) -> Iterator[Nearly]:
        """All the ways in which a topic was nearly reached."""
        found = self._tagger.clear(topic, self._found)
        evidence = self._tagger.weigh(topic, found, self._everything(found))
        if evidence:
            yield self._too_light(topic, evidence)
        yield from self._hidden(topic)
        yield from self._unlikely(topic)
        for rule in topic.rules:
            yield from self._short(topic, rule, found)

    def _everything(self, found: Sequence[Passage]) -> int:
        return self._given | self._tagger.everything(found)

    def _too_light(self, topic: ReadyTopic, evidence: Sequence[Evidence]) -> Nearly:
        have, need = _sum(evidence), topic.topic.threshold
        return Nearly(
            topic=topic.topic.slug,
            rule=None,
            conditions=1,
            closeness=round(_LEAST + (1 - _LEAST) * min(have / need, 1.0), 4),
            sentence=None,
            held=tuple(_of_evidence(one) for one in evidence),
            lack=Lack(kind="weight", have=round(have, 4), need=need),
        )

    def _unlikely(self, topic: ReadyTopic) -> Iterator[Nearly]:
        """Likely, by all that the text names, but not likely enough."""
        odds = self._tagger.odds(topic, self._found, self._everything(self._found))
        if odds is None:
            return
        account, evidence = odds
        if account.likelihood > _LEAST * account.least and evidence:
            yield Nearly(
                topic=topic.topic.slug,
                rule=None,
                conditions=1,
                closeness=round(min(account.likelihood / account.least, 1.0), 4),
                sentence=None,
                held=tuple(_of_evidence(one) for one in evidence),
                lack=Lack(kind="odds", have=account.likelihood, need=account.least),
            )

    def _hidden(self, topic: ReadyTopic) -> Iterator[Nearly]:
        """Reached, but for a phrase that is taken out, or for a name that nothing in the text speaks for."""
        looks: tuple[tuple[Kind, Sequence[Passage]], ...] = (
            ("excluded", self._found if topic.exclude else ()),
            ("ambiguous", self._tagger.clear(topic, self._unsure)),
        )
        for kind, found in looks:
            evidence = self._tagger.weigh(topic, found, self._everything(found))
            cause = self._cause(kind, topic, found, evidence)
            if cause and _sum(evidence) >= topic.topic.threshold - 0.001:
                asked = self._tagger.term(cause[1]).beside if kind == "ambiguous" else ()
                lack = Lack(
                    kind=kind, asked=asked, examples=self._examples(asked), at=self._held(*cause, topic.topic.slug)
                )
                yield Nearly(
                    topic=topic.topic.slug,
                    rule=None,
                    conditions=1,
                    closeness=1 - _SLIGHT,
                    sentence=None,
                    held=tuple(_of_evidence(one) for one in evidence),
                    lack=lack,
                )

    def _cause(
        self, kind: Kind, topic: ReadyTopic, found: Sequence[Passage], evidence: Sequence[Evidence]
    ) -> tuple[Passage, Hit] | None:
        """The phrase that hides some of the evidence, or the ambiguous name that is some of it."""
        spans = {(one.field, one.start, one.end) for one in evidence}
        if kind == "ambiguous":
            spans -= self._sure
        if not spans:
            return None
        for passage in found:
            for hit in passage.hits:
                opens, closes, mask, _ = hit
                if kind == "ambiguous":
                    is_it = (passage.field, opens, closes) in spans
                else:
                    is_it = bool(mask & topic.exclude) and any(
                        field == passage.field and opens <= start and end <= closes for field, start, end in spans
                    )
                if is_it:
                    return passage, hit
        return None

    def _short(self, topic: ReadyTopic, rule: ReadyRule, found: Sequence[Passage]) -> Iterator[Nearly]:
        """The ways in which a rule is one condition short."""
        everything = self._everything(found)
        if rule.possible(everything) and any(rule.firings(found)):
            return  # whatever lacks, it is not this rule
        total = len(rule.slots) + rule.rule.at_least + len(rule.near) + len(rule.needs) + len(rule.about)
        for kind, looser, wanting in _looser(rule):
            least = total - _COSTS.get("sentence" if kind == "concept" else kind, _SLIGHT)
            if least / total <= _LEAST or not looser.possible(everything):
                continue
            fired = looser.firings(found)
            held = matches(fired[0]) if fired else []
            lack = self._lack(kind, rule, wanting, held, found) if held else None
            if lack is None:
                continue
            closeness = (total - _COSTS.get(lack.kind, _SLIGHT)) / total
            if closeness > _LEAST:
                yield Nearly(
                    topic=topic.topic.slug,
                    rule=rule.rule.number,
                    conditions=total,
                    closeness=round(closeness, 4),
                    sentence=self._sentence(held[0][0]) if rule.by_sentence else None,
                    held=tuple(sorted(dict.fromkeys(map(self._held_by, held)), key=_place)),
                    lack=lack,
                )

    def _lack(
        self, kind: Kind, rule: ReadyRule, wanting: Sequence[Slot], held: Sequence[Match], found: Sequence[Passage]
    ) -> Lack | None:
        here, (start, *_), _ = held[0]
        if kind == "distance":
            apart = -(-_between(held[: len(held) - len(rule.near)]) // _LETTERS)
            return Lack(kind=kind, have=apart, need=rule.rule.within or 0)
        if kind == "forbidden":
            around = [here] if rule.by_sentence else rule.window(found)
            at = self._nearest(rule.none, around, here, start)
            return Lack(kind=kind, asked=(at.concept,), at=at) if at else None
        if kind == "place":
            return Lack(kind=kind, asked=(rule.rule.where or "lead",))
        if kind in {"topic", "about"}:
            return Lack(kind=kind, asked=tuple(name for slot in wanting for _, name in slot.concepts))
        missing = [slot for slot in wanting if kind == "near" or not slot.mask & here.mask]
        names = tuple(dict.fromkeys(name for slot in missing for _, name in slot.concepts))
        if not names:
            return None  # it is in that sentence, and something else keeps the rule from firing
        mask = 0
        for slot in missing:
            mask |= slot.mask
        elsewhere = self._nearest(mask, found, here, start)
        if elsewhere is None:
            return Lack(kind="concept", asked=names, examples=self._examples(names))
        if not rule.by_sentence:
            return None  # as above
        return Lack(kind="near" if kind == "near" else "sentence", asked=names, at=elsewhere)

    def _nearest(self, mask: int, found: Sequence[Passage], here: Passage, start: int) -> Held | None:
        """The nearest hit that stands for one of these concepts."""
        hits = [(passage, hit) for passage in found for hit in passage.hits if hit[2] & mask]
        if not hits:
            return None
        passage, hit = min(hits, key=lambda one: (one[0].field != here.field, abs(one[1][0] - start)))
        return self._held(passage, hit, self._name(hit[2] & mask))

    def _name(self, mask: int) -> str:
        return next(name for name, bit in self._tagger.bits.items() if bit & mask)

    def _held(self, passage: Passage, hit: Hit, concept: str) -> Held:
        return Held(concept, self._tagger.term(hit).text, passage.field, *hit[:2])

    def _held_by(self, match: Match) -> Held:
        passage, hit, slot = match
        return self._held(passage, hit, slot.names[hit[2]])

    def _sentence(self, passage: Passage) -> int:
        return 0 if passage.field == "title" else bisect_right(self._starts, passage.start)

    def _examples(self, names: Iterable[str]) -> tuple[str, ...]:
        return examples(self._tagger.taxonomy, names, self._language)


def examples(taxonomy: Taxonomy, names: Iterable[str], language: str) -> tuple[str, ...]:
    """Terms that stand for any of these concepts: in a language, else in any, else in English; a few."""
    wanted = set(names)
    fit = [term for term in taxonomy.terms if wanted & set(term.concepts) and not term.hides and not term.beside]
    for name in (language, "any", "en"):
        # Those written for the concept first: a compound or a person stands for it, too, but says less of it.
        own = sorted((term for term in fit if term.language == name), key=lambda term: term.concepts[0] not in wanted)
        if own:
            return tuple(dict.fromkeys(term.text for term in own))[:EXAMPLES]
    return ()


def _looser(rule: ReadyRule) -> Iterator[tuple[Kind, ReadyRule, Sequence[Slot]]]:
    """The rule without one of its conditions: of which kind that is, the rule, and the slots it would have filled."""
    parts = len(rule.slots) + rule.rule.at_least
    if parts > 1:
        for number, slot in enumerate(rule.slots):
            rest = rule.slots[:number] + rule.slots[number + 1 :]
            yield "concept", replace(rule, slots=rest), [slot]
        if rule.rule.at_least:
            fewer = replace(rule.rule, at_least=rule.rule.at_least - 1)
            yield "concept", replace(rule, rule=fewer), rule.of
    for number, slot in enumerate(rule.near):
        yield "near", replace(rule, near=rule.near[:number] + rule.near[number + 1 :]), [slot]
    yield from _unsupported(rule)
    if rule.none:
        yield "forbidden", replace(rule, none=0), ()
    if rule.rule.within is not None:
        yield "distance", replace(rule, rule=replace(rule.rule, within=None)), ()
    if rule.rule.scope == "lead":
        yield "place", replace(rule, rule=replace(rule.rule, scope="text")), ()
    if rule.rule.where is not None:
        yield "place", replace(rule, rule=replace(rule.rule, where=None)), ()


def _unsupported(rule: ReadyRule) -> Iterator[tuple[Kind, ReadyRule, Sequence[Slot]]]:
    """The rule without one thing that it asks of the text as a whole."""
    for number, names in enumerate(rule.rule.needs):
        kind: Kind = "topic" if any(name.startswith("#") for name in names) else "concept"
        slot = Slot(rule.needs[number], tuple((0, name) for name in names))
        yield kind, replace(rule, needs=rule.needs[:number] + rule.needs[number + 1 :]), [slot]
    for number, names in enumerate(rule.rule.about):
        slot = Slot(rule.about[number], tuple((0, name) for name in names))
        yield "about", replace(rule, about=rule.about[:number] + rule.about[number + 1 :]), [slot]


def _between(matches: Sequence[Match]) -> int:
    """Characters between the matches, from the first to the last."""
    spans = [hit[:2] for _, hit, _ in matches]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return max(last - first - sum(end - start for start, end in spans), 0)


def _sum(evidence: Iterable[Evidence]) -> float:
    return sum(one.weight for one in evidence)


def _of_evidence(one: Evidence) -> Held:
    return Held(one.concept, one.term, "title" if one.field == "title" else "text", one.start, one.end)


def _place(held: Held) -> tuple[bool, int, int]:
    return held.field != "title", held.start, held.end
