"""`wirewatch serve`: keeps database, Prefect's server and the process that starts runs going, until told to stop.

A part that fails is no reason to stop watching: everything is put up again after a while. Only a start that never came
up at all is an error.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from extractors.errors import WirewatchError
from flows import dead_runs, prefect_api, prefect_server, schedules
from flows.prefect_env import prefect_home
from models import database
from models.identity import ROOT
from models.settings import Settings

WAITS = (5, 10, 20, 40, 60)
"""Seconds until the next start after a failure; the last one for ever after."""
WATCH_SECONDS = 5.0
"""Between two questions whether Prefect's server still answers."""
CALM_SECONDS = 600.0
"""After so long without a fall the waits begin anew."""

Say = Callable[[str], None]


class AlreadyServed(WirewatchError):
    """Another `serve` runs for the same home."""

    reason = "already served"


class Fell(WirewatchError):
    """A part of what `serve` keeps going went away; the message says which."""

    reason = "serve"


@dataclass
class Wish:
    """How often the person has asked to stop: once is in order, twice is at once."""

    times: int = 0
    _patient: bool = True

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Count signals inside the block instead of dying of them."""
        heeded = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else somebody said nohup
            heeded.append(signal.SIGHUP)
        before = {number: signal.signal(number, self._count) for number in heeded}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def breaks_off(self) -> Iterator[None]:
        """Let a signal raise KeyboardInterrupt inside the block: nothing is under way yet that could be finished."""
        self._patient = False
        try:
            yield
        finally:
            self._patient = True

    def wait(self, seconds: float) -> None:
        """Sleep, but not past a wish to stop."""
        deadline = time.monotonic() + seconds
        while not self.times and time.monotonic() < deadline:
            time.sleep(0.1)

    def _count(self, _number: int, _frame: object) -> None:
        self.times += 1
        if not self._patient:
            raise KeyboardInterrupt


def serve(settings: Settings, *, say: Say, runs: bool = True) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP; without `runs` only for looking, so that nothing is scheduled.

    Raises when the first start fails, or when this home is served already.
    """
    schedules.of(settings)  # a mistake in it is found before anything is started
    wish, up, falls = Wish(), False, 0
    with only_one(settings.home), wish.heard():
        while not wish.times:
            began = time.monotonic()
            try:
                with _everything(settings, wish, say, runs=runs) as (runner, answers):
                    up = True
                    _watch(runner, wish, answers, say)
            except KeyboardInterrupt:
                pass  # while starting; `wish` has counted it
            except WirewatchError as error:
                if not up:
                    raise
                falls = 0 if time.monotonic() - began > CALM_SECONDS else min(falls + 1, len(WAITS) - 1)
                say(f"{error} Starting again in {WAITS[falls]} s.")
                wish.wait(WAITS[falls])
    say("Stopped.")


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the right to serve `home`; raises `AlreadyServed`. The kernel takes it back however we end."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "serve.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyServed(
                f"`wirewatch serve` already runs for {home.resolve()} (process {lock.read().strip() or 'unknown'})."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _everything(
    settings: Settings, wish: Wish, say: Say, *, runs: bool
) -> Iterator[tuple[Runner | None, Callable[[], None]]]:
    """Have all parts up inside the block: the runner, and a call that puts the servers up again if they went away."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    own = "PREFECT_API_URL" not in os.environ
    with ExitStack() as stack:
        with wish.breaks_off():
            if own and prefect_server.running_at(settings.home) is None:
                prefect_server.demand_port(settings.prefect_port)  # before the database is started for nothing
            address = stack.enter_context(database.database(url, settings.home))
            _migrate(address)
            api_url = stack.enter_context(prefect_server.open(settings, port=settings.prefect_port, say=say))
            runner = stack.enter_context(Runner.started(settings.home, alone=own)) if runs else None
            if own and not runs:
                _bury(api_url, why="Its process was gone when `wirewatch serve` started.")
            while runner and not runner.up():
                runner.check()
                time.sleep(0.1)
        for line in welcome(settings, api_url, address, own=own, runs=runs):
            say(line)

        def keep_answering() -> None:
            if own and not prefect_api.ready(api_url, timeout=WATCH_SECONDS):
                # We still count as users of both; this starts what is gone, at the same port, or waits for the slow.
                with wish.breaks_off(), prefect_server.kept(settings.home, port=_port(api_url), say=say):
                    pass

        yield runner, keep_answering
        if runner and wish.times > 1 and own:
            runner.kill()
            _bury(api_url, why="Stopped by hand while it worked.")


def _port(api_url: str) -> int | None:
    return urlsplit(api_url).port


def _migrate(address: str) -> None:
    """Bring the database at `address` up to date."""
    engine = database.engine(address)
    try:
        database.migrate(engine)
    finally:
        engine.dispose()


def welcome(settings: Settings, api_url: str, address: str, *, own: bool, runs: bool) -> Sequence[str]:
    """What a person wants to know when everything is up; `own` says that the Prefect server is ours."""
    ui = api_url.removesuffix("/api")
    moved = own and _port(api_url) != settings.prefect_port
    aside = f"  (not port {settings.prefect_port}: another command had already started it there)" if moved else ""
    shown = database.address(address).set(drivername="postgresql", query={})  # rendered without the password
    lines = [
        "Wirewatch is up. Ctrl-C stops it.",
        f"  Prefect   {ui}{aside}",
        f"  Reports   {ui}/artifacts",
        f"  API       {api_url}",
        f"  Database  {shown.render_as_string()}  (`wirewatch db url` shows the password)",
    ]
    if not runs:
        return [*lines, "  No runs   nothing is scheduled: this is for looking only"]
    for one in schedules.of(settings):
        when = ", ".join(schedule.words for schedule in one.schedules) or "when started by hand in the UI"
        lines.append(f"  {one.flow:<9} {when}" + (", the first now" if schedules.starts_at_once(one) else ""))
    return lines


@dataclass
class Runner:
    """The process of `flows.serving`, and our end of the line to it."""

    process: subprocess.Popen[str]
    _up: int
    """Reads one byte when it is up."""

    @classmethod
    @contextmanager
    def started(cls, home: Path, *, alone: bool) -> Iterator[Runner]:
        """Start it; at the end of the block nothing of it is left."""
        reads, writes = os.pipe()
        scratch = prefect_home(home) / "runner"
        shutil.rmtree(scratch, ignore_errors=True)  # of a `serve` that was killed
        scratch.mkdir(parents=True)
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", "flows.serving", str(writes), "alone" if alone else "shared", str(scratch)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
                stdin=subprocess.PIPE,
                text=True,
                pass_fds=(writes,),
                start_new_session=True,
            )
        finally:
            os.close(writes)
        runner = cls(process, reads)
        try:
            yield runner
        finally:
            runner.kill()
            os.close(reads)
            shutil.rmtree(scratch, ignore_errors=True)

    def up(self) -> bool:
        """Whether its deployments stand."""
        readable, _, _ = select.select([self._up], [], [], 0)
        return bool(readable) and os.read(self._up, 1) == b"+"

    def check(self) -> None:
        """Raise `Fell` if it has ended."""
        if self.process.poll() is not None:
            raise Fell(f"The process that starts runs ended unexpectedly (exit code {self.process.returncode}).")

    def stop(self) -> None:
        """Ask it to let the run in progress finish, and to end."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write("stop\n")
            self.process.stdin.flush()

    def kill(self) -> None:
        """End it and its runs at once, if there is anything left of them."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _watch(runner: Runner | None, wish: Wish, keep_answering: Callable[[], None], say: Say) -> None:
    """Return when the runner has ended as wished, or was asked twice; raises when something fell and stays down."""
    told, asked = False, time.monotonic()
    while wish.times < 2:
        if wish.times and not told:
            told = True
            say("Stopping: no new runs." if runner else "Stopping.")
            if runner:
                runner.stop()
        if told and (runner is None or runner.process.poll() is not None):
            return
        if runner:
            runner.check()
        if not told and time.monotonic() - asked > WATCH_SECONDS:
            with suppress(KeyboardInterrupt):  # `wish` has counted it
                keep_answering()
            asked = time.monotonic()
        time.sleep(0.1)


def _bury(api_url: str, *, why: str) -> None:
    """Leave no run of our deployments that is at work or due: there is no process to do it."""
    with suppress(prefect_api.NoAnswer):  # if so, the next start buries them
        ids = dead_runs.deployments(api_url)
        schedules.pause(api_url, ids)
        dead_runs.clear(api_url, ids, why=why)
