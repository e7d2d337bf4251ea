"""A process that uses the embedded Postgres, for test_embedded.py: tells what it has, leaves when its input closes.

`embedded_user.py HOME MANNER SHARED`, where the manner says as whom it runs: `plain` as we do, `ordinary` as a user who
is not root, `contained` as root of a container that forbids user namespaces; SHARED is for what root's stand-in must reach.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

import psycopg

from extractors.errors import WirewatchError
from models import embedded, postgres_files
from models.identity import become, namespaced

NEW_USER_NAMESPACE = 0x10000000


def contained() -> None:
    """Enter what a container is to us: root may be anybody, but may not make a namespace."""
    ours, theirs = os.pipe()
    helper = os.fork()
    if helper == 0:  # who stays outside may say who is who inside
        os.close(theirs)
        os.read(ours, 1)
        for kind in ("uid_map", "gid_map"):
            Path(f"/proc/{os.getppid()}/{kind}").write_text("0 0 65536\n", encoding="ascii")
        os._exit(0)
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_USER_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    os.close(theirs)
    if os.waitpid(helper, 0)[1] != 0:
        raise OSError("the identities could not be mapped")
    Path("/proc/sys/user/max_user_namespaces").write_text("0", encoding="ascii")


def main(home: Path, manner: str, shared: Path) -> None:
    try:
        if manner == "ordinary":
            become(namespaced())
        elif manner == "contained":
            contained()
    except OSError as error:
        sys.exit(f"forbidden: {error}")
    postgres_files.SHARED = shared  # nothing outside the tests' own folders
    try:
        with embedded.open(home) as cluster, psycopg.connect(cluster.url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(1)")  # IF NOT EXISTS alone may fail when two create it
            connection.execute("CREATE TABLE IF NOT EXISTS visits ()")
            connection.execute("INSERT INTO visits DEFAULT VALUES")
            visits = connection.execute("SELECT count(*) FROM visits").fetchone()
            connection.commit()
            told = {
                "url": cluster.url,
                "prefect_url": cluster.prefect_url,
                "visits": visits,
                "uid": os.geteuid(),
                **cluster.pids(),
            }
            print(json.dumps(told), flush=True)
            sys.stdin.read()
    except WirewatchError as error:
        sys.exit(f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
