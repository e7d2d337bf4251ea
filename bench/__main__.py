"""Runs every benchmark of this folder, or those named: `python -m bench [NAME [ARGUMENT ...] ...]`.

What follows a name, up to the next one, are its arguments: `python -m bench retag 100000 tagging`. Real pages come from
the folder that WIREWATCH_BENCH_DATA names; a benchmark that needs it and does not find it says so.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterable
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def asked(words: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The benchmarks that these words name, each with its arguments; all where there are none.

    Raises `ValueError` where the first word is no benchmark, for it is no argument of one either.
    """
    found: list[tuple[str, list[str]]] = []
    for word in words:
        if word in NAMES:
            found.append((word, []))
        elif found:
            found[-1][1].append(word)
        else:
            raise ValueError(f"No such benchmark: {word}. There are: {', '.join(NAMES)}.")
    return found or [(name, []) for name in NAMES]


def main(words: list[str]) -> int:
    failed = 0
    try:
        benchmarks = asked(words)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    for name, arguments in benchmarks:
        run = importlib.import_module(f"bench.{name}").main
        if arguments and not inspect.signature(run).parameters:
            print(f"bench {name} takes no arguments: {' '.join(arguments)}", file=sys.stderr)
            return 2
        print(f"\n== {name}")
        failed += bool(run(arguments) if arguments else run())
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
