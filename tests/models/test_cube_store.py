"""The cube: it always equals a plain count of the articles, whatever happened in which order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as upsert

from models import cube_store, tables, tag_store
from models.cube_store import RollUp
from models.queries import checks
from tests import factories as make

articles = tables.articles


def wrong_cells(db: Connection) -> list[dict]:
    return [dict(row) for row in db.execute(checks()["cube_equals_recount"]).mappings()]


def wrong(db: Connection) -> list[dict]:
    """Whatever is kept and no plain count gives."""
    names = (
        "cube_equals_recount", "slice_coverage_equals_recount", "stories_equal_recount", "pairs_equal_recount",
        "habits_equal_recount",
    )  # fmt: skip
    return [dict(row) for name in names for row in db.execute(checks()[name]).mappings()]


def totals(db: Connection, about: str, grain: str = "day") -> list[tuple]:
    """Period, articles, sources, families, origins and sum of squares, of all slices together."""
    counts = tables.counts.c
    columns = (counts.starts_on, counts.articles, counts.sources, counts.families, counts.origins, counts.squares)
    wanted = (counts.about == about) & (counts.slice_kind == "all") & (counts.grain == grain)
    return [tuple(row) for row in db.execute(sa.select(*columns).where(wanted).order_by(*columns))]


def cells(db: Connection, table: sa.Table, *columns: str) -> list[tuple]:
    return [tuple(row) for row in db.execute(sa.select(*(table.c[name] for name in columns)).order_by(*columns))]


def test_marked_days_are_counted_and_the_marks_are_gone(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, topics=["pact"])
    cube_store.mark_dirty(db, [make.day(0), make.day(0)])

    rolled = cube_store.roll_up(db)

    assert rolled == RollUp((make.day(0),))
    assert cells(db, tables.cube, "about", "day", "language", "articles", "origins") == [
        ("coverage", make.day(0), "en", 1, [one]),
        ("topic", make.day(0), "en", 1, [one]),
    ]
    assert cells(db, tables.dirty_days, "day") == []


def test_whatever_changes_an_article_marks_its_days_and_its_source(db: Connection) -> None:
    made = make.article(db, published=make.at(2))
    alpha = make.source(db)

    db.execute(articles.update().values(published_at=make.at(1)))
    db.execute(articles.delete().where(articles.c.id == made))

    marks = db.execute(sa.select(tables.dirty_days.c.day, tables.dirty_days.c.source_id)).tuples().all()
    assert set(marks) == {(make.day(2), alpha), (make.day(1), alpha)}


def test_other_tags_mark_the_story_of_their_article_and_no_other_of_its_day(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, story_id=1)
    make.article(db, story_id=2)
    cube_store.roll_up(db)

    make.tag(db, one, "pact")

    assert cells(db, tables.dirty_stories, "story_id") == [(1,)]
    assert wrong(db) == []
    cube_store.roll_up(db)
    assert cells(db, tables.story_topics, "story_id", "articles") == [(1, 1)]
    assert wrong(db) == []


def test_what_does_not_count_marks_nothing(db: Connection) -> None:
    make.article(db, state="rejected")
    one = make.article(db)
    cube_store.roll_up(db)

    db.execute(articles.update().where(articles.c.id == one).values(story_id=None, grouped_at=make.NOW))

    assert cube_store.roll_up(db) == RollUp(())


def test_only_the_marked_source_is_counted_again(db: Connection) -> None:
    make.article(db, "alpha")
    make.article(db, "beta")
    cube_store.roll_up(db)
    cube = tables.cube
    db.execute(cube.update().values(articles=9))  # to see which cell is touched

    make.article(db, "beta")
    cube_store.count_days(db)

    assert cells(db, cube, "source_id", "articles") == [(make.source(db, "alpha"), 9), (make.source(db, "beta"), 2)]


def test_copies_count_as_articles_and_sources_but_once_as_origin_and_once_a_family(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "one", family="press")
    make.source(db, "two", family="press")
    first = make.article(db, "one", topics=["pact"])
    make.article(db, "two", topics=["pact"], origin_id=first)
    make.article(db, "three", topics=["pact"])
    cube_store.mark_dirty(db, [make.day(0)])

    cube_store.roll_up(db)

    assert totals(db, "coverage") == totals(db, "topic") == [(make.day(0), 3, 3, 2, 2, 3)]


def test_what_is_not_stored_is_not_counted(db: Connection) -> None:
    make.article(db, state="rejected")
    make.article(db, state="discovered")
    cube_store.mark_dirty(db, [make.day(0)])

    cube_store.roll_up(db)

    assert totals(db, "coverage") == []


def test_an_article_in_an_unknown_language_counts_as_und(db: Connection) -> None:
    make.article(db, language=None)
    cube_store.mark_dirty(db, [make.day(0)])

    cube_store.roll_up(db)

    assert cells(db, tables.cube, "language", "articles") == [("und", 1)]


def test_a_source_that_changes_its_family_reopens_its_days(db: Connection) -> None:
    make.article(db, "one")
    make.article(db, "two")
    cube_store.mark_dirty(db, [make.day(0)])
    cube_store.roll_up(db)

    db.execute(tables.sources.update().values(family="merged"))
    rolled = cube_store.roll_up(db)

    assert rolled.days == (make.day(0),)
    assert totals(db, "coverage") == [(make.day(0), 2, 2, 1, 2, 2)]


def test_a_source_that_changes_its_bloc_is_graded_in_the_other(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.feed(db, "one", watched_since=make.at(20))
    make.article(db, "one", published=make.at(3))
    cube_store.roll_up(db)

    db.execute(tables.sources.update().values(bloc="rok"))
    cube_store.roll_up(db)

    coverage = tables.slice_coverage.c
    slices = sa.select(coverage.slice).where(coverage.slice_kind == "bloc").distinct()
    assert set(db.execute(slices).scalars()) == {"rok"}
    assert wrong(db) == []


def test_a_recount_needs_no_marks_and_clears_days_that_lost_their_articles(db: Connection) -> None:
    make.taxonomy(db, "pact")
    gone = make.article(db, topics=["pact"], published=make.at(3))
    make.article(db, topics=["pact"])
    cube_store.recount(db)
    db.execute(articles.delete().where(articles.c.id == gone))

    cube_store.recount(db)

    assert wrong_cells(db) == []
    assert totals(db, "topic") == [(make.day(0), 1, 1, 1, 1, 1)]


def test_another_taxonomy_is_counted_beside_the_current_one(db: Connection) -> None:
    old = make.taxonomy(db, "pact")
    one = make.article(db, topics=["pact"])
    new = make.taxonomy(db, "pact", "ties", current=False)
    make.tag(db, one, "ties", taxonomy_id=new)
    cube_store.recount(db)

    cube_store.recount(db, new)

    pact, ties = make.topic(db, "pact"), make.topic(db, "ties")
    by_version = sa.select(tables.cube.c.taxonomy_id, tables.cube.c.about_id).where(tables.cube.c.about == "topic")
    assert sorted(db.execute(by_version).tuples()) == [(old, pact), (new, ties)]


def test_distinct_counts_are_made_for_weeks_and_months_as_a_whole(db: Connection) -> None:
    first = make.article(db, "alpha", published=make.at(14))  # Monday 17 March 2025
    make.article(db, "alpha", published=make.at(13))
    make.article(db, "beta", published=make.at(12), origin_id=first)
    make.article(db, "beta", published=make.at(60))

    cube_store.roll_up(db)

    assert totals(db, "coverage", "week") == [(make.day(63), 1, 1, 1, 1, 1), (make.day(14), 3, 2, 2, 2, 5)]
    assert totals(db, "coverage", "month") == [(date(2025, 1, 1), 1, 1, 1, 1, 1), (date(2025, 3, 1), 3, 2, 2, 2, 5)]


def test_every_slice_is_counted_and_actors_are_not_counted_by_source(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "alpha", country="KR", bloc="rok", kind="agency")
    make.article(db, "alpha", language="ko", topics=["pact"], actors=["russia"])

    cube_store.roll_up(db)

    counts = tables.counts.c
    wanted = sa.select(counts.slice_kind, counts.slice).where(counts.grain == "day").order_by(counts.slice_kind)
    slices = [
        ("all", ""), ("bloc", "rok"), ("country", "KR"), ("kind", "agency"), ("language", "ko"), ("source", "alpha"),
    ]  # fmt: skip
    assert db.execute(wanted.where(counts.about == "topic")).tuples().all() == slices
    assert db.execute(wanted.where(counts.about == "actor")).tuples().all() == slices[:-1]


SLUGS = ("one", "two", "three")
TOPICS = ("pact", "ties")
ACTORS = ("kim", "putin")
moves_of_one = st.one_of(
    st.tuples(st.just("arrive"), st.sampled_from(SLUGS), st.integers(0, 4), st.sets(st.sampled_from(TOPICS))),
    st.tuples(st.just("copy"), st.integers(0, 30), st.integers(0, 30)),
    st.tuples(st.just("delete"), st.integers(0, 30)),
    st.tuples(st.just("redate"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("retag"), st.integers(0, 30), st.sets(st.sampled_from(TOPICS))),
    st.tuples(st.just("family"), st.sampled_from(SLUGS), st.sampled_from(("x", "y"))),
    st.tuples(st.just("bloc"), st.sampled_from(SLUGS), st.sampled_from(("western", "rok"))),
    st.tuples(st.just("translate"), st.integers(0, 30), st.sampled_from(("en", "ko", None))),
    st.tuples(st.just("duplicate"), st.integers(0, 30)),
    st.tuples(st.just("tell"), st.integers(0, 30), st.sampled_from((1, 2, None))),
    st.tuples(st.just("dawn"), st.integers(0, 30), st.integers(0, 4)),
    st.tuples(st.just("lengthen"), st.integers(0, 30), st.sampled_from((50, 700, None))),
    st.tuples(st.just("switch"), st.integers(0, 30)),
    st.tuples(st.just("roll up")),
)
moves = st.lists(moves_of_one, max_size=25)


class History:
    """A database in which things happen, one a minute; nothing but the database itself marks what has changed."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.alive: list[int] = []
        self.now = make.NOW
        make.clock(db, self.now)
        make.taxonomy(db, *TOPICS)

    def apply(self, move: tuple) -> None:
        """Let one thing happen, a minute after the one before."""
        self.now += timedelta(minutes=1)
        make.clock(self.db, self.now)
        kind, *rest = move
        if kind == "arrive":
            made = make.article(self.db, rest[0], published=make.at(rest[1]))
            make.tag(self.db, made, *sorted(rest[2]), actors=ACTORS[: len(rest[2])], tagged_at=self.now)
            self.alive.append(made)
        elif kind in ("family", "bloc"):
            self.db.execute(tables.sources.update().where(tables.sources.c.slug == rest[0]).values({kind: rest[1]}))
        elif kind == "roll up":
            cube_store.roll_up(self.db)
        elif self.alive:
            getattr(self, "_" + kind)(self.alive[rest[0] % len(self.alive)], *rest[1:])

    def _change(self, article: int, **values: object) -> None:
        self.db.execute(articles.update().where(articles.c.id == article).values(values))

    def _copy(self, article: int, lead: int) -> None:
        self._change(article, origin_id=self.alive[lead % len(self.alive)])

    def _redate(self, article: int, ago: int) -> None:
        self._change(article, published_at=make.at(ago))

    def _dawn(self, article: int, ago: int) -> None:
        self._change(article, published_at=make.at(ago, hour=0))

    def _tell(self, article: int, story: int | None) -> None:
        self._change(article, story_id=story)

    def _lengthen(self, article: int, words: int | None) -> None:
        self._change(article, words=words)

    def _translate(self, article: int, language: str | None) -> None:
        self._change(article, language=language)

    def _duplicate(self, article: int) -> None:
        self.alive.remove(article)
        self._change(article, state="duplicate")

    def _delete(self, article: int) -> None:
        self.alive.remove(article)
        self.db.execute(articles.delete().where(articles.c.id == article))

    def _retag(self, article: int, slugs: set[str]) -> None:
        said = tables.taggings.c
        current = sa.select(tables.taxonomies.c.id).where(tables.taxonomies.c.is_current).scalar_subquery()
        self.db.execute(tables.tags.delete().where(tables.tags.c.article_id == article))
        self.db.execute(tables.taggings.delete().where(said.article_id == article, said.taxonomy_id == current))
        make.tag(self.db, article, *sorted(slugs), tagged_at=self.now)

    def _switch(self, article: int) -> None:
        """A new version of the taxonomy, which gives its last topic to one article and none to the others."""
        version = make.taxonomy(self.db, *TOPICS, current=False)
        for one in self.alive:
            slugs = TOPICS[-1:] if one == article else ()
            make.tag(self.db, one, *slugs, taxonomy_id=version, tagged_at=self.now)
        cube_store.recount(self.db, version)
        tag_store.make_current(self.db, version)


