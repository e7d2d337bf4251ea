"""`wirewatch trends`: what it prints for people and for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.cells import cell_len
from sqlalchemy import Connection

from flows import resources
from flows.__main__ import main
from flows.commands import trends as command
from flows.commands.output import render
from flows.commands.trends import Question
from models import cube_store, database, embedded, trends
from models.settings import Settings
from models.trends import Coverage, Point, Trend
from tests import factories as make

TODAY = make.day(0)


def trend(**facts: object) -> Trend:
    points = tuple(
        Point(make.day(ago), None if ago == 2 else ago, 1, 1, 1, 9, 0.1, "no coverage" if ago == 2 else None, 1.0)
        for ago in range(4, -1, -1)
    )
    return Trend(
        **{
            "topic": "russia-dprk-pact", "title": "The pact", "articles": 1234, "sources": 45, "families": 40,
            "origins": 1100, "coverage": 9999, "covered_days": 4, "share": 0.1234, "mean_7d": 3.25, "articles_7": 20,
            "change": 2.5, "change_reason": None, "points": points, **facts,
        }
    )  # fmt: skip


SOME = Coverage(("russia-dprk-pact",), make.day(40), TODAY)


def drawn(found: list[Trend], asked: Question, *, width: int = 80, there_is: Coverage = SOME) -> str:
    return render(command.report(found, there_is, asked, width=width), width=width)


def test_the_overview_shows_a_line_with_its_gap_the_four_counts_share_mean_and_change() -> None:
    asked = Question(TODAY, days=5)

    lines = drawn([trend()], asked).splitlines()

    assert lines[:4] == [
        "Topics, 5 days up to 2025-03-31",
        "topic            trend  art. src. fam. orig. share 7-day change",
        "─" * 63,
        "russia-dprk-pact █▇·▃▁ 1,234   45   40 1,100 12.3%   3.2  +150%",
    ]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("by", [None, "source"])
@pytest.mark.parametrize("topic", [None, "russia-dprk-pact"])
def test_nothing_is_wider_than_the_window(width: int, by: str | None, topic: str | None) -> None:
    slices = ["a-source-with-quite-a-long-name-of-its-own", "b"] if by else [""]
    found = [trend(slice=part, topic="a-topic-with-a-very-long-slug-that-goes-on") for part in slices]

    printed = drawn(found, Question(TODAY, days=5, topic=topic, by=by), width=width)

    assert max(cell_len(line) for line in printed.splitlines()) <= width
    assert "1,234" in printed
    assert "+150%" in printed


def test_in_a_narrow_window_names_give_way_and_no_figure_is_cut() -> None:
    printed = drawn([trend(topic="a-topic-with-a-very-long-slug")], Question(TODAY), width=60)

    assert max(cell_len(line) for line in printed.splitlines()) <= 60
    assert "1,234" in printed
    assert "+150%" in printed


def test_headings_are_written_out_where_there_is_room() -> None:
    assert "articles  sources  families  origins" in drawn([trend()], Question(TODAY), width=120)


def test_the_topic_with_most_articles_comes_first() -> None:
    printed = drawn([trend(topic="few", articles=1), trend(topic="many", articles=9)], Question(TODAY))

    assert printed.index("many") < printed.index("few")


def test_a_topic_split_by_bloc_names_the_bloc_and_not_the_topic_again() -> None:
    printed = drawn([trend(slice="rok")], Question(TODAY, topic="russia-dprk-pact", by="bloc"))

    assert printed.splitlines()[0] == "The pact by bloc, 28 days up to 2025-03-31"
    assert printed.splitlines()[3].startswith("rok")


def test_one_topic_is_shown_day_by_day_with_its_gaps() -> None:
    printed = drawn([trend()], Question(TODAY, days=5, topic="russia-dprk-pact")).splitlines()

    assert printed[:2] == ["The pact (russia-dprk-pact)", "█▇·▃▁"]
    assert " ".join(printed).count("no coverage") == 1
    days = [line for line in printed if line.startswith("2025-")]
    assert len(days) == 5
    assert days[2].split()[:4] == ["2025-03-29", "no", "coverage", "–"]
    assert days[4].split()[:2] == ["2025-03-31", "0"]


def test_a_change_that_cannot_be_stated_says_why() -> None:
    found = trend(change=None, change_reason="no article in the 28 days before")

    assert "no change to state: no article in the 28 days before." in drawn(
        [found], Question(TODAY, topic="x"), width=120
    )


def test_an_empty_database_gets_a_hint() -> None:
    assert "`wirewatch run`" in drawn([], Question(TODAY), there_is=Coverage((), None, None))


def test_a_period_without_coverage_says_where_there_is_some() -> None:
    assert "coverage from 2025-02-19 to 2025-03-31" in drawn([], Question(TODAY), width=120)


def test_what_moved_is_a_table_or_a_sentence() -> None:
    assert "+150%" in render(command.moved_table([trend()]))
    assert "too little history" in render(command.moved_table([]))


def test_the_report_on_real_rows_holds_together(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, published=make.at(2), topics=["pact"])
    make.article(db)
    cube_store.recount(db)
    asked = Question(TODAY, days=4)

    printed = drawn(list(trends.lines(db, until=TODAY, days=4)), asked, there_is=trends.coverage(db))

    assert printed.splitlines()[3].split() == ["pact", "·█·▁", "1", "1", "1", "1", "50.0%", "0.5", "–"]


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
    ],
)
def test_wrong_use_is_one_sentence_that_names_what_exists(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert wirewatch(filled, tmp_path, *words) == 2
    assert capsys.readouterr() == ("", sentence)


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
