"""`wirewatch export`: any view as a file, for a notebook, a spreadsheet or another program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from extractors.errors import Misconfigured
from flows import tabular, whole_file
from flows.commands import asked
from flows.commands.output import Column, console, table
from models import export, moments, trends
from models.export import View

DESCRIPTION = """\
Writes the rows of a view, the oldest day first, however many there are. Without VIEW it lists the views. With neither
--format nor a FILE that ends in .csv, .json or .parquet it is CSV. docs/data.md says what the columns mean."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("export", help="any view as CSV, JSON or Parquet", description=DESCRIPTION)
    parser.add_argument("view", nargs="?", metavar="VIEW", help="like topic_days or ops.runs (default: list them)")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write there, not on standard output")
    parser.add_argument(
        "--format", choices=tuple(tabular.FORMATS), help="of the rows (default: as FILE ends, else csv)"
    )
    parser.add_argument("--days", type=asked.number_of_days, metavar="N", help="only the last N days")
    parser.add_argument("--since", metavar="DAY", help="only from this day on")
    parser.add_argument("--until", metavar="DAY", help="only up to this day (included)")
    parser.add_argument("--topic", metavar="TOPIC", help="only rows on this topic")
    parser.add_argument("--as-of", metavar="MOMENT", help=asked.AS_OF)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the rows, or list what there is."""
    from flows import gather, resources  # noqa: PLC0415 -- after the arguments are known to be right

    if args.view is None and any((args.output, args.format, args.days, args.since, args.until, args.topic)):
        raise Misconfigured("Say which view is to be written; without any `wirewatch export` lists them.")
    write = tabular.FORMATS[_format(args.format, args.output)]
    as_of = asked.moment(args.as_of, now=gather.now()) if args.as_of else None
    with resources.database() as engine, asked.connected(engine, as_of) as db:
        if args.view is None:
            console().print(listing(export.views(db)))
            return 0
        of = export.view(db, args.view)
        if args.topic:
            trends.check_topic(db, args.topic)
        since, until = days(args, today=moments.spoken_of(db).today)
        batches = export.rows(db, of, since=since, until=until, topic=args.topic)
        if args.output is None:
            write(sys.stdout.buffer, of.columns, batches)
            return 0
        with whole_file.writing(args.output) as file:
            write(file, of.columns, batches)
    console(stderr=True).print(f"Wrote {args.output}: {of.schema}.{of.name}.", soft_wrap=True)
    return 0


def days(args: argparse.Namespace, *, today: date) -> tuple[date | None, date | None]:
    """The first and the last day asked for; None: no bound. Raises `Misconfigured` for days that cannot be."""
    since = asked.day(args.since) if args.since else None
    until = asked.day(args.until) if args.until else None
    if args.days is not None:
        if since:
            raise Misconfigured("Say --days or --since, not both.")
        since = (until or today) - timedelta(days=args.days - 1)
    if since and until and since > until:
        raise Misconfigured(f"{since} is after {until}: there is no day between.")
    return since, until


def listing(views: Sequence[View]) -> RenderableType:
    """All views, with what a row is of each."""
    return table(
        [Column("view"), Column("what it holds", elastic=True, least=20)],
        [(view.name if view.schema == "trends" else f"{view.schema}.{view.name}", view.about) for view in views],
    )


def _format(named: str | None, output: Path | None) -> str:
    ending = output.suffix.removeprefix(".").lower() if output else ""
    chosen = named or (ending if ending in tabular.FORMATS else "csv")
    if chosen == "parquet" and output is None:
        raise Misconfigured("Parquet goes into a file: name one with -o.")
    return chosen
