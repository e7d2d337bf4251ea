"""Prefect's server for one home: started by who needs it first, shared by all, gone when the last of them ends.

Commands hold it open with `open`. The server itself is this module as a program (`python -m flows.prefect_server`): it
holds the embedded Postgres open for as long as it lives, since the database `prefect` is where it keeps its runs.

A person who runs a Prefect server of their own names it in PREFECT_API_URL, and none is started.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from extractors.errors import WirewatchError
from flows import dead_runs, prefect_api
from flows.prefect_env import applied, environment, hushed, prefect_home, server_environment
from models import embedded
from models.identity import ROOT
from models.keeper import Program, Service
from models.settings import Settings

HOST = "127.0.0.1"
DATABASE_VARIABLE = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
START_SECONDS = 180.0
"""The first start migrates its database: 12 s on a quiet machine, minutes on a busy one."""


class PortTaken(WirewatchError):
    """Another program listens where Prefect's server should."""

    reason = "port in use"


@contextmanager
def open(  # noqa: A001 -- prefect_server.open(...) reads as what it does
    settings: Settings, *, port: int | None = None, quiet: bool = False, say: Callable[[str], None] | None = None
) -> Iterator[str]:
    """The API address of a Prefect server, which stays up inside the block; the environment leads Prefect to it.

    It is the server in PREFECT_API_URL if that is set, else the one that is up for this home, else a new one, at `port`
    or where the last one was, else at any free port. `quiet` keeps what runs log off the terminal; `say` gets one line
    when a server has to be started. Raises `PortTaken`, `NoAnswer` or `ServiceFailed`.
    """
    with ExitStack() as stack:
        api_url = os.environ.get("PREFECT_API_URL")
        if api_url:
            _demand(api_url)
        else:
            api_url = stack.enter_context(kept(settings.home, port=port, say=say))
            dead_runs.watch(api_url)
        prefect_home(settings.home).mkdir(parents=True, exist_ok=True)  # else Prefect complains
        stack.enter_context(applied(environment(settings.home, api_url=api_url)))
        if quiet:
            stack.enter_context(hushed())
        stack.callback(_drain)
        yield api_url


@contextmanager
def kept(home: Path, *, port: int | None = None, say: Callable[[str], None] | None = None) -> Iterator[str]:
    """The API address of the server for `home`, started if need be, which stays up inside the block; see `open`."""
    home = home.resolve()
    with ExitStack() as stack:
        if DATABASE_VARIABLE not in os.environ:
            stack.enter_context(embedded.open(home))
        stack.enter_context(service(home, port=port, say=say or _say_nothing).use())
        api_url = running_at(home)
        if api_url is None:
            raise prefect_api.NoAnswer(f"Prefect's server for {home} ended right after it had started.")
        yield api_url


def running_at(home: Path) -> str | None:
    """The API address of the server that is up for `home`, or None."""
    folder = prefect_home(home)
    port = _noted_port(home)
    if port is None:
        return None
    api_url = f"http://{HOST}:{port}/api"
    if not prefect_api.ready(api_url):
        return None
    try:
        # Whoever listens there now must be ours: after a restart the port may be another home's.
        theirs = prefect_api.call(api_url, "/admin/settings", timeout=5)
    except prefect_api.NoAnswer:
        return None
    return api_url if isinstance(theirs, dict) and theirs.get("home") == str(folder) else None


def _noted_port(home: Path) -> int | None:
    """The port at which the server of `home` is, or was when it last ran; None before its first start."""
    try:
        port = int(json.loads((prefect_home(home) / "port.json").read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return port if 0 < port < 2**16 else None


def port_free(port: int) -> bool:
    """Whether a server could listen on `port` of the loopback address now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def demand_port(port: int) -> None:
    """Raise `PortTaken` if somebody listens at `port`."""
    if not port_free(port):
        raise PortTaken(
            f"Port {port} is in use by another program, so Prefect's server cannot start there: stop that program, or "
            "set WIREWATCH_PREFECT_PORT to another port."
        )


def service(home: Path, *, port: int | None, say: Callable[[str], None]) -> Service:
    """How the server of `home` is started, recognised and stopped."""
    folder = prefect_home(home)

    def prepare() -> Program:
        chosen = _usual_port(home) if port is None else port
        demand_port(chosen)
        say("Starting Prefect's server ...")
        (folder / "port.json").write_text(json.dumps({"port": chosen}), encoding="utf-8")
        return Program(
            argv=(sys.executable, "-m", "flows.prefect_server", str(home), str(chosen)),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    return Service(
        name="Prefect's server",
        folder=folder,
        log=home / "logs" / "prefect-server.log",
        prepare=prepare,
        ready=lambda: running_at(home) is not None,
        stop_signal=signal.SIGTERM,
        start_timeout=START_SECONDS,
    )


def _usual_port(home: Path) -> int:
    """The port of the last time while it is free: runs that lost a killed server go on asking there for a while."""
    last = _noted_port(home)
    if last is not None and port_free(last):
        return last
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _demand(api_url: str) -> None:
    try:
        prefect_api.call(api_url, "/ready", timeout=10)
    except prefect_api.NoAnswer as error:
        raise prefect_api.NoAnswer(f"{error} PREFECT_API_URL names it: start it, or unset PREFECT_API_URL.") from None


def _drain() -> None:
    """Send off what Prefect's client still holds, while there is a server to take it."""
    if "prefect" in sys.modules:
        from prefect.events.worker import EventsWorker  # noqa: PLC0415 -- only if it is there already
        from prefect.logging.handlers import APILogWorker  # noqa: PLC0415 -- see above

        for worker in (APILogWorker, EventsWorker):
            worker.drain_all(timeout=10)


def _say_nothing(_line: str) -> None:
    """For callers who want no word about a start."""


def main(home: Path, port: int) -> None:
    """Be the server for `home` at `port` until SIGTERM."""
    # uvicorn ends in order, then raises the signal again: leave by the front door, so that Postgres is let go of.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as stack:
        database_url = os.environ.get(DATABASE_VARIABLE)
        if database_url is None:
            cluster = stack.enter_context(embedded.open(home))
            database_url = cluster.prefect_url.replace("postgresql:", "postgresql+asyncpg:", 1)
        variables = environment(home, api_url=f"http://{HOST}:{port}/api")
        stack.enter_context(applied(variables | server_environment(home, database_url=database_url)))
        import prefect  # noqa: PLC0415 -- goes by the environment at its import
        from prefect.cli import app  # noqa: PLC0415 -- see above

        # Prefect leaves out a UI whose files are not there. The setting only makes the second one not the first choice,
        # and offers it on every page.
        prefect.__ui_v2_static_path__ = Path(os.devnull) / "no second UI"
        sys.argv = ["prefect", "server", "start", "--host", HOST, "--port", str(port)]
        app()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
