"""What polling thousands of feeds costs: 200, 2,000 and 10,000 feeds on up to 500 hosts, in one run of `ingest` each.

    python -m bench scale [FEEDS ...]

The feeds are served over loopback HTTP, from 500 addresses, by a process of its own; `ingest` runs whole, with Prefect
and an embedded Postgres, and is asked to fetch no article. Each size is polled twice: with everything new, and
unchanged. Six feeds in ten have an ETag, two a Last-Modified, one neither, and one writes the time of day into its
document, so that it must be parsed each time. The pace is off, but for one more round of 2,000 feeds with the settings
as they are shipped: what politeness costs. Beside it, in the same run, a bare aiohttp loop fetches the same documents,
and feedparser alone reads 500 of them. CPU is that of every process but the web server; memory is what each kind of
process holds of its own (shared memory counted once), at its peak.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from aiohttp import ClientSession, TCPConnector, web

from bench.ingest import Watch
from models.settings import Settings, load

SIZES = (200, 2_000, 10_000)
POLITE = 2_000
WARM = 20
"""Feeds of a first round, in which everything is imported and every cache filled."""
HOSTS = 500
ENTRIES = 20
PARSED = 500
"""Documents that feedparser alone reads, for comparison."""


# The web -------------------------------------------------------------------------------------------------------------


def address(number: int, port: int) -> str:
    """Where a feed is."""
    host = number % HOSTS
    return f"http://127.7.{host // 250}.{host % 250 + 1}:{port}/feed/{number}.xml"


def document(number: int, made_at: datetime) -> bytes:
    """An RSS document of about 10 kB; feeds of the tenth manner say when it was built."""
    story = "The council met again on the matter of the harbour, and put off what it had put off the week before. " * 3
    items = "".join(
        f"<item><title>Feed {number}: story {item} of the day</title><guid>story-{number}-{item}</guid>"
        f"<link>https://press-{number}.example/news/2025/story-{item}.html</link><description>{story}</description>"
        f"<pubDate>{made_at - timedelta(hours=item):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for item in range(ENTRIES)
    )
    built = f"<lastBuildDate>{time.time_ns()}</lastBuildDate>" if number % 10 == 9 else ""
    return f'<rss version="2.0"><channel><title>Feed {number}</title>{built}{items}</channel></rss>'.encode()


async def _serve(ready: Connection) -> None:
    made_at = datetime.now(UTC)
    modified = f"{made_at:%a, %d %b %Y %H:%M:%S} GMT"

    async def feed(request: web.Request) -> web.Response:
        number = int(request.match_info["feed"])
        headers = {}
        if number % 10 < 6:
            headers["ETag"] = f'"{number}"'
        elif number % 10 < 8:
            headers["Last-Modified"] = modified
        asked = request.headers.get("If-None-Match") or request.headers.get("If-Modified-Since")
        if asked and asked in headers.values():
            return web.Response(status=304, headers=headers)
        return web.Response(body=document(number, made_at), content_type="application/rss+xml", headers=headers)

    app = web.Application()
    app.router.add_get("/feed/{feed}.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0, backlog=1_024).start()  # all of 127.0.0.0/8
    ready.send(runner.addresses[0][1])
    await asyncio.Event().wait()


def _served(ready: Connection) -> None:
    asyncio.run(_serve(ready))


@contextmanager
def served() -> Iterator[int]:
    """The port at which every feed is served until the block ends."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_served, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _catalogue(feeds: int, port: int) -> str:
    return "".join(
        f'[[source]]\nslug = "press-{n}"\nname = "Press {n}"\ncountry = "GB"\nlanguage = "en"\nkind = "newspaper"\n'
        f'bloc = "western"\nfamily = "press-{n}"\nfeeds = ["{address(n, port)}"]\n\n'
        for n in range(feeds)
    )


# The measure beside it -----------------------------------------------------------------------------------------------


def _bare(addresses: Sequence[str], ready: Connection) -> None:
    """CPU and wall seconds of a bare loop, then CPU seconds that feedparser takes for one of its documents."""

    async def all_of_them() -> list[bytes]:
        places = asyncio.Semaphore(48)
        async with ClientSession(connector=TCPConnector(limit=0)) as session:

            async def one(url: str) -> bytes:
                async with places, session.get(url) as response:
                    return await response.read()

            return list(await asyncio.gather(*map(one, addresses)))

    cpu, began = time.process_time(), time.perf_counter()
    bodies = asyncio.run(all_of_them())
    fetched = time.process_time() - cpu, time.perf_counter() - began
    import feedparser

    cpu = time.process_time()
    for body in bodies[:PARSED]:
        feedparser.parse(body)
    ready.send((*fetched, (time.process_time() - cpu) / len(bodies[:PARSED])))


