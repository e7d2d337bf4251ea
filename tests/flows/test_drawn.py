"""Trends as a person reads them in a terminal: gaps, grades, four counts, and nothing cut that is a figure."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from sqlalchemy import Connection

from flows.commands import drawn as drawing
from flows.commands.drawn import Question
from flows.commands.output import render
from models import cube_store, trends
from models.trends import Coverage, Point, Trend
from tests import factories as make

TODAY = make.day(0)


def trend(**facts: object) -> Trend:
    points = tuple(
        Point(make.day(ago), ago, 1, 1, 1, 1.0, 9, 0.1, 0.1, "ok", 1.0, None, mean_7d=1.0)
        if ago != 2
        else Point(make.day(ago), reason="no coverage")
        for ago in range(4, -1, -1)
    )
    return Trend(
        **{
            "topic": "russia-dprk-pact", "title": "The pact", "articles": 1234, "sources": 45, "families": 40,
            "origins": 1100, "coverage": 9999, "covered_days": 4, "share": 0.1234, "effective_sources": 31.4,
            "comparable_share": 0.2345, "completeness": 0.917, "ok_days": 3, "thin_days": 1, "dark_days": 0, "mean_7d": 3.25,
            "articles_7": 20,
            "change": 2.5, "change_reason": None, "points": points, **facts,
        }
    )  # fmt: skip


SOME = Coverage(("russia-dprk-pact",), make.day(40), TODAY)


def drawn(found: list[Trend], asked: Question, *, width: int = 80, there_is: Coverage = SOME) -> str:
    return render(drawing.report(found, there_is, asked, width=width), width=width)


def test_the_overview_shows_a_line_with_its_gap_the_four_counts_share_mean_and_change() -> None:
    asked = Question(TODAY, days=5)

    lines = drawn([trend()], asked).splitlines()

    assert lines[:4] == [
        "Topics, 5 days up to 2025-03-31",
        "topic            trend  art. src. fam. orig. share cov. 7-day change",
        "─" * 68,
        "russia-dprk-pact █▇·▃▁ 1,234   45   40 1,100 12.3%  92%   3.2  +150%",
    ]


@pytest.mark.parametrize("width", [80, 120, 160])
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
    assert "articles  sources  families  origins" in drawn([trend()], Question(TODAY), width=160)


def test_the_topic_with_most_articles_comes_first() -> None:
    printed = drawn([trend(topic="few", articles=1), trend(topic="many", articles=9)], Question(TODAY))

    assert printed.index("many") < printed.index("few")


def test_a_topic_split_by_bloc_names_the_bloc_and_not_the_topic_again() -> None:
    printed = drawn([trend(slice="rok")], Question(TODAY, topic="russia-dprk-pact", by="bloc"))

    assert printed.splitlines()[0] == "The pact by bloc, 28 days up to 2025-03-31"
    assert printed.splitlines()[3].startswith("rok")


def test_one_topic_is_shown_day_by_day_with_its_gaps() -> None:
    printed = drawn([trend()], Question(TODAY, days=5, topic="russia-dprk-pact")).splitlines()

    assert printed[:2] == ["The pact (russia-dprk-pact)", "articles  █▇·▃▁"]
    assert printed[2] == "coverage  ██·██"
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
    assert "+150%" in render(drawing.moved_table([trend()]))
    assert "too little history" in render(drawing.moved_table([]))


def test_the_report_on_real_rows_holds_together(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, published=make.at(2), topics=["pact"])
    make.article(db)
    cube_store.recount(db)
    asked = Question(TODAY, days=4)

    printed = drawn(list(trends.lines(db, until=TODAY, days=4)), asked, there_is=trends.coverage(db))

    assert printed.splitlines()[3].split() == ["pact", "·█·▁", "1", "1", "1", "1", "50.0%", "–", "0.5", "–"]


def dark(ago: int) -> Point:
    why = "sources of only 12 % of the usual coverage were complete"
    return Point(make.day(ago), 1, 1, 1, 1, 1.0, 9, None, 0.1, "dark", 0.12, why, mean_7d=1.0)


def test_a_dark_day_is_neither_a_gap_nor_a_bar() -> None:
    points = (dark(2), Point(make.day(1), reason="no coverage"), *trend().points[-1:])

    printed = drawn([trend(points=points, dark_days=1)], Question(TODAY, days=3, topic="x"), width=160)

    assert printed.splitlines()[1:4] == [
        "articles  ░·▁",
        "coverage  ░·█",
        "92% of what its sources normally yield came from complete ones; 1 day thin, 1 day dark.",
    ]
    [day] = [line for line in printed.splitlines() if line.startswith("2025-03-29")]
    assert day.split() == [
        "2025-03-29", *["sources", "of", "only", "12", "%", "of", "the", "usual", "coverage", "were", "complete"], *["1", "1", "1", "1", "1.0", "–"],
        "12%", "dark", "1.0", "–",
    ]  # fmt: skip


def test_without_history_it_says_that_completeness_cannot_be_told() -> None:
    found = trend(completeness=None, ok_days=0, thin_days=0)

    printed = drawn([found], Question(TODAY, days=5, topic="x"), width=120)

    assert "how complete it is cannot be told yet: sources need 14 days of history." in printed


def test_effective_sources_and_the_panel_are_shown_where_there_is_room() -> None:
    row = drawn([trend()], Question(TODAY, days=5), width=120).splitlines()[3].split()

    assert row[6:10] == ["31.4", "12.3%", "23.4%", "92%"]


def test_weeks_and_the_moment_asked_about_stand_in_the_title() -> None:
    asked = Question(TODAY, days=29, topic="x", by="bloc", only="rok", grain="week", as_of=make.at(0))

    printed = drawn([trend(slice="rok")], asked, width=120)

    assert printed.splitlines()[0] == (
        "The pact by bloc (rok), 29 days up to 2025-03-31 by week, as of 2025-03-31 12:00 UTC"
    )
