from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from flows import prefect_server
from flows.prefect_api import NoAnswer, call, ready
from flows.prefect_server import PortTaken, running_at, service
from models.settings import Settings

SMALL_RUN = """
import logging, sys
from pathlib import Path
from flows import prefect_server
from models.settings import Settings

logging.basicConfig(level=logging.WARNING)
log = logging.getLogger("extractors.small")
log.setLevel("INFO")

with prefect_server.open(Settings(_env_file=None, home=Path(sys.argv[1])), quiet=True):
    from prefect import flow, task

    @task(task_run_name="work on {number}")
    def work(number):
        log.info("worked on %s", number)
        if number > 4:
            raise ValueError("too much work")
        return number

    @flow(name="small")
    def small(most):
        return sum(future.result() for future in work.map(range(most)))

    log.info("before")
    print(small(5))
    try:
        small(6)
    except ValueError as error:
        print(error)
"""


def settings(home: Path) -> Settings:
    return Settings(_env_file=None, home=home, database_url=None)


@pytest.mark.prefect
def test_who_comes_later_joins_the_server_that_is_up(prefect_api: str, prefect_home: Path, monkeypatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL")  # as in another process
    said: list[str] = []

    with prefect_server.open(settings(prefect_home), port=1, say=said.append) as api_url:
        joined = (api_url, os.environ["PREFECT_API_URL"])

    assert joined == (prefect_api, prefect_api)
    assert said == []
    assert running_at(prefect_home) == prefect_api


@pytest.mark.prefect
def test_only_the_ui_that_asks_no_third_party_is_served(prefect_api: str) -> None:
    told = call(prefect_api.removesuffix("/api"), "/ui-settings")

    assert (told["api_url"], told["available_uis"], told["v2_base_url"]) == ("/api", ["v1"], None)


@pytest.mark.prefect
def test_a_quiet_run_prints_nothing_and_loses_nothing(prefect_api: str, prefect_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", SMALL_RUN, str(prefect_home)],
        env={key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")},
        capture_output=True,
        text=True,
        check=False,
    )
    runs = call(
        prefect_api, "/flow_runs/filter", {"flows": {"name": {"any_": ["small"]}}, "sort": "EXPECTED_START_TIME_ASC"}
    )
    of_runs = {"flow_runs": {"id": {"any_": [run["id"] for run in runs]}}}
    tasks = call(prefect_api, "/task_runs/filter", of_runs)
    logs = call(prefect_api, "/logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"] for run in runs]}}})

    assert (done.stdout, done.stderr, done.returncode) == ("10\ntoo much work\n", "", 0)
    assert [run["state_name"] for run in runs] == ["Completed", "Failed"]
    assert Counter(task["state_name"] for task in tasks) == {"Completed": 10, "Failed": 1}
    assert Counter(log["name"] for log in logs)["extractors.small"] == 11


@pytest.mark.prefect
def test_a_server_of_ones_own_is_used_and_none_is_started(prefect_api: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", prefect_api)

    with prefect_server.open(settings(tmp_path)) as api_url:
        assert api_url == prefect_api

    assert not (tmp_path / "postgres").exists()
    assert list((tmp_path / "prefect").iterdir()) == []


def test_a_server_of_ones_own_that_is_down_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")

    with pytest.raises(NoAnswer) as told, prefect_server.open(settings(tmp_path)):
        pass

    assert str(told.value) == (
        "Prefect's server at http://127.0.0.1:1/api does not answer ([Errno 111] Connection refused). PREFECT_API_URL "
        "names it: start it, or unset PREFECT_API_URL."
    )


def test_a_port_in_use_is_named_with_the_setting_that_moves_it(tmp_path: Path, answering) -> None:
    port = answering({})

    with pytest.raises(PortTaken) as told:
        service(tmp_path, port=port, say=print).prepare()

    assert str(told.value) == (
        f"Port {port} is in use by another program, so Prefect's server cannot start there: stop that program, or set "
        "WIREWATCH_PREFECT_PORT to another port."
    )


def test_a_new_server_takes_the_port_of_the_last_one_while_it_is_free(tmp_path: Path, answering) -> None:
    home = tmp_path / "prefect"
    home.mkdir()

    def port() -> int:
        return int(service(tmp_path, port=None, say=lambda _: None).prepare().argv[-1])

    first, second = port(), port()
    taken = answering({})
    (home / "port.json").write_text(json.dumps({"port": taken}), encoding="utf-8")

    assert second == first  # whoever lost a killed server finds the next one
    assert port() != taken


@pytest.mark.parametrize("theirs", ["/somewhere/else/prefect", None])
def test_whoever_else_listens_at_our_old_port_is_not_taken_for_ours(tmp_path: Path, answering, theirs) -> None:
    port = answering({"/api/ready": {"message": "OK"}, "/api/admin/settings": {"home": theirs} if theirs else None})
    (tmp_path / "prefect").mkdir()
    (tmp_path / "prefect" / "port.json").write_text(f'{{"port": {port}}}')

    assert ready(f"http://127.0.0.1:{port}/api")
    assert running_at(tmp_path) is None


@pytest.mark.parametrize("written", [None, "", "{}", '{"port": "x"}', "[4200]"])
def test_without_a_readable_note_of_the_port_no_server_is_up(tmp_path: Path, written: str | None) -> None:
    (tmp_path / "prefect").mkdir()
    if written is not None:
        (tmp_path / "prefect" / "port.json").write_text(written)

    assert running_at(tmp_path) is None
