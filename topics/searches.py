"""Searches for topics: what to ask news search services so that they list what a topic's rules look for.

A rule is a sequence of slots, each filled by any of its concepts; that is a search of the form (a OR b) (c OR d). The
taxonomy writes stems (`санкци*`), search services know words, so only whole words go into a search; states are asked
for by the name that Unicode gives them in the language. A topic without whole words in a language has no search in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from babel import Locale

from topics.taxonomy import Rule, Taxonomy, Term, Topic

SERVICES = ("google", "bing", "gdelt")
MOST_WORDS = 5
"""Alternatives of one slot: Google reads 32 words of a search."""
MOST_SLOTS = 4
LONGEST = 1_600
"""Characters of a search as an address holds it, nine for an ideograph; an address may have 2,048 in all."""

LANGUAGES = {
    # What Google (hl, gl, ceid), Bing (mkt) and GDELT (sourcelang) call a language, and the country it is asked for in.
    "en": ("en-US", "US", "US:en", "en-US", "english"),
    "ko": ("ko", "KR", "KR:ko", "ko-KR", "korean"),
    "zh": ("zh-CN", "CN", "CN:zh-Hans", "zh-CN", "chinese"),
    "ja": ("ja", "JP", "JP:ja", "ja-JP", "japanese"),
    "ru": ("ru", "RU", "RU:ru", "ru-RU", "russian"),
    "uk": ("uk", "UA", "UA:uk", "uk-UA", "ukrainian"),
    "de": ("de", "DE", "DE:de", "de-DE", "german"),
    "fr": ("fr", "FR", "FR:fr", "fr-FR", "french"),
    "es": ("es-419", "MX", "MX:es-419", "es-MX", "spanish"),
    "it": ("it", "IT", "IT:it", "it-IT", "italian"),
    "pt": ("pt-BR", "BR", "BR:pt-419", "pt-BR", "portuguese"),
    "ar": ("ar", "EG", "EG:ar", "ar-EG", "arabic"),
    "bg": ("bg", "BG", "BG:bg", "bg-BG", "bulgarian"),
}
_SCRIPTS = {
    "ko": re.compile(r"[\uac00-\ud7af\s]+"),
    "zh": re.compile(r"[\u4e00-\u9fff]+"),
    "ja": re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+"),
    "ru": re.compile(r"[А-Яа-яЁё\s-]+"),
    "uk": re.compile(r"[А-Яа-яІіЇїЄєҐґ'\s-]+"),
    "bg": re.compile(r"[А-Яа-я\s-]+"),
    "ar": re.compile(r"[\u0600-\u06ff\s]+"),
}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9\s'.-]+")
_KANA = re.compile(r"[\u3040-\u30ff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search feed for one topic, one language and one service."""

    service: str
    topic: str
    language: str
    query: str
    url: str


def searches(
    taxonomy: Taxonomy, *, topics: Iterable[Topic], languages: Iterable[str], services: Iterable[str] = SERVICES
) -> list[Search]:
    """All search feeds for these topics in these languages; a topic that has none in a language is left out."""
    wordbook = _Wordbook(taxonomy)
    found = []
    wanted = tuple(services)
    for topic in topics:
        english = wordbook.slots(topic, "en")
        for language in languages:
            own = wordbook.slots(topic, language)
            for service in wanted:
                # GDELT searches its translations: it is asked in English for what was written in any language.
                slots = english if service == "gdelt" else own
                if slots:
                    query = _query(slots)
                    url = address(service, query, language)
                    found.append(Search(service=service, topic=topic.slug, language=language, query=query, url=url))
    return found


def address(service: str, query: str, language: str) -> str:
    """The address under which a service lists the newest results of a search as RSS.

    Google: https://newscatcherapi.com/blog/google-news-rss-search-parameters-the-missing-documentaiton; GDELT:
    https://blog.gdeltproject.org/gdelt-doc-2-0-api-debuts/; of Bing's `format=rss` nothing is written down.
    """
    hl, gl, ceid, mkt, name = LANGUAGES[language]
    if service == "google":
        return f"https://news.google.com/rss/search?q={_coded(f'{query} when:2d')}&hl={hl}&gl={gl}&ceid={ceid}"
    if service == "bing":
        return f"https://www.bing.com/news/search?q={_coded(query)}&format=rss&mkt={mkt}&qft=sortbydate%3D%221%22"
    asked = _coded(f"{query} sourcelang:{name}")
    return (
        f"https://api.gdeltproject.org/api/v2/doc/doc?query={asked}&mode=artlist&format=rss&maxrecords=250&timespan=1d"
        "&sort=datedesc"
    )


