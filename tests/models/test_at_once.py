"""What several do at once, each in a transaction of its own: every earlier moment still has one answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from models import cube_store, database, embedded, tables
from tests import factories as make

articles, sources = tables.articles, tables.sources


@pytest.fixture
def shared(cluster: embedded.Cluster) -> Iterator[Engine]:
    """A database of its own with one article, counted."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.article(db)
            cube_store.roll_up(db)
        yield engine
        engine.dispose()


def begun(db: Connection) -> datetime:
    """When this transaction began, which it has by now."""
    return db.execute(sa.text("SELECT now()")).scalar_one()


def said_then(engine: Engine, moment: datetime, sql: str) -> list[tuple]:
    with engine.begin() as db, make.as_of(db, moment):
        return [tuple(row) for row in db.execute(sa.text(sql))]


def test_who_counts_last_began_before_who_counted_first(shared: Engine) -> None:
    with shared.begin() as slow:
        moment = begun(slow)
        with shared.begin() as quick:
            make.article(quick)
            cube_store.roll_up(quick)
        make.article(slow)
        cube_store.roll_up(slow)

    counts = "SELECT articles FROM trends.counts WHERE slice_kind = 'all' AND grain = 'day'"
    assert said_then(shared, moment, counts) == [(1,)]
    assert said_then(shared, moment, "SELECT articles FROM trends.days WHERE articles > 0") == [(1,)]


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        (articles.update().values(title=articles.c.title + "!"), "SELECT title FROM trends.articles"),
        (sources.update().values(bloc=sources.c.bloc + "!"), "SELECT bloc FROM trends.source_facts"),
    ],
)
def test_who_changes_last_began_before_who_changed_first(shared: Engine, change: sa.Update, asked: str) -> None:
    with shared.begin() as db:
        before = [tuple(row) for row in db.execute(sa.text(asked))]
    with shared.begin() as slow:
        moment = begun(slow)
        with shared.begin() as quick:
            quick.execute(change)
        slow.execute(change)

    assert said_then(shared, moment, asked) == before
