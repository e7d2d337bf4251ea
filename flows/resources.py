"""The composition root: settings are read here, and everything that holds something open is made here."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from extractors import catalogue
from extractors.errors import Misconfigured
from extractors.records import Catalogue
from flows.gather import Gatherer, now
from models import database as databases
from models import tag_store
from models.settings import Settings, load
from models.tag_store import TaxonomyIds
from topics import taxonomy as taxonomies

if TYPE_CHECKING:
    from flows.ingest import Report
    from topics.taxonomy import Taxonomy

_settings: list[Settings] = []


def settings() -> Settings:
    """The settings of this process, from its environment and `.env`; raises `Misconfigured`."""
    if not _settings:
        _settings.append(load())
    return _settings[-1]


@contextmanager
def using(chosen: Settings) -> Iterator[None]:
    """Other settings for this process until the block ends."""
    _settings.append(chosen)
    try:
        yield
    finally:
        _settings.remove(chosen)


def feeds_file(path: str | None = None) -> Catalogue:
    """The sources and feeds of `path`, or of the file the settings name; raises `Misconfigured`."""
    name = path or str(settings().feeds)
    try:
        with open(name, encoding="utf-8") as file:  # noqa: PTH123 -- the name is repeated as the user wrote it
            return catalogue.load(file.read(), name=name)
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{name} cannot be read: {_why(error)}.") from None


def taxonomy() -> Taxonomy:
    """The taxonomy the settings name; raises `Misconfigured`."""
    return taxonomies.load(settings().taxonomy)


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"


@contextmanager
def database() -> Iterator[Engine]:
    """An engine on the migrated database: the server the settings name, or the embedded one, kept up meanwhile."""
    chosen = settings()
    url = chosen.database_url.get_secret_value() if chosen.database_url else None
    with databases.database(url, chosen.home) as address:
        engine = databases.engine(address)
        try:
            databases.migrate(engine)
            yield engine
        finally:
            engine.dispose()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a process needs to work on batches."""

    settings: Settings
    engine: Engine
    gatherer: Gatherer
    taxonomy: TaxonomyIds
    """The version that new articles are tagged with."""


@contextmanager
def prefect(say: Callable[[str], None]) -> Iterator[str]:
    """The address of a Prefect server to run flows on: one that is up for this home, or a quiet one of our own.

    `say` gets a line when one has to be started, which takes ten seconds or more.
    """
    from flows import prefect_server  # noqa: PLC0415 -- commands that run no flow never load it

    with prefect_server.open(settings(), quiet=True, say=say) as api_url:
        yield api_url


def run_ingest(*, feeds: str | None, limit: int | None, everything: bool) -> Report:
    """One ingest run as a flow of this process; `prefect()` must be open."""
    from prefect import tags  # noqa: PLC0415 -- Prefect takes three seconds to import

    from flows.ingest import ingest  # noqa: PLC0415 -- see above

    with tags("by hand"):
        report: Report = ingest(feeds=feeds, limit=limit, everything=everything)
    return report


_open: list[Workshop] = []
_opening = Lock()


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Open this process's workshop: database, one event loop for the network, worker processes.

    While history is tagged by one version of the taxonomy, new articles are tagged by that version too, so that a trend
    is never drawn over two; a changed file takes effect with a retag.
    """
    with ExitStack() as stack:
        engine = stack.enter_context(database())
        with engine.begin() as db:
            entered = tag_store.enter(db, taxonomy(), now=now())
            used = tag_store.current(db) or entered
            content = tag_store.content(db, used.taxonomy)
        gatherer = stack.enter_context(Gatherer(settings(), taxonomy=content))
        shop = Workshop(settings(), engine, gatherer, used)
        _open.append(shop)
        try:
            yield shop
        finally:
            _open.remove(shop)


def shared_workshop() -> Workshop:
    """The workshop that is open in this process; a cluster's worker process opens its own and keeps it to its end."""
    with _opening:
        if not _open:
            stack = ExitStack()
            atexit.register(stack.close)
            stack.enter_context(workshop())
        return _open[-1]
