"""What crosses to a worker process and back, apart from what reads it: the flow's process needs none of the parsers.

Frames on a worker's stdin and stdout: four bytes of length, big-endian, then a pickle.
"""

from __future__ import annotations

import pickle
import struct
from dataclasses import dataclass
from datetime import datetime

from extractors.archive import Period, Sitemap
from extractors.outcomes import FeedReading, KeptPage, Known, PageReading
from extractors.records import Entry, Page, Tagging


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob:
    """One page to read; `page` is None when it could not be had and the feed's own text must do."""

    url: str
    page: Page | KeptPage | None
    entry: Entry
    language_hint: str | None
    max_bytes: int
    now: datetime
    known: Known | None = None
    """What is stored of the article already, if it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedJob:
    """One feed document to read, unless its body is the one we know."""

    page: Page
    known_hash: bytes | None
    max_bytes: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapJob:
    """One sitemap of any kind to read, for the pages of a period."""

    page: Page
    period: Period | None
    max_bytes: int
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapReading:
    """What was read off a sitemap, or why nothing was."""

    sitemap: Sitemap | None = None
    size: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class TagJob:
    """Texts to tag, as (title, text): many at once, because one takes less time than its way through the pipe."""

    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TagReading:
    """What a taxonomy says of the texts of a job, in their order."""

    taggings: tuple[Tagging, ...]


@dataclass(frozen=True, slots=True)
class BandJob:
    """Texts of articles that are on the subject by now, to be found by machine-spun copies, too."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BandReading:
    """The fine bands of the texts of a job, in their order; none for a text that is too short to judge."""

    bands: tuple[tuple[int, ...], ...]


Job = PageJob | FeedJob | SitemapJob | TagJob | BandJob
Reading = PageReading | FeedReading | SitemapReading | TagReading | BandReading


def frame(value: object) -> bytes:
    """One frame."""
    body = pickle.dumps(value, protocol=5)
    return struct.pack(">I", len(body)) + body
