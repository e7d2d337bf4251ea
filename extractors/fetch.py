"""The network, and the only module that touches it: one GET, done politely, safely and within limits.

What a hostile web can do here, and what stops it:

- a name, a redirect or a literal in an odd notation that leads to an inner address: every address is judged at the
  moment a socket is made for it, so nothing that happens between look-up and connection matters;
- endless bodies, bombs, drips, header floods: caps on bytes, and one clock over the whole request with all its hops;
- redirect loops: followed by hand, counted, remembered;
- redirects that carry off a login: it goes to the host it was written for, and into no `Page`.

Bodies stay compressed: worker processes inflate them (`inflate`), which keeps the event loop and the pipe free.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from extractors import bots, urls
from extractors.addresses import Network, is_allowed, literal
from extractors.answers import failure, max_age, retry_after, shown, validator
from extractors.errors import (
    BadRedirect,
    BotWall,
    HostSlow,
    HostUnreachable,
    RefusedAddress,
    ServerBroken,
    TooLarge,
    WirewatchError,
)
from extractors.inflate import beginning, inflate
from extractors.logins import without_login
from extractors.records import Page, Unchanged

__all__ = ["Limits", "get", "inflate", "open_session", "retry_after", "shown"]

_CHUNK = 65_536
_TOO_MANY_HEADERS = re.compile(r"Got more than \d+ bytes|Too many headers")
_REDIRECTS = frozenset((300, 301, 302, 303, 307, 308))
_PERMANENT = frozenset((301, 308))
_WALLED = frozenset((401, 403, 405, 406, 429, 503, 999))
"""Refusals that bot walls come with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one request may cost."""

    total_seconds: float = 30.0
    """For all of it: look-up, connection, every redirect, the last byte."""
    connect_seconds: float = 10.0
    max_bytes: int = 8_000_000
    """Of one body as it comes over the wire."""
    cut: bool = False
    """Take the first `max_bytes` of a longer body, rather than refuse it."""
    max_inflated: int = 32_000_000
    """Of one body once inflated; callers hand it to `inflate`."""
    header_bytes: int = 32_768
    """Of one header line."""
    headers: int = 128
    redirects: int = 5
    connections: int = 256


class _InnerAddress(OSError):
    """A connection was about to be made to an address that is not the public web."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is an inner address")
        self.address = address


