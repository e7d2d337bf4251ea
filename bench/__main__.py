"""Runs every benchmark of this folder, or those named: `python -m bench [NAME ...]`.

Real pages come from the folder that WIREWATCH_BENCH_DATA names; a benchmark that needs it and does not find it says so.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

NAMES = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    failed = 0
    for name in names or NAMES:
        print(f"\n== {name}")
        failed += bool(importlib.import_module(f"bench.{name}").main())
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
