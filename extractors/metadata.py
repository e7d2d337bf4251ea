"""What a page says of itself: JSON-LD, OpenGraph and the like, `<time>`, links; half a millisecond a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement

from extractors import markup

_ARTICLE_TYPES = re.compile(r"Article|Posting|Report|Review$|^CreativeWork$|LiveBlog")
_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "date.published", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "publishdate", "publish_date",
    "publish-date", "pubdate", "publication_date", "published_time", "firstcreatetime", "og:published_time",
    "cxenseparse:recs:publishtime", "article.published", "og:regdate", "date", "weibo:article:create_at",
)  # fmt: skip
_AUTHORS = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dable:author",
)
_SITES = ("og:site_name", "application-name", "twitter:site")
_LANGUAGES = ("content-language", "og:locale", "dc.language", "inlanguage")
_SCRIPT_WRAP = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/)?\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE = re.compile(r'"(headline|datePublished|articleBody)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_DATED = etree.XPath(
    "//body//*[@itemprop='datePublished' or contains(@class, 'date') or contains(@class, 'time')"
    " or contains(@class, 'publish') or contains(@class, 'byline') or contains(@class, 'meta')"
    " or contains(@class, 'info')]"
)
_WRITTEN_DATE = re.compile(
    r"(?:19|20)\d\d ?[-./年년] ?\d{1,2} ?[-./月월] ?\d{1,2}(?: ?[日일])?(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d(?:[ ,]+\d{1,2}:\d{2})?"
    r"|\d{1,2}\.? [^\W\d_]{3,10}\.?,? (?:19|20)\d\d(?:,? +\d{1,2}:\d{2})?|[A-Z][a-z]{2,8}\.? \d{1,2},? (?:19|20)\d\d"
)
_TAG = re.compile(r"</?(?:p|br|div|a|b|strong|em|i|span|h\d|ul|li)\b[^>]*>", re.IGNORECASE)
_CLOCK = re.compile(r"\d:\d\d|\dT\d\d|^\d{10,14}$")
_DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a page says of itself, unjudged; empty where it says nothing."""

    titles: tuple[str, ...] = ()
    """The most trusted first: JSON-LD headline, OpenGraph and the like, `title`."""
    headings: tuple[str, ...] = ()
    """All `h1`, in document order."""
    site: str = ""
    authors: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    """Publication times as written, the most trusted first."""
    canonical: str = ""
    og_url: str = ""
    language: str = ""
    """As declared by the page, any spelling (`en-GB`, `zh_CN`)."""
    body: str = ""
    """The longest JSON-LD `articleBody`, plain text."""
    kinds: frozenset[str] = frozenset()
    """JSON-LD types and the OpenGraph type, as written."""
    free: bool | None = None
    """JSON-LD `isAccessibleForFree`."""


@dataclass(slots=True)
class _Found:
    meta: dict[str, list[str]] = field(default_factory=dict)
    canonical: str = ""
    page_title: str = ""
    headings: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)

    def first(self, names: tuple[str, ...]) -> str:
        return next((value for name in names for value in self.meta.get(name, ())), "")

    def all(self, names: tuple[str, ...]) -> list[str]:
        return [value for name in names for value in self.meta.get(name, ())]


@dataclass(slots=True)
class _Linked:
    headlines: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    publisher: str = ""
    language: str = ""
    free: bool | None = None


def read(tree: HtmlElement) -> Metadata:
    """Everything the page says of itself; empty fields where it is silent or unreadable. Never fails."""
    found = _collect(tree)
    linked = _linked_data(found.scripts)
    titles = [*linked.headlines[:1], *found.all(_TITLES), found.page_title]
    language = tree.get("lang") or tree.get("xml:lang") or ""
    dates = linked.dates + found.all(_DATES) + found.times
    return Metadata(
        titles=tuple(title for title in titles if title),
        headings=tuple(found.headings),
        site=found.first(_SITES) or linked.publisher,
        authors=tuple(linked.authors or found.all(_AUTHORS)),
        dates=tuple(dates if any(map(_CLOCK.search, dates)) else dates + _shown_dates(tree)),
        canonical=found.canonical,
        og_url=found.first(("og:url",)),
        language=language or linked.language or found.first(_LANGUAGES),
        body=max(linked.bodies, key=len, default=""),
        kinds=frozenset(linked.kinds | set(found.all(("og:type",)))),
        free=linked.free,
    )


def _shown_dates(tree: HtmlElement) -> list[str]:
    """Dates as readers see them, in elements whose name says that they hold one."""
    texts = (markup.words(element)[:200] for element in cast("list[HtmlElement]", _DATED(tree))[:12])
    return [date.strip() for text in texts for date in _WRITTEN_DATE.findall(text)]


