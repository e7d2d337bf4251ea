"""The worker processes that read pages and feeds: started on demand, replaced when one hangs or dies.

Plain child processes with framed pickles, not a `ProcessPoolExecutor`: that one loses every job in flight when a child
dies, cannot kill one that hangs on a page, and imports the parent's main module (Prefect, 100 MB) into every child.
"""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from contextlib import suppress
from pickle import loads
from typing import TYPE_CHECKING

from extractors.errors import WirewatchError
from extractors.outcomes import FeedReading, PageReading
from extractors.records import Tagging
from flows.jobs import (
    BandJob,
    BandReading,
    FeedJob,
    Job,
    PageJob,
    Reading,
    SitemapJob,
    SitemapReading,
    TagJob,
    TagReading,
    frame,
)
from models.settings import ROOT

if TYPE_CHECKING:
    from flows.worker import Reader

START = "from flows.worker import main; main()"
"""Not `-m flows.worker`: its records would be of module `__main__` in the child, and no pickle of ours would fit."""

DEPTH = 3
"""Jobs a worker has at once: one it reads and two that wait in its pipe. With one, a worker stood idle for a third of
its time while the parent's event loop got round to it."""

DEATHS = 2
"""Workers that may die by themselves over one job."""
KILLS = 6
"""Workers that may be killed over one job: somebody else's doing, since what a worker may use of memory is bounded."""


class ReaderLost(WirewatchError):
    """A worker hung on this one page or feed, or two died of it."""

    reason = "reader died"


class _Died(ReaderLost):
    """The worker that read it is gone; it may have been `killed` for another reason."""

    killed = False


class _Killed(_Died):
    """The worker that read it got SIGKILL."""

    killed = True


class Crew:
    """`size` worker processes; size 0 reads inline, for clusters that bring worker processes of their own.

    All methods run on one event loop.
    """

    def __init__(self, size: int, *, taxonomy: str, page_timeout: float) -> None:
        """Start nothing yet; `page_timeout` is in seconds and per page."""
        self._taxonomy = taxonomy
        self._timeout = page_timeout
        self._inline: Reader | None = None
        self._workers = [_Worker(taxonomy, page_timeout) for _ in range(size)]
        self._places = asyncio.Semaphore(max(1, size * DEPTH))

    async def read_page(self, job: PageJob) -> PageReading:
        """The facts of a page; raises `ReaderLost` when its reader died or ran out of time on it."""
        reading = await self._read(job)
        assert isinstance(reading, PageReading)
        return reading

    async def read_feed(self, job: FeedJob) -> FeedReading:
        """The facts of a feed document; raises `ReaderLost` when its reader died or ran out of time on it."""
        reading = await self._read(job)
        assert isinstance(reading, FeedReading)
        return reading

    async def read_sitemap(self, job: SitemapJob) -> SitemapReading:
        """What a sitemap holds; raises `ReaderLost` when its reader died or ran out of time on it."""
        reading = await self._read(job)
        assert isinstance(reading, SitemapReading)
        return reading

    async def tag(self, job: TagJob) -> tuple[Tagging, ...]:
        """The tags of texts, in their order; raises `ReaderLost` when their reader died or ran out of time on them."""
        reading = await self._read(job)
        assert isinstance(reading, TagReading)
        return reading.taggings

    async def band(self, job: BandJob) -> tuple[tuple[int, ...], ...]:
        """The fine bands of texts, in their order; raises `ReaderLost` when their reader died or ran out of time."""
        reading = await self._read(job)
        assert isinstance(reading, BandReading)
        return reading.bands

    async def _read(self, job: Job) -> Reading:
        async with self._places:
            if not self._workers:
                return self._read_inline(job)
            deaths = killed = 0
            while True:
                try:
                    return await min(self._workers, key=lambda worker: worker.load).read(job)
                except _Bystander:  # another job killed the worker before this one's turn came
                    continue
                except _Died as death:
                    killed += death.killed
                    deaths += not death.killed
                    if deaths == DEATHS or killed == KILLS:
                        raise

    def _read_inline(self, job: Job) -> Reading:
        if self._inline is None:
            from flows.worker import Reader  # noqa: PLC0415 -- the parsers are loaded only where they are used

            self._inline = Reader(self._taxonomy)
        return self._inline.read(job)

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """What keeps the workers, for who cancels everything else; `close` ends them."""
        return set().union(*(worker.tasks for worker in self._workers))

    async def close(self) -> None:
        """End all workers; a worker also ends by itself when its parent is gone and its stdin closes."""
        for worker in self._workers:
            await worker.close()


