"""The composition root: settings are read here, and everything that holds something open is made here."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from extractors import catalogue
from extractors.errors import Misconfigured
from extractors.records import Catalogue
from flows.gather import Gatherer, now
from models import database as databases
from models import reread_store, tag_store
from models.settings import Settings, load
from models.tag_store import TaxonomyIds
from topics import taxonomy as taxonomies
from topics.revision import REVISION

if TYPE_CHECKING:
    from flows.backfill import Backfilled
    from flows.ingest import Report
    from flows.reextract import Reextracted
    from flows.retag import Retagged
    from flows.revisit import Report as Revisited
    from topics.taxonomy import Taxonomy

log = logging.getLogger(__name__)

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


def outdated(engine: Engine) -> str | None:
    """A sentence if a retag is due: the settings' file is not the version in use, or that is of another tagger.

    None too when the file cannot be read or has a mistake: whoever needs it says so.
    """
    path = settings().taxonomy
    with engine.connect() as db:
        used = tag_store.current(db)
        if used is None:
            return None
        content, revision = tag_store.content(db, used.taxonomy), tag_store.revision(db, used.taxonomy)
    try:
        same = path.read_text(encoding="utf-8") == content
        if not same:
            taxonomy()
    except (OSError, UnicodeDecodeError, Misconfigured):
        return None
    if not same:
        why = f"{path} is not the version of the taxonomy in use ({used.taxonomy})"
    elif revision != REVISION:
        why = (
            f"Version {used.taxonomy} of the taxonomy, which is in use, was made by another tagger (revision "
            f"{revision}; this release has {REVISION})"
        )
    else:
        return None
    return f"{why}: `wirewatch topics diff` shows what would change, `wirewatch topics retag` puts it into effect."


def read_otherwise(engine: Engine) -> str | None:
    """A sentence if there are articles that another edition of the extractor has read and that can be read again."""
    with engine.connect() as db:
        outdated = reread_store.outdated(db)
    if not outdated.readable:
        return None
    return (
        f"{outdated.readable:,} articles were read by another edition of the extractor: `wirewatch reextract "
        "--dry-run` shows what would change, `wirewatch reextract` puts it into effect."
    )


def _why(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not UTF-8 text"


def has_database() -> bool:
    """Whether there is a database already: a server is named, or the home has one."""
    chosen = settings()
    return chosen.database_url is not None or (chosen.home / "postgres" / "data" / "PG_VERSION").is_file()


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


@dataclass(slots=True)
class Workshop:
    """What a process needs to work on batches."""

    settings: Settings
    engine: Engine
    gatherer: Gatherer
    taxonomy: TaxonomyIds
    """The version that articles are tagged with: the current one, unless the workshop was opened for another."""
    version: int | None = None
    """Which one that was."""
    _renewing: Lock = field(default_factory=Lock)

    def renew(self) -> TaxonomyIds:
        """Tag by the version that is the current one now; returns it."""
        with self._renewing:
            with self.engine.begin() as db:
                used = tag_store.current(db)
                assert used is not None  # ours was
                content = tag_store.content(db, used.taxonomy)
            if used.taxonomy != self.taxonomy.taxonomy:
                self.gatherer.use(content)
                self.taxonomy = used
            return self.taxonomy


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


def run_revisit(*, limit: int | None) -> Revisited:
    """Stored articles looked at again, as a flow of this process; `prefect()` must be open."""
    from prefect import tags  # noqa: PLC0415 -- Prefect takes three seconds to import

    from flows.revisit import revisit  # noqa: PLC0415 -- see above

    with tags("by hand"):
        report: Revisited = revisit(limit=limit)
    return report


def run_backfill(
    *, source: str, first: date, last: date, limit: int | None, sitemaps: list[str], feeds: str | None
) -> Backfilled:
    """A source's past, as a flow of this process; `prefect()` must be open."""
    from prefect import tags  # noqa: PLC0415 -- Prefect takes three seconds to import

    from flows.backfill import backfill  # noqa: PLC0415 -- see above

    with tags("by hand"):
        done: Backfilled = backfill(
            source=source, first=first, last=last, limit=limit, sitemaps=sitemaps or None, feeds=feeds
        )
    return done


def run_reextract() -> Reextracted:
    """Stored articles read again from their raw pages, as a flow of this process; `prefect()` must be open."""
    from prefect import tags  # noqa: PLC0415 -- Prefect takes three seconds to import

    from flows.reextract import reextract  # noqa: PLC0415 -- see above

    with tags("by hand"):
        done: Reextracted = reextract()
    return done


def run_retag(*, keep: int | None) -> Retagged:
    """History tagged by the taxonomy in the settings' file, as a flow of this process; `prefect()` must be open."""
    from prefect import tags  # noqa: PLC0415 -- Prefect takes three seconds to import

    from flows.retag import retag  # noqa: PLC0415 -- see above

    with tags("by hand"):
        retagged: Retagged = retag(keep=keep)
    return retagged


_open: list[Workshop] = []
_opening = Lock()
_mine: ContextVar[Workshop | None] = ContextVar("workshop", default=None)
"""The one our flow has opened: two flows in one process must not close each other's under their tasks."""


@contextmanager
def workshop(version: int | None = None) -> Iterator[Workshop]:
    """Open this process's workshop: database, one event loop for the network, worker processes.

    While history is tagged by one version of the taxonomy, new articles are tagged by that version too, so that a trend
    is never drawn over two; a changed file takes effect with a retag, which opens a workshop for its own `version`. One
    with a mistake is said to have it in the log, and stops nothing, unless there is no version in use yet.
    """
    with ExitStack() as stack:
        engine = stack.enter_context(database())
        with engine.begin() as db:
            used = _entered(db)
            if version:
                used = tag_store.ids_of(db, version)
            content = tag_store.content(db, used.taxonomy)
        _see_that_it_is_readable(content, used.taxonomy)
        gatherer = stack.enter_context(Gatherer(settings(), taxonomy=content, engine=engine))
        shop = Workshop(settings(), engine, gatherer, used, version)
        _open.append(shop)
        _mine.set(shop)
        try:
            yield shop
        finally:
            _open.remove(shop)


def _entered(db: Connection) -> TaxonomyIds:
    """The version in use, after that of the file was kept beside it; raises `Misconfigured` where there is neither."""
    used = tag_store.current(db)
    try:
        entered = tag_store.enter(db, taxonomy(), now=now())
    except Misconfigured as error:
        if used is None:
            raise
        log.error("%s; articles go on being tagged by version %d, which is in use", error, used.taxonomy)  # noqa: TRY400
        return used
    return used or entered


def _see_that_it_is_readable(content: str, version: int) -> None:
    """Raise `Misconfigured` for a version that this release cannot read: else every reader would die of it."""
    try:
        taxonomies.parse(content, name=f"version {version} of the taxonomy")
    except Misconfigured as error:
        file = settings().taxonomy
        raise Misconfigured(
            f"The taxonomy in use cannot be read ({error}): `wirewatch topics retag` puts {file} into effect."
        ) from None


def shared_workshop(version: int | None = None) -> Workshop:
    """The workshop of our flow, else the one that is open in this process.

    A cluster's worker process opens its own and keeps it to its end.
    """
    mine = _mine.get()
    if mine is not None and mine.version == version and any(shop is mine for shop in _open):
        return mine
    with _opening:
        if not any(shop.version == version for shop in _open):
            stack = ExitStack()
            atexit.register(stack.close)
            stack.enter_context(workshop(version))
        return [shop for shop in _open if shop.version == version][-1]
