"""Everything a new user may have wrong, looked at one by one: what is so, and how to mend it.

A check never raises for what it looks for; it says so in its `Finding`.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from importlib.metadata import distributions
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from extractors import catalogue, urls
from extractors.errors import Misconfigured, WirewatchError
from extractors.records import Catalogue
from flows import complaints, prefect_api, prefect_server, schedules
from models import database, schema
from models.settings import ROOT, Settings, load
from topics import taxonomy

Level = Literal["ok", "warn", "fail"]

PYTHONS = ((3, 11), (3, 14))
PINNED = frozenset({"prefect", "fastapi", "sqlalchemy"})
"""Another version of these breaks things without a word."""
LEAST_SPACE, LITTLE_SPACE = 300 * 2**20, 5 * 2**30
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found; `mend` says what to do, and is empty when all is well."""

    name: str
    level: Level
    message: str
    mend: str = ""


def everything(now: datetime) -> Iterator[Finding]:
    """All checks, each finding as soon as it is there."""
    yield python(sys.version_info[:3])
    yield packages(locked(ROOT / "uv.lock"), installed())
    yield names(os.environ)
    try:
        settings = load()
    except Misconfigured as error:
        yield Finding(name="settings", level="fail", message=str(error), mend="Correct it in the environment or .env.")
        return
    yield Finding(name="settings", level="ok", message="all valid")
    yield home(settings.home.resolve())
    yield _guarded("database", lambda: postgres(settings))
    yield _guarded("prefect", lambda: prefect(settings))
    yield _guarded("schedules", lambda: due(settings))
    known, finding = feeds(settings.feeds)
    yield finding
    yield _guarded("topics", lambda: topics(settings.taxonomy))
    yield contact(settings)
    told = reach(hosts(known), agent=settings.agent)
    yield network(told)
    yield clock(now, newest=_newest(ROOT), dates=[answer for answer in told.values() if isinstance(answer, datetime)])


def python(version: Sequence[int]) -> Finding:
    """Whether we run on a Python that is tried."""
    dotted = ".".join(map(str, version))
    low, high = (".".join(map(str, bound)) for bound in PYTHONS)
    if PYTHONS[0] <= tuple(version[:2]) <= PYTHONS[1]:
        return Finding(name="python", level="ok", message=dotted)
    mend = f"Remove .venv and make it anew with Python {low} to {high}: `make PYTHON=/path/to/python3 test`."
    return Finding(name="python", level="fail", message=f"{dotted} is not tried; {low} to {high} are.", mend=mend)


def packages(wanted: Mapping[str, frozenset[str]], found: Mapping[str, str]) -> Finding:
    """Whether what is installed is what uv.lock says; `wanted` may hold several versions, one for each Python."""
    if not wanted:
        return Finding(name="packages", level="warn", message="uv.lock is not there, so nothing to compare with.")
    other = {name: version for name, version in found.items() if name in wanted and version not in wanted[name]}
    missing = PINNED - found.keys()
    if not other and not missing:
        return Finding(name="packages", level="ok", message="as in uv.lock")
    parts = [f"{name} is {version}, not {' or '.join(sorted(wanted[name]))}" for name, version in sorted(other.items())]
    parts += [f"{name} is missing" for name in sorted(missing)]
    more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
    return Finding(
        name="packages",
        level="fail" if PINNED & (other.keys() | missing) else "warn",
        message="Not as in uv.lock: " + ", ".join(parts[:3]) + more + ".",
        mend="`make clean`, then `make test` installs the locked ones (or `uv sync --frozen`).",
    )


def locked(path: Path) -> dict[str, frozenset[str]]:
    """Versions by package in the lock file; empty without one."""
    if not path.exists():
        return {}
    versions: dict[str, set[str]] = {}
    for package in tomllib.loads(path.read_text(encoding="utf-8")).get("package", ()):
        if "version" in package and package["name"] != "wirewatch":
            versions.setdefault(package["name"], set()).add(package["version"])
    return {name: frozenset(of_name) for name, of_name in versions.items()}


def installed() -> dict[str, str]:
    """The version of each installed package, names as uv.lock writes them."""
    return {re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(): one.version for one in distributions()}


