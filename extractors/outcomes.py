"""What became of each request: the records that cross from the network and the readers to the stores.

The stores apply them and never judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from extractors.cadence import PollResult
from extractors.errors import WirewatchError
from extractors.records import (
    Article,
    Document,
    Entry,
    Feed,
    Fingerprint,
    Grade,
    Outcome,
    Rejected,
    Tagging,
    Unchanged,
)
from extractors.revision import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """A page as it is kept: zstd-compressed, under the hash of its inflated body."""

    content_hash: bytes
    """16 bytes, blake2b."""
    body: bytes
    size: int
    """Bytes before compression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A raw page as it comes back from where it was kept."""

    body: bytes
    """zstd."""
    size: int
    """Bytes before compression."""
    content_type: str
    final_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of an article, to compare a new reading with."""

    title: str
    text: str
    grade: Grade
    edition: str | None = None
    """Which edition of the extractor read it (`edition.edition()`); None: nobody noted it."""
    body_hash: bytes | None = None
    """Of the raw page it was read off."""
    page: KeptPage | None = None
    """That page, given where another edition read it: both are read by the same one before they are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What was read off a page."""

    result: Article | Rejected | Unchanged | WirewatchError
    """An error when the body itself would not inflate: the caller treats it like any other failed request. Unchanged
    when it is the body that is known."""
    edition: str = ""
    """Of the extractor that read it."""
    change: Change | None = None
    """Against what is known of the article, where that was given and this is an article, too."""
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
    aggregated: bool = False
    """Whether its source is an aggregator: then somebody else published it."""


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
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One stored article a run looks at again."""

    work: Work
    """`attempts` are those of this look."""
    number: int
    """Which look it is, from 1."""
    since: datetime
    """When the article was first fetched: looks are planned from there."""
    known: Known
    addresses: frozenset[bytes]
    """Keys of the addresses that lead to the article."""
    etag: str | None = None
    last_modified: str | None = None
    failed_as: str = ""
    """Why the try before this one failed, if it did."""
    deleted: bool = False
    """Whether it was gone the last time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a look brought; `settled.outcome` says which."""

    look: Look
    settled: Settled

    @property
    def change(self) -> Change | None:
        """What changed in title and text."""
        return self.settled.reading.change if self.settled.reading else None
