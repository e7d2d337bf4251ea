"""How fast trends answer on a long history, beside the same questions asked of the base tables, and how that grows.

    python -m bench trends [ARTICLES ...] [--keep FOLDER]

ARTICLES is 100,000 unless said otherwise (the aims are for 1,000,000), with three tags each, 300 sources, three years,
in an embedded Postgres as it comes; with --keep histories stay in that folder and are used again. Every view of schema
trends is asked. Each question is asked five times, in turn with the others; medians are quoted: wall time until the
last row has reached the one client there is, and CPU of the server. What a roll-up costs is that of 64 articles of the
last day that arrive, rolled back each time: all of them on many topics, which is the worst there is, and one in five.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import psutil
import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from bench import _history
from bench._questions import QUESTIONS, RECOUNTS, Question, unasked
from models import burst_store, cube_store, database, diffusion_store, embedded

ARTICLES, ROUNDS, BATCH = 100_000, 5, 64
TESTED = 98
"""The newest days that are tested for bursts before anything is asked: 90, and the back-test's 91."""
LONGEST = 60
"""Seconds after which a question is given up."""
ALL_TIME = "all time"


@dataclass(frozen=True, slots=True)
class Took:
    """Wall and CPU time of something, in milliseconds, and the rows it gave; None: it was given up."""

    wall: float
    cpu: float
    rows: int | None = 0

    def __str__(self) -> str:
        return f"{self.wall:>8.0f} {self.cpu:>8.0f}" if self.rows is not None else f"over {LONGEST} s".rjust(17)


@dataclass
class Measured:
    """What one history showed: by question, of the view and of the base tables; by step of a roll-up."""

    articles: int
    views: dict[str, Took] = field(default_factory=dict)
    bases: dict[str, Took] = field(default_factory=dict)
    steps: dict[str, Took] = field(default_factory=dict)


def main(words: Sequence[str] = ()) -> int:
    keep = Path(words[words.index("--keep") + 1]) if "--keep" in words else None
    with tempfile.TemporaryDirectory() as home, embedded.open(keep or Path(home)) as cluster:
        measured = []
        for many in [int(word) for word in words if word.isdecimal()] or [ARTICLES]:
            engine = _opened(cluster.url, many)
            with engine.connect() as db:
                missing = unasked(db)
            if missing:
                print(f"No question is asked of {', '.join(missing)}: see bench/_questions.py.", file=sys.stderr)
                return 2
            measured.append(_measured(engine, many))
            engine.dispose()
    _print_growth(measured)
    return 0


def _opened(url: str, many: int) -> Engine:
    """The database with so many articles, made and counted if it is not there."""
    name = f"history_{many}"
    base = database.address(url)
    server = sa.create_engine(base, isolation_level="AUTOCOMMIT")
    with server.connect() as db:
        there = db.execute(sa.text("SELECT FROM pg_database WHERE datname = :name"), {"name": name}).first()
        if there is None:
            db.execute(sa.text(f"CREATE DATABASE {name}"))
            db.execute(sa.text(_CLOCK.format(name=name, at=_history.COUNTED_AT)))
    engine = database.engine(base.set(database=name).render_as_string(hide_password=False))
    database.migrate(engine)
    if there is None:
        began = time.perf_counter()
        made = _history.make(engine, articles=many)
        print(f"{made.articles:,} articles, {made.tags:,} tags made in {time.perf_counter() - began:.0f} s", flush=True)
        print(f"recount from scratch: {_once(engine, cube_store.recount)}", flush=True)
    while _untested(engine):
        print(f"{burst_store.AT_ONCE} days tested: {_once(engine, burst_store.refresh)}", flush=True)
    with server.connect() as db:
        db.execute(sa.text(_CLOCK.format(name=name, at=_history.NOW)))
    engine.dispose()  # who connects from now on sees that clock
    if there is None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(sa.text("VACUUM ANALYZE"))
    server.dispose()
    return engine


_CLOCK = "ALTER DATABASE {name} SET wirewatch.clock = '{at:%Y-%m-%d %H:%M}Z'"


def _untested(engine: Engine) -> bool:
    with engine.connect() as db:
        days = f"SELECT FROM news.dirty_tests WHERE day >= trends.today() - {TESTED}"
        return db.execute(sa.text(days)).first() is not None


