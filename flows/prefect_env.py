"""The environment in which every process of ours meets Prefect. It must be in place before Prefect is imported.

Prefect reads its settings when it is imported: from the environment, `.env`, a profile and more. The environment wins
over all others, so what is set here holds. A person's own PREFECT_* variables hold wherever we do not depend on ours.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path

from flows.dead_runs import HEARTBEAT_SECONDS

LOGGERS = ("extractors", "topics", "models", "flows")
"""Our packages: what they log during a run is kept with the run."""

KEEP_RUNS_SECONDS = 30 * 86_400
"""How long Prefect keeps runs and events; a task run takes about 25 kB, so they must go some day."""


def environment(home: Path, *, api_url: str | None) -> dict[str, str]:
    """What every client of Prefect's needs: a flow run, a command, the runner. `home` is Wirewatch's folder."""
    variables = {
        "PREFECT_HOME": str(prefect_home(home)),
        # A temporary server takes 20 s a process, loses events and ends in tracebacks. Better an error at once.
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
        "PREFECT_LOGGING_EXTRA_LOGGERS": ",".join(LOGGERS),
        # Our packages log outside of flow runs, too; that is no reason for a warning.
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    if api_url is not None:
        variables["PREFECT_API_URL"] = api_url
    return variables


def server_environment(home: Path, *, database_url: str) -> dict[str, str]:
    """What Prefect's server needs besides; `database_url` names asyncpg as its driver."""
    return {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
        # Relative, or the UI looks for its API at port 4200 whatever port the server has.
        "PREFECT_SERVER_UI_API_URL": "/api",
        # The second UI asks a third party from the reader's browser, telemetry off or not.
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # Else the UI is copied into site-packages, which may be read-only and belongs to all homes.
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(prefect_home(home) / "ui"),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(KEEP_RUNS_SECONDS),
    }


def prefect_home(home: Path) -> Path:
    """Prefect's folder inside `home`."""
    return home.resolve() / "prefect"


@contextmanager
def applied(variables: Mapping[str, str]) -> Iterator[None]:
    """Have `variables` in the environment of this process and its children inside the block."""
    # A person's profile lives in a Prefect home that is not ours, and naming one that is not there is an error.
    before = {name: os.environ.pop(name, None) for name in (*variables, "PREFECT_PROFILE")}
    os.environ.update(variables)
    try:
        with _reread() if "prefect" in sys.modules else nullcontext():
            yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@contextmanager
def hushed() -> Iterator[None]:
    """Keep what runs log off the terminal inside the block; the UI still gets all of it.

    Whoever called the run gets its result or its exception, and tells that in words of their own.
    """
    names = ("prefect.flow_runs", "prefect.task_runs", *LOGGERS)
    # Prefect hangs its handler for the UI on each of these; what they pass on goes to the terminal.
    before = {name: logging.getLogger(name).propagate for name in names}
    for name in names:
        logging.getLogger(name).propagate = False
    try:
        with applied({"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "ERROR"}):
            yield
    finally:
        for name, propagates in before.items():
            logging.getLogger(name).propagate = propagates


@contextmanager
def _reread() -> Iterator[None]:
    """Have Prefect, imported long ago, go by the environment as it is now."""
    from prefect.context import SettingsContext, get_settings_context  # noqa: PLC0415 -- only if it is there already
    from prefect.settings import Settings  # noqa: PLC0415 -- see above

    with SettingsContext(profile=get_settings_context().profile, settings=Settings()):
        yield
