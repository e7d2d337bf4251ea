"""Where the real pages and feeds are that some benchmarks need."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def folder(name: str) -> Path | None:
    """The folder `name` of the one WIREWATCH_BENCH_DATA names, or None after saying that it is missing."""
    root = os.environ.get("WIREWATCH_BENCH_DATA", "")
    found = Path(root) / name
    if root and found.is_dir():
        return found
    where = f"{found} is not there" if root else "WIREWATCH_BENCH_DATA is not set"
    print(f"Left out: {where} (it names a folder that holds {name}/).", file=sys.stderr)
    return None