def counted(db: Connection) -> list[tuple]:
    """Every count there is of the current taxonomy and of coverage, as trends show it."""
    rows = db.execute(
        sa.text(
            "SELECT about, about_id, slice_kind, slice, grain, starts_on, articles, sources, families, origins, squares"
            " FROM trends.counts WHERE taxonomy_id IN (0, (SELECT trends.version())) ORDER BY 1, 2, 3, 4, 5, 6"
        )
    )
    kept = (
        "SELECT * FROM trends.story_counts ORDER BY story_id",
        "SELECT * FROM trends.story_slice_counts ORDER BY story_id, slice_kind, slice",
        "SELECT * FROM trends.story_topic_counts WHERE taxonomy_id = (SELECT trends.version()) ORDER BY story_id, topic_id",
        "SELECT * FROM trends.pair_counts WHERE taxonomy_id = (SELECT trends.version()) ORDER BY 1, 2, 3, 4, 5, 6",
    )
    return [tuple(row) for row in rows] + [tuple(row) for sql in kept for row in db.execute(sa.text(sql))]


@contextmanager
def history(db: Connection) -> Iterator[History]:
    """One history, of which nothing stays."""
    undo = db.begin_nested()
    try:
        yield History(db)
    finally:
        undo.rollback()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_after_any_sequence_of_events_the_cube_equals_a_recount(db: Connection, sequence: list[tuple]) -> None:
    with history(db) as happening:
        for move in sequence:
            happening.apply(move)

        cube_store.roll_up(db)

        assert wrong(db) == []


