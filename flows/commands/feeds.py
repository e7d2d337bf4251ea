"""`wirewatch feeds list|add|check`: feeds and their health."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extractors import catalogue
from extractors.errors import Misconfigured, WirewatchError
from extractors.outcomes import Polled
from extractors.records import Catalogue, Feed
from flows.commands.output import Column, as_json, console, emit, moment, number, span, table
from models import feed_store
from models.feed_store import FeedHealth


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command and its verbs."""
    parser = subparsers.add_parser(
        "feeds", help="feeds and their health: list, add, check", description="The feeds of feeds.toml and how they do."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="every watched feed with its state, as its last polls tell")
    listing.add_argument("--trouble", action="store_true", help="only feeds that are not ok")
    adding = verbs.add_parser("add", help="put a feed into feeds.toml, after reading it once")
    adding.add_argument("url", help="address of the feed")
    for option, about in OPTIONS.items():
        adding.add_argument(f"--{option}", help=about)
    adding.add_argument("--unchecked", action="store_true", help="do not read the feed first")
    checking = verbs.add_parser("check", help="read feeds now, and say what each answers; nothing is stored")
    checking.add_argument("url", nargs="*", help="addresses to read; none: all of feeds.toml")
    for verb, function in ((listing, show), (adding, append), (checking, check)):
        verb.add_argument("--feeds", metavar="FILE", help="this file instead of WIREWATCH_FEEDS")
        verb.add_argument("--json", action="store_true", help="JSON instead of a table")
        verb.set_defaults(run=function)


OPTIONS = {
    "source": "slug of its source, known or new (default: made from the host)",
    "name": "name of a new source",
    "country": "country of a new source, two letters",
    "language": "language of a new source, two letters",
    "kind": "kind of a new source: agency, newspaper, broadcaster, magazine, government, think-tank, specialist",
    "bloc": "bloc of a new source",
    "family": "publisher family of a new source (default: its slug)",
}


def show(args: argparse.Namespace) -> int:
    """`feeds list`: from the database, what the last polls taught."""
    from flows import resources  # noqa: PLC0415 -- the database is not needed for --help

    listed = {feed.url: feed.source for feed in resources.feeds_file(args.feeds).feeds}
    with resources.database() as engine, engine.connect() as db:
        known = {feed.url: feed for feed in feed_store.health(db)}
    rows = [known.get(url) or FeedHealth.unpolled(source, url) for url, source in listed.items()]
    rows = [row for row in rows if not args.trouble or row.state not in ("ok", "new")]
    if args.json:
        emit(as_json([asdict(row) for row in rows]))
        return 0
    console().print(health_table(rows))
    if not any(row.last_polled_at for row in rows):
        console().print("None of them was polled yet: `wirewatch run` polls them all.")
    return 0


def health_table(rows: Sequence[FeedHealth]) -> object:
    """Feeds with their state, rhythm and last error."""
    columns = [
        Column("source"), Column("state"), Column("every", "right"), Column("last new"), Column("articles", "right"),
        Column("feed, or what is wrong", elastic=True),
    ]  # fmt: skip
    return table(
        columns,
        [
            (
                row.source, row.state, span(row.interval_minutes * 60), moment(row.last_new_at), number(row.articles),
                row.last_error or row.url,
            )
            for row in rows
        ],
    )  # fmt: skip


def check(args: argparse.Namespace) -> int:
    """`feeds check`: read feeds now; exit 1 if one of them fails."""
    from flows import resources  # noqa: PLC0415 -- see show

    addresses = args.url or [feed.url for feed in resources.feeds_file(args.feeds).feeds]
    polled = _read(addresses)
    rows = [_verdict(one) for one in polled]
    if args.json:
        emit(as_json(rows))
    else:
        columns = [
            Column("ok"),
            Column("format"),
            Column("entries", "right"),
            Column("feed, or what is wrong", elastic=True),
        ]
        console().print(
            table(
                columns,
                [
                    ("yes" if row["ok"] else "NO", row["format"], row["entries"], row["error"] or row["url"])
                    for row in rows
                ],
            )
        )
    return 0 if all(row["ok"] for row in rows) else 1


