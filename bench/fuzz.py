"""The feed reader on documents that were broken by lot, and on ones made to keep a parser busy.

    [WIREWATCH_BENCH_DATA=<folder>] [WIREWATCH_BENCH_FUZZ=<documents, default 20,000>] python -m bench fuzz

Seeds are `<folder>/feeds`, or a few of our own. Fails when the reader raises anything but its own errors.
"""

from __future__ import annotations

import os
import random
import resource
import time
import traceback
import warnings
from collections import Counter
from datetime import UTC, datetime

from bench import _data
from extractors import feed
from extractors.errors import BotWall, Unreadable

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://feed.example/feed.xml"
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Desk</title><ttl>5</ttl><item><title>Talks</title>
<link>/1</link><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate><description><![CDATA[<p>Day 1</p>]]></description>
</item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title><entry><id>urn:1</id><title type="html">A
&amp;amp; B</title><link href="/1"/><updated>2026-11-23T08:00:00Z</updated><content type="xhtml"><div>x</div></content>
</entry></feed>"""
JSON = b'{"version":"https://jsonfeed.org/version/1.1","title":"Desk","items":[{"id":"1","url":"/1","title":"Talks"}]}'
GRAFTS = [
    *b"< > & ]]> <![CDATA[ <!-- --> <item> </item> <entry/> <?xml &#x0; &#99999999; &lt; { [ null http://[ 1e9".split(),
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b'"', b"\x1f\x8b", b"\xef\xbb\xbf", b"\xff\xfe"),
    *(b"<!DOCTYPE x [", b"<!ENTITY a '&a;'>", b" xml:base='http://['", b"xmlns='x'"),
]
HOSTILE = {
    "beginnings of comments": b"<!--", "beginnings of tags": b"<a ", "beginnings of scripts": b"<script",
    "bare <": b"<", "bare &": b"&", "instructions": b"<?", "sections": b"<![CDATA[", "items in items": b"<item>",
    "entities": b"<!ENTITY ", "attributes": b'a="1" ', "references": b"&#65;", "escapes": b"&amp;",
}  # fmt: skip


def main() -> int:
    """Print what came of the documents, the slowest among them, and how time grows with hostile ones."""
    warnings.simplefilter("ignore")
    seeds = _seeds()
    lot = random.Random(20261124)  # the same documents each time
    count = int(os.environ.get("WIREWATCH_BENCH_FUZZ", "20000"))
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "", 0)
    began = time.process_time()
    for _ in range(count):
        name, seed = lot.choice(seeds)
        body = _broken(seed, lot)
        before = time.process_time()
        outcomes[_read(body)] += 1
        slowest = max(slowest, (time.process_time() - before, name, len(body)))
    seconds = time.process_time() - began
    print(f"{count:,} documents from {len(seeds)} seeds, {seconds:.0f} s of CPU: {dict(outcomes.most_common())}")
    print(f"slowest: {slowest[0] * 1000:.0f} ms, {slowest[2]:,} bytes made of {slowest[1]}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    _print_growth()
    return int(any(name.startswith("raised") for name in outcomes))


def _seeds() -> list[tuple[str, bytes]]:
    folder = _data.folder("feeds")
    files = sorted((folder / "files").iterdir()) if folder else []
    return [(file.name, file.read_bytes()) for file in files] or [
        ("own rss", RSS),
        ("own atom", ATOM),
        ("own json", JSON),
    ]


def _broken(seed: bytes, lot: random.Random) -> bytes:
    """A seed with a few places cut, doubled, swapped or grafted, and sometimes its end."""
    body = bytearray(seed[:200_000])
    for _ in range(lot.randint(1, 8)):
        start = lot.randrange(len(body) + 1)
        end = min(len(body), start + int(lot.paretovariate(1)))
        kind = lot.randrange(5)
        if kind == 0:
            del body[start:end]
        elif kind == 1:
            body[start:start] = body[start:end] * 2
        elif kind == 2:
            body[start:start] = lot.choice(GRAFTS)
        elif kind == 3:
            body[start:end] = bytes(lot.randrange(256) for _ in range(min(end - start, 50)))
        elif lot.random() < 0.1:
            del body[start:]
    return bytes(body)


def _read(body: bytes) -> str:
    try:
        document = feed.read(body, url=URL, now=NOW)
    except (Unreadable, BotWall) as error:
        return "refused" if error.__cause__ is None else f"refused: {type(error.__cause__).__name__} within"
    except Exception as error:  # noqa: BLE001 -- the very thing that is looked for
        traceback.print_exc()
        return f"raised {type(error).__name__}"
    return "read" if document.entries else "read, without entries"


def _print_growth() -> None:
    print(
        "\nhostile documents, CPU in ms at 250 kB, 500 kB, 1 MB, alone and inside a title (linear: twice as long each):"
    )
    for name, piece in HOSTILE.items():
        times = []
        for around in (b"%s", b"<rss><channel><item><title>%s</title><link>/1</link></item></channel></rss>"):
            for size in (250_000, 500_000, 1_000_000):
                body = around % (piece * (size // len(piece)))
                before = time.process_time()
                _read(body)
                times.append((time.process_time() - before) * 1000)
        print(f"  {name:24}" + "".join(f"{one:8.0f}" for one in times))
