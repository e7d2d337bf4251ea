"""Bytes to text: which character encoding a page is in, whatever it says of itself."""

from __future__ import annotations

import codecs
import re
from itertools import chain

from charset_normalizer import from_bytes

_HEAD = 4_096
"""How many bytes may hold a declaration; browsers look at 1,024, news sites need more."""
_SEARCHED = 200_000
_SAMPLE = 4_000
"""Bytes without markup shown to the detector: it takes half a millisecond per thousand, and more teaches it nothing."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_NO_CHARSETS = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf-7"})
"""What Python calls encodings and no page is in."""
_CHARSET = re.compile(
    rb"""charset\s*=\s*["']?\s*([a-z0-9_:.\-]{2,40})|<\?xml[^>]{0,80}encoding=["']([\w.\-]{2,40})""", re.IGNORECASE
)
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "euc_kr": "cp949",
    "johab": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "shift_jis": "cp932",
    "shift_jis_2004": "cp932",
    "shift_jisx0213": "cp932",
    "euc_jis_2004": "euc_jp",
    "euc_jisx0213": "euc_jp",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "tis-620": "cp874",
    "iso8859-11": "cp874",
}
"""What a declaration means on the web: the wider encoding that browsers use for it."""
_FAMILIES = (("cp1252", "cp1250", "iso8859-2", "cp1254", "cp1257"), ("cp1253", "iso8859-7"), ("koi8-r", "koi8-u"))
"""Encodings that differ in a few letters only: the one that makes most letters of the bytes is right."""
_LIKELY = ("cp949", "gb18030", "cp932", "euc_jp", "big5hkscs", "cp1251", "koi8-r", "cp1256", "cp1250", "cp1252")
_LIKELY_ALL = frozenset((*_LIKELY, *chain(*_FAMILIES), "iso8859-5", "cp866", "cp874", "cp1255", "cp1258", "iso8859-6"))
"""What news pages are written in; the detector also knows encodings that only mainframes had."""
# Nothing here looks for an end from every beginning: a page of beginnings would take it for minutes.
_MARKUP = re.compile(rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>|\s+", re.IGNORECASE | re.DOTALL)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\f\r\x1b"))

_WORD = re.compile(r"[^\W\d_]{2,}|\ufffd")
_WELL_WRITTEN = re.compile(
    r"[A-Za-zÀ-ÖØ-öø-ɏ]?[a-zß-öø-ɏ]+|[A-ZÀ-ÖØ-ÞĀ-ɏ]+|[А-ЯЁЂЃЄІЇЈЉЊЋЌЎЏҐ]?[а-яёђѓєіїјљњћќўџґ]+|[А-ЯЁЄІЇҐ]+"
    r"|[\u0370-\u03ff]+|[\u0590-\u05ff]+|[\u0600-\u06ff]+|[\u0e00-\u0e7f]+"
)
_SIGNS_OF = {
    "cp949": (re.compile(r"[가-힣]"), 0.3),
    "cp932": (re.compile(r"[ぁ-ヿ]"), 0.1),
    "euc_jp": (re.compile(r"[ぁ-ヿ]"), 0.1),
    "gb18030": (re.compile(r"[的一是不了在人有我他这中国日年月和为上个大会]"), 0.03),
    "big5hkscs": (re.compile(r"[的一是不了在人有我他這中國日年月和為上個大會]"), 0.03),
}
"""Characters that make up at least this part of the letters in any real text in that encoding."""


