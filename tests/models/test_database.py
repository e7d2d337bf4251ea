"""The way to Postgres: addresses, what is said when there is no way, migrations that race."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from extractors.errors import Misconfigured
from models import database, embedded, schema
from models.database import DatabaseUnavailable

ADVICE = "Write postgresql://user:password@host:5432/database, special characters percent-encoded."


def refused(url: str) -> tuple[type[Exception], str]:
    """How a connection to `url` is refused."""
    with pytest.raises((Misconfigured, DatabaseUnavailable)) as caught, database.connect(database.engine(url)):
        pass
    return type(caught.value), str(caught.value)


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("postgresql://u:p@h:5433/d", "postgresql://u:p@h:5433/d"),
        ("  postgres://u@h/d\n", "postgresql://u@h/d"),
        ("postgresql+psycopg://u:p%40%2F%3A@h/d", "postgresql://u:p%40%2F%3A@h/d"),
        ("postgresql+asyncpg://u:a%20b%2Bc@h/d", "postgresql://u:a%20b+c@h/d"),
        ("postgresql://u@[::1]:5/d?options=-c%20x%3Da%2Bb", "postgresql://u@[::1]:5/d?options=-c%20x%3Da%2Bb"),
        ("postgresql:///d?host=%2Frun%2Fpg", "postgresql:///d?host=%2Frun%2Fpg"),
    ],
)
def test_an_address_is_written_as_other_programs_read_it(given: str, plain: str) -> None:
    assert database.plain(given) == plain


@pytest.mark.parametrize("word", ["secret", "", "postgresql://u:secret@h:port/d", "postgresql//secret"])
def test_what_is_no_address_is_refused_without_repeating_it(word: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        database.engine(word)

    assert str(caught.value) == f"WIREWATCH_DATABASE_URL is no database URL. {ADVICE}"
    assert caught.value.__suppress_context__


def test_another_kind_of_database_is_refused_by_its_name() -> None:
    with pytest.raises(Misconfigured) as caught:
        database.engine("mysql://u:secret@h/d")

    assert str(caught.value) == f"WIREWATCH_DATABASE_URL is for 'mysql', not for Postgres. {ADVICE}"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://u:secret@127.0.0.1/d?sslmod=1", 'invalid connection option "sslmod"'),
        ("postgresql://u:secret@127.0.0.1:99999/d", 'invalid port number: "99999"'),
    ],
)
def test_an_address_the_driver_cannot_use_is_refused_with_its_reason(url: str, why: str) -> None:
    assert refused(url) == (Misconfigured, f"WIREWATCH_DATABASE_URL: {why}. {ADVICE}")


def test_a_server_that_is_down_is_unavailable(closed_port: int) -> None:
    assert refused(f"postgresql://u:secret@127.0.0.1:{closed_port}/d") == (
        DatabaseUnavailable,
        f"The database at 127.0.0.1:{closed_port} does not answer: Connection refused. Is it running, and reachable?",
    )


def test_a_socket_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    assert refused(f"postgresql:///d?host={tmp_path}") == (
        DatabaseUnavailable,
        f"The database at {tmp_path} does not answer: No such file or directory. Is it running, and reachable?",
    )


def test_a_wrong_password_is_a_wrong_setting_and_is_not_shown(cluster: embedded.Cluster) -> None:
    url = cluster.url.replace(cluster.password("wirewatch"), "swordfish")

    said = "does not let user 'wirewatch' in: password authentication failed for user \"wirewatch\"."
    assert refused(url) == (Misconfigured, f"The database at 127.0.0.1:{cluster.port} {said}")


def test_a_database_that_does_not_exist_is_a_wrong_setting(cluster: embedded.Cluster) -> None:
    said = 'says: database "atlantis" does not exist. Create it, or correct WIREWATCH_DATABASE_URL.'
    assert refused(cluster.address("atlantis", embedded.OWNER)) == (
        Misconfigured,
        f"The server at 127.0.0.1:{cluster.port} {said}",
    )


def test_a_server_that_is_too_old_is_left_alone(fresh_database_url: str) -> None:
    ours = database.engine(fresh_database_url)
    with ours.begin() as connection:
        # A server says its version by this function; one found earlier on the path says an older one.
        connection.execute(sa.text("CREATE SCHEMA older"))
        connection.execute(
            sa.text("CREATE FUNCTION older.current_setting(text) RETURNS text LANGUAGE sql RETURN '150018'")
        )
    old = database.engine(f"{fresh_database_url}?options=-c%20search_path%3Dolder,pg_catalog")

    with pytest.raises(DatabaseUnavailable) as caught:
        database.migrate(old)

    assert str(caught.value) == (
        "The database server is Postgres 15, and Wirewatch needs 16 or newer: upgrade it, or unset WIREWATCH_DATABASE_URL "
        "to use the embedded one."
    )
    with ours.connect() as connection:
        assert schema.installed(connection) is None


def test_sessions_speak_utc_and_keep_options_of_the_address(database_url: str) -> None:
    engine = database.engine(f"{database_url}?options=-c%20lock_timeout%3D7s")

    with engine.connect() as connection:
        row = connection.execute(sa.text("SELECT current_setting('timezone'), current_setting('lock_timeout')")).one()

    assert tuple(row) == ("UTC", "7s")
    engine.dispose()


def test_of_many_who_migrate_at_once_one_does_it(fresh_database_url: str) -> None:
    engine = database.engine(fresh_database_url)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: database.migrate(engine), range(4)))

    assert sorted(done) == [False, False, False, True]
    assert (database.migrate(engine), database.migrate(engine, force=True)) == (False, True)
    engine.dispose()


def test_a_server_of_ones_own_needs_no_home(tmp_path: Path) -> None:
    with database.database("postgresql+psycopg://u:p@h/d", tmp_path / "none") as url:
        assert url == "postgresql://u:p@h/d"

    assert not (tmp_path / "none").exists()
