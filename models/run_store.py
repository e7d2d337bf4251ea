"""Runs: who works now, who died, and what a run did.

A running run holds an advisory lock on a connection of its own. The server drops the lock the moment that connection
ends, however its process died, so another run can tell at once and take over what was claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update
from sqlalchemy.dialects.postgresql import insert

from extractors.records import Outcome
from models.queries import query
from models.tables import attempts, runs

LOCK_SPACE = 0x5757 << 40
"""Advisory locks of runs are this number plus the run's id."""


@dataclass(frozen=True, slots=True)
class FeedCount:
    """One line of a run's funnel by feed."""

    feed_id: int
    source: str
    url: str
    outcome: Outcome
    reason: str
    urls: int


@dataclass(frozen=True, slots=True)
class Balance:
    """The two sides of a run's funnel, counted from different tables."""

    listed: int
    """Items that the polled documents held."""
    carried: int
    """Articles of earlier runs that this run took up."""
    ended: int
    """URLs with an outcome."""
    discovered: int
    """Articles that this run saw first, counted among the articles."""
    new: int
    """The same, as the polls counted them."""
    unsettled: int
    """Articles claimed by the run and left without an outcome."""

    @property
    def holds(self) -> bool:
        """Whether every URL has exactly one outcome."""
        return self.listed + self.carried == self.ended and self.discovered == self.new and self.unsettled == 0

    def __str__(self) -> str:
        return (
            f"{self.listed} listed + {self.carried} carried over = {self.ended} ended; "
            f"{self.new} counted new, {self.discovered} discovered; {self.unsettled} unsettled"
        )


def start(
    db: Connection, *, flow: str, now: datetime, host: str, version: str, prefect_run_id: str | None = None
) -> int:
    """A new run, whose lock this connection holds until it closes; returns its id."""
    values = {"flow": flow, "started_at": now, "host": host, "version": version, "prefect_run_id": prefect_run_id}
    run_id: int = db.execute(insert(runs).values(values).returning(runs.c.id)).scalar_one()
    db.execute(query("run_lock"), {"key": LOCK_SPACE + run_id})
    return run_id


def bury_dead(db: Connection, *, now: datetime) -> list[int]:
    """Mark runs whose process is gone as dead and free what they had claimed; returns their ids.

    A run that only lost its connection is taken for dead as well, and may claim more before it ends or is killed: what
    a run holds that is no longer running is freed again.
    """
    maybe = db.execute(query("runs_maybe_dead")).scalars().all()
    # Inside a transaction: a lock won here proves the run dead, and is held only until this transaction ends.
    dead = [run for run in maybe if db.execute(query("run_try_lock"), {"key": LOCK_SPACE + run}).scalar_one()]
    for run in dead:
        free(db, run, outcome=Outcome.LOST)
        db.execute(
            update(runs)
            .where(runs.c.id == run, runs.c.state == "running")
            .values(state="dead", finished_at=now, error="The process of this run ended without a word.")
        )
    return dead


def free(db: Connection, run_id: int, *, outcome: Outcome) -> None:
    """Let go of everything the run has claimed and not settled, counting it under `outcome`."""
    db.execute(query("run_free_articles"), {"run": run_id})
    db.execute(query("run_free_feeds"), {"run": run_id})
    db.execute(query("run_free_looks"), {"run": run_id})
    db.execute(
        update(attempts)
        .where(attempts.c.run_id == run_id, attempts.c.outcome.is_(None))
        .values(outcome=outcome.value, reason="run ended")
    )


def finish(
    db: Connection, run_id: int, *, now: datetime, error: str | None = None, timings: Mapping[str, float] | None = None
) -> None:
    """Close the run: ok, or failed with one sentence."""
    db.execute(
        update(runs)
        .where(runs.c.id == run_id)
        .values(state="failed" if error else "ok", finished_at=now, error=error, timings=dict(timings or {}))
    )


def funnel(db: Connection, run_id: int) -> list[FeedCount]:
    """Where each URL of the run ended, by feed, outcome and reason."""
    rows = db.execute(query("run_funnel"), {"run": run_id})
    return [FeedCount(row.feed_id, row.source, row.url, Outcome(row.outcome), row.reason, row.urls) for row in rows]


def balance(db: Connection, run_id: int) -> Balance:
    """Both sides of the run's funnel."""
    row = db.execute(query("run_balance"), {"run": run_id}).one()
    return Balance(**row._mapping)


@dataclass(frozen=True, slots=True)
class SlowHost:
    """A host and how long its pages took in a run."""

    host: str
    pages: int
    median_ms: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A feed whose poll failed in a run."""

    source: str
    url: str
    reason: str
    failures: float


@dataclass(frozen=True, slots=True)
class Headline:
    """A stored article in one line."""

    source: str
    title: str
    url: str


def slow_hosts(db: Connection, run_id: int) -> list[SlowHost]:
    """The ten slowest hosts of a run, by the median of their pages."""
    return [SlowHost(**row._mapping) for row in db.execute(query("run_slow_hosts"), {"run": run_id})]


def failing_feeds(db: Connection, run_id: int) -> list[Trouble]:
    """Feeds whose poll failed in a run, the most persistent first."""
    return [Trouble(**row._mapping) for row in db.execute(query("run_failing_feeds"), {"run": run_id})]


def newest_articles(db: Connection, run_id: int) -> list[Headline]:
    """The ten newest tagged articles that a run stored, the most related first."""
    return [Headline(**row._mapping) for row in db.execute(query("run_newest_articles"), {"run": run_id})]
