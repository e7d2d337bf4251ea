"""Feed documents of every format, from the same items."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from flows.wire.press import WireFeed, WireSource

CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "rss-full": "text/xml",
    "rss091": "text/xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "atom-full": "application/atom+xml",
    "json": "application/feed+json",
    "sitemap": "application/xml",
}
READ_AS = {"rss": "rss", "rss-full": "rss", "rss091": "rss", "rdf": "rdf", "atom": "atom", "atom-full": "atom",
           "json": "json", "sitemap": "sitemap-news"}  # fmt: skip
"""What `extractors.feed` calls each format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a feed, as it is announced."""

    url: str
    """"": the item has no link."""
    title: str
    summary: str = ""
    html: str = ""
    author: str = ""
    date: datetime | None = None
    """In the outlet's own time; None: the item has no date."""
    guid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheaf:
    """Everything one feed document says."""

    source: WireSource
    feed: WireFeed
    base: str
    """The address of the site, without a slash at the end."""
    updated_at: datetime
    items: Sequence[Item]


def document(sheaf: Sheaf) -> bytes:
    """The feed document in its format and charset."""
    text = _FORMATS[sheaf.feed.format](sheaf)
    if sheaf.feed.answer == "broken":
        text = _broken(text)
    return text.encode(sheaf.feed.charset, "xmlcharrefreplace")


def _rss(sheaf: Sheaf) -> str:
    full = sheaf.feed.format == "rss-full"
    items = "".join(_rss_item(item, full=full) for item in sheaf.items)
    return (
        f"{_declaration(sheaf)}"
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">\n<channel>\n'
        f"<title>{escape(sheaf.source.name)}</title>\n<link>{sheaf.base}/</link>\n"
        f"<description>{escape(sheaf.source.name)}</description>\n<language>{sheaf.source.language}</language>\n"
        f"<lastBuildDate>{format_datetime(sheaf.updated_at)}</lastBuildDate>\n<ttl>15</ttl>\n"
        f'<atom:link href="{sheaf.base}{sheaf.feed.path}" rel="self" type="application/rss+xml"/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _rss_item(item: Item, *, full: bool) -> str:
    parts = [
        f"<title>{escape(item.title)}</title>",
        f"<link>{escape(item.url)}</link>" if item.url else "",
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>',
        f"<pubDate>{format_datetime(item.date)}</pubDate>" if item.date else "",
        f"<dc:creator>{escape(item.author)}</dc:creator>" if item.author else "",
        f"<description>{escape(item.summary)}</description>" if item.summary else "",
        f"<content:encoded><![CDATA[{item.html}]]></content:encoded>" if full and item.html else "",
    ]
    return "<item>\n" + "".join(f"  {part}\n" for part in parts if part) + "</item>\n"


def _rss091(sheaf: Sheaf) -> str:
    items = "".join(
        f"<item>\n  <title>{escape(item.title)}</title>\n  <link>{escape(item.url)}</link>\n"
        f"  <description>{escape(item.summary)}</description>\n</item>\n"
        for item in sheaf.items
    )
    return (
        f"{_declaration(sheaf)}"
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">\n'
        f'<rss version="0.91">\n<channel>\n<title>{escape(sheaf.source.name)}</title>\n<link>{sheaf.base}/</link>\n'
        f"<description>{escape(sheaf.source.name)}</description>\n<language>{sheaf.source.language}</language>\n"
        f"{items}</channel>\n</rss>\n"
    )


def _rdf(sheaf: Sheaf) -> str:
    lines = "".join(f'<rdf:li rdf:resource="{escape(item.url)}"/>' for item in sheaf.items)
    items = "".join(
        f'<item rdf:about="{escape(item.url)}">\n  <title>{escape(item.title)}</title>\n'
        f"  <link>{escape(item.url)}</link>\n  <description>{escape(item.summary)}</description>\n"
        + (f"  <dc:date>{item.date.isoformat()}</dc:date>\n" if item.date else "")
        + "</item>\n"
        for item in sheaf.items
    )
    return (
        f"{_declaration(sheaf)}"
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="{sheaf.source.language}">\n'
        f'<channel rdf:about="{sheaf.base}{sheaf.feed.path}">\n<title>{escape(sheaf.source.name)}</title>\n'
        f"<link>{sheaf.base}/</link>\n<description>{escape(sheaf.source.name)}</description>\n"
        f"<items><rdf:Seq>{lines}</rdf:Seq></items>\n</channel>\n{items}</rdf:RDF>\n"
    )


def _atom(sheaf: Sheaf) -> str:
    full = sheaf.feed.format == "atom-full"
    entries = "".join(_atom_entry(item, full=full) for item in sheaf.items)
    return (
        f"{_declaration(sheaf)}"
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{sheaf.source.language}">\n'
        f"<title>{escape(sheaf.source.name)}</title>\n<id>{sheaf.base}/</id>\n"
        f"<updated>{sheaf.updated_at.isoformat()}</updated>\n"
        f'<link rel="alternate" href="{sheaf.base}/"/>\n<link rel="self" href="{sheaf.base}{sheaf.feed.path}"/>\n'
        f"{entries}</feed>\n"
    )


def _atom_entry(item: Item, *, full: bool) -> str:
    written = item.date.isoformat() if item.date else ""
    parts = [
        f"<title>{escape(item.title)}</title>",
        f'<link rel="alternate" href="{escape(item.url)}"/>' if item.url else "",
        f"<id>{escape(item.guid)}</id>",
        f"<published>{written}</published><updated>{written}</updated>" if written else "",
        f"<author><name>{escape(item.author)}</name></author>" if item.author else "",
        f"<summary>{escape(item.summary)}</summary>" if item.summary else "",
        f'<content type="html">{escape(item.html)}</content>' if full and item.html else "",
    ]
    return "<entry>\n" + "".join(f"  {part}\n" for part in parts if part) + "</entry>\n"


def _json(sheaf: Sheaf) -> str:
    items = [
        {
            "id": item.guid,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            **({"authors": [{"name": item.author}]} if item.author else {}),
            **({"date_published": item.date.isoformat()} if item.date else {}),
        }
        for item in sheaf.items
    ]
    facts = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": sheaf.source.name,
        "home_page_url": f"{sheaf.base}/",
        "feed_url": f"{sheaf.base}{sheaf.feed.path}",
        "language": sheaf.source.language,
        "items": items,
    }
    return json.dumps(facts, ensure_ascii=False, indent=1)


