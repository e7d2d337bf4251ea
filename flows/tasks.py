"""Every Prefect task: ids in, one call to what does the work, one transaction, counts out.

A batch is the unit of work, of retry and of scale-out: it is given ids, never bodies, so that it can run in another
process or on another machine.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from time import perf_counter, process_time
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from extractors.outcomes import Settled
from extractors.records import Reason, Rejected
from flows.gather import now
from flows.resources import Workshop, shared_workshop
from models import article_store, burst_store, cube_store, feed_store, origin_store, story_store
from models.article_store import Saved
from models.origin_store import Grouped
from models.tag_store import Superseded, TaxonomyIds

log = logging.getLogger(__name__)


def _database_lost(_task: object, _run: object, state: Any) -> bool:
    """Whether a task may be tried again: only when the database went away under it."""
    try:
        state.result()
    except OperationalError:
        return True
    except Exception:  # noqa: BLE001 -- whatever else it was, it is no reason to try again
        return False
    return False


TEST_SECONDS = 20.0
"""A run spends about so long on testing days; after an import of years it takes several runs, or one `maintain`."""

TASK: dict[str, Any] = {
    # What a task does is idempotent by unique keys and claims in our own tables, not by Prefect's cache.
    "cache_policy": NO_CACHE,
    "retries": 2,
    "retry_delay_seconds": [5, 30],
    "retry_condition_fn": _database_lost,
}


@task(name="poll", task_run_name="poll {label}", tags=["poll"], **TASK)
def poll(run_id: int, feed_ids: Sequence[int], label: str) -> dict[str, int]:
    """Poll a group of feeds the run has claimed; returns polls by outcome and `new` articles."""
    shop = shared_workshop()
    with shop.engine.begin() as db:
        feeds = feed_store.load_claimed(db, run_id, feed_ids)
    polled = shop.gatherer.poll(feeds)
    with shop.engine.begin() as db:
        max_age = timedelta(days=shop.settings.max_age_days)
        tallies = feed_store.record(db, run_id, polled, now=now(), max_age=max_age)
    counts = {"fresh": 0, "unchanged": 0, "failed": 0, "new": sum(tally.of("new") for tally in tallies.values())}
    for one in polled:
        counts[one.outcome] += 1
        if one.outcome == "failed":
            log.info("feed %s failed: %s", one.feed.url, (one.detail or "").removeprefix(one.feed.url).strip())
    log.info("polled %s: %s", label, _spelled(counts))
    return counts


@task(name="process", task_run_name="process {label}", tags=["process"], **TASK)
def process(run_id: int, article_ids: Sequence[int], label: str) -> dict[str, float]:
    """Fetch, read, tag and save a batch of articles; returns articles by outcome and seconds by part."""
    shop = shared_workshop()
    began = perf_counter()
    ids = shop.taxonomy
    with shop.engine.begin() as db:
        works = article_store.claim(db, run_id, article_ids, now=now())
    claimed = perf_counter()
    settled = shop.gatherer.collect(works)
    report_faults(settled)
    gathered = perf_counter()
    cpu = process_time()
    saved = _save(shop, run_id, settled, ids)
    seconds = {
        "seconds_database": claimed - began + perf_counter() - gathered,
        "seconds_save_cpu": process_time() - cpu,
        "seconds_gather": gathered - claimed,
        **_cpu(settled),
    }
    log.info("processed %s: %s", label, _spelled(saved.outcomes))
    return {**saved.outcomes, **seconds}


def _save(shop: Workshop, run_id: int, settled: Sequence[Settled], ids: TaxonomyIds) -> Saved:
    """Save a batch that was tagged by `ids`; if another version took its place meanwhile, tag it by that one first."""
    while True:
        try:
            with shop.engine.begin() as db:
                return article_store.save(db, run_id, settled, ids, now=now(), look_after=shop.settings.revisit_after)
        except Superseded:
            ids = shop.renew()
            log.info("the taxonomy was switched: tagging %d articles by version %d", len(settled), ids.taxonomy)
            settled = shop.gatherer.tag_again(settled)


def report_faults(settled: Sequence[Settled]) -> None:
    """Say which pages brought out a fault of ours; counted as rejected, they would look like any bad page."""
    for one in settled:
        result = one.reading.result if one.reading else None
        if isinstance(result, Rejected) and result.reason is Reason.READER_ERROR:
            log.error("reading %s failed: %s", one.work.url, result.detail)


def _cpu(settled: Sequence[Settled]) -> dict[str, float]:
    """CPU seconds that the readers spent, by step."""
    total: dict[str, float] = {}
    for one in settled:
        for step, seconds in one.reading.seconds if one.reading else ():
            total[f"seconds_{step}"] = total.get(f"seconds_{step}", 0.0) + seconds
    return total


@task(name="group", task_run_name="group copies and stories", tags=["group"], **TASK)
def group() -> dict[str, int]:
    """Put stored articles that are in no group yet into origins and stories; returns how many of what were found."""
    engine = shared_workshop().engine
    compared = compare(engine)
    counts = {"articles": compared.articles, "copies": compared.copies, "stories": tell(engine)}
    log.info("grouped %(articles)d articles: %(copies)d copies, %(stories)d new stories", counts)
    return counts


def compare(engine: Engine) -> Grouped:
    """Look for the copies of every article that waits for it; the sums."""
    total = Grouped()
    while True:
        with engine.begin() as db:
            one = origin_store.group(db, now=now())
        if one.articles == 0:
            return total
        total = Grouped(total.articles + one.articles, total.copies + one.copies, total.merged + one.merged)


def tell(engine: Engine) -> int:
    """Decide the story of every article that waits for it; returns how many stories are new."""
    opened = 0
    while True:
        with engine.begin() as db:
            told = story_store.group(db, now=now())
        if told.articles == 0:
            return opened
        opened += told.opened


@task(name="roll up", task_run_name="roll up the days that changed", tags=["roll-up"], **TASK)
def roll_up() -> int:
    """Recount the days that changed; returns how many."""
    with shared_workshop().engine.begin() as db:
        days = len(cube_store.roll_up(db).days)
    log.info("rolled up %d day%s", days, "" if days == 1 else "s")
    return days


@task(name="test", task_run_name="test the days that changed", tags=["roll-up"], **TASK)
def judge(seconds: float = TEST_SECONDS) -> int:
    """Test the days whose counts changed for bursts and drops, the newest first; returns how many.

    What is not done after so many seconds is left to the next run.
    """
    return judge_until(shared_workshop().engine, seconds)


def judge_until(engine: Engine, seconds: float) -> int:
    """Test days that wait for it until none is left or so many seconds have passed; returns how many."""
    began, done = perf_counter(), 0
    while perf_counter() - began < seconds:
        with engine.begin() as db:
            days = burst_store.refresh(db)
        if not days:
            break
        done += len(days)
    with engine.connect() as db:
        left = burst_store.waiting(db)
    log.info("tested %d day%s for bursts; %d more are left to the next run", done, "" if done == 1 else "s", left)
    return done


def _spelled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items() if count) or "nothing"
