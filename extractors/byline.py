"""Who wrote it: names out of bylines."""

from __future__ import annotations

import re
from collections.abc import Iterable

from extractors.text import line

_MOST = 10
_LONGEST = 60
_BEFORE = re.compile(
    r"^(?:(?:written|posted|reported|story|text|by|von|par|por|de|di|da|door|автор[ы]?|текст|作者|记者|記者|文|글|취재)\b"
    r"[\s:：/／|]*)+|^(?:작성자|기자명|責任編輯|责任编辑)\s*[:：]\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:(?:선임|수습|전문|객원)?기자|특파원|논설위원|記者|记者|编辑|特派員|通讯员)\s*$"
    r"|\s*[(（\[【].*$|\s+(?:in|aus|for|à) [A-Z].*$"
)
_BETWEEN = re.compile(r"\s*(?:[;&|、·/／]|,\s|\b(?:and|und|et|y|и)\b)\s*")
_ADDRESS = re.compile(r"https?:|www\.|@")
_NO_NAME = re.compile(
    r"\d{3}|^(?:admin|administrator|editors?|editorial|webmaster|staff|news ?desk|newsroom"
    r"|web ?desk|online|redaktion|redacción|(?:la )?rédaction|redação|redazione|редакция|unknown|none|null|author)$"
    r"|\b(?:writer|reporter|correspondent|editor|columnist|contributor|journalist|bureau chief)s?\b",
    re.IGNORECASE,
)


def names(written: Iterable[str]) -> tuple[str, ...]:
    """The names in what a page gives as its authors, in order, each once; without roles, addresses and nobodies."""
    found: dict[str, str] = {}
    for entry in written:
        if _ADDRESS.search(entry):
            continue
        for part in _BETWEEN.split(_BEFORE.sub("", line(entry))):
            name = _AFTER.sub("", _BEFORE.sub("", part)).strip(" .,:;-–—|")
            if 1 < len(name) <= _LONGEST and not _NO_NAME.search(name):
                found.setdefault(name.casefold(), name.title() if name.isupper() and " " in name else name)
    return tuple(found.values())[:_MOST]
