"""Where a site may keep its feeds, and whether what was found there looks like news. Pure; `flows/scout.py` asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from protego import Protego

from extractors import encoding, markup, urls
from extractors.archive import Child, named_period
from extractors.documents import language_of, one_line
from extractors.records import Document
from extractors.robots import LARGEST

FRESH = timedelta(days=30)
"""A feed whose newest entry is older looks abandoned."""
MOST_LINKS = 30
"""Of one page that are tried; a page with more is a directory of feeds."""

USUAL_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds", "/?feed=rss2")
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap_index.xml", "/sitemap.xml")
"""Where content systems put them when nobody says otherwise: WordPress, Drupal, Ghost, Blogger, Arc."""

_TYPES = frozenset(
    """
    application/rss+xml application/atom+xml application/rdf+xml application/feed+json application/json application/xml
    text/xml application/x.atom+xml application/x-atom+xml
    """.split()  # noqa: SIM905 -- quoted, the list is harder to read
)
_LOOKS_LIKE_FEED = re.compile(
    r"(?:/(?:rss|feed|feeds|atom|rdf)(?:[/.?_-]|\d?$)|[./](?:rss|rdf|atom)$|\.xml$|[?&](?:feed|format|output|type|outputType)=(?:rss|atom|xml|rdf))",
    re.IGNORECASE,
)
_NOT_FEED = re.compile(r"sitemap|opensearch|/oembed|xmlrpc|/wp-json|manifest|/opml", re.IGNORECASE)
_COMMENTS = re.compile(r"/comments?(?:/|$)|[?&]feed=comments|/replies", re.IGNORECASE)
_COMMENTS_TITLE = re.compile(r"^(?:comments (?:on|for)|kommentare (?:zu|für)|commentaires sur)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Front:
    """What a site's page says of the site, and the feeds it leads to."""

    name: str
    language: str | None
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a feed looks like news, and if not, why."""

    news: bool
    why: str = ""


def front(body: bytes, *, url: str, content_type: str = "") -> Front:
    """Name, language and feeds of the page at `url`: those it declares first, then links that look like feeds."""
    tree = markup.parse(encoding.decode(body, content_type))
    if tree is None:
        return Front("", None, ())
    base = urls.absolute(url, next(iter(tree.xpath("//base/@href")), url)) or url
    declared = [
        href
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").partition(";")[0].strip().lower() in _TYPES
        and (href := link.get("href"))
    ]
    linked = [href for link in tree.iter("a") if (href := link.get("href")) and _LOOKS_LIKE_FEED.search(href)]
    feeds = _fetchable([*declared, *linked], base)
    named = tree.xpath("//meta[@property='og:site_name']/@content") or [tree.findtext(".//title") or ""]
    return Front(one_line(named[0], longest=80), language_of(tree.get("lang")), tuple(feeds[:MOST_LINKS]))


def _fetchable(hrefs: Iterable[str], base: str) -> list[str]:
    found: dict[str, None] = {}
    for href in hrefs:
        address = urls.absolute(base, href)
        if address is not None and not _NOT_FEED.search(address):
            found.setdefault(address)
    return list(found)


def sitemaps(robots: bytes, *, url: str) -> tuple[str, ...]:
    """The sitemaps that a robots.txt names, those of news first."""
    named = Protego.parse(robots[:LARGEST].decode("utf-8", "replace")).sitemaps
    found = dict.fromkeys(filter(None, (urls.absolute(url, one) for one in named)))
    return tuple(sorted(found, key=lambda one: "news" not in one.lower()))


def usual(url: str, paths: Sequence[str]) -> tuple[str, ...]:
    """The usual places at the root of the site that `url` belongs to, and below its own path when that is a section."""
    below = urlsplit(url).path.rstrip("/")
    places = [urljoin(url, path) for path in paths]
    if below and not below.rpartition("/")[2].count("."):
        places = [urljoin(url, below + path) for path in paths if path.startswith("/") and "?" not in path] + places
    return tuple(dict.fromkeys(places))


def promising(children: Sequence[Child], *, now: datetime) -> list[Child]:
    """The sitemaps of an index in the order in which today's news is to be expected in them.

    Those named for news first, then the freshest; those named for a month or year that is over are left out.
    """
    today = now.date()
    living = [
        child for child in children if (period := named_period(child.url)) is None or period.last >= today - FRESH
    ]
    return sorted(
        living,
        key=lambda child: ("news" not in child.url.lower(), child.modified is None, _age(child.modified, now)),
    )


def _age(moment: datetime | None, now: datetime) -> float:
    return (now - moment).total_seconds() if moment else 0.0


def newest(document: Document) -> datetime | None:
    """The newest date of its entries."""
    return max((entry.published_at for entry in document.entries if entry.published_at), default=None)


def judge(document: Document, *, url: str, now: datetime) -> Verdict:
    """Whether a feed that was found at `url` is worth watching for news; a person may think otherwise."""
    entries = document.entries
    last = newest(document)
    if not entries:
        return Verdict(False, "it lists nothing")
    if _COMMENTS.search(url) or _COMMENTS_TITLE.search(document.title):
        return Verdict(False, "it lists comments")
    if not any(urls.refusal(entry.url) is None for entry in entries):
        return Verdict(False, "none of its links can be an article's")
    if last is None:
        return Verdict(True, "its entries bear no dates")
    if now - last > FRESH:
        return Verdict(False, f"its newest entry is {(now - last).days} days old")
    return Verdict(True)
