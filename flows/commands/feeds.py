"""`wirewatch feeds list|add|check`: feeds and their health."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.text import Text

from extractors import cadence, logins
from extractors.answers import shown
from extractors.errors import Misconfigured, WirewatchError
from extractors.outcomes import Polled
from extractors.records import FINE_STATES, Feed, SourceKind
from flows.commands import feed_backfill, feed_finds, feed_lists, feed_search, freshness
from flows.commands.output import Column, as_json, clean, console, emit, moment, number, span, table
from models import feed_store
from models.feed_store import FeedHealth


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command and its verbs."""
    parser = subparsers.add_parser(
        "feeds",
        help="feeds and their health: list, add, check, discover, search, import, export, backfill",
        description="The feeds of feeds.toml and how they do.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="every watched feed with its state, as its last polls tell")
    listing.add_argument("--trouble", action="store_true", help="only feeds that are not ok")
    adding = verbs.add_parser("add", help="put a feed into feeds.toml, after reading it once")
    adding.add_argument("url", metavar="URL", help="address of the feed")
    for option, about in OPTIONS.items():
        adding.add_argument(f"--{option}", metavar=option.upper(), help=about)
    adding.add_argument("--unchecked", action="store_true", help="do not read the feed first")
    checking = verbs.add_parser("check", help="read feeds now, and say what each answers; nothing is stored")
    checking.add_argument("url", nargs="*", metavar="URL", help="addresses to read; none: all of feeds.toml")
    for verb, function in ((listing, show), (adding, append), (checking, check)):
        verb.add_argument("--feeds", metavar="FILE", help="this file instead of WIREWATCH_FEEDS")
        verb.add_argument("--json", action="store_true", help="JSON instead of a table")
        verb.set_defaults(run=function)
    feed_finds.add(verbs)
    feed_lists.add(verbs)
    feed_search.add(verbs)
    feed_backfill.add(verbs)


AT_ONCE = 500
"""Feeds that are waited for at once, a thread each."""
OPTIONS = {
    "source": "slug of its source, known or new (default: made from the host)",
    "name": "name of a new source",
    "country": "country of a new source, two letters",
    "language": "language of a new source, two letters",
    "kind": f"kind of a new source: {', '.join(SourceKind)}",
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
    rows = [row for row in rows if not args.trouble or row.state not in FINE_STATES]
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
                row.source, row.state, span(row.interval_minutes * 60 or None), moment(row.last_new_at),
                number(row.articles), _whole(" ".join(filter(None, (row.last_error or row.url, row.advice)))),
            )
            for row in rows
        ],
    )  # fmt: skip


def _whole(words: str) -> Text:
    """A cell that wraps: what is wrong stands at the end of a sentence that begins with a long address."""
    return Text(" ".join(clean(words).split()), overflow="fold")


def check(args: argparse.Namespace) -> int:
    """`feeds check`: read feeds now; exit 1 if one of them fails."""
    from flows import resources  # noqa: PLC0415 -- see show

    for written in args.url:
        if logins.address(written) is None:
            raise Misconfigured(f"{written!r} is no web address; write it whole, with https://.")
    addresses = args.url or [feed.url for feed in resources.feeds_file(args.feeds).feeds]
    rows = [_verdict(one) for one in read_all(addresses)]
    stale = freshness.of_feeds(addresses)
    if args.json:
        emit(as_json([row | {"findings": stale.get(row["url"], [])} for row in rows]))
    else:
        console().print(verdict_table(rows))
        good = sum(row["ok"] for row in rows)
        console().print(f"{good} of {len(rows)} can be read.")
        for line in freshness.lines(stale):
            console().print(line)
    return 0 if all(row["ok"] for row in rows) else 1


def verdict_table(rows: Sequence[Mapping[str, Any]]) -> object:
    """What each feed answered."""
    return table(
        [Column("state"), Column("format"), Column("entries", "right"), Column("feed, or what is wrong", elastic=True)],
        [(row["state"], row["format"], number(row["entries"]), _whole(_said(row))) for row in rows],
    )


def _said(row: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (row["error"] or row["url"], row["advice"])))


def read_all(addresses: Sequence[str]) -> list[Polled]:
    """Read all at once but for the pace of their hosts, in the order given; says on stderr how far it is."""
    from flows import progress, resources  # noqa: PLC0415 -- see show
    from flows.gather import Gatherer  # noqa: PLC0415 -- the network is not needed for --help

    feeds = [Feed(id=number, source_id=0, url=url, language="und") for number, url in enumerate(addresses)]
    taxonomy = resources.taxonomy().content
    # The gatherer closes first: on Ctrl-C that sets free the threads that wait for it.
    with (
        progress.shown(console(stderr=True)) if len(feeds) > 1 else nullcontext(),
        ThreadPoolExecutor(min(max(1, len(feeds)), AT_ONCE)) as pool,
        Gatherer(resources.settings(), taxonomy=taxonomy) as gatherer,
    ):
        polls = [pool.submit(gatherer.poll, [feed]) for feed in feeds]
        for done, _ in enumerate(as_completed(polls), 1):
            progress.report("Reading feeds", done, len(feeds))
        return [poll.result()[0] for poll in polls]


def _verdict(one: Polled) -> dict[str, Any]:
    document = one.reading.document if one.reading else None
    brought = replace(one.result, listed=document.listed if document else None)
    judged = cadence.after(one.feed, brought, now=one.polled_at)
    return {
        "url": shown(one.feed.url) if logins.in_clear(one.feed.url) else one.feed.url,
        "ok": document is not None,
        "state": judged.state.value,
        "format": document.format if document else None,
        "title": document.title if document else None,
        "entries": len(document.entries) if document else 0,
        "moved_to": one.moved_to,
        "error": one.detail or None,
        "advice": judged.advice or None,
    }


def append(args: argparse.Namespace) -> int:
    """`feeds add`: one more feed in feeds.toml, the rest of the file untouched; it is read first."""
    from flows import feeds_file, resources  # noqa: PLC0415 -- see show

    url = logins.address(args.url)
    if url is None:
        raise Misconfigured(f"{args.url!r} is no web address; write it whole, with https://.")
    path = Path(args.feeds or resources.settings().feeds)
    content = feeds_file.read(path)
    grown = feeds_file.extended(content, url, _facts(args, url), name=str(path))  # wrong use shows before any request
    if not args.unchecked:
        [verdict] = map(_verdict, read_all([url]))
        if not verdict["ok"]:
            raise WirewatchError(f"{verdict['error']} Nothing was added; --unchecked adds it all the same.")
        url = verdict["moved_to"] or url
        grown = feeds_file.extended(content, url, _facts(args, url, verdict["title"]), name=str(path))
    feeds_file.write(path, grown)
    if args.json:
        emit(as_json({"added": url, "file": str(path)}))
    else:
        console().print(f"Added {url} to {path}; the next run polls it.", soft_wrap=True)
    return 0


def _facts(args: argparse.Namespace, url: str, title: str = "") -> dict[str, str | None]:
    """What feeds.toml is to say of the source, in the order in which it says it."""
    host = re.sub(r"^(www|feeds?|rss)\.", "", urlsplit(url).hostname or "")
    slug = args.source or re.sub(r"[^a-z0-9]+", "-", host).strip("-")
    return {
        "slug": slug, "name": args.name or clean(title) or host, "country": args.country, "language": args.language,
        "kind": args.kind, "bloc": args.bloc, "family": args.family or slug,
    }  # fmt: skip
