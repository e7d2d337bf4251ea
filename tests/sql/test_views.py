"""The views, row by row: what analysts and operators read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from models import cube_store, tables
from models.queries import views
from tests import factories as make


def rows(db: Connection, view: str, *columns: str, where: str = "true", order: str = "1") -> list[tuple[Any, ...]]:
    names = ", ".join(columns)
    return [tuple(row) for row in db.execute(sa.text(f"SELECT {names} FROM {view} WHERE {where} ORDER BY {order}"))]


def on(ago: int) -> str:
    return f"day = '{make.day(ago)}'"


def steady(db: Connection, *, days: range, on_topic: int, others: int, slug: str = "alpha") -> None:
    """The same number of articles every day, some of them on the topic `pact`."""
    for ago in days:
        for number in range(on_topic + others):
            make.article(db, slug, published=make.at(ago), topics=["pact"] if number < on_topic else [])


# trends -------------------------------------------------------------------------------------------------------------


def test_topics_are_those_of_the_current_taxonomy_in_its_order(db: Connection) -> None:
    make.taxonomy(db, "old")
    make.taxonomy(db, "ties", "pact")

    assert rows(db, "trends.topics", "topic", "title", "position", order="position") == [
        ("ties", "Ties", 0),
        ("pact", "Pact", 1),
    ]


def test_days_run_without_holes_and_a_gap_has_a_reason_and_no_zero(db: Connection) -> None:
    make.article(db, published=make.at(3))
    make.article(db, "beta", published=make.at(1))
    make.article(db, "beta", published=make.at(1))
    cube_store.recount(db)

    found = rows(
        db,
        "trends.days",
        "day",
        "articles",
        "sources",
        "families",
        "origins",
        "reason",
        where=f"day <= '{make.day(0)}'",
    )

    assert found == [
        (make.day(3), 1, 1, 1, 1, None),
        (make.day(2), None, None, None, None, "no coverage"),
        (make.day(1), 2, 1, 1, 2, None),
        (make.day(0), None, None, None, None, "no coverage"),
    ]


def test_days_reach_to_today_and_only_today_is_incomplete(db: Connection) -> None:
    today = db.execute(sa.text("SELECT (now() AT TIME ZONE 'UTC')::date")).scalar_one()
    make.article(db)
    cube_store.recount(db)

    assert rows(db, "trends.days", "max(day)", "count(*) FILTER (WHERE NOT complete)") == [(today, 1)]


def test_coverage_days_count_by_source_and_language(db: Connection) -> None:
    first = make.article(db, "alpha")
    make.article(db, "alpha", origin_id=first)
    make.article(db, "alpha", language="fr")
    cube_store.recount(db)

    found = rows(db, "trends.coverage_days", "source", "language", "articles", "origins", order="language")

    assert found == [("alpha", "en", 2, 1), ("alpha", "fr", 1, 1)]


def test_a_topic_day_has_four_counts_and_the_share_of_all_coverage(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "one", family="press")
    make.source(db, "two", family="press")
    first = make.article(db, "one", topics=["pact"])
    make.article(db, "two", topics=["pact"], origin_id=first)
    make.article(db, "three", topics=["pact"])
    make.article(db, "three")
    cube_store.recount(db)

    found = rows(
        db,
        "trends.topic_days",
        "topic",
        "articles",
        "sources",
        "families",
        "origins",
        "coverage",
        "share",
        "reason",
        where=on(0),
    )

    assert found == [("pact", 3, 3, 2, 2, 4, 0.75, None)]


def test_no_article_on_the_topic_is_zero_and_no_coverage_is_null(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(db, published=make.at(2))
    make.article(db, published=make.at(0))
    cube_store.recount(db)

    found = rows(
        db, "trends.topic_days", "day", "articles", "origins", "share", "reason", where=f"day <= '{make.day(0)}'"
    )

    assert found == [
        (make.day(2), 0, 0, 0.0, None),
        (make.day(1), None, None, None, "no coverage"),
        (make.day(0), 0, 0, 0.0, None),
    ]


def test_the_change_compares_the_week_with_the_four_weeks_before(db: Connection) -> None:
    make.taxonomy(db, "pact")
    steady(db, days=range(7, 35), on_topic=1, others=3)
    steady(db, days=range(7), on_topic=2, others=2)
    cube_store.recount(db)

    found = rows(db, "trends.topic_days", "mean_7d", "share_7d", "share_28d", "change", "change_reason", where=on(0))

    assert found == [(2.0, 0.5, 0.25, 2.0, None)]


def test_more_feeds_alone_do_not_change_the_share(db: Connection) -> None:
    make.taxonomy(db, "pact")
    steady(db, days=range(7, 35), on_topic=1, others=1)
    steady(db, days=range(7), on_topic=5, others=5)
    cube_store.recount(db)

    assert rows(db, "trends.topic_days", "articles", "change", where=on(0)) == [(5, 1.0)]


def test_a_week_with_gaps_is_averaged_over_the_days_that_have_coverage(db: Connection) -> None:
    make.taxonomy(db, "pact")
    steady(db, days=range(0, 7, 2), on_topic=3, others=0)
    cube_store.recount(db)

    assert rows(db, "trends.topic_days", "mean_7d", where=on(0)) == [(3.0,)]


@pytest.mark.parametrize(
    ("recent", "before", "on_topic_before", "reason"),
    [
        (range(3), range(7, 35), 1, "fewer than 4 of the last 7 days have coverage"),
        (range(7), range(7, 20), 1, "fewer than 14 of the 28 days before have coverage"),
        (range(7), range(7, 35), 0, "no article in the 28 days before"),
    ],
)
def test_a_change_that_cannot_be_stated_is_null_with_its_reason(
    db: Connection, recent: range, before: range, on_topic_before: int, reason: str
) -> None:
    make.taxonomy(db, "pact")
    steady(db, days=before, on_topic=on_topic_before, others=1)
    steady(db, days=recent, on_topic=1, others=1)
    cube_store.recount(db)

    assert rows(db, "trends.topic_days", "change", "change_reason", where=on(0)) == [(None, reason)]


@pytest.mark.parametrize(
    ("view", "word", "east", "west"),
    [
        ("trends.topic_source_days", "source", "east", "west"),
        ("trends.topic_bloc_days", "bloc", "china-state", "western"),
        ("trends.topic_language_days", "language", "zh", "en"),
        ("trends.topic_country_days", "country", "CN", "US"),
    ],
)
def test_a_slice_is_measured_against_its_own_coverage(
    db: Connection, view: str, word: str, east: str, west: str
) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "east", bloc="china-state", country="CN")
    lead = make.article(db, "east", language="zh", topics=["pact"])
    make.article(db, "east", language="zh", topics=["pact"], origin_id=lead)
    make.article(db, "east", language="zh")
    make.article(db, "east", language="zh")
    make.article(db, "west")
    make.article(db, "west", published=make.at(1))
    cube_store.recount(db)

    names = ("day", word, "articles", "sources", "families", "origins", "coverage", "share", "reason")
    found = rows(db, view, *names, where=f"day BETWEEN '{make.day(1)}' AND '{make.day(0)}'", order=f"day, {word}")

    assert sorted(found) == sorted(
        [
            (make.day(1), east, None, None, None, None, None, None, "no coverage"),
            (make.day(1), west, 0, 0, 0, 0, 1, 0.0, None),
            (make.day(0), east, 2, 1, 1, 1, 4, 0.5, None),
            (make.day(0), west, 0, 0, 0, 0, 1, 0.0, None),
        ]
    )


def test_articles_carry_their_source_tags_actors_and_copies(db: Connection) -> None:
    make.taxonomy(db, "pact", "ties")
    make.source(db, "alpha", bloc="rok", family="press")
    lead = make.article(db)
    copy = make.article(db, topics=["ties", "pact"], actors=["kim", "putin"], origin_id=lead)
    make.article(db, state="rejected")
    facts = {"article_id": copy, "of_article_id": lead, "kind": "edited", "jaccard": 0.5, "containment": 0.7}
    db.execute(tables.copies.insert().values(**facts, found_at=make.NOW))

    names = (
        "article_id",
        "source",
        "bloc",
        "family",
        "topics",
        "actors",
        "origin_id",
        "copy_kind",
        "copy_of",
        "related",
    )
    found = rows(db, "trends.articles", *names)

    assert found == [
        (lead, "alpha", "rok", "press", [], [], lead, None, None, None),
        (copy, "alpha", "rok", "press", ["pact", "ties"], ["kim", "putin"], lead, "edited", lead, 0.5),
    ]


def test_articles_as_of_a_moment_carry_what_was_said_of_them_then(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact", "ties")
    told, retold, unsaid = (make.article(db, topics=["ties", "pact"], actors=["kim", "putin"]) for _ in range(3))
    last = make.article(db)
    make.clock(db, make.NOW + timedelta(minutes=5))
    said, changed = tables.taggings, make.NOW + timedelta(minutes=5)
    later = {"topic_ids": [make.topic(db, "ties")], "actor_ids": [], "related": 0.9, "tagged_at": changed}
    db.execute(said.update().where(said.c.article_id == retold).values(later))
    db.execute(said.delete().where(said.c.article_id == unsaid))
    make.tag(db, last, "pact", tagged_at=changed)
    names = ("article_id", "topics", "actors", "related", "tagged_at")

    now = rows(db, "trends.articles", *names)
    with make.as_of(db, make.NOW + timedelta(minutes=1)):
        then = rows(db, "trends.articles", *names)

    assert now == [
        (told, ["pact", "ties"], ["kim", "putin"], 0.5, make.NOW), (retold, ["ties"], [], 0.9, changed),
        (unsaid, [], [], None, None), (last, ["pact"], [], 0.5, changed),
    ]  # fmt: skip
    assert then == [
        *((one, ["pact", "ties"], ["kim", "putin"], 0.5, make.NOW) for one in (told, retold, unsaid)),
        (last, [], [], None, None),
    ]


def test_changes_of_articles_are_those_that_had_been_seen_and_their_days_those_that_were_over(db: Connection) -> None:
    make.clock(db, make.NOW)
    made = make.article(db, published=make.at(9), fetched_at=make.at(9))
    for number, ago in enumerate((3, 2, 1), start=1):
        change = {"article_id": made, "number": number, "kind": "edit", "seen_at": make.at(ago), "run_id": 1}
        headline = {"title": "Old", "new_title": "New", "headline_changed": True}
        db.execute(tables.revisions.insert().values(change | headline | {"source_id": make.source(db)}))
        looks = {"source_id": make.source(db), "day": make.day(ago), "outcome": "revised", "looks": 1}
        db.execute(tables.look_days.insert().values(looks))

    with make.as_of(db, make.at(2)):
        assert rows(db, "trends.revisions", "number") == [(1,), (2,)]
        assert rows(db, "trends.edit_days", "day", "looks", "edits") == [(make.day(3), 1, 1)]
    assert rows(db, "trends.revisions", "number") == [(1,), (2,), (3,)]
    assert len(rows(db, "trends.edit_days", "day")) == 3


def test_tags_of_an_older_taxonomy_are_not_shown(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, topics=["pact"])
    make.taxonomy(db, "pact")

    assert rows(db, "trends.articles", "topics", where=f"article_id = {one}") == [([],)]
    assert rows(db, "trends.tag_evidence", "topic") == []


def test_evidence_shows_the_words_and_rebuilds_the_score(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, title="Un pacte à Pékin", text="締結された条約 is a treaty")
    evidence = [["pacte", "treaty", "title", 3, 8, 1.0], ["条約", "treaty", "text", 5, 7, 0.5]]
    make.tag(db, one, "pact", evidence=evidence, score=0.7769)

    names = (
        "place",
        "term",
        "concept",
        "field",
        "words",
        "weight",
        "round(score::numeric, 4)::float8",
        "round(score_rebuilt::numeric, 4)::float8",
    )
    found = rows(db, "trends.tag_evidence", *names)

    assert found == [
        (1, "pacte", "treaty", "title", "pacte", 1.0, 0.7769, 0.7769),
        (2, "条約", "treaty", "text", "条約", 0.5, 0.7769, 0.7769),
    ]


def test_an_origin_counts_its_copies_by_kind_and_whose_they_are(db: Connection) -> None:
    make.source(db, "one", family="press")
    make.source(db, "two", family="press", bloc="rok")
    lead = make.article(db, "one", title="First", published=make.at(2))
    copy = make.article(db, "two", published=make.at(1), origin_id=lead)
    other = make.article(db, "three", published=make.at(0), origin_id=lead)
    for article, kind in ((copy, "exact"), (other, "spun")):
        facts = {"article_id": article, "of_article_id": lead, "kind": kind, "jaccard": 0.5, "containment": 0.7}
        db.execute(tables.copies.insert().values(**facts, found_at=make.NOW))
    group = {"id": lead, "agency": "reuters", "members": 3, "first_published_at": make.at(2), "updated_at": make.NOW}
    db.execute(tables.origins.insert().values(group))

    names = (
        "origin_id",
        "title",
        "source",
        "agency",
        "articles",
        "sources",
        "families",
        "exact",
        "edited",
        "spun",
        "blocs",
        "article_ids",
    )
    found = rows(db, "trends.origins", *names)

    assert found == [(lead, "First", "one", "reuters", 3, 3, 2, 1, 0, 1, ["rok", "western"], [lead, copy, other])]


def test_a_story_says_who_was_first_and_what_it_is_about(db: Connection) -> None:
    make.taxonomy(db, "pact", "ties")
    make.source(db, "east", bloc="china-state")
    late = make.article(db, "east", published=make.at(1), topics=["pact"], language="zh")
    early = make.article(db, "west", published=make.at(2), topics=["pact", "ties"])
    facts = {
        "title": "Signed",
        "first_article_id": early,
        "started_at": make.at(2),
        "last_at": make.at(1),
        "members": 2,
        "features": {},
    }
    story = db.execute(tables.stories.insert().values(facts).returning(tables.stories.c.id)).scalar_one()
    db.execute(tables.articles.update().values(story_id=story))
    cube_store.roll_up(db)

    names = (
        "story_id",
        "articles",
        "sources",
        "origins",
        "first_source",
        "first_bloc",
        "blocs",
        "languages",
        "topics",
        "article_ids",
    )
    found = rows(db, "trends.stories", *names)

    assert found == [
        (story, 2, 2, 2, "west", "western", ["china-state", "western"], ["en", "zh"], ["pact", "ties"], [early, late])
    ]


# ops ----------------------------------------------------------------------------------------------------------------


def test_every_url_of_a_run_is_in_exactly_one_row_of_the_funnel(db: Connection) -> None:
    run, feed = make.run(db), make.feed(db)
    tallies = {("new", ""): 4, ("seen", ""): 5, ("duplicate", "listed twice"): 1, ("rejected", "too old"): 2}
    make.poll(db, run, feed, tallies=tallies)
    make.attempt(db, make.article(db, discovered_by=run), run)
    make.attempt(db, make.article(db, discovered_by=run, state="rejected"), run, "rejected", reason="too short")
    make.attempt(db, make.article(db, discovered_by=run, state="discovered"), run, None)
    make.article(db, discovered_by=run, state="discovered")
    make.attempt(db, make.article(db, discovered_by=0), run, "stored")

    found = rows(
        db, "ops.funnel", "outcome", "reason", "urls", where=f"run_id = {run} AND feed_id = {feed}", order="1, 2"
    )

    assert found == [
        ("duplicate", "listed twice", 1),
        ("rejected", "too old", 2),
        ("rejected", "too short", 1),
        ("seen", "", 5),
        ("stored", "", 2),
        ("waiting", "in work", 1),
        ("waiting", "not yet fetched", 1),
    ]
    names = ("listed", "carried", "ended", "balanced", "stored", "waiting", "feeds")
    assert rows(db, "ops.runs", *names, where=f"run_id = {run}") == [(12, 1, 13, True, 2, 2, 1)]


def test_what_one_run_discovers_and_another_fetches_is_in_both_funnels(db: Connection) -> None:
    first, second, feed = make.run(db), make.run(db), make.feed(db)
    make.poll(db, first, feed, tallies={("new", ""): 1})
    make.attempt(db, make.article(db, discovered_by=first), second)

    names = ("run_id", "outcome", "urls")
    assert rows(db, "ops.funnel", *names) == [(first, "waiting", 1), (second, "stored", 1)]
    assert rows(db, "ops.runs", "run_id", "balanced") == [(first, True), (second, True)]


def test_a_url_without_an_outcome_unbalances_its_run(db: Connection) -> None:
    run = make.run(db)
    make.poll(db, run, make.feed(db), tallies={("seen", ""): 1}, listed=2)

    assert rows(db, "ops.runs", "listed", "ended", "balanced") == [(2, 1, False)]


def test_feeds_show_their_health_and_their_last_week(db: Connection) -> None:
    feed = make.feed(db, state="broken", last_error="HTTP 500", failures=2)
    today = db.execute(sa.text("SELECT (now() AT TIME ZONE 'UTC')::date")).scalar_one()
    db.execute(tables.feed_days.insert().values(feed_id=feed, day=today, polls=4, failed=1, listed=30, new=7))
    db.execute(tables.feed_days.insert().values(feed_id=feed, day=make.day(0), polls=99))

    names = ("source", "watched", "state", "last_error", "polls_7d", "failed_7d", "listed_7d", "new_7d")
    assert rows(db, "ops.feeds", *names) == [("alpha", True, "broken", "HTTP 500", 4, 1, 30, 7)]


def test_the_slowest_pages_of_each_run_are_ranked(db: Connection) -> None:
    run = make.run(db)
    for elapsed in range(25):
        make.attempt(db, make.article(db), run, elapsed_ms=elapsed)

    found = rows(db, "ops.slowest_pages", "place", "elapsed_ms")

    assert found == [(place, 25 - place) for place in range(1, 21)]


# all of them --------------------------------------------------------------------------------------------------------


def test_every_view_and_column_says_what_it_is(db: Connection) -> None:
    silent = db.execute(
        sa.text(
            """
            SELECT nspname || '.' || relname || coalesce('.' || attname, '')
            FROM pg_class
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
            WHERE nspname IN ('trends', 'ops') AND relkind = 'v'
                AND (obj_description(pg_class.oid) IS NULL OR col_description(pg_class.oid, attnum) IS NULL)
            """
        )
    ).scalars()

    assert list(silent) == []


def made() -> dict[str, tuple[str, str]]:
    """Views in the order in which they are made: the comment above each, and its definition."""
    found: dict[str, tuple[str, str]] = {}
    for sql in views().values():
        for above, name, body in re.findall(
            r"((?:^--[^\n]*\n)*)^CREATE VIEW (\S+) AS\n(.*?;)$", sql, re.MULTILINE | re.DOTALL
        ):
            found[name] = above, body
    return found


@pytest.mark.parametrize("name", made())
def test_a_view_says_its_grain_and_reads_no_later_one(name: str) -> None:
    above, body = made()[name]
    later = list(made())[list(made()).index(name) + 1 :]

    assert re.search(r"^-- Grain: one row an? ", above, re.MULTILINE)
    assert re.search(r"^-- Reads: .*", above, re.MULTILINE)
    assert "Read by: " in above
    assert [other for other in later if re.search(rf"\b{other}\b", body)] == []


def test_views_of_topics_over_time_read_the_articles_only_to_ask_about_an_earlier_moment() -> None:
    bodies = {name: body for name, (_, body) in made().items()}
    reading = {name for name, body in bodies.items() if re.search(r"news\.(articles|tags|taggings)\b", body)}

    assert "trends.counts" in bodies
    assert {name for name in bodies if name.startswith("trends.topic_")} & reading == set()
    assert {name for name in bodies if name.startswith("trends.") and "article_facts" in bodies[name]} >= {
        "trends.counted", "trends.counted_cells",
    }  # fmt: skip


def test_an_analyst_reads_the_views_and_not_the_raw_pages(db: Connection) -> None:
    db.execute(sa.text("SET LOCAL ROLE analyst"))

    for view in ("trends.topic_days", "trends.topic_bloc_days", "trends.articles", "ops.funnel", "news.texts"):
        db.execute(sa.text(f"SELECT * FROM {view} LIMIT 1"))
    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), db.begin_nested():
        db.execute(sa.text("SELECT * FROM news.pages"))
