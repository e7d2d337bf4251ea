"""Who leads, who follows, who is silent, what goes together: the views, row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from models import cube_store, tables
from tests import factories as make


@pytest.fixture(autouse=True)
def _the_present_is_now(db: Connection) -> None:
    make.clock(db, make.NOW)


def rows(db: Connection, view: str, *columns: str, where: str = "true", order: str = "1, 2") -> list[tuple[Any, ...]]:
    names = ", ".join(columns)
    return [
        tuple(row) for row in db.execute(sa.text(f"SELECT {names} FROM trends.{view} WHERE {where} ORDER BY {order}"))
    ]


BLOCS = {"west": "western", "east": "china-state", "north": "dprk-state", "south": "rok"}


def outlets(db: Connection, *slugs: str) -> None:
    for slug in slugs or BLOCS:
        make.source(db, slug, bloc=BLOCS[slug])


def steady(db: Connection, slug: str, days: range = range(1, 60), **facts: Any) -> None:
    """Two articles a day, on no topic: a source that can be graded."""
    make.articles(db, slug, [make.at(ago, hour=hour) for ago in days for hour in (6, 18)], **facts)


def told(
    db: Connection, slug: str, when: datetime, *, story: int = 1, topics: tuple[str, ...] = ("pact",), **facts: Any
) -> int:
    return make.article(
        db, slug, published=when, first_seen_at=when + timedelta(minutes=30), story_id=story, topics=topics, **facts
    )


# when an article reported --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "country", "language", "after", "timed"),
    [
        ("2025-03-10 07:30Z", "US", "en", "2025-03-10 07:30Z", True),
        ("2025-03-10 00:00Z", "US", "en", "2025-03-10 09:00Z", False),
        ("2025-03-09 15:00Z", "KR", "en", "2025-03-10 09:00Z", False),
        ("2025-03-09 16:00Z", "ZZ", "zh", "2025-03-10 09:00Z", False),
        ("2025-03-09 16:00Z", "GB", "en", "2025-03-09 16:00Z", True),
        ("2025-03-07 00:00Z", "US", "en", "2025-03-08 00:00Z", False),
        (None, "US", "en", "2025-03-10 09:00Z", False),
    ],
    ids=[
        "timed",
        "UTC midnight",
        "Korean midnight",
        "Chinese midnight",
        "no midnight there",
        "listed days later",
        "undated",
    ],
)
def test_a_day_without_a_time_counts_as_the_latest_it_can_have_been(
    db: Connection, published: str | None, country: str, language: str, after: str, timed: bool
) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "alpha", country=country)
    at = datetime.fromisoformat(published) if published else None
    seen = datetime.fromisoformat("2025-03-10 09:00Z")
    make.article(db, published_at=at, first_seen_at=seen, language=language, story_id=1)

    assert rows(db, "story_articles", "reported_at", "timed") == [(datetime.fromisoformat(after), timed)]


def test_when_an_article_reported_is_worked_out_without_calling_a_function_for_each(db: Connection) -> None:
    plan = db.execute(sa.text("EXPLAIN (VERBOSE) SELECT reported_at, timed FROM trends.story_articles")).scalars().all()

    assert [line for line in plan if "reported_at(" in line or "is_day_only(" in line] == []


def test_a_day_without_a_time_is_over_after_24_hours_wherever_the_session_says_it_is(db: Connection) -> None:
    """A session's zone may change its clocks on that day: Berlin's has 23 hours."""
    make.source(db, "alpha")
    at, seen = datetime.fromisoformat("2025-03-30 00:00Z"), datetime.fromisoformat("2025-04-10 09:00Z")
    make.article(db, published_at=at, first_seen_at=seen, language="en", story_id=1)
    db.execute(sa.text("SET LOCAL TimeZone = 'Europe/Berlin'"))

    assert rows(db, "story_articles", "reported_at", "timed") == [(at + timedelta(hours=24), False)]


def test_a_date_without_a_time_does_not_win_the_race(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db)
    told(db, "west", make.at(2, hour=9), title="Pact signed")
    make.article(
        db,
        "east",
        title="Great treaty concluded",
        published=make.at(2, hour=0),
        first_seen_at=make.at(2, hour=20),
        story_id=1,
        topics=["pact"],
    )
    cube_store.roll_up(db)

    assert rows(db, "stories", "first_source", "title", "started_at", "first_timed") == [
        ("west", "Pact signed", make.at(2, hour=9), True)
    ]
    assert rows(
        db, "story_slices", "slice", "lag_hours", "first_timed", where="slice_kind = 'bloc' AND articles > 0"
    ) == [
        ("china-state", 11.0, False),
        ("western", 0.0, True),
    ]


# stories -------------------------------------------------------------------------------------------------------------


def world(db: Connection) -> None:
    """West first, south two hours later at half the length, north listened to and silent, east dark."""
    make.taxonomy(db, "pact")
    outlets(db)
    for slug in ("west", "south", "north"):
        steady(db, slug)
    steady(db, "east", range(12, 60))
    told(db, "west", make.at(10, hour=8), words=600)
    told(db, "west", make.at(10, hour=9), words=400)
    told(db, "south", make.at(10, hour=10), words=200, language="ko")
    cube_store.roll_up(db)


def test_each_bloc_led_followed_was_silent_or_could_not_be_heard(db: Connection) -> None:
    world(db)

    names = (
        "bloc",
        "first_at",
        "lag_hours",
        "is_first",
        "articles",
        "words",
        "relative_words",
        "never_taken_up",
        "reason",
        "coverage_grade",
    )
    assert rows(db, "story_blocs", *names) == [
        ("china-state", None, None, None, 0, None, None, None, "sources of only 0 % of the usual coverage were complete", "dark"),
        ("dprk-state", None, None, None, 0, None, None, True, None, "ok"),
        ("rok", make.at(10, hour=10), 2.0, False, 1, 200, 0.5, False, None, "ok"),
        ("western", make.at(10, hour=8), 0.0, True, 2, 400, 1.0, False, None, "ok"),
    ]  # fmt: skip


def test_languages_are_told_apart_as_blocs_are(db: Connection) -> None:
    world(db)

    assert rows(db, "story_languages", "language", "lag_hours", "articles", "never_taken_up") == [
        ("en", 0.0, 2, False),
        ("ko", 2.0, 1, False),
    ]


def test_a_story_of_yesterday_may_still_be_taken_up(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "west", "north")
    steady(db, "west")
    steady(db, "north")
    told(db, "west", make.at(1, hour=8))
    cube_store.roll_up(db)

    assert rows(db, "story_blocs", "bloc", "never_taken_up", "reason") == [
        ("dprk-state", None, "the story is less than three days old"),
        ("western", False, None),
    ]


def test_a_story_has_all_topics_of_its_articles_the_most_frequent_first_as_of_any_moment(db: Connection) -> None:
    make.taxonomy(db, "pact", "axis", "drill", made_at=make.at(90))
    make.clock(db, make.at(20))
    outlets(db)
    told(db, "west", make.at(21), topics=("drill",))
    cube_store.roll_up(db)
    make.clock(db, make.at(19))
    told(db, "east", make.at(20, hour=1), topics=("axis", "pact"))
    told(db, "north", make.at(20, hour=2), topics=("axis",))
    cube_store.roll_up(db)
    make.clock(db, make.NOW)

    assert rows(db, "stories", "topics", order="1") == [(["axis", "drill", "pact"],)]
    with make.as_of(db, make.at(19.5)):
        assert rows(db, "stories", "topics", order="1") == [(["drill"],)]


def test_a_story_as_of_an_earlier_moment_has_only_who_had_reported_by_then(db: Connection) -> None:
    make.taxonomy(db, "pact", made_at=make.at(90))
    make.clock(db, make.at(20))
    outlets(db, "west", "south")
    first = told(db, "west", make.at(20, hour=8))
    cube_store.roll_up(db)
    make.clock(db, make.at(19))
    told(db, "south", make.at(20, hour=6))
    cube_store.roll_up(db)
    make.clock(db, make.NOW)

    assert rows(db, "stories", "first_source", "articles", "blocs") == [("south", 2, ["rok", "western"])]
    with make.as_of(db, make.at(19.5)):
        names = ("first_source", "articles", "blocs", "title", "article_ids")
        assert rows(db, "stories", *names) == [("west", 1, ["western"], "A headline", [first])]
        assert rows(db, "story_blocs", "bloc", "lag_hours") == [("western", 0.0)]
        assert rows(db, "first_movers", "mover", "grain") == []


# topics --------------------------------------------------------------------------------------------------------------


def races(db: Connection) -> None:
    """Three stories on the pact: west leads twice, by 2 and 4 hours; south once, by one; a fourth is told by west alone."""
    make.taxonomy(db, "pact", "ties")
    outlets(db, "west", "south", "north")
    for slug in ("west", "south", "north"):
        steady(db, slug)
    for story, ago, first, then, lead in (
        (1, 10, "west", "south", 2),
        (2, 9, "west", "south", 4),
        (3, 8, "south", "west", 1),
    ):
        told(db, first, make.at(ago, hour=8), story=story, words=400)
        told(db, then, make.at(ago, hour=8 + lead), story=story, words=400 if then == "west" else 200)
    told(db, "west", make.at(7, hour=8), story=4)
    cube_store.roll_up(db)


def test_first_movers_are_counted_over_the_stories_that_two_reported(db: Connection) -> None:
    races(db)

    names = (
        "mover_kind",
        "mover",
        "topic",
        "firsts",
        "stories",
        "round(share::numeric, 2)::float8",
        "lead_hours",
        "untimed",
    )
    assert rows(db, "first_movers", *names, where="grain = '28 days'") == [
        (kind, mover, "pact", firsts, 3, share, lead, 0)
        for kind, movers in (("bloc", ("rok", "western")), ("family", ("south", "west")), ("source", ("south", "west")))
        for mover, firsts, share, lead in zip(movers, (1, 2), (0.33, 0.67), (1.0, 3.0), strict=True)
    ]
    assert rows(db, "first_movers", "DISTINCT grain", "starts_on", where="grain IN ('month', '90 days')") == [
        ("90 days", make.day(89)),
        ("month", make.day(30)),
    ]


def test_a_story_is_on_a_topic_that_half_of_its_articles_are_on(db: Connection) -> None:
    make.taxonomy(db, "pact", "ties")
    outlets(db, "west", "south")
    told(db, "west", make.at(5, hour=8), topics=("pact", "ties"))
    told(db, "south", make.at(5, hour=9), topics=("pact",))
    told(db, "south", make.at(5, hour=10), topics=("pact",))
    cube_store.roll_up(db)

    assert rows(db, "first_movers", "DISTINCT topic", "stories", where="grain = '7 days'") == [("pact", 1)]
    assert rows(db, "stories", "topics", "1") == [(["pact", "ties"], 1)]


def test_the_lags_of_blocs_say_how_late_how_often_and_how_tersely(db: Connection) -> None:
    races(db)

    names = ("bloc", "stories", "taken_up", "firsts", "never_taken_up", "share_taken_up", "lag_hours", "relative_words")
    assert rows(db, "topic_bloc_lags", *names, where="grain = '28 days' AND topic = 'pact'") == [
        ("dprk-state", 3, 0, 0, 3, 0.0, None, None),
        ("rok", 3, 3, 1, 0, 1.0, 2.0, 1.0),
        ("western", 3, 3, 2, 0, 1.0, 0.0, 2.0),
    ]


def test_a_story_that_could_not_be_heard_is_no_silence_on_the_topic(db: Connection) -> None:
    world(db)

    names = ("bloc", "taken_up", "never_taken_up", "share_taken_up", "reason")
    assert rows(db, "topic_bloc_lags", *names, where="grain = '28 days' AND topic = 'pact'") == [
        ("dprk-state", 0, 1, 0.0, None),
        ("rok", 1, 0, 1.0, None),
        ("western", 1, 0, 1.0, None),
    ]


# silences ------------------------------------------------------------------------------------------------------------


def habit(db: Connection, slug: str, *, on_topic: range, others: range) -> None:
    """One article a day on the topic and three on nothing, on the days before NOW that are given."""
    make.articles(db, slug, [make.at(ago, hour=6) for ago in on_topic], topics=["pact"])
    make.articles(db, slug, [make.at(ago, hour=hour) for ago in others for hour in (7, 8, 9)])


def test_who_stopped_covering_a_topic_while_it_is_healthy_is_silent(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "west", "east")
    habit(db, "west", on_topic=range(1, 120), others=range(1, 120))
    habit(db, "east", on_topic=range(10, 120), others=range(1, 120))
    cube_store.roll_up(db)

    names = (
        "days",
        "slice",
        "articles",
        "expected",
        "round(p_low::numeric, 3)::float8",
        "silent",
        "days_since",
        "coverage",
        "reason",
    )
    found = rows(db, "silences", *names, where="slice_kind = 'source' AND days < 28")

    assert found == [
        (7, "east", 0, 5.25, 0.005, True, 10, 21, None),
        (7, "west", 7, 7.0, None, False, 1, 28, None),
        (14, "east", 5, 11.75, 0.024, False, 10, 47, None),
        (14, "west", 14, 14.0, None, False, 1, 56, None),
    ]
    assert rows(db, "silences", "slice", "silent", where="slice_kind = 'bloc' AND days = 7") == [
        ("china-state", True),
        ("western", False),
    ]


def test_each_window_has_its_own_articles_and_what_was_to_be_expected_of_each_bloc(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "west", "east")
    habit(db, "west", on_topic=range(1, 120), others=range(1, 120))
    habit(db, "east", on_topic=range(10, 120), others=range(1, 120))
    make.article(db, "east", published=make.at(0, hour=6), topics=["pact"])
    cube_store.roll_up(db)

    found = rows(db, "silences", "days", "slice", "articles", "expected", "days_since", where="slice_kind = 'bloc'")

    assert found == [
        (7, "china-state", 0, 5.25, 0), (7, "western", 7, 7.0, 1),
        (14, "china-state", 5, 11.75, 0), (14, "western", 14, 14.0, 1),
        (28, "china-state", 19, 25.75, 0), (28, "western", 28, 28.0, 1),
    ]  # fmt: skip


def test_a_habit_takes_four_articles_and_28_days_that_were_heard(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "west", "east")
    habit(db, "west", on_topic=range(60, 63), others=range(1, 120))
    habit(db, "east", on_topic=range(10, 60), others=range(1, 60))
    cube_store.roll_up(db)

    assert rows(db, "silences", "slice", "days") == []


@pytest.mark.parametrize("until", [6, 5, 3], ids=["most of the week", "half of the week", "the last days"])
def test_a_source_whose_feeds_fail_is_not_silent(db: Connection, until: int) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "east")
    habit(db, "east", on_topic=range(10, 120), others=range(until, 120))
    feed = make.feed(db, "east")
    for ago in range(120):
        failed = 24 if ago < until else 0
        db.execute(tables.feed_days.insert().values(feed_id=feed, day=make.day(ago), polls=24, failed=failed))
    cube_store.roll_up(db)

    days = {
        6: "only 2 of 7 days were complete",
        5: "only 3 of 7 days were complete",
        3: "none of the last 2 days was complete",
    }
    assert rows(db, "silences", "p_low", "silent", "reason", where="slice_kind = 'source' AND days = 7") == [
        (None, False, days[until])
    ]


def test_added_feeds_do_not_raise_what_is_expected_of_a_bloc(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "west")
    make.source(db, "newcomer", bloc=BLOCS["west"])
    habit(db, "west", on_topic=range(1, 120), others=range(1, 120))
    habit(db, "newcomer", on_topic=range(0), others=range(1, 20))
    cube_store.roll_up(db)

    assert rows(db, "silences", "articles", "expected", "silent", where="slice_kind = 'bloc' AND days = 7") == [
        (7, 7.0, False)
    ]


def test_a_source_that_is_watched_only_now_has_no_habit_to_break(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "east")
    habit(db, "east", on_topic=range(10, 40), others=range(1, 40))
    cube_store.roll_up(db)

    assert rows(db, "silences", "slice", "days") == []


# attention -----------------------------------------------------------------------------------------------------------


def test_attention_weighs_the_topic_in_the_bloc_and_the_bloc_in_the_topic(db: Connection) -> None:
    make.taxonomy(db, "pact")
    outlets(db, "west", "south")
    steady(db, "west")
    steady(db, "south")
    for hour in (7, 8):
        make.article(db, "west", published=make.at(7, hour=hour), topics=["pact"])
    for hour in (7, 8, 9, 10):
        make.article(db, "south", published=make.at(7, hour=hour))
    cube_store.roll_up(db)

    names = (
        "grain",
        "bloc",
        "articles",
        "coverage",
        "weight_in_bloc",
        "weight_of_bloc",
        "round(relative::numeric, 3)::float8",
    )
    assert rows(db, "attention", *names, where=f"grain = 'day' AND starts_on = '{make.day(7)}'") == [
        ("day", "rok", 0, 6, 0.0, 0.0, 0.0),
        ("day", "western", 2, 4, 0.5, 1.0, 2.5),
    ]
    assert rows(db, "attention", *names, where=f"grain = 'week' AND starts_on = '{make.day(7)}'") == [
        ("week", "rok", 0, 18, 0.0, 0.0, 0.0),
        ("week", "western", 2, 16, 0.125, 1.0, 2.125),
    ]


def test_attention_of_a_bloc_that_was_not_heard_is_null_with_a_reason(db: Connection) -> None:
    world(db)

    names = ("bloc", "weight_in_bloc", "weight_of_bloc", "reason")
    found = rows(db, "attention", *names, where=f"grain = 'day' AND starts_on = '{make.day(10)}'")

    assert found[0] == ("china-state", None, None, "sources of only 0 % of the usual coverage were complete")
    assert [row[0] for row in found if row[-1] is None] == ["dprk-state", "rok", "western"]


# pairs and actors ----------------------------------------------------------------------------------------------------


def together(db: Connection) -> None:
    """Ten texts: pact with kim in three (one of them copied), pact alone in one, kim alone in one, ties in five."""
    make.taxonomy(db, "pact", "ties")
    first = make.article(db, published=make.at(3), topics=["pact"], actors=["kim"])
    make.article(db, "beta", published=make.at(3), topics=["pact"], actors=["kim"], origin_id=first)
    for ago in (2, 1):
        make.article(db, published=make.at(ago), topics=["pact"], actors=["kim"])
    make.article(db, published=make.at(3), topics=["pact"])
    make.article(db, published=make.at(3), actors=["kim"])
    for _ in range(5):
        make.article(db, published=make.at(3), topics=["ties"])
    make.article(db, published=make.at(3))
    cube_store.roll_up(db)


def test_pairs_count_texts_and_say_how_much_more_than_chance(db: Connection) -> None:
    together(db)

    names = ("left_about", "left_subject", "right_subject", "articles", "n_both", "n_left", "n_right", "n", "lift")
    assert rows(db, "pairs", *names, where="days = 7") == [
        ("actor", "kim", "pact", 4, 3, 4, 4, 10, 1.875),
        ("topic", "pact", "kim", 4, 3, 4, 4, 10, 1.875),
    ]
    bounds = (
        "round(lift_low::numeric, 2)::float8",
        "round(lift_high::numeric, 2)::float8",
        "round(p::numeric, 2)::float8",
    )
    assert rows(db, "pairs", *bounds, where="days = 7 AND left_about = 'topic'") == [(0.38, 5.48, 0.43)]


def test_pairs_by_day_and_as_of_an_earlier_moment(db: Connection) -> None:
    together(db)

    names = ("day", "articles", "n_both", "n_left", "n_right", "n")
    found = rows(db, "pair_days", *names, where="left_subject = 'pact'")
    assert found == [(make.day(3), 2, 1, 2, 2, 8), (make.day(2), 1, 1, 1, 1, 1), (make.day(1), 1, 1, 1, 1, 1)]
    with make.as_of(db, make.NOW):
        assert rows(db, "pair_days", *names, where="left_subject = 'pact'") == found


def test_an_actor_has_a_line_with_share_and_gaps(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, published=make.at(3), actors=["kim"])
    make.article(db, published=make.at(3))
    make.article(db, published=make.at(1))
    cube_store.roll_up(db)

    assert rows(
        db, "actor_days", "day", "actor", "articles", "coverage", "share", "reason", where=f"day < '{make.day(0)}'"
    ) == [
        (make.day(3), "kim", 1, 2, 0.5, None),
        (make.day(2), "kim", None, None, None, "no coverage"),
        (make.day(1), "kim", 0, 1, 0.0, None),
    ]
    where = f"day = '{make.day(3)}'"
    assert rows(db, "actor_slice_days", "slice_kind", "slice", "articles", "coverage", where=where) == [
        ("all", "", 1, 2), ("bloc", "western", 1, 2), ("country", "US", 1, 2), ("kind", "newspaper", 1, 2), ("language", "en", 1, 2),
    ]  # fmt: skip


# articles as of an earlier moment ------------------------------------------------------------------------------------


def test_an_article_is_shown_as_it_was(db: Connection) -> None:
    make.taxonomy(db, "pact", "ties", made_at=make.at(90))
    make.clock(db, make.at(20))
    make.source(db, bloc="rok")
    lead = make.article(db, title="Lead", published=make.at(20))
    one = make.article(db, title="Before", published=make.at(20), words=100)
    make.tag(db, one, "pact", actors=["kim"], tagged_at=make.at(20))
    make.clock(db, make.at(10))
    db.execute(tables.sources.update().values(bloc="western"))
    changed = tables.articles.update().where(tables.articles.c.id == one)
    db.execute(changed.values(title="After", words=200, origin_id=lead, deleted_at=make.at(5)))
    facts = {"article_id": one, "of_article_id": lead, "kind": "exact", "jaccard": 1, "containment": 1}
    db.execute(tables.copies.insert().values(**facts, found_at=make.at(10)))
    db.execute(tables.tags.delete())
    db.execute(tables.taggings.delete())
    make.tag(db, one, "pact", "ties", actors=["kim"], tagged_at=make.at(10))
    make.clock(db, make.NOW)

    names = ("title", "bloc", "words", "topics", "actors", "origin_id", "copy_kind", "deleted_at")
    where = f"article_id = {one}"
    assert rows(db, "articles", *names, where=where) == [
        ("After", "western", 200, ["pact", "ties"], ["kim"], lead, "exact", make.at(5))
    ]
    assert rows(db, "origins", "origin_id", "articles") == []
    with make.as_of(db, make.at(15)):
        assert rows(db, "articles", *names, where=where) == [("Before", "rok", 100, ["pact"], ["kim"], one, None, None)]
        assert rows(db, "tag_evidence", "topic", "term", "score") == [("pact", None, None)]
    with make.as_of(db, make.at(7)):
        assert rows(db, "articles", *names, where=where) == [
            ("After", "western", 200, ["pact", "ties"], ["kim"], lead, "exact", None)
        ]
        assert rows(db, "origins", "origin_id", "source", "articles", "exact", "article_ids") == [
            (lead, "alpha", 2, 1, [lead, one])
        ]
        assert rows(db, "tag_evidence", "topic", "words") == [("pact", "ter"), ("ties", "ter")]
    with make.as_of(db, make.at(30)):
        assert rows(db, "articles", *names) == []
