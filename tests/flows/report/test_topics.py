"""The section on topics: which are shown, and that none is passed over in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

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


def test_what_many_sources_tell_comes_before_what_one_tells_all_day_and_says_how_it_moved() -> None:
    found = [
        replace(trend(1, articles=20), change=0.5), replace(trend(2, articles=10), effective_sources=3.0, change=2.0),
        replace(trend(3, articles=5), change=1.0),
    ]  # fmt: skip

    section = topics.section(found, {}, Evidence())

    assert [(card.trend.topic, card.moved, card.rising) for card in section.cards] == [
        ("topic-2", "share +100% in the last 7 days", True),
        ("topic-1", "share −50% in the last 7 days", False),
        ("topic-3", "share +0% in the last 7 days", False),
    ]


def test_the_table_has_days_with_articles_and_those_that_cannot_be_compared_with_their_reason() -> None:
    days = [DAY - timedelta(ago) for ago in range(5, -1, -1)]
    points = (
        Point(days[0], 3, 1, 1, 3), Point(days[1], 0, 0, 0, 0), Point(days[2], 0, 0, 0, 0, reason="too little was collected"),
        Point(days[3], reason="no coverage"), Point(days[4], reason="no coverage"), Point(days[5], 1, 1, 1, 1),
    )  # fmt: skip

    [card] = topics.section([replace(trend(1, articles=4), points=points)], {}, Evidence()).cards

    assert [(row.first, row.last, row.point.reason, row.href) for row in card.rows] == [
        (days[0], days[0], None, "#list-1"),
        (days[2], days[2], "too little was collected", None),
        (days[3], days[4], "no coverage", None),
        (days[5], days[5], None, "#list-1"),
    ]
