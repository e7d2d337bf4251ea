"""The process under `wirewatch serve` that starts runs when they are due (`python -m flows.serving`).

It lives in a session of its own, so that Ctrl-C in the terminal reaches `serve` alone and tears down no run. What
`serve` wants comes down standard input: a line `stop` means no new runs, finish the one in progress, end. When standard
input just closes, `serve` is dead and the database with it: everything of this session ends at once.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil

from extractors.errors import WirewatchError
from flows import dead_runs, prefect_api, schedules
from models.settings import load

if TYPE_CHECKING:
    from prefect.runner import Runner

POLL_SECONDS = 2.0
"""Between two looks for runs that are due; Prefect's own 10 s is a long wait after "run now"."""
RUNS_AT_ONCE = 4


def main(*, up: int, alone: bool, scratch: str) -> int:
    """Serve until told to stop; one byte goes to file descriptor `up` when all deployments stand.

    `alone` says that nobody else starts runs on this Prefect server; `scratch` is a folder that `serve` removes.
    """
    # Prefect's runner makes a folder for temporary files, and leaves it behind when it is stopped.
    tempfile.tempdir = scratch
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    heed = (lambda: loop.call_soon_threadsafe(stop.set), scratch)
    threading.Thread(target=_listen, args=heed, daemon=True).start()
    try:
        loop.run_until_complete(_serve(stop, up=up, alone=alone))
    except WirewatchError as error:
        print(error, file=sys.stderr)  # noqa: T201 -- a program's last word
        return 1
    return 0


async def _serve(stop: asyncio.Event, *, up: int, alone: bool) -> None:
    from prefect.runner import Runner  # noqa: PLC0415 -- the line to `serve` is listened to at once

    api_url = os.environ["PREFECT_API_URL"]
    logging.getLogger("prefect.runner").setLevel(logging.WARNING)  # each run says itself that it began and ended
    runner = Runner(
        name="wirewatch", query_seconds=POLL_SECONDS, prefetch_seconds=1, limit=RUNS_AT_ONCE, pause_on_shutdown=False
    )
    ids = await _deploy(runner, api_url, alone=alone)
    serving = asyncio.create_task(runner.start())
    await asyncio.sleep(0)  # the runner has put its own handler on SIGTERM by now; ours has to come after
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # `serve` gets the same signal and tells us what it means
    os.write(up, b"+")
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        await _drain(api_url, ids)
        serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _deploy(runner: Runner, api_url: str, *, alone: bool) -> list[str]:
    """Put up the deployments, and order a first run of those that come in intervals; their ids."""
    now = datetime.now(UTC)
    declared = schedules.of(load())
    if alone:
        # What was due while nobody served is not made up for: the first run takes all of that work.
        schedules.pause(api_url, dead_runs.deployments(api_url))
    ids = [str(await runner.aadd_deployment(await schedules.served(one, now=now))) for one in declared]
    if alone:
        dead_runs.clear(api_url, ids, why="Its process was gone when `wirewatch serve` started.")
    for one, deployment_id in zip(declared, ids, strict=True):
        if schedules.starts_at_once(one):
            prefect_api.call(api_url, f"/deployments/{deployment_id}/create_flow_run", {})
    return ids


async def _drain(api_url: str, ids: list[str]) -> None:
    """Take no new runs, and return when the process of the last one is gone."""
    with suppress(prefect_api.NoAnswer):
        schedules.pause(api_url, ids)
    await asyncio.sleep(POLL_SECONDS)  # a run that was being started meanwhile has its process now
    told = False
    while working := len(psutil.Process().children()):
        if not told:
            runs = "the run" if working == 1 else f"{working} runs"
            print(f"Waiting for {runs} in progress; Ctrl-C again stops at once.", file=sys.stderr)  # noqa: T201
            told = True
        await asyncio.sleep(0.2)


def _listen(stop: Callable[[], object], scratch: str) -> None:
    """Pass on the word to stop; end everything when there is nobody left to give it."""
    for line in sys.stdin:
        if line.strip() == "stop":
            stop()
    shutil.rmtree(scratch, ignore_errors=True)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(up=int(sys.argv[1]), alone=sys.argv[2] == "alone", scratch=sys.argv[3]))