def _collect(tree: HtmlElement) -> _Found:
    found = _Found()
    for element in tree.iter("meta", "link", "title", "script", "h1", "time"):
        _NOTERS[element.tag](element, found)
    return found


def _note_meta(element: HtmlElement, found: _Found) -> None:
    attributes = element.attrib
    name = (
        attributes.get("property")
        or attributes.get("name")
        or attributes.get("itemprop")
        or attributes.get("http-equiv")
    )
    content = attributes.get("content")
    if name and content and (text := _plain(content)):
        found.meta.setdefault(name.strip().lower(), []).append(text)


def _note_link(element: HtmlElement, found: _Found) -> None:
    if not found.canonical and "canonical" in (element.get("rel") or "").lower().split():
        found.canonical = (element.get("href") or "").strip()


def _note_title(element: HtmlElement, found: _Found) -> None:
    if not found.page_title and (parent := element.getparent()) is not None and parent.tag in {"head", "html", "body"}:
        found.page_title = _plain(markup.words(element))


def _note_heading(element: HtmlElement, found: _Found) -> None:
    if text := _plain(markup.words(element)):
        found.headings.append(text)


def _note_time(element: HtmlElement, found: _Found) -> None:
    written = element.get("datetime") or markup.words(element)
    marked = "pubdate" in element.attrib or "datePublished" in (element.get("itemprop") or "")
    if written and len(written) < 60 and len(found.times) < 5:
        found.times.insert(0 if marked else len(found.times), written.strip())


def _note_script(element: HtmlElement, found: _Found) -> None:
    if element.text and "ld+json" in (element.get("type") or "").lower():
        found.scripts.append(element.text)


_NOTERS = {
    "meta": _note_meta, "link": _note_link, "title": _note_title, "h1": _note_heading, "time": _note_time,
    "script": _note_script,
}  # fmt: skip


def _linked_data(scripts: list[str]) -> _Linked:
    linked = _Linked()
    for script in scripts:
        document = _load(script)
        if document is None:
            _read_loosely(script, linked)
        for node in _nodes(document, 0):
            _note_node(node, linked)
    return linked


def _load(script: str) -> Any:
    for attempt in (script, _TRAILING_COMMA.sub(r"\1", _SCRIPT_WRAP.sub("", script))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _read_loosely(script: str, linked: _Linked) -> None:
    for name, value in _LOOSE.findall(script[:200_000]):
        text = _plain(value.replace('\\"', '"').replace("\\/", "/").replace("\\n", "\n"))
        {"headline": linked.headlines, "datePublished": linked.dates, "articleBody": linked.bodies}[name].append(text)


def _nodes(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects that describe the page itself; what it links to or is part of is not walked into."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(key), depth + 1)


def _note_node(node: dict[str, Any], linked: _Linked) -> None:
    kinds = {kind for kind in _several(node.get("@type")) if isinstance(kind, str)}
    linked.kinds |= kinds
    if not any(_ARTICLE_TYPES.search(kind) for kind in kinds):
        return
    linked.headlines += _strings(node.get("headline")) or _strings(node.get("name"))
    linked.dates += _strings(node.get("datePublished")) + _strings(node.get("dateCreated"))
    linked.authors += [name for author in _several(node.get("author")) for name in _names(author)]
    linked.bodies += [text for text in map(_body, _several(node.get("articleBody"))) if text]
    linked.publisher = linked.publisher or next(
        (name for one in _several(node.get("publisher")) for name in _names(one)), ""
    )
    linked.language = linked.language or next(iter(_strings(node.get("inLanguage"))), "")
    free = node.get("isAccessibleForFree")
    if free is not None:
        linked.free = str(free).strip().lower() not in {"false", "0", "no", "http://schema.org/false"}


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _strings(value: Any) -> list[str]:
    return [text for item in _several(value) if isinstance(item, str) and (text := _plain(item))]


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return _strings(value.get("name"))
    return _strings(value)


def _body(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    text = unescape(value)
    return markup.prose(text) if _TAG.search(text) else text.strip()


def _plain(text: str) -> str:
    """One line of text; entities that were escaped twice are undone."""
    return " ".join(unescape(text).split()) if "&" in text else " ".join(text.split())


def names_article(kinds: frozenset[str]) -> bool:
    """Whether one of the types is that of an article."""
    return any(kind == "article" or _ARTICLE_TYPES.search(kind) is not None for kind in kinds)