def _sitemap(sheaf: Sheaf) -> str:
    entries = "".join(
        f"<url>\n  <loc>{escape(item.url)}</loc>\n  <news:news>\n    <news:publication>"
        f"<news:name>{escape(sheaf.source.name)}</news:name><news:language>{sheaf.source.language}</news:language>"
        f"</news:publication>\n"
        + (f"    <news:publication_date>{item.date.isoformat()}</news:publication_date>\n" if item.date else "")
        + f"    <news:title>{escape(item.title)}</news:title>\n  </news:news>\n</url>\n"
        for item in sheaf.items
    )
    return (
        f"{_declaration(sheaf)}"
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{entries}</urlset>\n'
    )


def _declaration(sheaf: Sheaf) -> str:
    return f'<?xml version="1.0" encoding="{sheaf.feed.named or sheaf.feed.charset}"?>\n'


def _broken(text: str) -> str:
    """Markup that no XML parser takes: bare ampersands, an entity of HTML, a tag that never ends."""
    return text.replace("</title>\n<link>", " & Friends</title>\n<link>", 1).replace(
        "<description>", "<description>&nbsp;<br>R&D desk: ", 3
    )


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What servers write that have lost their clock."""

_FORMATS: dict[str, Callable[[Sheaf], str]] = {
    "rss": _rss,
    "rss-full": _rss,
    "rss091": _rss091,
    "rdf": _rdf,
    "atom": _atom,
    "atom-full": _atom,
    "json": _json,
    "sitemap": _sitemap,
}
