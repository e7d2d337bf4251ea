"""`wirewatch demo`: the whole pipeline on the bundled wire, served over loopback HTTP, into a database of its own."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_network
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from sqlalchemy import Engine, text

from extractors.errors import Misconfigured
from flows.commands import funnel
from flows.commands.output import console

if TYPE_CHECKING:
    from models.settings import Settings

HOME = Path(".wirewatch-demo")
MARK = "demo"
"""A file in folders that were made by a demo: only those are ever emptied."""


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
    from flows.commands import tour  # noqa: PLC0415 -- see above

    out = console()
    began = perf_counter()
    with ExitStack() as stack:
        settings = stack.enter_context(_wire(args.home, out))
        stack.enter_context(resources.using(settings))
        engine = stack.enter_context(_fresh_database(out))
        stack.enter_context(resources.prefect(out.print))
        _ingest(out, engine, "First run: everything is new")
        _ingest(out, engine, "Second run: the feeds again, and what had failed for the moment")
        tour.show(out, engine, args.home)
    out.print(f"Done in {perf_counter() - began:.0f} s.")
    return 0


@contextmanager
def _wire(home: Path, out: Console) -> Iterator[Settings]:
    """The wire, served until the block ends, and settings that watch it and nothing else."""
    from extractors import catalogue  # noqa: PLC0415 -- see run
    from flows.gather import now  # noqa: PLC0415 -- see run
    from flows.wire.server import Wire  # noqa: PLC0415 -- see run
    from models.settings import ROOT, load  # noqa: PLC0415 -- see run

    _claim(home)
    with Wire(now(), steady=True) as wire:
        feeds = home / "feeds.toml"
        feeds.write_text(wire.catalogue_toml(), encoding="utf-8")
        watched = catalogue.load(wire.catalogue_toml(), name=str(feeds))
        languages = {source.language for source in watched.sources}
        out.print(
            f"Serving an invented wire on this machine: {len(watched.sources)} outlets in {len(languages)} languages."
        )
        if wire.notice:
            out.print(wire.notice)
        settings = load(
            home=home,
            database_url=None,
            feeds=feeds,
            taxonomy=ROOT / "topics" / "korea.toml",
            task_runner="threads",
            respect_robots=True,
            max_page_bytes=8_000_000,
            allow_private_hosts=(ip_network("127.0.0.0/8"),),
            host_pace_seconds=0.02,
            host_concurrency=4,
            request_timeout_seconds=4.0,
            retry_minutes=0.0,
            max_age_days=80,
            alert_days=60,
        )
        yield settings


def _claim(home: Path) -> None:
    """Make the folder the demo's; raises `Misconfigured` if it is anything else's, since a demo starts by emptying."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        if home.name != HOME.name and not (home / MARK).exists() and any(home.iterdir()):
            raise Misconfigured(f"--home {home} holds something that no demo has made: choose a new folder for it.")
        (home / MARK).touch()
    except OSError as error:
        raise Misconfigured(f"--home {home} cannot be used: {error.strerror}; choose another folder.") from None


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


def _ingest(out: Console, engine: Engine, title: str) -> None:
    """One run under its title, and where everything it saw ended."""
    from flows import progress, resources  # noqa: PLC0415 -- see run

    out.print(f"\n{title}", style="bold")
    with progress.shown(out):
        report = resources.run_ingest(feeds=None, limit=None, everything=True)
    polls = report.polls
    out.print(
        f"{sum(polls.values())} feeds: {polls['fresh']} with something new, {polls['unchanged']} unchanged, "
        f"{polls['failed']} failed."
    )
    funnel.show(out, engine, report.run_id)