def _once(engine: Engine, step: Callable[[Connection], object]) -> str:
    with engine.begin() as db, _timed(db) as took:
        step(db)
    return f"{took().wall / 1000:.1f} s, {took().cpu / 1000:.1f} s CPU of the server"


@contextmanager
def _timed(db: Connection) -> Iterator[Callable[[], Took]]:
    """Time since the block began: on the clock, and on the CPU for the session's backend."""
    backend = db.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    began, before = time.perf_counter(), _spent(backend)
    yield lambda: Took((time.perf_counter() - began) * 1000, (_spent(backend) - before) * 1000)


def _spent(process: int) -> float:
    """CPU seconds of a process: to the nanosecond under Linux, else to some hundredths."""
    exact = Path(f"/proc/{process}/schedstat")
    return int(exact.read_text().split()[0]) / 1e9 if exact.exists() else sum(psutil.Process(process).cpu_times()[:2])


def _measured(engine: Engine, many: int) -> Measured:
    found = Measured(many)
    bases = [
        Question(question.view, asked=question.asked, base=question.base) for question in QUESTIONS if question.base
    ]
    with engine.connect() as db:
        db.execute(sa.text(f"SET statement_timeout = '{LONGEST}s'"))
        db.commit()
        found.views = _ask(db, {question.name: question.sql for question in QUESTIONS})
        found.bases = _ask(db, {question.name: question.base for question in bases})
        recounts = _ask(db, {question.name: question.sql for question in RECOUNTS}, rounds=1)
        earlier = _ask_earlier(db)
    found.steps = _roll_up(engine)
    _print(found, {**recounts, **earlier})
    return found


def _ask(db: Connection, questions: dict[str, str], rounds: int = ROUNDS) -> dict[str, Took]:
    times: dict[str, list[Took]] = {name: [] for name in questions}
    for _ in range(rounds):
        for name, sql in questions.items():
            times[name].append(_answer(db, sql))
    return {name: _middle(each) for name, each in times.items()}


def _answer(db: Connection, sql: str) -> Took:
    """Ask once, by the driver itself: its rows are all here when it returns."""
    with db.begin() as transaction, _timed(db) as took:
        try:
            cursor = cast("psycopg.Connection", db.connection.driver_connection).execute(sql, prepare=False)
        except psycopg.errors.QueryCanceled:
            transaction.rollback()
            return Took(LONGEST * 1000, LONGEST * 1000, None)
        spent = took()
        return Took(spent.wall, spent.cpu, cursor.rowcount)


def _middle(times: Sequence[Took]) -> Took:
    wall = statistics.median(one.wall for one in times)
    return Took(wall, statistics.median(one.cpu for one in times), times[-1].rows)


def _ask_earlier(db: Connection) -> dict[str, Took]:
    """Some questions as of an hour ago."""
    some = (
        "days", "topic_days, one topic", "topic_bloc_lags, one topic", "attention, one topic", "pairs, one topic",
        "bursts, all topics", "burst_hours, all topics",
    )  # fmt: skip
    earlier = _history.NOW - timedelta(hours=1)
    db.execute(sa.text(f"SET wirewatch.as_of = '{earlier:%Y-%m-%d %H:%M}Z'"))
    db.commit()
    asked = _ask(db, {f"{one.name}, an hour ago": one.sql for one in QUESTIONS if one.name in some})
    db.execute(sa.text("RESET wirewatch.as_of"))
    db.commit()
    return asked


# What a roll-up costs ------------------------------------------------------------------------------------------------

