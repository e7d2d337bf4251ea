"""Article pages: the templates filled with an article and with everything that stands around one."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from html import escape
from string import Template
from typing import Any

from flows.wire.press import HERE, WireArticle, WireSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A headline somewhere on a page, and where it leads."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a page needs to know besides its article."""

    url: str
    """Its own address."""
    canonical: str
    """The address it names as the article's."""
    published_at: datetime | None
    """None: the page does not say."""
    others: Sequence[Link]
    """Other articles of the outlet, the newest first."""


def article_page(source: WireSource, article: WireArticle, sheet: Sheet) -> bytes:
    """The page of an article, in the charset of its outlet."""
    words = _chrome()[source.language]
    others = sheet.others
    filled = _template(source.template).substitute(
        lang=source.language,
        dir="rtl" if source.language == "ar" else "ltr",
        charset=source.named or source.charset,
        title=escape(article.title),
        site=escape(source.name),
        head=_head(source, article, sheet),
        nav="".join(f'<li><a href="/{number}/">{escape(name)}</a></li>' for number, name in enumerate(words["nav"])),
        byline=escape(f"{words['by']} {article.byline}") if article.byline else "",
        date=_date(source, sheet.published_at),
        summary=escape(article.summary),
        body=body_html(article),
        related=_list(others[:4]),
        latest=_list(others[4:9]),
        popular=_list(others[9:14]),
        comments="".join(f"<li><p>{escape(remark)}</p></li>" for remark in words["remarks"]),
        **{name: escape(words[name]) for name in ("share", "footer", "newsletter")},
        **{f"{name}_title": escape(words[name]) for name in ("related", "latest", "popular", "comments")},
    )
    return filled.encode(source.charset, "xmlcharrefreplace")


def body_html(article: WireArticle) -> str:
    """The text as paragraphs."""
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in article.paragraphs)


def front_page(source: WireSource, articles: Sequence[Link], feeds: Sequence[Link]) -> bytes:
    """The home page: the newest headlines, and the feeds as machines find them."""
    found = "".join(f'<link rel="alternate" type="{escape(feed.title)}" href="{escape(feed.url)}">' for feed in feeds)
    page = (
        f'<!DOCTYPE html><html lang="{source.language}"><head><meta charset="{source.named or source.charset}">'
        f"<title>{escape(source.name)}</title>{found}</head><body><h1>{escape(source.name)}</h1>"
        f"<ul>{_list(articles)}</ul></body></html>"
    )
    return page.encode(source.charset, "xmlcharrefreplace")


def local(source: WireSource, moment: datetime) -> datetime:
    """The moment in the outlet's own time."""
    return moment.astimezone(timezone(timedelta(hours=source.zone)))


def _head(source: WireSource, article: WireArticle, sheet: Sheet) -> str:
    if source.template == "statepaper":
        return ""
    tags = [
        f'<link rel="canonical" href="{escape(sheet.canonical)}">',
        f'<meta property="og:title" content="{escape(article.title)}">',
        f'<meta property="og:type" content="article"><meta property="og:url" content="{escape(sheet.url)}">',
        f'<meta property="og:site_name" content="{escape(source.name)}">',
        f'<meta name="description" content="{escape(article.summary)}">',
    ]
    if article.byline:
        tags.append(f'<meta name="author" content="{escape(article.byline)}">')
    if source.dated == "meta" and sheet.published_at:
        written = local(source, sheet.published_at).isoformat()
        tags.append(f'<meta property="article:published_time" content="{written}">')
    if source.dated == "jsonld" or source.slug == "atlantic-courier":
        tags.append(_linked_data(source, article, sheet))
    return "\n".join(tags)


def _linked_data(source: WireSource, article: WireArticle, sheet: Sheet) -> str:
    facts: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "inLanguage": source.language,
        "isAccessibleForFree": True,
        "publisher": {"@type": "NewsMediaOrganization", "name": source.name},
        "mainEntityOfPage": sheet.url,
    }
    if article.byline:
        facts["author"] = [{"@type": "Person", "name": article.byline}]
    if sheet.published_at and source.dated == "jsonld":
        facts["datePublished"] = local(source, sheet.published_at).isoformat()
    return f'<script type="application/ld+json">{json.dumps(facts)}</script>'


def _date(source: WireSource, moment: datetime | None) -> str:
    """The date as readers see it."""
    if moment is None:
        return ""
    words = _chrome()[source.language]
    there = local(source, moment)
    month = words["months"][there.month - 1] if words["months"] else str(there.month)
    shown = words["date"].format(day=there.day, month=month, year=there.year)
    if source.dated == "time":
        return f'<time datetime="{there.isoformat()}">{shown}</time>'
    return f'<span class="date">{shown}</span>'


def _list(links: Sequence[Link]) -> str:
    return "".join(f'<li><a href="{escape(link.url)}">{escape(link.title)}</a></li>' for link in links)


@cache
def _chrome() -> dict[str, Any]:
    return tomllib.loads((HERE / "chrome.toml").read_text(encoding="utf-8"))


@cache
def _template(name: str) -> Template:
    return Template((HERE / "templates" / f"{name}.html").read_text(encoding="utf-8"))
