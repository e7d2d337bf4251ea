"""What a site's archive is made of: sitemaps that name others or pages, and the periods they are about. Pure data.

`extractors.sitemap_index` reads them; whoever walks them needs no parser for this.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from extractors.records import Document

_PERIOD = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:(?P<gap>[-_/.]?)(?P<month>0[1-9]|1[0-2])(?:(?P=gap)(?P<day>0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)
_NAMED_YEAR = re.compile(
    r"(?:yyyy|year|y)=(?P<year>(?:19|20)\d\d)(?:&(?:mm|month|m)=(?P<month>0?[1-9]|1[0-2])(?:&(?:dd|day|d)=(?P<day>\d{1,2}))?)?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in UTC."""

    first: date
    last: date

    def holds(self, moment: datetime) -> bool:
        """Whether an instant lies in it."""
        return self.first <= moment.date() <= self.last

    def meets(self, other: Period) -> bool:
        """Whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names."""

    url: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap document holds: other sitemaps, or pages."""

    document: Document
    """Its pages that may be articles of the period; `listed` counts all of them."""
    children: tuple[Child, ...] = ()
    tagged: int = 0
    """Pages with a news tag."""
    newest: datetime | None = None
    """The newest date of a page, kept or not."""


def named_period(url: str) -> Period | None:
    """The year, month or day that a sitemap's address names (`sitemap-2024-06.xml`, `?yyyy=2024&mm=06`), or None."""
    parts = urlsplit(url)
    found = _NAMED_YEAR.search(parts.query) or _last(_PERIOD, f"{parts.path}?{parts.query}")
    if found is None:
        return None
    year, month, day = (int(found[name]) if found[name] else None for name in ("year", "month", "day"))
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return Period(first, first)
    after = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    return Period(first, after - timedelta(days=1))


def leads_to(child: Child, period: Period) -> bool:
    """Whether a sitemap may hold pages published in a period: by its name, and by when it was last modified."""
    named = named_period(child.url)
    if named is not None:
        # Sites shard by local days: a day more on both sides.
        wider = Period(named.first - timedelta(days=1), named.last + timedelta(days=1))
        return wider.meets(period)
    return child.modified is None or child.modified.date() >= period.first


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed([*pattern.finditer(text)]), None)
