"""`wirewatch explain`: why an article has its tags, and what else is known of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from sqlalchemy import Engine

from extractors import urls
from extractors.errors import Misconfigured, WirewatchError
from flows.commands.output import as_json, clean, console, emit, moment, number
from models import dossier
from models.dossier import Dossier, Match, Origin, Tagged

AROUND = 32
"""Characters shown on either side of a match."""
COPIES = 12
"""Members of a group that are listed."""
MATCHES = 5
"""Matches shown for each topic."""
_OPEN, _CLOSE = "«", "»"
_SAYS = {"page": "says the page", "feed": "says the feed", "sitemap": "says the sitemap", "url": "says the address"}


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "explain",
        help="why an article has its tags",
        description="What is known of an article: source and times, what became of it and why, whose text it is, its "
        "story, and for each topic the words that earned the score.",
    )
    parser.add_argument("url", metavar="URL", help="its address; tracking parameters and mobile variants do not matter")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain the article at the address."""
    from flows import resources  # noqa: PLC0415 -- after the arguments are known to be right

    key = address_key(args.url)
    with resources.database() as engine:
        found = look_up(engine, args.url, key)
    if args.json:
        emit(as_json(plain(found)))
    else:
        console().print(report(found))
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


def plain(found: Dossier) -> dict[str, Any]:
    """The dossier for programs: the text left out, each match with the words around it."""
    facts = {name: value for name, value in asdict(found).items() if name != "text"}
    for tagged, shown in zip(found.topics, facts["topics"], strict=True):
        for match, row in zip(tagged.matches, shown["matches"], strict=True):
            row["before"], row["words"], row["after"] = context(_field(found, match), match.start, match.end)
    return facts


def report(found: Dossier) -> RenderableType:
    """What is printed for people."""
    parts: list[RenderableType] = [Text(clean(found.title) or "(no headline)", style="bold"), Text(clean(found.url))]
    facts = list(_facts(found))
    if found.state != "stored":
        facts += [(f"run {one.run_id}", _attempt(one)) for one in found.attempts]
    parts.append(_grid(facts))
    if found.origin is not None:
        parts += [Text(""), *_copies(found, found.origin)]
    parts += [Text(""), *_topics(found)]
    return Group(*parts)


def context(text: str, start: int, end: int, *, around: int = AROUND) -> tuple[str, str, str]:
    """The words before a match, the match, and the words after it, on one line; cut ends are marked with `…`."""
    before, after = text[max(start - around, 0) : start], text[end : end + around]
    if start > around:
        before = "…" + (before.partition(" ")[2] or before)
    if end + around < len(text):
        after = (after.rpartition(" ")[0] or after) + "…"
    return _flat(before), _flat(text[start:end]), _flat(after)


def _flat(words: str) -> str:
    return clean(words).replace("\n", " ")


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


def _topics(found: Dossier) -> Iterator[RenderableType]:
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
    for tagged in found.topics:
        yield from _topic(found, tagged)


def _topic(found: Dossier, tagged: Tagged) -> Iterator[RenderableType]:
    yield Text.assemble(
        (tagged.topic, "bold"),
        f"  score {tagged.score:.2f}; rebuilt from its evidence: {tagged.score_rebuilt:.2f}",
    )
    grid = Table.grid(padding=(0, 1, 0, 0))  # so that long contexts wrap under themselves
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for match in sorted(tagged.matches, key=lambda match: -match.weight)[:MATCHES]:
        before, words, after = context(_field(found, match), match.start, match.end)
        grid.add_row(
            f"  {match.weight:+.2f} {match.field:<5}",
            Text.assemble(before, (f"{_OPEN}{words}{_CLOSE}", "bold reverse"), after, (f"  {match.concept}", "dim")),
        )
    yield grid
    if len(tagged.matches) > MATCHES:
        yield Text(f"  … and {len(tagged.matches) - MATCHES} more of less weight (--json shows all)", style="dim")


def _field(found: Dossier, match: Match) -> str:
    return found.title if match.field == "title" else found.text
