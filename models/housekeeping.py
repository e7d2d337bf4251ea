"""What the daily housekeeping asks of the database: retention, checks, feeds in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from models.database import drop_page_partitions, ensure_page_partitions
from models.queries import checks, query

COPY_WINDOW = timedelta(days=14)
"""How long a text may wait for its copies; bands older than that are never looked up."""

KEEP_HOSTS = timedelta(days=35)
"""How long a host nobody asks is remembered: longer than an old robots.txt is believed."""

KEEP_MOMENTS = timedelta(days=30)
"""How far back every moment can be asked about; before, the start of each UTC day (trends.as_of() says the same)."""

SILENT_TIMES = 8
"""A feed is silent when it has brought nothing new for this many of its usual gaps between new articles ..."""
SILENT_LEAST = timedelta(days=2)
"""... and for at least this long: a weekend is no silence."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What retention dropped: months of raw pages, polls, attempts, bands."""

    page_months: int
    polls: int
    attempts: int
    bands: int

    def __str__(self) -> str:
        return (
            f"{self.page_months} months of raw pages, {self.polls} polls, {self.attempts} attempts, {self.bands} bands"
        )


@dataclass(frozen=True, slots=True)
class TroubledFeed:
    """A feed that somebody should look at."""

    feed_id: int
    source: str
    url: str
    state: str
    why: str
    since: datetime | None
    silent: bool


def retire(db: Connection, *, now: datetime, keep_pages: timedelta, keep_polls: timedelta) -> Dropped:
    """Drop what is older than its retention; daily counts by feed, articles and tags are kept for ever."""
    ensure_page_partitions(db, now.date())
    months = drop_page_partitions(db, (now - keep_pages).date())
    before = {"before": now - keep_polls}
    db.execute(query("past_thin"), {"before": now - KEEP_MOMENTS - timedelta(days=1)})
    db.execute(query("hosts_retire"), {"before": now - KEEP_HOSTS})
    return Dropped(
        page_months=len(months),
        polls=db.execute(query("polls_retire"), before).rowcount,
        attempts=db.execute(query("attempts_retire"), before).rowcount,
        bands=db.execute(query("bands_retire"), {"before": (now - COPY_WINDOW).date()}).rowcount,
    )


def broken_checks(db: Connection) -> dict[str, int]:
    """The checks that found rows, with how many."""
    found = {name: len(db.execute(check).all()) for name, check in checks().items()}
    return {name: rows for name, rows in found.items() if rows}


def troubled_feeds(db: Connection, *, now: datetime) -> list[TroubledFeed]:
    """Watched feeds that fail, or that answer and have gone silent against their own rhythm, the longest first."""
    rows = db.execute(query("feeds_troubled"), {"now": now, "times": SILENT_TIMES, "least": SILENT_LEAST})
    return [TroubledFeed(**row._mapping) for row in rows]
