"""`wirewatch serve` where it refuses to start: one sentence, and nothing was begun. test_serving.py has the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows.supervisor import only_one


def serve(home: Path, **env: str) -> tuple[int, str]:
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "WIREWATCH_"))}
    done = subprocess.run(
        [sys.executable, "-m", "flows", "serve"],
        env=bare | {"WIREWATCH_HOME": str(home), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr + done.stdout


def test_a_mistake_in_the_schedules_is_found_before_anything_is_started(tmp_path: Path) -> None:
    deployments = tmp_path / "mine.yaml"
    deployments.write_text("deployments: [{name: x, entrypoint: a.b, schedules: [{slug: s}]}]")

    assert serve(tmp_path / "home", WIREWATCH_DEPLOYMENTS=str(deployments)) == (
        2,
        f"wirewatch: {deployments}, deployment 1 (b/x): schedules.0: give exactly one of interval, cron and rrule.\n",
    )
    assert not (tmp_path / "home").exists()


def test_a_home_that_is_served_already_is_named_with_the_process(tmp_path: Path) -> None:
    with only_one(tmp_path):
        told = serve(tmp_path)

    assert told == (1, f"wirewatch: `wirewatch serve` already runs for {tmp_path} (process {os.getpid()}).\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["serve.lock"]
