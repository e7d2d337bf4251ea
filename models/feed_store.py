"""Feeds in the database: which are due, and what a poll brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from extractors import cadence, urls
from extractors.cadence import NextPoll
from extractors.outcomes import Polled
from extractors.records import Entry, Feed, FeedState, Reason
from models.queries import query

DISCOVERED_AT_ONCE = 2_000
"""Entries in one statement; a sitemap may list 50,000."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How the entries of one poll ended: (outcome, reason) → entries."""

    counts: tuple[tuple[str, str, int], ...]

    def of(self, outcome: str) -> int:
        """Entries with this outcome, whatever the reason."""
        return sum(count for name, _, count in self.counts if name == outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """One entry that may become an article."""

    key: bytes
    canonical: str
    entry: Entry


def claim_due(db: Connection, run_id: int, *, now: datetime, everything: bool = False) -> list[Feed]:
    """Claim the feeds whose time has come (or all watched ones) for a run; what another run polls is left to it."""
    rows = db.execute(query("feeds_claim"), {"run": run_id, "now": now, "everything": everything})
    return [_feed(row._mapping) for row in rows]


def release(db: Connection, run_id: int) -> None:
    """Let go of feeds the run has claimed and not polled."""
    db.execute(query("run_free_feeds"), {"run": run_id})


def load_claimed(db: Connection, run_id: int, feed_ids: Sequence[int]) -> list[Feed]:
    """Those of the feeds that the run still has to poll, in order of id."""
    rows = db.execute(query("feeds_claimed"), {"ids": list(feed_ids), "run": run_id})
    return [_feed(row._mapping) for row in rows]


def _feed(row: object) -> Feed:
    facts = dict(row)  # type: ignore[call-overload]
    return Feed(**{**facts, "state": FeedState(facts["state"])})


def record(
    db: Connection, run_id: int, polled: Sequence[Polled], *, now: datetime, max_age: timedelta
) -> dict[int, Tally]:
    """Store what polls brought: new articles, sightings, the poll's outcome and the feed's next poll.

    An entry whose date is older than `max_age` before `now` is rejected as too old. Returns each feed's tally. Runs of
    `record` exclude each other until their transaction ends, so that one address becomes one article.
    """
    db.execute(query("discovery_lock"))
    tallies: dict[int, Tally] = {}
    for poll in polled:
        tallies[poll.feed.id] = _record_one(db, run_id, poll, now=now, oldest=now - max_age)
    return tallies


def _record_one(db: Connection, run_id: int, poll: Polled, *, now: datetime, oldest: datetime) -> Tally:
    tally = enter(db, run_id, poll, now=now, oldest=oldest)
    document = poll.reading.document if poll.reading else None
    listed = document.listed if document else 0
    db.execute(query("feed_day_add"), _day_row(poll, listed, tally.of("new"), now.date()))
    brought = replace(poll.result, listed=listed, new=tally.of("new")) if document else poll.result
    db.execute(query("feed_update"), _feed_row(poll, tally, cadence.after(poll.feed, brought, now=now)))
    return tally


def enter(db: Connection, run_id: int, poll: Polled, *, now: datetime, oldest: datetime | None) -> Tally:
    """Store what a poll listed, and nothing of the feed itself: new articles, sightings, the poll with its tally.

    Entries dated before `oldest` are rejected as too old; None takes any. Whoever calls holds the lock that `record`
    takes.
    """
    document = poll.reading.document if poll.reading else None
    counts: Counter[tuple[str, str]] = Counter()
    if document is not None:
        counts.update({("rejected", reason.value): number for reason, number in document.rejected})
        listings = list(_listings(document.entries, counts, oldest=oldest))
        for start in range(0, len(listings), DISCOVERED_AT_ONCE):
            _discover(db, run_id, poll.feed, listings[start : start + DISCOVERED_AT_ONCE], counts, now=now)
    tally = Tally(tuple((outcome, reason, n) for (outcome, reason), n in sorted(counts.items()) if n))
    poll_id = db.execute(query("poll_insert"), _poll_row(run_id, poll, document.listed if document else 0)).scalar_one()
    if tally.counts:
        outcomes, reasons, numbers = zip(*tally.counts, strict=True)
        db.execute(
            query("poll_tallies_insert"),
            {"poll": poll_id, "outcomes": list(outcomes), "reasons": list(reasons), "urls": list(numbers)},
        )
    return tally


def _listings(
    entries: Iterable[Entry], counts: Counter[tuple[str, str]], *, oldest: datetime | None
) -> Iterable[_Listing]:
    """The entries that name a possible article, each address once; the others are counted with their reason."""
    met: set[bytes] = set()
    for entry in entries:
        canonical = urls.canonical(entry.url)
        if canonical is None:
            counts["rejected", Reason.BAD_URL.value] += 1
            continue
        refusal = urls.refusal(canonical)
        if refusal is not None:
            counts["rejected", refusal.value] += 1
            continue
        key = urls.key(canonical)
        if key in met:
            counts["duplicate", "listed twice"] += 1
            continue
        met.add(key)
        if oldest is not None and entry.published_at is not None and entry.published_at < oldest:
            counts["rejected", Reason.TOO_OLD.value] += 1
            continue
        yield _Listing(key=key, canonical=canonical, entry=entry)


def _discover(
    db: Connection,
    run_id: int,
    feed: Feed,
    listings: list[_Listing],
    counts: Counter[tuple[str, str]],
    *,
    now: datetime,
) -> None:
    """Make articles of the addresses nobody has seen, and sightings of all."""
    known = {
        row.url_key: row
        for row in db.execute(query("addresses_known"), {"keys": [listing.key for listing in listings]})
    }
    fresh = [listing for listing in listings if listing.key not in known]
    for row in known.values():
        counts[("duplicate", "in another feed") if row.discovered_by == run_id else ("seen", "")] += 1
    counts["new", ""] += len(fresh)
    if fresh:
        db.execute(query("articles_discover"), _article_rows(run_id, feed, fresh, now))
    db.execute(query("sightings_touch"), {"feed": feed.id, "keys": [x.key for x in listings], "now": now})


def _article_rows(run_id: int, feed: Feed, fresh: list[_Listing], now: datetime) -> dict[str, object]:
    entries = [listing.entry for listing in fresh]
    return {
        "run": run_id,
        "feed": feed.id,
        "source": feed.source_id,
        "now": now,
        "keys": [listing.key for listing in fresh],
        "canonicals": [listing.canonical for listing in fresh],
        "urls": [clean(entry.url) for entry in entries],
        "titles": [clean(entry.title) for entry in entries],
        "summaries": [clean(entry.summary) for entry in entries],
        "contents": [clean(entry.content_html) for entry in entries],
        "languages": [entry.language for entry in entries],
        "published": [entry.published_at for entry in entries],
        "origins": [entry.published_from.value if entry.published_from else None for entry in entries],
        "publishers": [clean(entry.publisher) for entry in entries],
        # Postgres has no arrays of ragged rows; authors cross as one line each.
        "authors": ["\x1f".join(clean(author) for author in entry.authors) for entry in entries],
    }


def clean(text: str) -> str:
    """Text that Postgres takes: no NUL, no lone surrogate."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _poll_row(run_id: int, poll: Polled, listed: int) -> dict[str, object]:
    return {
        "run": run_id,
        "feed": poll.feed.id,
        "at": poll.polled_at,
        "outcome": poll.outcome,
        "reason": poll.reason,
        "status": poll.status,
        "listed": listed,
        "bytes": poll.reading.size if poll.reading else 0,
        "elapsed": poll.elapsed_ms,
    }


def _day_row(poll: Polled, listed: int, new: int, day: date) -> dict[str, object]:
    failed = int(poll.outcome == "failed")
    return {"feed": poll.feed.id, "day": day, "failed": failed, "listed": listed, "new": new}


def _feed_row(poll: Polled, tally: Tally, next_poll: NextPoll) -> dict[str, object]:
    known = poll.reading.body_hash if poll.reading and poll.outcome != "failed" else None
    document = poll.reading.document if poll.reading else None
    return {
        "feed": poll.feed.id,
        "at": poll.polled_at,
        "ok": poll.outcome != "failed",
        "fresh": poll.outcome == "fresh",
        "new": tally.of("new") > 0,
        "state": next_poll.state.value,
        "interval": next_poll.interval_minutes,
        "failures": next_poll.failures,
        "next": next_poll.next_poll_at,
        "etag": poll.etag,
        "modified": poll.last_modified,
        "hash": known,
        "error": clean(poll.detail) or None,
        "advice": next_poll.advice or None,
        "wish": document.ttl_minutes if document else None,
        "whole": poll.result.whole,
        "not_modified": next_poll.not_modified,
        "plain_until": next_poll.plain_until,
        "address": next_poll.move.address,
        "moved": next_poll.move.moved_to,
        "moved_polls": next_poll.move.polls,
        "moved_since": next_poll.move.since,
        "title": clean(document.title) if document else None,
        "format": document.format if document else None,
    }


def errors(db: Connection, run_id: int) -> dict[str, int]:
    """Why polls of the run failed: reason → polls, the most frequent first."""
    return {row.reason: row.polls for row in db.execute(query("polls_failed"), {"run": run_id})}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """How a feed is doing, for people."""

    source: str
    url: str
    state: str
    interval_minutes: int
    failures: float
    last_polled_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    last_error: str | None
    advice: str | None
    articles: int

    @classmethod
    def unpolled(cls, source: str, url: str) -> FeedHealth:
        """A feed that the file lists and no run has met."""
        return cls(
            source=source, url=url, state=FeedState.NEW.value, interval_minutes=0, failures=0.0, last_polled_at=None,
            last_new_at=None, next_poll_at=None, last_error=None, advice=None,
            articles=0,
        )  # fmt: skip


def health(db: Connection) -> list[FeedHealth]:
    """All watched feeds, by source."""
    return [FeedHealth(**row._mapping) for row in db.execute(query("feeds_health"))]
