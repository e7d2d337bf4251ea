"""What every reader of feed documents needs first: the text behind the bytes, and what kind of document it is."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from urllib.parse import urlsplit
from xml.parsers import expat

from lxml import etree

from extractors import encoding, urls
from extractors.errors import Unreadable, WirewatchError
from extractors.inflate import gunzip
from extractors.logins import without_login

MOST_ENTRIES = 2_000
"""Of one document; sitemaps with tens of thousands of addresses have broken other people's runs."""
LONGEST = 40_000_000
"""Bytes of a document after it was inflated from a `.gz` file."""
MOST_ATTRIBUTES = 1_000
"""Of one tag: feedparser takes time in the square of them, four seconds for 25,000."""
DEEPEST = 500
"""Elements within elements; a feed nests a dozen, its XHTML some fifty."""
MANY_TAGS = 20_000
"""Tags from which a document's depth is looked at: with fewer there is no harm in it."""
LONGEST_ENTITY = 100
_DECLARED_WITHIN = 1_000_000
LONGEST_SUMMARY = 4_000
LONGEST_TITLE = 1_000

_XML_DECLARATION = re.compile(r"^<\?xml.*?\?>", re.DOTALL)
_WIDE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,12})|([0-9]{1,12}));", re.IGNORECASE)
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!(?!doctype)[^>]*>)", re.DOTALL | re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]{0,80}encoding\s*=\s*[\"']\s*(iso-2022-[a-z]+|hz-gb-2312)", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!doctype\s+([\w:.-]+)[^>\[]*(?:\[.*?\]\s*)?>?", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"[^<]{0,2000}<([\w:.-]+)", re.DOTALL)
# None of these may look for an end from every beginning: a megabyte of beginnings would take it for days.
_TAG = re.compile(r"<(?:!--.*?(?:-->|\Z)|/?[a-zA-Z][^<>]*>|!\[CDATA\[|\?[^<>]*>)|\]\]>", re.DOTALL)
_INVISIBLE = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{10000,}")
_DECLARATION = re.compile(r"<!ENTITY\s[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)


def text_of(body: bytes, *, url: str, content_type: str = "") -> str:
    """The text of a document, in which only characters that XML allows are left.

    Raises `Unreadable` when the document is empty, binary or a damaged archive.
    """
    if body.startswith(b"\x1f\x8b"):  # sitemaps are published as .gz files, without a Content-Encoding
        try:
            body = gunzip(body, limit=LONGEST)
        except WirewatchError as error:
            raise Unreadable(f"{url} is an archive that cannot be read: {error}") from None
    if not body.strip(b" \t\r\n\0"):
        raise Unreadable(f"{url} is an empty document.")
    text = _NOT_XML.sub("", _decoded(body, content_type)).lstrip("\ufeff \t\r\n")
    text = _REFERENCE.sub(_allowed_reference, text)
    if not text:
        raise Unreadable(f"{url} is no text.")
    return text


def root_of(text: str) -> str:
    """The name of the outermost element, lower-cased, without its prefix; "" when there is none; "html" by doctype."""
    start = 0
    for _ in range(50):
        found = _PROLOGUE.match(text, start)
        if not found:
            break
        start = found.end()
    doctype = _DOCTYPE.match(text, start)
    if doctype:
        if doctype[1].lower() == "html":
            return "html"
        start = doctype.end()
        while found := _PROLOGUE.match(text, start):
            start = found.end()
    root = _ROOT.match(text, start)
    return root[1].lower().rpartition(":")[2] if root else ""


def guarded(text: str, *, url: str) -> str:
    """A document that no XML parser can be made to work on for ever; raises `Unreadable` for one that could.

    Without the entities it declares, but for short ones that name characters: what a feed needs of them are letters
    with accents. The parsers have limits of their own, of which some are a matter of how they were built.
    """
    for tag in _LONG_TAG.finditer(text):
        if tag[0].count("=") > MOST_ATTRIBUTES:
            raise Unreadable(f"{url} holds a tag of more than {MOST_ATTRIBUTES:,} attributes.")
    if "<!ENTITY" in text[:_DECLARED_WITHIN].upper():
        text = _DECLARATION.sub(_harmless, text[:_DECLARED_WITHIN]) + text[_DECLARED_WITHIN:]
    if text.count("<") > MANY_TAGS and _depth(text) > DEEPEST:
        raise Unreadable(f"{url} nests elements more than {DEEPEST:,} deep.")
    return text


def _harmless(declared: re.Match[str]) -> str:
    long = len(declared[0]) > LONGEST_ENTITY or re.search(r"\s(?:SYSTEM|PUBLIC)\s", declared[0], re.IGNORECASE)
    return "" if long or re.search(r"&(?!#)", declared[0]) else declared[0]


def _depth(text: str) -> int:
    """How deep elements nest, as far as a strict parser gets; it stops where that is too deep."""
    parser = expat.ParserCreate(namespace_separator=None)
    depth = deepest = 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)
        if depth > DEEPEST:
            raise _TooDeep

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    with suppress(_TooDeep, expat.ExpatError, ValueError):
        parser.Parse(_XML_DECLARATION.sub("", text, count=1).encode(), True)
    return deepest


class _TooDeep(Exception):
    pass


def xml_tree(text: str, *, url: str) -> etree._Element:
    """The document as a tree, mended where it is broken; entities are not expanded, nothing is loaded.

    Raises `Unreadable` for what is no XML, or made to keep a parser busy.
    """
    text = guarded(text, url=url)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    text = _XML_DECLARATION.sub("", text, count=1)
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise Unreadable(f"{url} is no XML that can be read.")
    return root


def plain(markup: str, *, longest: int = LONGEST_SUMMARY) -> str:
    """The words of a piece of HTML on one line: tags dropped, entities resolved, cut after `longest` characters."""
    text = markup
    for _ in range(2):  # many feeds escape twice
        if "<" in text:
            text = _TAG.sub(" ", _INVISIBLE.sub(" ", text))
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    text = " ".join(_NOT_XML.sub("", text).split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def one_line(text: str, *, longest: int = LONGEST_TITLE) -> str:
    """Plain text on one line, cut after `longest` characters."""
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def language_of(code: str | None) -> str | None:
    """`en` from `en-GB`, `EN_us`; None for what is no language code."""
    found = re.match(r"([a-z]{2,3})(?:[-_].*)?$", (code or "").strip().lower())
    return found[1] if found else None


def address_of(url: str, href: str) -> str | None:
    """`href` of the document at `url` as a fetchable address, None when it is none.

    Without a login, the document's own or another: an article's address is stored and shown.
    """
    address = urls.absolute(url, href)
    return None if address is None else without_login(address)


def host_of(url: str) -> str:
    """The host name of a URL, or ""."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _allowed_reference(found: re.Match[str]) -> str:
    """A character reference as it is, or nothing when no XML may hold that character: it would cost the whole feed."""
    code = int(found[1], 16) if found[1] else int(found[2])
    return "" if code > 0x10FFFF or _NOT_XML.fullmatch(chr(code)) else found[0]


def _decoded(body: bytes, content_type: str) -> str:
    for start, name in _WIDE:
        if body.startswith(start):
            return body.decode(name, "replace")
    escaped = _DECLARED.match(body.lstrip()[:200])
    if escaped:  # seven-bit encodings look like valid UTF-8
        return body.decode(escaped[1].decode("ascii").lower().replace("hz-gb-2312", "hz"), "replace")
    text = encoding.decode(body, content_type)
    # A guess among exotic encodings can lose the very brackets that make it a document.
    return text if "<" in text or b"<" not in body else body.decode("utf-8", "replace")
