"""The named queries: one a file in `sql/queries`, found by its name.

Anything with a CTE, a window, a lock or LATERAL lives there, where it can be read, formatted and tried in psql. Values
come in as bound parameters (`:name`) only.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text

SQL = Path(__file__).resolve().parent.parent / "sql"
QUERIES = SQL / "queries"
CHECKS = SQL / "checks"
VIEWS = SQL / "views"
MIGRATIONS = SQL / "migrations"


@cache
def query(name: str) -> TextClause:
    """The query of `sql/queries/<name>.sql`, ready to execute with its parameters; KeyError if there is none."""
    path = QUERIES / f"{name}.sql"
    try:
        return text(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KeyError(f"No query is called {name!r}: {path} does not exist.") from None


def checks() -> dict[str, TextClause]:
    """The invariants of the data by name, in order: each returns the rows that break it, none when all is well."""
    return {path.stem: text(path.read_text(encoding="utf-8")) for path in sorted(CHECKS.glob("*.sql"))}


def views() -> dict[str, str]:
    """The SQL that makes schemas `trends` and `ops`, by file name, in the order in which it is to be replayed."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(VIEWS.glob("*.sql"))}
