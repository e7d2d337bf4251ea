"""The section on topics: which are shown, and that none is passed over in silence."""

from __future__ import annotations

from datetime import date

from flows.report import topics
from flows.report.evidence import Evidence
from models.trends import Point, Trend

DAY = date(2026, 11, 20)


def trend(number: int, articles: int) -> Trend:
    return Trend(
        topic=f"topic-{number}", title=f"Topic {number}", articles=articles, sources=1, families=1, origins=articles,
        coverage=100, covered_days=1, share=articles / 100, effective_sources=1.0, comparable_share=None,
        completeness=None, ok_days=0, thin_days=0, dark_days=0, mean_7d=None, articles_7=articles, change=None,
        change_reason=None, points=(Point(DAY, articles, 1, 1, articles),),
    )  # fmt: skip


def test_topics_beyond_those_that_are_shown_are_counted() -> None:
    found = [trend(number, articles=30 - number) for number in range(31)]

    section = topics.section(found, {}, Evidence())

    assert (len(section.cards), section.more, section.told, section.silent) == (24, 6, 30, ("Topic 30",))
