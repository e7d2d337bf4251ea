"""A small web server that misbehaves on order: loopback HTTP, scripted path by path.

    with Web() as web:
        web.page("/a", "<html>…")                              # 200, Content-Length, keep-alive
        web.page("/b", body, status=503, headers={"Retry-After": "7"})
        web.redirect("/c", "/a", status=301)
        web.queue("/d", Answer(status=500), Answer(b"fine"))   # one after the other; the last one stays
        web.raw("/e", b"nonsense\r\n\r\n")                      # these bytes and nothing else, then close
        web.script("/f", coroutine)                            # async def coroutine(request, writer)
        web.url("/a")                                          # http://127.0.0.1:port/a
        web.requests                                           # what was asked so far: Request objects, in order

`Answer` says how to misbehave: `compress` ("gzip", "deflate", "deflate-raw"), `chunked`, `length` (a wrong
Content-Length), `cut` (close after so many bytes of body), `drip` (one byte per `drip` seconds, for ever), `hold` (send
the head, then nothing until the client leaves), `etag` and `modified` (answer 304 when the client already has it).
A path that was never scripted answers 404. `Web(hosts=("127.0.0.1", "127.0.0.2"))` listens on several addresses with
one port; `web.url("/a", host="127.0.0.2")`. Paths are matched with their query first, then
without it. `Web(tls=context)` speaks HTTPS.

It runs in a thread of its own with its own event loop, so both blocking and asynchronous clients can be tested, and
needs nothing but the standard library.
"""

from __future__ import annotations

import asyncio
import gzip
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    address: str
    """The loopback address it was sent to."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Script = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class _Manner:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    compress: str = ""
    chunked: bool = False
    length: int | None = None
    cut: int | None = None
    drip: float = 0.0
    hold: bool = False
    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Answer(_Manner):
    """What one request is answered, and how badly."""

    body: bytes | str = b""

    def wire(self) -> bytes:
        """The body in its Content-Encoding."""
        plain = self.body.encode() if isinstance(self.body, str) else self.body
        if self.compress == "gzip":
            return gzip.compress(plain, 1)
        if self.compress == "deflate":
            return zlib.compress(plain, 1)
        if self.compress == "deflate-raw":
            packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
            return packer.compress(plain) + packer.flush()
        return plain


class Web:
    """The server; use it as a context manager."""

    def __init__(self, hosts: tuple[str, ...] = ("127.0.0.1",), *, tls: ssl.SSLContext | None = None) -> None:
        self.hosts = hosts
        self.tls = tls
        self.port = 0
        self.requests: list[Request] = []
        self._answers: dict[str, list[Answer | Script]] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="web", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    # Scripting

    def page(self, path: str, body: bytes | str = b"", **manner: object) -> None:
        """Answer `path` with `body`; `manner` are the fields of `Answer`."""
        self._answers[path] = [Answer(body, **manner)]  # type: ignore[arg-type]

    def redirect(self, path: str, target: str, *, status: int = 302) -> None:
        """Send whoever asks for `path` to `target`, a path or a whole URL."""
        self._answers[path] = [Answer(status=status, headers={"Location": target})]

    def queue(self, path: str, *answers: Answer) -> None:
        """Answer with these, one a request; the last one stays."""
        self._answers[path] = list(answers)

    def raw(self, path: str, data: bytes) -> None:
        """Answer with exactly these bytes, then close."""

        async def send(request: Request, writer: asyncio.StreamWriter) -> None:
            writer.write(data)

        self._answers[path] = [send]

    def script(self, path: str, script: Script) -> None:
        """Answer with whatever this coroutine function writes; the connection is closed after it."""
        self._answers[path] = [script]

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """The address of `path` on this server."""
        return f"{'https' if self.tls else 'http'}://{host or self.hosts[0]}:{self.port}{path}"

    def asked(self, path: str) -> int:
        """How many requests came for `path`, whatever their query."""
        return sum(request.path == path for request in self.requests)

    # Serving

    async def _start(self) -> None:
        for host in self.hosts:
            server = await asyncio.start_server(self._connection, host, self.port, limit=1 << 20, ssl=self.tls)
            self.port = server.sockets[0].getsockname()[1]
            self._servers.append(server)

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._one(reader, writer):
                    pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Read one request and answer it; whether the connection stays open."""
        first = await reader.readexactly(1)
        if not first.isalpha():  # no HTTP: a TLS handshake, most likely
            return False
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        pairs = (line.partition(":") for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        request = Request(method, target, headers, writer.get_extra_info("sockname")[0])
        self.requests.append(request)
        answer = self._next(request)
        if not isinstance(answer, Answer):
            await answer(request, writer)
            await writer.drain()
            return False
        return await send(answer, request, writer)

    def _next(self, request: Request) -> Answer | Script:
        answers = self._answers.get(request.target) or self._answers.get(request.path) or [Answer(status=404)]
        return answers.pop(0) if len(answers) > 1 else answers[0]


async def send(answer: Answer, request: Request, writer: asyncio.StreamWriter) -> bool:
    """Answer a request; whether the connection stays open."""
    known = (answer.etag and request.headers.get("if-none-match") == answer.etag) or (
        answer.modified and request.headers.get("if-modified-since") == answer.modified
    )
    if known:
        writer.write(_head(304, {"ETag": answer.etag} if answer.etag else {}))
        await writer.drain()
        return True
    body = answer.wire()
    writer.write(_head(answer.status, _headers(answer, body)))
    await writer.drain()
    if answer.hold:
        await asyncio.sleep(3_600)
    while answer.drip:
        writer.write(b".")
        await writer.drain()
        await asyncio.sleep(answer.drip)
    if answer.chunked:
        pieces = (body[start : start + 1_000] for start in range(0, len(body), 1_000))
        body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    writer.write(body if answer.cut is None else body[: answer.cut])
    await writer.drain()
    return answer.cut is None and answer.length is None


def _headers(answer: Answer, body: bytes) -> dict[str, str]:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    if answer.compress:
        headers["Content-Encoding"] = answer.compress.removesuffix("-raw")
    if answer.etag:
        headers["ETag"] = answer.etag
    if answer.modified:
        headers["Last-Modified"] = answer.modified
    if answer.chunked:
        headers["Transfer-Encoding"] = "chunked"
    elif not (answer.drip or answer.hold):
        headers["Content-Length"] = str(len(body) if answer.length is None else answer.length)
    return headers | dict(answer.headers)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unheard Of"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")
