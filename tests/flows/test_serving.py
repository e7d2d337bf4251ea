"""`wirewatch serve` as real processes: what is up, what a signal does, and that nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from flows.prefect_api import call, ready
from flows.supervisor import AlreadyServed, only_one

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

FLOW = """
import os, time
from pathlib import Path
from prefect import flow

@flow
def chore(seconds: float = 0):
    marks = Path(os.environ["CHORE_MARKS"])
    (marks / f"begun-{os.getpid()}").touch()
    while seconds > 0 and not (marks / "release").exists():
        time.sleep(0.05)
        seconds -= 0.05
    (marks / f"done-{os.getpid()}").touch()
"""

DEPLOYMENTS = """
deployments:
  - name: scheduled
    entrypoint: served_by_test.chore
    tags: [wirewatch]
    parameters: {seconds: 120}
    concurrency_limit: {limit: 1, collision_strategy: CANCEL_NEW}
    schedules: [{slug: hourly, interval: 3600}]
"""

Eventually = Callable[..., object]


@dataclass
class Home:
    """A home to serve, with a flow that works until it is released."""

    folder: Path
    marks: Path
    port: int
    env: dict[str, str]
    since: str

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def serve(self, *options: str) -> subprocess.Popen[bytes]:
        with self.out.open("wb") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "flows", "serve", *options],
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def deployments(self) -> Path:
        return self.marks / "deployments.yaml"

    @property
    def out(self) -> Path:
        return self.marks / "out"

    def said(self) -> list[str]:
        """What the last `serve` has printed so far."""
        return self.out.read_text().splitlines()

    def processes(self) -> set[str]:
        """Everything that runs for this home, by what it was started as."""
        kept = {pid for note in self.folder.glob("*/pids.json") for pid in json.loads(note.read_text()).values()}
        found = set()
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = " ".join(process.cmdline())
                ours = process.pid in kept or str(self.folder) in words
                if ours or process.environ().get("WIREWATCH_HOME") == str(self.folder):
                    found.add(f"{process.pid} {words}")
        return found

    def begun(self) -> list[Path]:
        return list(self.marks.glob("begun-*"))

    def runs(self, *states: str) -> list[dict]:
        """The runs of this test that are in one of `states`."""
        asked = {"state": {"name": {"any_": list(states)}}, "expected_start_time": {"after_": self.since}}
        return call(self.api, "/flow_runs/filter", {"flow_runs": asked})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by the tests, since the first start is the slow one; each leaves it stopped."""
    return tmp_path_factory.mktemp("serve") / "a home"


@pytest.fixture
def home(folder: Path, tmp_path: Path) -> Iterator[Home]:
    (tmp_path / "served_by_test.py").write_text(FLOW)
    (tmp_path / "deployments.yaml").write_text(DEPLOYMENTS)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "WIREWATCH_"))}
    (tmp_path / "tmp").mkdir()
    env = bare | {
        "TMPDIR": str(tmp_path / "tmp"),
        "PYTHONPATH": str(tmp_path),
        "CHORE_MARKS": str(tmp_path),
        "WIREWATCH_HOME": str(folder),
        "WIREWATCH_PREFECT_PORT": str(port),
        "WIREWATCH_DEPLOYMENTS": str(tmp_path / "deployments.yaml"),
    }
    made = Home(folder, tmp_path, port, env, datetime.now(UTC).isoformat())
    yield made
    left = [path.name for path in (tmp_path / "tmp").iterdir()]
    for line in made.processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(line.split()[0]), signal.SIGKILL)
    assert left == []
    assert not (folder / "prefect" / "runner").exists()


