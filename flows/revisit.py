"""Stored articles looked at again: what was edited becomes a revision, what was removed is marked as deleted.

A flow of its own and no stage of `ingest`: looks are worth less than news, so they must never delay a poll, and their
books are kept apart, so that the funnel of `ingest` stays one of what feeds listed. It asks through the same gatherer,
at the same pace of each host, under the same robots.txt, and one run takes `BUDGET` at most: what is left is taken up
by the next. Safe to run at any time and any number of times at once.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event

from extractors.outcomes import Looked
from flows import markup, progress, resources, run_logs, tasks
from flows.batches import added_up, plan, task_runner
from flows.commands.output import number
from flows.gather import now
from flows.ledger import FunnelUnbalanced, ledger
from flows.resources import Workshop, shared_workshop
from flows.tasks import TASK
from models import look_store, revision_store, run_store
from models.article_store import Due
from models.database import ensure_page_partitions
from models.revision_store import Balance, Saved, Seen
from models.tag_store import Superseded, TaxonomyIds

log = logging.getLogger(__name__)

STAGE = "Looking at articles again"
BUDGET = timedelta(minutes=10)
"""After this long no wave of looks begins; the schedule starts the next run five minutes later."""
WAVE = 6
"""Batches planned at a time."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a revisit did."""

    run_id: int | None
    """None: looks are switched off."""
    outcomes: Mapping[str, int]
    """Looks by outcome."""
    balance: Balance | None
    seconds: float


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"revisit {started:%a %d %b %H:%M} UTC" if started else "revisit"


@flow(name="revisit", flow_run_name=_run_name, task_runner=task_runner(), retries=0)
def revisit(limit: int | None = None) -> Report:
    """Look again at the stored articles whose time has come, `limit` at most.

    Raises `FunnelUnbalanced` when the books of the run do not balance.
    """
    run_logs.tidy()
    began = perf_counter()
    if not resources.settings().revisit_hours:
        log.info("looks are switched off (WIREWATCH_REVISIT_HOURS)")
        return Report(None, {}, None, perf_counter() - began)
    with resources.workshop() as shop, ledger(shop, "revisit") as run_id:
        with shop.engine.begin() as db:
            ensure_page_partitions(db, now().date())
        outcomes = _look_all(shop, run_id, limit)
        if outcomes["revised"]:
            tasks.group()
            tasks.roll_up()
        with shop.engine.begin() as db:
            balance = revision_store.balance(db, run_id)
            if not balance.holds:
                raise FunnelUnbalanced(f"The looks of run {run_id} do not balance: {balance}.")
            seconds = perf_counter() - began
            run_store.finish(db, run_id, now=now(), timings={"look": seconds})
            seen = revision_store.seen(db, run_id)
        report = Report(run_id, dict(outcomes), balance, seconds)
        _publish(report, seen)
        return report


def _look_all(shop: Workshop, run_id: int, limit: int | None) -> Counter[str]:
    """Look at due articles in waves of batches until none is left, `limit` is reached or the budget is spent."""
    total: Counter[str] = Counter()
    done, until = 0, perf_counter() + BUDGET.total_seconds()
    size = shop.settings.batch_size
    while perf_counter() < until:
        room = WAVE * size if limit is None else min(WAVE * size, limit - done)
        with shop.engine.begin() as db:
            due = look_store.due(db, run_id, now=now(), limit=max(room, 0))
        if not due:
            return total
        batches = plan([Due(*one) for one in due], size)
        progress.report(STAGE, done, done + len(due))
        futures = [
            look.submit(run_id, batch, f"batch {place} of {len(batches)}: {len(batch)} articles")
            for place, batch in enumerate(batches, 1)
        ]
        total.update(added_up(futures, batches, stage=STAGE, done=done))
        done += len(due)
    return total


@task(name="look", task_run_name="look at {label}", tags=["revisit"], **TASK)
def look(run_id: int, article_ids: Sequence[int], label: str) -> dict[str, int]:
    """Fetch a batch of stored articles again, compare and save; returns looks by outcome."""
    shop = shared_workshop()
    ids = shop.taxonomy
    with shop.engine.begin() as db:
        looks = look_store.claim(db, run_id, article_ids, now=now())
    looked = shop.gatherer.look(looks)
    tasks.report_faults([one.settled for one in looked])
    saved = _save(shop, run_id, looked, ids)
    log.info("looked at %s: %s", label, _spelled(saved.outcomes))
    return saved.outcomes


def _save(shop: Workshop, run_id: int, looked: Sequence[Looked], ids: TaxonomyIds) -> Saved:
    """Save looks whose articles were tagged by `ids`; if another version took its place meanwhile, tag them anew."""
    while True:
        try:
            with shop.engine.begin() as db:
                return revision_store.save(db, run_id, looked, ids, now=now(), look_after=shop.settings.revisit_after)
        except Superseded:
            ids = shop.renew()
            settled = shop.gatherer.tag_again([one.settled for one in looked])
            looked = [Looked(look=one.look, settled=new) for one, new in zip(looked, settled, strict=True)]


def _publish(report: Report, seen: Sequence[Seen]) -> None:
    """The run's summary in the UI, and an event."""
    said = sentence(report)
    create_markdown_artifact(key="revisit-summary", markdown=changes(seen), description=f"Run {report.run_id}: {said}")
    emit_event(
        "wirewatch.revisit.finished",
        resource={
            "prefect.resource.id": f"wirewatch.run.{report.run_id}",
            "prefect.resource.name": f"revisit run {report.run_id}",
        },
        payload=dict(report.outcomes),
    )
    log.info("run %s: %s", report.run_id, said)


def sentence(report: Report) -> str:
    """What a revisit did, in a sentence."""
    if report.run_id is None:
        return "Looks at stored articles are switched off (WIREWATCH_REVISIT_HOURS)."
    if not report.outcomes:
        return "No article was due to be looked at again."
    return f"{number(sum(report.outcomes.values()))} looks at stored articles: {_spelled(report.outcomes)}."


def changes(seen: Sequence[Seen]) -> str:
    """A section with the changes of a run, the headlines first."""
    if not seen:
        return markup.heading("What changed", "Every article that could be read says what it said.")
    rows = [
        [
            markup.plain(one.source),
            markup.link(one.title, one.url),
            one.kind,
            markup.plain(one.new_title) if one.headline_changed else "",
            f"+{one.sentences_added} −{one.sentences_removed}",
        ]
        for one in seen
    ]
    columns = ["source", "article", "change", "new headline", "sentences"]
    return markup.heading("What changed", *markup.table(columns, rows))


def _spelled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number(count)} {what}" for what, count in counts.items() if count) or "nothing"
