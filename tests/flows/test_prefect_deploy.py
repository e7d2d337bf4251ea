"""prefect.yaml as Prefect's own command reads it, for those who run a server and workers of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from flows.prefect_api import call
from models.settings import ROOT

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


@pytest.fixture(scope="module")
def deployed(prefect_api: str) -> Iterator[dict[str, dict]]:
    """The deployments by the name of their flow, as the server knows them after `prefect deploy`."""
    call(prefect_api, "/work_pools/", {"name": "wirewatch", "type": "process"})
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=ROOT,
        env=os.environ | {"PREFECT_API_URL": prefect_api},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = call(prefect_api, "/deployments/filter", {"work_pools": {"name": {"any_": ["wirewatch"]}}})
    flows = {one["id"]: one["name"] for one in call(prefect_api, "/flows/filter", {})}
    yield {flows[one["flow_id"]]: one for one in found}
    for one in found:
        call(prefect_api, f"/deployments/{one['id']}", method="DELETE")
    call(prefect_api, "/work_pools/wirewatch", method="DELETE")


def test_prefect_s_own_command_deploys_what_serve_serves(deployed: dict[str, dict]) -> None:
    told = {
        flow: (
            one["entrypoint"],
            one["tags"],
            one["global_concurrency_limit"]["limit"],
            one["concurrency_options"]["collision_strategy"],
            [(schedule["slug"], schedule["active"]) for schedule in one["schedules"]],
        )
        for flow, one in deployed.items()
    }

    assert told == {
        "ingest": ("flows.ingest.ingest", ["wirewatch"], 1, "CANCEL_NEW", [("quarter-hourly", True)]),
        "maintain": ("flows.maintain.maintain", ["wirewatch"], 1, "CANCEL_NEW", [("nightly", True)]),
        "digest": ("flows.digest.digest", ["wirewatch"], 1, "CANCEL_NEW", [("daily", True)]),
        "retag": ("flows.retag.retag", ["wirewatch"], 1, "CANCEL_NEW", []),
        "reextract": ("flows.reextract.reextract", ["wirewatch"], 1, "CANCEL_NEW", []),
        "revisit": ("flows.revisit.revisit", ["wirewatch"], 1, "CANCEL_NEW", [("between-ingests", True)]),
        "backfill": ("flows.backfill.backfill", ["wirewatch"], 1, "ENQUEUE", []),
    }


def test_a_worker_looks_for_the_code_where_it_is_installed(deployed: dict[str, dict]) -> None:
    steps = [one["pull_steps"] for one in deployed.values()]

    assert steps == [[{"prefect.deployments.steps.set_working_directory": {"directory": str(ROOT)}}]] * 7