def test_serve_runs_at_once_and_lets_the_run_in_progress_finish(home: Home, eventually: Eventually) -> None:
    serve = home.serve()
    eventually(home.begun, within=120)
    (run,) = home.runs("Running")
    answers = ready(home.api)

    serve.send_signal(signal.SIGINT)
    eventually(lambda: any(line.startswith("Waiting") for line in home.said()))
    (home.marks / "release").touch()

    assert serve.wait(timeout=60) == 0
    assert (answers, run["deployment_id"] is not None) == (True, True)
    assert [mark.name for mark in home.begun()] == [f"begun-{_only(home, 'done')}"]
    assert home.processes() == set()
    said = [line for line in home.said() if " | INFO    | " not in line]
    database_port = (home.folder / "postgres" / "port").read_text()
    assert said == [
        "Starting Prefect's server ...",
        "Wirewatch is up. Ctrl-C stops it.",
        f"  Prefect   http://127.0.0.1:{home.port}",
        f"  Reports   http://127.0.0.1:{home.port}/artifacts",
        f"  API       {home.api}",
        f"  Database  postgresql://wirewatch:***@127.0.0.1:{database_port}/wirewatch  (`wirewatch db url` shows the password)",
        "  chore     every 60 minutes, the first now",
        "Stopping: no new runs.",
        "Waiting for the run in progress; Ctrl-C again stops at once.",
        "Stopped.",
    ]


def test_runs_never_pile_up_and_a_killed_serve_leaves_one_to_bury(home: Home, eventually: Eventually) -> None:
    """What is due while a run works is skipped; what was due while nobody served is not made up for."""
    home.deployments.write_text(DEPLOYMENTS.replace("3600", "2"))
    first = home.serve()
    eventually(home.begun, within=120)
    skipped = eventually(lambda: home.runs("Cancelled"))
    begun = home.begun()

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    eventually(lambda: not home.processes(), within=20)
    restarted = datetime.now(UTC).isoformat()
    second = home.serve()
    eventually(lambda: len(home.begun()) == 2, within=120)
    crashed, running = home.runs("Crashed"), home.runs("Running")
    # The server cancels by itself what it finds late while a run has the slot; that makes up for nothing.
    made_up_for = [
        (run["expected_start_time"], run["state"]["name"])
        for run in home.runs("Scheduled", "Late", "Pending", "Running", "Completed")
        if run["auto_scheduled"] and run["expected_start_time"] < restarted < run["state"]["timestamp"]
    ]
    second.send_signal(signal.SIGTERM)
    eventually(lambda: "Stopping: no new runs." in home.said())
    second.send_signal(signal.SIGTERM)

    assert second.wait(timeout=60) == 0
    assert [run["state"]["message"] for run in crashed] == ["Its process was gone when `wirewatch serve` started."]
    assert {run["state"]["message"] for run in skipped} == {"Deployment concurrency limit reached."}
    assert (len(begun), len(running)) == (1, 1)
    assert made_up_for == []
    assert home.said()[-1] == "Stopped."
    assert home.processes() == set()
    assert list(home.marks.glob("done-*")) == []


def test_serve_can_be_for_looking_only(home: Home, eventually: Eventually) -> None:
    """Even after one that was killed, whose schedules are still on."""
    first = home.serve()
    eventually(home.begun, within=120)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    eventually(lambda: not home.processes(), within=20)
    serve = home.serve("--no-runs")
    eventually(lambda: any(line.startswith("  No runs") for line in home.said()), within=120)
    answers, paused = ready(home.api), [one["paused"] for one in call(home.api, "/deployments/filter", {})]
    states = {run["state"]["name"] for run in home.runs("Running", "Pending", "Scheduled", "Late", "Crashed")}

    serve.send_signal(signal.SIGTERM)

    assert (serve.wait(timeout=60), answers, len(home.begun())) == (0, True, 1)
    assert (paused, states) == ([True], {"Crashed"})
    assert home.said()[-2:] == ["Stopping.", "Stopped."]
    assert home.processes() == set()


def test_one_home_is_served_once(tmp_path: Path) -> None:
    with only_one(tmp_path):
        with pytest.raises(AlreadyServed) as told, only_one(tmp_path):
            pass
        expected = f"`wirewatch serve` already runs for {tmp_path} (process {os.getpid()})."

    assert str(told.value) == expected
    with only_one(tmp_path):
        pass


def test_a_port_in_use_is_one_sentence_and_exit_code_1(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.port))
        other.listen()
        code = home.serve().wait(timeout=60)

    assert (code, home.said()) == (
        1,
        [
            (
                f"wirewatch: Port {home.port} is in use by another program, so Prefect's server cannot start there: "
                "stop that program, or set WIREWATCH_PREFECT_PORT to another port."
            )
        ],
    )
    assert home.processes() == set()


def _only(home: Home, mark: str) -> str:
    (only,) = home.marks.glob(f"{mark}-*")
    return only.name.split("-")[1]
