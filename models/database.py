"""The way to Postgres: which server, an engine on it, its schema at the present, the partitions of raw pages."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from extractors.errors import Misconfigured, WirewatchError
from models import embedded, schema

log = logging.getLogger(__name__)

OLDEST = 16
"""The oldest Postgres we speak to."""

MIGRATING = 7_239_001_443
"""Key of the advisory lock: whoever holds it changes the schema."""
PARTITIONING = MIGRATING + 1

ADVICE = "Write postgresql://user:password@host:5432/database, special characters percent-encoded."


class DatabaseUnavailable(WirewatchError):
    """The server does not answer, or is not one we can use; nothing was changed, a later try may work."""

    reason = "database"


def address(url: str) -> URL:
    """`url` for SQLAlchemy with psycopg; raises `Misconfigured`, without the password, if it is no Postgres URL."""
    try:
        parsed = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise Misconfigured(f"WIREWATCH_DATABASE_URL is no database URL. {ADVICE}") from None
    if parsed.drivername.split("+")[0] not in {"postgresql", "postgres"}:
        raise Misconfigured(f"WIREWATCH_DATABASE_URL is for {parsed.drivername!r}, not for Postgres. {ADVICE}")
    return parsed.set(drivername="postgresql+psycopg")


def plain(url: str) -> str:
    """`url` as psql, DBeaver and Grafana want it, with the password; raises `Misconfigured` as `address()` does."""
    written = address(url).set(drivername="postgresql").render_as_string(hide_password=False)
    before, mark, options = written.partition("?")
    return before.replace(" ", "%20") + mark + options.replace("+", "%20")  # libpq takes a blank and a plus as they are


def engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine whose sessions speak UTC; nothing is connected yet. Raises `Misconfigured` for a bad URL."""
    parsed = address(url)
    options = " ".join(filter(None, (str(parsed.query.get("options", "")), "-c timezone=UTC")))
    return sa.create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=5,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "application_name": "wirewatch", "options": options},
    )


@contextmanager
def database(url: str | None, home: Path) -> Iterator[str]:
    """The URL of the database to work on: the server at `url`, or without one the embedded server of `home`.

    The embedded server runs at least until the block ends. Raises `Misconfigured` for a bad URL or home.
    """
    if url is not None:
        yield plain(url)
        return
    with embedded.open(home) as cluster:
        yield cluster.url


def migrate(engine: Engine, *, force: bool = False) -> bool:
    """Bring the schema to the present, in one transaction; returns whether there was anything to do.

    Costs one query when nothing has changed since the last time; `force` does all of it nevertheless. Any number of
    processes may call it at once. Raises `Misconfigured` or `DatabaseUnavailable`, in which case nothing was changed.
    """
    with connect(engine) as connection:
        check_version(connection)
        wanted = schema.digest()
        if not force and schema.installed(connection) == wanted:
            return False
        connection.rollback()
        with connection.begin():
            lock_schema(connection)
            if not force and schema.installed(connection) == wanted:
                return False
            schema.rebuild(connection)
    log.info("the database schema was brought up to date")
    return True


def lock_schema(connection: Connection) -> None:
    """Wait until nobody else changes the schema, and keep them from it until the transaction ends."""
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})


@contextmanager
def connect(engine: Engine) -> Iterator[Connection]:
    """A connection; raises `Misconfigured` or `DatabaseUnavailable` when the server does not let us in."""
    try:
        connection = engine.connect()
    except (OperationalError, DBAPIError, UnicodeError) as error:
        raise _explained(engine.url, error) from None
    with connection:
        yield connection


def _explained(url: URL, error: Exception) -> WirewatchError:
    """What a failed connection means, for a person; the driver never repeats the password."""
    said = [line for line in str(getattr(error, "orig", error)).splitlines() if line.strip() and line[0] != "\t"]
    last = said[-1] if said else "no reason given"
    reason = re.sub(r"^.*\b(FATAL|connection to server .* failed|connection is bad): +", "", last)
    where = _where(url)
    if "password" in reason:
        return Misconfigured(f"The database at {where} does not let user {url.username!r} in: {reason}.")
    if reason.startswith(("database", "role")) and reason.endswith("does not exist"):
        return Misconfigured(f"The server at {where} says: {reason}. Create it, or correct WIREWATCH_DATABASE_URL.")
    if reason.startswith(("invalid connection option", "invalid port number")):
        return Misconfigured(f"WIREWATCH_DATABASE_URL: {reason}. {ADVICE}")
    return DatabaseUnavailable(f"The database at {where} does not answer: {reason}. Is it running, and reachable?")


def _where(url: URL) -> str:
    if url.host:
        return f"{f'[{url.host}]' if ':' in url.host else url.host}:{url.port or 5432}"
    hosts = url.query.get("host")
    return (hosts if isinstance(hosts, str) else ", ".join(hosts or ())) or "the local socket"


def check_version(connection: Connection) -> None:
    """Raise `DatabaseUnavailable` if the server is older than what we speak to."""
    number: int = connection.scalar(sa.text("SELECT current_setting('server_version_num')::int")) or 0
    if number // 10_000 < OLDEST:
        raise DatabaseUnavailable(
            f"The database server is Postgres {number // 10_000}, and Wirewatch needs {OLDEST} or newer: upgrade it, "
            "or unset WIREWATCH_DATABASE_URL to use the embedded one."
        )


def ensure_page_partitions(connection: Connection, month: date) -> None:
    """Make the partitions of `news.pages` for the month that holds `month` and for the next, where missing."""
    first = month.replace(day=1)
    for start in (first, _following(first)):
        name = f"news.pages_{start:%Y_%m}"
        if connection.scalar(sa.text("SELECT to_regclass(:name)"), {"name": name}) is None:
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": PARTITIONING})
            bounds = f"FROM ('{start}') TO ('{_following(start)}')"
            connection.execute(
                sa.text(f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF news.pages FOR VALUES {bounds}")
            )


def drop_page_partitions(connection: Connection, before: date) -> tuple[date, ...]:
    """Drop the raw pages of months that were over by `before`; returns the first days of those months."""
    names = connection.scalars(
        sa.text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'news.pages'::regclass")
    ).all()
    months = {date(int(name[-7:-3]), int(name[-2:]), 1): name for name in names}
    old = tuple(month for month in sorted(months) if _following(month) <= before)
    for month in old:
        connection.execute(sa.text(f"DROP TABLE {months[month]}"))
    return old


def _following(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