class _Resolver(AbstractResolver):
    """Looks names up in threads of its own, so that a dead name server starves nobody else; keeps public addresses."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed
        self._threads = ThreadPoolExecutor(16, thread_name_prefix="look-up")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        )
        kept = [
            ResolveResult(
                hostname=host, host=str(where[0]), port=port, family=kind, proto=proto, flags=socket.AI_NUMERICHOST
            )
            for kind, _, proto, _, where in found
            if _may_connect(str(where[0]), self._allowed)
        ]
        if found and not kept:
            raise _InnerAddress(str(found[0][4][0]))
        return kept

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def open_session(*, user_agent: str, allowed: tuple[Network, ...] = (), limits: Limits) -> aiohttp.ClientSession:
    """A session that connects to the public web and to `allowed` networks only; call it inside a running loop.

    No cookies, no proxies or passwords from the environment, TLS verified. Close it when done.
    """

    def socket_for(info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        address = str(info[4][0])
        if not _may_connect(address, allowed):
            raise _InnerAddress(address)
        return socket.socket(info[0], info[1], info[2])

    resolver = _Resolver(allowed)
    connector = _Connector(
        resolver=resolver,
        limit=limits.connections,
        ttl_dns_cache=300,
        socket_factory=socket_for,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"},
        timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=limits.connect_seconds),
        max_line_size=limits.header_bytes,
        max_field_size=limits.header_bytes,
        max_headers=limits.headers,
        requote_redirect_url=False,
    )


class _Connector(aiohttp.TCPConnector):
    """aiohttp leaves a resolver that was handed in open; ours has threads that must end with it."""

    async def close(self, *, abort_ssl: bool = False) -> None:
        await super().close(abort_ssl=abort_ssl)
        await self._resolver.close()


async def get(
    session: aiohttp.ClientSession,
    url: str,
    *,
    now: Callable[[], datetime],
    limits: Limits,
    etag: str | None = None,
    last_modified: str | None = None,
    turn: Callable[[str], AbstractAsyncContextManager[object]] = nullcontext,
) -> Page | Unchanged:
    """What `url` answers, after redirects; `Unchanged` when `etag` or `last_modified` still hold.

    `now` gives the time in UTC. Each hop is asked inside `turn(its address)`, where its host's queue and rules are
    waited for: the clock stands still until that is entered, and what it raises ends the request. Every failure is a
    `RetryLater` or a `GiveUp` whose text names the address.
    """
    headers = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        async with asyncio.timeout(limits.total_seconds) as clock:
            trip = _Trip(session, headers, limits, now, turn, clock)
            answer = await _follow(trip, url)
            return replace(answer, elapsed_ms=round((limits.total_seconds - _left(clock)) * 1000))
    except TimeoutError:
        raise HostSlow(f"{shown(url)} did not answer completely within {limits.total_seconds:g} s.") from None


# One request, hop by hop ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Trip:
    session: aiohttp.ClientSession
    headers: dict[str, str]
    limits: Limits
    now: Callable[[], datetime]
    turn: Callable[[str], AbstractAsyncContextManager[object]]
    clock: asyncio.Timeout


@asynccontextmanager
async def _turn(trip: _Trip, url: str) -> AsyncIterator[None]:
    """Its host's turn for `url`; waiting for it takes nothing of the request's time."""
    left = _left(trip.clock)
    trip.clock.reschedule(None)
    async with trip.turn(url):
        trip.clock.reschedule(asyncio.get_running_loop().time() + left)
        yield


def _left(clock: asyncio.Timeout) -> float:
    """Seconds that are left of a request's time."""
    return (clock.when() or 0.0) - asyncio.get_running_loop().time()


async def _follow(trip: _Trip, url: str) -> Page | Unchanged:
    here, moved_to, permanent = urls.clean(url), None, True
    if here is None:
        raise RefusedAddress(f"{shown(url)} is no web address; only http and https are fetched.")
    seen = {here}
    while True:
        async with _turn(trip, here), _asked(trip, here) as response:
            if response.status not in _REDIRECTS:
                answer = await _answer(trip, here, response)
                return replace(answer, url=url if isinstance(answer, Page) else answer.url, moved_to=moved_to)
            target = _target(here, response)
            permanent = permanent and response.status in _PERMANENT
        if target in seen:
            raise BadRedirect(f"{shown(url)} redirects in a loop, back to {shown(target)}.")
        if len(seen) > trip.limits.redirects:
            raise BadRedirect(f"{shown(url)} redirects more than {trip.limits.redirects} times.")
        seen.add(target)
        here, moved_to = target, target if permanent else moved_to


def _target(here: str, response: aiohttp.ClientResponse) -> str:
    location = response.headers.get("Location", "")
    # Bytes that are no UTF-8 come as lone surrogates; the server will want the same bytes back.
    location = quote(location.encode("utf-8", "surrogateescape"), safe="/:?#[]@!$&'()*+,;=%~ ") if location else ""
    target = urls.absolute(here, location) if location.strip() else None
    if target is None:
        raise BadRedirect(f"{shown(here)} redirects to {shown(location)!r}, which is no web address.")
    return target


