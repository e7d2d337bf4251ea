"""How fast trends answer on a long history, beside the same questions asked of the base tables.

`python -m bench.trends [N]`: N articles (100,000 unless said otherwise; the aims are for 1,000,000) with three tags
each, 300 sources, three years, in an embedded Postgres as it comes. Each question is asked five times, in turn with the
others; the median is quoted. Times are those of one client that reads every row. What a roll-up costs is that of 64
articles of the last day that arrive, rolled back each time; CPU is the server's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from bench import _history
from models import cube_store, database, embedded

ARTICLES, ROUNDS, BATCH = 100_000, 5, 64
LAST = "trends.today() - 90"
ONE = f"topic = 'topic-1' AND day > {LAST}"
QUESTIONS = {
    "days": f"SELECT * FROM trends.days WHERE day > {LAST}",
    "source_days": f"SELECT * FROM trends.source_days WHERE day > {LAST}",
    "topic_days": f"SELECT * FROM trends.topic_days WHERE day > {LAST}",
    "topic_days, one topic": f"SELECT * FROM trends.topic_days WHERE {ONE}",
    "topic_days, one topic, all time": "SELECT * FROM trends.topic_days WHERE topic = 'topic-1'",
    "topic_bloc_days": f"SELECT * FROM trends.topic_bloc_days WHERE day > {LAST}",
    "topic_bloc_days, one topic": f"SELECT * FROM trends.topic_bloc_days WHERE {ONE}",
    "topic_language_days, one topic": f"SELECT * FROM trends.topic_language_days WHERE {ONE}",
    "topic_country_days, one topic": f"SELECT * FROM trends.topic_country_days WHERE {ONE}",
    "topic_kind_days, one topic": f"SELECT * FROM trends.topic_kind_days WHERE {ONE}",
    "topic_source_days, one topic": f"SELECT * FROM trends.topic_source_days WHERE {ONE}",
    "topic_weeks": f"SELECT * FROM trends.topic_weeks WHERE week > {LAST}",
    "topic_months": "SELECT * FROM trends.topic_months",
    "topic_changes": "SELECT * FROM trends.topic_changes",
}
BASE = {
    "topic_days, one topic": (
        "SELECT day, count(*), count(DISTINCT source_id), count(DISTINCT family), count(DISTINCT origin_id)"
        " FROM news.tags JOIN news.articles ON articles.id = article_id JOIN news.sources ON sources.id = source_id"
        f" WHERE topic_id = 1 AND state = 'stored' AND day > {LAST} GROUP BY day"
    ),
    "topic_days, one topic, all time": (
        "SELECT day, count(*), count(DISTINCT source_id), count(DISTINCT family), count(DISTINCT origin_id)"
        " FROM news.tags JOIN news.articles ON articles.id = article_id JOIN news.sources ON sources.id = source_id"
        " WHERE topic_id = 1 AND state = 'stored' GROUP BY day"
    ),
    "topic_bloc_days": (
        "SELECT topic_id, bloc, day, count(*), count(DISTINCT source_id), count(DISTINCT family),"
        " count(DISTINCT origin_id)"
        " FROM news.tags JOIN news.articles ON articles.id = article_id JOIN news.sources ON sources.id = source_id"
        f" WHERE state = 'stored' AND day > {LAST} GROUP BY topic_id, bloc, day"
    ),
}


def main() -> int:
    many = next((int(word) for word in sys.argv[1:] if word.isdecimal()), ARTICLES)
    with tempfile.TemporaryDirectory() as home, embedded.open(Path(home)) as cluster:
        engine = database.engine(cluster.url)
        database.migrate(engine)
        made = _history.make(engine, articles=many, until=datetime.now(UTC).date() - timedelta(days=1))
        print(f"{made.articles:,} articles, {made.tags:,} tags, {made.first_day} to {made.last_day}")
        seconds, cpu = _counted(engine)
        print(f"recount from scratch: {seconds:.0f} s, {cpu:.0f} s CPU of the server")
        _ask(engine)
        _as_of(engine)
        for name, step in _STEPS.items():
            print(f"{name:44} {_roll_up(engine, step)}")
        engine.dispose()
    return 0


_ARRIVAL = f"""
    WITH arrived AS (
        INSERT INTO news.articles (
            source_id, feed_id, discovered_by, state, url, title, language, published_at, first_seen_at
        )
        SELECT source_id, feed_id, 2, 'stored', url || '/more', title, language, published_at, first_seen_at
        FROM news.articles WHERE day = trends.today() - 1 ORDER BY random() LIMIT {BATCH}
        RETURNING id
    ), models AS (
        SELECT topic_ids, actor_ids, row_number() OVER () AS number
        FROM news.taggings WHERE article_id < 1000 LIMIT {BATCH}
    )
    INSERT INTO news.taggings (taxonomy_id, article_id, related, topic_ids, actor_ids, tagged_at)
    SELECT 1, id, 0.5, topic_ids, actor_ids, now()
    FROM (SELECT id, row_number() OVER () AS number FROM arrived) AS numbered
    JOIN models USING (number)
