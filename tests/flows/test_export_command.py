"""`wirewatch export`: views as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from arro3.io import read_parquet
from pydantic import SecretStr

from flows import resources
from flows.__main__ import main
from models import cube_store, database, embedded
from models.settings import Settings
from tests import factories as make


@pytest.fixture(scope="module")
def filled(cluster: embedded.Cluster) -> Iterator[str]:
    """A database with two articles, the second of them on a topic."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.taxonomy(db, "pact", "ties")
            make.article(db, published=make.at(4))
            make.article(db, published=make.at(2), title='=HYPERLINK("https://evil.example")', topics=["pact"])
            cube_store.recount(db)
        engine.dispose()
        yield url


def wirewatch(url: str, tmp_path: Path, *words: str) -> int:
    with resources.using(Settings(_env_file=None, database_url=SecretStr(url), home=tmp_path)):
        return main(["export", *words])


def test_without_a_view_it_lists_them(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path) == 0
    printed = capsys.readouterr().out
    assert "topic_days" in printed
    assert "ops.runs" in printed


def test_a_view_goes_to_standard_output_as_csv(
    filled: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = ("topic_days", "--topic", "pact", "--since", str(make.day(4)), "--until", str(make.day(2)))
    assert wirewatch(filled, tmp_path, *words) == 0
    header, *lines = capfdbinary.readouterr().out.decode().splitlines()
    assert header.startswith("topic,day,articles,")
    assert [line.split(",")[:3] for line in lines] == [
        ["pact", str(make.day(4)), "0"], ["pact", str(make.day(3)), ""], ["pact", str(make.day(2)), "1"],
    ]  # fmt: skip


def test_the_ending_of_the_file_says_the_format(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for ending in ("json", "parquet"):
        assert wirewatch(filled, tmp_path, "articles", "-o", str(tmp_path / f"rows.{ending}")) == 0
    titles = ["A headline", '=HYPERLINK("https://evil.example")']
    assert [row["title"] for row in json.loads((tmp_path / "rows.json").read_text())] == titles
    kept = read_parquet(tmp_path / "rows.parquet").read_all().to_struct_array().to_pylist()
    assert [(row["title"], row["topics"]) for row in kept] == [(titles[0], []), (titles[1], ["pact"])]
    assert capsys.readouterr().err.startswith("Wrote ")
    assert [file.name for file in sorted(tmp_path.iterdir()) if file.is_file()] == ["rows.json", "rows.parquet"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-o", "/nowhere/at/all.csv"], "Say which view is to be written; without any `wirewatch export` lists them."),
        (["--days", "3"], "Say which view is to be written; without any `wirewatch export` lists them."),
        (["topic_day"], "There is no view 'topic_day'; there are "),
        (["topic_days", "--topic", "pakt"], "There is no topic 'pakt'; there are pact, ties."),
        (["topics", "--days", "3"], "trends.topics has no days to cut it by"),
        (["days", "--days", "3", "--since", "2025-01-01"], "Say --days or --since, not both."),
        (["days", "--since", "2025-02-01", "--until", "2025-01-01"], "2025-02-01 is after 2025-01-01"),
        (["days", "--as-of", "2999-01-01"], "2999-01-01 is in the future"),
        (["days", "--until", "9999-12-31"], "'9999-12-31' is no day to count from: write it like 2026-11-20."),
        (["days", "--format", "parquet"], "Parquet goes into a file: name one with -o."),
        (["days", "-o", "/nowhere/at/all.csv"], "/nowhere/at/all.csv cannot be written: No such file or directory."),
    ],
)
def test_wrong_use_is_one_sentence(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert wirewatch(filled, tmp_path, *words) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n"), sentence in printed.err) == ("", 1, True)


def test_an_empty_database_gives_an_empty_file(
    cluster: embedded.Cluster, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with make.own_database(cluster.url) as url:
        assert wirewatch(url, tmp_path, "topic_days", "--topic", "any", "--format", "json") == 0
    assert json.loads(capfdbinary.readouterr().out) == []
