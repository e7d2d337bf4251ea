"""`wirewatch report`: where it goes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html
from pydantic import SecretStr

from flows import resources
from flows.__main__ import main
from models import embedded
from models.settings import Settings
from tests import factories as make


def wirewatch(url: str, tmp_path: Path, *words: str) -> int:
    with resources.using(Settings(_env_file=None, database_url=SecretStr(url), home=tmp_path)):
        return main(["report", *words])


def test_the_report_goes_into_a_file_or_to_standard_output(
    cluster: embedded.Cluster, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    file = tmp_path / "story.html"
    with make.own_database(cluster.url) as url:
        assert wirewatch(url, tmp_path, "-o", str(file)) == 0
        assert capfdbinary.readouterr().err.startswith(f"Wrote {file}: ".encode())
        assert wirewatch(url, tmp_path, "-o", "-", "--days", "7") == 0
    for text in (file.read_bytes(), capfdbinary.readouterr().out):
        assert "Nothing has been collected yet" in html.document_fromstring(text).text_content()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--days", "30"], "wirewatch: A report spans 7, 28 or 90 days, not '30'.\n"),
        (["--days", "month"], "wirewatch: A report spans 7, 28 or 90 days, not 'month'.\n"),
        (["-o", "/nowhere/r.html"], "wirewatch: /nowhere/r.html cannot be written: No such file or directory.\n"),
    ],
)
def test_wrong_use_is_one_sentence(
    cluster: embedded.Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    with make.own_database(cluster.url) as url:
        assert wirewatch(url, tmp_path, *words) == 2
    assert capsys.readouterr() == ("", sentence)
