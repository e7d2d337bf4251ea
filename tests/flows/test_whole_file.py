"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extractors.errors import Misconfigured
from flows import whole_file


def test_what_was_written_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    with whole_file.writing(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"

    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o600 == 0o600


def test_a_failure_on_the_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("old")

    with pytest.raises(ZeroDivisionError), whole_file.writing(path) as file:
        file.write(b"n" * (1 // 0))

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.html", "old")]


def test_a_file_keeps_its_mode_and_the_link_that_leads_to_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "link.toml"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)

    with whole_file.writing(link) as file:
        file.write(b"new")

    assert (real.read_bytes(), real.stat().st_mode & 0o777, link.is_symlink()) == (b"new", 0o640, True)
    assert sorted(tmp_path.iterdir()) == [link, real]


def test_a_pipe_or_device_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with whole_file.writing(pipe) as file:
            file.write(b"new")
        assert (os.read(reader, 10), pipe.is_fifo()) == (b"new", True)
    finally:
        os.close(reader)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is a folder: name a file"), whole_file.writing(tmp_path):
        pass


def test_a_name_may_be_as_long_as_the_disk_takes_it_in_any_script(tmp_path: Path) -> None:
    longest, longer = tmp_path / ("한" * 83 + ".html"), tmp_path / ("한" * 90)

    with whole_file.writing(longest) as file:
        file.write(b"new")
    with pytest.raises(Misconfigured) as caught, whole_file.writing(longer):
        pass

    assert longest.read_bytes() == b"new"
    assert str(caught.value) == f"{longer} cannot be written: File name too long."
