"""Fetching and reading at the same time: one event loop, many requests in flight, worker processes for the CPU.

The loop runs in a thread of its own, so that Prefect tasks in other threads share one session, one pace per host, one
robots cache and one crew of readers.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Engine

from extractors import fetch
from extractors.archive import Period
from extractors.errors import Forbidden, GiveUp, HostHeld, RefusedByRobots, RetryLater, WirewatchError
from extractors.outcomes import Known, Look, Looked, PageReading, Polled, Settled, Work
from extractors.records import Article, Feed, Outcome, Page, Rejected, Tagging, Unchanged
from extractors.retry import next_try
from flows import looking
from flows.crew import Crew, ReaderLost
from flows.jobs import BandJob, PageJob, SitemapJob, SitemapReading, TagJob
from flows.network import Network
from flows.polling import Poller
from models.settings import Settings

log = logging.getLogger(__name__)

S = TypeVar("S")
T = TypeVar("T")

INFLATION = 4
"""An answer may grow to this many times `max_page_bytes` when inflated; real pages grow five-fold from far less."""

TEXTS = 32
"""Texts that a worker tags at a time: some 15 ms of work, a hundred times what it costs to hand them over."""


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A page, or why there is none; Unchanged only where its validators were sent along."""

    page: Page | Unchanged | None
    error: WirewatchError | None = None


