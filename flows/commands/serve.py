"""`wirewatch serve`: database, Prefect's server with its UI, and all schedules, in one command."""

from __future__ import annotations

import argparse
from typing import Any

from flows.commands.output import console

DESCRIPTION = """\
Keeps everything going until Ctrl-C: the database, Prefect's server with its UI (at WIREWATCH_PREFECT_PORT), an ingest
at once and then every WIREWATCH_INGEST_MINUTES, and the daily maintenance. Ctrl-C lets a run in progress finish; a
second one stops at once, and what was under way is taken up by the next run. With PREFECT_API_URL set, that Prefect
server is used and none is started."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register `serve`."""
    parser = subparsers.add_parser(
        "serve",
        help="database, Prefect server with its UI, and all schedules, until Ctrl-C",
        description=DESCRIPTION,
    )
    parser.add_argument("--no-runs", action="store_true", help="only look: database and UI, but nothing is scheduled")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from flows import supervisor  # noqa: PLC0415 -- --help needs none of it
    from models.settings import load  # noqa: PLC0415 -- see above

    printer = console()
    supervisor.serve(load(), say=lambda line: printer.print(line, soft_wrap=True), runs=not args.no_runs)
    return 0
