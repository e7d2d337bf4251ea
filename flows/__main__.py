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
from importlib.metadata import version

from extractors.errors import Misconfigured, WirewatchError

COMMANDS = {
    "demo": "the whole pipeline on a bundled wire: no network needed",
    "run": "fetch what the feeds have, once, now",
    "serve": "database, Prefect server with its UI, and all schedules, until Ctrl-C",
    "trends": "topics over time, with sparklines",
    "explain": "why an article has its tags",
    "topics": "the taxonomy: list, check, show",
    "tag": "tag texts from a file or stdin",
    "extract": "text and metadata of pages",
    "feeds": "feeds and their health: list, add, check",
    "db": "the database: url, psql, migrate, backup, restore",
    "doctor": "check everything that may be wrong, and say how to mend it",
}
"""In the order in which `--help` shows them."""


def parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser; with `command`, that command's own options are in it, too."""
    top = argparse.ArgumentParser(
        prog="wirewatch",
        description="Watches the world's newswires for one story and keeps trends that lead back to articles.",
        epilog="wirewatch COMMAND --help tells more. Settings are described in docs/operations.md.",
    )
    top.add_argument("--version", action="version", version=f"wirewatch {version('wirewatch')}")
    top.add_argument("--debug", action="store_true", help="show the traceback of an error")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, about in COMMANDS.items():
        if name == command:
            importlib.import_module(f"flows.commands.{name}").add(subparsers)
        else:
            subparsers.add_parser(name, help=about)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    asked = next((word for word in words if not word.startswith("-")), None)
    args = parser(asked).parse_args(words)
    _quiet_logs()
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        print("wirewatch: interrupted; what was claimed is taken up by the next run.", file=sys.stderr)  # noqa: T201
        return 130
    except BrokenPipeError:  # `wirewatch trends | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except WirewatchError as error:
        return _say(str(error), debug=args.debug, code=2 if isinstance(error, Misconfigured) else 1)
    except Exception as error:  # noqa: BLE001 -- the last resort: a sentence, not a traceback
        return _say(f"{_plain(error)} (--debug shows where)", debug=args.debug, code=1)


def _say(sentence: str, *, debug: bool, code: int) -> int:
    if debug:
        traceback.print_exc()
    print(f"wirewatch: {sentence}", file=sys.stderr)  # noqa: T201
    return code


def _plain(error: Exception) -> str:
    """The first line of what an error says, without SQL, parameters and links."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return f"{type(error).__name__}: {said[0]}" if said else type(error).__name__


def _quiet_logs() -> None:
    """Libraries speak up only for what is wrong; the commands say the rest themselves."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


if __name__ == "__main__":
    sys.exit(main())
