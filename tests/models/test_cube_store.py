"""The cube: it always equals a plain count of the articles, whatever happened in which order."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from models import cube_store, tables
from models.cube_store import RollUp
from models.queries import checks
from tests import factories as make

articles = tables.articles


def wrong_cells(db: Connection) -> list[dict]:
    return [dict(row) for row in db.execute(checks()["cube_equals_recount"]).mappings()]


def cells(db: Connection, table: sa.Table, *columns: str) -> list[tuple]:
    return [tuple(row) for row in db.execute(sa.select(*(table.c[name] for name in columns)).order_by(*columns))]


def test_marked_days_are_counted_and_the_marks_are_gone(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, topics=["pact"])
    cube_store.mark_dirty(db, [make.day(0), make.day(0)])

    rolled = cube_store.roll_up(db)

    assert rolled == RollUp((make.day(0),))
    assert cells(db, tables.topic_cube, "day", "language", "articles", "origins") == [(make.day(0), "en", 1, [one])]
    assert cells(db, tables.dirty_days, "day") == []


def test_a_day_without_a_mark_is_left_alone(db: Connection) -> None:
    make.article(db)

    assert cube_store.roll_up(db) == RollUp(())
    assert cells(db, tables.coverage_cube, "day") == []


def test_copies_count_as_articles_and_sources_but_once_as_origin_and_once_a_family(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "one", family="press")
    make.source(db, "two", family="press")
    first = make.article(db, "one", topics=["pact"])
    make.article(db, "two", topics=["pact"], origin_id=first)
    make.article(db, "three", topics=["pact"])
    cube_store.mark_dirty(db, [make.day(0)])

    cube_store.roll_up(db)

    counts = ("articles", "sources", "families", "origins")
    assert cells(db, tables.topic_totals, *counts) == [(3, 3, 2, 2)]
    assert cells(db, tables.coverage_totals, *counts) == [(3, 3, 2, 2)]


def test_what_is_not_stored_is_not_counted(db: Connection) -> None:
    make.article(db, state="rejected")
    make.article(db, state="discovered")
    cube_store.mark_dirty(db, [make.day(0)])

    cube_store.roll_up(db)

    assert cells(db, tables.coverage_totals, "day") == []


def test_an_article_in_an_unknown_language_counts_as_und(db: Connection) -> None:
    make.article(db, language=None)
    cube_store.mark_dirty(db, [make.day(0)])

    cube_store.roll_up(db)

    assert cells(db, tables.coverage_cube, "language", "articles") == [("und", 1)]


def test_a_source_that_changes_its_family_reopens_its_days(db: Connection) -> None:
    make.article(db, "one")
    make.article(db, "two")
    cube_store.mark_dirty(db, [make.day(0)])
    cube_store.roll_up(db)

    db.execute(tables.sources.update().values(family="merged"))
    rolled = cube_store.roll_up(db)

    assert rolled.days == (make.day(0),)
    assert cells(db, tables.coverage_totals, "sources", "families") == [(2, 1)]


def test_a_recount_needs_no_marks_and_clears_days_that_lost_their_articles(db: Connection) -> None:
    make.taxonomy(db, "pact")
    gone = make.article(db, topics=["pact"], published=make.at(3))
    make.article(db, topics=["pact"])
    cube_store.recount(db)
    db.execute(articles.delete().where(articles.c.id == gone))

    cube_store.recount(db)

    assert wrong_cells(db) == []
    assert cells(db, tables.topic_totals, "day") == [(make.day(0),)]


def test_another_taxonomy_is_counted_beside_the_current_one(db: Connection) -> None:
    old = make.taxonomy(db, "pact")
    one = make.article(db, topics=["pact"])
    new = make.taxonomy(db, "pact", "ties", current=False)
    make.tag(db, one, "ties", taxonomy_id=new)
    cube_store.recount(db)

    cube_store.recount(db, new)

    totals = sorted(
        (row.taxonomy_id, row.slug)
        for row in db.execute(sa.select(tables.topic_totals.c.taxonomy_id, tables.topics.c.slug).join(tables.topics))
    )
    assert totals == [(old, "pact"), (new, "ties")]


SLUGS = ("one", "two", "three")
TOPICS = ("pact", "ties")
moves = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.sampled_from(SLUGS), st.integers(0, 4), st.sets(st.sampled_from(TOPICS))),
        st.tuples(st.just("copy"), st.integers(0, 30), st.integers(0, 30)),
        st.tuples(st.just("delete"), st.integers(0, 30)),
        st.tuples(st.just("redate"), st.integers(0, 30), st.integers(0, 4)),
        st.tuples(st.just("retag"), st.integers(0, 30), st.sets(st.sampled_from(TOPICS))),
        st.tuples(st.just("family"), st.sampled_from(SLUGS), st.sampled_from(("x", "y"))),
        st.tuples(st.just("roll up")),
    ),
    max_size=25,
)


def days_of(db: Connection, ids: list[int]) -> list:
    return list(db.execute(sa.select(articles.c.day).where(articles.c.id.in_(ids))).scalars())


def apply(db: Connection, move: tuple, alive: list[int]) -> None:
    """Do one thing that changes counts, marking days as the stores do."""
    kind, *rest = move
    if kind == "arrive":
        made = make.article(db, rest[0], published=make.at(rest[1]), topics=sorted(rest[2]))
        alive.append(made)
        cube_store.mark_dirty(db, days_of(db, [made]))
    elif kind == "family":
        db.execute(tables.sources.update().where(tables.sources.c.slug == rest[0]).values(family=rest[1]))
    elif kind == "roll up":
        cube_store.roll_up(db)
    elif alive:
        chosen = alive[rest[0] % len(alive)]
        cube_store.mark_dirty(db, days_of(db, [chosen]))
        if kind == "copy":
            lead = alive[rest[1] % len(alive)]
            db.execute(articles.update().where(articles.c.id == chosen).values(origin_id=lead))
        elif kind == "delete":
            alive.remove(chosen)
            db.execute(articles.delete().where(articles.c.id == chosen))
        elif kind == "redate":
            db.execute(articles.update().where(articles.c.id == chosen).values(published_at=make.at(rest[1])))
            cube_store.mark_dirty(db, days_of(db, [chosen]))
        else:
            db.execute(tables.tags.delete().where(tables.tags.c.article_id == chosen))
            make.tag(db, chosen, *sorted(rest[1]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_after_any_sequence_of_events_the_cube_equals_a_recount(db: Connection, sequence: list[tuple]) -> None:
    undo = db.begin_nested()
    make.taxonomy(db, *TOPICS)
    alive: list[int] = []
    for move in sequence:
        apply(db, move, alive)

    cube_store.roll_up(db)

    assert wrong_cells(db) == []
    undo.rollback()


@pytest.mark.parametrize("table", ["coverage_cube", "topic_cube", "coverage_totals", "topic_totals"])
def test_the_check_notices_a_cell_that_is_off_by_one(db: Connection, table: str) -> None:
    make.taxonomy(db, "pact")
    make.article(db, topics=["pact"])
    cube_store.recount(db)
    cell = tables.metadata.tables[f"news.{table}"]

    db.execute(cell.update().values(articles=cell.c.articles + 1))

    assert [row["kept_in"] for row in wrong_cells(db)] == [table]


def test_the_check_leaves_days_alone_that_wait_for_a_roll_up(db: Connection) -> None:
    make.article(db)
    make.article(db, published=make.NOW - timedelta(days=1))
    cube_store.mark_dirty(db, [make.day(0)])

    assert [row["day"] for row in wrong_cells(db)] == [make.day(1), make.day(1)]
