"""Claims pass over what another run is claiming, and over nothing that another transaction merely refers to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from models import article_store, database, embedded, feed_store
from tests import factories as make


@pytest.fixture
def kept(cluster: embedded.Cluster) -> Iterator[Engine]:
    """A database with a feed, an article that is due, and a run."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.article(db, state="discovered")
            make.run(db, state="running")
        yield engine
        engine.dispose()


def claimed(engine: Engine) -> tuple[int, int]:
    """How many feeds and articles the run gets."""
    with engine.begin() as db:
        run_id = db.execute(sa.text("SELECT id FROM news.runs")).scalar_one()
        ids = list(db.scalars(sa.text("SELECT id FROM news.articles")))
        feeds = feed_store.claim_due(db, run_id, now=make.NOW, everything=True)
        return len(feeds), len(article_store.claim(db, run_id, ids, now=make.NOW))


@pytest.mark.parametrize(("lock", "left"), [("KEY SHARE", (1, 1)), ("NO KEY UPDATE", (0, 0))])
def test_what_a_new_row_elsewhere_refers_to_can_be_claimed_and_what_is_being_changed_is_left(
    kept: Engine, lock: str, left: tuple[int, int]
) -> None:
    with kept.begin() as other:
        for table in ("feeds", "articles"):
            other.execute(sa.text(f"SELECT FROM news.{table} FOR {lock}"))

        assert claimed(kept) == left
