"""The daily housekeeping: what has had its time goes, what looks wrong is said."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from prefect import flow, runtime, task
from prefect.artifacts import create_table_artifact
from prefect.events import emit_event
from sqlalchemy import Engine

from extractors.errors import WirewatchError
from flows import markup, ordering, resources, retag, run_logs
from flows.commands.output import moment
from flows.gather import now
from flows.tasks import TASK, judge_until
from models import freshness_store, housekeeping
from models.freshness_store import Stale
from models.housekeeping import Dropped, TroubledFeed

log = logging.getLogger(__name__)

MOST_SECONDS = 3600.0
"""Testing every day of three years anew takes minutes; what is left after an hour the next run does."""


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
    stale: int = 0
    """Findings on sources that no longer bring what they used to bring."""


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"maintain {started:%a %d %b}" if started else "maintain"


@flow(name="maintain", flow_run_name=_run_name, retries=0)
def maintain() -> Upkeep:
    """Apply the retention settings, test the days that wait for it, check the data, report feeds that have gone silent.

    A taxonomy file that was changed is put into effect, if the settings allow it: by a run of its own where deployments
    are served, else here. Raises `DataBroken` when a check finds rows, after everything else is done.
    """
    run_logs.tidy()
    with resources.database() as engine:
        dropped = _retire(engine)
        _test(engine)
        upkeep = Upkeep(dropped=dropped, broken=_check(engine), silent=_watch(engine), stale=_freshness(engine))
        changed = resources.outdated(engine)
        if read_otherwise := resources.read_otherwise(engine):
            log.warning("%s", read_otherwise)
    if changed and resources.settings().retag_on_change:
        if not ordering.order_retag():
            retag.retag()
    elif changed:
        log.warning("%s", changed)
    if upkeep.broken:
        found = ", ".join(f"{name} ({rows} rows)" for name, rows in upkeep.broken.items())
        raise DataBroken(f"Checks found what should not be: {found}. Their SQL is in sql/checks.")
    return upkeep


@task(name="retire", task_run_name="drop what has had its time", tags=["retire"], **TASK)
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


@task(name="test", task_run_name="test the days that wait for it", tags=["roll-up"], **TASK)
def _test(engine: Engine) -> int:
    return judge_until(engine, MOST_SECONDS)


@task(name="check", task_run_name="check the data", tags=["check"], **TASK)
def _check(engine: Engine) -> dict[str, int]:
    with engine.begin() as db:
        broken = housekeeping.broken_checks(db)
    for name, rows in broken.items():
        log.error("check %s found %d rows; its SQL is sql/checks/%s.sql", name, rows, name)
    if not broken:
        log.info("every check holds")
    return broken


@task(name="watch feeds", task_run_name="look for silent and failing feeds", tags=["feeds"], **TASK)
def _watch(engine: Engine) -> int:
    with engine.begin() as db:
        troubled = housekeeping.troubled_feeds(db, now=now())
    silent = [feed for feed in troubled if feed.silent]
    said = in_trouble(troubled)
    create_table_artifact(key="feeds-in-trouble", table=feed_rows(troubled), description=said)
    log.info("%s", said)
    for feed in silent:
        emit_event(
            "wirewatch.feed.silent",
            resource={"prefect.resource.id": f"wirewatch.feed.{feed.feed_id}", "prefect.resource.name": feed.url},
            payload={"source": feed.source, "url": feed.url, "since": str(feed.since)},
        )
    return len(silent)


@task(name="watch sources", task_run_name="see whether sources bring what they used to", tags=["sources"], **TASK)
def _freshness(engine: Engine) -> int:
    """Keep what the freshness rules find, and tell once of each finding that came or went."""
    with engine.begin() as db:
        found, turns = freshness_store.refresh(db, now=now())
    said = fresh(found)
    create_table_artifact(key="sources-freshness", table=source_rows(found), description=said)
    log.info("%s", said)
    for turn in turns:
        emit_event(
            "wirewatch.source.recovered" if turn.ended else "wirewatch.source.stale",
            resource={"prefect.resource.id": f"wirewatch.source.{turn.source}", "prefect.resource.name": turn.source},
            payload={"finding": turn.kind, "since": str(turn.since), "said": turn.said},
        )
    return len(found)


def fresh(found: Sequence[Stale]) -> str:
    """How many sources do not bring what they used to bring."""
    sources = len({one.source for one in found})
    if not sources:
        return "Every source that is heard brings what it used to bring."
    one = sources == 1
    return f"{sources} source{' does' if one else 's do'} not bring what {'it' if one else 'they'} used to."


def source_rows(found: Sequence[Stale]) -> list[dict[str, Any]]:
    """One row a finding."""
    return [
        {
            "source": one.source,
            "finding": one.finding.kind,
            "since": moment(one.finding.since),
            "what": markup.plain(one.finding.said),
        }
        for one in found
    ]


def in_trouble(troubled: Sequence[TroubledFeed]) -> str:
    """How many feeds somebody should look at, and why."""
    if not troubled:
        return "Every watched feed answers, and brings news at its usual pace."
    silent = sum(feed.silent for feed in troubled)
    failing = len(troubled) - silent
    fail = "1 feed fails" if failing == 1 else f"{failing} feeds fail"
    mute = "1 answers but has gone silent" if silent == 1 else f"{silent} answer but have gone silent"
    return f"{fail}, {mute} against {'its' if silent == 1 else 'their'} own rhythm."


def feed_rows(troubled: Sequence[TroubledFeed]) -> list[dict[str, Any]]:
    """One row a feed, in the given order; what may be long comes last."""
    return [
        {
            "feed": markup.feed_link(feed.source, feed.url),
            "state": feed.state,
            "since": moment(feed.since),
            "why": markup.reason(feed.why, feed.url),
        }
        for feed in troubled
    ]
