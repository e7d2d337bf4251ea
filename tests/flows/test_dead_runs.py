from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from flows import dead_runs
from flows.prefect_api import call

pytestmark = pytest.mark.prefect


def rules(api_url: str) -> list[dict]:
    return call(api_url, "/automations/filter", {"automations": {"name": {"any_": [dead_runs.RULE]}}})


@pytest.fixture
def deployment(prefect_api: str) -> Iterator[str]:
    flow = call(prefect_api, "/flows/", {"name": "dead"})["id"]
    made = call(prefect_api, "/deployments/", {"name": "dead", "flow_id": flow, "tags": ["wirewatch"]})["id"]
    yield made
    call(prefect_api, f"/deployments/{made}", method="DELETE")


def a_run(api_url: str, deployment: str, state: str) -> str:
    run = call(api_url, f"/deployments/{deployment}/create_flow_run", {})["id"]
    call(api_url, f"/flow_runs/{run}/set_state", {"state": {"type": state}, "force": True})
    return run


def test_the_rule_is_put_in_once_and_then_left_alone(prefect_api: str) -> None:
    dead_runs.watch(prefect_api)
    before = rules(prefect_api)

    dead_runs.watch(prefect_api)

    assert len(before) == 1
    assert rules(prefect_api) == before  # its ids, too: a new one would forget whom it watches


def test_a_rule_of_an_older_version_is_brought_up_to_date(prefect_api: str) -> None:
    dead_runs.watch(prefect_api)
    (rule,) = rules(prefect_api)
    older = {key: rule[key] for key in ("name", "description", "trigger", "actions")}
    older["trigger"] = older["trigger"] | {"within": 600}
    call(prefect_api, f"/automations/{rule['id']}", older, method="PUT")

    dead_runs.watch(prefect_api)

    (now,) = rules(prefect_api)
    assert (now["id"], now["trigger"]["within"], now["enabled"]) == (rule["id"], dead_runs.SILENCE_SECONDS, True)


def test_a_rule_that_a_person_switched_off_stays_off(prefect_api: str) -> None:
    dead_runs.watch(prefect_api)
    (rule,) = rules(prefect_api)
    call(prefect_api, f"/automations/{rule['id']}", {"enabled": False}, method="PATCH")

    dead_runs.watch(prefect_api)

    assert [one["enabled"] for one in rules(prefect_api)] == [False]
    call(prefect_api, f"/automations/{rule['id']}", {"enabled": True}, method="PATCH")


def test_unfinished_runs_are_marked_as_crashed_and_finished_ones_left(prefect_api: str, deployment: str) -> None:
    runs = {state: a_run(prefect_api, deployment, state) for state in ("RUNNING", "PENDING", "COMPLETED", "SCHEDULED")}

    cleared = dead_runs.clear(prefect_api, dead_runs.deployments(prefect_api), why="The machine lost power.")

    after = {state: call(prefect_api, f"/flow_runs/{run}")["state"] for state, run in runs.items()}
    assert cleared == 2
    assert {state: now["type"] for state, now in after.items()} == {
        "RUNNING": "CRASHED",
        "PENDING": "CRASHED",
        "COMPLETED": "COMPLETED",
        "SCHEDULED": "SCHEDULED",
    }
    assert after["RUNNING"]["message"] == "The machine lost power."


def test_nothing_is_touched_when_there_is_no_deployment_of_ours(prefect_api: str) -> None:
    assert dead_runs.clear(prefect_api, [], why="-") == 0


def test_the_module_is_a_command_for_a_server_of_ones_own(prefect_api: str) -> None:
    def run(env: dict[str, str]) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "flows.dead_runs"], env=env, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stderr.strip()

    bare = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}

    assert run(bare | {"PREFECT_API_URL": prefect_api}) == (0, "")
    assert run(bare) == (1, "PREFECT_API_URL is not set; it names the Prefect server that shall watch its runs.")
