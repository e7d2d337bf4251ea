"""Markdown for the artifacts in Prefect's UI, where text from the web must stay text.

Cells of its tables never wrap: what may be long goes into a list, or last.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

LABEL = 44
"""Characters of a feed's name in a table."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|~!&$])")
_URL = "%/:=&?~#+!$,;'@()*[]"
"""What may stay as it is in an address between angle brackets."""


def plain(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown would take for its own."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def link(label: str, url: str) -> str:
    """A link that opens, whatever characters are in `label` and `url`."""
    return f"[{plain(label)}](<{quote(url, safe=_URL)}>)"


def feed_link(source: str, url: str) -> str:
    """A feed by its source and path, since a source may have several; the link is the feed itself."""
    parts = urlsplit(url)
    label = f"{source} {parts.path}" + (f"?{parts.query}" if parts.query else "")
    return link(label if len(label) <= LABEL else label[: LABEL - 1] + "…", url)


def reason(why: str, url: str) -> str:
    """Why something failed, without the address that stands beside it."""
    return plain(why.removeprefix(url).strip())


def heading(title: str, *lines: str) -> str:
    """A section with its lines."""
    return "\n".join([f"## {title}", "", *lines, ""])


def table(columns: list[str], rows: list[list[str]]) -> list[str]:
    """The lines of a table; a column whose name begins with `#` holds numbers, and is shown without that sign."""
    names = [name.removeprefix("#") for name in columns]
    rules = ["---:" if name.startswith("#") else "---" for name in columns]
    return [f"| {' | '.join(cells)} |" for cells in (names, rules, *rows)]
