"""The two caps in pyproject.toml that keep Prefect's server whole, tried on a real one.

With FastAPI 0.151 and up an explicit null is refused; with SQLAlchemy 2.1 no scheduled run is ever created, silently.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from flows.prefect_api import call

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REQUIREMENTS = {Requirement(line).name: Requirement(line) for line in PROJECT["dependencies"]}


@pytest.fixture
def scheduled(prefect_api: str) -> Iterator[str]:
    """The id of a deployment that is due every five minutes."""
    flow = call(prefect_api, "/flows/", {"name": "pins"})["id"]
    schedule = {"active": True, "schedule": {"interval": 300}}
    deployment = call(prefect_api, "/deployments/", {"name": "pins", "flow_id": flow, "schedules": [schedule]})["id"]
    yield deployment
    call(prefect_api, f"/deployments/{deployment}", method="DELETE")


@pytest.mark.prefect
def test_a_scheduled_deployment_gets_its_runs(prefect_api: str, scheduled: str, eventually) -> None:
    asked = {"deployments": {"id": {"any_": [scheduled]}}, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}

    runs = eventually(lambda: call(prefect_api, "/flow_runs/count", asked), within=60)

    assert runs > 1


@pytest.mark.prefect
def test_an_explicit_null_means_the_default(prefect_api: str) -> None:
    answer = call(prefect_api, "/deployments/filter", {"limit": None, "sort": None, "deployments": None})

    assert isinstance(answer, list)


@pytest.mark.parametrize("requirement", REQUIREMENTS.values(), ids=str)
def test_what_is_installed_is_what_the_project_asks_for(requirement: Requirement) -> None:
    installed = version(requirement.name)

    assert requirement.specifier.contains(installed, prereleases=True), f"{requirement.name} {installed}"


@pytest.mark.parametrize(("package", "broken"), [("fastapi", "0.151.0"), ("sqlalchemy", "2.1.0"), ("prefect", "3.9.1")])
def test_a_version_that_breaks_the_server_is_ruled_out(package: str, broken: str) -> None:
    assert not REQUIREMENTS[package].specifier.contains(broken)


def test_the_lock_has_what_is_installed() -> None:
    locked = {
        package["name"]: package["version"]
        for package in tomllib.loads((ROOT / "uv.lock").read_text())["package"]
        if package["name"] in {"prefect", "fastapi", "sqlalchemy", "starlette", "pydantic"}
    }

    assert {name: version(name) for name in locked} == locked
