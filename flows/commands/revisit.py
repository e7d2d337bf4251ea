"""`wirewatch revisit`: stored articles looked at again, now."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from flows.commands import asked
from flows.commands.output import as_json, console, emit


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "revisit",
        help="look at stored articles again, now: edits, removals",
        description="Fetches the stored articles again whose time has come (WIREWATCH_REVISIT_HOURS after their first "
        "fetch). What was edited is kept as a version, what was removed is noted; `wirewatch explain URL` shows both.",
    )
    parser.add_argument("--limit", type=asked.positive, metavar="N", help="look at N articles at most")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run one revisit on a server that is up, or on one of its own."""
    from flows import progress, resources  # noqa: PLC0415 -- after the arguments are known to be right

    resources.taxonomy()
    out = console(stderr=True) if args.json else console()
    with resources.database(), resources.prefect(out.print):
        with progress.shown(out):
            report = resources.run_revisit(limit=args.limit)
        if args.json:
            emit(as_json(asdict(report)))
        else:
            from flows.revisit import sentence  # noqa: PLC0415 -- Prefect takes three seconds to import

            out.print(sentence(report))
    return 0
