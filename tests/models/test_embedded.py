"""The embedded Postgres: shared, killed in mid-work, in awkward folders, as root, as a user and in a container."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from extractors.errors import Misconfigured
from models import embedded
from models.identity import ROOT

USER = Path(__file__).with_name("embedded_user.py")
LONG = "a path " * 20
"""Longer than the 107 bytes a Unix socket's address may have."""

linux_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only Linux's root can become somebody else"
)


class User:
    """A process that uses the server; `told` waits for its word."""

    def __init__(self, home: Path, manner: str, shared: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, USER, home, manner, shared],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def told(self) -> dict[str, Any]:
        """What the process has; skips the test where its manner is forbidden."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            _, said = self.process.communicate()
            if said.startswith("forbidden: "):
                pytest.skip(f"this machine does not let us: {said.strip()}")
            pytest.fail(said)
        told: dict[str, Any] = json.loads(line)
        return told

    def leave(self) -> int:
        """End it, and have its exit code."""
        self.process.communicate()
        return self.process.returncode


Start = Callable[..., User]


@contextmanager
def passable() -> Iterator[Path]:
    """A folder that everybody may enter, unlike tmp_path: root's stand-in reaches the data in it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def shared() -> Iterator[Path]:
    """Where data and binaries are that root's stand-in does not reach elsewhere."""
    with passable() as folder:
        yield folder


