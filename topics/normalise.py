"""One spelling for text and terms before they are compared, with a way back to the text as it was given.

Every character becomes exactly one: small letter, no accent, look-alike letters of Latin, Greek and Cyrillic the same,
Chinese characters simplified, everything that is no letter or digit a space, but for the middle dot. What cannot be one
character (soft hyphens, combining marks, ligatures, left-over mark-up, pinyin in brackets) is mended piece by piece,
and only then an offset map is kept. Folding is idempotent and the same for terms and texts.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

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
_MIDDLE_DOTS = frozenset("·・･ㆍᆞ‧∙⋅")
"""Stay a dot: 한·중 is Korea and China, and 대한 중국, where a blank stands between the same syllables, is not."""

_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,300}>|<!--[^<>]{0,300}-->|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")
_INLINE = re.compile(r"</?(?:a|b|i|u|em|strong|span|font|mark|small|sup|sub|wbr)\b", re.IGNORECASE)
_PINYIN = re.compile(r"[(（](?<=[\u3400-\u9fff].)\s?[a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{1,6}\s?[)）]")
# UTF-8 that somebody read as Windows-1252 or Latin-1: `â€™` for an apostrophe, `Ã©` for é.
_MISREAD = re.compile(
    "[ÂÃ][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]|â[\x80-\x9f€‚][\x80-\xbf\u0152-\u0192\u02c6-\u02dc\u2013-\u2122]"
)
_ODD_RUN = re.compile(f"{_ODD}+")


def _fold_one(char: str) -> str:
    if char in _MIDDLE_DOTS:
        return "·"
    category = unicodedata.category(char)
    if category in {"Mn", "Me", "Cf"} or char == "ـ" or "\uff9e" <= char <= "\uff9f" or "\u1100" <= char <= "\u11ff":
        return _ODD
    if category[0] not in "LNM" or "\u02b9" <= char <= "\u02bf":
        return " "  # the latter are apostrophes, to Unicode letters
    composed = unicodedata.normalize("NFKC", char)
    if len(composed) > 1:
        return _ODD
    if "\u1100" <= composed <= "\u11ff":
        return char  # a Korean letter by itself: what it is composed to is a piece of a syllable
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

# What is no small letter of ASCII, digit, blank, Korean syllable, kana or Chinese character, and of the latter those
# that have another form. All others fold to themselves.
_CHANGING = re.compile(
    "[\0-\x1f!-/:-`{-\xb6\xb8-\u3040\u3097-\u30a0\u30fb\u30ff-\u4dff\ua000-\uabff\ud7a4-\U0010ffff"
    + "".join(sorted(SIMPLIFIED))
    + "]"
)
_FEW = 72
"""Different characters up to which it is quicker to replace them one by one."""
_GLANCE, _FEW_AT_FIRST = 200, 28
"""So many of them among so many characters, and the whole text has hardly more than `_FEW`."""
_NOT_LATIN = re.compile("[\u0400-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Cyrillic or Arabic letters, and some between them that are in neither page; characters that are in no page."""
_STRANGE = re.compile(rb"\?")
"""A question mark, or what is not in a code page."""


@cache
def _page(name: str) -> bytes:
    """What each byte of a code page folds to, in that code page: none of them has a letter that folds out of it."""
    known = bytes(range(256)).decode(name, "replace").replace("\ufffd", " ")
    return known.translate(_TABLE).encode(name)


def _plain(text: str) -> str:
    """Each character folded by itself; `_ODD` where it does not fold to one.

    Looking up every character costs 20 to 30 ns each. Most texts fit a code page, which takes a tenth of that, or are
    in characters of which few change.
    """
    if text.isascii():
        return text.encode("ascii").translate(_page("ascii")).decode("ascii")
    other = _NOT_LATIN.search(text, 0, _GLANCE)
    if other is None or other[0] < "\u0700":
        paged = _paged(text, "cp1252" if other is None else "cp1251" if other[0] < "\u0600" else "cp1256")
        if paged is not None:
            return paged
    if len(set(_CHANGING.findall(text, 0, _GLANCE))) <= _FEW_AT_FIRST:
        folds = {char: _TABLE[ord(char)] for char in set(_CHANGING.findall(text))}
        if len(folds) <= _FEW and folds.keys().isdisjoint(folds.values()):
            for char, fold_ in folds.items():
                text = text.replace(char, fold_)
            return text
    return text.translate(_TABLE)


