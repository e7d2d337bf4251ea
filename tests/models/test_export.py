"""Views as streams of rows."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models import cube_store, export
from models.export import Column
from tests import factories as make


def rows(db: Connection, name: str, *columns: str, **cut: object) -> list[tuple[object, ...]]:
    of = export.view(db, name)
    places = [[column.name for column in of.columns].index(column) for column in columns]
    return [tuple(row[place] for place in places) for batch in export.rows(db, of, **cut) for row in batch]


def test_every_view_is_offered_with_its_columns_and_their_types(db: Connection) -> None:
    found = {f"{one.schema}.{one.name}": one for one in export.views(db)}
    made = db.execute(
        sa.text("SELECT schemaname || '.' || viewname FROM pg_views WHERE schemaname IN ('trends', 'ops')")
    )

    assert set(found) == set(made.scalars())
    assert found["trends.stories"].columns[:3] == (
        Column("story_id", "bigint"), Column("title", "text"), Column("started_at", "timestamp with time zone"),
    )  # fmt: skip
    assert all(one.about for one in found.values())


def test_a_view_is_found_with_and_without_its_schema_and_else_told_which_there_are(db: Connection) -> None:
    assert export.view(db, "topic_days") == export.view(db, "trends.topic_days")
    with pytest.raises(Misconfigured, match=re.escape("There is no view 'news.articles'; there are ")):
        export.view(db, "news.articles")


def test_rows_can_be_cut_by_days_and_topic(db: Connection) -> None:
    make.taxonomy(db, "ties", "pact")
    for ago in (1, 2, 3):
        make.article(db, published=make.at(ago, hour=23), topics=["pact"])
    cube_store.recount(db)

    cut = {"since": make.day(3), "until": make.day(2), "topic": "pact"}

    assert rows(db, "topic_days", "topic", "day", **cut) == [("pact", make.day(3)), ("pact", make.day(2))]
    assert rows(db, "articles", "day", "topics", **cut) == [(make.day(3), ["pact"]), (make.day(2), ["pact"])]


def test_an_instant_counts_for_its_utc_day(db: Connection) -> None:
    for hour in (0, 23):
        make.run(db, started_at=make.at(1, hour=hour))
    make.run(db, started_at=make.at(0, hour=0))

    found = rows(db, "ops.runs", "started_at", since=make.day(1), until=make.day(1))

    assert found == [(make.at(1, hour=0),), (make.at(1, hour=23),)]


def test_what_cannot_be_cut_says_so(db: Connection) -> None:
    with pytest.raises(Misconfigured, match=r"trends\.topics has no days to cut it by: leave out --days"):
        rows(db, "topics", "topic", since=make.day(1))
    with pytest.raises(Misconfigured, match=r"trends\.days has no topics to cut it by: leave out --topic"):
        rows(db, "days", "day", topic="pact")


def test_rows_come_in_batches_through_a_cursor_of_the_server(db: Connection) -> None:
    of = export.view(db, "topics")
    make.taxonomy(db, *(f"topic-{number}" for number in range(7)))

    for batch in export.rows(db, of):
        cursors = db.execute(sa.text("SELECT count(*) FROM pg_cursors WHERE statement LIKE '%topics%'")).scalar()
        assert (len(batch), cursors) == (7, 1)
