"""A database whose articles were tagged by one version of a taxonomy file, and the file, ready to be changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from flows import resources, tasks
from models import cube_store, housekeeping, tables, tag_store
from models.settings import Settings, load
from tests import factories as make
from topics import taxonomy as taxonomies
from topics.tagger import Tagger

OLD = """
name = "test"
[concepts.treaty]
en = ["treaty"]
[concepts.summit]
en = ["summit"]
[[topics]]
slug = "pact"
title = "The pact"
rules = [{ all = ["treaty|summit"] }]
"""
NEW = (
    OLD.replace('"treaty|summit"', '"treaty"')
    + '[[topics]]\nslug = "axis"\ntitle = "The axis"\nrules = [{ all = ["summit"] }]\n'
)
HARBOUR = """\
The harbour council signed the accord on the northern pier on Tuesday evening after nine days of dispute.
Fishermen had blocked the entrance with forty small boats and old nets since the first week of spring.
A spokesman for the port authority said that three freighters were waiting outside the breakwater.
The mayor offered to halve the mooring fees until the end of the herring season in late autumn.
Union leaders called the offer late but honest and promised to put it to a vote of all members.
Losses so far are put at eleven million crowns, most of it perished fruit from the southern farms.
Two coast guard cutters watched the blockade without taking part in it or speaking to either side.
The vote is expected before Friday, when the ferry timetable changes for the long winter months."""
_SPINS = (
    "council board, signed inked, evening night, after following, dispute quarrel, blocked barred, entrance mouth, small "
    "little, old worn, since from, spokesman speaker, said stated, waiting lingering, outside beyond, offered proposed, "
    "halve cut, fees charges, end close, late tardy, leaders chiefs, honest fair, promised vowed, vote ballot, members "
    "workers, Losses Damages, put placed, most mainly, perished rotten, farms fields, watched eyed, taking playing, "
    "speaking talking, either any, expected awaited, changes turns, long lengthy, months weeks, freighters vessels"
)
SPUN = " ".join(dict(pair.split() for pair in _SPINS.split(",")).get(word, word) for word in HARBOUR.split())
"""HARBOUR as a machine spins it: a copy that no coarse band finds, and a fine one does."""
TREATY, SUMMIT, RAIN = "They signed the treaty at noon.", "The summit ended at noon.", "It rained at noon."


@dataclass(frozen=True)
class Place:
    """A database, the taxonomy file, and the settings that name both."""

    engine: Engine
    file: Path
    settings: Settings

    def enter(self, content: str) -> int:
        """Write this into the file, and keep it as a version."""
        self.file.write_text(content)
        with self.engine.begin() as db:
            return tag_store.enter(db, taxonomies.load(self.file), now=make.NOW).taxonomy

    def ask(self, sql: str, **values: object) -> list[tuple]:
        with self.engine.connect() as db:
            return [tuple(row) for row in db.execute(sa.text(sql), values)]

    def tags(self, version: int) -> list[tuple]:
        return self.ask(
            "SELECT article_id, slug, score, evidence FROM news.tags JOIN news.topics ON topics.id = topic_id"
            " WHERE taxonomy_id = :version ORDER BY article_id, slug",
            version=version,
        )

    def taggings(self, version: int) -> list[tuple]:
        return self.ask(
            "SELECT article_id, related, tagged_at FROM news.taggings WHERE taxonomy_id = :version ORDER BY 1",
            version=version,
        )

    def topics(self) -> list[tuple]:
        return self.ask("SELECT title, topics FROM trends.articles ORDER BY title")

    def broken(self) -> dict[str, int]:
        with self.engine.connect() as db:
            return housekeeping.broken_checks(db)

    def current(self) -> int:
        return self.ask("SELECT id FROM news.taxonomies WHERE is_current")[0][0]


@contextmanager
def opened(database_url: str, home: Path) -> Iterator[Place]:
    """A place of its own, with an empty database, that this process works in until the block ends."""
    file = home / "topics.toml"
    file.write_text(OLD)
    with make.own_database(database_url) as url:
        settings = load(home=home, database_url=url, taxonomy=file, extract_workers=0)
        with resources.using(settings), resources.database() as engine:
            yield Place(engine, file, settings)


def store(place: Place, version: int, *texts: str) -> list[int]:
    """Articles as an ingest leaves them: stored, tagged by `version`, counted."""
    with place.engine.begin() as db:
        made = [make.article(db, title=text.split(".")[0], text=text, compared_at=make.NOW) for text in texts]
        keep_tags(db, place, version, made)
        cube_store.mark_dirty(db, [make.day(0)])
    with place.engine.begin() as db:
        cube_store.roll_up(db)
    tasks.tell(place.engine)
    return made


def keep_tags(db: Connection, place: Place, version: int, articles: list[int]) -> None:
    tagger = Tagger(taxonomies.parse(tag_store.content(db, version), name="test"))
    rows = db.execute(
        sa.select(tables.articles.c.id, tables.articles.c.title, tables.texts.c.text)
        .join(tables.texts)
        .where(tables.articles.c.id.in_(articles))
    )
    readings = [(row.id, tagger.tag(row.title, row.text)) for row in rows]
    tag_store.keep(db, readings, tag_store.ids_of(db, version), now=make.NOW)
