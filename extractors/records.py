"""The nouns, in the order in which they flow: source, feed, entry, page, article, tag.

All are frozen; collections are tuples; every datetime is aware and in UTC. A record never carries a database session,
and a row never leaves `models/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class SourceKind(StrEnum):
    """What sort of outlet a source is."""

    AGENCY = "agency"
    NEWSPAPER = "newspaper"
    BROADCASTER = "broadcaster"
    MAGAZINE = "magazine"
    GOVERNMENT = "government"
    THINK_TANK = "think-tank"
    SPECIALIST = "specialist"
    AGGREGATOR = "aggregator"
    UNKNOWN = "unknown"


class FeedState(StrEnum):
    """How a feed is doing, as its last polls tell."""

    NEW = "new"
    """Not polled yet."""
    OK = "ok"
    """The last poll brought a document that had changed."""
    UNCHANGED = "unchanged"
    """It brought what the one before had brought."""
    EMPTY = "empty"
    """It can be read and lists nothing that could be followed."""
    UNDATED = "undated"
    """It lists entries, and not one of them with a date that can be believed."""
    MOVED = "moved"
    """It answers at another address than the one that is watched, for good."""
    BLOCKED = "blocked"
    """It refuses us: a bot wall, a login, robots.txt."""
    GONE = "gone"
    """It was removed for good, says its server."""
    BROKEN = "broken"
    """It failed, for any other reason."""
    PARKED = "parked"
    """It failed too often; asked once a day."""


FINE_STATES = frozenset((FeedState.NEW, FeedState.OK, FeedState.UNCHANGED))
"""Those that need nobody's look."""


