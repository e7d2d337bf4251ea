"""Series of days as shapes: a gap is a hole, and a zero is a line on the ground."""

from __future__ import annotations

import re

from flows.report import plots
from flows.report.plots import Band
from models.trends import Point
from tests import factories as make


def points(*articles: int | None, dark: int | None = None) -> list[Point]:
    return [
        Point(make.day(len(articles) - place), count, reason=None if count is not None else "no coverage",
              grade="dark" if place == dark else "unknown" if count is None else "ok")
        for place, count in enumerate(articles)
    ]  # fmt: skip


def drawn(*articles: int | None, **more: object) -> plots.Timeline:
    return plots.timeline(
        points(*articles, dark=more.pop("dark", None)), words=lambda point: str(point.articles), **more
    )


def test_a_gap_is_a_hole_in_the_line_and_not_a_way_over_zero() -> None:
    plot = drawn(2, None, 0, 4)

    assert plot.lines == ("M0.0 50.0L250.0 50.0", "M500.0 100.0L750.0 100.0L750.0 0.0L1000.0 0.0")
    assert plot.gaps == (Band(250.0, 250.0, "none"),)
    for path in (*plot.lines, *plot.areas):  # nothing is drawn between day 1 and day 2
        assert not any(250.0 < float(x) < 500.0 for x in re.findall(r"([\d.]+) [\d.]+", path))


def test_a_dark_day_is_a_gap_although_something_was_collected() -> None:
    plot = drawn(2, 1, 2, dark=1)

    assert len(plot.lines) == 2
    assert plot.gaps == (Band(plots.WIDTH / 3, plots.WIDTH / 3, "dark"),)
    assert [band.kind for band in plot.grades] == ["ok", "dark", "ok"]


def test_one_day_between_two_gaps_is_as_wide_as_a_day() -> None:
    assert drawn(None, 3, None).areas == ("M333.3 0.0L666.7 0.0L666.7 100.0L333.3 100.0Z",)


def test_nothing_at_all_and_nothing_but_zeros_can_be_drawn() -> None:
    assert (drawn(None, None).lines, drawn(None, None).top) == ((), 1)
    assert drawn(0, 0).lines == ("M0.0 100.0L1000.0 100.0",)


def test_marked_days_are_where_their_bar_ends() -> None:
    plot = drawn(1, 4, 2, marked=[make.day(2)])

    assert [(mark.x, mark.y, mark.words) for mark in plot.marks] == [(plots.WIDTH / 3, 0.0, "4")]


def test_several_plots_can_share_a_height() -> None:
    assert drawn(1, 1, top=4).lines == ("M0.0 75.0L1000.0 75.0",)


def test_a_day_without_any_coverage_has_no_grade_unless_it_is_dark() -> None:
    assert [band.kind for band in drawn(1, None, 1).grades] == ["ok", "none", "ok"]
    assert [band.kind for band in drawn(1, None, 1, dark=1).grades] == ["ok", "dark", "ok"]
