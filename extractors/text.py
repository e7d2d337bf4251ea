"""Text as the database and people can have it."""

from __future__ import annotations

import re
import unicodedata

_UNSTORABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u200b\u200e\u200f\u2060\ufeff\u00ad]"
)
_LINE_ENDS = re.compile(r"[\n\r\x85\u2028\u2029]+")
_WIDE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def line(text: str) -> str:
    """One line: NFC, single spaces, nothing that Postgres would refuse."""
    return " ".join(storable(text).split())


def storable(text: str) -> str:
    """`text` in NFC without control characters, lone surrogates, and marks that nobody sees."""
    text = _UNSTORABLE.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def paragraphs(text: str) -> str:
    """Paragraphs separated by one newline each, trimmed, none empty."""
    lines = (" ".join(part.split()) for part in _LINE_ENDS.split(storable(text)))
    return "\n".join(part for part in lines if part)


def weight(text: str) -> int:
    """Length in characters, letters of Chinese, Japanese and Korean counted twice: they say as much as two."""
    return len(text) + (0 if text.isascii() else len(_WIDE.findall(text)))
