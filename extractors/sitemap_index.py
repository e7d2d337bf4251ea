"""Sitemaps of every kind, for those who walk them: indexes, lists with and without news tags, plain lists of addresses.

`extractors.sitemap` reads a news sitemap that is polled as a feed; here a site's whole archive may be behind one
address, so a document is read element by element (50,000 addresses cost a few megabytes) and only what lies in the
asked-for period is kept.

Format: https://www.sitemaps.org/protocol.html, which allows 50,000 entries a document; news tags as in
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from io import BytesIO

from lxml import etree

from extractors import dates, feed, sitemap, urls
from extractors.answers import shown
from extractors.archive import Child, Period, Sitemap
from extractors.documents import address_of, host_of, language_of, plain, root_of, text_of
from extractors.errors import Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

MOST = 50_000
"""Entries of one document that are read; the protocol allows no more."""


def read(body: bytes, *, url: str, content_type: str = "", now: datetime, period: Period | None = None) -> Sitemap:
    """The sitemap, feed or plain list of addresses in an inflated body; raises `Unreadable`, and nothing else.

    With a `period`, entries outside of it are counted as such, and so are those that give no hint of their date: a
    page's date is that of its news tag, else the day in its address, else the time it was last modified.
    """
    name = shown(url)
    try:
        text = text_of(body, url=name, content_type=content_type)
        root = root_of(text)
        keep = _keeper(period)
        if root == "sitemapindex":
            return _index(text, url=url, now=now)
        if root == "urlset":
            return _pages(text, url=url, now=now, keep=keep)
        if "<" not in text[:1_000]:
            return _plain(text, url=url, now=now, keep=keep)
        document = feed.read(text.encode(), url=url, content_type="text/xml; charset=utf-8", now=now)
        return _of_feed(document, keep=keep)
    except Unreadable:
        raise
    except Exception as error:  # the parsers raise anything on documents made to break them
        raise Unreadable(f"{name} broke its reader ({type(error).__name__}).") from error


# Reading -------------------------------------------------------------------------------------------------------------

_Keep = Callable[[datetime | None], Reason | None]
_Found = tuple[Entry | Reason, datetime | None]
"""A page, or why it is none, and its date."""


def _keeper(period: Period | None) -> _Keep:
    """Says of a page's date why the page is not wanted, or None."""

    def keep(moment: datetime | None) -> Reason | None:
        if period is None:
            return None
        if moment is None:
            return Reason.UNDATED
        return None if period.holds(moment) else Reason.OUT_OF_PERIOD

    return keep


def _index(text: str, *, url: str, now: datetime) -> Sitemap:
    children: dict[str, Child] = {}
    for number, (said, _) in enumerate(_elements(text, "sitemap", url=url)):
        address = address_of(url, said["loc"]) if said.get("loc") else None
        if number >= MOST or address is None:
            continue
        children.setdefault(address, Child(address, _believed(said.get("lastmod", ""), UTC, now)))
    return Sitemap(document=_document("sitemap-index", (), Counter()), children=tuple(children.values()))


def _pages(text: str, *, url: str, now: datetime, keep: _Keep) -> Sitemap:
    zone = dates.local_zone(host=host_of(url))
    tagged = 0

    def found() -> Iterator[_Found]:
        nonlocal tagged
        for page, news in _elements(text, "url", url=url):
            tagged += bool(news)
            yield _entry(page, news, url=url, now=now, zone=zone)

    entries, rejected, newest = _sifted(found(), keep)
    document = _document("sitemap-news" if tagged else "sitemap", entries, rejected)
    return Sitemap(document=document, tagged=tagged, newest=newest)


def _entry(page: dict[str, str], news: dict[str, str], *, url: str, now: datetime, zone: tzinfo) -> _Found:
    """One page and its date, as far as the sitemap tells it."""
    loc = page.get("loc", "")
    address = address_of(url, loc) if loc else None
    if address is None:
        return (Reason.BAD_URL if loc else Reason.NO_LINK), None
    published = _believed(news.get("publication_date", ""), zone, now)
    entry = Entry(
        url=address,
        title=plain(news.get("title", "")),
        published_at=published,
        published_from=DateOrigin.SITEMAP if published else None,
        guid=address,
        language=language_of(news.get("language")),
    )
    return entry, published or dates.from_url(address) or _believed(page.get("lastmod", ""), zone, now)


def _believed(written: str, zone: tzinfo, now: datetime) -> datetime | None:
    moment = dates.parse(written, zone=zone)
    return moment if moment is not None and dates.believable(moment, now) else None


def _plain(text: str, *, url: str, now: datetime, keep: _Keep) -> Sitemap:
    """A list of addresses, one a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or not all(urls.clean(line) for line in lines[:20]):
        raise Unreadable(f"{shown(url)} is no sitemap.")
    found = (_entry({"loc": line}, {}, url=url, now=now, zone=UTC) for line in lines)
    entries, rejected, newest = _sifted(found, keep)
    return Sitemap(document=_document("sitemap", entries, rejected), newest=newest)


def _of_feed(document: Document, *, keep: _Keep) -> Sitemap:
    """A feed that a site names among its sitemaps, as the protocol allows."""
    found = ((entry, entry.published_at or dates.from_url(entry.url)) for entry in document.entries)
    entries, rejected, newest = _sifted(found, keep)
    rejected.update(dict(document.rejected))
    return Sitemap(document=_document(document.format, entries, rejected), newest=newest)


def _sifted(found: Iterable[_Found], keep: _Keep) -> tuple[list[Entry], Counter[Reason], datetime | None]:
    """The entries that are wanted, the others by reason, and the newest date of all."""
    entries: list[Entry] = []
    rejected: Counter[Reason] = Counter()
    newest = None
    for number, (entry, moment) in enumerate(found):
        newest = max(filter(None, (newest, moment)), default=None)
        reason = Reason.TOO_MANY if number >= MOST else entry if isinstance(entry, Reason) else keep(moment)
        if isinstance(entry, Entry) and reason is None:
            entries.append(entry)
        elif reason is not None:
            rejected[reason] += 1
    return entries, rejected, newest


def _document(form: str, entries: Sequence[Entry], rejected: Counter[Reason]) -> Document:
    languages = {entry.language for entry in entries}
    return Document(
        format=form,
        title="",
        entries=tuple(entries),
        rejected=tuple(rejected.items()),
        language=languages.pop() if len(languages) == 1 else None,
    )


def _elements(text: str, name: str, *, url: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What each `<url>` or `<sitemap>` says, as `sitemap.facts` tells it."""
    body = re.sub(r"^<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL).encode()
    parser = etree.iterparse(
        BytesIO(body), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    met = False
    try:
        for _, element in parser:
            if sitemap.local_name(element) != name or element.getparent() is None:
                continue
            met = True
            yield sitemap.facts(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        if not met:
            raise Unreadable(f"{shown(url)} is no XML that can be read.") from error