def _paged(text: str, name: str) -> str | None:
    """A text folded by a code page and, where it has a few other characters, these by themselves; None: it has many."""
    given = text.encode(name, "replace")
    strange = given.count(b"?") - text.count("?")
    if strange > _FEW:
        return None
    plain = given.translate(_page(name)).decode(name)
    if not strange:
        return plain
    pieces: list[str] = []
    done = 0
    for found in _STRANGE.finditer(given):
        place = found.start()
        if text[place] != "?":
            pieces += plain[done:place], _TABLE[ord(text[place])]
            done = place + 1
    return "".join([*pieces, plain[done:]])


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, between two spaces, and where each of its characters came from."""

    text: str
    at: tuple[int, ...] = ()
    """Where in `text` stretches begin that come from elsewhere than one place further left; (): all is in place."""
    given: tuple[tuple[int, int], ...] = ()
    """By stretch, its span in the given text; a mended one (`whole`) came from all of it."""
    whole: tuple[bool, ...] = ()

    def stretch(self, place: int) -> tuple[int, int, int]:
        """The stretch of `text` around a place in it: start and end, and how far it lies from where it came from.

        Empty for one that was mended, which came from all of its span.
        """
        if not self.at:
            return 0, len(self.text), -1
        number = bisect_right(self.at, place) - 1
        if self.whole[number]:
            return place, place, 0
        start = self.at[number]
        end = self.at[number + 1] if number + 1 < len(self.at) else len(self.text)
        return start, end, self.given[number][0] - start

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span in the given text of a non-empty span of `text`."""
        if not self.at:
            return start - 1, end - 1
        first, last = bisect_right(self.at, start) - 1, bisect_right(self.at, end - 1) - 1
        opens, closes = self.given[first][0], self.given[last][1]
        if not self.whole[first]:
            opens += start - self.at[first]
        if not self.whole[last]:
            closes = self.given[last][0] + end - self.at[last]
        return opens, closes


def fold(text: str) -> Folded:
    """Fold a text for matching; never raises, on any string."""
    plain = _plain(text)
    odd: list[tuple[int, int]] = []
    if not text.isascii():
        if _ODD in plain:
            odd = [(max(found.start() - 1, 0), found.end()) for found in _ODD_RUN.finditer(plain)]
        if not plain.isascii():
            odd += [span for bracket in "(（" if bracket in text for span in _pinyin(text, bracket)]
        if "â" in text or "Ã" in text or "Â" in text:
            odd += [found.span() for found in _MISREAD.finditer(text)]
    if "<" in text or "&" in text:
        odd += [found.span() for found in _MARKUP.finditer(text)]
    return _mended(text, plain, sorted(odd)) if odd else Folded(f" {plain} ")


def _pinyin(text: str, bracket: str) -> Iterator[tuple[int, int]]:
    """Where pinyin stands in such brackets: looked for bracket by bracket, in a fifth of the time of a search."""
    at = text.find(bracket)
    while at >= 0:
        if found := _PINYIN.match(text, at):
            yield found.span()
        at = text.find(bracket, at + 1)


def fold_term(term: str) -> str:
    """Fold a term of a taxonomy, without outer blanks; inner ones stay as many as a text with the same comma has."""
    return fold(term).text.strip()


def _mended(text: str, plain: str, odd: list[tuple[int, int]]) -> Folded:
    pieces: list[str] = []
    at: list[int] = []
    given: list[tuple[int, int]] = []
    whole: list[bool] = []
    length, done = 1, 0

    def add(piece: str, start: int, end: int, mended: bool) -> None:
        nonlocal length
        if piece:
            pieces.append(piece)
            at.append(length)
            given.append((start, end))
            whole.append(mended)
            length += len(piece)

    for start, end in odd:
        if start >= done:
            add(plain[done:start], done, start, False)
            add(_mend(text[start:end]), start, end, True)
            done = end
    add(plain[done:], done, len(text), False)
    joined = "".join(pieces).replace(_ODD, " ")
    return Folded(f" {joined} ", tuple(at), tuple(given), tuple(whole))


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