class Watched(History):
    """A history of sources whose days are graded: three weeks of it, and a feed of each."""

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self.feeds = {slug: make.feed(db, slug, watched_since=make.at(26)) for slug in SLUGS}
        days = [{"day": make.day(ago), "polls": 24, "failed": 0, "listed": 0, "new": 0} for ago in range(3, 25)]
        rows = [{"feed_id": feed, **day} for feed in self.feeds.values() for day in days]
        db.execute(tables.feed_days.insert(), rows)
        for slug, number in (("one", 2), ("two", 1)):
            moments = [make.at(ago, hour=9) for ago in range(2, 25) for _ in range(number)]
            make.articles(db, slug, moments, topics=["pact"])
        cube_store.roll_up(db)

    def poll(self, slug: str, ago: int, failed: int) -> None:
        key = {"feed_id": self.feeds[slug], "day": (self.now - timedelta(days=ago)).date()}
        counts = {"polls": 3, "failed": failed, "listed": 0, "new": 0}
        polled = upsert(tables.feed_days).values(**key, **counts)
        self.db.execute(polled.on_conflict_do_update(index_elements=list(key), set_=counts))

    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        make.clock(self.db, self.now)

    def stop(self, slug: str, ago: int | None) -> None:
        until = None if ago is None else self.now - timedelta(days=ago)
        mine = tables.feeds.c.id == self.feeds[slug]
        self.db.execute(tables.feeds.update().where(mine).values(watched_until=until))

    def grades(self, function: str) -> list[tuple]:
        sql = f"SELECT source_id, day, articles, expected, dispersion, polls, failed, grade, reason FROM {function}"
        return sorted(tuple(row) for row in self.db.execute(sa.text(sql)))


