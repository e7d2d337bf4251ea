"""What must come of what the wire serves, worked out from how it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from flows.wire.expected import ExpectedArticle, ExpectedPoll
from flows.wire.feeds import READ_AS, Item
from flows.wire.plants import Oddity, Plant
from flows.wire.press import WireArticle, WireFeed, WireSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An article with its address on the wire and its time."""

    source: WireSource
    article: WireArticle
    plant: Plant
    at: datetime
    path: str
    announced: str
    """The path that feeds link to."""
    base: str
    credits: str = ""
    """The original's address that its page names as canonical; "" when it names its own."""

    @property
    def url(self) -> str:
        """Where it is served."""
        return self.base + self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What one feed lists."""

    source: WireSource
    feed: WireFeed
    base: str
    carried: tuple[Placed, ...]
    oddities: tuple[Oddity, ...]
    items: tuple[Item, ...]

    @property
    def url(self) -> str:
        """The address of the feed."""
        return self.base + self.feed.path


_FAILED = {
    "gone": ("gone", 410, "gone"),
    "missing": ("not found", 404, "broken"),
    "busy": ("asked to wait", 503, "broken"),
    "html": ("unreadable", 200, "broken"),
}
"""Reason, status and the feed's state after it, for feeds that fail."""
_DRESSES = {
    "plain": "{}",
    "utm": "{}?utm_source=rss&utm_medium=feed&utm_campaign=world",
    "amp": "{}/amp",
    "mobile": "/m{}",
}


def dressed(path: str, links: str) -> str:
    """A path as a feed with such `links` writes it."""
    return _DRESSES[links].format(path)


def poll(listing: Listing) -> ExpectedPoll:
    """What polling the feed must bring."""
    source, feed = listing.source, listing.feed
    if feed.answer in _FAILED:
        reason, status, state = _FAILED[feed.answer]
        return ExpectedPoll(
            url=listing.url, source=source.slug, format="", outcome="failed", reason=reason, status=status, state=state,
            again=("failed", reason),
        )  # fmt: skip
    counted = Counter((odd.outcome, odd.reason) for odd in listing.oddities)
    return ExpectedPoll(
        url=listing.url,
        source=source.slug,
        format=READ_AS[feed.format],
        outcome="fresh",
        listed=len(listing.items),
        counted=tuple((outcome, reason, items) for (outcome, reason), items in sorted(counted.items())),
        addresses=len(listing.carried),
        state="ok" if listing.items else "empty",
        again=("unchanged", "304" if source.validators else "same body"),
    )


def articles(placed: Mapping[str, Placed], listings: Sequence[Listing]) -> Iterator[ExpectedArticle]:
    """Where every announced article must end; a mobile twin, which only its page gives away, follows its article."""
    carried = [{one.article.key for one in listing.carried} for listing in listings]
    for one in placed.values():
        carriers = [listing for listing, keys in zip(listings, carried, strict=True) if one.article.key in keys]
        yield _article(one, carriers, placed)
        yield from (_twin(one, listing) for listing in carriers if listing.feed.links == "mobile")


def _article(one: Placed, carriers: Sequence[Listing], placed: Mapping[str, Placed]) -> ExpectedArticle:
    plant, article = one.plant, one.article
    announced = {one.base + dressed(one.announced, feed.links) for feed in _feeds(carriers) if feed.links != "mobile"}
    stored = "stored" in (plant.outcome, plant.later)
    published_at, published_from = _published(one, carriers) if stored else (None, None)
    original = placed[article.copy_of].url if article.copy_of else ""
    return ExpectedArticle(
        source=article.source,
        url=one.url if stored else one.base + one.announced,
        announced=tuple(sorted(announced)),
        feeds=tuple(listing.url for listing in carriers),
        title=" ".join(article.title.split()),
        answer=plant.answer,
        outcome=plant.outcome,
        reason=plant.reason,
        later=plant.later,
        language=one.source.language if stored else "",
        grade=plant.grade if stored else "",
        method=plant.method,
        published_at=published_at,
        published_from=published_from,
        text="\n".join(article.paragraphs) if stored else "",
        topics=article.topics,
        event=article.event,
        comments_on=article.comments_on,
        copy_of=original,
        copy_kind=article.copy_kind,
        syndicated_from=one.credits or None,
    )


def _twin(one: Placed, listing: Listing) -> ExpectedArticle:
    address = one.base + dressed(one.announced, listing.feed.links)
    return ExpectedArticle(
        source=one.article.source,
        url=address,
        announced=(address,),
        feeds=(listing.url,),
        title=" ".join(one.article.title.split()),
        answer="fine",
        outcome="duplicate",
        reason="same article",
        same_as=one.url,
    )


def _feeds(carriers: Sequence[Listing]) -> Iterator[WireFeed]:
    return (listing.feed for listing in carriers)


def _published(one: Placed, carriers: Sequence[Listing]) -> tuple[datetime | None, str | None]:
    """The time that must be stored and where it is read: on the page, else in the feed, else in the address.

    A page that shows no more than the day gives way to a feed that knows the hour.
    """
    at, source = one.at, one.source
    on_page = one.plant.page_date and one.plant.answer != "needs a browser"
    if on_page and source.dated != "shown":
        return at, "page"
    formats = {feed.format for feed in _feeds(carriers)}
    if one.plant.feed_date == "right" and formats - {"rss091"}:
        return at, "sitemap" if formats == {"sitemap"} else "feed"
    if on_page or "{day}" in source.path:
        return datetime.combine(at.date(), time(), UTC), "page" if on_page else "url"
    return None, None
