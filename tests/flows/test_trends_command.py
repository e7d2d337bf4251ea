"""`wirewatch trends`: what it prints for people and for programs, and how it is asked."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
    """A database with one article on one topic, published two days ago by the clock."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.taxonomy(db, "pact", "ties")
            published = datetime.now(UTC) - timedelta(days=2)
            make.article(db, published=published, topics=["pact"])
            cube_store.recount(db)
        engine.dispose()
        yield url


def wirewatch(url: str, tmp_path: Path, *words: str) -> int:
    with resources.using(Settings(_env_file=None, database_url=SecretStr(url), home=tmp_path)):
        return main(["trends", *words])


def test_the_command_prints_a_table(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "--days", "4") == 0
    printed = capsys.readouterr().out
    assert "pact" in printed
    assert "·█··" in printed


def test_a_week_is_one_point(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "pact", "--days", "4", "--grain", "week", "--json") == 0
    [found] = json.loads(capsys.readouterr().out)
    points = found["points"]
    assert {datetime.fromisoformat(point["day"]).weekday() for point in points} == {0}
    assert sum(point["articles"] or 0 for point in points) == 1


def test_one_slice_can_be_asked_for_by_name(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "--by", "language", "--only", "en", "--json") == 0
    assert [(one["topic"], one["slice"]) for one in json.loads(capsys.readouterr().out)] == [
        ("pact", "en"),
        ("ties", "en"),
    ]


def test_parquet_holds_the_rows_of_csv(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "trends.parquet"
    assert wirewatch(filled, tmp_path, "pact", "--days", "4", "--parquet", str(file)) == 0
    kept = read_parquet(file).read_all().to_struct_array().to_pylist()
    assert [(row["topic"], row["articles"], row["reason"]) for row in kept] == [
        ("pact", None, "no coverage"),
        ("pact", 1, None),
        ("pact", None, "no coverage"),
        ("pact", None, "no coverage"),
    ]


def test_as_of_an_earlier_moment_trends_are_what_had_been_tagged_by_then(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, "pact", "--days", "4", "--as-of", datetime.now(UTC).isoformat(), "--json") == 0
    [found] = json.loads(capsys.readouterr().out)
    assert found["articles"] == 1
    # The article was first seen at make.NOW: the day before, nothing was.
    assert wirewatch(filled, tmp_path, "pact", "--as-of", "2025-03-30", "--json") == 2
    assert capsys.readouterr() == (
        "",
        "wirewatch: Nothing had been seen by 2025-03-31 00:00 UTC: the first article was on 2025-03-31 at 12:00 UTC.\n",
    )


def test_a_moment_by_another_clock_is_told_in_utc(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, "pact", "--as-of", "2025-03-30T08:30+09:00") == 2
    assert capsys.readouterr().err == (
        "wirewatch: Nothing had been seen by 2025-03-29 23:30 UTC: the first article was on 2025-03-31 at 12:00 UTC.\n"
    )


def test_json_has_everything(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "pact", "--days", "4", "--by", "bloc", "--json") == 0
    [found] = json.loads(capsys.readouterr().out)
    assert (found["topic"], found["slice"], found["articles"], found["origins"], found["share"]) == (
        "pact",
        "western",
        1,
        1,
        1.0,
    )
    assert [point["articles"] for point in found["points"]] == [None, 1, None, None]


def test_csv_has_one_row_a_topic_and_day(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "--days", "4", "--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["topic"], row["articles"], row["reason"]) for row in rows][:4] == [
        ("pact", "", "no coverage"),
        ("pact", "1", ""),
        ("pact", "", "no coverage"),
        ("pact", "", "no coverage"),
    ]
    assert len(rows) == 8


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["pakt"], "wirewatch: There is no topic 'pakt'; there are pact, ties.\n"),
        (
            ["--by", "planet"],
            "wirewatch: Topics cannot be split by 'planet'; they can by source, bloc, language, country, kind.\n",
        ),
        (["--by", "bloc", "--only", "moon"], "wirewatch: There is no bloc 'moon' with coverage; there are western.\n"),
        (
            ["--only", "moon"],
            "wirewatch: Say what 'moon' is one of, with --by: source, bloc, language, country, kind.\n",
        ),
        (["--grain", "year"], "wirewatch: There is no grain 'year'; there are day, week, month.\n"),
        (["--until", "tomorrow"], "wirewatch: 'tomorrow' is no day: write it like 2026-11-20.\n"),
        (
            ["--as-of", "0001-01-01T00:00+14:00"],
            (
                "wirewatch: '0001-01-01T00:00+14:00' is no moment: write a day, like 2026-11-20, or a day and time, "
                "like 2026-11-20T18:00 (UTC).\n"
            ),
        ),
        (
            ["--as-of", "long ago"],
            (
                "wirewatch: 'long ago' is no moment: write a day, like 2026-11-20, or a day and time, like "
                "2026-11-20T18:00 (UTC).\n"
            ),
        ),
    ],
)
def test_wrong_use_is_one_sentence_that_names_what_exists(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert wirewatch(filled, tmp_path, *words) == 2
    assert capsys.readouterr() == ("", sentence)


def test_a_moment_in_the_future_and_a_day_without_coverage_say_what_there_is(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    for words, sentence in (
        (["--as-of", "2999-01-01"], "2999-01-01 is in the future: ask how things stood at a moment up to now"),
        (["--until", "2999-01-01"], "2999-01-01 is in the future: the last day there can be is"),
        (["--as-of", "9999-12-31"], "9999-12-31 is in the future: ask how things stood at a moment up to now"),
        (["--until", "0001-01-01"], "'0001-01-01' is no day to count from: write it like 2026-11-20."),
        (["--until", "2001-01-01"], f"There is no coverage up to 2001-01-01; there is from {day} to {day}."),
    ):
        assert wirewatch(filled, tmp_path, *words) == 2
        printed = capsys.readouterr()
        assert (printed.out, printed.err.count("\n"), sentence in printed.err) == ("", 1, True)


def test_days_must_be_a_number_that_makes_sense(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in ("0", "-1", "soon", "99999"):
        with pytest.raises(SystemExit) as stopped:
            main(["trends", f"--days={wrong}"])
        assert stopped.value.code == 2
        assert "between 1 and 3660" in capsys.readouterr().err


def test_an_empty_database_is_no_error(
    cluster: embedded.Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with make.own_database(cluster.url) as url:
        assert wirewatch(url, tmp_path) == 0
        assert "Nothing has been collected yet" in capsys.readouterr().out
        assert wirewatch(url, tmp_path, "--json") == 0
        printed = capsys.readouterr()
        assert (json.loads(printed.out), "Nothing has been collected yet" in printed.err) == ([], True)
