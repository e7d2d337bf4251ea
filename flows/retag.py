"""A changed taxonomy takes effect: all stored articles are tagged by it beside their old tags, then trends switch over.

Safe to run at any time, any number of times at once, and beside an `ingest`. What is left to do is what has no tagging
yet, so a run that was killed is finished by the next one. Until the switch nothing changes for anybody: new articles
are tagged by the version in use, and what was stored meanwhile is tagged by the new one in the switch's transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from time import perf_counter

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.futures import PrefectFuture
from sqlalchemy import Connection, Engine

from extractors.errors import WirewatchError
from flows import markup, progress, resources, run_logs, tasks
from flows.batches import task_runner
from flows.blocks import Bar, results
from flows.commands.output import number
from flows.gather import now
from flows.pruning import prune
from flows.resources import Workshop, shared_workshop
from flows.tasks import TASK
from models import cube_store, origin_store, tag_store, version_store
from models.version_store import Block, TopicChange
from topics.tagger import MAX_TEXT

log = logging.getLogger(__name__)

STAGE = "Tagging stored articles"
STEP = 256
"""Articles tagged and saved in one transaction: what a kill may cost, and what is in memory of a block."""
WINDOW = 6
"""Blocks handed out at once: three are under way (one is read, one is tagged, one is saved), three wait."""
LATE = 512
"""With so few articles left, the switch takes them along."""


class ChangedAgain(WirewatchError):
    """The file is no longer the version that was tagged."""

    reason = "taxonomy changed"


@dataclass(frozen=True, slots=True)
class Retagged:
    """What a retag did."""

    version: str
    """The version now in use: its number and the start of its digest."""
    before: str
    """The version that was in use."""
    switched: bool
    """False when the file's version was in use already."""
    articles: int
    """Articles this run has tagged; those that an earlier one or another one had tagged are not among them."""
    reopened: int
    """Articles whose story the switch opened, to be decided again."""
    changes: tuple[TopicChange, ...]
    pruned: tuple[str, ...]
    seconds: float


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"retag {started:%a %d %b %H:%M} UTC" if started else "retag"


@flow(name="retag", flow_run_name=_run_name, task_runner=task_runner(), retries=0)
def retag(keep: int | None = None) -> Retagged:
    """Tag all stored articles by the taxonomy in the settings' file, then count trends by it.

    `keep` says of how many old versions the tags stay, besides those of the version in use; None: of all. Raises
    `Misconfigured` for a wrong file (nothing has changed then), `ChangedAgain` when it was edited meanwhile.
    """
    run_logs.tidy()
    began = perf_counter()
    with resources.database() as engine:
        version, former = _enter(engine)
        with _wanted(engine, version), resources.workshop(version) as shop:
            tagged = _tag_all(shop, version)
            progress.report("Switching over", 0, 1)
            switched = switch(version)
            progress.report("Switching over", 1, 1)
        regroup()
        pruned = prune(engine, keep=keep) if keep is not None else ()
        with engine.connect() as db:
            labels = {one.id: one.label for one in version_store.versions(db)}
            changes = version_store.compare(db, former, version) if switched.switched else []
    retagged = Retagged(
        version=labels[version],
        before=labels[former],
        switched=switched.switched,
        articles=tagged + switched.late,
        reopened=switched.reopened,
        changes=tuple(changes),
        pruned=pruned,
        seconds=perf_counter() - began,
    )
    _publish(retagged)
    return retagged


def _enter(engine: Engine) -> tuple[int, int]:
    """The version of the file, kept from now on, and the one in use."""
    with engine.begin() as db:
        version = tag_store.enter(db, resources.taxonomy(), now=now()).taxonomy
        used = tag_store.current(db)
    assert used is not None  # the first version ever is in use at once
    return version, used.taxonomy


@contextmanager
def _wanted(engine: Engine, version: int) -> Iterator[None]:
    """Have no prune touch the version until the block ends, or this process does."""
    with engine.connect() as wish:
        with wish.begin():
            version_store.use(wish, version)
        try:
            yield
        finally:
            wish.invalidate()  # a pooled connection would keep the lock


# Tagging


def _tag_all(shop: Workshop, version: int) -> int:
    """Tag until next to nothing is left; returns how many articles this run tagged.

    What another retag is at work on is left to it at first, and waited for in the end.
    """
    tagged, wait = 0, False
    with shop.engine.connect() as db:
        stored, blocks = version_store.stored(db), version_store.blocks(db, version)
    bar = Bar(STAGE, key="retag-progress", of=stored)
    while (left := sum(block.articles for block in blocks)) > (LATE if wait else 0):
        bar.show(stored - left)
        tagged += _tag_blocks(version, blocks, bar, wait=wait)
        with shop.engine.connect() as db:
            stored, blocks = version_store.stored(db), version_store.blocks(db, version)
        bar.of, wait = stored, True
    bar.show(stored - left)
    return tagged


def _tag_blocks(version: int, blocks: Sequence[Block], bar: Bar, *, wait: bool) -> int:
    """Hand out blocks, a few at a time; a block that fails ends the run once those under way are done."""

    def submit(block: Block) -> PrefectFuture[int]:
        label = f"{block.articles} articles from number {block.number * version_store.SPAN} on"
        return tag_block.submit(version, block.number, label, wait=wait)

    tagged = 0
    for done in results((partial(submit, block) for block in blocks), at_once=WINDOW):
        tagged += done
        bar.show(bar.done + done)
    return tagged


