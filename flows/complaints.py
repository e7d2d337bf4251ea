"""What went wrong, in one sentence for the person at the terminal, whatever raised it.

Our own errors bring their sentence along. Those of the database's driver, of the operating system and of Prefect's
client do not, and are told apart by what they carry, so that none of these libraries is imported for a sentence.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

from extractors.errors import Misconfigured, WirewatchError

FULL = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL, TOO_MANY_SESSIONS, READ_ONLY, NOT_ALLOWED = "53100", "53300", "25006", "42501"
"""SQLSTATEs that a person can do something about."""
NOTHING_LOST = "nothing is lost, and the next run carries on"


def exit_code(error: Exception) -> int:
    """2 when what we were told to do is wrong, 1 when the work failed."""
    return 2 if isinstance(error, Misconfigured) else 1


def sentence(error: Exception) -> str:
    """What to tell the person; what is not foreseen gets its class and first line, and where to learn more."""
    if isinstance(error, WirewatchError):
        return str(error)
    if error.__class__.__module__.partition(".")[0] in {"sqlalchemy", "psycopg"}:
        return _of_database(error)
    if isinstance(error, OSError) and error.strerror:
        return _of_system(error)
    if any(type(link).__module__.partition(".")[0] in {"httpx", "httpcore"} for link in _chain(error)):
        return f"Prefect's server no longer answers ({_first_line(error)}): {NOTHING_LOST}."
    return f"{type(error).__name__}: {_first_line(error)} (--debug shows where)"


def _of_database(error: Exception) -> str:
    inner: BaseException = getattr(error, "orig", None) or error
    said = _first_line(inner)
    match getattr(inner, "sqlstate", None):
        case str(state) if state == DISK_FULL:
            return f"The disk of the database is full ({said}): free some space; {NOTHING_LOST}."
        case str(state) if state == TOO_MANY_SESSIONS:
            return f"The database takes no more connections ({said}): try again later, or raise its max_connections."
        case str(state) if state in {READ_ONLY, NOT_ALLOWED}:
            return f"The database does not let us write ({said}): give WIREWATCH_DATABASE_URL a role that may."
        case str(state) if not state.startswith(("08", "57P")):
            return f"The database refused: {said} (--debug shows where)"
        case None if type(inner).__name__ not in {"OperationalError", "PoolTimeout", "TimeoutError"}:
            return f"The database failed: {said} (--debug shows where)"
    return f"The database went away ({said}): see that it runs; {NOTHING_LOST}."


def _of_system(error: OSError) -> str:
    place = f" at {error.filename}" if error.filename else ""
    if error.errno in FULL:
        return f"The disk is full{place}: free some space, then try again; nothing is lost."
    return f"{error.strerror}{place} (--debug shows where)"


def _first_line(error: BaseException) -> str:
    """The first line of what an error says, without SQL, parameters and links."""
    said = str(error).strip().splitlines()
    return said[0].removesuffix(".") if said else type(error).__name__


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__