"""


@contextmanager
def _server_cpu(db: Connection) -> Iterator[Callable[[], float]]:
    """CPU seconds of the session's backend since the block began."""
    backend = psutil.Process(db.execute(sa.text("SELECT pg_backend_pid()")).scalar_one())
    before = backend.cpu_times()
    yield lambda: sum(backend.cpu_times()[:2]) - sum(before[:2])


def _counted(engine: Engine) -> tuple[float, float]:
    with engine.begin() as db, _server_cpu(db) as cpu:
        began = time.perf_counter()
        cube_store.recount(db)
        figures = time.perf_counter() - began, cpu()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(sa.text("VACUUM ANALYZE"))
    return figures


def _ask(engine: Engine) -> None:
    times: dict[tuple[str, str], list[float]] = {}
    rows: dict[tuple[str, str], int] = {}
    with engine.connect() as db:
        for _ in range(ROUNDS):
            for kind, questions in (("view", QUESTIONS), ("base tables", BASE)):
                for name, sql in questions.items():
                    began = time.perf_counter()
                    rows[kind, name] = len(db.execute(sa.text(sql)).all())
                    times.setdefault((kind, name), []).append(time.perf_counter() - began)
    print(f"{'question (90 days unless said otherwise)':44} {'rows':>7} {'view':>9} {'base tables':>12}")
    for name in QUESTIONS:
        base = times.get(("base tables", name))
        beside = f"{statistics.median(base) * 1000:>9.0f} ms" if base else ""
        print(
            f"{name:44} {rows['view', name]:>7,} {statistics.median(times['view', name]) * 1000:>6.0f} ms {beside:>12}"
        )


def _as_of(engine: Engine) -> None:
    with engine.connect() as db:
        db.execute(sa.text("SELECT set_config('wirewatch.as_of', (now() - interval '1 minute')::text, false)"))
        began = time.perf_counter()
        db.execute(sa.text(QUESTIONS["topic_days, one topic"])).all()
        print(f"{'topic_days, one topic, a minute ago':44} {(time.perf_counter() - began) * 1000:>14.0f} ms")


def _arrive(db: Connection) -> None:
    """A batch of articles of the last day over its sources, tagged as others were."""
    db.execute(sa.text("SELECT setseed(0.1)"))
    db.execute(sa.text(_ARRIVAL))


def _roll_up(engine: Engine, step: Callable[[Connection], object]) -> str:
    """Median time and CPU of one step after a batch has arrived."""
    wall, busy = [], []
    for _ in range(ROUNDS):
        with engine.connect() as db, db.begin() as transaction, _server_cpu(db) as cpu:
            _arrive(db)
            if step is not _days:
                _days(db)
            before, began = cpu(), time.perf_counter()
            step(db)
            wall.append(time.perf_counter() - began)
            busy.append(cpu() - before)
            transaction.rollback()
    return f"{statistics.median(wall) * 1000:>14.0f} ms, {statistics.median(busy) * 1000:.0f} ms CPU"


def _days(db: Connection) -> None:
    cube_store.count_days(db)


def _grades(db: Connection) -> None:
    cube_store.grade_days(db)


def _periods(db: Connection) -> None:
    cube_store.count_periods(db)


_STEPS = {
    f"roll-up after {BATCH} articles: days": _days,
    "  grades, once a run": _grades,
    "  weeks and months, once a run": _periods,
}

if __name__ == "__main__":
    sys.exit(main())
