"""Our feed reader beside the manifest of a folder of real feeds, and entry by entry beside feedparser alone.

    WIREWATCH_BENCH_DATA=<folder> python -m bench feeds

`<folder>/feeds` holds the feeds and `manifest.json`, what is known of each.
"""

from __future__ import annotations

import calendar
import io
import json
import time
from collections import Counter
from datetime import UTC, datetime

import feedparser

from bench import _data
from extractors import feed, urls
from extractors.documents import plain
from extractors.errors import Unreadable
from extractors.records import Document, Entry

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "https://feed.example/feed.xml"
FIELDS = ("link", "title", "date", "author", "id", "text")
VERDICTS = ("same", "differs", "ours only", "theirs only", "neither")


def main() -> int:
    """Print what differs, and the totals."""
    folder = _data.folder("feeds")
    if folder is None:
        return 0
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    totals: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    agreement: Counter[tuple[str, str]] = Counter()
    for row in rows:
        body = (folder / row["file"]).read_bytes()
        document, sentence = _ours(body, seconds)
        began = time.process_time()
        theirs = feedparser.parse(io.BytesIO(body))
        seconds["feedparser"] += time.process_time() - began
        _compare(row, document, sentence, theirs, totals)
        if document is not None and theirs["entries"]:
            _agree(row["file"], document, theirs, agreement)
    print()
    for name, count in sorted(totals.items()):
        print(f"{count:6}  {name}")
    print_agreement(agreement)
    print(
        f"CPU: ours {seconds['ours'] * 1000:.0f} ms, feedparser with its defaults {seconds['feedparser'] * 1000:.0f} ms"
    )
    return 0


def _ours(body: bytes, seconds: Counter[str]) -> tuple[Document | None, str]:
    began = time.process_time()
    try:
        return feed.read(body, url=URL, now=NOW), ""
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


def _agree(file: str, document: Document, theirs: dict, agreement: Counter[tuple[str, str]]) -> None:
    """Compare entries in pairs: ours are theirs in order, without those that cannot be followed."""
    waiting = list(document.entries)
    for entry in theirs["entries"]:
        if waiting and _same(waiting[0], entry):
            ours = waiting.pop(0)
            agreement["entries", "in both"] += 1
            for field in FIELDS:
                verdict = _verdict(*_values(ours, entry, field))
                agreement[field, verdict] += 1
                if verdict in ("differs", "theirs only"):
                    print(f"{verdict:11} {field:7} {_values(ours, entry, field)!r:.150} {file}")
        else:
            agreement["entries", "theirs only"] += 1
    agreement["entries", "ours only"] += len(waiting)


def _same(ours: Entry, theirs: dict) -> bool:
    """Whether two entries are of one item of the document."""
    link = urls.absolute(URL, theirs.get("link") or "") or ""
    guid = " ".join(str(theirs.get("id") or "").split())[:400]
    title = plain(theirs.get("title") or "")
    return bool(
        (link and link == ours.url) or (guid and guid == ours.guid[:400]) or (title and title[:200] == ours.title[:200])
    )


def _values(ours: Entry, theirs: dict, field: str) -> tuple[object, object]:
    """What both say of one field, in one form; None for nothing."""
    if field == "link":
        return ours.url, urls.absolute(URL, theirs.get("link") or "")
    if field == "title":
        return ours.title or None, plain(theirs.get("title") or "", longest=1_000) or None
    if field == "date":
        parsed = theirs.get("published_parsed") or theirs.get("created_parsed") or theirs.get("updated_parsed")
        own = ours.published_at
        return own and int(own.timestamp()), parsed and calendar.timegm(parsed)
    if field == "author":
        people = [plain(str(one.get("name") or "")) for one in theirs.get("authors") or [] if one]
        return ours.authors or None, tuple(dict.fromkeys(name for name in people if name and "@" not in name)) or None
    if field == "id":
        return ours.guid or None, " ".join(str(theirs.get("id") or "").split())[:500] or None
    content = max((str(part.get("value") or "") for part in theirs.get("content") or []), key=len, default="")
    return bool(ours.summary or ours.content_html) or None, bool(plain(theirs.get("summary") or content)) or None


def _verdict(ours: object, theirs: object) -> str:
    if ours is None or theirs is None:
        return "neither" if ours is theirs else "theirs only" if ours is None else "ours only"
    return "same" if ours == theirs else "differs"


def print_agreement(agreement: Counter[tuple[str, str]]) -> None:
    """The agreement as a table."""
    print("\nentry by entry beside feedparser alone (sanitiser and link rewriting on, as by default):")
    found = {verdict: agreement["entries", verdict] for verdict in ("in both", "ours only", "theirs only")}
    print("  " + ", ".join(f"{count} entries {verdict}" for verdict, count in found.items()))
    print(f"  {'':8}" + "".join(f"{verdict:>13}" for verdict in VERDICTS))
    for field in FIELDS:
        print(f"  {field:8}" + "".join(f"{agreement[field, verdict]:13}" for verdict in VERDICTS))
