"""A program that runs while somebody uses it, and stops when the last user ends.

Who uses it holds a shared lock on `users.lock`; the kernel drops that lock however the user dies, so nothing is counted
and nothing goes stale. The program is the child of a *keeper*, a small process of its own session that holds
`owner.lock`. As soon as the keeper can lock `users.lock` for itself, nobody is left: it stops the program in order,
still holding the lock, so that a newcomer waits instead of joining a program that is going down. The program inherits
`program.lock`: as long as that is held, some process of it lives, and no second one is started.

Whoever finds `owner.lock` free takes it, prepares the start and hands the lock, as an open file, to a new keeper. So
exactly one is started by any number of racing users, and a user who is killed half-way leaves a free lock behind.

Needs a folder on a local disk (flock); Linux and macOS.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from extractors.errors import WirewatchError
from models.identity import Identity, become, die_with_parent, python, python_environment

POLL_SECONDS = 0.1
LOG_CHECK_SECONDS = 10.0
FULL_BYTES = 2**20
"""A disk with less room than this is full."""


class ServiceFailed(WirewatchError):
    """The program did not start; `said` is what it wrote before it ended, or nothing."""

    reason = "service"

    def __init__(self, message: str, *, said: str = "") -> None:
        super().__init__(message)
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to start, and as whom."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path = Path("/")
    identity: Identity | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """A shared program: how to start it, how to tell that it is ready, how to stop it.

    `prepare` is called only while nothing of the program runs, by one process at a time, and says what to start.
    `ready` is called often, by every user; it must be certain (a real connection or request) and quick.
    """

    name: str
    """For messages: "Postgres"."""
    folder: Path
    """Holds the locks; made if missing."""
    log: Path
    """What the program writes, cut at `log_bytes`; the part before goes to `<log>.1`."""
    prepare: Callable[[], Program]
    ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    start_timeout: float = 60.0
    """Seconds until the start is given up."""
    stop_timeout: float = 30.0
    """Seconds between the polite signal and SIGKILL."""
    log_bytes: int = 10_000_000
    _keepers: list[subprocess.Popen[bytes]] = field(default_factory=list, init=False, repr=False, compare=False)

    @contextmanager
    def use(self) -> Iterator[None]:
        """Have the program running and ready inside the block; raises `ServiceFailed` if it does not start.

        The last user to leave waits until the program is gone, so that nothing is left running after it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + self.start_timeout + self.stop_timeout
        try:
            with _open_lock(self.folder / "users.lock") as users:
                if not _lock_until(users, fcntl.LOCK_SH, deadline):
                    raise ServiceFailed(f"{self.name} has been stopping for too long; see {self.log}.")
                try:
                    self._ensure_running(deadline)
                    yield
                finally:
                    # Not only closed: a forked child would hold on to the open file, and with it to the lock.
                    fcntl.flock(users, fcntl.LOCK_UN)
        finally:
            self._see_off()

    def _ensure_running(self, deadline: float) -> None:
        """Wait for the running program, or start it; the caller holds `users.lock`, so it will not stop meanwhile."""
        pause = 0.02
        while True:
            with _open_lock(self.folder / "owner.lock") as owner:
                if _lock(owner, fcntl.LOCK_EX):
                    self._start(owner.fileno())
                    return
            # Asked in this order: one that was killed may still have seemed ready.
            if self.ready() and is_kept(self.folder):
                return
            if time.monotonic() > deadline:
                raise ServiceFailed(f"{self.name} has been starting for too long; see {self.log}.")
            time.sleep(pause)
            pause = min(0.2, pause * 1.5)

    def _start(self, owner: int) -> None:
        """Start keeper and program; we hold `owner.lock` (as file descriptor `owner`) and pass it on."""
        with _open_lock(self.folder / "program.lock") as lock:
            self._wait_for_orphans(lock)
            program = self.prepare()
            self.log.parent.mkdir(parents=True, exist_ok=True)
            begin = self.log.stat().st_size if self.log.exists() else 0
            keeper = self._spawn(program, owner, lock.fileno())
        # The keeper has both locks now; from here on a failure shows in its end.
        deadline = time.monotonic() + self.start_timeout
        while not self.ready():
            if keeper.poll() is not None:
                raise self._failure("ended while starting", begin)
            if time.monotonic() > deadline:
                raise self._failure(f"was not ready within {self.start_timeout:.0f} seconds", begin)
            time.sleep(0.02)

    def _spawn(self, program: Program, owner: int, lock: int) -> subprocess.Popen[bytes]:
        order = {
            "folder": str(self.folder),
            "owner": owner,
            "lock": lock,
            "log": str(self.log),
            "log_bytes": self.log_bytes,
            "stop_signal": int(self.stop_signal),
            "stop_timeout": self.stop_timeout,
            "program": {**asdict(program), "cwd": str(program.cwd), "env": dict(program.env)},
        }
        with self.log.open("ab") as log:
            keeper = subprocess.Popen(
                python("models.keeper", self.name),
                env=python_environment({}),
                cwd="/",
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(owner, lock),
                start_new_session=True,
            )
        self._keepers.append(keeper)
        assert keeper.stdin is not None
        with contextlib.suppress(BrokenPipeError), keeper.stdin as pipe:
            pipe.write(json.dumps(order).encode())
        return keeper

    def _wait_for_orphans(self, lock: BinaryIO) -> None:
        """Let what a killed keeper left behind end: the kernel has told it to on Linux, elsewhere we do."""
        deadline = time.monotonic() + self.stop_timeout
        if _lock_until(lock, fcntl.LOCK_EX, time.monotonic() + 2):
            return
        pid = pids(self.folder).get("program")
        if pid is not None and _is_program(pid, self.folder / "pids.json"):
            os.kill(pid, self.stop_signal)
        if not _lock_until(lock, fcntl.LOCK_EX, deadline):
            raise ServiceFailed(
                f"An earlier {self.name} is still running in {self.folder} (process {pid}) and does not end: stop it, "
                "then try again."
            )

    def _failure(self, what: str, begin: int) -> ServiceFailed:
        with self.log.open("rb") as log:
            # A log that was too long is put aside by the keeper, before it starts the program.
            log.seek(begin if begin <= log.seek(0, os.SEEK_END) else 0)
            said = log.read(20_000).decode(errors="replace").strip()
        last = said.splitlines()[-1] if said else "it said nothing"
        if shutil.disk_usage(self.folder).free < FULL_BYTES:  # and so is its log, which breaks off anywhere
            return ServiceFailed(f"{self.name} {what}: the disk that holds {self.folder} is full.", said=said)
        return ServiceFailed(f"{self.name} {what}: {last} (log: {self.log})", said=said)

    def _see_off(self) -> None:
        """Return when the program is gone or others use it; the caller no longer holds `users.lock`."""
        deadline = time.monotonic() + self.stop_timeout
        with _open_lock(self.folder / "users.lock") as users, _open_lock(self.folder / "owner.lock") as owner:
            while time.monotonic() < deadline and not _lock(owner, fcntl.LOCK_EX):
                if _lock(users, fcntl.LOCK_EX):
                    fcntl.flock(users, fcntl.LOCK_UN)  # nobody is left; the keeper has yet to notice
                elif _lock(users, fcntl.LOCK_SH):
                    break  # others go on using it
                time.sleep(POLL_SECONDS / 5)
        self._keepers[:] = [keeper for keeper in self._keepers if keeper.poll() is None]