@pytest.fixture
def start(shared: Path) -> Iterator[Start]:
    """Starts users, and ends those still there."""
    users: list[User] = []

    def begin(home: Path, manner: str = "plain") -> User:
        users.append(User(home, manner, shared))
        return users[-1]

    yield begin
    for user in users:
        user.process.kill()
        if not user.process.stdout.closed:
            user.process.communicate()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose path has blanks and is long; its data go from test to test."""
    home = tmp_path_factory.mktemp("embedded") / LONG.strip()
    home.mkdir()
    yield home
    shutil.rmtree(home)


def gone(*pids: int) -> bool:
    def alive(pid: int) -> bool:
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
        return False

    return not any(alive(pid) for pid in pids)


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_users_who_race_for_a_new_home_share_one_server_that_ends_with_the_last(start: Start, home: Path) -> None:
    users = [start(home) for _ in range(3)]

    told = [user.told() for user in users]
    one = told[0]
    for user in told:
        with psycopg.connect(user["prefect_url"]):
            pass

    assert len(os.fsencode(home)) > 107
    assert [{**user, "visits": None} for user in told] == [{**one, "visits": None}] * 3
    assert embedded.is_running(home)
    assert [user.leave() for user in users] == [0, 0, 0]
    assert gone(one["program"], one["keeper"])
    assert not embedded.is_running(home)


@pytest.mark.parametrize("victim", ["user", "keeper", "program"])
def test_whoever_is_killed_the_next_user_finds_the_data(victim: str, start: Start, home: Path) -> None:
    user = start(home)
    told = user.told()
    pids = {"user": user.process.pid, "keeper": told["keeper"], "program": told["program"]}

    os.kill(pids[victim], signal.SIGKILL)
    fresh = start(home)
    found = fresh.told()

    assert found["visits"] == [told["visits"][0] + 1]
    assert fresh.leave() == 0
    user.process.kill()
    until(lambda: gone(told["keeper"], told["program"], found["keeper"], found["program"]))


def test_a_user_whose_server_was_killed_gets_another_by_asking_again(home: Path) -> None:
    with embedded.open(home, durable=False) as cluster:
        before = cluster.pids()
        os.kill(before["program"], signal.SIGKILL)
        with embedded.open(home, durable=False) as again, psycopg.connect(again.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            after = again.pids()

    assert after["program"] != before["program"]
    until(lambda: gone(*before.values(), *after.values()))


def test_the_printed_address_is_all_another_program_needs(cluster: embedded.Cluster) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}

    said = subprocess.run(
        [sys.executable, "-c", f"import psycopg; print(*psycopg.connect({cluster.url!r}).execute('SELECT 41 + 1'))"],
        env=env, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout == "(42,)\n"


def test_it_listens_on_loopback_only_and_asks_for_the_password(cluster: embedded.Cluster) -> None:
    listening = {
        connection.laddr
        for connection in psutil.Process(cluster.pids()["program"]).net_connections(kind="all")
        if connection.status == psutil.CONN_LISTEN
    }

    assert listening == {("127.0.0.1", cluster.port)}
    for wrong in ("", ":guess"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(cluster.url.replace(f":{cluster.password('wirewatch')}", wrong), passfile="/dev/null")


def test_passwords_are_for_their_owner_only(cluster: embedded.Cluster) -> None:
    secrets = sorted(path.name for path in cluster.folder.glob("*-password"))

    assert secrets == ["analyst-password", "prefect-password", "wirewatch-password"]
    assert {stat.S_IMODE(cluster.password_file(role).stat().st_mode) for role in ("wirewatch", "analyst")} == {0o600}
    assert len({cluster.password(role) for role in ("wirewatch", "analyst", "prefect")}) == 3


def test_each_role_enters_its_own_database_and_no_other(cluster: embedded.Cluster) -> None:
    with psycopg.connect(cluster.prefect_url) as connection:
        connection.execute("CREATE TABLE prefects_own ()")
        connection.rollback()

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(cluster.address("prefect", "analyst"))
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(cluster.address("wirewatch", "prefect"))


def test_settings_for_other_servers_do_not_keep_it_from_starting(
    monkeypatch: pytest.MonkeyPatch, cluster: embedded.Cluster
) -> None:
    monkeypatch.setenv("PGSSLMODE", "require")
    monkeypatch.setenv("PGHOSTADDR", "192.0.2.1")

    with embedded.open(cluster.home, durable=False) as again:
        assert again.pids() == cluster.pids()


def test_a_home_that_cannot_be_made_is_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Misconfigured) as caught, embedded.open(tmp_path / "file" / "home"):
        pass

    assert str(caught.value) == f"WIREWATCH_HOME: {tmp_path}/file/home/postgres cannot be made: Not a directory."


def test_data_of_another_postgres_are_refused_before_anything_is_touched(home: Path) -> None:
    with embedded.open(home, durable=False):
        pass
    moved = home / "postgres" / "elsewhere"
    data = Path(moved.read_text()) if moved.exists() else home / "postgres" / "data"
    version = data / "PG_VERSION"
    version.write_text("15\n")
    try:
        with (
            pytest.raises(Misconfigured, match=r"was made by Postgres 15, installed is 18\.\d+: back it up"),
            embedded.open(home, durable=False),
        ):
            pass
    finally:
        version.write_text("18\n")


def test_data_that_were_missing_for_a_while_are_opened_with_the_passwords_they_had(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with embedded.open(home, durable=False) as cluster, psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept ()")
    moved = home / "postgres" / "elsewhere"
    data = Path(moved.read_text()) if moved.exists() else home / "postgres" / "data"
    data.rename(data.with_name("away"))
    with embedded.open(home, durable=False) as cluster, psycopg.connect(cluster.url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'kept'").fetchone()
    shutil.rmtree(data)
    data.with_name("away").rename(data)

    with embedded.open(home, durable=False) as cluster, psycopg.connect(cluster.url) as connection:
        again = connection.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'kept'").fetchone()
        with psycopg.connect(cluster.prefect_url):
            pass

    assert (tables, again) == ((0,), (1,))


@linux_root
def test_an_ordinary_user_has_a_server_too(start: Start, tmp_path: Path) -> None:
    user = start(tmp_path / "home", "ordinary")
    told = user.told()

    assert told["uid"] != 0
    assert told["visits"] == [1]
    assert user.leave() == 0
    assert gone(told["program"], told["keeper"])


@linux_root
def test_root_of_a_container_without_namespaces_has_a_server_run_by_somebody_else(start: Start) -> None:
    with passable() as folder:
        user = start(folder / "home", "contained")
        told = user.told()
        runs_as = psutil.Process(told["program"]).uids().real

        assert told["uid"] == 0
        assert runs_as not in {0, None}
        assert (folder / "home" / "postgres" / "data").stat().st_uid == runs_as
        assert user.leave() == 0
        assert gone(told["program"], told["keeper"])


@linux_root
def test_somebody_elses_home_is_refused_in_a_sentence(start: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "postgres").mkdir(parents=True)
    os.chown(home / "postgres", 12345, 12345)
    user = start(home, "ordinary")

    out, said = user.process.communicate()

    if said.startswith("forbidden: "):
        pytest.skip(f"this machine does not let us: {said.strip()}")
    assert (out, user.process.returncode) == ("", 1)
    assert said == (
        f"Misconfigured: {home}/postgres belongs to somebody else: run as its owner, or set WIREWATCH_HOME to a folder "
        "of yours.\n"
    )


@linux_root
def test_a_full_disk_is_said_to_be_full_and_room_is_all_it_takes(start: Start) -> None:
    with passable() as folder:
        disk = folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], check=False).returncode != 0:
            pytest.skip("this machine does not let us mount a small disk")
        try:
            disk.chmod(0o755)
            user = start(disk / "home")
            _, said = user.process.communicate()
            assert (said, user.process.returncode) == (
                f"ServiceFailed: The disk that holds {disk}/home/postgres is full: free some space, then try again.\n",
                1,
            )

            subprocess.run(["mount", "-o", "remount,size=200m", disk], check=True)
            user = start(disk / "home")
            assert user.told()["visits"] == [1]
            assert user.leave() == 0
        finally:
            subprocess.run(["umount", disk], check=True)
