"""`wirewatch run`: one ingest now, then the funnel and what moved."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from flows.commands import asked, funnel, trends
from flows.commands.output import as_json, console, emit


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "run",
        help="fetch what the feeds have, once, now",
        description="Polls the feeds that are due, fetches, reads and tags what is new, and counts it. "
        "Exit code 1 if every feed failed.",
    )
    parser.add_argument("--feeds", metavar="FILE", help="watch the feeds of this file instead of WIREWATCH_FEEDS")
    parser.add_argument("--limit", type=asked.positive, metavar="N", help="process at most N articles")
    parser.add_argument("--all", action="store_true", help="poll every feed, due or not")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run one ingest on a server that is up, or on one of its own."""
    from flows import progress, resources  # noqa: PLC0415 -- after the arguments are known to be right

    resources.feeds_file(args.feeds)
    resources.taxonomy()
    out = console(stderr=True) if args.json else console()
    with resources.database() as engine, resources.prefect(out.print):
        with progress.shown(out):
            report = resources.run_ingest(feeds=args.feeds, limit=args.limit, everything=args.all)
        if args.json:
            emit(as_json(asdict(report)))
            return 0
        if not any(report.polls.values()):
            out.print("No feed was due; --all polls every feed at once, `wirewatch feeds list` shows their rhythm.")
        funnel.show(out, engine, report.run_id)
        trends.show_moved(out, engine)
        if changed := resources.outdated(engine):
            out.print(changed)
    return 0
