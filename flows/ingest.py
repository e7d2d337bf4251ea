"""The main job: poll the feeds that are due, process what is new in batches, group, roll up, publish.

Safe to run at any time and any number of times at once: what a run works on it has claimed in the database, and what a
dead run had claimed is taken up by the next one.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from prefect import flow, runtime
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from extractors import urls
from extractors.errors import Misconfigured, WirewatchError
from flows import ordering, progress, publish, resources, run_logs, tasks
from flows.gather import now
from flows.ledger import FunnelUnbalanced, ledger
from flows.resources import Workshop
from models import article_store, feed_store, run_store, source_store
from models.article_store import Due
from models.database import ensure_page_partitions
from models.run_store import Balance

log = logging.getLogger(__name__)

FEEDS_PER_TASK = 50
BATCHES_AT_ONCE = 3
"""One batch is saved while the next is read and a third is fetched."""
WAVE = 20
"""Batches planned at a time: bounds memory, and mixes hosts over 2,560 articles."""


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


def task_runner() -> TaskRunner[Any]:
    """Where batches run: threads of this process, or an existing Dask cluster."""
    chosen = resources.settings()
    if chosen.task_runner == "threads":
        return ThreadPoolTaskRunner(max_workers=BATCHES_AT_ONCE)
    try:
        from prefect_dask import DaskTaskRunner  # noqa: PLC0415 -- an optional extra
    except ImportError:
        raise Misconfigured(
            "WIREWATCH_TASK_RUNNER is dask, but prefect-dask is not installed: run `uv sync --extra dask`."
        ) from None
    runner: TaskRunner[Any] = DaskTaskRunner(address=chosen.dask_address)
    return runner


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
        outcomes = _process(shop, run_id, limit)
        processed = perf_counter()
        tasks.group()
        tasks.roll_up()
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


def _process(shop: Workshop, run_id: int, limit: int | None) -> Counter[str]:
    """Process due articles in waves of batches until none is left or `limit` is reached."""
    total: Counter[str] = Counter()
    done = 0
    size = shop.settings.batch_size
    while True:
        room = WAVE * size if limit is None else min(WAVE * size, limit - done)
        with shop.engine.begin() as db:
            due = article_store.due(db, run_id, now=now(), limit=max(room, 0))
        if not due:
            return total
        start = done
        batches = plan(due, size)
        progress.report("Fetching and reading articles", done, start + len(due))
        futures = [
            tasks.process.submit(run_id, batch, f"batch {number} of {len(batches)}: {len(batch)} articles")
            for number, batch in enumerate(batches, 1)
        ]
        failed: list[BaseException] = []
        for future, batch in zip(futures, batches, strict=True):
            try:
                total.update(future.result())
            except Exception as error:  # noqa: BLE001 -- raised below: the other batches finish what they have begun
                failed.append(error)
            done += len(batch)
            progress.report("Fetching and reading articles", done, start + len(due))
        if failed:
            raise failed[0]


def plan(due: Sequence[Due], size: int) -> list[list[int]]:
    """Batches of at most `size` article ids that spread each host over all of them.

    A host is fetched at its own pace, so a batch of one host would take minutes while others are done in seconds.
    """
    by_host: dict[str, list[int]] = defaultdict(list)
    for article in due:
        by_host[urls.host(article.url)].append(article.article_id)
    queues = sorted(by_host.values(), key=len, reverse=True)
    count = -(-len(due) // size)
    dealt = [article for queue in queues for article in queue]
    return [dealt[number::count] for number in range(count)]


def _close(
    shop: Workshop, run_id: int, polls: Mapping[str, int], outcomes: Mapping[str, float], timings: Mapping[str, float]
) -> Report:
    """Check the books, then close the run as ok; what does not balance, or found no feed at all, is a failed run."""
    with shop.engine.begin() as db:
        balance = run_store.balance(db, run_id)
        if not balance.holds:
            raise FunnelUnbalanced(f"The funnel of run {run_id} does not balance: {balance}.")
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
