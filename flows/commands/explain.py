"""`wirewatch explain`: why an article has its tags, and what else is known of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from extractors import urls
from extractors.errors import Misconfigured, WirewatchError
from flows.commands import versions
from flows.commands.marked import context, evidence_in, nearly_reached, terms_of
from flows.commands.output import as_json, clean, console, emit, moment, number
from models import dossier, tag_store
from models.dossier import Dossier, Match, Origin
from topics import taxonomy as taxonomies
from topics.nearly import Nearly, nearly
from topics.odds import Account
from topics.tagger import Tagger

COPIES = 12
"""Members of a group that are listed."""
_NONE: Mapping[str, Account] = MappingProxyType({})
_SAYS = {"page": "says the page", "feed": "says the feed", "sitemap": "says the sitemap", "url": "says the address"}


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "explain",
        help="why an article has its tags",
        description="What is known of an article: source and times, what became of it and why, whose text it is, its "
        "story; its text with the evidence marked, for each topic the words that earned the score, and for those that "
        "were nearly reached what was missing.",
    )
    parser.add_argument("url", metavar="URL", help="its address; tracking parameters and mobile variants do not matter")
    parser.add_argument("--whole", action="store_true", help="show long stretches of the text without evidence, too")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain the article at the address."""
    from flows import resources  # noqa: PLC0415 -- after the arguments are known to be right

    key = address_key(args.url)
    with resources.database() as engine:
        found = look_up(engine, args.url, key)
        tagger = used(engine, found)
        missed, accounts = (missed_by(tagger, found), accounts_of(tagger, found)) if tagger else ((), {})
        revisions = versions.find(engine, found)
    if args.json:
        emit(as_json(plain(found, missed, accounts) | {"versions": versions.plain(found, revisions)}))
    else:
        parts = (*versions.report(found, revisions), *text_of(found, missed, whole=args.whole))
        console().print(Group(report(found, accounts=accounts), *parts))
    return 0


def show(console: Console, engine: Engine, url: str) -> None:
    """Print what is known of the article at `url`."""
    console.print(report(look_up(engine, url, address_key(url))))


def address_key(url: str) -> bytes:
    """The key of an address; raises `Misconfigured` if it is none."""
    canonical = urls.canonical(url)
    if canonical is None:
        raise Misconfigured(f"{url!r} is no web address; write it whole, with https://.")
    return urls.key(canonical)


def look_up(engine: Engine, url: str, key: bytes) -> Dossier:
    """The dossier; raises `WirewatchError` if nothing is known of the address."""
    with engine.connect() as db:
        found = dossier.find(db, key)
    if found is None:
        raise WirewatchError(f"Nothing is known of {url}: no feed that is watched has listed it.")
    return found


def used(engine: Engine, found: Dossier) -> Tagger | None:
    """The tagger of the version in use; None for what was never tagged, or if this release cannot read that version."""
    if found.state != "stored" or found.tagged_at is None:
        return None
    with engine.connect() as db:
        current = tag_store.current(db)
        content = tag_store.content(db, current.taxonomy) if current else ""
    try:
        return Tagger(taxonomies.parse(content, name="the version in use"))
    except Misconfigured:
        return None


def missed_by(tagger: Tagger, found: Dossier) -> tuple[Nearly, ...]:
    """The topics that the article nearly got."""
    given = {tagged.topic for tagged in found.topics}
    missed = nearly(tagger, found.title, found.text, language=found.language)
    return tuple(one for one in missed if one.topic not in given)


def accounts_of(tagger: Tagger, found: Dossier) -> dict[str, Account]:
    """Of the topics that the article was given for their odds, how these came about."""
    given = {tagged.topic for tagged in found.topics}
    accounts = tagger.accounts(found.title, found.text)
    return {topic: account for topic, account in accounts.items() if topic in given}


def plain(found: Dossier, missed: Sequence[Nearly] = (), accounts: Mapping[str, Account] = _NONE) -> dict[str, Any]:
    """The dossier for programs: the text left out, each match with the words around it."""
    facts = {name: value for name, value in asdict(found).items() if name != "text"}
    for tagged, shown in zip(found.topics, facts["topics"], strict=True):
        for match, row in zip(tagged.matches, shown["matches"], strict=True):
            row["before"], row["words"], row["after"] = context(_field(found, match), match.start, match.end)
        shown["sum"] = round(sum(match.weight for match in tagged.matches), 4)
        if tagged.topic in accounts:
            shown["odds"] = asdict(accounts[tagged.topic])
    return facts | {"nearly": [asdict(one) for one in missed]}


def report(found: Dossier, *, most: int | None = None, accounts: Mapping[str, Account] = _NONE) -> RenderableType:
    """What is printed for people, but for the text itself; `most` bounds the matches shown of a topic."""
    parts: list[RenderableType] = [Text(clean(found.title) or "(no headline)", style="bold"), Text(clean(found.url))]
    facts = list(_facts(found))
    if found.state != "stored":
        facts += [(f"run {one.run_id}", _attempt(one)) for one in found.attempts]
    parts.append(_grid(facts))
    if found.origin is not None:
        parts += [Text(""), *_copies(found, found.origin)]
    parts += [Text(""), *_topics(found, most, accounts)]
    return Group(*parts)