class Gatherer:
    """Polls feeds and collects articles. Use as a context manager; its methods may be called from any thread."""

    def __init__(self, settings: Settings, *, taxonomy: str, engine: Engine | None = None) -> None:
        """`taxonomy` is the content of the taxonomy file that articles are tagged with.

        With an `engine` the pace of each host is kept together with all others who use that database.
        """
        self._settings = settings
        self._engine = engine
        self._limits = fetch.Limits(
            max_bytes=settings.max_page_bytes,
            max_inflated=settings.max_page_bytes * INFLATION,
            total_seconds=settings.request_timeout_seconds,
        )
        self._taxonomy = taxonomy
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gatherer", daemon=True)
        self._network: Network
        self._poller: Poller
        self._crew: Crew
        self._former: list[Crew] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def poll(self, feeds: Sequence[Feed]) -> list[Polled]:
        """Poll feeds, all at once but for the pace of their hosts; every feed comes back exactly once."""
        return self._call(_all([self._poll(feed) for feed in feeds]))

    def collect(self, works: Sequence[Work]) -> list[Settled]:
        """Fetch and read articles; every one comes back exactly once, in the order given.

        What is not done after `batch_minutes` comes back as waiting.
        """
        deadline = timedelta(minutes=self._settings.batch_minutes)
        return self._call(self._collect(works, deadline))

    def visit(self, addresses: Sequence[str]) -> list[Page | WirewatchError]:
        """What addresses answer, or why not, in their order; robots.txt and the pace of their hosts are kept."""
        return self._call(_all([self._visit(url) for url in addresses]))

    def survey(self, page: Page, period: Period | None = None) -> SitemapReading:
        """What a sitemap that was fetched holds of a period; a document that kills its reader is one with an error."""
        return self._call(self._survey(page, period))

    def read(self, jobs: Sequence[PageJob]) -> list[PageReading]:
        """What is read off pages that are here already, in their order; an error for one that kills its reader."""
        return self._call(_all([self._read_kept(job) for job in jobs]))

    def look(self, looks: Sequence[Look]) -> list[Looked]:
        """Look at stored articles again; every one comes back exactly once, in the order given.

        What is not done after `batch_minutes` comes back as waiting.
        """
        return self._call(self._look_all(looks, timedelta(minutes=self._settings.batch_minutes)))

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[Tagging]:
        """What the taxonomy says of texts, given as (title, text); in their order.

        A text that kills its reader, or keeps it for too long, gets no tag.
        """
        return self._call(self._tag(texts))

    def fine_bands(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """Under what machine-spun copies of texts are found, in their order; nothing where the text is too short.

        A text that kills its reader, or keeps it for too long, gets none.
        """
        return self._call(self._band(texts))

    def tag_again(self, settled: Sequence[Settled]) -> list[Settled]:
        """The same with the tags that the taxonomy used now gives the articles among them."""
        taggings = iter(self.tag([(one.title, one.text) for one in map(_article, settled) if one]))
        return [
            replace(one, reading=replace(one.reading, tagging=next(taggings))) if one.reading and _article(one) else one
            for one in settled
        ]

    def use(self, taxonomy: str) -> None:
        """Tag by another taxonomy (the content of its file) from now on; what is being read keeps the tags it gets."""
        self._call(self._use(taxonomy))

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        if not self._loop.is_running():
            work.close()
            raise CancelledError("The gatherer is closed.")
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:  # Ctrl-C or a cancelled Prefect run: the loop must not go on alone
            future.cancel()
            raise

    async def _open(self) -> None:
        self._network = Network(self._settings, self._limits, now=now, engine=self._engine)
        secrets = {name: value.get_secret_value() for name, value in self._settings.secrets.items()}
        self._poller = Poller(self._network, secrets=secrets, max_bytes=self._limits.max_inflated, now=now)
        self._crew = self._crew_for(self._taxonomy)

    def _crew_for(self, taxonomy: str) -> Crew:
        return Crew(self._settings.workers, taxonomy=taxonomy, page_timeout=self._settings.page_timeout_seconds)

    async def _use(self, taxonomy: str) -> None:
        self._former.append(self._crew)  # what it has begun it ends; its processes stay until we close
        self._crew = self._crew_for(taxonomy)

    async def _close(self) -> None:
        crews = [*self._former, self._crew]
        # Whoever still waits in another thread (a batch, while its run ends by an error) must get an answer.
        waiting = asyncio.all_tasks() - {asyncio.current_task()} - set().union(*(crew.tasks for crew in crews))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await self._network.close()
        for crew in crews:
            await crew.close()

    # Texts

    async def _tag(self, texts: Sequence[tuple[str, str]]) -> list[Tagging]:
        crew = self._crew
        return await _in_groups(texts, lambda group: crew.tag(TagJob(group)), none=Tagging())

    async def _band(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        crew = self._crew
        return await _in_groups(texts, lambda group: crew.band(BandJob(group)), none=())

    # Sites

    async def _visit(self, url: str) -> Page | WirewatchError:
        async with AsyncExitStack() as held:
            answer = await self._ask(url, held)
        assert not isinstance(answer.page, Unchanged)  # nothing conditional was asked
        return answer.page or answer.error or GiveUp(f"{url} gave no answer.")

    async def _survey(self, page: Page, period: Period | None) -> SitemapReading:
        job = SitemapJob(page=page, period=period, max_bytes=self._limits.max_inflated, now=now())
        try:
            return await self._crew.read_sitemap(job)
        except ReaderLost as lost:
            return SitemapReading(size=len(page.body), error=str(lost))

    # Feeds

    async def _poll(self, feed: Feed) -> Polled:
        return await self._poller.poll(feed, read=self._crew.read_feed)

    # Articles

    async def _collect(self, works: Sequence[Work], deadline: timedelta) -> list[Settled]:
        done = await _until(deadline, [self._settle(work) for work in works])
        return [one or _waiting(work) for work, one in zip(works, done, strict=True)]

    async def _look_all(self, looks: Sequence[Look], deadline: timedelta) -> list[Looked]:
        done = await _until(deadline, [self._look(look) for look in looks])
        return [one or Looked(look=look, settled=_waiting(look.work)) for look, one in zip(looks, done, strict=True)]

    async def _look(self, look: Look) -> Looked:
        async with AsyncExitStack() as held:
            answer = await self._ask(look.work.url, held, etag=look.etag, last_modified=look.last_modified)
            if isinstance(answer.page, Unchanged):
                return looking.same(look, answer.page, at=now())
            if answer.page is None:
                assert answer.error is not None
                return looking.failed(look, answer.error, self._failed(look.work, answer.error), at=now())
            try:
                reading = await self._crew.read_page(self._job(look.work, answer.page, look.known))
            except ReaderLost as lost:
                return Looked(look=look, settled=self._given_up(look.work, lost))
            if isinstance(reading.result, WirewatchError):
                return looking.failed(look, reading.result, self._failed(look.work, reading.result), at=now())
            return looking.read(look, answer.page, reading)

    async def _read_kept(self, job: PageJob) -> PageReading:
        try:
            return await self._crew.read_page(job)
        except ReaderLost as lost:
            return PageReading(result=lost)

    def _job(self, work: Work, page: Page | None, known: Known | None = None) -> PageJob:
        return PageJob(
            url=work.url,
            page=page,
            entry=work.entry,
            language_hint=work.language_hint,
            max_bytes=self._limits.max_inflated,
            now=now(),
            known=known,
        )

    async def _settle(self, work: Work) -> Settled:
        async with AsyncExitStack() as held:
            answer = await self._ask(work.url, held)
            if answer.error is not None and not _feed_text_may_do(answer.error, work):
                return self._failed(work, answer.error)
            return await self._read_article(work, answer)

    async def _ask(
        self, url: str, held: AsyncExitStack, *, etag: str | None = None, last_modified: str | None = None
    ) -> _Answer:
        try:
            page = await self._network.fetch(url, held, robots=True, etag=etag, last_modified=last_modified)
        except WirewatchError as error:
            return _Answer(None, error)
        return _Answer(page)

    async def _read_article(self, work: Work, answer: _Answer) -> Settled:
        page = answer.page
        assert not isinstance(page, Unchanged)  # nothing conditional was asked
        try:
            reading = await self._crew.read_page(self._job(work, page))
        except ReaderLost as lost:
            return self._given_up(work, lost)
        if isinstance(reading.result, WirewatchError):
            return self._failed(work, reading.result)
        if answer.error is not None and isinstance(reading.result, Rejected):
            return self._failed(work, answer.error)
        return _read(work, page, reading)

    def _failed(self, work: Work, error: WirewatchError) -> Settled:
        if isinstance(error, HostHeld):  # nobody was asked, so it was no try
            return Settled(work=work, outcome=Outcome.WAITING, reason=error.reason)
        if isinstance(error, RetryLater):
            retry_at = next_try(
                error,
                attempts=work.attempts + 1,
                max_attempts=self._settings.max_attempts,
                base=timedelta(minutes=self._settings.retry_minutes),
                now=now(),
            )
            if retry_at is not None:
                return Settled(
                    work=work, outcome=Outcome.FAILED, reason=error.reason, retry_at=retry_at, status=error.status
                )
        return self._given_up(work, error)

    @staticmethod
    def _given_up(work: Work, error: WirewatchError) -> Settled:
        status = error.status if isinstance(error, RetryLater | GiveUp) else None
        return Settled(work=work, outcome=Outcome.GIVEN_UP, reason=error.reason, status=status)


def _article(one: Settled) -> Article | None:
    """The article that was read, if one was."""
    return one.reading.result if one.reading and isinstance(one.reading.result, Article) else None


async def _in_groups(
    texts: Sequence[S], ask: Callable[[tuple[S, ...]], Awaitable[tuple[T, ...]]], *, none: T
) -> list[T]:
    """What is answered about texts, in their order; `none` for one that its readers do not survive."""
    groups = [tuple(texts[start : start + TEXTS]) for start in range(0, len(texts), TEXTS)]
    answered = await _all([_group(group, ask, none) for group in groups])
    return [answer for group in answered for answer in group]


async def _group(
    texts: tuple[S, ...], ask: Callable[[tuple[S, ...]], Awaitable[tuple[T, ...]]], none: T
) -> tuple[T, ...]:
    try:
        return await ask(texts)
    except ReaderLost as lost:
        if len(texts) == 1:
            log.error("nothing is known of %.200r: %s", texts[0], lost)  # noqa: TRY400 -- the sentence says all
            return (none,)
    return tuple([(await _group((text,), ask, none))[0] for text in texts])


def _waiting(work: Work) -> Settled:
    return Settled(work=work, outcome=Outcome.WAITING, reason="batch out of time")


async def _until(deadline: timedelta, work: Sequence[Coroutine[Any, Any, T]]) -> list[T | None]:
    """What comes of `work`, in its order; None for what is not done in time."""
    tasks = [asyncio.create_task(one) for one in work]
    if tasks:
        await asyncio.wait(tasks, timeout=deadline.total_seconds())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [None if task.cancelled() else task.result() for task in tasks]


async def _all(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    return list(await asyncio.gather(*work))


def _feed_text_may_do(error: WirewatchError, work: Work) -> bool:
    """Whether the feed's own text may stand in for a page that refuses us; a page that is gone stays gone."""
    return isinstance(error, Forbidden | RefusedByRobots) and bool(work.entry.content_html)


def _read(work: Work, page: Page | None, reading: PageReading) -> Settled:
    rejected = isinstance(reading.result, Rejected)
    return Settled(
        work=work,
        outcome=Outcome.REJECTED if rejected else Outcome.STORED,
        reason=reading.result.reason if isinstance(reading.result, Rejected) else "",
        reading=reading,
        status=page.status if page else None,
        content_type=page.content_type if page else "",
        final_url=page.final_url if page else work.url,
        fetched_at=page.fetched_at if page else now(),
        bytes=len(page.body) if page else 0,
        elapsed_ms=page.elapsed_ms if page else 0,
        etag=page.etag if page else None,
        last_modified=page.last_modified if page else None,
    )
