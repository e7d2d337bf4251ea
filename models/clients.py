"""Postgres's own programs (psql, pg_dump, pg_restore), pointed at our database."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from extractors.errors import Misconfigured
from models import postgres_files
from models.database import ADVICE, address


def program(name: str) -> Path:
    """The program called `name`: the embedded Postgres's, else the machine's; raises `Misconfigured` without any."""
    try:
        return postgres_files.binaries() / name
    except Misconfigured:
        found = shutil.which(name)
        if found is None:
            raise Misconfigured(
                f"There is no {name} on this machine: install the PostgreSQL client programs."
            ) from None
        return Path(found)


def variables(url: str) -> dict[str, str]:
    """The environment variables that lead such a program to `url`: its arguments would show everybody the password.

    Raises `Misconfigured` if the URL has an option that Postgres does not know.
    """
    parsed = address(url)
    _, keywords = parsed.get_dialect()().create_connect_args(parsed)
    try:
        options = Conninfo.parse(make_conninfo(**keywords).encode())
    except psycopg.Error as error:
        raise Misconfigured(f"WIREWATCH_DATABASE_URL: {str(error).strip()}. {ADVICE}") from None
    return {option.envvar.decode(): option.val.decode() for option in options if option.envvar and option.val}
