"""`wirewatch feeds discover`: the feeds and news sitemaps of a site, and those chosen put into feeds.toml."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from rich.text import Text

from extractors import catalogue, enlist, urls
from extractors.enlist import Candidate, Plan
from extractors.errors import Misconfigured, WirewatchError
from flows.commands.feed_lists import DEFAULTS, given, plan_table
from flows.commands.output import Column, as_json, clean, console, emit, moment, number, table

if TYPE_CHECKING:
    from extractors.records import Catalogue
    from flows.scout import Found, Site

NEWS = "news"
"""What `--add` takes when it is not told: all that look like news."""


def add(verbs: argparse._SubParsersAction[Any]) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "discover",
        help="find the feeds and news sitemaps of a site",
        description="Reads a page, robots.txt and sitemaps of its site, and where they name nothing the usual places; "
        "reads every feed it finds and says whether it looks like news. Exit code 1 if there is none.",
    )
    parser.add_argument("site", metavar="SITE", help="address of the site, or of a section of it")
    parser.add_argument(
        "--add", nargs="?", const=NEWS, metavar="N,N", help="put these into feeds.toml; without numbers: all news"
    )
    parser.add_argument("--source", help="slug of their source, known or new (default: by the host)")
    for option, about in DEFAULTS.items():
        parser.add_argument(f"--{option}", metavar=option.upper(), help=about.replace("whose list", "whose site"))
    parser.add_argument("--feeds", metavar="FILE", help="this feeds.toml instead of WIREWATCH_FEEDS")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """`feeds discover`: look, show, and add what was chosen."""
    from flows import feeds_file, resources  # noqa: PLC0415 -- the network is not needed for --help

    url = urls.clean(args.site if "://" in args.site else f"https://{args.site}")
    if url is None:
        raise Misconfigured(f"{args.site!r} is no web address.")
    path = Path(args.feeds or resources.settings().feeds)
    content = feeds_file.read(path) if args.add else ""
    known = feeds_file.known(content, name=str(path)) if args.add else catalogue_of(args.feeds)
    site = _look(url)
    plan = _planned(args, site, known) if args.add else None
    if plan is not None and plan.additions:
        feeds_file.write(path, feeds_file.grown(content, plan.additions, name=str(path)))
    if args.json:
        added = [feed.url for addition in plan.additions for feed in addition.feeds] if plan else []
        emit(as_json({**asdict(site), "added": added}))
    else:
        _show(site, known, plan, path)
    return 0 if any(one.news for one in site.found) else 1


def catalogue_of(path: str | None) -> Catalogue | None:
    """The catalogue, if there is one to read: it only says here what is known already."""
    from flows import resources  # noqa: PLC0415 -- see run

    try:
        return resources.feeds_file(path)
    except Misconfigured:
        return None


def _look(url: str) -> Site:
    from flows import resources, scout  # noqa: PLC0415 -- see run
    from flows.gather import Gatherer, now  # noqa: PLC0415 -- see run

    err = console(stderr=True)
    status = err.status("Looking …") if err.is_terminal else nullcontext()
    with status as shown, Gatherer(resources.settings(), taxonomy=resources.taxonomy().content) as gatherer:
        say = (lambda words: shown.update(f"{words} …")) if shown else (lambda _: None)
        return scout.look(gatherer, url, now=now(), say=say)


def _planned(args: argparse.Namespace, site: Site, known: Catalogue | None) -> Plan:
    assert known is not None  # it was read to be added to
    chosen = _chosen(args.add, site.found)
    source = {"slug": args.source} if args.source else {}
    name = {"name": site.name} if site.name else {}
    candidates = [
        Candidate(
            url=one.url,
            title=one.title,
            homepage=urljoin(site.url, "/"),
            facts={**source, **name, **_language(one.language or site.language)},
        )
        for one in chosen
    ]
    return enlist.plan(candidates, known, defaults=given(args))


def _language(code: str | None) -> dict[str, str]:
    return {"language": code} if code and catalogue.is_language(code) else {}


def _chosen(wanted: str, found: Sequence[Found]) -> list[Found]:
    if wanted == NEWS:
        return [one for one in found if one.news]
    numbers = [int(part) if part.strip().isdecimal() else 0 for part in wanted.split(",")]
    wrong = next((part for part in numbers if not 1 <= part <= len(found)), None)
    if wrong is not None:
        raise Misconfigured(f"--add {wanted}: there are numbers from 1 to {len(found)}, as the table shows them.")
    whole = next((found[one - 1] for one in numbers if found[one - 1].format == "sitemap"), None)
    if whole is not None:
        raise WirewatchError(f"{whole.url} lists a whole site, not its news: `feeds backfill` reads it.")
    return [found[one - 1] for one in numbers]


def _show(site: Site, known: Catalogue | None, plan: Plan | None, path: Path) -> None:
    out = console()
    if not site.found:
        out.print(Text(f"{site.url} names no feed and no sitemap, and has none in the usual places."))
        return
    out.print(finds_table(site.found, known))
    if plan is None:
        news = sum(one.news for one in site.found)
        if news:
            out.print("--add puts those that look like news into feeds.toml, --add 1,3 those with these numbers.")
        return
    if plan.additions:
        out.print(plan_table(plan))
    for one, why in plan.refused:
        out.print(Text(clean(f"{one.url} was left out: {why}.")))
    feeds = sum(len(addition.feeds) for addition in plan.additions)
    out.print(Text(f"Added {feeds} to {path}; the next run polls what is new." if feeds else "Nothing was added."))


def finds_table(found: Sequence[Found], known: Catalogue | None) -> object:
    """A line a feed, numbered, with what speaks against it."""
    listed = {feed.url: feed.source for feed in known.feeds} if known else {}
    columns = [
        Column("", "right"), Column("news"), Column("format"), Column("entries", "right"), Column("newest"),
        Column("feed", elastic=True),
    ]  # fmt: skip
    return table(
        columns,
        [
            (
                str(place), "yes" if one.news else "no", one.format.replace("sitemap-news", "news map"),
                number(one.entries), moment(one.newest), _said(one, listed.get(one.url)),
            )
            for place, one in enumerate(found, 1)
        ],
    )  # fmt: skip


def _said(one: Found, owner: str | None) -> Text:
    notes = [f"{owner} has it already" if owner else "", one.why]
    beside = "; ".join(note for note in notes if note)
    said = Text(clean(one.url), overflow="fold")
    return said.append(f"\n{beside}", style="dim") if beside else said
