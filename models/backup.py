"""Everything Wirewatch knows in one file, and back again: all of it or nothing.

The file is what `pg_dump --format=custom` makes of schema `news`, and a seal: a hash of all that comes before it, since
pg_restore takes an archive that was cut off between two tables for a whole one. It ignores the seal itself. Views and
rights are code and are made anew; what other people keep in schemas of their own is neither saved nor touched.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from extractors.errors import Misconfigured, WirewatchError
from models import clients, database, schema

SEAL = b"\nsealed by wirewatch "
SEAL_BYTES = len(SEAL) + 32
CHUNK = 1 << 18
"""Bytes read or sent at a time."""
LOCK_TIMEOUT = "30s"

# What pg_restore writes and our connection needs not hear: commands for psql, and a setting unknown before Postgres 17.
_SKIPPED = (b"\\restrict ", b"\\unrestrict ", b"SET transaction_timeout ")


class BackupFailed(WirewatchError):
    """A backup could not be made or brought back; file and database are as they were."""

    reason = "backup"


def save(url: str, path: Path, *, environment: Mapping[str, str], replace: bool = False) -> int:
    """Write the database at `url` into the file `path` and return its size; runs may go on meanwhile.

    `environment` is what libpq may look into besides the URL (PGPASSFILE and the like). The file appears when it is
    complete. Raises `Misconfigured` if it exists (unless `replace`) or cannot be there, `BackupFailed` if it cannot be
    made.
    """
    try:
        _see_that_it_may_be_there(path, replace=replace)
    except OSError as error:  # a name too long, a folder that is closed to us
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from None
    engine = database.engine(url, pool_size=1)
    try:
        with database.connect(engine) as connection:
            if schema.installed(connection) is None:
                raise BackupFailed("There is nothing to back up: the database is empty.")
    finally:
        engine.dispose()
    with _appearing(path) as file:
        dump = [str(clients.program("pg_dump")), "--format=custom", "--schema=news", "--no-owner", "--no-privileges"]
        known = {**environment, **clients.variables(url), "LC_ALL": "C"}
        ended = subprocess.run(dump, env=known, stdout=file, stderr=subprocess.PIPE, check=False)
        if ended.returncode != 0:
            raise BackupFailed(f"{path} was not written: {_why(ended.stderr, ended.returncode)}.")
        file.seek(0)
        digest = _digest(file, os.fstat(file.fileno()).st_size)
        file.seek(0, os.SEEK_END)
        file.write(SEAL + digest)
        return file.tell()


def _see_that_it_may_be_there(path: Path, *, replace: bool) -> None:
    try:
        mode = path.stat().st_mode  # from Python 3.14 on, path.exists() is silent on what cannot be
    except FileNotFoundError:
        return
    if stat.S_ISDIR(mode):
        raise Misconfigured(f"{path} is a folder: name a file in it.")
    if not stat.S_ISREG(mode):
        raise Misconfigured(f"{path} is a device or pipe, and a backup must be a file.")
    if not replace:
        raise Misconfigured(f"{path} exists: name another file, or add --force.")


@contextmanager
def _appearing(path: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the place of `path` when the block ends well, and is gone otherwise."""
    goal = path.resolve()  # a link stays a link
    fresh = goal.with_name(f".{goal.name[:50]}.{secrets.token_hex(4)}")  # 255 bytes at most
    try:
        opened = fresh.open("x+b")
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written: {error.strerror}.") from None
    try:
        with opened as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(goal)
    except OSError as error:
        raise BackupFailed(f"{path} cannot be written: {error.strerror}.") from None
    finally:
        fresh.unlink(missing_ok=True)


def load(engine: Engine, path: Path, *, replace: bool = False) -> None:
    """Fill the database from a file of `save()` and migrate it, in one transaction.

    Raises `Misconfigured` if the database holds anything (unless `replace`), the file is no backup or one of a newer
    Wirewatch, and `BackupFailed` if it is damaged or does not fit.
    """
    _inspect(path)
    with database.connect(engine) as connection:
        database.check_version(connection)
        connection.rollback()
        try:
            with connection.begin():
                database.lock_schema(connection)
                connection.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
                if not replace and _holds_something(connection):
                    raise Misconfigured(
                        f"The database holds news already: add --force to replace them all by those of {path}."
                    )
                schema.replace(connection, lambda: _fill(connection, path))
        except (DBAPIError, psycopg.Error) as error:
            raise _explained(path, error) from None


