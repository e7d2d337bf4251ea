"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from extractors.errors import Misconfigured


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` when the block ends well; raises `Misconfigured` where none can be.

    A link stays a link, and a file that was there leaves its mode to the new one. A device or a pipe, whose place
    nothing can take, is written to.
    """
    whole = path.resolve()
    try:
        mode = whole.stat().st_mode  # from Python 3.14 on, whole.exists() is silent on what cannot be
    except FileNotFoundError:
        mode = None
    except OSError as error:  # a name too long, a folder that is closed to us
        raise _unwritable(path, error) from None
    if mode is not None and stat.S_ISDIR(mode):
        raise Misconfigured(f"{path} is a folder: name a file.")
    if mode is not None and not stat.S_ISREG(mode):
        with _open(whole, path) as file:
            yield file
        return
    try:
        handle, name = tempfile.mkstemp(dir=whole.parent, prefix=f".{whole.name[:50]}.")  # 255 bytes at most
    except OSError as error:
        raise _unwritable(path, error) from None
    made = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 -- a handle, not a path
            yield file
        made.chmod(whole.stat().st_mode if whole.exists() else 0o666 & ~_umask())
        made.replace(whole)
    finally:
        made.unlink(missing_ok=True)


def _open(whole: Path, path: Path) -> BinaryIO:
    try:
        return whole.open("wb")
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> Misconfigured:
    return Misconfigured(f"{path} cannot be written: {error.strerror}.")


def _umask() -> int:
    """What new files of this process may not be; it can only be asked for by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