graded_moves = st.lists(
    st.one_of(
        moves_of_one,
        st.tuples(st.just("poll"), st.sampled_from(SLUGS), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("stop"), st.sampled_from(SLUGS), st.sampled_from((3, 1, None))),
        st.tuples(st.just("wait"), st.sampled_from((1, 30))),
        st.tuples(st.just("roll up")),
    ),
    max_size=15,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graded_moves)
@example([("stop", "one", 3), ("wait", 30)])  # nothing ran for a month after it stopped
def test_after_any_sequence_of_events_grades_and_what_is_comparable_equal_a_recount(
    db: Connection, sequence: list[tuple]
) -> None:
    undo = db.begin_nested()
    try:
        happening = Watched(db)
        for kind, *rest in sequence:
            if kind in ("poll", "stop", "wait"):
                getattr(happening, kind)(*rest)
            else:
                happening.apply((kind, *rest))

        cube_store.roll_up(db)

        yesterday = happening.now.date() - timedelta(days=1)
        assert happening.grades("news.source_days") == happening.grades(
            f"trends.grade_days('-infinity', '{yesterday}')"
        )
        assert wrong(db) == []
    finally:
        undo.rollback()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves, st.integers(0, 25))
def test_asked_as_of_a_moment_trends_say_what_they_said_then(db: Connection, sequence: list[tuple], when: int) -> None:
    with history(db) as happening:
        for move in sequence[:when]:
            happening.apply(move)
        cube_store.roll_up(db)
        moment, then = happening.now, counted(db)

        for move in sequence[when:]:
            happening.apply(move)
        cube_store.roll_up(db)

        with make.as_of(db, moment):
            assert counted(db) == then


