"""A source's past: its sitemaps walked for a period, and the articles in them fetched as any others are.

Safe to kill at any time: how far the walk has got stands in the database, and the next run with the same source and
period goes on with it. One sitemap is read at a time and its articles are worked off before the next, so memory does
not grow with the archive. Today's news does not wait: articles of an unfinished back-fill are left to it by `ingest`.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from urllib.parse import urljoin

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event

from extractors import discovery, urls
from extractors.archive import Child, Period
from extractors.cadence import PollResult
from extractors.errors import GiveUp, HostHeld, RetryLater, Unreadable, WirewatchError
from extractors.inflate import inflate
from extractors.outcomes import FeedReading, Polled
from extractors.outlets import Outlets
from extractors.records import Catalogue, Document, Page, Reason
from flows import progress, publish, resources, run_logs, tasks
from flows.batches import process_due, task_runner
from flows.commands import asked
from flows.gather import now
from flows.jobs import SitemapReading
from flows.ledger import balanced, ledger
from flows.resources import Workshop, shared_workshop
from flows.tasks import TASK
from models import backfill_store, run_store, source_store
from models.backfill_store import Backfill, Progress
from models.database import ensure_page_partitions
from models.run_store import Balance

log = logging.getLogger(__name__)

STAGE = "Reading sitemaps"
DEEPEST = 5
"""Indexes within indexes that are followed; real ones have two."""
TRIES = 3
"""At a sitemap that fails for now; between them the rest of the walk is done."""
LARGEST_ROBOTS = 4_000_000


class NoSitemap(WirewatchError):
    """Nothing to walk: the site names no sitemap, or none of them can be read."""

    reason = "no sitemap"


class UnderWay(WirewatchError):
    """Another process works on the same back-fill."""

    reason = "under way"


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a run of a back-fill did."""

    run_id: int
    source: str
    first: date
    last: date
    resumed: bool
    finished: bool
    """False when `limit` was reached, or the site asked to be left alone: the next run goes on."""
    sitemaps: Progress
    """Of the whole walk, not of this run alone."""
    new: int
    """Articles seen for the first time."""
    outcomes: Mapping[str, int]
    """Processed articles by outcome."""
    balance: Balance
    timings: Mapping[str, float] = field(default_factory=dict)


def _run_name() -> str:
    given = runtime.flow_run.parameters
    return f"backfill {given.get('source')} {given.get('first')} to {given.get('last')}"


@flow(name="backfill", flow_run_name=_run_name, task_runner=task_runner(), retries=0)
def backfill(
    source: str,
    first: date,
    last: date,
    limit: int | None = None,
    sitemaps: list[str] | None = None,
    feeds: str | None = None,
) -> Backfilled:
    """Collect what a source published from the day `first` to the day `last` (UTC), as far as its sitemaps tell.

    `limit` bounds how many articles are processed now; `sitemaps` names where to begin, instead of what robots.txt and
    the usual places say; `feeds` names another catalogue than the settings do. Raises `Misconfigured` for an unknown
    source, a period that ends before it begins or a sitemap that is no address, `NoSitemap` when there is nothing to
    walk, `UnderWay` when another process works on the same.
    """
    period, roots = asked.period(first, last), asked.addresses(sitemaps or [])
    run_logs.tidy()
    began = perf_counter()
    catalogue = resources.feeds_file(feeds)
    with resources.workshop() as shop, ledger(shop, "backfill") as run_id:
        job = _enter(shop, catalogue, source, period)
        with _alone(shop, job):
            _begin(shop, job, catalogue, roots)
            counts, finished = _walk(shop, run_id, job, limit)
            if finished:
                _finish(shop, job)
        walked = perf_counter()
        tasks.group()
        tasks.roll_up()
        timings = {"walk_and_process": walked - began, "group_and_roll_up": perf_counter() - walked}
        timings |= {name: value for name, value in counts.items() if name.startswith("seconds_")}
        return _close(shop, run_id, job, counts, timings=timings, finished=finished)


# Beginning -----------------------------------------------------------------------------------------------------------


def _enter(shop: Workshop, catalogue: Catalogue, source: str, period: Period) -> Backfill:
    with shop.engine.begin() as db:
        source_store.sync(db, catalogue, now=now())
        ensure_page_partitions(db, now().date())
        return backfill_store.enter(db, source, period, now=now())


