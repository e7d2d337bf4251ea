"""Every setting, its default and its unit. Read once in `flows/resources.py`; everybody else takes plain arguments.

docs/operations.md documents each field; tests/test_docs.py keeps that true.
"""

from __future__ import annotations

import json
import os
import re
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from extractors.errors import Misconfigured

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: Wirewatch runs from it, it is no wheel."""

ALERT_SLICES = ("all", "bloc", "country", "language", "kind", "source")
"""Kinds of slices that alerts can be about; sources only of silences."""

Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """All settings, from `WIREWATCH_*` in the environment or in `.env`, in that order."""

    # An empty variable is as good as none: compose files pass those on, and Path("") would be the current folder.
    model_config = SettingsConfigDict(
        env_prefix="WIREWATCH_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    # Where things are
    home: Path = Field(Path(".wirewatch"), description="Folder for the embedded database, logs and Prefect's files.")
    database_url: SecretStr | None = Field(None, description="A Postgres 16+ server; unset: an embedded one in home.")
    feeds: Path = Field(ROOT / "feeds.toml", description="The sources and feeds to watch.")
    taxonomy: Path = Field(ROOT / "topics" / "korea.toml", description="The topics to tag with.")

    # Who we say we are
    user_agent: str | None = Field(None, description="Replaces the whole User-Agent header.")
    contact: str = Field("", description="Mail or web address of whoever runs this, put into the User-Agent.")

    secrets: Annotated[dict[str, SecretStr], NoDecode] = Field(
        {}, description='Logins and tokens that feed addresses name in braces, as JSON: {"courier": "me:password"}.'
    )

    # How we collect
    allow_private_hosts: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="Addresses or networks, comma-separated, that the private-address guard lets through."
    )
    fetch_concurrency: int = Field(48, ge=1, le=1000, description="Requests in flight, all hosts together.")
    host_concurrency: int = Field(2, ge=1, le=50, description="Requests in flight per host.")
    host_pace_seconds: float = Field(1.0, ge=0, le=60, description="Least seconds between two requests to a host.")
    request_timeout_seconds: float = Field(30.0, gt=0, le=600, description="Longest time for one answer, all of it.")
    max_page_bytes: int = Field(8_000_000, ge=10_000, description="Largest answer read, over the wire and inflated x4.")
    respect_robots: bool = Field(True, description="Obey robots.txt of the sites articles are fetched from.")
    max_age_days: int = Field(60, ge=1, description="Entries published longer ago than this are not fetched.")
    max_attempts: int = Field(5, ge=1, le=50, description="Tries at an article before it is given up.")
    retry_minutes: float = Field(
        10.0, ge=0, description="Wait before a failed article is tried again; triples each time."
    )
    revisit_hours: Annotated[tuple[float, ...], NoDecode] = Field(
        (1, 24, 168), description="Hours after its first fetch when an article is looked at again; `off`: never."
    )
    keep_pages_days: int = Field(90, ge=0, description="Retention of raw pages, by whole months.")
    keep_polls_days: int = Field(90, ge=1, description="Retention of single polls and attempts.")
    keep_reports_days: int = Field(90, ge=1, description="Retention of the daily reports in `reports/` of the home.")

    # What we tell
    alert_slices: Annotated[tuple[str, ...], NoDecode] = Field(
        ("all", "bloc"), description="Where bursts, drops and silences are told of: `all` and kinds of slices."
    )
    alert_blocs: Annotated[tuple[str, ...], NoDecode] = Field(
        ("china-state",), description="Blocs whose first report of each story is told; `off`: none."
    )
    alert_q: float = Field(0.05, gt=0, le=0.05, description="Largest part of false ones among the bursts of a day.")
    alert_least: int = Field(5, ge=1, description="Least number of texts, seen or expected, that an alert is about.")
    alert_days: int = Field(7, ge=1, le=60, description="What is older than so many days makes no new alert.")

    # How we work
    batch_size: int = Field(128, ge=1, le=1000, description="Articles in one Prefect task.")
    extract_workers: int | None = Field(
        None, ge=0, description="Processes for extraction; 0: inline; unset: one a core."
    )
    page_timeout_seconds: float = Field(20.0, gt=0, description="Longest time a worker may spend on one page.")
    batch_minutes: float = Field(
        10.0, gt=0, description="Longest time for one batch; what is left waits for the next run."
    )
    task_runner: Literal["threads", "dask"] = Field("threads", description="Where Prefect runs the batches.")
    dask_address: str | None = Field(None, description="Scheduler of an existing Dask cluster, tcp://host:port.")
    retag_on_change: bool = Field(False, description="Retag all articles by itself when the taxonomy has changed.")
    ingest_minutes: int = Field(15, ge=1, description="Interval of the scheduled ingest under `serve`.")
    deployments: Path = Field(ROOT / "prefect.yaml", description="What `serve` runs, and when.")
    prefect_port: int = Field(4200, ge=1, le=65535, description="Port of Prefect's server and UI under `serve`.")

    @field_validator("allow_private_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return _parts(value)

    @field_validator("alert_slices", "alert_blocs", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return () if value == "off" else _parts(value)

    @field_validator("alert_slices")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in value if name not in ALERT_SLICES]:
            raise ValueError(f"there is no slice {wrong[0]!r}; there are {', '.join(ALERT_SLICES)}")
        return value

    @field_validator("secrets", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise ValueError('it is no JSON object such as {"courier": "me:password"}') from None
        for name in value if isinstance(value, dict) else ():
            if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", str(name)):
                raise ValueError("its names are lower-case letters, digits, _ and -, and begin with a letter")
        return value

    @field_validator("revisit_hours", mode="before")
    @classmethod
    def _hours(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return () if value.strip().lower() in {"", "off"} else tuple(part.strip() for part in value.split(","))

    @field_validator("revisit_hours")
    @classmethod
    def _in_order(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if list(value) != sorted(set(value)) or any(not 0 <= hours <= 24 * 365 for hours in value):
            raise ValueError("give hours in rising order, such as 1,24,168, or `off`")
        return value

    @property
    def revisit_after(self) -> tuple[timedelta, ...]:
        """How long after its first fetch an article is looked at again; empty: never."""
        return tuple(timedelta(hours=hours) for hours in self.revisit_hours)

    @property
    def workers(self) -> int:
        """Extraction processes to start; 0 means inline."""
        return self.extract_workers if self.extract_workers is not None else (os.cpu_count() or 1)

    @property
    def agent(self) -> str:
        """The User-Agent header: honest, with a contact when one is set."""
        about = f"; +{self.contact}" if self.contact else ""
        return self.user_agent or f"Wirewatch/0.1 (news monitoring{about})"


def load(**overrides: Any) -> Settings:
    """Settings from the environment and `.env`; raises `Misconfigured` naming the first wrong line or key."""
    try:
        _check_lines(Path(".env"))
        return Settings(**overrides)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise Misconfigured(f".env cannot be read: {why}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        key = "WIREWATCH_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        given = "" if key == "WIREWATCH_SECRETS" else f" (got {first['input']!r})"
        raise Misconfigured(f"{key}: {first['msg']}{given}.") from None


def _parts(value: Any) -> Any:
    """The parts of a list that is written with commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _check_lines(file: Path) -> None:
    """Raise `Misconfigured` for a line that would be passed over, and a setting with it."""
    if not file.is_file():
        return
    with file.open(encoding="utf-8") as content:
        lines = list(parse_stream(content))
    # A bare name is no error to dotenv; others may mean something by it.
    wrong = next(
        (line for line in lines if line.error or (line.value is None and str(line.key).startswith("WIREWATCH_"))), None
    )
    if wrong is not None:
        raise Misconfigured(f".env, line {wrong.original.line}: this is no NAME=value and no comment.")
