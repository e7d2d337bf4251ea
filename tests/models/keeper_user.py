"""A process that uses a shared program, for test_keeper.py: says its pid when it is up, leaves when its input closes.

The program itself is this file, too (`keeper_user.py program FOLDER`).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from models.identity import python_environment
from models.keeper import Program, Service


def make(folder: Path, *, manner: str = "polite", **options: object) -> Service:
    """A service in `folder` whose program says that it is up by a file with its pid."""
    hello = folder / "hello"

    def prepare() -> Program:
        hello.unlink(missing_ok=True)
        with (folder / "starts").open("a") as starts:
            starts.write("started\n")
        argv = (sys.executable, "-S", "-P", __file__, "program", str(folder), manner)
        return Program(argv=argv, env=python_environment({"SECRET": "swordfish"}))

    return Service(
        name="Helper",
        folder=folder,
        log=folder / "helper.log",
        prepare=prepare,
        ready=hello.exists,
        **{"start_timeout": 20.0, "stop_timeout": 20.0, **options},
    )


def program(folder: Path, manner: str) -> None:
    """Run until SIGTERM: polite, slow to end, stubborn, mute (never ready), or dead on arrival."""
    if manner == "dead":
        sys.exit("no ink left")

    def end(*_: object) -> None:
        if manner == "slow":
            (folder / "asked to end").touch()
            time.sleep(0.5)
        if manner != "stubborn":
            (folder / "hello").unlink(missing_ok=True)
            print("ended in order", flush=True)
            os._exit(0)

    signal.signal(signal.SIGTERM, end)
    if manner != "mute":
        (folder / "hello.new").write_text(str(os.getpid()))
        (folder / "hello.new").rename(folder / "hello")
    while True:
        signal.pause()


def main() -> None:
    if sys.argv[1] == "program":
        program(Path(sys.argv[2]), sys.argv[3])
    folder = Path(sys.argv[1])
    with make(folder, manner=sys.argv[2]).use():
        print((folder / "hello").read_text(), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