def text_of(found: Dossier, missed: Sequence[Nearly], *, whole: bool) -> Iterator[RenderableType]:
    """The text with its evidence marked, and what was missing for topics that were nearly reached."""
    if found.topics:
        tags = [(tagged.topic, tagged.matches) for tagged in found.topics]
        yield Text("\nThe text, its evidence marked with the numbers of the topics", style="bold")
        yield evidence_in(found.title, found.text, tags, whole=whole)
    if missed:
        yield Text("\nNearly reached", style="bold")
        yield from nearly_reached(found.title, found.text, missed)


def _grid(facts: Iterable[tuple[str, str]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts:
        grid.add_row(f"  {name}", value)
    return grid


def _facts(found: Dossier) -> Iterator[tuple[str, str]]:
    family = f", of {found.family}" if found.family != found.source else ""
    yield "source", f"{found.source_name} ({found.source}): {found.kind}, {found.country}, {found.bloc}{family}"
    yield "state", _state(found)
    if found.published_at is not None:
        yield "published", f"{moment(found.published_at)} UTC, {_SAYS.get(found.published_from or '', 'as announced')}"
    else:
        yield "published", "nobody says when, or not believably; it counts on the day it was first seen"
    listed = f", listed by {found.feeds_listing} feeds" if found.feeds_listing > 1 else ""
    yield "first seen", f"{moment(found.first_seen_at)} UTC in {clean(found.feed)}{listed}"
    if found.fetched_at is not None:
        yield "fetched", f"{moment(found.fetched_at)} UTC"
    if found.tagged_at is not None:
        yield "tagged", f"{moment(found.tagged_at)} UTC by {found.taxonomy}"
    if found.actors:
        yield "actors", ", ".join(found.actors)
    if found.story is not None:
        yield "story", _story(found)


def _state(found: Dossier) -> str:
    if found.state == "stored":
        return (
            f"stored: {found.grade or 'ungraded'} text by {found.method or 'an unknown method'}, "
            f"{number(found.words)} words, language {found.language or 'unknown'}"
        )
    reason = f": {found.reason}" if found.reason else ""
    return f"{found.state}{reason}{_next_try(found.due_at)}"


def _next_try(due_at: datetime | None) -> str:
    return f"; to be fetched from {moment(due_at)} UTC on" if due_at is not None else ""


def _attempt(one: dossier.Attempt) -> str:
    status = f", HTTP {one.status}" if one.status else ""
    reason = f": {one.reason}" if one.reason else ""
    return f"{moment(one.at)} UTC {one.outcome}{reason}{status}, {number(one.elapsed_ms)} ms"


def _story(found: Dossier) -> str:
    story = found.story
    assert story is not None
    return (
        f"no. {story.story_id}, {clean(story.title)!r}: {story.articles} articles of {story.sources} sources "
        f"({story.families} families, {story.origins} origins) since {moment(story.started_at)} UTC, first in "
        f"{story.first_source}"
    )


def _copies(found: Dossier, origin: Origin) -> Iterator[Text]:
    credit = f", credited to {origin.agency}" if origin.agency else ""
    yield Text(f"Copies: one text on {origin.members} addresses{credit}", style="bold")
    shown = origin.copies[:COPIES]
    for copy in shown:
        here = "*" if copy.article_id == found.article_id else " "
        kind = f"{copy.kind} ({copy.jaccard:.0%} shared)" if copy.kind else "first"
        yield Text(f"{here} {moment(copy.at)}  {kind:<20} {copy.source}")
        yield Text(f"    {clean(copy.url)}", style="dim", overflow="fold")
    if origin.members > len(shown):
        yield Text(f"  … and {origin.members - len(shown)} more")


def _topics(found: Dossier, most: int | None, accounts: Mapping[str, Account]) -> Iterator[RenderableType]:
    if not found.topics:
        why = (
            "it was never read"
            if found.state != "stored"
            else "its words support none"
            if found.tagged_at
            else "untagged"
        )
        yield Text(f"No topics: {why}.")
        return
    related = "" if found.related is None else f"; related to the subject: {found.related:.2f}"
    yield Text(f"Topics, and the words that earned them{related}", style="bold")
    for number_, tagged in enumerate(found.topics, 1):
        yield Text.assemble(f"[{number_}] ", (tagged.topic, "bold"), f"  score {tagged.score:.2f}")
        account = accounts.get(tagged.topic)
        yield from terms_of(found.title, found.text, tagged.matches, tagged.score, most=most, account=account)


def _field(found: Dossier, match: Match) -> str:
    return found.title if match.field == "title" else found.text