class _Bystander(Exception):
    """The worker went down over another job."""


class _Worker:
    """One child process, started with its first job, and the jobs it has, in order."""

    def __init__(self, taxonomy: str, timeout: float) -> None:
        self._taxonomy = taxonomy
        self._timeout = timeout
        self._process: Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._pending: deque[tuple[Job, asyncio.Future[Reading]]] = deque()
        self._more = asyncio.Event()

    @property
    def load(self) -> int:
        """Jobs it has."""
        return len(self._pending)

    @property
    def tasks(self) -> set[asyncio.Task[None]]:
        """What keeps its process, and the ones it replaced until they are gone."""
        return self._tasks

    async def read(self, job: Job) -> Reading:
        """Put a job into its pipe and wait for the answer."""
        future: asyncio.Future[Reading] = asyncio.get_running_loop().create_future()
        self._pending.append((job, future))
        self._more.set()
        if self._listener is None:
            self._listener = asyncio.create_task(self._serve())
            self._tasks.add(self._listener)
            self._listener.add_done_callback(self._tasks.discard)
        elif self._process is not None:
            self._send(job)
        return await future

    def _send(self, job: Job) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(frame(job))

    async def _serve(self) -> None:
        """Start the process, give it what waits, and hand its answers out, for as long as it lives."""
        try:
            await self._start()
            while True:
                await self._answer()
        except TimeoutError:
            self._fail(ReaderLost, f"took longer than {self._timeout:g} s to read")
        except (EOFError, OSError, asyncio.IncompleteReadError) as error:
            if self._process is None and isinstance(error, OSError):
                self._refuse(error)
            else:
                killed = self._process is not None and await _was_killed(self._process)
                self._fail(_Killed if killed else _Died, "killed the processes that read it")
        finally:
            self._listener = None
            await self._end()

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, stdin=PIPE, stdout=PIPE, cwd=ROOT, limit=2**22,
            start_new_session=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert self._process.stdin is not None
        self._process.stdin.write(frame(self._taxonomy))
        for job, _ in self._pending:
            self._send(job)

    async def _answer(self) -> None:
        """The answer to the oldest job; its time runs from when the one before it was answered."""
        while not self._pending:
            self._more.clear()
            await self._more.wait()
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(self._timeout):
            (length,) = struct.unpack(">I", await self._process.stdout.readexactly(4))
            body = await self._process.stdout.readexactly(length)
        _, future = self._pending.popleft()
        if not future.done():
            future.set_result(loads(body))  # noqa: S301 -- our own child

    def _fail(self, error: type[ReaderLost], how: str) -> None:
        """The oldest job is to blame; those behind it are read by the next process."""
        for number, (job, future) in enumerate(self._pending):
            if not future.done():
                future.set_exception(_Bystander() if number else error(f"{_address(job)} {how}."))
        self._pending.clear()

    def _refuse(self, error: OSError) -> None:
        """No job is to blame where no process can be started: whoever waits gets the system's own error."""
        for _, future in self._pending:
            if not future.done():
                why = f"No process that reads pages can be started: {error.strerror}"
                future.set_exception(OSError(error.errno, why))
        self._pending.clear()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            assert process.stdin is not None
            assert process.stdout is not None
            # Both ends of its pipes must be closed before the loop is: a job it never took, an answer nobody read.
            if not process.stdin.transport.is_closing():  # as it is after a death that we were told of
                process.stdin.transport.abort()
            await process.stdout.read()
            await process.wait()

    async def close(self) -> None:
        """End its process, and wait for those that were replaced: a transport must be closed before its loop is."""
        if self._listener is not None:
            self._listener.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _was_killed(process: Process) -> bool:
    """Whether a process that has closed its pipes was sent SIGKILL."""
    with suppress(TimeoutError):
        async with asyncio.timeout(1):
            return await process.wait() == -signal.SIGKILL
    return False


def _address(job: Job) -> str:
    if isinstance(job, TagJob | BandJob):
        return f"A group of {len(job.texts)} stored texts" if len(job.texts) > 1 else "A stored text"
    return job.url if isinstance(job, PageJob) else job.page.url
