"""What went wrong, in one sentence: real errors of the database, the system and the network."""

from __future__ import annotations

import errno
from collections.abc import Callable

import httpx
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from extractors.errors import Misconfigured, WirewatchError
from flows.complaints import exit_code, sentence

LATER = "nothing is lost, and the next run carries on."


def raised(act: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- which one is the question
        act()
    return caught.value


def of_server(db: Connection, message: str, sqlstate: str) -> Exception:
    """The error with which the server answers; psycopg and SQLAlchemy make of it what they will."""
    block = f"DO $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{sqlstate}'; END $$"
    with db.begin_nested() as nested:
        error = raised(lambda: db.execute(sa.text(block)))
        nested.rollback()
    return error


@pytest.mark.parametrize(
    ("message", "sqlstate", "told"),
    [
        ("could not extend file: No space left on device", "53100", "The disk of the database is full ({}): free some space; " + LATER),
        ("sorry, too many clients already", "53300", "The database takes no more connections ({}): try again later, or raise its max_connections."),
        ("the database system is shutting down", "57P03", "The database went away ({}): see that it runs; " + LATER),
        ("cannot execute INSERT in a read-only transaction", "25006", "The database does not let us write ({}): give WIREWATCH_DATABASE_URL a role that may."),
        ("no such thing", "42P01", "The database refused: {} (--debug shows where)"),
    ],
    ids=["full", "crowded", "stopping", "read-only", "other"],
)  # fmt: skip
def test_what_the_database_says_becomes_what_to_do(db: Connection, message: str, sqlstate: str, told: str) -> None:
    assert sentence(of_server(db, message, sqlstate)) == told.format(message)


def test_a_connection_that_is_cut_is_a_database_that_went_away(engine: Engine) -> None:
    with engine.connect() as mine, engine.connect() as other:
        pid = mine.scalar(sa.text("SELECT pg_backend_pid()"))
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        error = raised(lambda: mine.execute(sa.text("SELECT 1")))
        mine.invalidate()

    assert sentence(error) == (
        "The database went away (terminating connection due to administrator command): see that it runs; nothing is "
        "lost, and the next run carries on."
    )


def test_the_drivers_own_error_is_told_like_that_of_the_layer_above() -> None:
    error = raised(lambda: psycopg.connect("postgresql://nobody@127.0.0.1:1/nothing"))

    assert sentence(error).startswith("The database went away (connection failed: ")
    assert sentence(error).endswith(
        "Connection refused): see that it runs; nothing is lost, and the next run carries on."
    )


def test_a_prefect_server_that_is_gone_is_told_so() -> None:
    error = raised(lambda: httpx.get("http://127.0.0.1:1/api/ready", trust_env=False))

    assert sentence(error) == (
        "Prefect's server no longer answers ([Errno 111] Connection refused): nothing is lost, and the next run carries "
        "on."
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Misconfigured("Write it so."), "Write it so."),
        (
            OSError(errno.ENOSPC, "No space left on device", "/data/x"),
            "The disk is full at /data/x: free some space, then try again; nothing is lost.",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "Permission denied at /x (--debug shows where)"),
        (ValueError("first\nsecond"), "ValueError: first (--debug shows where)"),
        (KeyError(), "KeyError: KeyError (--debug shows where)"),
    ],
)
def test_any_error_is_one_line(error: Exception, told: str) -> None:
    assert sentence(error) == told


def test_only_wrong_use_is_exit_code_2() -> None:
    assert [exit_code(error) for error in (Misconfigured(""), WirewatchError(""), ValueError())] == [2, 1, 1]