def habits(db: Connection, view: str = "habits") -> list[tuple]:
    """Topic, slice, days, articles, squares, last day of what is normal."""
    return [tuple(row) for row in db.execute(sa.text(f"SELECT * FROM trends.{view} ORDER BY 1, 2, 3, 4"))]


def stand(db: Connection) -> bool:
    return db.execute(sa.text("SELECT trends.habits_stand()")).scalar_one()


def test_what_is_normal_is_kept_for_a_day_and_counted_when_it_is_over_or_another_moment_is_asked_about(
    db: Connection,
) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    make.articles(db, "one", [make.at(ago, hour=6) for ago in range(1, 100)], topics=["pact"])
    cube_store.roll_up(db)
    today = habits(db)
    assert [row[2:] for row in today] == [
        ("bloc", "western", make.day(28), 56, 56, make.day(29)),
        ("source", "one", make.day(28), 56, 56, make.day(29)),
    ]
    assert stand(db)

    make.clock(db, make.NOW + timedelta(days=1))
    tomorrow = habits(db)
    assert not stand(db)
    assert tomorrow == habits(db, "counted_habits")
    assert {row[4] for row in tomorrow} == {make.day(27)}

    cube_store.roll_up(db)
    assert stand(db)
    assert habits(db) == tomorrow
    with make.as_of(db, make.NOW):
        assert not stand(db)
        assert habits(db) == today


def test_an_article_that_arrives_late_is_normal_from_then_on(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    moments = [make.at(ago, hour=6) for ago in range(1, 100)]
    make.articles(db, "one", moments, topics=["pact"])
    cube_store.roll_up(db)

    make.article(db, "one", published=make.at(40), topics=["pact"])
    make.article(db, "one", published=make.at(5), topics=["pact"])
    cube_store.roll_up(db)

    assert [row[2:] for row in habits(db)] == [
        ("bloc", "western", make.day(28), 57, 59, make.day(29)),
        ("source", "one", make.day(28), 57, 59, make.day(29)),
    ]


def test_the_check_notices_a_habit_that_is_off_by_one(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    make.articles(db, "one", [make.at(ago, hour=6) for ago in range(1, 100)], topics=["pact"])
    cube_store.roll_up(db)

    db.execute(tables.habits.update().values(articles=tables.habits.c.articles + 1))

    assert sorted((row["slice_kind"], row["kept"], row["counted"]) for row in wrong(db)) == [
        ("bloc", f"(57,56,{make.day(29)})", f"(56,56,{make.day(29)})"),
        ("source", f"(57,56,{make.day(29)})", f"(56,56,{make.day(29)})"),
    ]


@pytest.mark.parametrize("table", ["cube", "counts"])
def test_the_check_notices_a_cell_that_is_off_by_one(db: Connection, table: str) -> None:
    make.clock(db, make.NOW)
    make.article(db)
    cube_store.recount(db)
    cell = tables.metadata.tables[f"news.{table}"]

    db.execute(cell.update().values(articles=cell.c.articles + 1))

    assert {row["kept_in"] for row in wrong_cells(db)} == {table}


@pytest.mark.parametrize("column", ["ok", "expected", "expected_ok"])
def test_the_check_notices_a_slice_that_is_added_up_wrongly(db: Connection, column: str) -> None:
    make.clock(db, make.NOW)
    make.feed(db, watched_since=make.at(30))
    make.article(db, published=make.at(3))
    cube_store.roll_up(db)
    assert wrong(db) == []
    coverage = tables.slice_coverage

    db.execute(coverage.update().where(coverage.c.day == make.day(1)).values({column: coverage.c[column] + 1}))

    assert {row["day"] for row in wrong(db)} == {make.day(1)}


def test_the_check_notices_a_text_that_is_not_where_it_stands(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.article(db)
    cube_store.recount(db)

    db.execute(tables.cube_texts.update().values(day=make.day(1)))

    assert {(row["kept_in"], row["day"]) for row in wrong_cells(db)} == {
        ("cube_texts", make.day(0)),
        ("cube_texts", make.day(1)),
    }


def test_the_check_leaves_days_alone_that_wait_for_a_roll_up(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.article(db)
    cube_store.roll_up(db)
    make.article(db)
    assert wrong_cells(db) == []

    db.execute(tables.dirty_days.delete())

    assert {row["day"] for row in wrong_cells(db)} == {make.day(0), date(2025, 3, 1)}
