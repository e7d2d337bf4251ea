"""Stories: which articles tell of one event.

Only articles with a topic of the current taxonomy belong to a story. Members of one origin share it. Articles are taken
in the order of their publication and compared with the stories open around that time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from extractors.stories import OPEN_FOR, Marks, Rarity, Thread, choose, features
from models.queries import query

BATCH = 512
"""Articles decided in one transaction; each batch learns anew how rare words are, which takes 0.1 s."""
SAMPLE = 1000
"""Recent articles from which the rarity of words and names is learnt."""
THREADS = 2000
"""Stories in memory at once: those nearest to the batch."""
KEPT_FEATURES = 400
"""Marks kept of a story, the most frequent first: four or five articles without a common word fill them."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one batch came to; `articles` is 0 when there was nothing left to decide."""

    articles: int = 0
    opened: int = 0
    joined: int = 0


@dataclass(frozen=True, slots=True)
class _Telling:
    """An article as stories see it."""

    id: int
    origin_id: int
    story_id: int | None
    at: datetime
    language: str
    title: str
    told: Marks
    on_topic: bool


def group(db: Connection, *, now: datetime, limit: int = BATCH) -> Told:
    """Decide the story of up to `limit` articles whose copies are known; two runs wait for each other."""
    db.execute(query("stories_lock"))
    batch = [_telling(row) for row in db.execute(query("stories_batch"), {"limit": limit})]
    if not batch:
        return Told()
    desk = _Desk(db, batch)
    for telling in batch:
        desk.decide(telling)
    desk.save()
    db.execute(query("stories_decided"), {"ids": [telling.id for telling in batch], "now": now})
    return Told(articles=len(batch), opened=desk.opened, joined=desk.joined)


def hold(db: Connection) -> None:
    """Let nobody else decide stories until the transaction ends."""
    db.execute(query("stories_lock"))


def recount(db: Connection, ids: Sequence[int]) -> None:
    """Bring stories in line with the articles they have left; those without any are forgotten. `hold` comes first."""
    if ids:
        db.execute(query("stories_recount"), {"ids": list(ids)})
        db.execute(query("stories_forget_empty"), {"ids": list(ids)})


def reopen(db: Connection) -> int:
    """Have the story decided again of articles that are in one and have no topic now, or in none and have one.

    Returns how many. All others keep theirs: an event stays one event when a topic is defined anew.
    """
    return db.execute(query("stories_reopen")).rowcount


def _telling(row: Any) -> _Telling:
    told = features(
        row.title, row.lead, language=row.language, topics=row.topics, actors=row.actors, headline=row.headline
    )
    return _Telling(
        row.id, row.origin_id, row.story_id, row.at, row.language, row.title, told, on_topic=bool(row.topics)
    )


class _Desk:
    """The stories open around a batch, and what changes on them."""

    def __init__(self, db: Connection, batch: Sequence[_Telling]) -> None:
        self._db = db
        self.opened = self.joined = 0
        span = {"since": batch[0].at - OPEN_FOR, "until": batch[-1].at + OPEN_FOR}
        sample = db.execute(query("stories_sample"), {**span, "limit": SAMPLE})
        self._rarity = Rarity(_telling(row).told for row in sample)
        self._threads = self._load({**span, "limit": THREADS, "ids": [t.story_id for t in batch if t.story_id]})
        peers = db.execute(query("stories_of_origins"), {"origins": [telling.origin_id for telling in batch]})
        self._story_of_origin: dict[int, int] = dict(peers.tuples().all())
        self._threads.update(self._load_missing(self._story_of_origin.values()))
        self._decided: dict[int, int | None] = {}
        self._touched: set[int] = set()

    def _load(self, values: dict[str, object]) -> dict[int, Thread]:
        threads = {}
        for row in self._db.execute(query("stories_open"), values):
            thread = Thread(row.id, row.started_at, row.last_at, row.members)
            thread.counts.update(row.features)
            threads[row.id] = thread
        return threads

    def _load_missing(self, ids: Iterable[int]) -> dict[int, Thread]:
        missing = sorted(set(ids) - self._threads.keys())
        return self._load({"since": None, "until": None, "limit": len(missing), "ids": missing}) if missing else {}

    def decide(self, telling: _Telling) -> None:
        """Put one article into the story of its origin, into one like it, or into a new one."""
        thread = self._thread_of(telling) if telling.on_topic else None
        new = thread.id if thread else None
        if new != telling.story_id:
            self._leave(telling)
            if thread is not None:
                thread.add(telling.told, telling.at)
                self.joined += 1
                self._touched.add(thread.id)
            self._decided[telling.id] = new
        if new is not None:
            self._story_of_origin.setdefault(telling.origin_id, new)

    def _thread_of(self, telling: _Telling) -> Thread:
        known = self._story_of_origin.get(telling.origin_id, telling.story_id)
        if known is not None:
            return self._threads[known]
        found = choose(
            telling.told,
            telling.at,
            language=telling.language,
            threads=self._threads.values(),
            rarity=self._rarity,
        )
        return found or self._open(telling)

    def _open(self, telling: _Telling) -> Thread:
        values = {"title": telling.title, "article": telling.id, "at": telling.at}
        story_id: int = self._db.execute(query("story_open"), values).scalar_one()
        self._threads[story_id] = Thread(story_id, telling.at, telling.at)
        self.opened += 1
        self.joined -= 1  # the one who opens a story does not join it
        return self._threads[story_id]

    def _leave(self, telling: _Telling) -> None:
        if telling.story_id is not None and telling.story_id in self._threads:
            self._threads[telling.story_id].remove(telling.told)
            self._touched.add(telling.story_id)

    def save(self) -> None:
        """Write who belongs where, and the stories that changed; a story that lost its last article is forgotten."""
        if not self._decided:
            return
        ids, stories = zip(*sorted(self._decided.items()), strict=True)
        self._db.execute(query("stories_assign"), {"ids": list(ids), "stories": list(stories)})
        for number in sorted(self._touched):
            kept = self._threads[number].digest(KEPT_FEATURES)
            self._db.execute(query("story_update"), {"story": number, "features": json.dumps(kept, ensure_ascii=False)})
        self._db.execute(query("stories_forget_empty"), {"ids": sorted(self._touched)})
