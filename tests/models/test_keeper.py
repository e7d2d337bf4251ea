"""A shared program with real processes: users, keeper and program are killed in every order."""

from __future__ import annotations

import importlib.util
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from models.identity import ROOT
from models.keeper import Service, ServiceFailed, pids

USER = Path(__file__).with_name("keeper_user.py")
_spec = importlib.util.spec_from_file_location("keeper_user", USER)
assert _spec is not None
assert _spec.loader is not None
keeper_user = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(keeper_user)

StartUser = Callable[..., subprocess.Popen[str]]


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text().splitlines())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "service"
    folder.mkdir()
    yield folder
    for pid in pids(folder).values():  # of a test that failed half-way
        if alive(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def service(folder: Path) -> Service:
    return keeper_user.make(folder)


@pytest.fixture
def start_user(folder: Path) -> Iterator[StartUser]:
    started: list[subprocess.Popen[str]] = []

    def start(manner: str = "polite") -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, USER, folder, manner],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()


def told_pid(user: subprocess.Popen[str]) -> int:
    assert user.stdout is not None
    return int(user.stdout.readline())


def leave(user: subprocess.Popen[str]) -> None:
    assert user.stdin is not None
    user.stdin.close()
    assert user.wait(20) == 0


def test_a_program_runs_while_it_is_used_and_is_gone_afterwards(service: Service, folder: Path) -> None:
    with service.use():
        running = pids(folder)
        assert all(alive(pid) for pid in running.values())

    assert not any(alive(pid) for pid in running.values())
    assert pids(folder) == {}
    assert service.log.read_text() == "ended in order\n"


def test_a_program_goes_on_until_its_last_user_has_left(start_user: StartUser, folder: Path) -> None:
    first, second = start_user(), start_user()
    pid = told_pid(first)
    assert told_pid(second) == pid

    leave(first)
    assert alive(pid)
    leave(second)

    assert not alive(pid)


def test_users_who_race_for_an_empty_folder_start_one_program(start_user: StartUser, folder: Path) -> None:
    users = [start_user() for _ in range(6)]

    assert len({told_pid(user) for user in users}) == 1
    assert starts(folder) == 1


def test_threads_of_one_process_share_the_program_too(service: Service, folder: Path) -> None:
    seen: list[str] = []
    together = threading.Barrier(4)

    def use() -> None:
        with service.use():
            seen.append((folder / "hello").read_text())
            together.wait()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    assert starts(folder) == 1
    assert pids(folder) == {}


def test_a_program_stops_in_order_when_its_only_user_is_killed(start_user: StartUser, folder: Path) -> None:
    user = start_user()
    pid = told_pid(user)
    keeper = pids(folder)["keeper"]

    user.kill()

    until(lambda: not alive(pid) and not alive(keeper))
    assert (folder / "helper.log").read_text() == "ended in order\n"


@pytest.mark.parametrize("order", list(itertools.permutations(["user", "keeper", "program"])), ids="-".join)
def test_the_next_user_is_served_whoever_was_killed_in_whatever_order(
    order: tuple[str, ...], start_user: StartUser, service: Service, folder: Path
) -> None:
    user = start_user()
    victims = {"program": told_pid(user), "keeper": pids(folder)["keeper"], "user": user.pid}

    for name in order:
        kill(victims[name])
    with service.use():
        fresh = int((folder / "hello").read_text())
        assert alive(fresh)
        assert not any(alive(victims[name]) for name in ("program", "keeper"))

    assert fresh != victims["program"]
    assert not alive(fresh)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):  # the one killed before took it along
        os.kill(pid, signal.SIGKILL)
    until(lambda: not alive(pid))  # the kernel takes its time


