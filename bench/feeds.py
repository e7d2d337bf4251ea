"""Entry counts of our feed reader beside the manifest of a folder of real feeds, and beside feedparser alone.

    WIREWATCH_BENCH_DATA=<folder> python -m bench feeds

`<folder>/feeds` holds the feeds and `manifest.json`, what is known of each.
"""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from datetime import UTC, datetime

import feedparser

from bench import _data
from extractors import feed
from extractors.errors import Unreadable
from extractors.records import Document

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CONTENT_TYPES = {"json": "application/feed+json"}


def main() -> int:
    """Print what differs, and the totals."""
    folder = _data.folder("feeds")
    if folder is None:
        return 0
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    totals: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for row in rows:
        body = (folder / row["file"]).read_bytes()
        document, sentence = _ours(body, seconds)
        began = time.process_time()
        theirs = feedparser.parse(io.BytesIO(body))
        seconds["feedparser"] += time.process_time() - began
        _compare(row, document, sentence, theirs, totals)
    print()
    for name, count in sorted(totals.items()):
        print(f"{count:6}  {name}")
    print(
        f"CPU: ours {seconds['ours'] * 1000:.0f} ms, feedparser with its defaults {seconds['feedparser'] * 1000:.0f} ms"
    )
    return 0


def _ours(body: bytes, seconds: Counter[str]) -> tuple[Document | None, str]:
    began = time.process_time()
    try:
        return feed.read(body, url="https://feed.example/feed.xml", now=NOW), ""
    except Unreadable as error:
        return None, str(error)
    finally:
        seconds["ours"] += time.process_time() - began


def _compare(row: dict, document: Document | None, sentence: str, theirs: dict, totals: Counter[str]) -> None:
    totals["documents"] += 1
    listed = document.listed if document else None
    expected = row["expected_entries"] if row["expected_entries"] is not None else row["counted_entries"]
    alone = len(theirs["entries"])
    if document is None:
        totals["unreadable"] += 1
        print(f"unreadable  {row['format']:15} manifest {expected}, feedparser {alone}: {row['file']}: {sentence}")
        return
    totals["entries"] += len(document.entries)
    totals["entries with a date"] += sum(entry.published_at is not None for entry in document.entries)
    totals["entries with a title"] += sum(bool(entry.title) for entry in document.entries)
    totals["entries with a body"] += sum(bool(entry.content_html) for entry in document.entries)
    for reason, count in document.rejected:
        totals[f"rejected: {reason}"] += count
    totals["same count as the manifest"] += listed == expected
    totals["same count as feedparser alone"] += listed == alone
    totals["damaged characters"] += sum("\ufffd" in entry.title for entry in document.entries)
    if listed != expected or (listed != alone and row["format"] not in ("jsonfeed-1", "jsonfeed-1.1", "sitemap-news")):
        print(f"differs     {row['format']:15} ours {listed}, manifest {expected}, feedparser {alone}: {row['file']}")
