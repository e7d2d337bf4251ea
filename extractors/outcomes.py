"""What became of each request: the records that cross from the network and the readers to the stores.

The stores apply them and never judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from extractors.cadence import PollResult
from extractors.errors import WirewatchError
from extractors.records import Article, Document, Entry, Feed, Fingerprint, Outcome, Rejected, Tagging


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """A page as it is kept: zstd-compressed, under the hash of its inflated body."""

    content_hash: bytes
    """16 bytes, blake2b."""
    body: bytes
    size: int
    """Bytes before compression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What was read off a page."""

    result: Article | Rejected | WirewatchError
    """An error when the body itself would not inflate: the caller treats it like any other failed request."""
    raw: RawPage | None = None
    tagging: Tagging | None = None
    fingerprint: Fingerprint | None = None
    bands: tuple[int, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    """CPU seconds by step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """What was read off a feed document; `document` is None when the body is the known one or `error` says why not."""

    body_hash: bytes
    size: int
    document: Document | None = None
    error: WirewatchError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll of one feed brought."""

    feed: Feed
    outcome: str
    """`fresh`, `unchanged` or `failed`."""
    polled_at: datetime
    result: PollResult
    """As far as it is known before the entries are compared with what we have."""
    reason: str = ""
    detail: str = ""
    """The error as a sentence."""
    status: int | None = None
    reading: FeedReading | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One article a run has claimed: what is needed to fetch and read it."""

    article_id: int
    source_id: int
    url: str
    entry: Entry
    language_hint: str | None
    attempts: int
    """Tries before this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Where one claimed article ended in this run."""

    work: Work
    outcome: Outcome
    reason: str = ""
    reading: PageReading | None = None
    retry_at: datetime | None = None
    """When to try again; set exactly when the outcome is `failed`."""
    status: int | None = None
    content_type: str = ""
    final_url: str = ""
    fetched_at: datetime | None = None
    bytes: int = 0
    elapsed_ms: int = 0
