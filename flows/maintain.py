"""The daily housekeeping: what has had its time goes, what looks wrong is said."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.events import emit_event
from sqlalchemy import Engine

from extractors.errors import WirewatchError
from flows import resources
from flows.gather import now
from flows.tasks import TASK
from models import housekeeping
from models.housekeeping import Dropped

log = logging.getLogger(__name__)


class DataBroken(WirewatchError):
    """A check over the stored data found rows that should not be."""

    reason = "check"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What one maintain run did and found."""

    dropped: Dropped
    broken: dict[str, int]
    """Checks that found rows, with how many."""
    silent: int
    """Feeds that answer but have brought nothing new for far longer than they used to."""


@flow(name="maintain", flow_run_name="maintain", retries=0)
def maintain() -> Upkeep:
    """Apply the retention settings, run every check of `sql/checks`, and report feeds that have gone silent.

    Raises `DataBroken` when a check finds rows, after everything else is done.
    """
    resources.hear_libraries()
    with resources.database() as engine:
        upkeep = Upkeep(dropped=_retire(engine), broken=_check(engine), silent=_watch(engine))
    if upkeep.broken:
        found = ", ".join(f"{name} ({rows} rows)" for name, rows in upkeep.broken.items())
        raise DataBroken(f"Checks found what should not be: {found}. Their SQL is in sql/checks.")
    return upkeep


@task(name="retire", task_run_name="drop what has had its time", **TASK)
def _retire(engine: Engine) -> Dropped:
    chosen = resources.settings()
    with engine.begin() as db:
        dropped = housekeeping.retire(
            db,
            now=now(),
            keep_pages=timedelta(days=chosen.keep_pages_days),
            keep_polls=timedelta(days=chosen.keep_polls_days),
        )
    log.info("dropped %s", dropped)
    return dropped


@task(name="check", task_run_name="check the data", **TASK)
def _check(engine: Engine) -> dict[str, int]:
    with engine.begin() as db:
        broken = housekeeping.broken_checks(db)
    for name, rows in broken.items():
        log.error("check %s found %d rows", name, rows)
    return broken


@task(name="watch feeds", task_run_name="look for silent and failing feeds", **TASK)
def _watch(engine: Engine) -> int:
    with engine.begin() as db:
        troubled = housekeeping.troubled_feeds(db, now=now())
    create_table_artifact(
        key="feeds-in-trouble",
        table=[
            {
                "source": feed.source,
                "feed": feed.url,
                "state": feed.state,
                "why": feed.why,
                "since": str(feed.since or ""),
            }
            for feed in troubled
        ],
        description="Feeds that fail, or that answer and have gone silent against their own rhythm.",
    )
    silent = [feed for feed in troubled if feed.silent]
    for feed in silent:
        emit_event(
            "wirewatch.feed.silent",
            resource={"prefect.resource.id": f"wirewatch.feed.{feed.feed_id}", "prefect.resource.name": feed.url},
            payload={"source": feed.source, "url": feed.url, "since": str(feed.since)},
        )
    return len(silent)
