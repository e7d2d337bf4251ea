"""Feed documents of every format, read into entries: RSS 0.9x to 2.0, RSS 1.0, Atom, CDF, JSON Feed, news sitemaps.

`feedparser` reads the XML feeds (nothing else reads as many broken ones); its HTML sanitiser and link rewriting are
off, which halves its time: titles and summaries lose all markup here, bodies are read by the article extractor.
"""

from __future__ import annotations

import calendar
import io
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

import feedparser
from lxml import etree

from extractors import aggregators, bots, dates, jsonfeed, sitemap
from extractors.answers import shown
from extractors.documents import (
    LONGEST_TITLE,
    MOST_ENTRIES,
    address_of,
    guarded,
    host_of,
    language_of,
    one_line,
    plain,
    root_of,
    text_of,
    xml_tree,
)
from extractors.errors import BotWall, ConsentWall, Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

_PERIODS = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_ROOT_HTML = frozenset(("html", "head", "body", "script", "div", "meta", "p"))
_FORMATS = {"rss": "rss", "rdf": "rdf", "feed": "atom", "channel": "cdf"}
_XML_DECLARATION = re.compile(r"^<\?xml.*?\?>", re.DOTALL)
_LONG_BODY = 1_000
"""A description with this many characters of text is the article, not its summary."""


def read(body: bytes, *, url: str, content_type: str = "", now: datetime) -> Document:
    """The entries of a feed document that was fetched from `url`, in document order, repeated ones included.

    `body` is inflated already (a `.gz` file is inflated here). Items that became no entry are counted in `rejected`.
    A date that cannot be believed at `now` is left out. Raises `Unreadable` or, for a page in its place that wants to
    know whether we are human, `BotWall`; nothing else, on any bytes.
    """
    name = shown(url)
    try:
        text = text_of(body, url=name, content_type=content_type)
        return _read(text, url=url, name=name, now=now)
    except (BotWall, ConsentWall, Unreadable):
        raise
    except Exception as error:  # the parsers raise anything on documents made to break them
        raise Unreadable(f"{name} broke its reader ({type(error).__name__}).") from error


def _read(text: str, *, url: str, name: str, now: datetime) -> Document:
    if text[0] in "{[":
        return jsonfeed.read(text, url=url, now=now)
    root = root_of(text)
    if root in ("urlset", "sitemapindex"):
        return sitemap.read(text, url=url, now=now)
    if root in _ROOT_HTML:
        if aggregators.is_consent(url):
            raise ConsentWall(f"{name} is a consent page: the feed is behind it.")
        maker = bots.wall_by_body(text[: bots.LOOKED_AT].encode())
        if maker:
            raise BotWall(bots.sentence(name, maker))
        raise Unreadable(f"{name} is an HTML page, not a feed.")
    if "<" not in text:
        raise Unreadable(f"{name} is no feed: it holds no markup at all.")
    return _read_xml(text, url=url, name=name, now=now)


def _read_xml(text: str, *, url: str, name: str, now: datetime) -> Document:
    text = guarded(text, url=name)
    try:
        parsed = _parsed(text)
    except (LookupError, TypeError, ValueError, AttributeError):
        # feedparser trips over its own state on stray tags; without them it may not.
        parsed = _parsed(etree.tostring(xml_tree(text, url=name), encoding="unicode"))
    items: list[Mapping[str, Any]] = parsed["entries"]
    version = str(parsed.get("version") or "")
    root = root_of(text)
    if not version and not items and root not in _FORMATS:
        raise Unreadable(f"{name} is no feed: neither RSS nor Atom, JSON Feed or a news sitemap.")
    about = parsed["feed"]
    language = language_of(_string(about, "language"))
    zone = dates.local_zone(language=language, host=host_of(url))
    entries: list[Entry] = []
    rejected: Counter[Reason] = Counter()
    for item in items[:MOST_ENTRIES]:
        entry = _entry(item, url=url, now=now, zone=zone)
        if isinstance(entry, Reason):
            rejected[entry] += 1
        else:
            entries.append(entry)
    if len(items) > MOST_ENTRIES:
        rejected[Reason.TOO_MANY] = len(items) - MOST_ENTRIES
    return Document(
        format=_format(version, root),
        title=plain(_string(about, "title"), longest=LONGEST_TITLE),
        entries=tuple(entries),
        rejected=tuple(rejected.items()),
        language=language,
        ttl_minutes=_ttl(about),
    )


