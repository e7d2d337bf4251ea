"""docker-compose.yml, the image and prefect.yaml: what can be known about them without a Docker engine."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
DEPLOYMENTS: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]


def commands(service: dict[str, Any]) -> list[list[str]]:
    """The commands a service runs, a shell script taken apart into its lines."""
    command = service.get("command", [])
    if command[:1] == ["sh"]:
        return [shlex.split(line) for line in command[-1].splitlines() if line.strip()]
    return [command] if command else []


def without(mapping: dict[str, str], keys: set[str]) -> dict[str, str]:
    return {key: value for key, value in mapping.items() if key not in keys}


@pytest.mark.slow
def test_the_file_follows_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout.strip()) == (0, "ok -- validation done"), checked.stdout


def test_every_dependency_exists_and_can_meet_its_condition() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            needed = SERVICES[other]
            if how["condition"] == "service_healthy":
                assert "healthcheck" in needed, f"{name} waits for {other}, which has no health check"
            else:
                assert how["condition"] == "service_completed_successfully"
                assert needed["restart"] == "no", f"{name} waits for the end of {other}, which restarts for ever"


def test_nothing_listens_beyond_the_machine() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []


def test_no_secret_has_a_default() -> None:
    secrets = {name for name in re.findall(r"\$\{(\w+)", TEXT) if name.endswith(("PASSWORD", "AUTH"))}
    guarded = set(re.findall(r"\$\{(\w+):\?[^}]+\}", TEXT))
    unguarded = {name for name in re.findall(r"\$\{(\w+)(?!\w|:\?)", TEXT) if name in secrets}

    assert secrets == {"POSTGRES_PASSWORD", "WIREWATCH_PASSWORD", "PREFECT_PASSWORD", "PREFECT_AUTH"}
    assert (guarded & secrets, unguarded) == (secrets, set())


def test_no_password_is_written_down() -> None:
    spelled = [
        f"{name}: {key}"
        for name, service in SERVICES.items()
        for key, value in service["environment"].items()
        if key.endswith(("PASSWORD", "AUTH_STRING")) and not str(value).startswith("${")
    ]
    addresses = re.findall(r"://\w+:(\$\{[^}]+\}|[^@\s]+)@", TEXT)

    assert spelled == []
    assert addresses
    assert [secret for secret in addresses if not secret.startswith("${")] == []


def test_the_database_volume_is_mounted_where_postgres_18_wants_it() -> None:
    postgres = SERVICES["postgres"]
    targets = dict(volume.split(":")[:2] for volume in postgres["volumes"])

    assert postgres["image"] == "postgres:18"
    assert targets["database"] == "/var/lib/postgresql"


def test_every_named_volume_is_declared_and_every_mounted_file_exists() -> None:
    sources = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    files = {source for source in sources if source.startswith("./")}

    assert sources - files == set(COMPOSE["volumes"])
    assert {file for file in files if not (ROOT / file).exists()} == set()


def test_every_service_is_reaped_restarted_and_given_time_to_end() -> None:
    kept = {name: (service["init"], service["restart"]) for name, service in SERVICES.items()}

    assert kept == {
        "postgres": (True, "unless-stopped"),
        "prefect-server": (True, "unless-stopped"),
        "deploy": (True, "no"),
        "worker": (True, "unless-stopped"),
    }
    assert {service["stop_grace_period"] for service in SERVICES.values()} == {"60s"}


def test_the_wirewatch_commands_of_the_services_are_commands_of_ours() -> None:
    ours = [words[1:] for service in SERVICES.values() for words in commands(service) if words[0] == "wirewatch"]

    assert ours == [["db", "migrate"]]
    for words in ours:
        shown = subprocess.run(
            [sys.executable, "-m", "flows", *words, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (shown.returncode, "usage: wirewatch db migrate" in shown.stdout) == (0, True), shown.stderr


def test_the_modules_the_services_run_exist() -> None:
    modules = [
        words[2] for service in SERVICES.values() for words in commands(service) if words[:2] == ["python", "-m"]
    ]

    assert modules == ["flows.dead_runs"]
    for module in modules:
        import_module(module)


def test_the_worker_works_for_the_pool_that_is_made_and_deployed_to() -> None:
    made = next(words for words in commands(SERVICES["deploy"]) if "work-pool" in words)
    worker = SERVICES["worker"]["command"]

    assert made[made.index("create") + 1] == worker[worker.index("--pool") + 1] == "wirewatch"
    assert {deployment["work_pool"]["name"] for deployment in DEPLOYMENTS} == {"wirewatch"}


def test_no_deployment_ever_piles_up_runs() -> None:
    limits = {one["entrypoint"]: one["concurrency_limit"] for one in DEPLOYMENTS}
    asked_for = {"flows.backfill.backfill"}  # each with another source or period, so they wait for each other

    assert {
        flow: limit
        for flow, limit in limits.items()
        if limit != {"limit": 1, "collision_strategy": "ENQUEUE" if flow in asked_for else "CANCEL_NEW"}
    } == {}


def test_a_redeploy_leaves_a_schedule_switched_off_that_a_person_switched_off() -> None:
    schedules = [schedule for deployment in DEPLOYMENTS for schedule in deployment["schedules"]]

    assert [schedule["slug"] for schedule in schedules] == [
        "quarter-hourly", "between-ingests", "nightly", "daily",
    ]  # fmt: skip
    assert [schedule for schedule in schedules if "active" in schedule] == []


def test_the_image_holds_what_runs_and_no_secret() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]

    def kept(path: str) -> bool:
        answer = True
        for rule in rules:
            pattern = rule.removeprefix("!")
            if fnmatch(path, pattern) or path.startswith(f"{pattern}/"):
                answer = rule.startswith("!")
        return answer

    needed = ["pyproject.toml", "uv.lock", "README.md", "feeds.toml", "prefect.yaml", "models", "flows", "sql/views"]
    assert [path for path in needed if not kept(path)] == []
    assert [path for path in (".env", ".git", ".wirewatch", ".venv", "tests", "docs") if kept(path)] == []


def test_the_image_copies_the_project_description_before_it_installs() -> None:
    steps = (ROOT / "Dockerfile").read_text().splitlines()
    copied = steps.index("COPY pyproject.toml uv.lock README.md ./")
    installs = [number for number, step in enumerate(steps) if "uv sync" in step]

    assert all("--frozen --no-dev --compile-bytecode" in steps[number] for number in installs)
    assert copied < installs[0]
    assert "USER wirewatch" in steps[installs[-1] :]


def test_the_shared_environment_is_the_one_our_own_commands_use() -> None:
    from flows.prefect_env import environment, server_environment

    ours = environment(Path("/home"), api_url="http://127.0.0.1:4200/api")
    server = server_environment(Path("/home"), database_url="postgresql+asyncpg://x")
    theirs = SERVICES["worker"]["environment"]
    theirs_server = SERVICES["prefect-server"]["environment"]

    places = {
        "PREFECT_HOME",
        "PREFECT_API_URL",
        "PREFECT_SERVER_DATABASE_CONNECTION_URL",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY",
    }
    assert {key: theirs.get(key) for key in ours if key not in places} == without(ours, places)
    assert {key: theirs_server.get(key) for key in server if key not in places} == without(server, places)
