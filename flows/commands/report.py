"""`wirewatch report`: the state of the story as one HTML file, to look at, print and pass on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from flows import whole_file
from flows.commands import asked
from flows.commands.output import console

DESCRIPTION = """\
Writes one HTML file that needs nothing else and loads nothing: topics over time with their coverage and bursts, who
leads and who follows, languages, what goes together, the largest stories, how sources and feeds do, and behind each
number its articles. It reads well on a phone, in print, in the dark."""
FILE = Path("wirewatch-report.html")


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("report", help="a self-contained HTML report with plots", description=DESCRIPTION)
    parser.add_argument(
        "-o", "--output", default=str(FILE), metavar="FILE", help=f"default: {FILE}; -: standard output"
    )
    parser.add_argument("--days", default="90", metavar="7|28|90", help="how many days up to the last (default: 90)")
    parser.add_argument("--as-of", metavar="MOMENT", help=asked.AS_OF)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the report; an empty database makes one that says so."""
    from flows import gather, resources  # noqa: PLC0415 -- after the arguments are known to be right
    from flows.report import page  # noqa: PLC0415 -- see above
    from flows.report.scope import window  # noqa: PLC0415 -- see above

    days = window(args.days)
    now = gather.now()
    as_of = asked.moment(args.as_of, now=now) if args.as_of else None
    with resources.database() as engine, asked.connected(engine, as_of) as db:
        made = page.render(page.read(db, days=days, as_of=as_of, now=now)).encode()
    if args.output == "-":
        sys.stdout.buffer.write(made)
        return 0
    path = Path(args.output)
    with whole_file.writing(path) as file:
        file.write(made)
    console(stderr=True).print(
        f"Wrote {path}: {len(made) / 1e6:.1f} MB, nothing else is needed to read it.", soft_wrap=True
    )
    return 0