def pids(folder: Path) -> dict[str, int]:
    """The process ids of `keeper` and `program` in a service's folder: none once it was stopped, stale after a kill."""
    try:
        return dict(json.loads((folder / "pids.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def is_kept(folder: Path) -> bool:
    """Whether the keeper and the program of a service's folder both live."""
    for name in ("program.lock", "owner.lock"):
        with _open_lock(folder / name) as held:
            if _lock(held, fcntl.LOCK_EX):
                return False
    return True


def _open_lock(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb")


def _lock(file: BinaryIO, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _lock_until(file: BinaryIO, kind: int, deadline: float) -> bool:
    while not _lock(file, kind):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _is_program(pid: int, written: Path) -> bool:
    """Whether `pid` is still the process noted in the file `written`, and not one that got its number since."""
    import psutil  # noqa: PLC0415 - the keeper's own process goes without site-packages

    try:
        return abs(psutil.Process(pid).create_time() - written.stat().st_mtime) < 5
    except (psutil.Error, OSError):
        return False


class Keeper:
    """The keeper's own side: one program, watched until it ends or nobody uses it."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.folder = Path(order["folder"])
        self.log = Path(order["log"])
        self.order = order
        self.asked_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop_later)

    def _stop_later(self, _number: int, _frame: object) -> None:
        self.asked_to_stop = True

    def run(self) -> int:
        """Keep the program until it is to stop; returns 0 if it was stopped, 1 if it ended by itself."""
        program = self._start()
        os.close(self.order["lock"])
        self._note(program.pid)
        checked = time.monotonic()
        with _open_lock(self.folder / "users.lock") as users:
            while program.poll() is None:
                if self.asked_to_stop or _lock(users, fcntl.LOCK_EX):
                    self._stop(program)
                    return 0
                if time.monotonic() - checked > LOG_CHECK_SECONDS:
                    self._cut_log()
                    checked = time.monotonic()
                time.sleep(POLL_SECONDS)
        return 1

    def _start(self) -> subprocess.Popen[bytes]:
        program = self.order["program"]
        identity = Identity(**program["identity"]) if program["identity"] else None
        keeper, stop_signal = os.getpid(), signal.Signals(self.order["stop_signal"])

        def before() -> None:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            become(identity)
            die_with_parent(keeper, stop_signal)

        self._cut_log()
        with self.log.open("ab") as log:
            return subprocess.Popen(
                program["argv"],
                env=program["env"],
                cwd=program["cwd"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(self.order["lock"],),
                start_new_session=True,
                preexec_fn=before,  # noqa: PLW1509 - this process has one thread
            )

    def _note(self, program: int) -> None:
        note = self.folder / "pids.json"
        fresh = note.with_suffix(".new")
        fresh.write_text(json.dumps({"keeper": os.getpid(), "program": program}), encoding="utf-8")
        fresh.replace(note)

    def _stop(self, program: subprocess.Popen[bytes]) -> None:
        program.send_signal(self.order["stop_signal"])
        try:
            program.wait(self.order["stop_timeout"])
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        (self.folder / "pids.json").unlink(missing_ok=True)

    def _cut_log(self) -> None:
        """Copy and empty a log that has grown too long; the program appends, so it goes on at the new end."""
        with contextlib.suppress(OSError):
            if self.log.stat().st_size > self.order["log_bytes"]:
                shutil.copyfile(self.log, self.log.with_name(self.log.name + ".1"))
                os.truncate(self.log, 0)


def main() -> int:
    """`python -m models.keeper NAME`: the order comes on standard input."""
    try:
        order = json.load(sys.stdin)
    except ValueError:
        return 1  # who sent us died before the order was complete
    return Keeper(order).run()


if __name__ == "__main__":
    sys.exit(main())
