"""Reading trends: periods, points, gaps, and what moved."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models import cube_store, trends
from models.trends import Coverage, Point
from tests import factories as make

TODAY = make.day(0)


def steady(db: Connection, topic: str, *, before: int, recent: int, slug: str = "alpha") -> None:
    """Each day one article on nothing, and so many on the topic in the 28 days before and in the last 7."""
    make.articles(db, slug, map(make.at, range(35)))
    on_topic = [make.at(ago) for ago in range(35) for _ in range(recent if ago < 7 else before)]
    make.articles(db, slug, on_topic, topics=[topic])


def test_an_empty_database_has_nothing_to_show(db: Connection) -> None:
    assert trends.lines(db, until=TODAY, days=7) == ()
    assert trends.coverage(db) == Coverage((), None, None)


def test_coverage_names_the_topics_and_the_days_there_are(db: Connection) -> None:
    make.taxonomy(db, "ties", "pact")
    make.article(db, published=make.at(9))
    make.article(db, published=make.at(2))
    cube_store.recount(db)

    assert trends.coverage(db) == Coverage(("ties", "pact"), make.day(9), make.day(2))


def test_a_trend_has_a_point_for_each_day_and_gaps_are_points_without_figures(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, published=make.at(2), topics=["pact"])
    make.article(db, published=make.at(0))
    cube_store.recount(db)

    [trend] = trends.lines(db, until=TODAY, days=4)

    assert [(p.day, p.articles, p.share, p.reason) for p in trend.points] == [
        (make.day(3), None, None, "no coverage"),
        (make.day(2), 1, 1.0, None),
        (make.day(1), None, None, "no coverage"),
        (make.day(0), 0, 0.0, None),
    ]


def test_counts_of_a_period_are_distinct_over_the_period(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "one", family="press")
    make.source(db, "two", family="press")
    lead = make.article(db, "one", published=make.at(3), topics=["pact"])
    make.article(db, "two", published=make.at(2), topics=["pact"], origin_id=lead)
    make.article(db, "one", published=make.at(1), topics=["pact"])
    make.article(db, "one", published=make.at(1))
    make.article(db, "one", published=make.at(20), topics=["pact"])
    cube_store.recount(db)

    [trend] = trends.lines(db, until=TODAY, days=7)

    assert (trend.articles, trend.sources, trend.families, trend.origins) == (3, 2, 1, 2)
    assert (trend.coverage, trend.covered_days, trend.share) == (4, 3, 0.75)


def test_a_period_has_the_same_change_as_the_view_on_its_last_day(db: Connection) -> None:
    make.taxonomy(db, "pact")
    steady(db, "pact", before=1, recent=3)
    cube_store.recount(db)

    [trend] = trends.lines(db, until=TODAY, days=3)

    assert trend.change == pytest.approx(1.5)
    assert (trend.change, trend.mean_7d) == (trend.points[-1].change, trend.points[-1].mean_7d)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("source", [("east", 2), ("west", 1)]),
        ("bloc", [("china-state", 2), ("western", 1)]),
        ("language", [("zh", 2), ("en", 1)]),
        ("country", [("CN", 2), ("US", 1)]),
    ],
)
def test_a_topic_can_be_split(db: Connection, by: str, expected: list[tuple[str, int]]) -> None:
    make.taxonomy(db, "pact", "ties")
    make.source(db, "east", bloc="china-state", country="CN")
    make.article(db, "east", language="zh", topics=["pact"])
    make.article(db, "east", language="zh", topics=["pact"])
    make.article(db, "west", topics=["pact"])
    cube_store.recount(db)

    found = trends.lines(db, until=TODAY, days=2, topic="pact", by=by)

    assert [(trend.slice, trend.articles) for trend in found] == expected
    assert [trend.points[-1].articles for trend in found] == [count for _, count in expected]
    assert {trend.points[0] for trend in found} == {Point(make.day(1), reason="no coverage")}


def test_a_slice_silent_on_a_named_topic_is_shown_and_on_all_topics_left_out(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, "loud", topics=["pact"])
    make.article(db, "silent")
    cube_store.recount(db)

    named = trends.lines(db, until=TODAY, days=1, topic="pact", by="source")
    every = trends.lines(db, until=TODAY, days=1, by="source")

    assert [(trend.slice, trend.articles) for trend in named] == [("loud", 1), ("silent", 0)]
    assert [trend.slice for trend in every] == ["loud"]


def test_an_unknown_topic_or_slice_is_refused_with_what_exists(db: Connection) -> None:
    make.taxonomy(db, "ties", "pact")

    with pytest.raises(Misconfigured, match=r"There is no topic 'pakt'; there are ties, pact\."):
        trends.lines(db, until=TODAY, days=7, topic="pakt")
    with pytest.raises(Misconfigured, match=r"by 'planet'; they can by source, bloc, language, country, kind\."):
        trends.lines(db, until=TODAY, days=7, by="planet")


def test_what_moved_are_the_topics_that_grew_most(db: Connection) -> None:
    make.taxonomy(db, "grew", "grew-more", "fell", "same")
    steady(db, "grew", before=2, recent=3)
    steady(db, "grew-more", before=1, recent=3)
    steady(db, "fell", before=3, recent=1)
    steady(db, "same", before=2, recent=2)
    cube_store.recount(db)

    moved = trends.moved(db, limit=5, until=TODAY)

    assert [(trend.topic, trend.articles) for trend in moved] == [("grew-more", 21), ("grew", 21)]
    assert trends.moved(db, limit=1, until=TODAY) == moved[:1]


def test_a_topic_of_two_articles_has_not_moved(db: Connection) -> None:
    make.taxonomy(db, "pact")
    steady(db, "pact", before=0, recent=0)
    for ago in (20, 1, 2):
        make.article(db, published=make.at(ago), topics=["pact"])
    cube_store.recount(db)

    assert trends.periods(db, until=TODAY, days=7)[0].change > 1
    assert trends.moved(db, limit=5, until=TODAY) == []
