"""What is wrong with a taxonomy that can be loaded: terms, exclusions and rules that do nothing.

The errors that keep a file from being loaded are `topics.taxonomy`'s business; these are the quiet ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from topics.matcher import Matcher, tongue
from topics.odds import MOST_BY_RULES
from topics.places import line_of, line_of_text
from topics.rules import MOST_FIRINGS
from topics.taxonomy import Rule, Taxonomy, Term, Topic

Severity = Literal["error", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in a taxonomy that has no effect."""

    line: int
    """In the taxonomy's file, from 1."""
    severity: Severity
    """`error`: surely a mistake; `note`: harmless, but could go."""
    message: str


def check(taxonomy: Taxonomy) -> list[Finding]:
    """All findings, by line; empty for a taxonomy in which everything does something."""
    places, live = _Places(taxonomy), _live(taxonomy)
    found = [
        *_rules(taxonomy, places, live),
        *_terms(taxonomy, places),
        *_exclusions(taxonomy, places),
        *_odds(taxonomy, live),
        *_unused(taxonomy, places),
    ]
    return sorted(found, key=lambda finding: (finding.line, finding.message))


class _Places:
    def __init__(self, taxonomy: Taxonomy) -> None:
        self.content = taxonomy.content
        self.actors = {actor.slug for actor in taxonomy.actors}
        self.topics = {topic.slug: number for number, topic in enumerate(taxonomy.topics)}

    def concept(self, name: str) -> int:
        return line_of(self.content, ("actors" if name in self.actors else "concepts", name))

    def term(self, term: Term) -> int:
        start = self.concept(term.concepts[0]) if term.concepts else 1
        return line_of_text(self.content, term.text, start)

    def rule(self, topic: str, number: int) -> int:
        return line_of(self.content, ("topics", self.topics[topic], "rules", number - 1))


def _sample(text: str) -> str:
    """A text in which a term surely stands."""
    return text.lstrip("=^").rstrip("$").replace("*", "")


def _rules(taxonomy: Taxonomy, places: _Places, live: set[str]) -> Iterator[Finding]:
    """Rules that can never fire, and topics that can therefore, or by their weights, never be given."""
    always = _always(taxonomy.terms)
    given: set[str] = set()
    for topic in taxonomy.topics:
        able = live | given if not topic.exclude else (live - _taken_out(taxonomy, topic)) | given
        firing = []
        for rule in topic.rules:
            why = _never(rule, always, able)
            if why is None:
                firing.append(rule)
                continue
            yield Finding(
                line=places.rule(topic.slug, rule.number),
                severity="error",
                message=f"rule {rule.number} of {topic.slug} can never fire: {why}",
            )
        most = sum(rule.weight * (MOST_FIRINGS if rule.scope in {"sentence", "opening"} else 1) for rule in firing)
        if firing and most * max(taxonomy.fields.values()) < topic.threshold:
            yield Finding(
                line=places.rule(topic.slug, 1),
                severity="error",
                message=f"{topic.slug} can never be given: no rule weighs enough for its threshold {topic.threshold}",
            )
        elif firing:
            given.add(f"#{topic.slug}")


def _never(rule: Rule, always: Mapping[str, set[str]], able: Set[str]) -> str | None:
    """Why a rule can never fire, if it cannot."""
    for slot in (*rule.slots, *(rule.of if rule.at_least == len(rule.of) else ())):
        banned = [_banned(name, rule, always) for name in slot]
        if all(banned):
            return f"whatever fills `{'|'.join(slot)}` is {banned[0]} too, which `none` forbids"
    for slot in (*rule.slots, *rule.near, *rule.needs, *rule.about):
        if not able & set(slot):
            named = "|".join(slot)
            lacking = "topic can never be given" if named.startswith("#") else "term can ever stand for it here"
            return f"`{named}` is never filled, as {'the' if named.startswith('#') else 'no'} {lacking}"
    if sum(1 for slot in rule.of if able & set(slot)) < rule.at_least:
        return f"it asks for {rule.at_least} of a list of which fewer can ever be filled"
    return None


