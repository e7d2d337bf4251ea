"""The main job: poll the feeds that are due, process what is new in batches, group, roll up, publish.

Safe to run at any time and any number of times at once: what a run works on it has claimed in the database, and what a
dead run had claimed is taken up by the next one.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from prefect import flow, runtime

from extractors.errors import WirewatchError
from flows import alerts, ordering, progress, publish, resources, run_logs, tasks
from flows.batches import process_due, task_runner
from flows.gather import now
from flows.ledger import balanced, ledger
from flows.resources import Workshop
from models import feed_store, run_store, source_store
from models.database import ensure_page_partitions
from models.run_store import Balance

log = logging.getLogger(__name__)

FEEDS_PER_TASK = 50


class AllFeedsFailed(WirewatchError):
    """Not one of the polled feeds answered with a feed."""

    reason = "all feeds failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest run did."""

    run_id: int
    polls: Mapping[str, int]
    """Polls by outcome."""
    new: int
    """Articles seen for the first time."""
    outcomes: Mapping[str, int]
    """Processed articles by outcome."""
    balance: Balance
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by part of the run."""


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"ingest {started:%a %d %b %H:%M} UTC" if started else "ingest"


@flow(name="ingest", flow_run_name=_run_name, task_runner=task_runner(), retries=0)
def ingest(feeds: str | None = None, limit: int | None = None, everything: bool = False) -> Report:
    """Fetch what the feeds have that we have not.

    `feeds` names another catalogue than the settings do; `limit` bounds how many articles are processed; `everything`
    polls feeds that are not due, too. Raises `AllFeedsFailed` when no feed answered, `FunnelUnbalanced` when the run's
    books do not balance, `Misconfigured` for a wrong file or setting.
    """
    run_logs.tidy()
    catalogue = resources.feeds_file(feeds)
    began = perf_counter()
    with resources.workshop() as shop, ledger(shop, "ingest") as run_id:
        with shop.engine.begin() as db:
            synced = source_store.sync(db, catalogue, now=now())
            ensure_page_partitions(db, now().date())
            due = feed_store.claim_due(db, run_id, now=now(), everything=everything)
        _heed_change(shop)
        log.info("watching %d feeds of %d sources; %d are due", synced.watched, synced.sources, len(due))
        polls = _poll(run_id, [feed.id for feed in due])
        polled = perf_counter()
        outcomes = process_due(shop, run_id, limit)
        processed = perf_counter()
        tasks.group()
        tasks.roll_up()
        tasks.judge()
        alerts.raise_alerts()
        timings = {
            "poll": polled - began,
            "process": processed - polled,
            "group_and_roll_up": perf_counter() - processed,
            **{name: value for name, value in outcomes.items() if name.startswith("seconds_")},
        }
        publish.publish(run_id, polls=dict(polls), timings=timings)
        return _close(shop, run_id, polls, outcomes, timings)


def _heed_change(shop: Workshop) -> None:
    """Say that a retag is due, if one is, and have it run beside us where the settings allow that."""
    if changed := resources.outdated(shop.engine):
        log.warning("%s", changed)
        if shop.settings.retag_on_change:
            ordering.order_retag()


def _poll(run_id: int, feed_ids: Sequence[int]) -> Counter[str]:
    """Poll feeds in groups of `FEEDS_PER_TASK`."""
    done = 0
    groups = [feed_ids[start : start + FEEDS_PER_TASK] for start in range(0, len(feed_ids), FEEDS_PER_TASK)]
    progress.report("Polling feeds", 0, len(feed_ids))
    futures = [
        tasks.poll.submit(run_id, group, f"{len(group)} feeds ({number} of {len(groups)})")
        for number, group in enumerate(groups, 1)
    ]
    total: Counter[str] = Counter()
    for future, group in zip(futures, groups, strict=True):
        total.update(future.result())
        done += len(group)
        progress.report("Polling feeds", done, len(feed_ids))
    return total


def _close(
    shop: Workshop, run_id: int, polls: Mapping[str, int], outcomes: Mapping[str, float], timings: Mapping[str, float]
) -> Report:
    """Check the books, then close the run as ok; what does not balance, or found no feed at all, is a failed run."""
    with shop.engine.begin() as db:
        balance = balanced(db, run_id)
        asked = polls["fresh"] + polls["unchanged"] + polls["failed"]
        if asked and polls["failed"] == asked:
            raise AllFeedsFailed(_why_all_failed(feed_store.errors(db, run_id), asked))
        run_store.finish(db, run_id, now=now(), timings=timings)
    counted = {name: int(value) for name, value in outcomes.items() if not name.startswith("seconds_")}
    return Report(
        run_id=run_id,
        polls={name: polls[name] for name in ("fresh", "unchanged", "failed")},
        new=polls["new"],
        outcomes=counted,
        balance=balance,
        timings=timings,
    )


def _why_all_failed(errors: Mapping[str, int], asked: int) -> str:
    kinds = ", ".join(f"{reason} ({number})" for reason, number in errors.items())
    hint = " Is the network reachable?" if {"unreachable", "timeout"} & set(errors) else ""
    return f"None of the {asked} feeds answered with a feed: {kinds}.{hint} They are tried again when they are due."
