from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.prefect_env import applied, environment, server_environment


def test_every_process_keeps_to_the_home_and_tells_nobody(tmp_path: Path) -> None:
    assert environment(tmp_path, api_url="http://127.0.0.1:4200/api") == {
        "PREFECT_HOME": f"{tmp_path}/prefect",
        "PREFECT_API_URL": "http://127.0.0.1:4200/api",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "extractors,topics,models,flows",
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def test_the_server_serves_a_ui_that_asks_nobody_else(tmp_path: Path) -> None:
    assert server_environment(tmp_path, database_url="postgresql+asyncpg://x/prefect") == {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": "postgresql+asyncpg://x/prefect",
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": f"{tmp_path}/prefect/ui",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
    }


def test_the_environment_is_put_back_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_PROFILE", "mine")
    monkeypatch.setenv("PREFECT_API_URL", "http://before/api")
    before = dict(os.environ)

    with applied({"PREFECT_API_URL": "http://during/api", "WIREWATCH_TEST_ONLY": "1"}):
        during = dict(os.environ)

    assert dict(os.environ) == before
    assert during == {key: value for key, value in before.items() if key != "PREFECT_PROFILE"} | {
        "PREFECT_API_URL": "http://during/api",
        "WIREWATCH_TEST_ONLY": "1",
    }


def test_prefect_goes_by_the_environment_even_if_it_was_imported_before(tmp_path: Path) -> None:
    from prefect.settings import get_current_settings

    with applied(environment(tmp_path, api_url="http://127.0.0.1:1/api")):
        during = get_current_settings()

    assert (during.api.url, during.home) == ("http://127.0.0.1:1/api", tmp_path / "prefect")
    assert get_current_settings().home != tmp_path / "prefect"


def test_a_flow_without_a_server_fails_at_once_instead_of_starting_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect import flow

    monkeypatch.delenv("PREFECT_API_URL", raising=False)

    with applied(environment(tmp_path, api_url=None)), pytest.raises(ValueError, match="PREFECT_API_URL"):
        flow(lambda: 1, name="lost")()
