"""`wirewatch db`: the way to the database for other tools, its schema, its backups."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.errors import Misconfigured
from flows.commands.output import as_json, console, emit

if TYPE_CHECKING:
    from models.settings import Settings

PSQL = """\
Opens the database in psql; all arguments are passed on, and so is its exit code:

  wirewatch db psql -c 'SELECT * FROM trends.topics'
  wirewatch db psql --csv -f query.sql

`wirewatch db psql -- --help` asks psql itself."""

URL = """\
Prints the address of the database with user and password, as psql, DBeaver, Grafana and libraries take it. The embedded
database runs only while a command uses it: keep `wirewatch serve` running (with --no-runs it only keeps the servers up)
for other tools to connect."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command and its verbs."""
    parser = subparsers.add_parser(
        "db",
        help="the database: url, psql, migrate, backup, restore",
        description="The database: the server in WIREWATCH_DATABASE_URL, or the embedded one in WIREWATCH_HOME.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_url(verbs)
    _add_psql(verbs)
    migrating = verbs.add_parser("migrate", help="bring the schema up to date, as every command does by itself")
    migrating.add_argument("--force", action="store_true", help="make views and rights anew even if nothing changed")
    migrating.add_argument("--json", action="store_true", help="print the outcome as JSON")
    migrating.set_defaults(run=migrate)
    saving = verbs.add_parser(
        "backup",
        help="write everything into one file",
        description="Writes everything in schema `news` into one file (pg_dump's custom format), while other commands "
        "run. The file appears when it is complete.",
    )
    saving.add_argument("file", metavar="FILE", type=Path, help="the file to write")
    saving.add_argument("--force", action="store_true", help="replace the file if it exists")
    saving.set_defaults(run=backup)
    loading = verbs.add_parser(
        "restore",
        help="fill the database from such a file",
        description="Fills an empty database from a backup and migrates it: all of it or, if anything fails, nothing. "
        "Schemas of your own are left alone.",
    )
    loading.add_argument("file", metavar="FILE", type=Path, help="a file that `wirewatch db backup` wrote")
    loading.add_argument("--force", action="store_true", help="replace what the database holds, for good")
    loading.set_defaults(run=restore)


def _add_url(verbs: argparse._SubParsersAction[Any]) -> None:
    parser = verbs.add_parser(
        "url",
        help="print the address, for psql, DBeaver, Grafana",
        description=URL,
    )
    parser.add_argument("--analyst", action="store_true", help="as role `analyst`, who reads and changes nothing")
    parser.add_argument("--json", action="store_true", help="print its parts as JSON")
    parser.set_defaults(run=url)


def _add_psql(verbs: argparse._SubParsersAction[Any]) -> None:
    # No character marks an option here, so that all of them are psql's.
    parser = verbs.add_parser(
        "psql",
        help="open it in psql, which takes all arguments",
        usage="wirewatch db psql [ARGUMENT ...]",
        description=PSQL,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        prefix_chars="\0",
        add_help=False,
    )
    parser.add_argument("arguments", metavar="ARGUMENT", nargs=argparse.REMAINDER, help="what psql is given")
    parser.set_defaults(run=psql, help=parser.format_help)


def url(args: argparse.Namespace) -> int:
    """Print the address; warn on stderr when nobody listens there any more."""
    from models import database, embedded  # noqa: PLC0415 -- after the arguments are known to be right

    chosen = _settings()
    own = chosen.database_url is not None
    if own and args.analyst:
        raise Misconfigured(
            "Only the embedded database has a login for `analyst`; on a server of your own, GRANT analyst TO a user."
        )
    with _opened(chosen) as address:
        shown = embedded.Cluster(home=chosen.home.resolve()).analyst_url if args.analyst else address
    stays = own or embedded.is_running(chosen.home)
    if args.json:
        parts = database.address(shown).translate_connect_args(username="user")
        emit(as_json({"url": shown, **parts, "embedded": not own, "stays_up": stays}))
    else:
        emit(shown)
    if not stays:
        console(stderr=True).print(
            "The embedded database has stopped again, since nothing else uses it: `wirewatch serve` keeps it up.",
            soft_wrap=True,
        )
    return 0


def psql(args: argparse.Namespace) -> int:
    """Run psql to its end and return its exit code."""
    from models import clients  # noqa: PLC0415 -- see url

    words = args.arguments
    if words[:1] in (["-h"], ["--help"]):
        emit(args.help())
        return 0
    if words[:1] == ["--"]:
        words = words[1:]
    with _opened(_settings()) as address:
        process = subprocess.Popen([clients.program("psql"), *words], env={**os.environ, **clients.variables(address)})
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops a query of psql's, not us
        try:
            code = process.wait()
        finally:
            signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code


def migrate(args: argparse.Namespace) -> int:
    """Bring the schema up to date and say what it is."""
    from models import database, schema  # noqa: PLC0415 -- see url

    with _reached(_settings()) as address:
        engine = database.engine(address)
        try:
            changed = database.migrate(engine, force=args.force)
            with database.connect(engine) as connection:
                revision = schema.revision(connection)
        finally:
            engine.dispose()
        where = database.address(address)
    if args.json:
        emit(as_json({"changed": changed, "revision": revision, "database": where.database, "host": where.host}))
        return 0
    done = "is up to date now" if changed else "was up to date"
    console().print(
        f"The schema of database {where.database} on {where.host} {done}: revision {revision}.", soft_wrap=True
    )
    return 0


def backup(args: argparse.Namespace) -> int:
    """Write the file and say how large it became."""
    from models import backup as backups  # noqa: PLC0415 -- see url

    with _reached(_settings()) as address:
        size = backups.save(address, args.file, environment=os.environ, replace=args.force)
    console().print(f"{args.file} holds the whole database now: {size / 1e6:,.1f} MB.", soft_wrap=True)
    return 0


def restore(args: argparse.Namespace) -> int:
    """Fill the database from the file."""
    from models import backup as backups  # noqa: PLC0415 -- see url
    from models import database  # noqa: PLC0415 -- see url

    with _reached(_settings()) as address:
        engine = database.engine(address)
        try:
            backups.load(engine, args.file, replace=args.force)
        finally:
            engine.dispose()
    console().print(f"The database holds what {args.file} held, and nothing else.", soft_wrap=True)
    return 0


def _settings() -> Settings:
    from flows import resources  # noqa: PLC0415 -- see url

    return resources.settings()


@contextmanager
def _reached(chosen: Settings) -> Iterator[str]:
    """The address of the database, as it is; the embedded one runs meanwhile."""
    from models import database  # noqa: PLC0415 -- see url

    secret = chosen.database_url
    with database.database(secret.get_secret_value() if secret else None, chosen.home) as address:
        yield address


@contextmanager
def _opened(chosen: Settings) -> Iterator[str]:
    """The same, and an embedded database that has nothing in it yet gets its tables and views first.

    Any other is left as it is: whoever has to mend what stops a migration needs a way in.
    """
    from models import database, schema  # noqa: PLC0415 -- see url

    with _reached(chosen) as address:
        if chosen.database_url is None:
            engine = database.engine(address)
            with database.connect(engine) as connection:
                empty = schema.installed(connection) is None
            if empty:
                database.migrate(engine)
            engine.dispose()
        yield address