def bare(addresses: Sequence[str]) -> tuple[float, float, float]:
    """The same from a process of its own."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_bare, args=(addresses, theirs))
    process.start()
    figures: tuple[float, float, float] = ours.recv()
    process.join()
    return figures


# Runs ----------------------------------------------------------------------------------------------------------------


@dataclass
class Sizes(Watch):
    """Watches what all processes of a kind hold together; looks for processes now and then, which is what costs."""

    spent: float = 0.0
    """CPU seconds that looking took, which are not the flow's."""
    _known: list[tuple[str, psutil.Process]] = field(default_factory=list)

    def cpu(self) -> dict[str, float]:
        total = super().cpu()
        return total | {"flow": total["flow"] - self.spent}

    def _sample(self) -> None:
        began = time.thread_time() - self.spent
        for turn in count():
            if turn % 5 == 0:
                self._known = list({process.pid: (kind, process) for kind, process in self.processes()}.values())
            total: dict[str, int] = {}
            for kind, process in self._known:
                try:
                    total[kind] = total.get(kind, 0) + process.memory_full_info().pss
                except (psutil.NoSuchProcess, psutil.AccessDenied):
                    continue
            for kind, held in total.items():
                self.peak[kind] = max(self.peak.get(kind, 0), held)
            self.spent = time.thread_time() - began
            if self._stop.wait(1.0):
                return


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One run."""

    what: str
    feeds: int
    seconds: float
    polling: float
    """Seconds of it that the polls took."""
    cpu: dict[str, float]
    peak: dict[str, int]
    polls: dict[str, int]

    @property
    def spared(self) -> float:
        """Share of polls answered without a parse."""
        return (self.polls.get("304", 0) + self.polls.get("same body", 0)) / self.feeds

    def line(self) -> str:
        cpu = sum(self.cpu.values()) / self.feeds * 1_000
        parts = ", ".join(f"{kind} {self.cpu[kind] / self.feeds * 1_000:.2f}" for kind in sorted(self.cpu))
        peaks = ", ".join(f"{kind} {self.peak[kind] / 1e6:.0f}" for kind in sorted(self.peak))
        return (
            f"{self.feeds:6} feeds, {self.what:22} {self.seconds:6.1f} s (polls {self.polling:6.1f} s), CPU a feed "
            f"{cpu:6.2f} ms ({parts}); peak MB {peaks}; polls {self.polls}; no parse {self.spared:.1%}"
        )


def _run(watch: Sizes, engine: sa.Engine, feeds: int, what: str, ingest: Callable[[], Any]) -> Figures:
    watch.peak.clear()
    before, began = watch.cpu(), time.perf_counter()
    with watch.sampled():
        report = ingest()
    seconds, after = time.perf_counter() - began, watch.cpu()
    with engine.connect() as db:
        polls = db.execute(
            sa.text(
                "SELECT coalesce(nullif(reason, ''), outcome) AS what, count(*) AS polls FROM news.polls "
                "WHERE run_id = :run GROUP BY 1 ORDER BY 2 DESC"
            ),
            {"run": report.run_id},
        )
        counted = {row.what: row.polls for row in polls}
    figures = Figures(
        what=what, feeds=feeds, seconds=seconds, polling=report.timings["poll"], peak=dict(watch.peak), polls=counted,
        cpu={kind: after[kind] - before.get(kind, 0.0) for kind in after},
    )  # fmt: skip
    print(figures.line(), flush=True)
    return figures


def _emptied(engine: sa.Engine) -> None:
    with engine.begin() as db:
        tables = db.execute(
            sa.text(
                "SELECT string_agg('news.' || tablename, ', ') FROM pg_tables WHERE schemaname = 'news' "
                "AND tablename NOT IN ('installed', 'alembic_version') AND tablename NOT LIKE 'pages\\_%'"
            )
        ).scalar_one()
        db.execute(sa.text(f"TRUNCATE {tables} CASCADE"))


def main(argv: Sequence[str] = ()) -> int:
    """Print a line a run, and what the growth comes to."""
    sizes = [int(size) for size in argv] or SIZES
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        port = stack.enter_context(served())
        return _measure(home, port, sizes, stack)


def _settings(home: Path, *, polite: bool) -> Settings:
    pace: dict[str, Any] = {} if polite else {"host_pace_seconds": 0.0, "host_concurrency": 16}
    return load(
        home=home,
        database_url=None,
        feeds=home / "feeds.toml",
        allow_private_hosts=(ip_network("127.0.0.0/8"),),
        **pace,
    )


def _measure(home: Path, port: int, sizes: Sequence[int], stack: ExitStack) -> int:
    from flows import resources

    stack.enter_context(resources.using(_settings(home, polite=False)))
    engine = stack.enter_context(resources.database())
    stack.enter_context(resources.prefect(print))
    watch = Sizes(home)
    firsts: list[Figures] = []

    def ingest() -> Any:
        return resources.run_ingest(feeds=None, limit=0, everything=True)

    def round_of(feeds: int, manner: str) -> tuple[Figures, Figures]:
        _emptied(engine)
        (home / "feeds.toml").write_text(_catalogue(feeds, port), encoding="utf-8")
        first = _run(watch, engine, feeds, f"{manner}, all new", ingest)
        return first, _run(watch, engine, feeds, f"{manner}, unchanged", ingest)

    round_of(WARM, "to warm up")
    for feeds in sizes:
        firsts.append(round_of(feeds, "no pace")[0])
        fetch, wall, parse = bare([address(number, port) for number in range(feeds)])
        whole = sum(firsts[-1].cpu.values()) / feeds
        print(
            f"{feeds:6} feeds, bare aiohttp loop: {wall:.1f} s, CPU {fetch / feeds * 1_000:.2f} ms a document, "
            f"feedparser {parse * 1_000:.2f} ms more; a first poll is {whole / (fetch / feeds + parse):.2f} times both",
            flush=True,
        )
        if feeds == POLITE:
            with resources.using(_settings(home, polite=True)):
                round_of(POLITE, "as shipped")
    print(_growth(firsts))
    return 0


def _growth(runs: Sequence[Figures]) -> str:
    least, most = runs[0], runs[-1]
    if least is most:
        return "one size, no growth"
    grown = {kind: (most.peak[kind] - least.peak.get(kind, 0)) / (most.feeds - least.feeds) for kind in most.peak}
    a_feed = [sum(run.cpu.values()) / run.feeds * 1_000 for run in runs]
    return (
        f"memory a feed more, all new: {', '.join(f'{kind} {held / 1e3:.1f} kB' for kind, held in grown.items())}; "
        f"CPU a feed at {', '.join(f'{run.feeds:,}: {ms:.2f} ms' for run, ms in zip(runs, a_feed, strict=True))}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
