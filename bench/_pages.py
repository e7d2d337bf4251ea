"""Real pages served over loopback HTTP by a process of its own, so that serving costs the measured ones nothing."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from xml.sax.saxutils import escape

from aiohttp import web

from bench import _data

HOSTS = 40


@dataclass(frozen=True)
class Served:
    """What is being served."""

    catalogue: str
    """A feeds.toml for it."""
    bodies: list[bytes]
    """The gzipped body behind each address."""


def load_pages() -> list[bytes] | None:
    """The gzipped pages of the data folder, or None after saying that there are none."""
    folder = _data.folder("extraction/html")
    return folder and [path.read_bytes() for path in sorted(folder.glob("*.html.gz"))]


@contextmanager
def serve(pages: list[bytes], *, copies: int, feeds: int) -> Iterator[Served]:
    """Serve every page under `copies` addresses, listed by `feeds` feeds, until the block ends."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(pages, copies, feeds, theirs), daemon=True)
    process.start()
    try:
        port: int = ours.recv()
        yield Served(_catalogue(port, feeds), pages * copies)
    finally:
        process.terminate()
        process.join()


def _host(number: int) -> str:
    return f"127.0.1.{number % HOSTS + 1}"


def _catalogue(port: int, feeds: int) -> str:
    return "".join(
        f'[[source]]\nslug = "bench-{n}"\nname = "Bench {n}"\ncountry = "GB"\nlanguage = "en"\nkind = "newspaper"\n'
        f'bloc = "western"\nfamily = "bench-{n}"\nfeeds = ["http://{_host(n)}:{port}/feed/{n}.xml"]\n\n'
        for n in range(feeds)
    )


def _serve(pages: list[bytes], copies: int, feeds: int, ready: Connection) -> None:
    asyncio.run(_serve_forever(pages, copies, feeds, ready))


async def _serve_forever(pages: list[bytes], copies: int, feeds: int, ready: Connection) -> None:
    async def page(request: web.Request) -> web.Response:
        body = pages[int(request.match_info["page"])]
        return web.Response(body=body, content_type="text/html", charset="utf-8", headers={"Content-Encoding": "gzip"})

    async def feed(request: web.Request) -> web.Response:
        body = _feed(int(request.match_info["feed"]), port, len(pages), copies, feeds)
        etag = hashlib.md5(body).hexdigest()
        if request.headers.get("If-None-Match") == f'"{etag}"':
            return web.Response(status=304, headers={"ETag": f'"{etag}"'})
        return web.Response(
            body=gzip.compress(body), content_type="application/rss+xml",
            headers={"ETag": f'"{etag}"', "Content-Encoding": "gzip"},
        )  # fmt: skip

    app = web.Application()
    app.router.add_get("/article/{copy}/{page}.html", page)
    app.router.add_get("/feed/{feed}.xml", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    first = web.TCPSite(runner, _host(0), 0)
    await first.start()
    port = runner.addresses[0][1]
    for number in range(1, HOSTS):
        await web.TCPSite(runner, _host(number), port).start()
    ready.send(port)
    await asyncio.Event().wait()


def _feed(number: int, port: int, pages: int, copies: int, feeds: int) -> bytes:
    addresses = [
        f"http://{_host(copy * pages + page)}:{port}/article/{copy}/{page}.html"
        for copy in range(copies)
        for page in range(pages)
        if (copy * pages + page) % feeds == number
    ]
    items = "".join(f"<item><title>Page</title><link>{escape(address)}</link></item>" for address in addresses)
    return f'<rss version="2.0"><channel><title>Bench {number}</title>{items}</channel></rss>'.encode()
