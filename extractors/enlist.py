"""How feeds that were found (in a list, at a site, by a search) go into feeds.toml: under which source, with what said.

A feed belongs to the known source of its host; feeds of an unknown host make one new source. What nobody says about a
new source is said to be unknown (`catalogue.UNKNOWN`), never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import urlsplit

from babel import Locale

from extractors import aggregators, logins, urls
from extractors.catalogue import UNKNOWN, is_country, is_language
from extractors.outlets import SHARED
from extractors.records import Catalogue, FeedSpec, SourceKind

_LABELS = re.compile(r"^(?:(?:www\d?|feeds?|rss|m|mobile)\.)+(?=[^.]+\.)")
_NAMES = {"USA": "US", "UK": "GB", "Great Britain": "GB", "Korea": "KR", "Czech Republic": "CZ", "Turkey": "TR"}
"""What people call countries, where that is not the name that Unicode gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A feed that may be put into feeds.toml, and what is known of its source."""

    url: str
    title: str = ""
    note: str = ""
    homepage: str | None = None
    folders: tuple[str, ...] = ()
    """Under which headings it was listed; a country among them is that of the source."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """By the names of feeds.toml, as far as they are known; a slug decides."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A source, known or new, and the feeds it gets."""

    facts: Mapping[str, str]
    """All that feeds.toml will say of it when it is new."""
    feeds: tuple[FeedSpec, ...]
    new: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be added, and what not, with the reason."""

    additions: tuple[Addition, ...]
    refused: tuple[tuple[Candidate, str], ...]


def plan(candidates: Iterable[Candidate], known: Catalogue, *, defaults: Mapping[str, str]) -> Plan:
    """Where each feed goes. `defaults` hold for new sources that do not say otherwise themselves."""
    owners = {same(feed.url): feed.source for feed in known.feeds}
    hosts = _hosts(known)
    additions: dict[str, Addition] = {}
    refused: list[tuple[Candidate, str]] = []
    slugs = {source.slug for source in known.sources}
    for one in candidates:
        if owner := owners.get(same(one.url)):
            refused.append((one, f"{owner} has it already"))
            continue
        if secret := logins.in_clear(one.url):
            refused.append((one, f"its address holds {secret}: name it in WIREWATCH_SECRETS, write the name in braces"))
            continue
        slug = one.facts.get("slug", "")
        at_home = hosts.get(home(one), []) if not slug else []
        if len(at_home) > 1:
            who = ", ".join(sorted(at_home))
            refused.append(
                (one, f"{home(one)} is the host of several sources ({who}): `feeds add --source` says whose")
            )
            continue
        slug = slug or (at_home[0] if at_home else slugged(home(one)))
        feed = FeedSpec(source=slug, url=one.url, note=one.note)
        owners[same(one.url)] = slug
        if slug in additions:
            additions[slug] = _with(additions[slug], feed, named="name" in one.facts)
        else:
            additions[slug] = Addition(facts=_facts(one, slug, defaults), feeds=(feed,), new=slug not in slugs)
    return Plan(tuple(additions.values()), tuple(refused))


def home(one: Candidate) -> str:
    """What tells one outlet from another by address: its host, or more where a host carries many."""
    host = _bare(one.url)
    if urls.site(f"https://{host}/") not in SHARED:
        return host
    if one.homepage and urls.site(one.homepage) not in SHARED:
        return _bare(one.homepage)
    parts = urlsplit(one.url)
    return f"{host}{parts.path}?{parts.query}" if parts.query else f"{host}{parts.path}"


def slugged(words: str) -> str:
    """A slug made of an address or a name: small letters and digits, single hyphens, 60 characters at most."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower())[:60].strip("-") or "source"


@lru_cache(maxsize=1_024)
def country(name: str) -> str | None:
    """The country that a heading names: its code, or its name in English as Unicode has it; else None."""
    name = name.strip()
    if is_country(name):
        return name
    return _NAMES.get(name) or _countries().get(name.casefold())


def _facts(one: Candidate, slug: str, defaults: Mapping[str, str]) -> dict[str, str]:
    """All facts of a new source: its own, then what the headings say, then the defaults, then unknown."""
    said = {name: value for name, value in one.facts.items() if value}
    found = next(filter(None, map(country, reversed(one.folders))), None)
    kind = next((folder for folder in reversed(one.folders) if folder in {*SourceKind}), None)
    if aggregators.is_closed(one.url):
        kind = SourceKind.AGGREGATOR.value
    headings = {"country": found, "kind": kind}
    host = _bare(one.homepage or one.url)
    made = {"slug": slug, "name": one.title or host, "homepage": one.homepage or "", "family": slug}
    facts = {**UNKNOWN, **made, **defaults, **{name: value for name, value in headings.items() if value}, **said}
    if not is_language(facts["language"]):
        facts["language"] = UNKNOWN["language"]
    order = ("slug", "name", "homepage", "country", "language", "kind", "bloc", "family")
    return {name: facts[name] for name in order}


def _with(addition: Addition, feed: FeedSpec, *, named: bool) -> Addition:
    """With one feed more. A new source bears the name of its host then, unless it was told its own: a title is a
    section's."""
    facts = dict(addition.facts)
    if addition.new and not named:
        facts["name"] = _bare(facts["homepage"] or addition.feeds[0].url)
    return replace(addition, facts=facts, feeds=(*addition.feeds, feed))


def _hosts(known: Catalogue) -> dict[str, list[str]]:
    """Which sources are at home where, by their homepages and feeds."""
    found: dict[str, list[str]] = {}
    pairs = [(source.homepage, source.slug) for source in known.sources if source.homepage]
    pairs += [(feed.url, feed.source) for feed in known.feeds]
    for url, slug in pairs:
        host = _bare(url)
        if urls.site(url) not in SHARED and slug not in found.setdefault(host, []):
            found[host].append(slug)
    return found


def _bare(url: str) -> str:
    """The host without what comes before an outlet's own name."""
    return _LABELS.sub("", urlsplit(url).netloc.rpartition("@")[2].lower())


def same(url: str) -> bytes:
    """Equal for addresses of one feed: blind to http or https, `www.`, a slash at the end, a login.

    Not to parameters, however little they say in an article's address: `?source=asia` is another feed.
    """
    return urls.key(logins.without_login(urls.clean(url) or url))


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    names = Locale("en").territories
    return {name.casefold(): code for code, name in names.items() if is_country(code)}