@asynccontextmanager
async def _asked(trip: _Trip, url: str) -> AsyncIterator[aiohttp.ClientResponse]:
    """The answer to one request; whatever goes wrong while it is open becomes an error of ours."""
    try:
        target = URL(url, encoded=True)
        async with trip.session.get(target, headers=trip.headers, allow_redirects=False) as response:
            yield response
    except WirewatchError:
        raise
    except aiohttp.ClientConnectorError as error:
        raise _unconnected(url, error) from None
    except aiohttp.ClientPayloadError:
        raise ServerBroken(f"{shown(url)} broke off in the middle of its answer.") from None
    except aiohttp.ClientResponseError as error:
        if _TOO_MANY_HEADERS.search(error.message):
            raise TooLarge(f"{shown(url)} sends more headers than we read.") from None
        raise ServerBroken(f"{shown(url)} does not answer in proper HTTP.") from None
    except aiohttp.ServerTimeoutError:
        raise HostSlow(f"{shown(url)} could not be connected to in time.") from None
    except (aiohttp.ClientError, OSError) as error:
        raise HostUnreachable(f"{shown(url)} closed the connection ({type(error).__name__}).") from None
    except ValueError:  # yarl and aiohttp find fault with an address that we took for one
        raise RefusedAddress(f"{shown(url)} is no address that can be asked.") from None
    except Exception as error:  # one answer made to break us must not cost the others their turn
        raise ServerBroken(f"{shown(url)} gave an answer that broke its reader ({type(error).__name__}).") from error


def _unconnected(url: str, error: aiohttp.ClientConnectorError) -> WirewatchError:
    cause: Any = error.os_error
    if isinstance(cause, _InnerAddress):
        return RefusedAddress(
            f"{shown(url)} leads to {cause.address}, which is not the public web; "
            "WIREWATCH_ALLOW_PRIVATE_HOSTS lets it through."
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return HostUnreachable(f"The host of {shown(url)} cannot be found.")
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return HostUnreachable(f"The certificate of {shown(url)} is not valid.")
    if isinstance(error, aiohttp.ClientSSLError):
        return HostUnreachable(f"No secure connection to {shown(url)} can be made.")
    number = getattr(cause, "errno", None)  # the text beside it repeats the address
    reason = os.strerror(number).lower() if number and number > 0 else "no connection"
    return HostUnreachable(f"The host of {shown(url)} cannot be reached ({reason}).")


async def _answer(trip: _Trip, here: str, response: aiohttp.ClientResponse) -> Page | Unchanged:
    headers = response.headers
    etag, last_modified = validator(headers.get("ETag")), validator(headers.get("Last-Modified"))
    if response.status == 304 and trip.headers.keys() & {"If-None-Match", "If-Modified-Since"}:
        return Unchanged(url=without_login(here), etag=etag, last_modified=last_modified, max_age=max_age(headers))
    maker = bots.wall_by_headers(headers)
    error = failure(response.status, here, headers, now=trip.now())
    if error is not None and not maker and response.status in _WALLED:
        maker = bots.wall_by_body(await _shard(response))
    if maker:
        raise BotWall(bots.sentence(shown(here), maker), status=response.status)
    if error is not None:
        raise error
    body = await _body(here, response, limits=trip.limits)
    return Page(
        url=here,
        final_url=without_login(here),
        status=response.status,
        body=body,
        content_type=headers.get("Content-Type", ""),
        content_encoding=headers.get("Content-Encoding", ""),
        etag=etag,
        last_modified=last_modified,
        max_age=max_age(headers),
        fetched_at=trip.now(),
    )


async def _body(here: str, response: aiohttp.ClientResponse, *, limits: Limits) -> bytes:
    limit, cut = limits.max_bytes, limits.cut
    too_large = TooLarge(f"{shown(here)} is larger than {limit:,} bytes.", status=response.status)
    if response.content_length is not None and response.content_length > limit and not cut:
        raise too_large
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit and not cut:
            raise too_large
        if len(body) >= limit and cut:
            break
    return bytes(body[:limit])


async def _shard(response: aiohttp.ClientResponse) -> bytes:
    """The beginning of a refusal, inflated; empty when it cannot be had: the refusal stands all the same."""
    body = bytearray()
    try:
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) >= bots.LOOKED_AT:
                break
    except (aiohttp.ClientError, OSError):
        return b""
    return beginning(bytes(body), encoding=response.headers.get("Content-Encoding", ""), limit=bots.LOOKED_AT)


def _may_connect(address: str, allowed: tuple[Network, ...]) -> bool:
    parsed = literal(address)
    return parsed is not None and is_allowed(parsed, allowed)