@pytest.mark.parametrize("victim", ["keeper", "program"])
def test_a_user_who_goes_on_after_a_kill_gets_a_new_program_by_asking_again(
    victim: str, service: Service, folder: Path
) -> None:
    with service.use():
        before = pids(folder)
        os.kill(before[victim], signal.SIGKILL)
        until(lambda: not alive(before["program"]))
        with service.use():
            after = pids(folder)
            assert alive(after["program"])

    assert after["program"] != before["program"]
    assert not alive(after["program"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux signals the children of a killed process")
def test_a_program_ends_in_order_when_its_keeper_is_killed(service: Service, folder: Path) -> None:
    with service.use():
        running = pids(folder)
        os.kill(running["keeper"], signal.SIGKILL)
        until(lambda: not alive(running["program"]))

    assert service.log.read_text() == "ended in order\n"


def test_a_keeper_that_is_asked_to_end_stops_the_program_first(service: Service, folder: Path) -> None:
    with service.use():
        running = pids(folder)
        os.kill(running["keeper"], signal.SIGTERM)
        until(lambda: not alive(running["keeper"]))
        assert not alive(running["program"])

    assert service.log.read_text() == "ended in order\n"


def test_a_newcomer_waits_for_a_program_that_is_going_down_and_gets_a_new_one(
    start_user: StartUser, folder: Path
) -> None:
    user = start_user("slow")
    old = told_pid(user)
    user.kill()
    until((folder / "asked to end").exists)

    with keeper_user.make(folder).use():
        assert not alive(old)
        assert pids(folder)["program"] != old

    assert (folder / "helper.log").read_text() == "ended in order\n" * 2


def test_a_program_that_ends_at_once_is_reported_with_its_last_words(folder: Path) -> None:
    with pytest.raises(ServiceFailed) as caught, keeper_user.make(folder, manner="dead").use():
        pass

    assert str(caught.value) == f"Helper ended while starting: no ink left (log: {folder / 'helper.log'})"
    assert caught.value.said == "no ink left"


def test_the_last_words_are_told_of_a_program_whose_log_was_put_aside_at_its_start(folder: Path) -> None:
    service = keeper_user.make(folder, manner="dead", log_bytes=100)
    service.log.write_text("x" * 101)

    with pytest.raises(ServiceFailed) as caught, service.use():
        pass

    assert caught.value.said == "no ink left"


def test_a_program_that_is_never_ready_is_given_up_and_stopped(folder: Path) -> None:
    with (
        pytest.raises(ServiceFailed, match="Helper was not ready within 1 seconds"),
        keeper_user.make(folder, manner="mute", start_timeout=1.0).use(),
    ):
        pass

    assert pids(folder) == {}


def test_a_program_that_will_not_stop_is_killed(folder: Path) -> None:
    with keeper_user.make(folder, manner="stubborn", stop_timeout=0.3).use():
        running = pids(folder)

    until(lambda: not any(alive(pid) for pid in running.values()))


def test_a_program_does_not_outlive_its_user_by_what_the_user_has_forked(service: Service, folder: Path) -> None:
    with service.use():
        running = pids(folder)
        child = os.fork()
        if not child:
            signal.pause()
            os._exit(0)

    try:
        assert not any(alive(pid) for pid in running.values())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_a_failure_of_the_user_still_stops_the_program(service: Service, folder: Path) -> None:
    def fail() -> None:
        with service.use():
            running.update(pids(folder))
            raise ZeroDivisionError

    running: dict[str, int] = {}
    with pytest.raises(ZeroDivisionError):
        fail()

    assert not any(alive(pid) for pid in running.values())


def test_a_log_that_has_grown_too_long_is_put_aside(folder: Path) -> None:
    service = keeper_user.make(folder, log_bytes=100)
    service.log.write_text("x" * 101)

    with service.use():
        pass

    assert service.log.with_name("helper.log.1").read_text() == "x" * 101
    assert service.log.read_text() == "ended in order\n"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_keeper_shows_no_secret_and_holds_on_to_nothing_of_its_user(service: Service, folder: Path) -> None:
    with service.use():
        keeper = psutil.Process(pids(folder)["keeper"])
        shown = " ".join(keeper.cmdline()) + repr(keeper.environ())
        places = (keeper.cwd(), os.getsid(keeper.pid))

    assert "swordfish" not in shown
    assert places == ("/", keeper.pid)
