"""What looking at stored articles again costs, and reading them again, beside the ingest of the same pages.

    WIREWATCH_BENCH_DATA=<folder> python -m bench looks

Pages of `<folder>/extraction/html` are stored by an ingest, each under several addresses; then all of them are looked
at again while nothing has changed, compared with what another edition of the extractor would make of them, and read
again. CPU is that of every process involved but the web server; each step is quoted as a part of the ingest's.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path

from sqlalchemy import Engine, text

from bench._pages import load_pages, serve
from bench.ingest import Figures, Watch, _timed
from models.settings import Settings, load

COPIES = 8


def main() -> int:
    pages = load_pages()
    if pages is None:
        return 0
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wirewatch-bench-")))
        served = stack.enter_context(serve(pages, copies=COPIES, feeds=COPIES))
        feeds = home / "feeds.toml"
        feeds.write_text(served.catalogue, encoding="utf-8")
        settings: Settings = load(
            home=home, database_url=None, feeds=feeds, allow_private_hosts=(ip_network("127.0.0.0/8"),),
            host_pace_seconds=0.0, host_concurrency=16, max_age_days=36_500, respect_robots=False,
        )  # fmt: skip
        return _measure(home, settings, len(served.bodies), stack)


def _measure(home: Path, settings: Settings, pages: int, stack: ExitStack) -> int:
    from flows import reextract, resources

    stack.enter_context(resources.using(settings))
    engine = stack.enter_context(resources.database())
    stack.enter_context(resources.prefect(print))
    watch = Watch(home)

    def compare() -> object:
        with resources.workshop() as shop:
            return reextract.compare(shop, sample=None)

    figures: dict[str, Figures] = {}
    with watch.sampled():
        figures["ingest"] = _timed(watch, lambda: resources.run_ingest(feeds=None, limit=None, everything=True))
        _have_due(engine)
        figures["revisit, the same pages"] = _timed(watch, lambda: resources.run_revisit(limit=None))
        _have_changed(engine)
        _have_due(engine)
        figures["revisit, read again"] = _timed(watch, lambda: resources.run_revisit(limit=None))
        _read_by_another(engine)
        figures["reextract --dry-run"] = _timed(watch, compare)
        figures["reextract"] = _timed(watch, resources.run_reextract)
    whole = sum(figures["ingest"].cpu.values())
    print(f"{pages} pages")
    for name, one in figures.items():
        cpu = sum(one.cpu.values())
        pace, each = pages / one.seconds, cpu / pages * 1000
        print(f"{name:<26} {pace:7.1f} pages/s  {each:6.2f} ms CPU a page  {cpu / whole:5.0%}")
    print("peaks: " + ", ".join(f"{kind} {size / 1e6:.0f} MB" for kind, size in sorted(watch.peak.items())))
    return 0


def _have_due(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("UPDATE news.looks SET due_at = now() - interval '1 minute'"))


def _have_changed(engine: Engine) -> None:
    """Have no page be the known one, so that each is read and compared."""
    with engine.begin() as db:
        db.execute(text("UPDATE news.articles SET page_hash = decode(md5(id::text), 'hex') WHERE state = 'stored'"))


def _read_by_another(engine: Engine) -> None:
    """Have all pages be kept and read by another edition."""
    with engine.begin() as db:
        db.execute(text("INSERT INTO news.extractors (name, first_used_at) VALUES ('another', now())"))
        db.execute(
            text(
                "UPDATE news.articles SET extractor_id = (SELECT id FROM news.extractors WHERE name = 'another'), "
                "(page_month, page_hash) = (SELECT month, content_hash FROM news.pages OFFSET articles.id % "
                "(SELECT count(*) FROM news.pages) LIMIT 1) WHERE state IN ('stored', 'rejected')"
            )
        )


if __name__ == "__main__":
    sys.exit(main())