def names(environment: Mapping[str, str]) -> Finding:
    """Whether every WIREWATCH_* variable is a setting: a misspelt one is silently without effect."""
    settings = {f"WIREWATCH_{field.upper()}" for field in Settings.model_fields}
    extra = {"WIREWATCH_BENCH_DATA"}
    strange = sorted(name for name in environment if name.startswith("WIREWATCH_") and name not in settings | extra)
    if not strange:
        return Finding(name="variables", level="ok", message="every WIREWATCH_* variable is a setting")
    hints = []
    for name in strange:
        near = difflib.get_close_matches(name, sorted(settings), n=1)
        hints.append(f"{name} is no setting" + (f"; {near[0]} is" if near else ""))
    return Finding(
        name="variables", level="warn", message="; ".join(hints) + ".", mend="docs/operations.md lists all settings."
    )


def home(folder: Path) -> Finding:
    """Whether `folder` can be written and has room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except OSError as error:
        mend = "Set WIREWATCH_HOME to a folder of yours on a local disk."
        return Finding(name="home", level="fail", message=f"{folder} cannot be written: {error.strerror}.", mend=mend)
    free = shutil.disk_usage(folder).free
    room = f"{folder} has {free / 2**30:.1f} GB free"
    if free >= LITTLE_SPACE:
        return Finding(name="home", level="ok", message=room)
    mend = "Make room, or set WIREWATCH_HOME to a folder on another disk; WIREWATCH_KEEP_PAGES_DAYS keeps less."
    return Finding(name="home", level="fail" if free < LEAST_SPACE else "warn", message=room + ".", mend=mend)


def postgres(settings: Settings) -> Finding:
    """Whether the database answers, is new enough and migrated; starts the embedded one for the question."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    with database.database(url, settings.home) as address:
        engine = database.engine(address)
        try:
            with database.connect(engine) as connection:
                version = str(connection.scalar(text("SHOW server_version"))).split()[0]
                size = connection.scalar(text("SELECT pg_size_pretty(pg_database_size(current_database()))"))
                present = schema.installed(connection)
        finally:
            engine.dispose()
    kind = "embedded Postgres" if url is None else "Postgres"
    said = f"{kind} {version}, {size}"
    if int(version.split(".")[0]) < database.OLDEST:
        mend = f"Upgrade the server to {database.OLDEST} or newer, or unset WIREWATCH_DATABASE_URL."
        return Finding(name="database", level="fail", message=f"{said} is too old.", mend=mend)
    if present == schema.digest():
        return Finding(name="database", level="ok", message=f"{said}, up to date")
    said += ", still empty" if present is None else ", of another version of Wirewatch"
    return Finding(
        name="database", level="ok" if present is None else "warn", message=f"{said}; the next run migrates it"
    )


def prefect(settings: Settings) -> Finding:
    """Whether there is, or can be, a Prefect server."""
    own = os.environ.get("PREFECT_API_URL")
    if own:
        theirs = str(prefect_api.call(own, "/admin/version"))
        ours = installed().get("prefect")
        if theirs == ours:
            return Finding(name="prefect", level="ok", message=f"PREFECT_API_URL answers with version {theirs}")
        said = f"The server in PREFECT_API_URL is version {theirs}, ours is {ours}."
        return Finding(name="prefect", level="warn", message=said, mend="Give both the same version.")
    running = prefect_server.running_at(settings.home.resolve())
    if running:
        return Finding(name="prefect", level="ok", message=f"running at {running.removesuffix('/api')}")
    if prefect_server.port_free(settings.prefect_port):
        said = f"not running now; run and serve start it, and port {settings.prefect_port} is free for serve"
        return Finding(name="prefect", level="ok", message=said)
    return Finding(
        name="prefect",
        level="warn",
        message=f"Port {settings.prefect_port} is in use by another program, so `wirewatch serve` cannot start.",
        mend="Stop that program, or set WIREWATCH_PREFECT_PORT to another port.",
    )


def due(settings: Settings) -> Finding:
    """Whether `serve` can read what runs when; raises `Misconfigured` if not."""
    declared = schedules.of(settings)
    scheduled = sum(bool(one.schedules) for one in declared)
    said = f"{scheduled} of {len(declared)} deployments run by themselves"
    return Finding(name="schedules", level="ok", message=said)


def feeds(path: Path) -> tuple[Catalogue | None, Finding]:
    """The catalogue, if it can be read, and what there is to say about it."""
    try:
        known = catalogue.load(path.read_text(encoding="utf-8"), name=str(path))
    except (OSError, UnicodeDecodeError) as error:
        said = f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}."
        mend = "Set WIREWATCH_FEEDS to the file that lists your feeds."
        return None, Finding(name="feeds", level="fail", message=said, mend=mend)
    except Misconfigured as error:
        return None, Finding(name="feeds", level="fail", message=str(error), mend="Correct the file.")
    said = f"{len(known.feeds)} feeds of {len(known.sources)} sources in {path}"
    return known, Finding(name="feeds", level="ok", message=said)


