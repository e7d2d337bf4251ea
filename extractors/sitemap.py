"""News sitemaps, read into entries.

Only addresses with a `news:` tag become entries: they carry a title and a publication date. A sitemap without a single
one lists a whole site, old pages and pages that are no news alike, by the ten thousand; reading it as a feed would
import an archive as today's news, so it is refused. So is an index of sitemaps, with a word on what to do.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, tzinfo

from lxml import etree

from extractors import dates
from extractors.answers import shown
from extractors.documents import MOST_ENTRIES, address_of, host_of, language_of, plain, xml_tree
from extractors.errors import Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason


def read(text: str, *, url: str, now: datetime) -> Document:
    """The entries of a news sitemap; raises `Unreadable` for an index, and for a sitemap without news tags."""
    name = shown(url)
    root = xml_tree(text, url=name)
    if _local(root) == "sitemapindex":
        raise Unreadable(f"{name} is an index of sitemaps: put the address of its news sitemap into feeds.toml.")
    items = [child for child in root if _local(child) == "url"]
    facts = [_facts(item) for item in items]
    if items and not any(news for _, news in facts):
        raise Unreadable(f"{name} is a sitemap without news tags: it lists a whole site, not its news.")
    zone = dates.local_zone(host=host_of(url))
    entries: list[Entry] = []
    rejected: Counter[Reason] = Counter()
    for loc, news in facts[:MOST_ENTRIES]:
        entry = _entry(loc, news, url=url, now=now, zone=zone)
        if isinstance(entry, Reason):
            rejected[entry] += 1
        else:
            entries.append(entry)
    if len(facts) > MOST_ENTRIES:
        rejected[Reason.TOO_MANY] = len(facts) - MOST_ENTRIES
    languages = {entry.language for entry in entries}
    return Document(
        format="sitemap-news",
        title="",
        entries=tuple(entries),
        rejected=tuple(rejected.items()),
        language=languages.pop() if len(languages) == 1 else None,
    )


def _entry(loc: str, news: dict[str, str], *, url: str, now: datetime, zone: tzinfo) -> Entry | Reason:
    if not loc:
        return Reason.NO_LINK
    address = address_of(url, loc)
    if address is None:
        return Reason.BAD_URL
    if not news:
        return Reason.NOT_ARTICLE_URL
    moment = dates.parse(news.get("publication_date", ""), zone=zone)
    published = moment if moment is not None and dates.believable(moment, now) else None
    return Entry(
        url=address,
        title=plain(news.get("title", "")),
        published_at=published,
        published_from=DateOrigin.SITEMAP if published else None,
        guid=address,
        language=language_of(news.get("language")),
    )


def _facts(item: etree._Element) -> tuple[str, dict[str, str]]:
    """The address of one `<url>`, and what its news tag says."""
    loc, news = "", {}
    for child in item:
        name = _local(child)
        if name == "loc":
            loc = (child.text or "").strip()
        elif name == "news":
            news = {_local(part): (part.text or "").strip() for part in child.iter() if part is not child}
    return loc, news


def _local(element: etree._Element) -> str:
    """The name of an element without its name space: many sitemaps get that one wrong."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
