"""The server of the demo wire: one event loop in a thread, one loopback address per outlet, one port."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gzip
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from extractors.errors import WirewatchError
from flows.wire import edition
from flows.wire.answer import Answer
from flows.wire.expected import Expected

_TRIES = 50
_DROPS = 40


class Wire:
    """The demo wire, served while the object is open: use it as a context manager, or `start` and `stop` it.

    The same `now` and port give the same bytes on every address.
    """

    def __init__(
        self,
        now: datetime,
        port: int = 0,
        *,
        steady: bool = False,
        drip_seconds: float = 20.0,
        distinct_hosts: bool | None = None,
    ) -> None:
        """`now` is aware; `port` 0 takes a free one; `steady` adds what outlets write on all the other days.

        The slow page takes `drip_seconds` to arrive. `distinct_hosts` False puts all outlets on 127.0.0.1, each under a
        port of its own, as is done anyway where other loopback addresses do not exist.
        """
        self.notice = ""
        """One sentence when the outlets have to share 127.0.0.1, else ""."""
        self.hits: Counter[str] = Counter()
        """Requests so far, by address."""
        self._now = now
        self._port = port
        self._steady = steady
        self._drip_seconds = drip_seconds
        self._distinct = distinct_hosts
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._runner: web.ServerRunner | None = None
        self._bases: dict[int, str] = {}
        self._edition: edition.Edition | None = None

    def start(self) -> None:
        """Serve; raises `WirewatchError` when the port is taken."""
        sockets = self._sockets()
        self._bases = {host: f"http://{_authority(sock)}" for host, sock in sockets.items()}
        self._edition = edition.publish(self._bases, now=self._now, steady=self._steady)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire", daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(sockets), self._loop).result()

    def stop(self) -> None:
        """Stop serving at once, whatever is under way; a second call does nothing."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def catalogue_toml(self) -> str:
        """A feeds.toml that watches this wire; only once it was started."""
        return self._published.catalogue

    def expected(self) -> Expected:
        """What must come of everything it serves; only once it was started."""
        return self._published.expected

    @property
    def _published(self) -> edition.Edition:
        if self._edition is None:
            raise WirewatchError("The demo wire has no addresses before it is started: call start() first.")
        return self._edition

    # Addresses

    def _sockets(self) -> dict[int, socket.socket]:
        hosts = edition.hosts(steady=self._steady)
        if self._distinct is not False and _has_address(hosts[0]):
            return _on_one_port(hosts, self._port)
        self.notice = (
            "This machine has no loopback addresses but 127.0.0.1, so each outlet of the wire has a port there."
        )
        return {host: _bound("127.0.0.1", self._port if host == hosts[0] else 0) for host in hosts}

    # Answers

    async def _open(self, sockets: Mapping[int, socket.socket]) -> None:
        self._runner = web.ServerRunner(web.Server(self._respond, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        for sock in sockets.values():
            await web.SockSite(self._runner, sock).start()

    async def _close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _respond(self, request: web.BaseRequest) -> web.StreamResponse:
        base = f"http://{_authority_of(request)}"
        host = next(number for number, own in self._bases.items() if own == base)
        path = _known_path(request, self._published.routes[host])
        address = base + str(request.rel_url)
        self.hits[address] += 1
        if path is None:
            return web.Response(status=404, text="<h1>Not Found</h1>", content_type="text/html")
        answer = self._published.routes[host][path]
        if answer.first is not None and self.hits[address] == 1:
            answer = answer.first
        if answer.drips or answer.repeat > 1:
            return await self._stream(request, answer)
        return _response(request, answer)

    async def _stream(self, request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
        """An answer whose length nobody knows before it ends."""
        response = web.StreamResponse(status=answer.status, headers={"Content-Type": answer.content_type})
        response.enable_chunked_encoding()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):  # to hang up on these is what a careful client does
            async for part in self._parts(answer):
                await response.write(part)
            await response.write_eof()
        return response

    async def _parts(self, answer: Answer) -> AsyncIterator[bytes]:
        if not answer.drips:
            for _ in range(answer.repeat):
                yield answer.body
            return
        size = len(answer.body) // _DROPS + 1
        for start in range(0, len(answer.body), size):
            await asyncio.sleep(self._drip_seconds / _DROPS)
            yield answer.body[start : start + size]


def _response(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    headers = {"Content-Type": answer.content_type, **dict(answer.headers)}
    if answer.modified is not None:
        headers |= {"ETag": answer.etag, "Last-Modified": answer.last_modified}
        if _unchanged(request, answer):
            return web.Response(status=304, headers=headers)
    body = answer.body
    if answer.compress:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, compresslevel=6, mtime=0)
    return web.Response(status=answer.status, headers=headers, body=body)


def _unchanged(request: web.BaseRequest, answer: Answer) -> bool:
    """Whether the client has this answer already; If-None-Match counts alone when both are sent (RFC 9110, 13.2.2)."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        opaque = answer.etag.removeprefix("W/")
        return any(tag.strip().removeprefix("W/") in (opaque, "*") for tag in tags.split(","))
    since = request.headers.get("If-Modified-Since")
    if since is None or answer.modified is None:
        return False
    try:
        return answer.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _known_path(request: web.BaseRequest, routes: Mapping[str, Answer]) -> str | None:
    """The path of a request if there is something; as on any site, parameters that only track do not matter."""
    untracked = urlencode([pair for pair in parse_qsl(request.query_string) if not pair[0].startswith("utm_")])
    path = request.path + (f"?{untracked}" if untracked else "")
    return path if path in routes else None


# Sockets -------------------------------------------------------------------------------------------------------------


def _authority(sock: socket.socket) -> str:
    address, port = sock.getsockname()
    return f"{address}:{port}"


def _authority_of(request: web.BaseRequest) -> str:
    """The address that was connected to, whatever the Host header says."""
    assert request.transport is not None
    address, port = request.transport.get_extra_info("sockname")
    return f"{address}:{port}"


def _has_address(host: int) -> bool:
    try:
        _bound(f"127.0.0.{host}", 0).close()
    except WirewatchError:
        return False
    return True


def _on_one_port(hosts: tuple[int, ...], port: int) -> dict[int, socket.socket]:
    """A listening socket on each 127.0.0.N, all with one port; a free one is looked for when `port` is 0."""
    for attempt in range(_TRIES):
        sockets: dict[int, socket.socket] = {}
        chosen = port
        try:
            for host in hosts:
                sockets[host] = _bound(f"127.0.0.{host}", chosen)
                chosen = sockets[host].getsockname()[1]
        except WirewatchError:
            for sock in sockets.values():
                sock.close()
            if port or attempt == _TRIES - 1:
                raise
        else:
            return sockets
    raise AssertionError("the last try returns or raises")


def _bound(address: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        what = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise WirewatchError(f"Port {port} on {address} {what}: stop what listens there, or choose another.") from None
    return sock