def _read(addresses: Sequence[str]) -> list[Polled]:
    from flows import resources  # noqa: PLC0415 -- see show
    from flows.gather import Gatherer  # noqa: PLC0415 -- the network is not needed for --help

    feeds = [Feed(id=number, source_id=0, url=url, language="und") for number, url in enumerate(addresses)]
    with Gatherer(resources.settings(), taxonomy=resources.taxonomy().content) as gatherer:
        return gatherer.poll(feeds)


def _verdict(one: Polled) -> dict[str, Any]:
    document = one.reading.document if one.reading else None
    return {
        "url": one.feed.url,
        "ok": document is not None,
        "format": document.format if document else None,
        "title": document.title if document else None,
        "entries": len(document.entries) if document else 0,
        "moved_to": one.moved_to,
        "error": one.detail or None,
    }


def append(args: argparse.Namespace) -> int:
    """`feeds add`: one more feed at the end of feeds.toml, the rest of the file untouched."""
    from flows import resources  # noqa: PLC0415 -- see show

    path = Path(args.feeds or resources.settings().feeds)
    known = resources.feeds_file(args.feeds)
    if any(feed.url == args.url for feed in known.feeds):
        raise Misconfigured(f"{path} has {args.url} already.")
    title = ""
    if not args.unchecked:
        [polled] = _read([args.url])
        if polled.reading is None or polled.reading.document is None:
            raise WirewatchError(f"{polled.detail} (--unchecked adds it all the same.)")
        title = polled.reading.document.title
    content = extended(path.read_text(encoding="utf-8"), known, args.url, _facts(args, title))
    catalogue.load(content, name=str(path))  # what we are about to write must load again
    path.write_text(content, encoding="utf-8")
    console().print(f"Added {args.url} to {path}; the next run polls it.")
    return 0


def _facts(args: argparse.Namespace, title: str) -> dict[str, str | None]:
    host = (urlsplit(args.url).hostname or "").removeprefix("www.").removeprefix("feeds.").removeprefix("rss.")
    slug = args.source or host.split(":")[0].replace(".", "-")
    return {
        "slug": slug, "name": args.name or title or host, "country": args.country, "language": args.language,
        "kind": args.kind, "bloc": args.bloc, "family": args.family or slug,
    }  # fmt: skip


def extended(content: str, known: Catalogue, url: str, facts: Mapping[str, str | None]) -> str:
    """The text of a feeds.toml with one more feed: under its source if that is known, else with a new source.

    Raises `Misconfigured` naming the options that a new source still needs.
    """
    if any(source.slug == facts["slug"] for source in known.sources):
        return _under_known(content, str(facts["slug"]), url)
    missing = [f"--{name}" for name, value in facts.items() if not value and name != "slug"]
    if missing:
        raise Misconfigured(f"{facts['slug']} is a new source; say also {', '.join(missing)}.")
    lines = [f"{name} = {_quoted(str(value))}" for name, value in facts.items()]
    return content.rstrip("\n") + "\n\n[[source]]\n" + "\n".join(lines) + f"\nfeeds = [{_quoted(url)}]\n"


def _under_known(content: str, slug: str, url: str) -> str:
    """Insert the address as the first of the source's list, where its `feeds = [` stands."""
    start = content.index(f'"{slug}"')
    opening = content.index("[", content.index("feeds", start)) + 1
    grown = f"{content[:opening]}{_quoted(url)}, {content[opening:]}"
    owner = next(s for s in tomllib.loads(grown)["source"] if s["slug"] == slug)
    if url not in owner["feeds"]:
        raise Misconfigured(f"Where the feeds of {slug} stand could not be told; add {url} by hand.")
    return grown


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
