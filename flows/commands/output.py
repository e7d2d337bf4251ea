"""What commands print: tables that fit the window, sparklines with visible gaps, figures a person can read.

On a terminal there is colour; elsewhere the same words as plain text. Nothing from outside (headlines, addresses, error
texts) is ever read as markup or sent to the terminal as a control sequence.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

GAP = "·"
"""Stands in a sparkline for a day that cannot be compared: no coverage, not zero."""
DARK = "░"
"""Stands in a sparkline for a day of which too little was collected to compare it: neither a gap nor a figure."""
NOTHING = "–"
"""Stands in a cell for a figure that does not exist."""

_BARS = "▁▂▃▄▅▆▇█"
_KEPT_CONTROLS = frozenset("\n\t")


UNBOUND = 160
"""Columns where there is no window and COLUMNS is not set: in a file or pipe, long lines rather than cut ones."""


class Printer(Console):
    """Rich's console, but for a reader who leaves: to rich that is exit code 1, to us the end of the command."""

    def on_broken_pipe(self) -> None:
        """Leave it to whoever called the command."""
        raise BrokenPipeError


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `least` is the width below which it is not squeezed, `elastic` ones give way first."""

    name: str
    align: Literal["left", "right"] = "left"
    elastic: bool = False
    least: int | None = None
    style: str = ""


def console(*, stderr: bool = False, file: TextIO | None = None, width: int | None = None) -> Console:
    """The console every command prints through; plain text unless it writes to a terminal."""
    stream = file or (sys.stderr if stderr else sys.stdout)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")  # a C locale prints `?`, it does not end in a traceback
    made = Printer(file=stream, width=width, markup=False, emoji=False, highlight=False)
    if width is None and not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = UNBOUND
    return made


def render(*parts: Any, width: int = 80) -> str:
    """What `parts` look like without colour in a window of `width` columns, trailing blanks cut."""
    paper = io.StringIO()
    printer = Console(file=paper, width=width, markup=False, emoji=False, highlight=False, color_system=None)
    for part in parts:
        printer.print(part)
    return "\n".join(line.rstrip() for line in paper.getvalue().splitlines()) + "\n"


def table(
    columns: Sequence[Column | str], rows: Iterable[Sequence[Any]], *, title: str | None = None, tight: bool = False
) -> RenderableType:
    """A table; cells are text, `rich.text.Text` or None, and only elastic columns are ever cut (with `…`).

    Columns stand two blanks apart, or one where it is `tight`.
    """
    padding = (0, 0 if tight else 1, 0, 0)
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=padding)
    for column in (Column(column) if isinstance(column, str) else column for column in columns):
        # To rich, a column that may wrap is one that may shrink; its cells are cut all the same (see _cell).
        made.add_column(
            column.name,
            justify=column.align,
            overflow="ellipsis",
            no_wrap=not column.elastic,
            min_width=column.least or cell_len(column.name),
            style=column.style,
        )
    for row in rows:
        made.add_row(*map(_cell, row))
    # Rich's own title would wrap at the width of a narrow table.
    return Group(Text(title, style="table.title"), made) if title else made


def sparkline(values: Sequence[float | str | None], *, width: int | None = None) -> str:
    """One bar a value, scaled to the highest; None is a gap, zero the lowest bar and nothing else, a sign itself.

    With more values than `width`, neighbours are averaged; a group of gaps and signs only is the first of its signs.
    """
    shown = list(values) if width is None or len(values) <= width else _grouped(values, width)
    top = max((value for value in shown if isinstance(value, int | float)), default=0.0)
    return "".join(value if isinstance(value, str) else _bar(value, top) for value in shown)


def number(value: float | None, digits: int = 0) -> str:
    """`12,345`, or a dash for None."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def percent(share: float | None, digits: int = 1) -> str:
    """A share in 0..1 as `12.3%`, or a dash for None."""
    return NOTHING if share is None else f"{share * 100:.{digits}f}%"


def change(ratio: float | None) -> str:
    """A ratio to what was before as `+40%`, `-25%`, `x3.2`; a dash for None."""
    if ratio is None:
        return NOTHING
    return f"x{ratio:.1f}" if ratio >= 3 else f"{(ratio - 1) * 100:+.0f}%"


def moment(at: datetime | None) -> str:
    """An instant as `2025-03-04 05:06`, in UTC; a dash for None."""
    return NOTHING if at is None else f"{at:%Y-%m-%d %H:%M}"


def span(seconds: float | None) -> str:
    """A length of time in its largest unit: `40 s`, `12 min`, `5 h`, `3 d`."""
    if seconds is None:
        return NOTHING
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if abs(seconds) >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def clean(words: str) -> str:
    """`words` without anything that could steer a terminal: control characters and direction overrides."""
    return "".join(
        char if char in _KEPT_CONTROLS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"} else ""
        for char in words
    )


def as_json(value: Any) -> str:
    """Indented JSON for people and programs; datetimes as ISO 8601, other scripts as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """RFC 4180 text with a header; None is an empty field."""
    paper = io.StringIO()
    writer = csv.DictWriter(paper, fieldnames=list(columns), extrasaction="ignore")
    writer.writeheader()
    writer.writerows({key: _plain_cell(value) for key, value in row.items()} for row in rows)
    return paper.getvalue()


def emit(words: str, *, file: TextIO | None = None) -> None:
    """Writes machine-readable `words` as they are: never wrapped, never coloured, always in UTF-8."""
    stream = file or sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(
            encoding="utf-8", errors="backslashreplace"
        )  # half a surrogate pair becomes JSON's own \\ud800
    stream.write(words if words.endswith("\n") else words + "\n")


def _cell(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    words = NOTHING if value is None else " ".join(clean(str(value)).split())
    return Text(words, no_wrap=True, overflow="ellipsis")


def _bar(value: float | None, top: float) -> str:
    if value is None:
        return GAP
    if value <= 0 or top <= 0:
        return _BARS[0]
    return _BARS[1 + min(int(value / top * (len(_BARS) - 1)), len(_BARS) - 2)]


def _grouped(values: Sequence[float | str | None], width: int) -> list[float | str | None]:
    bounds = [round(index * len(values) / width) for index in range(width + 1)]
    return [_together(values[a:b]) for a, b in itertools.pairwise(bounds)]


def _together(group: Sequence[float | str | None]) -> float | str | None:
    figures = [value for value in group if isinstance(value, int | float)]
    if figures:
        return sum(figures) / len(figures)
    return next((value for value in group if value is not None), None)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _plain_cell(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
