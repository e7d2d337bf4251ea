"""A taxonomy file, read and checked: actors, concepts with their terms, topics with their rules.

The language of the file is described in docs/topics.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from extractors.errors import Misconfigured
from topics import shape
from topics.places import line_of, line_of_text
from topics.revision import REVISION


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Someone the topics are about."""

    slug: str
    name: str
    wikidata: str | None
    checked: bool
    """Whether the Wikidata id was looked up in Wikidata itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One spelling of one or more concepts, as the file writes it."""

    text: str
    language: str
    concepts: tuple[str, ...]
    """The concept it was written for first, then all that it stands for as well."""
    beside: tuple[str, ...] = ()
    """Not empty: counts only if one of these concepts is in the text by another term."""
    hides: bool = False
    """True: a phrase inside which the terms of `concepts` do not count; () hides all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way to earn a topic: every slot filled inside a window of the text."""

    number: int
    """Its place among the topic's rules, from 1."""
    slots: tuple[tuple[str, ...], ...]
    """Each slot is filled by any of its concepts, all in one sentence (or anywhere, by scope)."""
    near: tuple[tuple[str, ...], ...]
    """Slots that the neighbouring sentences or the title may fill as well."""
    at_least: int
    """How many of `of` must be there besides."""
    of: tuple[tuple[str, ...], ...]
    none: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    """Concepts that must be somewhere in title or text, or topics (`#slug`, given before) the text must have."""
    about: tuple[tuple[str, ...], ...]
    """Concepts that the title or the first three sentences name; a rule for sentences then looks at later ones."""
    scope: shape.Scope
    within: int | None
    weight: float
    where: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Something the watched story is about."""

    slug: str
    title: str
    description: str
    medtop: str | None
    medtop_label: str | None
    checked: bool
    actors: tuple[str, ...]
    core: bool
    """Whether it is the seed document's own subject, or only near it."""
    related: float
    """0..1: how much a tag of it says about relatedness."""
    threshold: float
    """The least sum of evidence weights that makes a tag."""
    exclude: tuple[str, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """What makes a topic likely that its rules have not earned; all weights are logarithms of odds (`topics.odds`)."""

    topic: str
    base: float
    rules: float
    """For each unit of weight that the topic's rules have found."""
    least: float
    """The likelihood, between 0 and 1, from which on the topic is given."""
    title: Mapping[str, float]
    """By concept, for its being named in the title."""
    lead: Mapping[str, float]
    """In the title or the first three sentences."""
    text: Mapping[str, float]
    """Anywhere in title and text."""

    @property
    def tables(self) -> dict[str, Mapping[str, float]]:
        """The weights by where a concept is named, from the narrowest place to the widest."""
        return {"title": self.title, "lead": self.lead, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Actors whose mention, all of them, says something about relatedness."""

    actors: frozenset[str]
    weight: float
    lead: bool
    """Whether each must be named in the title or the first three sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """A version of all topics; two with the same digest and revision are the same."""

    name: str
    title: str
    content: str = field(repr=False)
    digest: bytes
    """16 bytes over the content."""
    actors: tuple[Actor, ...]
    concepts: tuple[str, ...]
    """Names of all concepts, actors first."""
    terms: tuple[Term, ...] = field(repr=False)
    topics: tuple[Topic, ...]
    fields: Mapping[str, float]
    together: tuple[Together, ...]
    odds: tuple[Odds, ...] = ()
    """Of some topics, in the order of the topics."""
    revision: int = REVISION
    """Of the tagger that reads it."""


def load(path: Path) -> Taxonomy:
    """The taxonomy in a file; raises `Misconfigured` with file, line and key."""
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Misconfigured(
            f"{path}: the taxonomy cannot be read ({error.strerror}); check WIREWATCH_TAXONOMY"
        ) from error
    except UnicodeDecodeError as error:
        raise Misconfigured(f"{path}: the taxonomy is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    return parse(content, name=str(path))


def parse(content: str, *, name: str) -> Taxonomy:
    """The taxonomy in a text; `name` is what error messages call it. Raises `Misconfigured`."""
    content = content.replace("\r\n", "\n")
    try:
        file = shape.File.model_validate(tomllib.loads(content))
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{name}: not valid TOML: {error}") from error
    except ValidationError as error:
        raise Misconfigured(_sentence(error, content, name)) from error
    _Names(file, content, name).check()
    return _taxonomy(file, content)


def _sentence(error: ValidationError, content: str, name: str) -> str:
    first = error.errors()[0]
    path = [part for part in first["loc"] if part not in {"[key]", "__pydantic_extra__"}]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path) or "the file"
    reason = first["msg"].removeprefix("Value error, ")
    return f"{name}:{line_of(content, path)}: {key}: {reason}"


class _Names:
    """Checks that every name used is one that is defined, and that nothing is empty or double."""

    def __init__(self, file: shape.File, content: str, name: str) -> None:
        self.file, self.content, self.name = file, content, name
        self.known = {**file.actors, **file.concepts}

    def check(self) -> None:
        file = self.file
        for slug in file.actors.keys() & file.concepts.keys():
            self._fail(("concepts", slug), "is the name of an actor too; choose another")
        for path, names in self._uses():
            for used in names:
                if used not in self.known:
                    self._fail(path, f"names the concept `{used}`, which is not in this file", used)
        for slug, concept in self.known.items():
            self._concept("actors" if slug in file.actors else "concepts", slug, concept)
        for number, compound in enumerate(file.compounds):
            if not any(compound.terms.values()):
                self._fail(("compounds", number), "has no terms")
        self._topics()
        slugs = {topic.slug for topic in file.topics}
        for slug in file.odds:
            if slug not in slugs:
                self._fail(("odds", slug), f"is for the topic `{slug}`, which is not in this file")

    def _fail(self, path: tuple[str | int, ...], what: str, text: str | None = None) -> None:
        line = line_of(self.content, path)
        if text is not None:
            line = line_of_text(self.content, text, line)
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        raise Misconfigured(f"{self.name}:{line}: {key}: {what}")

    def _uses(self) -> Iterator[tuple[tuple[str | int, ...], list[str]]]:
        file = self.file
        for slug, concept in self.known.items():
            table = "actors" if slug in file.actors else "concepts"
            yield (table, slug, "also"), concept.also
            if concept.ambiguous:
                yield (table, slug, "ambiguous", "beside"), concept.ambiguous.beside
        for number, compound in enumerate(file.compounds):
            yield ("compounds", number, "concepts"), compound.concepts
        for number, together in enumerate(file.together):
            yield ("together", number, "of"), together.of
        for slug, odds in file.odds.items():
            for table in ("title", "lead", "text"):
                for name in getattr(odds, table):
                    yield ("odds", slug, table, name), [name]
        for number, topic in enumerate(file.topics):
            for place, rule in enumerate(topic.rules):
                path = ("topics", number, "rules", place)
                yield (*path, "all"), [name for slot in rule.all for name in _choices(slot)]
                yield (*path, "any"), rule.any
                yield (*path, "none"), rule.none
                yield (*path, "near"), [name for slot in rule.near for name in _choices(slot)]
                needed = [name for slot in rule.needs for name in _choices(slot)]
                yield (*path, "needs"), [name for name in needed if not name.startswith("#")]
                yield (*path, "about"), [name for slot in rule.about for name in _choices(slot)]
                of = rule.at_least.of if rule.at_least else []
                yield (*path, "at-least"), [name for slot in of for name in _choices(slot)]

    def _concept(self, table: str, slug: str, concept: shape.Concept) -> None:
        listed = any(concept.terms.values()) or concept.ambiguous
        if not listed and not any(slug in other.also for other in self.known.values()) and not self._compounded(slug):
            self._fail((table, slug), "has no terms, and no other concept stands for it")
        for language, terms in concept.terms.items():
            for term in terms:
                if not term.strip("*= "):
                    self._fail((table, slug, language), f"`{term}` is no term", term)

    def _compounded(self, slug: str) -> bool:
        return any(slug in compound.concepts for compound in self.file.compounds)

    def _topics(self) -> None:
        seen: set[str] = set()
        for number, topic in enumerate(self.file.topics):
            if topic.slug in seen:
                self._fail(("topics", number, "slug"), f"`{topic.slug}` is there twice")
            seen.add(topic.slug)
            for actor in topic.actors:
                if actor not in self.file.actors:
                    self._fail(
                        ("topics", number, "actors"), f"names the actor `{actor}`, which is not in this file", actor
                    )
            for place, rule in enumerate(topic.rules):
                path = ("topics", number, "rules", place)
                for name in (name for slot in rule.needs for name in _choices(slot)):
                    if name.startswith("#") and name[1:] not in seen - {topic.slug}:
                        self._fail(
                            (*path, "needs"), f"needs the topic `{name}`, which is not above this one in the file"
                        )
                if not rule.all and not rule.any and not rule.at_least:
                    self._fail(path, "is empty: give it `all`, `any` or `at-least`")
                if rule.at_least and rule.at_least.n > len(rule.at_least.of):
                    self._fail(
                        (*path, "at-least"), f"asks for {rule.at_least.n} of {len(rule.at_least.of)} and never fires"
                    )


def _choices(slot: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in slot.split("|"))


def _taxonomy(file: shape.File, content: str) -> Taxonomy:
    return Taxonomy(
        name=file.name,
        title=file.title or file.name,
        content=content,
        digest=blake2b(content.encode(), digest_size=16).digest(),
        actors=tuple(
            Actor(slug=slug, name=actor.name, wikidata=actor.wikidata, checked=actor.checked)
            for slug, actor in file.actors.items()
        ),
        concepts=(*file.actors, *file.concepts),
        terms=tuple(_terms(file)),
        topics=tuple(_topic(topic) for topic in file.topics),
        fields=file.fields.model_dump(),
        together=tuple(
            Together(actors=frozenset(group.of), weight=group.weight, lead=group.where == "lead")
            for group in file.together
        ),
        odds=tuple(_odds(topic.slug, file.odds[topic.slug]) for topic in file.topics if topic.slug in file.odds),
    )


def _terms(file: shape.File) -> Iterator[Term]:
    known: dict[str, shape.Concept] = {**file.actors, **file.concepts}

    def meant(names: list[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = None
                waiting.extend(known[name].also)
        return tuple(found)

    for phrase in file.ignore:
        yield Term(text=phrase, language="any", concepts=(), hides=True)
    for slug, concept in known.items():
        concepts = meant([slug])
        yield from _written(concept, concepts)
        if concept.ambiguous:
            yield from _written(concept.ambiguous, concepts, beside=tuple(concept.ambiguous.beside))
        for phrase in concept.not_:
            yield Term(text=phrase, language="any", concepts=(slug,), hides=True)
    for compound in file.compounds:
        yield from _written(compound, meant(compound.concepts))


def _written(words: shape._Worded, concepts: tuple[str, ...], beside: tuple[str, ...] = ()) -> Iterator[Term]:
    for language, terms in words.terms.items():
        for term in terms:
            yield Term(text=term, language=language, concepts=concepts, beside=beside)


def _topic(topic: shape.Topic) -> Topic:
    return Topic(
        slug=topic.slug,
        title=topic.title,
        description=topic.description,
        medtop=topic.medtop,
        medtop_label=topic.medtop_label,
        checked=topic.checked,
        actors=tuple(topic.actors),
        core=topic.core,
        related=topic.related,
        threshold=topic.threshold,
        exclude=tuple(topic.exclude),
        rules=tuple(_rule(number, rule) for number, rule in enumerate(topic.rules, 1)),
    )


def _odds(slug: str, odds: shape.Odds) -> Odds:
    return Odds(
        topic=slug,
        base=odds.base,
        rules=odds.rules,
        least=odds.least,
        title=odds.title,
        lead=odds.lead,
        text=odds.text,
    )


def _rule(number: int, rule: shape.Rule) -> Rule:
    slots = [_choices(slot) for slot in rule.all]
    if rule.any:
        slots.append(tuple(rule.any))
    return Rule(
        number=number,
        slots=tuple(slots),
        at_least=rule.at_least.n if rule.at_least else 0,
        of=tuple(_choices(slot) for slot in rule.at_least.of) if rule.at_least else (),
        near=tuple(_choices(slot) for slot in rule.near),
        none=tuple(rule.none),
        needs=tuple(_choices(slot) for slot in rule.needs),
        about=tuple(_choices(slot) for slot in rule.about),
        scope=rule.scope,
        within=rule.within,
        weight=rule.weight,
        where=rule.where,
    )
