"""On which line of a TOML text a key stands: for messages that people can act on."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]*"|'[^']*'|[\w-]+)\s*(?:\.[^=]*)?=""")

_ELEMENT = re.compile(r"""\{[^}]*\}|"[^"]*"|'[^']*'""")


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line, from 1, where `path` is written, or the nearest thing around it; None when not even its table is found.

    `path` is what a validator reports: `("source", 3, "feeds", 0, "url")` is the first feed of the fourth `[[source]]`.
    """
    if not path or not isinstance(path[0], str):
        return None
    index = path[1] if len(path) > 1 and isinstance(path[1], int) else None
    keys = path[2:] if index is not None else path[1:]
    lines = text.splitlines()
    start = _table(lines, path[0], index)
    if start is None:
        return _key(lines, 0, path[0])
    if not keys or not isinstance(keys[0], str):
        return start
    line = _key(lines, start, keys[0])
    if line is not None and len(keys) > 1 and isinstance(keys[1], int):
        return _element(lines, line, keys[1])
    return line or start


def _table(lines: list[str], name: str, index: int | None) -> int | None:
    """The line of the header `[name]`, or of the `index`-th `[[name]]`."""
    met = -1
    for number, line in enumerate(lines, start=1):
        found = _HEADER.match(line)
        if found and found[2] == name and (found[1] == "[[") == (index is not None):
            met += 1
            if index is None or met == index:
                return number
    return None


def _key(lines: list[str], start: int, name: str) -> int | None:
    """The line of `name = …` between line `start` and the next header."""
    for number, line in enumerate(lines[start:], start=start + 1):
        if _HEADER.match(line):
            return None
        found = _KEY.match(line)
        if found and found[1].strip("\"'") == name:
            return number
    return None


def _element(lines: list[str], start: int, index: int) -> int:
    """The line of the `index`-th string or inline table of an array that begins on line `start`."""
    met = -1
    for number, line in enumerate(lines[start - 1 :], start=start):
        content = line.partition("=")[2] if number == start else line
        if not content.lstrip().startswith("#"):
            met += len(_ELEMENT.findall(content))
        if met >= index:
            return number
    return start