@task(name="tag", task_run_name="tag {label}", tags=["retag"], **TASK)
def tag_block(version: int, block: int, label: str, *, wait: bool) -> int:
    """Tag the stored articles of a block that a version has not looked at, in steps; returns how many.

    A block that another retag is at work on is left to it, unless we `wait`.
    """
    shop = shared_workshop(version)
    tagged = 0
    while True:
        with shop.engine.begin() as db:
            if not version_store.claim(db, version, block, wait=wait):
                break
            days = _tag_some(db, shop, version, block)
            if version_store.is_current(db, version):  # a gap in what is counted already
                cube_store.mark_dirty(db, days)
        if not days:
            break
        tagged += len(days)
    log.info("tagged %d of %s", tagged, label)
    return tagged


def _tag_some(db: Connection, shop: Workshop, version: int, block: int) -> list[date]:
    """Tag the next `STEP` articles of a block that a version has not looked at; returns the day of each."""
    found = version_store.untagged(db, version, block, limit=STEP, longest=MAX_TEXT)
    taggings = shop.gatherer.tag([(one.title, one.text) for one in found])
    readings = [(one.article_id, tagging) for one, tagging in zip(found, taggings, strict=True)]
    tag_store.keep(db, readings, shop.taxonomy, now=now())
    _refine(db, shop, {one.article_id: one.text for one, tagging in zip(found, taggings, strict=True) if tagging.tags})
    return [one.day for one in found]


def _refine(db: Connection, shop: Workshop, on_topic: Mapping[int, str]) -> None:
    """Have spun copies found of articles (text by id) that were off the subject when they came in and are on it now.

    Only bands of the last weeks are kept, so there are few of them however long the history is.
    """
    coarse = origin_store.coarse(db, list(on_topic))
    if coarse:
        bands = shop.gatherer.fine_bands([on_topic[article] for article in coarse])
        origin_store.refine(db, dict(zip(coarse, bands, strict=True)))


# Switching over


@dataclass(frozen=True, slots=True)
class Switched:
    """What a switch did."""

    switched: bool
    late: int = 0
    """Articles that were stored after the last batch, and tagged by the switch."""
    reopened: int = 0


@task(name="switch", task_run_name="switch over", tags=["retag"], **TASK)
def switch(version: int) -> Switched:
    """Count all days by a version, tag what was stored meanwhile, make it the current one: all at once or not at all.

    Raises `ChangedAgain` when the settings' file is another version by now.
    """
    shop = shared_workshop(version)
    _see_that_it_is_wanted(shop, version)
    with shop.engine.begin() as db:
        if not version_store.begin_switch(db, version):
            cube_store.roll_up(db)
            return Switched(switched=False)
        late = 0
        for block in version_store.blocks(db, version):
            while days := _tag_some(db, shop, version, block.number):
                cube_store.mark_dirty(db, days)
                late += len(days)
        reopened = version_store.end_switch(db, version)
    log.info("version %d is in use now; %d articles were tagged last, %d stories are open", version, late, reopened)
    return Switched(switched=True, late=late, reopened=reopened)


def _see_that_it_is_wanted(shop: Workshop, version: int) -> None:
    with shop.engine.connect() as db:
        tagged = tag_store.content(db, version)
    if resources.taxonomy().content != tagged:
        raise ChangedAgain(
            f"{resources.settings().taxonomy} was edited while its version {version} was tagged, so nothing was "
            "switched over: start the retag again."
        )


@task(name="regroup", task_run_name="look for copies and decide stories again", tags=["retag"], **TASK)
def regroup() -> int:
    """Compare what is on the subject only now, decide the stories that a switch opened again, count what that changes.

    Returns how many stories are new. What is left when this is killed the next ingest does.
    """
    with resources.database() as engine:
        tasks.compare(engine)
        opened = tasks.tell(engine)
        with engine.begin() as db:
            cube_store.roll_up(db)
        tasks.judge_until(engine, tasks.TEST_SECONDS)
    return opened


# Shown


def _publish(retagged: Retagged) -> None:
    """The run's summary in the UI, and an event."""
    said = sentence(retagged)
    rows = [
        [markup.plain(one.topic), *map(number, (one.before, one.after, one.gained, one.lost))]
        for one in retagged.changes
    ]
    columns = ["topic", "#articles before", "#after", "#gained", "#lost"]
    table = markup.table(columns, rows) if rows else ["Nothing changed."]
    create_markdown_artifact(key="retag-summary", markdown=markup.heading("What changed", *table), description=said)
    emit_event(
        "wirewatch.retag.finished",
        resource={"prefect.resource.id": "wirewatch.retag", "prefect.resource.name": "retag"},
        payload={"version": retagged.version, "switched": retagged.switched, "articles": retagged.articles},
    )
    log.info("%s", said)


def sentence(retagged: Retagged) -> str:
    """What a retag did, in a sentence or two."""
    tagged = f"{number(retagged.articles)} articles were tagged in {retagged.seconds:.1f} s"
    if not retagged.switched:
        return f"Version {retagged.version} of the taxonomy was in use already; {tagged}."
    return f"Version {retagged.version} of the taxonomy took the place of {retagged.before}; {tagged}."