def decode(body: bytes, content_type: str = "") -> str:
    """The text of `body`; never fails: what cannot be decoded becomes U+FFFD.

    A byte order mark wins, then bytes that are valid UTF-8 (whatever was declared: nothing else looks like it by
    chance), then the declarations of the HTTP header and of the page if they make words of the bytes, then a guess.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    if b"\x1b$" in body and body.isascii():
        return body.decode("iso2022_jp_ext", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if _mostly_utf8(body, error):
            return body.decode("utf-8", "replace")
    return _decode_foreign(body, _declared(body, content_type))


def is_binary(body: bytes) -> bool:
    """Whether `body` is no text in any encoding: an image, an archive, noise."""
    head = body[:_HEAD]
    if head.startswith(tuple(mark for mark, _ in _BOMS)):
        return False
    return len(head) - len(head.translate(None, _CONTROLS)) > len(head) // 50


def _declared(body: bytes, content_type: str) -> list[str]:
    """The encodings that header and page name, as Python knows them, the header's first."""
    found = _CHARSET.findall(content_type.encode("ascii", "ignore")) + _CHARSET.findall(body[:_HEAD])
    names: dict[str, None] = {}
    for meta, xml in found:
        try:
            name = codecs.lookup((meta or xml).decode("ascii")).name
        except (LookupError, ValueError):
            continue
        if name not in _NO_CHARSETS:
            names[_wider(name)] = None
    return list(names)


def _wider(name: str) -> str:
    return _SUPERSETS.get(name, name)


def _mostly_utf8(body: bytes, error: UnicodeDecodeError) -> bool:
    """UTF-8 with a few torn characters: cut at the end, or one foreign snippet in a whole page."""
    if error.start > 0 and error.end >= len(body) - 1 and error.reason == "unexpected end of data":
        return True
    text = body.decode("utf-8", "replace")
    torn = text.count("\ufffd")
    whole = len(body) - len(text) - 2 * torn
    return whole > 20 * torn


def _decode_foreign(body: bytes, declared: list[str]) -> str:
    sample = _foreign_words(body)
    for name in declared:
        if _makes_words(sample, name):
            return body.decode(name, "replace")
    guesses = [_wider(codecs.lookup(guess.encoding).name) for guess in from_bytes(sample)] if sample else []
    for name in (*guesses, *_LIKELY):
        if name in _LIKELY_ALL and _makes_words(sample, name):
            return body.decode(_in_family(name, sample), "replace")
    return body.decode("cp1252", "replace")


def _in_family(name: str, sample: bytes) -> str:
    """The likeliest relative of an encoding: the first of its family, unless another makes more letters of the bytes.

    A few more prove nothing, nor do letters that stand alone: a quotation mark in one is a letter in another.
    """
    family = next((family for family in _FAMILIES if name in family), (name,))
    texts = {one: sample.decode(one, "replace").replace("\ufffd", " ") for one in family}
    letters = {one: sum(map(len, _WORD.findall(text))) for one, text in texts.items()}
    best = max(family, key=lambda one: letters[one])
    return best if letters[best] > 1.02 * letters[family[0]] else family[0]


def _foreign_words(body: bytes) -> bytes:
    """The words of the page that are not plain ASCII, markup and scripts left out: all the evidence there is."""
    words = _MARKUP.sub(b" ", body[:_SEARCHED]).split(b" ")
    return b" ".join(word for word in words if not word.isascii())[:_SAMPLE]


def _makes_words(sample: bytes, name: str) -> bool:
    """Whether the bytes become words under that encoding, written as people write them."""
    try:
        text = sample.decode(name, "replace")
    except (LookupError, UnicodeError):
        return False
    letters = sum(map(str.isalpha, text))
    if name in _SIGNS_OF:
        sign, least = _SIGNS_OF[name]
        foreign = letters - sum(map(str.isalpha, filter(str.isascii, text)))
        return text.count("\ufffd") * 50 <= len(text) and len(sign.findall(text)) >= least * foreign
    words = _WORD.findall(text)
    if not words or sum(_WELL_WRITTEN.fullmatch(word) is not None for word in words) < 0.8 * len(words):
        return False
    # Cyrillic read as Latin gives accents only; real Latin words have most of their letters in ASCII.
    latin = sum("À" <= letter <= "ɏ" for letter in text)
    return latin < 0.5 * letters
