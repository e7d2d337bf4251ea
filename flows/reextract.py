"""Stored articles read again from their raw pages when the extractor has changed: all that was made of them follows.

Safe to run at any time, any number of times at once, and beside an `ingest`. What is left to do is what another edition
of the extractor has read, so a run that was killed is finished by the next one. Articles whose raw page has had its
retention stay as they are, and are counted. `compare` says first what would change, and writes nothing.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from time import perf_counter

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.futures import PrefectFuture

from extractors.edition import edition
from flows import markup, progress, resources, run_logs, tasks
from flows.batches import task_runner
from flows.blocks import Bar, results
from flows.commands.output import number
from flows.gather import now
from flows.jobs import PageJob
from flows.reread_tally import Tally
from flows.resources import Workshop, shared_workshop
from flows.tasks import TASK
from models import reread_store
from models.reread_store import Block, Kept, Outdated, Reread
from models.tag_store import Superseded

log = logging.getLogger(__name__)

STAGE = "Reading raw pages again"
STEP = 64
"""Pages read and saved in one transaction: a second of reading, and 3 MB of pages in memory."""
WINDOW = 4
"""Blocks handed out at once: three are under way, one waits."""
AT_ONCE = 3
"""Steps of a comparison under way: one is loaded, the others are read."""


@dataclass(frozen=True, slots=True)
class Reextracted:
    """What a re-extraction did, or would do."""

    edition: str
    """Of the extractor that read the pages."""
    outdated: Outdated
    """What there was to do at the beginning."""
    tally: Tally
    seconds: float


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"reextract {started:%a %d %b %H:%M} UTC" if started else "reextract"


@flow(name="reextract", flow_run_name=_run_name, task_runner=task_runner(), retries=0)
def reextract() -> Reextracted:
    """Read all articles again that another edition of the extractor has read, and put what comes of it in place."""
    run_logs.tidy()
    began = perf_counter()
    with resources.workshop() as shop:
        with shop.engine.connect() as db:
            outdated, blocks = reread_store.outdated(db), reread_store.blocks(db)
        tally = _read_all(blocks, Bar(STAGE, key="reextract-progress", of=outdated.readable))
        tasks.group()
        tasks.roll_up()
    done = Reextracted(edition(), outdated, tally, perf_counter() - began)
    _publish(done)
    return done


def _read_all(blocks: Sequence[Block], bar: Bar) -> Tally:
    """Hand out blocks, a few at a time; a block that fails ends the run once those under way are done."""

    def submit(block: Block) -> PrefectFuture[Tally]:
        label = f"{block.articles} articles from number {block.number * reread_store.SPAN} on"
        return reread_block.submit(block.number, label)

    total = Tally()
    bar.show(0)
    for tally in results((partial(submit, block) for block in blocks), at_once=WINDOW):
        total.merge(tally)
        bar.show(total.read)
    return total


@task(name="reread", task_run_name="read {label}", tags=["reextract"], **TASK)
def reread_block(block: int, label: str) -> Tally:
    """Read the articles of a block again, in steps; a block that another run is at work on is left to it."""
    shop = shared_workshop()
    tally = Tally()
    while True:
        try:
            with shop.engine.begin() as db:
                if not reread_store.claim(db, block, wait=False):
                    break
                ids = reread_store.following(db, block, limit=STEP)
                if not ids:
                    break
                rereads = _read(shop, reread_store.load(db, ids, taxonomy=shop.taxonomy.taxonomy))
                reread_store.save(db, rereads, shop.taxonomy, now=now())
        except Superseded:
            shop.renew()
            continue
        tally.add(rereads)
    log.info("read %d of %s again", tally.read, label)
    return tally


def _read(shop: Workshop, kept: Sequence[Kept]) -> list[Reread]:
    """What the extractor makes of these pages now."""
    readings = shop.gatherer.read([_job(one) for one in kept])
    return [Reread(one, reading) for one, reading in zip(kept, readings, strict=True)]


def _job(kept: Kept) -> PageJob:
    return PageJob(
        url=kept.work.url,
        page=kept.page,
        entry=kept.work.entry,
        language_hint=kept.work.language_hint,
        max_bytes=0,
        now=kept.read_at,
        known=kept.known,
    )


# Before anything is changed


def compare(shop: Workshop, *, sample: int | None) -> Reextracted:
    """What reading all articles again would change, or `sample` of them; nothing is written."""
    began = perf_counter()
    with shop.engine.connect() as db:
        outdated, ids = reread_store.outdated(db), reread_store.pick(db, sample=sample)
    tally = Tally()
    steps = iter([ids[start : start + STEP] for start in range(0, len(ids), STEP)])
    progress.report(STAGE, 0, len(ids))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting: deque[Future[list[Reread]]] = deque(
            pool.submit(_compared, shop, one) for one in islice(steps, AT_ONCE)
        )
        while waiting:
            tally.add(waiting.popleft().result())
            waiting.extend(pool.submit(_compared, shop, one) for one in islice(steps, 1))
            progress.report(STAGE, tally.read, len(ids))
    return Reextracted(edition(), outdated, tally, perf_counter() - began)


def _compared(shop: Workshop, ids: Sequence[int]) -> list[Reread]:
    with shop.engine.connect() as db:
        kept = reread_store.load(db, ids, taxonomy=shop.taxonomy.taxonomy)
    return _read(shop, kept)


# Shown


def _publish(done: Reextracted) -> None:
    """The run's summary in the UI, and an event."""
    said = sentence(done)
    markdown = "".join(section(title, lines) for title, lines in sections(done))
    create_markdown_artifact(key="reextract-summary", markdown=markdown, description=said)
    emit_event(
        "wirewatch.reextract.finished",
        resource={"prefect.resource.id": "wirewatch.reextract", "prefect.resource.name": "reextract"},
        payload={"edition": done.edition, "page_gone": done.outdated.gone, **done.tally.kinds},
    )
    log.info("%s", said)


