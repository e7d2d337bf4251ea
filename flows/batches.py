"""Working off due articles in batches, a Prefect task each: what every flow that fetches articles does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from extractors import urls
from extractors.errors import Misconfigured
from flows import progress, resources, tasks
from flows.gather import now
from flows.resources import Workshop
from models import article_store
from models.article_store import Due

STAGE = "Fetching and reading articles"
BATCHES_AT_ONCE = 3
"""One batch is saved while the next is read and a third is fetched."""
WAVE = 20
"""Batches planned at a time: bounds memory, and mixes hosts over 2,560 articles."""


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


def process_due(shop: Workshop, run_id: int, limit: int | None, *, backfill: int | None = None) -> Counter[str]:
    """Process due articles in waves of batches until none is left or `limit` is reached; returns them by outcome.

    Those of a back-fill that is not finished are left to it: only with its id (`backfill`) are they processed, and
    then no others. Seconds by part of the work are among the counts, under `seconds_…`.
    """
    total: Counter[str] = Counter()
    done = 0
    size = shop.settings.batch_size
    while True:
        room = WAVE * size if limit is None else min(WAVE * size, limit - done)
        with shop.engine.begin() as db:
            due = article_store.due(db, run_id, now=now(), limit=max(room, 0), backfill=backfill)
        if not due:
            return total
        batches = plan(due, size)
        progress.report(STAGE, done, done + len(due))
        futures = [
            tasks.process.submit(run_id, batch, f"batch {number} of {len(batches)}: {len(batch)} articles")
            for number, batch in enumerate(batches, 1)
        ]
        total.update(added_up(futures, batches, stage=STAGE, done=done))
        done += len(due)


def added_up(
    futures: Sequence[PrefectFuture[Any]], batches: Sequence[Sequence[int]], *, stage: str, done: int
) -> Counter[str]:
    """The counts of all batches, as their tasks return them; `done` articles were done before.

    A batch that fails is raised when the others have finished what they have begun.
    """
    total: Counter[str] = Counter()
    failed: list[BaseException] = []
    of = done + sum(map(len, batches))
    for future, batch in zip(futures, batches, strict=True):
        try:
            total.update(future.result())
        except Exception as error:  # noqa: BLE001 -- see above
            failed.append(error)
        done += len(batch)
        progress.report(stage, done, of)
    if failed:
        raise failed[0]
    return total


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
