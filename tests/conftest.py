"""One Postgres for a test session, a database for each of its workers, a transaction for each test."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psutil
import psycopg
import pytest
import sqlalchemy as sa

from models import database, embedded
from tests import factories as make

# Tests start hundreds of processes. Where the environment forbids bytecode, each of them would compile all our modules
# anew, a quarter of what its start costs, and every run of pytest all tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A deadline for an example is an assertion about the machine.
hypothesis.settings.register_profile("wirewatch", deadline=None)
hypothesis.settings.load_profile("wirewatch")


MEMORY = Path("/dev/shm")
ROOM = 6 * 2**30
"""Free bytes that temporary files in memory ask for; a whole run takes under one gigabyte at a time."""


def _in_memory() -> bool:
    """Whether temporary files may go to memory: a new database takes .02 s there, and on a slow disk half a second."""
    try:
        there = os.statvfs(MEMORY)
    except OSError:
        return False
    usable = os.access(MEMORY, os.W_OK) and not there.f_flag & os.ST_NOEXEC
    return usable and min(there.f_bavail * there.f_frsize, psutil.virtual_memory().available) > ROOM


if _in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[embedded.Cluster]:
    """An embedded Postgres with durability off, shared by all workers of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cluster"
    with embedded.open(home, durable=False) as cluster:
        yield cluster
    if not cluster.pids():  # nobody else is using it
        shutil.rmtree(home / "postgres" / "data", ignore_errors=True)


@pytest.fixture(scope="session")
def database_url(cluster: embedded.Cluster) -> Iterator[str]:
    """A migrated, empty database of this worker. Tests that commit must clean up, or take `migrated_database_url`."""
    with make.own_database(cluster.url) as url:
        yield url


@pytest.fixture
def migrated_database_url(cluster: embedded.Cluster) -> Iterator[str]:
    """A migrated, empty database for one test that commits."""
    with make.own_database(cluster.url) as url:
        yield url


@pytest.fixture
def fresh_database_url(cluster: embedded.Cluster, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database, not migrated, for one test of what becomes of such a one."""
    name = f"fresh_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield cluster.address(name, embedded.OWNER)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on `database_url`."""
    engine = database.engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def db(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection in an outer transaction that is rolled back when the test ends; `begin_nested()` works inside."""
    with engine.connect() as connection, connection.begin() as outer:
        yield connection
        outer.rollback()
