"""One edition of the wire: what every address answers for a given `now`, and what must come of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from flows.wire import answer, background, feeds, outcomes, pages, plants, press
from flows.wire.answer import Answer
from flows.wire.expected import Expected
from flows.wire.feeds import Item, Sheaf
from flows.wire.outcomes import Listing, Placed
from flows.wire.pages import Link, Sheet
from flows.wire.plants import SOUND, Oddity, Plant, Spot
from flows.wire.press import WireArticle, WireFeed, WireSource

FUTURE = timedelta(days=30)
"""How far ahead the date of an item from the future lies."""
BUSY_SECONDS = "120"


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything a server needs, by host number and path, and everything a test compares with."""

    routes: Mapping[int, Mapping[str, Answer]]
    expected: Expected
    catalogue: str
    """A feeds.toml that watches this wire."""


def publish(bases: Mapping[int, str], *, now: datetime, steady: bool = False) -> Edition:
    """The edition of `now` (aware); `bases` are the addresses of the hosts by number, without a slash at the end.

    `steady` adds the background: what outlets write on all the other days.
    """
    sources = _outlets(steady=steady)
    by_slug = {source.slug: source for source in sources}
    dirt = plants.load(by_slug)
    usual = background.articles(by_slug, now.astimezone(UTC)) if steady else ()
    placed = _placed((*press.load().articles, *dirt.articles, *usual), dirt.plants, by_slug, bases, now)
    routes: dict[int, Mapping[str, Answer]] = {}
    listings: list[Listing] = []
    for source in sources:
        own = sorted((one for one in placed.values() if one.source is source), key=lambda one: -one.at.timestamp())
        odd = [one for one in dirt.oddities if one.source == source.slug]
        carried = [_listing(source, feed, own, odd, bases[source.host], now) for feed in source.feeds]
        listings += carried
        routes[source.host] = MappingProxyType(_site(source, own, carried, bases[source.host]))
    expected = Expected(
        polls=tuple(outcomes.poll(listing) for listing in listings),
        articles=tuple(outcomes.articles(placed, listings)),
    )
    return Edition(MappingProxyType(routes), expected, _catalogue(sources, bases))


def hosts(*, steady: bool = False) -> tuple[int, ...]:
    """The host numbers of all outlets, ascending; `steady` as in `publish`."""
    return tuple(sorted(source.host for source in _outlets(steady=steady)))


def _outlets(*, steady: bool) -> tuple[WireSource, ...]:
    return press.load().sources + (background.sources() if steady else ())


# Articles ------------------------------------------------------------------------------------------------------------


def _placed(
    articles: Sequence[WireArticle],
    planted: Mapping[str, Plant],
    by_slug: Mapping[str, WireSource],
    bases: Mapping[int, str],
    now: datetime,
) -> dict[str, Placed]:
    """All articles by key, each with its address and its time."""
    placed: dict[str, Placed] = {}
    for one in articles:
        source, plant, at = by_slug[one.source], planted.get(one.key, SOUND), one.published_at(now.astimezone(UTC))
        path = plant.path or _path(source, one, at)
        placed[one.key] = Placed(
            source=source,
            article=one,
            plant=plant,
            at=at,
            path=path,
            announced=plants.announced_path(plant, one, path),
            base=bases[source.host],
        )
    return {key: _with_credit(one, placed) for key, one in placed.items()}


def _with_credit(one: Placed, placed: Mapping[str, Placed]) -> Placed:
    """An exact copy, at outlets that do so, names its original."""
    if not one.source.credits or one.article.copy_kind != "exact":
        return one
    return replace(one, credits=placed[one.article.copy_of].url)


def _path(source: WireSource, article: WireArticle, at: datetime) -> str:
    return source.path.format(
        section=article.section, slug=article.slug, id=article.number, year=at.year,
        month=f"{at.month:02d}", day=f"{at.day:02d}",
    )  # fmt: skip


# Feeds ---------------------------------------------------------------------------------------------------------------


def _listing(
    source: WireSource, feed: WireFeed, own: Sequence[Placed], odd: Sequence[Oddity], base: str, now: datetime
) -> Listing:
    """What one feed lists: articles, the newest first, and its odd items after them."""
    carried = [one for one in own if feed.carries(one.article)] if feed.answer in ("fine", "broken") else []
    oddities = tuple(one for one in odd if one.feed == feed.path)
    items = [_item(one, feed, now) for one in carried]
    by_slug = {one.article.slug: item for one, item in zip(carried, items, strict=True)}
    items += [by_slug[one.again] if one.again else _odd_item(source, one, base, now) for one in oddities]
    return Listing(source=source, feed=feed, base=base, carried=tuple(carried), oddities=oddities, items=tuple(items))