@contextmanager
def _alone(shop: Workshop, job: Backfill) -> Iterator[None]:
    """Keep others from the same back-fill until the block ends, or this process does."""
    with shop.engine.connect() as lock:
        with lock.begin():
            won = backfill_store.take(lock, job)
        if not won:
            raise UnderWay(
                f"Another run works on the back-fill of {job.source} from {job.period.first} to {job.period.last}."
            )
        try:
            yield
        finally:
            lock.invalidate()  # a pooled connection would keep the lock


def _begin(shop: Workshop, job: Backfill, catalogue: Catalogue, roots: list[str]) -> None:
    """Put the first sitemaps into the walk (`roots`, if any were named); of one that was begun, only those."""
    if not roots and job.resumed:
        with shop.engine.connect() as db:
            if backfill_store.progress(db, job).known:
                return
    roots = roots or _roots(shop, job.source, catalogue)
    if not roots:
        raise NoSitemap(
            f"{job.source} has neither a homepage nor a feed in feeds.toml to look for sitemaps at: name one."
        )
    with shop.engine.begin() as db:
        backfill_store.add(db, job, [Child(url) for url in roots], depth=0)


def _roots(shop: Workshop, slug: str, catalogue: Catalogue) -> list[str]:
    """What the robots.txt of the source's homepage names, else the usual places; and the sitemaps among its feeds."""
    source = next((one for one in catalogue.sources if one.slug == slug), None)
    feeds = [feed.url for feed in catalogue.feeds if feed.source == slug]
    home = source.homepage if source and source.homepage else next(iter(feeds), None)
    if home is None:
        return []
    [robots] = shop.gatherer.visit([urljoin(home, "/robots.txt")])
    named = discovery.sitemaps(_body(robots), url=robots.final_url) if isinstance(robots, Page) else ()
    own = [feed for feed in feeds if "sitemap" in feed.lower()]
    return [*(named or discovery.usual(urljoin(home, "/"), discovery.USUAL_SITEMAPS)), *own]


def _body(page: Page) -> bytes:
    try:
        return inflate(page, limit=LARGEST_ROBOTS)
    except WirewatchError:
        return b""


# Walking -------------------------------------------------------------------------------------------------------------


def _walk(shop: Workshop, run_id: int, job: Backfill, limit: int | None) -> tuple[Counter[str], bool]:
    """Read sitemap after sitemap and work off what each lists; the counts, and whether nothing is left."""
    counts: Counter[str] = Counter()
    while True:
        left = None if limit is None else limit - _processed(counts)
        counts.update(process_due(shop, run_id, left, backfill=job.id))
        if limit is not None and _processed(counts) >= limit:
            return counts, False
        with shop.engine.connect() as db:
            known = backfill_store.progress(db, job)
        progress.report(STAGE, known.known - known.waiting, known.known)
        if not known.waiting:
            return counts, True
        read = read_sitemap(run_id, job, f"{known.known - known.waiting + 1} of {known.known} known")
        if read is None:
            return counts, False
        counts.update(read)


def _processed(counts: Mapping[str, float]) -> int:
    return int(sum(value for name, value in counts.items() if name != "new" and not name.startswith("seconds_")))


@task(name="read sitemap", task_run_name="read sitemap {label}", tags=["sitemap"], **TASK)
def read_sitemap(run_id: int, job: Backfill, label: str) -> dict[str, int] | None:
    """Read the sitemap that is next and store what it lists, in one transaction; returns the `new` articles.

    None when its host wants to be left alone for now: nobody was asked, so it was no try.
    """
    shop = shared_workshop()
    with shop.engine.connect() as db:
        step = backfill_store.waiting(db, job)
    if step is None:
        return {"new": 0}
    began = now()
    [page] = shop.gatherer.visit([step.url])
    if isinstance(page, HostHeld):
        log.warning("the walk ends for now before sitemap %s: %s", label, page)
        return None
    reading = shop.gatherer.survey(page, job.period) if isinstance(page, Page) else None
    error = page if isinstance(page, WirewatchError) else None
    if reading is not None and reading.sitemap is None:
        error = Unreadable(reading.error or "nothing was read", status=page.status if isinstance(page, Page) else None)
    with shop.engine.begin() as db:
        if isinstance(error, RetryLater) and step.tries + 1 < TRIES:
            backfill_store.put_off(db, job, step.url)
            log.info("sitemap %s is put off: %s", label, error)
            return {"new": 0}
        outlets = Outlets(backfill_store.outlets(db))
        poll = Polled(
            feed=backfill_store.feed(db, job, step.url, now=began),
            outcome="failed" if error else "fresh",
            polled_at=began,
            result=PollResult(outcome="failed" if error else "fresh"),
            reason=error.reason if error else "",
            detail=str(error or ""),
            status=page.status if isinstance(page, Page | RetryLater | GiveUp) else None,
            reading=None if reading is None or error else _ours(reading, job, outlets, step.url),
            elapsed_ms=page.elapsed_ms if isinstance(page, Page) else 0,
        )
        if reading and reading.sitemap and step.depth < DEEPEST:
            backfill_store.add(db, job, reading.sitemap.children, depth=step.depth + 1)
        tally = backfill_store.record(db, run_id, job, poll, now=now())
    log.info("sitemap %s, %s: %s", label, step.url, error or f"{tally.of('new')} new articles")
    return {"new": tally.of("new")}


