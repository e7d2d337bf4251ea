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
    if local_name(root) == "sitemapindex":
        raise Unreadable(f"{name} is an index of sitemaps: put the address of its news sitemap into feeds.toml.")
    said = [facts(child) for child in root if local_name(child) == "url"]
    if said and not any(news for _, news in said):
        raise Unreadable(f"{name} is a sitemap without news tags: it lists a whole site, not its news.")
    zone = dates.local_zone(host=host_of(url))
    entries: list[Entry] = []
    rejected: Counter[Reason] = Counter()
    for page, news in said[:MOST_ENTRIES]:
        entry = _entry(page.get("loc", ""), news, url=url, now=now, zone=zone)
        if isinstance(entry, Reason):
            rejected[entry] += 1
        else:
            entries.append(entry)
    if len(said) > MOST_ENTRIES:
        rejected[Reason.TOO_MANY] = len(said) - MOST_ENTRIES
    languages = {entry.language for entry in entries}
    return Document(
        format="sitemap-news",
        title="",
        entries=tuple(entries),
        rejected=tuple(rejected.items()),
        language=languages.pop() if len(languages) == 1 else None,
    )


def facts(item: etree._Element) -> tuple[dict[str, str], dict[str, str]]:
    """What one `<url>` or `<sitemap>` says, and what its news tag says of the page, by local names.

    What it says of pictures and films, which have titles and dates as well, is left out.
    """
    page: dict[str, str] = {}
    news: dict[str, str] = {}
    for child in item:
        name = local_name(child)
        if name == "news":
            news = {local_name(part): (part.text or "").strip() for part in child.iter() if part is not child}
        elif name:
            page[name] = (child.text or "").strip()
    return page, news


def local_name(element: etree._Element) -> str:
    """The name of an element without its name space: many sitemaps get that one wrong."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


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
