"""The command line: `wirewatch COMMAND`, also `python -m flows COMMAND`.

Exit codes: 0 ok, 1 the work failed, 2 wrong use. Only the module of the command that was asked for is imported, and
Prefect by none of them before it is needed: `--help` must not take three seconds.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version

from extractors.errors import Misconfigured
from flows import complaints

COMMANDS = {
    "demo": "the whole pipeline on a bundled wire: no network needed",
    "run": "fetch what the feeds have, once, now",
    "revisit": "look at stored articles again, now: edits, removals",
    "reextract": "read stored articles again from their raw pages, by a changed extractor",
    "serve": "database, Prefect server with its UI, and all schedules, until Ctrl-C",
    "trends": "topics over time, with sparklines",
    "alerts": "what stood out: bursts, drops, silences, first reports",
    "report": "a self-contained HTML report with plots",
    "export": "any view as CSV, JSON or Parquet",
    "explain": "why an article has its tags",
    "topics": "the taxonomy: list, check, show, change",
    "tag": "tag texts from a file or stdin",
    "extract": "text and metadata of pages",
    "feeds": "feeds and their health: list, add, check, discover, search, import, export, backfill",
    "db": "the database: url, psql, migrate, backup, restore",
    "doctor": "check everything that may be wrong, and say how to mend it",
}
"""In the order in which `--help` shows them."""
RESUMED = (".run", ".feed_backfill")
"""Modules of commands that another run goes on with."""


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser; with `command`, that command's own options are in it, too."""
    top = argparse.ArgumentParser(
        prog="wirewatch",
        description="Watches the world's newswires for one story and keeps trends that lead back to articles.",
        epilog="`wirewatch COMMAND --help` tells more. Settings are described in docs/operations.md.",
    )
    top.add_argument("--version", action="version", version=f"wirewatch {version('wirewatch')}")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, about in COMMANDS.items():
        if name == command:
            importlib.import_module(f"flows.commands.{name}").add(subparsers)
        else:
            subparsers.add_parser(name, help=about)
    _offer_debug(top)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    _open_closed()
    words = sys.argv[1:] if argv is None else argv
    asked = next((word for word in words if not word.startswith("-")), None)
    args = parser(asked).parse_args(words)
    _quiet_logs()
    try:
        code = int(args.run(args))
        sys.stdout.flush()
    except KeyboardInterrupt:
        later = " What was under way is taken up by the next run." if args.run.__module__.endswith(RESUMED) else ""
        print(f"wirewatch: Interrupted.{later}", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:  # `wirewatch trends | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 -- the last resort: a sentence, not a traceback
        if getattr(args, "debug", False):
            traceback.print_exc()
        error = _mistyped(error, words) or error
        print(f"wirewatch: {complaints.sentence(error)}", file=sys.stderr)  # noqa: T201
        return complaints.exit_code(error)
    return code


def _mistyped(error: Exception, words: Sequence[str]) -> Misconfigured | None:
    """What it comes down to where bytes were typed that are no UTF-8, which are fine in names of files only."""
    if not isinstance(error, UnicodeEncodeError):
        return None
    odd = (word for word in words if any("\udc80" <= character <= "\udcff" for character in word))
    return next((Misconfigured(f"{word!r} is no text: type it in UTF-8.") for word in odd), None)


def _offer_debug(parser: argparse.ArgumentParser) -> None:
    """Take `--debug` before and after the command, and after its verb."""
    if "-" not in parser.prefix_chars:  # `db psql` passes everything on
        return
    # Without a default: the inner parser's would undo what was said to the outer one.
    parser.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
    )
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _offer_debug(inner)


def _open_closed() -> None:
    """Read nothing and write nowhere where whoever called us has closed that (`wirewatch run >&-`): Python has None."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _quiet_logs() -> None:
    """Libraries speak up only for what is wrong; the commands say the rest themselves."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # it warns of each pipeline that an error has ended
    logging.raiseExceptions = False  # else Prefect tells of log lines that a server which went away did not get


if __name__ == "__main__":
    sys.exit(main())
