"""What it costs to keep one queue for each host in the database, beside a queue in the process alone.

    python -m bench pacing

Some hosts are asked by several loops at once, each with a desk of its own as other processes have; nothing is fetched,
only turns are waited for, a quarter of a second apart. Quoted: seconds and CPU a turn (ours, and Postgres'), turns by
statement, and how close the closest two starts at one host came to each other.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import psutil
import sqlalchemy as sa

from extractors.pace import Pace
from flows.hosts import HostDesk
from models import database, embedded

HOSTS = 48
TURNS = 8
"""Turns a host and loop."""
APART = 0.25


def main() -> int:
    """Print a line for each number of loops, without and with the database."""
    with tempfile.TemporaryDirectory() as folder, embedded.open(Path(folder), durable=True) as cluster:
        engine = database.engine(cluster.url)
        database.migrate(engine)
        for loops in (1, 4):
            for shared in (False, True):
                print(_measured(engine if shared else None, loops))
        engine.dispose()
    return 0


def _measured(engine: sa.Engine | None, loops: int) -> str:
    statements: list[str] = []

    def count(*asked: object) -> None:
        statements.append(str(asked[2]))

    if engine is not None:
        sa.event.listen(engine, "before_cursor_execute", count)
    starts: dict[str, list[float]] = {}
    postgres, ours, began = _postgres(), time.process_time(), time.perf_counter()
    threads = [threading.Thread(target=asyncio.run, args=(_loop(engine, starts),)) for _ in range(loops)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.perf_counter() - began, time.process_time() - ours
    turns = HOSTS * TURNS * loops
    closest = min(after - before for times in starts.values() for before, after in pairwise(sorted(times)))
    booked = sum(" Books " in statement for statement in statements)
    where = (
        f"in the database, {turns / booked:4.1f} turns a statement" if engine is not None else "in each process alone"
    )
    if engine is not None:
        sa.event.remove(engine, "before_cursor_execute", count)
    return (
        f"{loops} loop(s), {where:38} {seconds:5.2f} s, CPU a turn {cpu / turns * 1000:.3f} ms ours and "
        f"{(_postgres() - postgres) / turns * 1000:.3f} ms Postgres, closest two starts {closest * 1000:.1f} ms"
    )


async def _loop(engine: sa.Engine | None, starts: dict[str, list[float]]) -> None:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 -- a clock
    desk = HostDesk(engine, now=now) if engine is not None else None
    pace = Pace(2, APART, ledger=desk)

    async def turn(host: str) -> None:
        async with pace.slot(host):
            starts.setdefault(host, []).append(time.perf_counter())

    await asyncio.gather(*[turn(f"{number % HOSTS}.example") for number in range(HOSTS * TURNS)])
    if desk is not None:
        await desk.close()


def _postgres() -> float:
    """CPU seconds of the Postgres servers below this process so far."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        try:
            if "postgres" in process.name():
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
        except psutil.NoSuchProcess:
            continue
    return total
