"""Where in a TOML file a key stands: the parser gives values without line numbers, and people need the line."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r'^\s*("[^"]+"|[A-Za-z0-9_-]+)\s*[=.]')


def line_of(content: str, path: Sequence[str | int]) -> int:
    """The line (from 1) that best holds `path`, such as `("topics", 3, "rules", 0, "all")`.

    The deepest table header that the path runs through, then the key below it; 1 when nothing fits.
    """
    wanted = tuple(path)
    best, depth = 1, 0
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(content.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _table(header[1], header[2], counts)
            here = table
        elif key := _KEY.match(line):
            here = (*table, key[1].strip('"'))
        else:
            continue
        if len(here) > depth and here == wanted[: len(here)]:
            best, depth = number, len(here)
    return best


def line_of_text(content: str, text: str, after: int = 1) -> int:
    """The first line from `after` on that holds `text` in quotation marks; `after` when there is none."""
    for number, line in enumerate(content.splitlines(), 1):
        if number >= after and f'"{text}"' in line:
            return number
    return after


def _table(brackets: str, name: str, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
    parts = [part.strip().strip('"') for part in name.split(".")]
    path: tuple[str | int, ...] = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        last = position == len(parts) - 1
        if last and brackets == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
