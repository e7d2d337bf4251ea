"""`wirewatch feeds search`: search feeds for the topics of the taxonomy, and those wanted put into feeds.toml."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from extractors import enlist
from extractors.catalogue import UNKNOWN
from extractors.enlist import Candidate, Plan
from extractors.errors import Misconfigured
from extractors.records import SourceKind
from flows.commands.output import Column, as_json, clean, console, emit, table

if TYPE_CHECKING:
    from topics.searches import Search
    from topics.taxonomy import Taxonomy, Topic

SERVICES = {
    "google": ("google-news", "Google News", "https://news.google.com/", "google-news"),
    "bing": ("bing-news", "Bing News", "https://www.bing.com/news", "bing-news"),
    "gdelt": ("gdelt", "GDELT", "https://www.gdeltproject.org/", "gdelt"),
}
"""Slug, name, homepage and family of a service, as a source in feeds.toml."""
USUAL = ("en", "ko", "zh", "ja", "ru")


def add(verbs: argparse._SubParsersAction[Any]) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "search",
        help="search feeds for the topics of the taxonomy",
        description="Says under which addresses news searches (Google News, Bing News, GDELT) list what the topics of "
        "the taxonomy are about. They are aggregators: what they find counts as its publishers'.",
    )
    parser.add_argument("--topic", action="append", metavar="SLUG", help="this topic; several times for several")
    parser.add_argument(
        "--lang", action="append", metavar="xx", help=f"this language; several times (default: {', '.join(USUAL)})"
    )
    parser.add_argument(
        "--service", action="append", choices=list(SERVICES), help="this service; several times (default: all)"
    )
    parser.add_argument("--add", action="store_true", help="put them into feeds.toml")
    parser.add_argument("--feeds", metavar="FILE", help="this feeds.toml instead of WIREWATCH_FEEDS")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """`feeds search`: show the searches, and add them."""
    from flows import feeds_file, resources  # noqa: PLC0415 -- the database is not needed for --help
    from topics import searches  # noqa: PLC0415 -- see above

    taxonomy = resources.taxonomy()
    languages = args.lang or USUAL
    for language in languages:
        if language not in searches.LANGUAGES:
            raise Misconfigured(f"There is no search in {language!r}; there is in {', '.join(searches.LANGUAGES)}.")
    found = searches.searches(
        taxonomy, topics=_topics(taxonomy, args.topic), languages=languages, services=args.service or searches.SERVICES
    )
    plan, path = None, Path(args.feeds or resources.settings().feeds)
    if args.add:
        content = feeds_file.read(path)
        known = feeds_file.known(content, name=str(path))
        plan = enlist.plan(map(candidate, found), known, defaults={})
        if plan.additions:
            feeds_file.write(path, feeds_file.grown(content, plan.additions, name=str(path)))
    if args.json:
        added = [feed.url for addition in plan.additions for feed in addition.feeds] if plan else []
        emit(as_json({"searches": [asdict(one) for one in found], "added": added}))
    else:
        _show(found, plan, path)
    return 0


def _topics(taxonomy: Taxonomy, wanted: Sequence[str] | None) -> list[Topic]:
    topics = {topic.slug: topic for topic in taxonomy.topics}
    for slug in wanted or ():
        if slug not in topics:
            raise Misconfigured(f"There is no topic {slug!r}; `wirewatch topics list` names those there are.")
    return [topics[slug] for slug in wanted or topics]


def candidate(search: Search) -> Candidate:
    """A search as a feed of its service in its language: an aggregator, whose voice is nobody's."""
    slug, name, homepage, family = SERVICES[search.service]
    facts = {
        **UNKNOWN, "slug": f"{slug}-{search.language}", "name": f"{name} ({search.language})", "homepage": homepage,
        "country": "US", "language": search.language, "kind": SourceKind.AGGREGATOR.value, "family": family,
    }  # fmt: skip
    return Candidate(url=search.url, note=f"search for {search.topic}", facts=facts)


def _show(found: Sequence[Search], plan: Plan | None, path: Path) -> None:
    out = console()
    out.print(search_table(found))
    if plan is None:
        out.print(f"{len(found)} searches. --add puts them into feeds.toml; --json has their addresses.")
        return
    feeds = sum(len(addition.feeds) for addition in plan.additions)
    said = f"Added {feeds} searches to {path}, {len(plan.refused)} were in it; the next run polls what is new."
    out.print(Text(said if feeds else f"Nothing was added: {path} has them all."))


def search_table(found: Sequence[Search]) -> object:
    """A line a search: what is asked, not the address, which percent signs make unreadable."""
    columns = [Column("topic", least=12), Column("lang"), Column("service"), Column("asks for", elastic=True)]
    rows = [
        (one.topic, one.language, one.service, Text(clean(one.query), overflow="fold")) for one in found
    ]  # fmt: skip
    return table(columns, rows)
