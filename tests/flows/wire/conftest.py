"""One wire for all tests that only read from it."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from flows.wire import press
from flows.wire.press import Press
from flows.wire.server import Wire

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Got:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def get() -> Callable[..., Got]:
    """One plain request: no redirect is followed, nothing is inflated; `if_none_match=…` sends If-None-Match."""
    return _get


@pytest.fixture(scope="session")
def wire() -> Iterator[Wire]:
    with Wire(NOW, drip_seconds=0.2) as wire:
        yield wire


@pytest.fixture(scope="session")
def papers() -> Press:
    return press.load()


def _get(url: str, **headers: str) -> Got:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Got(response.status, dict(response.headers), response.read())
    finally:
        connection.close()
