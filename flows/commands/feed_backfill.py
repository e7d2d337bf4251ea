"""`wirewatch feeds backfill`: what a source published between two days, through its sitemaps."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from typing import Any

from flows.commands import asked, funnel
from flows.commands.output import as_json, console, emit
from models import backfill_store


def add(verbs: argparse._SubParsersAction[Any]) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "backfill",
        help="collect what a source published between two days",
        description="Walks a source's sitemaps and fetches what it published from one day to another, both included, "
        "at the pace of any run. Ended at any time, it goes on with the same command. WIREWATCH_MAX_AGE_DAYS does not "
        "hold here.",
    )
    parser.add_argument("source", metavar="SOURCE", help="slug of a source in feeds.toml")
    parser.add_argument("--from", dest="first", required=True, metavar="DAY", help="first day, 2024-06-01")
    parser.add_argument("--to", dest="last", required=True, metavar="DAY", help="last day")
    parser.add_argument("--limit", type=asked.positive, metavar="N", help="process at most N articles now")
    parser.add_argument(
        "--sitemap", action="append", default=[], metavar="URL", help="begin here; may be given several times"
    )
    parser.add_argument("--feeds", metavar="FILE", help="this feeds.toml instead of WIREWATCH_FEEDS")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run one back-fill on a Prefect server that is up, or on one of its own."""
    from flows import progress, resources  # noqa: PLC0415 -- after the arguments are known to be right

    # All that may be wrong with what was asked is said before a Prefect server is started for it.
    period = asked.period(asked.day(args.first), asked.day(args.last))
    asked.addresses(args.sitemap)
    listed = {source.slug for source in resources.feeds_file(args.feeds).sources}
    resources.taxonomy()
    out = console(stderr=True) if args.json else console()
    with ExitStack() as stack:
        engine = stack.enter_context(resources.database())
        if args.source not in listed:
            with engine.connect() as db:
                backfill_store.source_id(db, args.source)
        stack.enter_context(resources.prefect(out.print))
        from flows.backfill import sentence  # noqa: PLC0415 -- Prefect takes three seconds to import

        with progress.shown(out):
            done = resources.run_backfill(
                source=args.source,
                first=period.first,
                last=period.last,
                limit=args.limit,
                sitemaps=args.sitemap,
                feeds=args.feeds,
            )
        if args.json:
            emit(as_json(asdict(done)))
            return 0
        funnel.show(out, engine, done.run_id)
        out.print(sentence(done))
    return 0