def _item(one: Placed, feed: WireFeed, now: datetime) -> Item:
    article = one.article
    return Item(
        url=one.base + outcomes.dressed(one.announced, feed.links),
        title=article.title,
        summary=article.summary,
        html=pages.body_html(article) if article.text else "",
        author=article.byline,
        date=_feed_date(one, now),
        guid=f"tag:{article.source},{article.number}",
    )


def _feed_date(one: Placed, now: datetime) -> datetime | None:
    """The date that feeds give: the right one but for planted articles."""
    match one.plant.feed_date:
        case "none":
            return None
        case "epoch":
            return feeds.EPOCH
        case "future":
            return pages.local(one.source, one.at + FUTURE)
        case _:
            return pages.local(one.source, min(one.at, now))


def _odd_item(source: WireSource, odd: Oddity, base: str, now: datetime) -> Item:
    at = (now - timedelta(days=odd.age)).replace(second=0, microsecond=0)
    url = odd.link if not odd.link.startswith("/") else base + odd.link
    return Item(url=url, title=odd.title, date=pages.local(source, at), guid=f"tag:{source.slug},{odd.title}")


# Sites ---------------------------------------------------------------------------------------------------------------


def _site(source: WireSource, own: Sequence[Placed], listings: Sequence[Listing], base: str) -> dict[str, Answer]:
    """Everything the server of an outlet answers, by path."""
    newest = max(one.at for one in own)
    headlines = [Link(title=one.article.title, url=one.url) for one in own if one.plant is SOUND]
    routes = dict(_article_routes(source, own, headlines))
    routes |= {listing.feed.path: _feed_answer(listing, newest) for listing in listings}
    found = [Link(title=feeds.CONTENT_TYPES[feed.format], url=base + feed.path) for feed in source.feeds]
    routes["/"] = _page_answer(source, pages.front_page(source, headlines[:15], found), newest)
    robots = _robots(source, own)
    if robots:
        routes["/robots.txt"] = Answer(body=robots.encode(), content_type="text/plain")
    return routes


def _article_routes(
    source: WireSource, own: Sequence[Placed], headlines: Sequence[Link]
) -> Iterator[tuple[str, Answer]]:
    for one in own:
        others = [link for link in headlines if link.url != one.url]
        sheet = Sheet(
            url=one.url,
            canonical=one.credits or one.url,
            published_at=one.at if one.plant.page_date else None,
            others=others,
        )
        body = pages.article_page(source, one.article, sheet) if one.article.text else b""
        page = _page_answer(source, body, one.at)
        spot = Spot(path=one.path, announced=one.announced, title=one.article.title, page=page)
        yield from plants.routes(one.plant, spot).items()
        for links in {feed.links for feed in source.feeds if feed.carries(one.article)} & {"amp", "mobile"}:
            yield outcomes.dressed(one.path, links), page


def _page_answer(source: WireSource, body: bytes, at: datetime) -> Answer:
    charset = source.declared or source.named or source.charset
    return Answer(
        body=body,
        content_type=f"text/html; charset={charset}",
        modified=at if source.validators else None,
        compress=source.compress,
    )


def _feed_answer(listing: Listing, newest: datetime) -> Answer:
    source, feed = listing.source, listing.feed
    match feed.answer:
        case "gone":
            return answer.note(410, "Gone")
        case "missing":
            return answer.note(404, "Not Found")
        case "busy":
            return answer.note(503, "Service Unavailable", headers=(("Retry-After", BUSY_SECONDS),))
        case "html":
            return _page_answer(source, pages.front_page(source, (), ()), newest)
    sheaf = Sheaf(
        source=source,
        feed=feed,
        base=listing.base,
        updated_at=pages.local(source, newest),
        items=listing.items,
    )
    return Answer(
        body=feeds.document(sheaf),
        content_type=f"{feeds.CONTENT_TYPES[feed.format]}; charset={feed.named or feed.charset}",
        modified=newest if source.validators else None,
        compress=source.compress,
    )


def _robots(source: WireSource, own: Sequence[Placed]) -> str:
    """The robots.txt of an outlet; "": it has none, which allows everything."""
    closed = sorted({"/" + one.path.split("/")[1] + "/" for one in own if one.plant.reason == "robots.txt"})
    if not closed and source.host % 2:
        return ""
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed or ["/admin/"])


def _catalogue(sources: Sequence[WireSource], bases: Mapping[int, str]) -> str:
    lines = ["# The demo wire: invented outlets on loopback addresses."]
    for source in sources:
        lines += ["", "[[source]]"]
        for name in ("slug", "name", "country", "language", "kind", "bloc", "family"):
            lines.append(f"{name} = {json.dumps(getattr(source, name), ensure_ascii=False)}")
        lines.append(f'homepage = "{bases[source.host]}/"')
        lines.append("feeds = [" + ", ".join(f'"{bases[source.host]}{feed.path}"' for feed in source.feeds) + "]")
    return "\n".join(lines) + "\n"
