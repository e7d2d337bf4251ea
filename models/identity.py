"""As whom a program runs: as ourselves, or, since Postgres refuses root, as root's stand-in.

Two stand-ins exist. In a *user namespace* the program sees an ordinary user while the kernel still treats its files as
root's: nothing changes hands, and a folder under /root (mode 0700) works. Where namespaces are forbidden (most
containers), a real *other user* runs it, and needs its files handed over.

Imports the standard library only: the keeper starts through this module in a few milliseconds.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534
"""The user id under which a namespace shows everybody it does not know."""

_NEW_USER_NAMESPACE = 0x10000000
_SET_PARENT_DEATH_SIGNAL = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and group to become; `namespace` says whether only in a namespace of our own."""

    uid: int
    gid: int
    namespace: bool


def python(module: str, *arguments: str) -> list[str]:
    """The command line of a module of ours that starts fast: no site-packages, nothing from the working directory."""
    return [sys.executable, "-S", "-P", "-m", module, *arguments]


def python_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment `python()` needs, on top of another."""
    return {**environment, "PYTHONPATH": str(ROOT)}


def namespaced() -> Identity:
    """The stand-in inside a namespace: any user the machine can name, since initdb looks its own name up."""
    named = [entry for entry in pwd.getpwall() if entry.pw_uid not in (0, NOBODY)]
    entry = min(named, key=lambda entry: entry.pw_uid) if named else pwd.getpwuid(NOBODY)
    return Identity(entry.pw_uid, entry.pw_gid, namespace=True)


def other_user() -> Identity:
    """The user who stands in for root outside a namespace: `wirewatch` if the machine has one, else `nobody`."""
    for name in ("wirewatch", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Identity(entry.pw_uid, entry.pw_gid, namespace=False)
    return Identity(NOBODY, NOBODY, namespace=False)


def become(identity: Identity | None) -> None:
    """Turn this process into `identity` for good; raises OSError where that is forbidden."""
    if identity is None:
        return
    if not identity.namespace:
        os.setgroups([])
        os.setgid(identity.gid)
        os.setuid(identity.uid)
        return
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER_NAMESPACE) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{identity.uid} {outer_uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{identity.gid} {outer_gid} 1", encoding="ascii")


def die_with_parent(parent: int, number: signal.Signals) -> None:
    """Ask the kernel (Linux only) to signal this process when `parent` ends; to be called after `become()`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def run(argv: Sequence[str], identity: Identity | None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as `identity`, killed if we are; its messages come in plain English."""
    spec = json.dumps({"parent": os.getpid(), "identity": asdict(identity) if identity else None})
    return subprocess.run(
        [*python("models.identity", spec), *argv],
        env=python_environment({"PATH": os.defpath, "LC_ALL": "C"}),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def main() -> None:
    """`python -m models.identity SPEC PROGRAM ARGUMENT...`: become and exec."""
    spec = json.loads(sys.argv[1])
    become(Identity(**spec["identity"]) if spec["identity"] else None)
    die_with_parent(spec["parent"], signal.SIGKILL)
    os.environ.pop("PYTHONPATH", None)  # noqa: TID251 - ours alone, for this one start
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - a program of ours, by its path


if __name__ == "__main__":
    main()