def _live(taxonomy: Taxonomy) -> set[str]:
    """The concepts for which some term can count in some text."""
    terms = [term for term in taxonomy.terms if not term.hides]
    bits = {name: 1 << number for number, name in enumerate(taxonomy.concepts)}
    hiding = Matcher(taxonomy.terms, bits)
    masks = {id(term): _counting(hiding, taxonomy.terms, term) for term in terms}
    sure = 0
    for term in terms:
        sure |= 0 if term.beside else masks[id(term)]
    live = 0
    for term in terms:
        if not term.beside or any(bits[name] & sure for name in term.beside):
            live |= masks[id(term)]
    return {name for name in taxonomy.concepts if bits[name] & live}


def _counting(matcher: Matcher, terms: Sequence[Term], term: Term) -> int:
    """The concepts that a term stands for in a text that is nothing but itself."""
    return next((mask for _, _, mask, number in matcher.find(_sample(term.text)) if terms[number] is term), 0)


def _taken_out(taxonomy: Taxonomy, topic: Topic) -> set[str]:
    """The concepts all of whose terms lie in phrases that a topic takes out of its texts."""
    bits = {name: 1 << number for number, name in enumerate(taxonomy.concepts)}
    phrases = [Term(text=text, language="any", concepts=(), hides=True) for text in topic.exclude]
    matcher = Matcher([*taxonomy.terms, *phrases], bits)
    kept = 0
    for term in taxonomy.terms:
        kept |= 0 if term.hides else _counting(matcher, taxonomy.terms, term)
    return {name for name in taxonomy.concepts if not bits[name] & kept}


def _always(terms: Iterable[Term]) -> dict[str, set[str]]:
    """By concept, the concepts that every one of its terms stands for."""
    always: dict[str, set[str]] = {}
    for term in terms:
        if not term.hides:
            for concept in term.concepts:
                always[concept] = always.get(concept, set(term.concepts)) & set(term.concepts)
    return always


def _banned(name: str, rule: Rule, always: Mapping[str, set[str]]) -> str | None:
    return next((banned for banned in rule.none if banned in always.get(name, {name})), None)


def _terms(taxonomy: Taxonomy, places: _Places) -> Iterator[Finding]:
    terms = [term for term in taxonomy.terms if not term.hides]
    bits = {name: 1 << number for number, name in enumerate(taxonomy.concepts)}
    plain, hiding = Matcher(terms, bits), Matcher(taxonomy.terms, bits)
    sure = {name for term in terms if not term.beside for name in term.concepts}
    for number, term in enumerate(terms):
        sample = _sample(term.text)
        found = plain.find(sample)
        if not any(place == number for _, _, _, place in found):
            yield Finding(
                line=places.term(term),
                severity="error",
                message=f"`{term.text}` ({term.concepts[0]}) can never match: "
                "a term needs a letter or digit, and a word start where its script has words",
            )
            continue
        mine = bits[term.concepts[0]]
        counted = hiding.find(sample)
        if term.beside and not sure & set(term.beside):
            yield Finding(
                line=places.term(term),
                severity="error",
                message=f"`{term.text}` ({term.concepts[0]}) never counts: no sure term stands for "
                f"`{'|'.join(term.beside)}`, beside which it would",
            )
        if not any(mask & mine for _, _, mask, _ in counted):
            yield Finding(
                line=places.term(term),
                severity="error",
                message=f"`{term.text}` ({term.concepts[0]}) never counts: an `ignore` or `not` phrase hides it",
            )
        others = (taxonomy.terms[number] for _, _, _, number in counted if taxonomy.terms[number] is not term)
        if (other := next((other for other in others if _covers(other, term)), None)) is not None:
            yield Finding(
                line=places.term(term),
                severity="note",
                message=f"`{term.text}` ({term.concepts[0]}) adds nothing: wherever it stands, `{other.text}` does",
            )