_ARRIVAL = f"""
    WITH arrived AS (
        INSERT INTO news.articles (
            source_id, feed_id, discovered_by, state, url, title, language, published_at, first_seen_at, words, story_id
        )
        SELECT
            source_id, feed_id, 2, 'stored', url || '/more', title, language, published_at + :later,
            first_seen_at + :later, words, CASE WHEN row_number() OVER () <= :told THEN story_id END
        FROM (
            SELECT * FROM news.articles WHERE day = trends.today() - 1 ORDER BY random() LIMIT {BATCH}
        ) AS chosen
        RETURNING id
    ), models AS (
        SELECT topic_ids[1:CAST(:tags AS integer)] AS topic_ids, actor_ids[1:CAST(:tags AS integer)] AS actor_ids,
            row_number() OVER () AS number
        FROM news.taggings WHERE article_id < 1000 AND topic_ids <> '{{}}' LIMIT :told
    )
    INSERT INTO news.taggings (taxonomy_id, article_id, related, topic_ids, actor_ids, tagged_at)
    SELECT 1, id, 0.5, coalesce(topic_ids, '{{}}'), coalesce(actor_ids, '{{}}'), now()
    FROM (SELECT id, row_number() OVER () AS number FROM arrived) AS numbered
    LEFT JOIN models USING (number)
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """What arrives: articles of which so many are on the subject, with so many topics and actors at most, and when."""

    told: int = BATCH
    tags: int = 9
    later: timedelta = timedelta()
    """How much later than articles of the last complete day."""


_USUAL = Batch(told=BATCH // 5, tags=2)
_BATCHES = {
    "roll-up, one in five on the subject": _USUAL,
    "  the same of today": replace(_USUAL, later=timedelta(days=1)),
    f"roll-up after {BATCH} on all topics, today": Batch(later=timedelta(days=1)),
}
_WHOLE = f"roll-up after {BATCH} articles, whole"
_PARTS = ("  of it: days, weeks and months", "  of it: grades", "  of it: pairs and stories")


def _roll_up(engine: Engine) -> dict[str, Took]:
    """What a roll-up costs after a batch of articles of the last day has arrived, and what its parts cost."""
    times: dict[str, list[Took]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, batch in {_WHOLE: Batch(), **_BATCHES}.items():
            with _arrived(engine, batch) as db, _timed(db) as took:
                cube_store.roll_up(db)
                times[name].append(took())
        with _arrived(engine, Batch()) as db:
            with _timed(db) as took:
                rolled = cube_store.count_days(db)
                times[_PARTS[0]].append(took())
            with _timed(db) as took:
                cube_store.grade_days(db, rolled.yields)
                times[_PARTS[1]].append(took())
            with _timed(db) as took:
                diffusion_store.count(db, rolled.marks, [_history.TAXONOMY])
                times[_PARTS[2]].append(took())
    return {name: _middle(each) for name, each in times.items()}


@contextmanager
def _arrived(engine: Engine, batch: Batch) -> Iterator[Connection]:
    """An hour later, with a batch of articles of which nothing stays."""
    later = _history.NOW + timedelta(hours=1)
    with engine.connect() as db, db.begin() as transaction:
        db.execute(sa.text(f"SET LOCAL wirewatch.clock = '{later:%Y-%m-%d %H:%M}Z'"))
        db.execute(sa.text("SELECT setseed(0.1)"))
        db.execute(sa.text(_ARRIVAL), asdict(batch))
        yield db
        transaction.rollback()


# What is printed -----------------------------------------------------------------------------------------------------


def _print(found: Measured, others: dict[str, Took]) -> None:
    print(f"\n{found.articles:,} articles: medians of {ROUNDS} in ms, 90 days unless said otherwise")
    print(f"{'question':44} {'rows':>7} {'wall':>8} {'CPU':>8}   {'base tables: wall, CPU'}")
    for name, took in (*found.views.items(), *others.items()):
        rows = "" if took.rows is None else f"{took.rows:,}"
        over = "*" if took.wall > (300 if ALL_TIME in name else 100) else ""
        print(f"{name:44} {rows:>7} {took} {over:1} {found.bases.get(name, '')}", flush=True)
    for name, took in found.steps.items():
        print(f"{name:44} {'':>7} {took}", flush=True)


def _print_growth(measured: Sequence[Measured]) -> None:
    """CPU of each question and step by size of the history, and of the base tables'."""
    if len(measured) < 2:
        return
    print(f"\nCPU ms by articles:{'':26}" + "".join(f"{one.articles:>12,}" for one in measured))
    for name in (*measured[0].views, *measured[0].steps):
        figures = ((one.views | one.steps)[name].cpu for one in measured)
        print(f"{name:45}" + "".join(f"{cpu:>12.0f}" for cpu in figures))
    for name in measured[0].bases:
        print(f"{'base: ' + name:45}" + "".join(f"{one.bases[name].cpu:>12.0f}" for one in measured))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
