"""Whose an article is that an aggregator listed: never the aggregator's, always the publisher's.

A source of kind `aggregator` speaks with other people's voices. Its articles stay under it only while nobody has read
them, and where they lie on its own site (a mirror of a news agency, say). Once read, the site that an article stands on
says whose it is: that of a known source, else of one that is made here, of a country, kind and bloc nobody has said yet
and a publisher family of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Connection

from extractors import urls
from extractors.catalogue import UNKNOWN, is_language
from extractors.enlist import slugged
from extractors.outlets import SHARED, Outlet, Outlets
from models.feed_store import clean
from models.queries import query


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stored article that an aggregator listed."""

    article_id: int
    source_id: int
    """The aggregator."""
    url: str
    """Canonical: the publisher's own address."""
    language: str | None
    publisher: str
    """As the aggregator names it; may be empty."""


def attribute(db: Connection, found: Sequence[Found]) -> int:
    """Give articles to whom published them; returns how many sources were made for that."""
    if not found:
        return 0
    rows = db.execute(query("outlets")).all()
    outlets = Outlets(Outlet(row.slug, row.homepage, tuple(row.feeds), row.language) for row in rows)
    names = {row.name.casefold(): row.slug for row in rows}
    slugs = [_owner(one, outlets, names) for one in found]
    known = {row.slug for row in rows}
    # The last one wins: one that says what its publisher is called.
    pairs = sorted(zip(slugs, found, strict=True), key=lambda pair: pair[1].publisher != "")
    unknown = {slug: one for slug, one in pairs if slug not in known}
    made = db.execute(query("sources_meet"), _columns(unknown)).rowcount if unknown else 0
    db.execute(query("articles_attribute"), {"ids": [one.article_id for one in found], "slugs": slugs})
    return made


def _owner(one: Found, outlets: Outlets, names: dict[str, str]) -> str:
    """The slug of the source that published an article, known or not.

    Where a site carries what many publish, the publisher's name has to tell.
    """
    owner = outlets.owner(one.url, language=one.language)
    if owner is not None:
        return owner.slug
    site = urls.site(one.url)
    if site not in SHARED or not one.publisher:
        return slugged(site)
    digest = blake2b(one.publisher.encode("utf-8", "replace"), digest_size=3).hexdigest()
    return names.get(one.publisher.casefold()) or f"{slugged(site)}-{digest}"


def _columns(unknown: dict[str, Found]) -> dict[str, object]:
    sites = [urls.site(one.url) for one in unknown.values()]
    spoken = [one.language if is_language(one.language or "") else UNKNOWN["language"] for one in unknown.values()]
    return {
        "slugs": list(unknown),
        "names": [clean(one.publisher) or site for one, site in zip(unknown.values(), sites, strict=True)],
        "homepages": [None if site in SHARED else f"https://{site}/" for site in sites],
        "languages": spoken,
        "country": UNKNOWN["country"],
        "kind": UNKNOWN["kind"],
        "bloc": UNKNOWN["bloc"],
    }
