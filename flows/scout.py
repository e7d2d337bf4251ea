"""Looking for the feeds and news sitemaps of a site: politely, within bounds, each candidate read and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from extractors import discovery, urls
from extractors.discovery import Front
from extractors.errors import WirewatchError
from extractors.inflate import inflate
from extractors.records import Document, Feed, Page
from flows.gather import Gatherer

MOST_SITEMAPS = 25
"""Sitemaps of one site that are fetched: at a second each, half a minute."""
DEEPEST = 3
"""Indexes within indexes that are followed."""
LARGEST = 16_000_000
"""Bytes that a page or a robots.txt may inflate to here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed or sitemap of a site."""

    url: str
    format: str
    """`rss`, `atom`, …, `sitemap-news`; `sitemap` lists a whole site and can only be back-filled from."""
    title: str
    language: str | None
    entries: int
    newest: datetime | None
    news: bool
    why: str
    """Why it does not look like news, or what else to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a look at a site brought."""

    url: str
    """Its front page, after redirects."""
    name: str
    language: str | None
    found: tuple[Found, ...]
    """Those that look like news first, those with the freshest entries first among them."""
    asked: int
    """Requests that were made, robots.txt and redirects apart."""


@dataclass(slots=True)
class _Look:
    """One look at one site, as far as it has got."""

    gatherer: Gatherer
    now: datetime
    say: Callable[[str], None]
    asked: int = 0

    def visit(self, addresses: Sequence[str]) -> list[Page | WirewatchError]:
        self.asked += len(addresses)
        return self.gatherer.visit(addresses)


def look(gatherer: Gatherer, url: str, *, now: datetime, say: Callable[[str], None]) -> Site:
    """All feeds and news sitemaps of the site at `url`; raises `WirewatchError` when the page itself cannot be had.

    Where the site names none, the usual places are tried. `say` hears what is being done.
    """
    look = _Look(gatherer, now, say)
    say("Reading the page and robots.txt")
    page, robots = look.visit([url, urljoin(url, "/robots.txt")])
    if isinstance(page, WirewatchError):
        raise page
    front = _front(page)
    feeds = _feeds(look, front.feeds) or _feeds(look, discovery.usual(page.final_url, discovery.USUAL_FEEDS))
    named = _sitemaps_named(robots)
    maps = _sitemaps(look, named) or _sitemaps(look, discovery.usual(page.final_url, discovery.USUAL_SITEMAPS))
    ranked = sorted([*feeds, *maps], key=lambda one: (not one.news, one.newest is None, _age(one, now)))
    return Site(
        url=page.final_url, name=front.name, language=front.language, found=tuple(ranked), asked=look.asked
    )  # fmt: skip


def _age(one: Found, now: datetime) -> float:
    return (now - one.newest).total_seconds() if one.newest else 0.0


def _front(page: Page) -> Front:
    try:
        body = inflate(page, limit=LARGEST)
    except WirewatchError:
        return Front("", None, ())
    found = discovery.front(body, url=page.final_url, content_type=page.content_type)
    # A feed's own address was given: it is the one candidate.
    return found if found.feeds or b"<html" in body[:4_000].lower() else replace(found, feeds=(page.final_url,))


def _feeds(look: _Look, addresses: Sequence[str]) -> list[Found]:
    """Those of the addresses that answer with a feed; one that says the same as another is left out."""
    if not addresses:
        return []
    look.say(f"Reading {len(addresses)} possible feeds")
    look.asked += len(addresses)
    feeds = [Feed(id=number, source_id=0, url=url, language="und") for number, url in enumerate(addresses)]
    met: set[frozenset[str]] = set()
    found = []
    for polled in look.gatherer.poll(feeds):
        document = polled.reading.document if polled.reading else None
        if document is None:
            continue
        listed = frozenset(entry.url for entry in document.entries)
        if listed and listed in met:
            continue
        met.add(listed)
        verdict = discovery.judge(document, url=polled.feed.url, now=look.now)
        found.append(
            Found(
                url=polled.moved_to or polled.feed.url, format=document.format, title=document.title,
                language=document.language, entries=len(document.entries), newest=discovery.newest(document),
                news=verdict.news, why=verdict.why,
            )
        )  # fmt: skip
    return found


def _sitemaps_named(robots: Page | WirewatchError) -> tuple[str, ...]:
    if isinstance(robots, WirewatchError):
        return ()
    try:
        return discovery.sitemaps(inflate(robots, limit=LARGEST), url=robots.final_url)
    except WirewatchError:
        return ()


def _sitemaps(look: _Look, roots: Iterable[str]) -> list[Found]:
    """The sitemaps with news behind these, index by index, the most promising first."""
    waiting = [(url, 0) for url in roots]
    met = {urls.key(url) for url, _ in waiting}
    found: list[Found] = []
    fetched = 0
    while waiting and fetched < MOST_SITEMAPS:
        url, depth = waiting.pop(0)
        fetched += 1
        look.say(f"Reading sitemap {fetched}, {len(waiting)} more in sight")
        [page] = look.visit([url])
        reading = look.gatherer.survey(page) if isinstance(page, Page) else None
        if reading is None or reading.sitemap is None:
            continue
        sitemap = reading.sitemap
        if sitemap.children and depth < DEEPEST:
            fresh = [one for one in discovery.promising(sitemap.children, now=look.now) if urls.key(one.url) not in met]
            met |= {urls.key(child.url) for child in fresh}
            waiting = [(child.url, depth + 1) for child in fresh] + waiting
        elif sitemap.document.listed:
            found.append(_judged(url, sitemap.document, sitemap.newest, look.now))
    return _one_of_each(found)


def _judged(url: str, document: Document, newest: datetime | None, now: datetime) -> Found:
    verdict = discovery.judge(document, url=url, now=now)
    whole = document.format == "sitemap"
    return Found(
        url=url, format=document.format, title="", language=document.language, entries=document.listed, newest=newest,
        news=verdict.news and not whole,
        why="it lists a whole site, for back-filling only" if whole else verdict.why,
    )  # fmt: skip


def _one_of_each(found: list[Found]) -> list[Found]:
    """All with news tags; of those that list the whole site only the first, there may be hundreds."""
    whole = [one for one in found if one.format == "sitemap"]
    return [one for one in found if one.format != "sitemap"] + whole[:1]