class DateOrigin(StrEnum):
    """Where a publication time was read."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    URL = "url"


class Grade(StrEnum):
    """How much of the article a text holds."""

    FULL = "full"
    PARTIAL = "partial"
    TEASER = "teaser"


class Reason(StrEnum):
    """Why an entry or a page is no article; an expected outcome, counted and kept."""

    NO_LINK = "no link"
    BAD_URL = "bad url"
    NOT_ARTICLE_URL = "not an article url"
    TOO_OLD = "too old"
    OUT_OF_PERIOD = "outside the period asked for"
    UNDATED = "undated"
    ELSEWHERE = "of another source"
    TOO_MANY = "over the feed's cap"
    WRONG_TYPE = "wrong type"
    EMPTY = "empty page"
    TOO_SHORT = "too short"
    NOT_AN_ARTICLE = "not an article"
    PAYWALL = "paywall"
    CONSENT_WALL = "consent wall"
    UNRESOLVED = "unresolved link"
    """An aggregator's link that neither tells nor leads to the publisher's page."""
    BOT_WALL = "bot wall"
    SOFT_404 = "soft 404"
    UNREADABLE = "unreadable"
    READER_ERROR = "reader error"
    """A fault of ours, or of a library, that this page brought out: never the page's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An outlet: who speaks, from where, in which language, for whom, and of which publisher family."""

    slug: str
    name: str
    homepage: str | None
    country: str
    """ISO 3166-1 alpha-2, `UN` for the United Nations, `ZZ` where nobody has said it yet."""
    language: str
    """ISO 639-1, the language the outlet mostly writes in; `und` where nobody has said it yet."""
    kind: SourceKind
    bloc: str
    family: str
    """The publisher behind it; outlets of one family are one voice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSpec:
    """A feed as `feeds.toml` declares it."""

    source: str
    """The slug of its source."""
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All sources and feeds of one `feeds.toml`."""

    sources: tuple[Source, ...]
    feeds: tuple[FeedSpec, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An address we poll, and what we remember of it."""

    id: int
    source_id: int
    url: str
    language: str
    """The language of its source, a hint where a text is too short to tell."""
    etag: str | None = None
    last_modified: str | None = None
    body_hash: bytes | None = None
    failures: float = 0.0
    interval_minutes: int = 60
    state: FeedState = FeedState.NEW
    last_new_at: datetime | None = None
    wish_minutes: int | None = None
    """How often its publisher wants to be asked, as its last whole document said."""
    not_modified: int = 0
    """304s in a row since a whole document last came."""
    last_whole_at: datetime | None = None
    """When a whole document last came."""
    plain_until: datetime | None = None
    """Asked without validators until then: its server was found to say 304 falsely."""
    address: str | None = None
    """Where it is asked since a permanent redirect of `url` has held; None: at `url`."""
    moved_to: str | None = None
    """Where the last poll was sent for good."""
    moved_polls: int = 0
    """Polls in a row that were sent there."""
    moved_since: datetime | None = None

    @property
    def asked_at(self) -> str:
        """The address to ask."""
        return self.address or self.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed announced about one article."""

    url: str
    """Absolute, as announced; canonical form is `urls.canonical(url)`."""
    title: str
    summary: str = ""
    """Plain text."""
    content_html: str = ""
    """The body when the feed carries it whole, as HTML."""
    published_at: datetime | None = None
    published_from: DateOrigin | None = None
    guid: str = ""
    language: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str = ""
    """Whom an aggregator names as the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document once read: its entries in document order, and what the publisher says of itself."""

    format: str
    """`rss`, `atom`, `rdf`, `json`, `sitemap-news`, …"""
    title: str
    entries: tuple[Entry, ...]
    rejected: tuple[tuple[Reason, int], ...] = ()
    """Items of the document that became no entry, by reason; `listed` is the sum of both."""
    language: str | None = None
    ttl_minutes: int | None = None
    """The publisher's own wish (`ttl`, `sy:updatePeriod`)."""

    @property
    def listed(self) -> int:
        """How many items the document held."""
        return len(self.entries) + sum(count for _, count in self.rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a URL answered."""

    url: str
    """As asked."""
    final_url: str
    """After redirects."""
    status: int
    body: bytes
    """As it came over the wire, still in `content_encoding`; `fetch.inflate(page)` undoes that."""
    content_type: str
    content_encoding: str = ""
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """Where a permanent redirect of the first hop points, if every hop up to it was permanent."""
    max_age: int | None = None
    """`Cache-Control: max-age` in seconds."""
    fetched_at: datetime
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """304: what we have is what there is."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """As in `Page`."""
    max_age: int | None = None
    """As in `Page`."""
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a reader would read."""

    url: str
    canonical_url: str
    """The address the page names as its own if it can be believed, else the final URL; in canonical form."""
    title: str
    text: str
    """Plain text, paragraphs separated by a newline; the offsets of evidence point into it."""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_from: DateOrigin | None = None
    language: str | None = None
    grade: Grade = Grade.FULL
    method: str = ""
    """Which extractor gave the text: `trafilatura`, `json-ld`, `feed`, …"""
    syndicated_from: str | None = None
    """A canonical address on another site, when the page names one: it says itself that it is a copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page that is no article: expected, counted, kept."""

    url: str
    reason: Reason
    detail: str = ""
    canonical_url: str | None = None


class Evidence(NamedTuple):
    """One match that earned a tag part of its score."""

    term: str
    """As the taxonomy writes it."""
    concept: str
    field: str
    """`title` or `text`."""
    start: int
    end: int
    """Character offsets into the field as stored, half-open."""
    weight: float
    """What this match added to the score; the score is a fixed function of the sum (see `topics.tagger`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A topic given to an article, with its score in 0..1 and the matches that earned it."""

    topic: str
    score: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """All a taxonomy says of one text."""

    tags: tuple[Tag, ...] = ()
    actors: tuple[str, ...] = ()
    """Slugs of the actors named, in order of first mention."""
    related: float = 0.0
    """0..1: how close the text is to the seed document's subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is needed to recognise copies of a text."""

    content_hash: bytes
    """16 bytes over the normalised text: equal means the same text to the letter."""
    minhash: tuple[int, ...]
    """128 unsigned 32-bit values over the text's shingles; empty for a text too short to judge."""
    words: int
    """Words, or characters / 2 in scripts without spaces."""


class CopyKind(StrEnum):
    """How a copy differs from the text it was taken from."""

    EXACT = "exact"
    EDITED = "edited"
    SPUN = "spun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two texts are."""

    kind: CopyKind | None
    """None: no copy."""
    jaccard: float
    containment: float


class Outcome(StrEnum):
    """Where a URL that a run saw ended; every URL of a run has exactly one."""

    STORED = "stored"
    SEEN = "seen"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    FAILED = "failed"
    GIVEN_UP = "given up"
    WAITING = "waiting"
    LOST = "lost"
    UNCHANGED = "unchanged"
    """A stored article, looked at again: it says what it said."""
    REVISED = "revised"
    DELETED = "deleted"
    MOVED = "moved"