def _covers(other: Term, term: Term) -> bool:
    if other.beside and other.beside != term.beside:
        return False
    if other.text.startswith("=") and not term.text.startswith("="):
        return False
    if (other.text.startswith("^") and not term.text.startswith("^")) or (
        other.text.endswith("$") and not term.text.endswith("$")
    ):
        return False
    if tongue(other) not in {tongue(term), "any"}:
        return False
    return other.concepts[0] == term.concepts[0] and set(other.concepts) >= set(term.concepts)


def _exclusions(taxonomy: Taxonomy, places: _Places) -> Iterator[Finding]:
    bits = {name: 1 << number for number, name in enumerate(taxonomy.concepts)}
    matcher = Matcher([term for term in taxonomy.terms if not term.hides], bits)
    for phrase in (term for term in taxonomy.terms if term.hides):
        mask = bits[phrase.concepts[0]] if phrase.concepts else -1
        if not any(stands_for & mask for _, _, stands_for, _ in matcher.find(_sample(phrase.text))):
            where = f"in `not` of {phrase.concepts[0]}" if phrase.concepts else "in `ignore`"
            yield Finding(
                line=places.term(phrase),
                severity="note",
                message=f"`{phrase.text}` {where} hides nothing: no such term lies inside it",
            )
    for topic in taxonomy.topics:
        for text in topic.exclude:
            if not matcher.find(_sample(text)):
                yield Finding(
                    line=line_of_text(
                        taxonomy.content, text, line_of(taxonomy.content, ("topics", places.topics[topic.slug]))
                    ),
                    severity="note",
                    message=f"`{text}` in `exclude` of {topic.slug} takes nothing out: no term lies inside it",
                )


def _odds(taxonomy: Taxonomy, live: Set[str]) -> Iterator[Finding]:
    """Weights for concepts that no text can name, and odds that nothing can make good enough."""
    for odds in taxonomy.odds:
        for where, table in odds.tables.items():
            for name in sorted(table.keys() - live):
                yield Finding(
                    line=line_of(taxonomy.content, ("odds", odds.topic, where, name)),
                    severity="error",
                    message=f"`{name}` in the odds of {odds.topic} never counts: no term can ever stand for it",
                )
        weights = [one for table in odds.tables.values() for one in table.items()]
        most = sum(weight for name, weight in weights if weight > 0 and name in live)
        if odds.base + odds.rules * MOST_BY_RULES + most < math.log(odds.least / (1 - odds.least)):
            yield Finding(
                line=line_of(taxonomy.content, ("odds", odds.topic)),
                severity="error",
                message=f"the odds of {odds.topic} never give it: all that speaks for it makes it less likely than "
                f"{odds.least}",
            )


def _unused(taxonomy: Taxonomy, places: _Places) -> Iterator[Finding]:
    used = {name for topic in taxonomy.topics for rule in topic.rules for name in _names(rule)}
    used |= {name for odds in taxonomy.odds for table in odds.tables.values() for name in table}
    used |= {name for group in taxonomy.together for name in group.actors}
    used |= {name for term in taxonomy.terms for name in term.beside}
    used |= {actor.slug for actor in taxonomy.actors}
    meaning = {term.concepts[0]: set(term.concepts) for term in taxonomy.terms if term.concepts and not term.hides}
    for name in taxonomy.concepts:
        if name not in used and not (meaning.get(name, set()) - {name}) & used:
            yield Finding(
                line=places.concept(name),
                severity="note",
                message=f"the concept {name} is used by no rule",
            )


def _names(rule: Rule) -> set[str]:
    slots = (*rule.slots, *rule.near, *rule.of, *rule.needs, *rule.about, rule.none)
    return {name for slot in slots for name in slot}