def _ours(reading: SitemapReading, job: Backfill, outlets: Outlets, url: str) -> FeedReading:
    """What the sitemap lists of our source; pages of others are counted as theirs."""
    assert reading.sitemap is not None
    document = reading.sitemap.document
    entries = [entry for entry in document.entries if _is_of(job.source, entry.url, outlets, site=urls.site(url))]
    rejected = Counter(dict(document.rejected))
    rejected[Reason.ELSEWHERE] += len(document.entries) - len(entries)
    kept = Document(
        format=document.format,
        title="",
        entries=tuple(entries),
        rejected=tuple((reason, number) for reason, number in rejected.items() if number),
        language=document.language,
    )
    return FeedReading(body_hash=b"", size=reading.size, document=kept)


def _is_of(slug: str, url: str, outlets: Outlets, *, site: str) -> bool:
    """Whether a page may be our source's; what is nobody's is, if it lies on the site whose sitemap names it."""
    owners = outlets.owners(url)
    return any(outlet.slug == slug for outlet in owners) if owners else urls.site(url) == site


def _finish(shop: Workshop, job: Backfill) -> None:
    """Close the back-fill; one of which nothing could be read is forgotten, so that it can be tried again."""
    with shop.engine.begin() as db:
        known = backfill_store.progress(db, job)
        unreadable = known.given_up and not known.read
        if unreadable:
            backfill_store.forget(db, job)
        else:
            backfill_store.finish(db, job, now=now())
    if unreadable:
        raise NoSitemap(
            f"None of the {known.given_up} sitemaps of {job.source} that were tried could be read: name one with "
            "--sitemap, or see `wirewatch feeds discover`."
        )


# Closing -------------------------------------------------------------------------------------------------------------


def _close(
    shop: Workshop,
    run_id: int,
    job: Backfill,
    counts: Mapping[str, float],
    *,
    timings: Mapping[str, float],
    finished: bool,
) -> Backfilled:
    """Check the books, tell what was done, and close the run as ok."""
    with shop.engine.connect() as db:
        known = backfill_store.progress(db, job)
        funnel, balance = run_store.funnel(db, run_id), run_store.balance(db, run_id)
    done = Backfilled(
        run_id=run_id,
        source=job.source,
        first=job.period.first,
        last=job.period.last,
        resumed=job.resumed,
        finished=finished,
        sitemaps=known,
        new=int(counts.get("new", 0)),
        outcomes={k: int(v) for k, v in counts.items() if k != "new" and not k.startswith("seconds_")},
        balance=balance,
        timings=timings,
    )
    said = sentence(done)
    create_markdown_artifact(
        key="backfill-summary",
        markdown=f"{said}\n\n{publish.where_urls_ended(funnel, balance)}{publish.how_long(timings)}",
        description=said,
    )
    emit_event(
        "wirewatch.backfill.finished",
        resource={"prefect.resource.id": f"wirewatch.run.{run_id}", "prefect.resource.name": f"backfill run {run_id}"},
        payload={"source": job.source, "finished": finished, "balanced": balance.holds, **done.outcomes},
    )
    with shop.engine.begin() as db:
        balanced(db, run_id)
        run_store.finish(db, run_id, now=now(), timings=timings)
    log.info("%s", said)
    return done


def sentence(done: Backfilled) -> str:
    """What a run of a back-fill did, in two or three sentences."""
    maps = done.sitemaps
    rest = "" if done.finished else " It is not finished: the next run with the same source and period goes on."
    skipped = f", {maps.skipped:,} left aside as outside of the period" if maps.skipped else ""
    failed = f", {maps.given_up:,} could not be read" if maps.given_up else ""
    return (
        f"{done.source}, {done.first} to {done.last}: {done.outcomes.get('stored', 0):,} articles stored, {done.new:,} "
        f"were new. Sitemaps: {maps.read:,} read{skipped}{failed}, {maps.waiting:,} waiting.{rest}"
    )
