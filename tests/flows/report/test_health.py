"""The section on sources: each day stands in its place, and who is counted as complete."""

from __future__ import annotations

from datetime import timedelta

from flows.report import health
from flows.report.evidence import Evidence
from tests.flows.report.figures import DAY
from tests.flows.report.figures import health as source


def test_days_stand_in_their_place_whenever_a_source_begins_or_ends() -> None:
    made = health.section(
        [source("late", "ot", ago=2), source("gone", "dd", ago=4)], {}, Evidence(), since=DAY - timedelta(4), days=5
    )

    assert [[(band.x, band.width, band.kind) for band in strip.bands] for strip in made.strips] == [
        [(400.0, 200.0, "ok"), (600.0, 200.0, "thin")],
        [(0.0, 400.0, "dark")],
    ]


def test_complete_is_who_was_graded_and_had_no_thin_or_dark_day() -> None:
    sources = [source(name, grades, ago=2) for name, grades in (("a", "ou"), ("b", "ot"), ("c", "od"), ("d", "uu"))]

    made = health.section(sources, {"ok": 5, "gone": 2, "broken": 1}, Evidence(), since=DAY - timedelta(4), days=5)

    assert (made.complete, made.graded, made.troubled, made.more) == (1, 3, 3, 0)