def topics(path: Path) -> Finding:
    """Whether the taxonomy can be read; raises `Misconfigured` if not."""
    read = taxonomy.load(path)
    return Finding(name="topics", level="ok", message=f"{len(read.topics)} topics in {path}")


def contact(settings: Settings) -> Finding:
    """Whether the sites we fetch from can find out who we are."""
    if settings.contact or settings.user_agent:
        return Finding(name="contact", level="ok", message=f"we are {settings.agent}")
    return Finding(
        name="contact",
        level="warn",
        message="The sites we fetch from cannot reach you.",
        mend="Set WIREWATCH_CONTACT to a mail or web address of yours; it goes into the User-Agent.",
    )


def hosts(known: Catalogue | None, *, most: int = 3) -> list[str]:
    """Some hosts of the catalogue's feeds, far apart in it."""
    found = list(dict.fromkeys(urls.host(feed.url) for feed in known.feeds)) if known else []
    return found[:: max(1, len(found) // most)][:most]


def reach(names: Iterable[str], *, agent: str) -> dict[str, datetime | str]:
    """By host: the time its answer bears, or why there was none. Asks each for robots.txt, as a run does, too."""

    def ask(host: str) -> datetime | str:
        asked = Request(f"https://{host}/robots.txt", headers={"User-Agent": agent}, method="HEAD")
        try:
            with urlopen(asked, timeout=8) as answer:  # noqa: S310 -- https, see above
                headers = answer.headers
        except HTTPError as error:
            headers = error.headers
        except (URLError, OSError, HTTPException, ValueError) as error:
            return str(getattr(error, "reason", None) or error)
        try:
            date = parsedate_to_datetime(headers.get("Date", ""))
            return date if date.tzinfo else date.replace(tzinfo=UTC)
        except ValueError:
            return "it gave no date"

    listed = list(names)
    with ThreadPoolExecutor(max_workers=max(1, len(listed))) as pool:
        return dict(zip(listed, pool.map(ask, listed), strict=True))


def network(told: Mapping[str, datetime | str]) -> Finding:
    """Whether the world's feeds can be had; being offline is no failure."""
    answered = [host for host, answer in told.items() if isinstance(answer, datetime)]
    if not told:
        return Finding(name="network", level="warn", message="not tried: no feed to ask")
    if len(answered) == len(told):
        return Finding(name="network", level="ok", message=f"{', '.join(answered)} answer")
    silent = "; ".join(f"{host}: {why}" for host, why in told.items() if isinstance(why, str))
    if answered:
        return Finding(name="network", level="ok", message=f"{', '.join(answered)} answer; {silent}")
    return Finding(
        name="network",
        level="warn",
        message=f"Offline: {silent}.",
        mend="`wirewatch demo` works offline; `wirewatch run` needs DNS and HTTPS to the feeds.",
    )


def clock(now: datetime, *, newest: datetime, dates: Sequence[datetime]) -> Finding:
    """Whether this machine's clock can be believed, by what others say and by the age of our own files."""
    mend = "Set the clock (for example by NTP): when news is seen decides what counts as new."
    if now < newest - timedelta(days=1):
        said = f"This machine believes it is {now:%Y-%m-%d %H:%M} UTC, before Wirewatch was installed."
        return Finding(name="clock", level="fail", message=said, mend=mend)
    skews = sorted((date - now for date in dates), key=abs)
    if skews and abs(skews[0]) > SKEW:  # the one that agrees best: a single site may be wrong
        said = f"This machine's clock is {abs(skews[0])} {'behind' if skews[0] > timedelta() else 'ahead'}."
        return Finding(name="clock", level="fail", message=said, mend=mend)
    return Finding(name="clock", level="ok", message=f"{now:%Y-%m-%d %H:%M} UTC" + (", as others say" if skews else ""))


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """The finding of `check`, or the sentence of the error it ended in."""
    try:
        return check()
    except (WirewatchError, SQLAlchemyError) as error:
        return Finding(name=name, level="fail", message=complaints.sentence(error))


def _newest(root: Path) -> datetime:
    return datetime.fromtimestamp((root / "pyproject.toml").stat().st_mtime, UTC)