def _inspect(path: Path) -> None:
    """Raise `Misconfigured` unless `path` is an archive of ours, as its table of contents tells; see `load`."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from None
    listed = subprocess.run(
        [clients.program("pg_restore"), "--list", path.absolute()],
        env={"LC_ALL": "C"},
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        raise Misconfigured(f"{path} is no backup: {_why(listed.stderr, listed.returncode)}.")
    if b" TABLE news alembic_version " not in listed.stdout:
        raise Misconfigured(f"{path} is a backup of something else, not of Wirewatch.")
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size - SEAL_BYTES
        whole = size > 0 and _digest(file, size) == file.read(SEAL_BYTES).removeprefix(SEAL)
    if not whole:
        raise BackupFailed(f"{path} is damaged: it is not as `wirewatch db backup` wrote it; nothing was changed.")


def _digest(file: IO[bytes], size: int) -> bytes:
    """A hash over the next `size` bytes."""
    digest = hashlib.blake2b(digest_size=32)
    while size > 0 and (piece := file.read(min(size, CHUNK))):
        digest.update(piece)
        size -= len(piece)
    return digest.digest()


def _holds_something(connection: Connection) -> bool:
    tables = connection.scalars(
        sa.text(
            "SELECT pg_class.oid::regclass::text FROM pg_class"
            " WHERE relnamespace = to_regnamespace('news') AND relkind IN ('r', 'p') AND NOT relispartition"
            " AND relname NOT IN ('alembic_version', 'installed')"
        )
    ).all()
    rows = " OR ".join(f"EXISTS (SELECT FROM {name})" for name in tables)
    return bool(rows) and bool(connection.scalar(sa.text(f"SELECT {rows}")))


def _fill(connection: Connection, path: Path) -> None:
    """Run what pg_restore makes of the file on our own connection, so that our transaction holds all of it."""
    driver = connection.connection.driver_connection
    assert driver is not None
    restore = [str(clients.program("pg_restore")), "--file=-", "--no-owner", "--no-privileges", str(path.absolute())]
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(restore, env={"LC_ALL": "C"}, stdout=subprocess.PIPE, stderr=complaints) as process:
            assert process.stdout is not None
            with driver.cursor() as cursor:
                _replay(cursor, process.stdout)
        if process.returncode != 0:
            complaints.seek(0)
            why = _why(complaints.read(), process.returncode)
            raise BackupFailed(f"{path} is damaged: {why}; nothing was changed.")
        with driver.cursor() as cursor:
            cursor.execute("RESET ALL")  # search_path and others, which the script set for itself


def _replay(cursor: psycopg.Cursor[tuple[object, ...]], script: IO[bytes]) -> None:
    """Run a script of pg_restore's, whose rows stand between `COPY ... FROM stdin;` and `\\.`."""
    statements: list[bytes] = []
    for line in script:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            cursor.execute(b"".join(statements))
            statements.clear()
            with cursor.copy(line) as copy:
                for rows in _rows(script):
                    copy.write(rows)
        elif not line.startswith(_SKIPPED):
            statements.append(line)
    cursor.execute(b"".join(statements))


def _rows(script: IO[bytes]) -> Iterator[bytes]:
    """The lines up to the end of a COPY, in pieces of some size."""
    piece, size = [], 0
    for line in script:
        if line == b"\\.\n":
            break
        piece.append(line)
        size += len(line)
        if size > CHUNK:
            yield b"".join(piece)
            piece, size = [], 0
    yield b"".join(piece)


def _why(said: bytes, code: int) -> str:
    """What a program of Postgres's complained of, without its name and level."""
    lines = said.decode(errors="replace").strip().splitlines()
    errors = [line for line in lines if "error: " in line] or lines or [f"the program ended with code {code}"]
    return re.sub(r"^.*?error: (error: )?", "", errors[0]).rstrip(".")


def _explained(path: Path, error: Exception) -> WirewatchError:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, psycopg.errors.LockNotAvailable):
        return BackupFailed(
            "The database is in use and could not be replaced: stop `wirewatch serve` and every run, then try again."
        )
    if isinstance(cause, psycopg.errors.DiskFull):
        return BackupFailed(f"The database server's disk is full: {path} was not restored, and nothing was changed.")
    said = (str(cause).strip().splitlines() or [type(cause).__name__])[0]
    return BackupFailed(f"{path} cannot be restored: {said.rstrip('.')}; nothing was changed.")
