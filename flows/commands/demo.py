"""`wirewatch demo`: the whole pipeline on the bundled wire, served over loopback HTTP, into a database of its own."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console
from sqlalchemy import Engine, text

from flows.commands import funnel
from flows.commands.output import console

HOME = Path(".wirewatch-demo")
SIGNING = "russia-dprk-pact"
"""The topic whose story the wire tells."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "demo",
        help="the whole pipeline on a bundled wire: no network needed",
        description="Serves an invented newswire on loopback addresses and runs everything on it: real HTTP, real "
        "extraction, a Postgres and a Prefect server of its own. Starts afresh each time; what it made stays to be "
        "looked at.",
    )
    parser.add_argument("--home", type=Path, default=HOME, help=f"folder of its database (default: {HOME})")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Two ingests on the wire, then what they show."""
    from flows import resources  # noqa: PLC0415 -- after the arguments are known to be right

    out = console()
    began = perf_counter()
    with _wire(args.home) as (settings, served), resources.using(settings):
        out.print(f"An invented wire of {served} sources is served on loopback addresses; no network is used.")
        with _fresh_database(out) as engine, resources.prefect(out.print):
            first = _ingest(out, "First run: everything is new")
            funnel.show(out, engine, first)
            second = _ingest(out, "Second run: most feeds have nothing new; what failed for the moment is tried again")
            funnel.show(out, engine, second)
            _show_trends(out, engine)
            _show_explained(out, engine)
            _where_next(out, args.home)
    out.print(f"Done in {perf_counter() - began:.0f} s.")
    return 0


@contextmanager
def _wire(home: Path) -> Iterator[tuple[Any, int]]:
    """The wire, served until the block ends, and settings that watch it and nothing else."""
    from extractors import catalogue  # noqa: PLC0415 -- see run
    from flows.gather import now  # noqa: PLC0415 -- see run
    from flows.wire.server import Wire  # noqa: PLC0415 -- see run
    from models.settings import load  # noqa: PLC0415 -- see run

    home.mkdir(parents=True, exist_ok=True)
    with Wire(now()) as wire:
        feeds = home / "feeds.toml"
        feeds.write_text(wire.catalogue_toml(), encoding="utf-8")
        sources = len(catalogue.load(wire.catalogue_toml(), name=str(feeds)).sources)
        settings = load(
            home=home,
            database_url=None,
            feeds=feeds,
            allow_private_hosts=(ip_network("127.0.0.0/8"),),
            host_pace_seconds=0.02,
            host_concurrency=4,
            request_timeout_seconds=4.0,
            retry_minutes=0.0,
            max_age_days=62,
        )
        yield settings, sources


@contextmanager
def _fresh_database(out: Console) -> Iterator[Engine]:
    """The demo's own database, emptied."""
    from flows import resources  # noqa: PLC0415 -- see run
    from models import database  # noqa: PLC0415 -- see run

    out.print("Starting Postgres ...")
    with resources.database() as engine:
        with engine.begin() as db:
            db.execute(text("DROP SCHEMA IF EXISTS trends, ops, news CASCADE"))
        database.migrate(engine, force=True)
        yield engine


def _ingest(out: Console, title: str) -> int:
    from flows import progress, resources  # noqa: PLC0415 -- see run

    out.print(f"\n{title}", style="bold")
    with progress.shown(out):
        report = resources.run_ingest(feeds=None, limit=None, everything=True)
    return int(report.run_id)


def _show_trends(out: Console, engine: Engine) -> None:
    from flows.commands import trends  # noqa: PLC0415 -- see run

    out.print("\nTopics over the last 60 days", style="bold")
    trends.show(out, engine, days=60)


def _show_explained(out: Console, engine: Engine) -> None:
    """One article of the story, with the words that earned its tags."""
    from flows.commands import explain  # noqa: PLC0415 -- see run
    from models.queries import query  # noqa: PLC0415 -- see run

    with engine.connect() as db:
        url = db.execute(query("topic_best_article"), {"topic": SIGNING}).scalar()
    if url:
        out.print("\nWhy one of them has its tags", style="bold")
        explain.show(out, engine, url)


def _where_next(out: Console, home: Path) -> None:
    prefix = f"WIREWATCH_HOME={home} .venv/bin/wirewatch"
    out.print("\nWhere to look next", style="bold")
    for command, about in (
        (f"{prefix} trends {SIGNING} --by bloc", "one topic, by bloc"),
        (f"{prefix} db psql", "SQL: the views of schemas trends and ops"),
        (f"{prefix} serve", "both runs in Prefect's UI, with their artifacts"),
        ("make run", "the world's feeds instead of the bundled wire"),
    ):
        out.print(f"  {command}\n      {about}", soft_wrap=True)
