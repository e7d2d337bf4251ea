"""One Prefect server for all flow tests of a session; without it, a flow fails at once instead of starting its own."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TypeVar

import pytest

from flows import prefect_server
from flows.prefect_env import environment
from models import embedded
from models.settings import Settings

T = TypeVar("T")

# Before any test module imports Prefect: no server by accident, nothing of the developer's own Prefect.
for name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[name]
HOME = Path(tempfile.gettempdir()) / "wirewatch-tests"
(HOME / "prefect").mkdir(parents=True, exist_ok=True)
os.environ.update(environment(HOME, api_url=None) | {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL"})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what needs the shared server in one worker, so that only one worker pays for it.

    Tests with servers of their own stay together by module and go to whoever is free.
    """
    for item in items:
        if item.get_closest_marker("prefect"):
            shared = "prefect_api" in getattr(item, "fixturenames", ())
            item.add_marker(pytest.mark.xdist_group("prefect" if shared else item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home whose server `prefect_api` is."""
    return tmp_path_factory.mktemp("prefect-home")


@pytest.fixture(scope="session")
def prefect_api(prefect_home: Path) -> Iterator[str]:
    """The API address of a real Prefect server on an embedded Postgres; flows called in this process run on it."""
    settings = Settings(_env_file=None, home=prefect_home, database_url=None)
    with embedded.open(prefect_home, durable=False), prefect_server.open(settings) as api_url:
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

        # A flow that sends heartbeats ends at a full second after it began: Prefect waits for a thread that sleeps. The
        # commands that tests start, in this process or in one of their own, send them all the same.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield api_url


def eventually(look: Callable[[], T], *, until: Callable[[T], object] = bool, within: float = 60.0) -> T:
    """The first answer of `look` that is as `until` asks; fails, naming the last answer, when none came `within` seconds."""
    deadline = time.monotonic() + within
    while not until(seen := look()):
        assert time.monotonic() < deadline, f"still {seen!r} after {within:g} s"
        time.sleep(0.1)
    return seen


@pytest.fixture(name="eventually")
def eventually_fixture() -> Callable[..., object]:
    """`eventually` for tests: conftest modules cannot be imported by name."""
    return eventually


class Answering:
    """Starts small web servers: `answering({path: value})` is the port of one; a value of None, or no value, is a 404."""

    def __init__(self) -> None:
        self.headers: list[Message] = []
        self.servers: list[ThreadingHTTPServer] = []

    def __call__(self, answers: dict[str, object]) -> int:
        seen = self.headers

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(self.headers)
                answer = answers.get(self.path)
                self.send_response(404 if answer is None else 200)
                self.end_headers()
                self.wfile.write(b"no such page" if answer is None else json.dumps(answer).encode())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.servers.append(server)
        return server.server_port


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Small web servers that know a few answers."""
    made = Answering()
    yield made
    for server in made.servers:
        server.shutdown()
        server.server_close()