def _query(slots: tuple[tuple[str, ...], ...]) -> str:
    """(a OR "b c") (d OR e), with fewer alternatives where it would be too long."""
    for most in range(MOST_WORDS, 0, -1):
        parts = [" OR ".join(map(_phrase, slot[:most])) for slot in slots]
        many = [f"({part})" if " OR " in part else part for part in parts]
        query = " ".join(many)
        if len(_coded(query)) <= LONGEST:
            break
    return query


def _phrase(word: str) -> str:
    return f'"{word}"' if re.search(r"[\s'.-]", word) else word


def _coded(query: str) -> str:
    return quote(query, safe="")


class _Wordbook:
    """Whole words for concepts, by language."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._terms: dict[str, list[Term]] = {}
        for term in taxonomy.terms:
            if not term.hides and not term.beside:
                self._terms.setdefault(term.concepts[0], []).append(term)
        self._names = {actor.slug: actor.name for actor in taxonomy.actors}

    def slots(self, topic: Topic, language: str) -> tuple[tuple[str, ...], ...]:
        """The words of the best rule that can be asked for in a language; () when there is none.

        Rules that count most come first, as the taxonomy writes them.
        """
        for rule in sorted(topic.rules, key=lambda one: -one.weight):
            found = tuple(self._words(concepts, language) for concepts in _asked(rule))
            if found and all(found) and len(found) <= MOST_SLOTS:
                return found
        return ()

    def _words(self, concepts: tuple[str, ...], language: str) -> tuple[str, ...]:
        """Words for any of the concepts, in turn one of each."""
        columns = [list(dict.fromkeys(self._of(concept, language))) for concept in concepts]
        rows = (column[place] for place in range(MOST_WORDS) for column in columns if place < len(column))
        found = tuple(dict.fromkeys(rows))[:MOST_WORDS]
        # A single word among those for all languages may be another language's.
        return found if len(found) > 1 or any(word in self._own(concepts, language) for word in found) else ()

    def _own(self, concepts: Iterable[str], language: str) -> set[str]:
        states = {_state(self._names.get(concept, ""), language) for concept in concepts}
        terms = {
            term.text for concept in concepts for term in self._terms.get(concept, ()) if term.language == language
        }
        return states | terms

    def _of(self, concept: str, language: str) -> Iterator[str]:
        if state := _state(self._names.get(concept, ""), language):
            yield state
        own = [term for term in self._terms.get(concept, ()) if term.language == language]
        common = [term for term in self._terms.get(concept, ()) if term.language == "any"]
        words = [_word(term.text, language) for term in own]
        # Without kana, an ideograph for all languages is Chinese.
        words += [
            word for term in common if (word := _word(term.text, language)) and (language != "ja" or _KANA.search(word))
        ]
        yield from filter(None, words)


def _asked(rule: Rule) -> tuple[tuple[str, ...], ...]:
    """The slots of a rule, with those that its neighbourhood must fill when it has one only."""
    return rule.slots if len(rule.slots) > 1 else (*rule.slots, *rule.near[:1])


def _word(text: str, language: str) -> str:
    """A term as a search knows it, or "": a stem is no word, unless it is a Latin name that only its endings follow."""
    name = text.startswith("=")
    text = text.removeprefix("=")
    if text.endswith("*") and "*" not in text[:-1] and _LATIN.fullmatch(text[:-1]) and text[0].isupper():
        text = text[:-1]
    if "*" in text or (name and len(text) < 4) or len(text) < 2:
        return ""
    script = _SCRIPTS.get(language, _LATIN)
    return text if script.fullmatch(text) else ""


@lru_cache(maxsize=4_096)
def _state(name: str, language: str) -> str:
    """What a state is called in a language; "" when `name` is none (in English, as Unicode has it)."""
    code = _codes().get(name)
    if code is None:
        return ""
    return str(Locale.parse(language).territories.get(code, ""))


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    return {name: code for code, name in Locale("en").territories.items() if code.isalpha() and len(code) == 2}
