"""How fast a whole ingest run is, beside trafilatura alone on the same pages in the same run.

    WIREWATCH_BENCH_DATA=<folder> python -m bench ingest

Pages of `<folder>/extraction/html` are served gzipped over loopback HTTP, each under several addresses, by a
process of its own. The limit is what trafilatura's `extract` does with the same pages from memory, in as many processes
as there are cores: it neither fetches, nor reads metadata, nor tags, nor stores. Rounds alternate between the two;
medians are quoted. CPU is that of every process involved but the web server.
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from multiprocessing import get_context
from pathlib import Path

import psutil
from sqlalchemy import text

from bench._pages import Served, load_pages, serve
from models.settings import Settings, load

ROUNDS = 3
COPIES = 16
"""Addresses per page: 181 pages make 2,896 articles."""


@dataclass
class Watch:
    """CPU seconds and peak memory of the processes below this one and of the services of one home."""

    home: Path
    peak: dict[str, int] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def processes(self) -> Iterator[tuple[str, psutil.Process]]:
        """Every process that works for the run, with what it is."""
        me = psutil.Process()
        yield "flow", me
        for child in me.children(recursive=True):
            if "flows.worker" in " ".join(_command(child)):
                yield "worker", child
        for process in psutil.process_iter():
            command = _command(process)
            if any(str(self.home) in word for word in command) and process.pid != me.pid:
                kind = (
                    "prefect"
                    if any("prefect" in word and "flows.prefect_server" in word for word in command)
                    else "postgres"
                )
                yield kind, process
                yield from ((kind, child) for child in _children(process))

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by kind of process; ended workers and sessions count as their parents' children."""
        seen: dict[int, tuple[str, float]] = {}
        for kind, process in self.processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            ended = times.children_user + times.children_system if kind == "postgres" else 0.0
            seen[process.pid] = (kind, times.user + times.system + ended)
        total: dict[str, float] = {}
        for kind, seconds in seen.values():
            total[kind] = total.get(kind, 0.0) + seconds
        workers = os.times()
        total["worker"] = total.get("worker", 0.0) + workers.children_user + workers.children_system
        return total

    @contextmanager
    def sampled(self) -> Iterator[None]:
        """Note the largest resident size of each kind of process until the block ends."""
        thread = threading.Thread(target=self._sample, daemon=True)
        self._stop.clear()
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _sample(self) -> None:
        while not self._stop.wait(0.5):
            for kind, process in self.processes():
                try:
                    self.peak[kind] = max(self.peak.get(kind, 0), process.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return []


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _bare(body: bytes) -> int:
    import trafilatura  # in the processes that use it: the size of ours is measured

    return len(trafilatura.extract(gzip.decompress(body)) or "")


def limit(bodies: list[bytes], pool: ProcessPoolExecutor) -> float:
    """Seconds that trafilatura alone takes for all pages."""
    began = time.perf_counter()
    sum(pool.map(_bare, bodies, chunksize=16))
    return time.perf_counter() - began


@dataclass(frozen=True)
class Figures:
    """One ingest run."""

    seconds: float
    cpu: dict[str, float]
    report: object


def _timed(watch: Watch, work: Callable[[], object]) -> Figures:
    before, began = watch.cpu(), time.perf_counter()
    report = work()
    seconds = time.perf_counter() - began
    after = watch.cpu()
    return Figures(seconds, {kind: after[kind] - before.get(kind, 0.0) for kind in after}, report)


def main() -> int:
    pages = load_pages()
    if pages is None:
        return 0
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        served = stack.enter_context(serve(pages, copies=COPIES, feeds=COPIES))
        stack.callback(lambda: None)
        return _measure(home, served, stack)


def _measure(home: Path, served: Served, stack: ExitStack) -> int:
    from flows import resources

    feeds = home / "feeds.toml"
    feeds.write_text(served.catalogue, encoding="utf-8")
    settings: Settings = load(
        home=home, database_url=None, feeds=feeds, allow_private_hosts=(ip_network("127.0.0.0/8"),),
        host_pace_seconds=0.0, host_concurrency=16, max_age_days=36_500, respect_robots=False,
    )  # fmt: skip
    cores = os.cpu_count() or 1
    pool = stack.enter_context(ProcessPoolExecutor(cores, mp_context=get_context("spawn")))
    limit(served.bodies[: 8 * cores], pool)  # imports
    stack.enter_context(resources.using(settings))
    engine = stack.enter_context(resources.database())
    stack.enter_context(resources.prefect(print))
    watch = Watch(home)

    def ingest() -> object:
        return resources.run_ingest(feeds=None, limit=None, everything=True)

    firsts, seconds, limits = [], [], []
    for _ in range(ROUNDS):
        limits.append(limit(served.bodies, pool))
        with engine.begin() as db:
            tables = db.execute(
                text(
                    "SELECT string_agg('news.' || tablename, ', ') FROM pg_tables "
                    "WHERE schemaname = 'news' AND tablename NOT IN ('installed', 'alembic_version')"
                    "AND tablename NOT LIKE 'pages\\_%'"
                )
            ).scalar_one()
            db.execute(text(f"TRUNCATE {tables} CASCADE"))
        with watch.sampled():
            firsts.append(_timed(watch, ingest))
        seconds.append(_timed(watch, ingest))
    _report(len(served.bodies), cores, limits, firsts, seconds, watch)
    return 0


def _report(
    pages: int, cores: int, limits: list[float], firsts: list[Figures], seconds: list[Figures], watch: Watch
) -> None:
    best = statistics.median(limits)
    wall = statistics.median(one.seconds for one in firsts)
    ratio = statistics.median(bare / one.seconds for bare, one in zip(limits, firsts, strict=True))
    again = statistics.median(two.seconds / one.seconds for one, two in zip(firsts, seconds, strict=True))
    cpu = {kind: statistics.median(one.cpu.get(kind, 0.0) for one in firsts) for kind in firsts[0].cpu}
    whole = sum(cpu.values())
    whole_again = statistics.median(sum(two.cpu.values()) for two in seconds)
    print(f"{pages} pages, {cores} cores, {len(firsts)} rounds")
    print(f"trafilatura alone  {pages / best:6.1f} pages/s")
    print(f"ingest             {pages / wall:6.1f} pages/s   {ratio:.0%} of it")
    print(f"CPU per page       {whole / pages * 1000:6.1f} ms")
    for kind, spent in sorted(cpu.items(), key=lambda item: -item[1]):
        peak = watch.peak.get(kind, 0) / 1e6
        print(f"  {kind:<10} {spent / whole:6.1%}  {spent / pages * 1000:6.2f} ms a page   peak {peak:5.0f} MB")
    timings = getattr(firsts[-1].report, "timings", {})
    for name, spent in timings.items():
        print(f"  {name:<24} {spent:8.2f} s")
    print(f"second run, nothing new: {again:.1%} of the time, {whole_again / whole:.1%} of the CPU")


if __name__ == "__main__":
    sys.exit(main())