def _parsed(text: str) -> Any:
    data = _XML_DECLARATION.sub("", text, count=1).encode()
    # Without a base of its own feedparser leaves links as they are written, but for xml:base: `urls` does the rest.
    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _entry(item: Mapping[str, Any], *, url: str, now: datetime, zone: tzinfo) -> Entry | Reason:
    href = _link(item)
    if not href:
        return Reason.NO_LINK
    address = address_of(url, href)
    if address is None:
        return Reason.BAD_URL
    summary, content = _texts(item)
    published = _published(item, now=now, zone=zone)
    publisher = _publisher(item)
    title = _title(item)
    if aggregators.is_closed(address):
        # What stands in the place of a text is the aggregator's digest of many.
        title, content = aggregators.without_publisher(title, publisher), ""
        address = aggregators.opened(address) or address
    return Entry(
        url=address,
        title=title,
        summary=summary,
        content_html=content,
        published_at=published,
        published_from=DateOrigin.FEED if published else None,
        guid=one_line(_string(item, "id"), longest=500),
        language=language_of(_string(item, "language")),
        authors=_authors(item),
        publisher=publisher,
    )


def _link(item: Mapping[str, Any]) -> str:
    """The address of the article: FeedBurner's original before its redirect, else the link, else an id that is one."""
    guid = _string(item, "id").strip()
    for field in ("feedburner_origlink", "link"):
        href = _string(item, field).strip()
        if href and (href != guid or not item.get("guidislink")):
            return href
    # By the standard a guid is a link unless it says otherwise; most that are no whole address are mere names.
    return guid if guid.lower().startswith(("http://", "https://")) else ""


def _title(item: Mapping[str, Any]) -> str:
    title = _string(item, "title")
    detail = dict.get(item, "title_detail") or {}  # type: ignore[call-overload]
    # Atom's type="text" means what it says; in RSS everything may be HTML.
    if detail.get("type") == "text/plain" and "&" not in title and not re.search(r"</?[a-zA-Z][^<>]*>", title):
        return one_line(title)
    return plain(title, longest=LONGEST_TITLE)


def _texts(item: Mapping[str, Any]) -> tuple[str, str]:
    """The summary as plain text, and the body as HTML when the feed carries it."""
    values = [str(part.get("value") or "") for part in dict.get(item, "content") or ()]  # type: ignore[call-overload]
    content = max(values, key=len, default="").strip()
    description = _string(item, "summary").strip()
    summary = plain(description or content)
    if len(description) > len(content) and len(summary) > _LONG_BODY:
        content = description
    return summary, content


def _published(item: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> datetime | None:
    for field in ("published", "created", "updated"):
        written = _string(item, field)
        moment = dates.parse(written, zone=zone) if written else None
        if moment is None and any(character.isalpha() for character in written):
            moment = _from_struct(dict.get(item, f"{field}_parsed"))  # type: ignore[call-overload]
        if moment is not None and dates.believable(moment, now):
            return moment
    return None


def _from_struct(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    people = dict.get(item, "authors") or ()  # type: ignore[call-overload]
    names = [plain(str(person.get("name") or ""), longest=200) for person in people if isinstance(person, Mapping)]
    return tuple(dict.fromkeys(name for name in names if name and "@" not in name))[:20]


def _publisher(item: Mapping[str, Any]) -> str:
    """Whom an aggregator names as the source: `<source>`, Bing's `<News:Source>`."""
    source = dict.get(item, "source")  # type: ignore[call-overload]
    named = source.get("title") if isinstance(source, Mapping) else None
    return plain(str(named or _string(item, "news_source")), longest=200)


def _ttl(about: Mapping[str, Any]) -> int | None:
    """Minutes the publisher wants between two polls (`ttl`, else the syndication module's period over frequency)."""
    ttl = _string(about, "ttl").strip()
    if ttl.isdecimal() and int(ttl[:9]) > 0:
        return int(ttl[:9])
    period = _PERIODS.get(_string(about, "sy_updateperiod").strip().lower())
    if period is None:
        return None
    often = _string(about, "sy_updatefrequency").strip()
    return max(1, period // (int(often[:6]) if often.isdecimal() and int(often[:6]) > 0 else 1))


def _format(version: str, root: str) -> str:
    if version in ("rss10", "rss090"):
        return "rdf"
    return version.rstrip("0123456789un") or _FORMATS.get(root, "rss")


def _string(facts: Mapping[str, Any], field: str) -> str:
    """A field of feedparser's as it stands, without the fallbacks that its `get` brings along."""
    value = dict.get(facts, field)  # type: ignore[call-overload]
    return value if isinstance(value, str) else ""