def section(title: str, lines: Sequence[str]) -> str:
    """One part of the summary."""
    return markup.heading(title, *lines)


def sentence(done: Reextracted, *, dry: bool = False) -> str:
    """What a re-extraction did, or would do, in a sentence or two."""
    tally, kinds = done.tally, done.tally.kinds
    gone = f" The raw page of {number(done.outdated.gone)} has had its retention." if done.outdated.gone else ""
    if not tally.read:
        return f"No article is left that another edition of the extractor has read and that can be read again.{gone}"
    would = "would change" if dry else "changed"
    gained, lost = kinds["gained"], kinds["lost"]
    return (
        f"{number(tally.read)} articles were read again by {done.edition} in {done.seconds:.1f} s: "
        f"{number(tally.facts['sentences'])} texts {would}, {number(gained)} article{'' if gained == 1 else 's'} "
        f"gained, {number(lost)} lost.{gone}"
    )


def sections(done: Reextracted) -> Iterator[tuple[str, list[str]]]:
    """The summary in Markdown, part by part."""
    tally = done.tally
    counts = [[kind, number(tally.kinds[kind])] for kind in KINDS if tally.kinds[kind]]
    yield "Articles", list(markup.table(["", "#articles"], [[KINDS[kind], count] for kind, count in counts]))
    if tally.facts:
        rows = [[fact, number(count)] for fact, count in tally.facts.most_common()]
        yield "What changed in them", list(markup.table(["", "#articles"], rows))
    changed = {topic: one for topic, one in sorted(tally.topics.items()) if one.gained or one.lost}
    if changed:
        rows = [
            [markup.plain(topic), *map(number, (one.before, one.after, one.gained, one.lost))]
            for topic, one in changed.items()
        ]
        yield "Topics", list(markup.table(["topic", "#articles before", "#after", "#gained", "#lost"], rows))
    for kind, examples in tally.examples.items():
        lines = [
            f"- {markup.link(one.title or one.new_title or one.url, one.url)}: {number(one.words)} → "
            f"{number(one.new_words)} words"
            for one in examples
        ]
        yield f"Examples: {KINDS[kind]}", lines


KINDS = {
    "same": "as before",
    "changed": "read otherwise",
    "gained": "an article now",
    "lost": "no article any more",
    "rejected": "no article, as before",
    "unread": "could not be read again; left as it was",
}
