"""One spelling for text and terms before they are compared, with a way back to the text as it was given.

Every character becomes exactly one: small letter, no accent, look-alike letters of Latin, Greek and Cyrillic the same,
Chinese characters simplified, everything that is no letter or digit a space. What cannot be one character (soft
hyphens, combining marks, ligatures, left-over mark-up, pinyin in brackets) is mended piece by piece, and only then an
offset map is kept. Folding is idempotent and the same for terms and texts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from topics.hanzi import SIMPLIFIED

_ODD = "\0"
"""Stands for a character that folds to none or to several."""

# Letters that look alike, small or capital, meet in the Latin one: spun and stolen texts mix them inside words.
_LOOK_ALIKE = dict(zip("авекмнорстухіјѕ" + "αβεζηικμνορτυχ", "abekmhopctyxijs" + "abezhikmnoptyx", strict=True)) | {
    "ґ": "г",
    "ς": "σ",
}
_ARABIC_ALIKE = {"ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ھ": "ه"}
_FIXED = _LOOK_ALIKE | _ARABIC_ALIKE | SIMPLIFIED

_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--[^<>]{0,300}-->|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|mark|small|sup|sub|wbr)\b", re.IGNORECASE)
_PINYIN = re.compile(r"(?<=[\u3400-\u9fff])[(（]\s?[a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}\s?[)）]")
# UTF-8 that somebody read as Windows-1252 or Latin-1: `â€™` for an apostrophe, `Ã©` for é.
_MISREAD = re.compile(
    "[ÂÃ][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]|â[\x80-\x9f€‚][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]"
)
_CLUSTER = re.compile(f"[^{_ODD}]?{_ODD}+")
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes([32] * 128)


def _fold_one(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"} or char == "ـ" or "\uff9e" <= char <= "\uff9f" or "\u1100" <= char <= "\u11ff":
        return _ODD
    if category[0] not in "LNM" or "\u02b9" <= char <= "\u02bf":
        return " "  # the latter are apostrophes, to Unicode letters
    composed = unicodedata.normalize("NFKC", char)
    if len(composed) > 1:
        return _ODD
    if "\u0600" <= composed <= "\u06ff" or composed < "\u0590" or "\u1e00" <= composed <= "\u1fff":
        composed = unicodedata.normalize("NFKD", composed)[0]
    small = composed.lower()[0]
    return "s" if small == "ß" else _FIXED.get(small, small)


class _Table(dict[int, str]):
    """A translation table that fills itself with the characters it meets."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_one(chr(code))
        return folded


_TABLE = _Table()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, between two spaces, and where each of its characters came from."""

    text: str
    starts: tuple[int, ...] | None = None
    """By folded character (without the first space), its start in the given text; None: same place."""
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span in the given text of a non-empty span of `text`."""
        if self.starts is None or self.ends is None:
            return start - 1, end - 1
        return self.starts[start - 1], self.ends[end - 2]


def fold(text: str) -> Folded:
    """Fold a text for matching; never raises, on any string."""
    if text.isascii():
        plain = text.encode("ascii").translate(_ASCII).decode("ascii")
        odd = []
    else:
        plain = text.translate(_TABLE)
        odd = [found.span() for found in _CLUSTER.finditer(plain)] if _ODD in plain else []
        if "(" in text or "（" in text:
            odd += [found.span() for found in _PINYIN.finditer(text)]
        if "â" in text or "Ã" in text or "Â" in text:
            odd += [found.span() for found in _MISREAD.finditer(text)]
    if "<" in text or "&" in text:
        odd += [found.span() for found in _MARKUP.finditer(text)]
    return _mended(text, plain, sorted(odd)) if odd else Folded(f" {plain} ")


def fold_term(term: str) -> str:
    """Fold a term of a taxonomy, without outer blanks; inner ones stay as many as a text with the same comma has."""
    return fold(term).text.strip()


def _mended(text: str, plain: str, odd: list[tuple[int, int]]) -> Folded:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for start, end in odd:
        if start < done:
            continue
        pieces.append(plain[done:start])
        starts.extend(range(done, start))
        ends.extend(range(done + 1, start + 1))
        piece = _mend(text[start:end])
        pieces.append(piece)
        starts.extend([start] * len(piece))
        ends.extend([end] * len(piece))
        done = end
    pieces.append(plain[done:])
    starts.extend(range(done, len(text)))
    ends.extend(range(done + 1, len(text) + 1))
    whole = "".join(pieces).replace(_ODD, " ")
    return Folded(f" {whole} ", tuple(starts), tuple(ends))


def _mend(piece: str) -> str:
    if _MARKUP.fullmatch(piece):
        return "" if _INLINE.match(piece) else " "
    if _PINYIN.fullmatch("国" + piece, 1):
        return ""
    if _MISREAD.fullmatch(piece):
        piece = _reread(piece)
    return unicodedata.normalize("NFKC", piece).translate(_TABLE).replace(_ODD, "")


def _reread(piece: str) -> str:
    """The characters that bytes read wrongly were, or the piece itself where they were none."""
    try:
        return b"".join(map(_byte, piece)).decode("utf-8")
    except UnicodeError:
        return piece


def _byte(char: str) -> bytes:
    """The byte that was read as this character; Windows-1252 has no meaning for five of them."""
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")
