"""Lists of feeds as other programs exchange them: OPML, read however broken, and written so that all can read it.

Real OPML files are not well-formed: descriptions hold bare `&` and `<`, titles hold quotes that end nothing. A strict
parser loses the whole list by one of them, a mending one the rest of the line without a word. So the `outline` tags
are read one by one here: a quote ends a value only where the tag goes on after it as a tag can. What was mended and
what had to be left out is told by line.

Format: http://opml.org/spec2.opml
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from xml.sax.saxutils import quoteattr

from extractors import encoding, logins, urls
from extractors.answers import shown
from extractors.errors import Unreadable
from extractors.records import Catalogue, FeedSpec, Source

NAMESPACE = "urn:wirewatch:source"
"""Of the attributes in which an exported list keeps what OPML has no word for."""
FACTS = ("slug", "name", "homepage", "country", "language", "kind", "bloc", "family")
"""What a feeds.toml says of a source, in its order."""
MOST_OUTLINES = 50_000
LONGEST = 20_000_000
"""Bytes of a file that is read."""
LONGEST_TAG = 20_000
"""Characters of one tag; longer ones are taken for tags without an end."""

_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<(/?)outline(?=[\s/>])", re.DOTALL | re.IGNORECASE)
_NEXT = re.compile(r"<\s*/?\s*(?:outline|body|opml)(?=[\s/>])", re.IGNORECASE)
_NAME = re.compile(r"""\s*([A-Za-z_][\w:.-]*)\s*=\s*(["']?)""")
_CLOSE = re.compile(r"\s*(/?)\s*>")
_AFTER_VALUE = re.compile(r"""\s*(?:[A-Za-z_][\w:.-]*\s*=\s*["']|/?\s*>\s*(?:<|\Z))""")
_STRAY = re.compile(r"\s*[^\s/>]+|\s*/|\s+|>")
_XML_URL = re.compile(r"\bxmlurl\s*=", re.IGNORECASE)
_ANYTHING = re.compile("")
_NOTHING = re.compile(r"\s*\Z")
_BARE = re.compile(r"""[^\s"'<>]+""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_AMPERSAND = re.compile(r"&(?!(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});)", re.IGNORECASE)
_OURS = re.compile(rf"""xmlns:([\w.-]+)\s*=\s*["']{NAMESPACE}["']""")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A feed as an OPML file lists it."""

    line: int
    url: str
    title: str = ""
    homepage: str | None = None
    language: str = ""
    folders: tuple[str, ...] = ()
    """Names of the outlines around it, the outermost first."""
    note: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What a list exported by Wirewatch says of the source, by the names of feeds.toml."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one line of the file, in a sentence."""

    line: int
    what: str
    lost: bool
    """Whether an outline was left out for it, else it was mended."""


@dataclass(frozen=True, slots=True)
class FeedList:
    """What an OPML file holds, in its order."""

    feeds: tuple[Listed, ...]
    remarks: tuple[Remark, ...]


def read(body: bytes, *, name: str) -> FeedList:
    """The feeds that an OPML file lists, and what was wrong with it; raises `Unreadable` if it holds no outline."""
    if len(body) > LONGEST:
        raise Unreadable(f"{name} is larger than {LONGEST:,} bytes: that is no list of feeds.")
    text = encoding.decode(body, "text/xml")
    reader = _Reader(text)
    for tag in _tags(text):
        reader.take(tag)
    if not reader.outlines:
        what = "an HTML page" if re.search(r"<html[\s>]|<!doctype html", text[:2_000], re.IGNORECASE) else "no OPML"
        raise Unreadable(f"{name} is {what}: there is no <outline> in it.")
    return reader.result()


def write(catalogue: Catalogue, *, title: str) -> str:
    """The catalogue as OPML 2.0: a folder a run of sources of one bloc, an outline a feed.

    Feed readers find name, address, homepage, language and folders; `read` finds all that feeds.toml says. Characters
    that XML has no way to write are left out.
    """
    feeds: dict[str, list[FeedSpec]] = {}
    for feed in catalogue.feeds:
        feeds.setdefault(feed.source, []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<opml version="2.0" xmlns:wirewatch="{NAMESPACE}">',
        f"  <head><title>{html.escape(_allowed(title), quote=False)}</title></head>",
        "  <body>",
    ]
    for bloc, sources in groupby(catalogue.sources, key=lambda source: source.bloc):
        lines.append(f"    <outline text={_quoted(bloc)} title={_quoted(bloc)}>")
        lines += [f"      {_outline(source, feed)}" for source in sources for feed in feeds.get(source.slug, [])]
        lines.append("    </outline>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


# Writing -------------------------------------------------------------------------------------------------------------


def _outline(source: Source, feed: FeedSpec) -> str:
    facts = {name: getattr(source, name) or "" for name in FACTS} | {"note": feed.note}
    said = {
        "type": "rss", "text": source.name, "title": source.name, "xmlUrl": feed.url, "htmlUrl": source.homepage or "",
        "description": feed.note, "language": source.language, "category": f"/{source.bloc}/{source.kind}",
        **{f"wirewatch:{name}": value for name, value in facts.items()},
    }  # fmt: skip
    return f"<outline {' '.join(f'{name}={_quoted(value)}' for name, value in said.items() if value)}/>"


def _quoted(value: str) -> str:
    # Line ends and tabs in an attribute are blanks to an XML parser, unless they are written as references.
    return quoteattr(_allowed(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", '"': "&quot;"})


def _allowed(value: str) -> str:
    return _NOT_XML.sub("", value)


# Reading: tags -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    closes: bool
    """`</outline>`"""
    empty: bool = True
    """`<outline … />`: nothing is inside."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    mended: tuple[str, ...] = ()
    broken: str = ""
    """Why nothing can be read of it."""


def _tags(text: str) -> Iterator[_Tag]:
    position = 0
    while found := _TAG.search(text, position):
        position = found.end()
        if found[1] is None:  # a comment, or character data
            continue
        if found[1]:
            yield _Tag(found.start(), closes=True)
            continue
        after = _NEXT.search(text, position)
        limit = min(after.start() if after else len(text), position + LONGEST_TAG)
        tag, position = _opening(text, found.start(), position, limit)
        yield tag


def _opening(text: str, start: int, position: int, limit: int) -> tuple[_Tag, int]:
    """The tag whose name ends at `position`, which is over before `limit`; and where it ends."""
    attributes: dict[str, str] = {}
    mended: list[str] = []
    while position < limit:
        if end := _CLOSE.match(text, position, limit):
            return _Tag(start, False, bool(end[1]), attributes, tuple(dict.fromkeys(mended))), end.end()
        if not (name := _NAME.match(text, position, limit)):
            stray = _STRAY.match(text, position, limit)
            assert stray is not None  # it takes whatever there is
            position = stray.end()
            if stray[0].strip():
                mended.append("stray characters inside the tag")
            continue
        written, position = _value(text, name, limit)
        if written is None:
            return _Tag(start, False, broken=f"the value of {name[1]} has no end"), limit
        key = name[1].lower()
        mended += _mended(written, name[1], name[2])
        attributes.setdefault(key, _unescaped(written))
    return _Tag(start, False, True, attributes, (*dict.fromkeys(mended), "no end of the tag")), limit


def _value(text: str, name: re.Match[str], limit: int) -> tuple[str | None, int]:
    """The value after `name="`, up to the first quote after which the tag goes on; and where it ends."""
    quote, start = name[2], name.end()
    if not quote:
        bare = _BARE.match(text, start, limit)
        end = bare.end() if bare else start
        if text[start:end].endswith("/") and text.startswith(">", end):  # <outline text=News/>
            end -= 1
        return text[start:end], end
    # No value holds the attribute we are after: a quote beyond its beginning ends another one.
    ours = _XML_URL.search(text, start, limit)
    last = ours.start() if ours else limit
    # Up to the next tag's first character: it tells an end of this tag from a `>` in the middle of a title.
    for follows, until in ((_AFTER_VALUE, limit + 1), (_CLOSE, limit), (_NOTHING, limit), (_ANYTHING, limit)):
        end = text.find(quote, start, last)
        while end >= 0:
            if follows.match(text, end + 1, until):
                return text[start:end], end + 1
            end = text.find(quote, end + 1, last)
    return None, limit


def _mended(written: str, name: str, quote: str) -> list[str]:
    found = [("quotes that are not escaped", bool(quote) and quote in written), ("a bare <", "<" in written)]
    found += [("a bare &", bool(_AMPERSAND.search(written))), ("no quotes", not quote)]
    return [f"{what} in {name}" if quote else f"{what} around {name}" for what, there in found if there]


def _unescaped(written: str) -> str:
    whole = re.sub(r"\r\n|[\t\n\r]", " ", written)
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), whole)


# Reading: what the tags mean -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    text: str
    outlines: int = 0
    feeds: list[Listed] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    around: list[tuple[str, bool]] = field(default_factory=list)
    """Open outlines: their name as a folder ("" for feeds), and whether they are commented out."""
    met: dict[str, int] = field(default_factory=dict)
    _ends: list[int] = field(init=False)
    _prefix: str = field(init=False)

    def __post_init__(self) -> None:
        self._ends = [found.start() for found in re.finditer("\n", self.text)]
        ours = _OURS.search(self.text)
        self._prefix = f"{ours[1].lower() if ours else 'wirewatch'}:"

    def take(self, tag: _Tag) -> None:
        if tag.closes:
            if self.around:
                self.around.pop()
            return
        self.outlines += 1
        if self.outlines > MOST_OUTLINES:
            return
        line = bisect_right(self._ends, tag.start) + 1
        if tag.broken:
            self._say(line, f"left out: {tag.broken}")
            return
        said = tag.attributes
        comment = said.get("iscomment", "").lower() == "true" or any(hidden for _, hidden in self.around)
        address = self._address(said)
        fault = "it is commented out" if comment else self._fault(said, address, empty=tag.empty)
        if tag.mended:
            self._say(line, f"mended: {', '.join(tag.mended)}", lost=False)
        if fault:
            self._say(line, f"left out: {fault}")
        elif address:
            self._feed(line, said, address)
        if not tag.empty:
            self.around.append(("" if address else _title(said), comment))

    def result(self) -> FeedList:
        if self.around:
            last = len(self._ends) + 1
            self._say(last, f"mended: {len(self.around)} outline(s) are never closed", lost=False)
        if self.outlines > MOST_OUTLINES:
            self._say(len(self._ends) + 1, f"left out: all outlines after the first {MOST_OUTLINES:,}")
        return FeedList(tuple(self.feeds), tuple(self.remarks))

    def _say(self, line: int, what: str, *, lost: bool = True) -> None:
        self.remarks.append(Remark(line, what, lost))

    @staticmethod
    def _address(said: Mapping[str, str]) -> str:
        """The address of the feed as written; "" for an outline that is none."""
        kind = said.get("type", "").lower()
        return said.get("xmlurl", "").strip() or (said.get("url", "").strip() if kind in ("rss", "atom") else "")

    @staticmethod
    def _fault(said: Mapping[str, str], address: str, *, empty: bool) -> str:
        """Why an outline is neither a feed nor a folder."""
        if address:
            made = logins.address(_web(address))
            secret = logins.in_clear(made) if made else None
            if secret:
                return f"{shown(address)} holds {secret}; give that a name in WIREWATCH_SECRETS and add it by hand"
            return "" if made else f"{address!r} is no web address"
        if said.get("type", "").lower() == "include":
            return f"it names another list; import {said.get('url', 'that')} by itself"
        if said.get("url") or said.get("htmlurl"):
            return "it is a link to a page, no feed"
        return "it has no address (xmlUrl)" if empty else ""

    def _feed(self, line: int, said: Mapping[str, str], address: str) -> None:
        url = logins.address(_web(address))
        assert url is not None  # _fault looked
        if url in self.met:
            self._say(line, f"left out: it repeats line {self.met[url]}")
            return
        self.met[url] = line
        facts = {
            name.removeprefix(self._prefix): value for name, value in said.items() if name.startswith(self._prefix)
        }
        note = facts.pop("note", "")
        self.feeds.append(
            Listed(
                line=line,
                url=url,
                title=_title(said),
                homepage=urls.clean(said.get("htmlurl", "")),
                language=said.get("language", "").strip(),
                folders=tuple(name for name, _ in self.around if name),
                note=note,
                facts={name: value for name, value in facts.items() if name in FACTS},
            )
        )


def _title(said: Mapping[str, str]) -> str:
    return " ".join((said.get("text") or said.get("title") or "").split())


def _web(address: str) -> str:
    """The address behind `feed:`, as some readers write it."""
    bare = re.sub(r"^feed:(?://)?", "", address, flags=re.IGNORECASE)
    return bare if bare == address or "://" in bare else f"http://{bare}"
