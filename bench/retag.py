"""How fast history is tagged anew, beside bare tagging of the same texts in the same run: `python -m bench retag [N]`.

N stored articles (20,000 unless said otherwise) of about 3,000 characters are made of the labelled texts, over 200
days; one in five is on the subject. The limit is the tagger alone, in as many processes as there are cores, on texts it
has in memory: it neither reads nor stores. A retag does all of it: read, tag, store, count 200 days, switch over.
Rounds alternate between the two; medians are quoted. CPU is that of every process involved.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Engine, insert, text

from bench.ingest import Figures, Watch, _timed
from models import cube_store, tables, tag_store, version_store
from models.settings import Settings, load
from topics import taxonomy as taxonomies
from topics.scoring import Labelled, read
from topics.tagger import Tagger

ROOT = Path(__file__).resolve().parent.parent
ARTICLES, LENGTH, DAYS, ROUNDS = 20_000, 3_000, 200, 3
PLAIN = "The town council met on Tuesday to talk about the bridge. Trade in the harbour has doubled since spring. "
STEP = 512
MILLION = 1_000_000


@cache
def kinds() -> tuple[list[Labelled], list[Labelled]]:
    """The labelled texts: off the subject, and on it."""
    folder = ROOT / "tests" / "topics" / "labelled"
    found = [one for path in sorted(folder.glob("*.jsonl")) for one in read(path.read_text("utf-8").splitlines())]
    return [one for one in found if not one.topics], [one for one in found if one.topics]


def article(number: int) -> tuple[str, str]:
    """Title and text of one of them. Made where it is needed: texts that this process held would count as the run's."""
    kind = kinds()[number % 5 == 0]
    one = kind[number % len(kind)]
    return one.title or f"Number {number}", f"{one.text} Number {number}. {PLAIN * 30}"[:LENGTH]


_taggers: dict[str, Tagger] = {}


def _bare(job: tuple[str, int, int]) -> int:
    content, start, stop = job
    if content not in _taggers:
        _taggers[content] = Tagger(taxonomies.parse(content, name="bench"))
    return sum(len(_taggers[content].tag(*article(number)).tags) for number in range(start, stop))


def limit(pool: ProcessPoolExecutor, content: str, many: int) -> float:
    """Seconds of tagging alone."""
    jobs = [(content, start, min(start + STEP, many)) for start in range(0, many, STEP)]
    began = time.perf_counter()
    sum(pool.map(_bare, jobs))
    return time.perf_counter() - began


def store(engine: Engine, many: int) -> None:
    """The articles as they are once an ingest is through with them, but for their tags."""
    now = datetime.now(UTC)
    with engine.begin() as db:
        source = {
            "slug": "bench", "name": "Bench", "country": "GB", "language": "en", "kind": "newspaper", "bloc": "western",
            "family": "bench",
        }  # fmt: skip
        source_id = db.execute(insert(tables.sources).values(source).returning(tables.sources.c.id)).scalar_one()
        feed = insert(tables.feeds).values(source_id=source_id, url="https://bench.example/feed")
        feed_id = db.execute(feed.returning(tables.feeds.c.id)).scalar_one()
        common = {
            "source_id": source_id, "feed_id": feed_id, "discovered_by": 0, "state": "stored", "language": "en",
            "first_seen_at": now, "compared_at": now, "grouped_at": now,
        }  # fmt: skip
        for start in range(0, many, STEP):
            numbers = range(start, min(start + STEP, many))
            rows = [
                {
                    **common, "title": article(number)[0], "url": f"https://bench.example/{number}",
                    "published_at": now - timedelta(days=number % DAYS),
                }
                for number in numbers
            ]  # fmt: skip
            made = db.execute(
                insert(tables.articles).returning(tables.articles.c.id, sort_by_parameter_order=True), rows
            )
            pairs = zip(made.scalars(), numbers, strict=True)
            db.execute(insert(tables.texts), [{"article_id": one, "text": article(number)[1]} for one, number in pairs])
    with engine.begin() as db:
        db.execute(text("ANALYZE"))


def main(argv: Sequence[str] = ()) -> int:
    from flows import resources

    many = int(argv[0]) if argv else ARTICLES
    base = (ROOT / "topics" / "korea.toml").read_text(encoding="utf-8")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        file = home / "topics.toml"
        file.write_text(base, encoding="utf-8")
        settings: Settings = load(home=home, database_url=None, taxonomy=file)
        stack.enter_context(resources.using(settings))
        engine = stack.enter_context(resources.database())
        store(engine, many)
        cores = os.cpu_count() or 1
        pool = stack.enter_context(ProcessPoolExecutor(cores, mp_context=get_context("spawn")))
        limit(pool, base, 8 * STEP)  # imports
        stack.enter_context(resources.prefect(print))
        resources.run_retag(keep=None)  # the first version: tagged, counted, grouped
        watch = Watch(home)
        limits, retags = [], []
        for round_ in range(ROUNDS):
            limits.append(limit(pool, base, many))
            file.write_text(f"{base}\n# round {round_}\n", encoding="utf-8")
            with watch.sampled():
                retags.append(_timed(watch, lambda: resources.run_retag(keep=0)))
        switching = _switching(engine)
        _report(many, cores, limits, retags, watch, switching)
    return 0


def _switching(engine: Engine) -> float:
    """Seconds that counting all days takes: the part of a switch that grows with history."""
    with engine.connect() as db:
        used = tag_store.current(db)
        assert used is not None
        began = time.perf_counter()
        cube_store.recount(db, used.taxonomy)
        version_store.blocks(db, used.taxonomy)
        seconds = time.perf_counter() - began
        db.rollback()
    return seconds


def _report(many: int, cores: int, limits: list[float], retags: list[Figures], watch: Watch, switching: float) -> None:
    bare, wall = statistics.median(limits), statistics.median(one.seconds for one in retags)
    ratio = statistics.median(best / one.seconds for best, one in zip(limits, retags, strict=True))
    cpu = {kind: statistics.median(one.cpu.get(kind, 0.0) for one in retags) for kind in retags[0].cpu}
    whole = sum(cpu.values())
    print(f"{many:,} stored articles, {cores} cores, {len(retags)} rounds")
    print(f"tagging alone   {many / bare:8.0f} articles/s")
    print(f"retag           {many / wall:8.0f} articles/s   {ratio:.0%} of it")
    print(f"CPU per article {whole / many * 1000:8.2f} ms")
    for kind, spent in sorted(cpu.items(), key=lambda item: -item[1]):
        peak = watch.peak.get(kind, 0) / 1e6
        print(f"  {kind:<10} {spent / whole:6.1%}  {spent / many * 1000:6.2f} ms an article   peak {peak:5.0f} MB")
    print(f"of it counting all days anew: {switching:.1f} s")
    print(f"a million articles at this pace: {MILLION * wall / many / 60:.0f} minutes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
