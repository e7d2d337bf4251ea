"""Files that appear whole or not at all."""

from __future__ import annotations

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


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is a folder: name a file"), whole_file.writing(tmp_path):
        pass
