"""JSON Feed 1 and 1.1, read into entries."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from datetime import datetime, tzinfo
from typing import Any

from extractors import dates
from extractors.answers import shown
from extractors.documents import LONGEST_TITLE, MOST_ENTRIES, address_of, host_of, language_of, one_line, plain
from extractors.errors import Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1", re.IGNORECASE)


def read(text: str, *, url: str, now: datetime) -> Document:
    """The entries of a JSON Feed; raises `Unreadable` when the text is no JSON or no feed."""
    name = shown(url)
    try:
        whole = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise Unreadable(f"{name} is no JSON that can be read.") from None
    items = whole.get("items") if isinstance(whole, dict) else None
    if not isinstance(items, list) or not (_VERSION.match(_string(whole, "version")) or "title" in whole):
        raise Unreadable(f"{name} is JSON, but no JSON Feed.")
    language = language_of(_string(whole, "language"))
    zone = dates.local_zone(language=language, host=host_of(url))
    entries: list[Entry] = []
    rejected: Counter[Reason] = Counter()
    for item in items[:MOST_ENTRIES]:
        entry = _entry(item, url=url, now=now, zone=zone)
        if isinstance(entry, Reason):
            rejected[entry] += 1
        else:
            entries.append(entry)
    if len(items) > MOST_ENTRIES:
        rejected[Reason.TOO_MANY] = len(items) - MOST_ENTRIES
    return Document(
        format="json",
        title=one_line(_string(whole, "title")),
        entries=tuple(entries),
        rejected=tuple(rejected.items()),
        language=language,
    )


def _entry(item: Any, *, url: str, now: datetime, zone: tzinfo) -> Entry | Reason:
    if not isinstance(item, dict):
        return Reason.NO_LINK
    guid = _string(item, "id")
    href = _string(item, "url") or _string(item, "external_url")
    href = href or (guid if guid.lower().startswith(("http://", "https://")) else "")
    if not href.strip():
        return Reason.NO_LINK
    address = address_of(url, href)
    if address is None:
        return Reason.BAD_URL
    content = _string(item, "content_html")
    words = _string(item, "content_text")
    published = _published(item, now=now, zone=zone)
    return Entry(
        url=address,
        title=one_line(_string(item, "title"), longest=LONGEST_TITLE),
        summary=plain(_string(item, "summary")) or one_line(words, longest=4_000) or plain(content),
        content_html=content or _as_html(words),
        published_at=published,
        published_from=DateOrigin.FEED if published else None,
        guid=one_line(guid, longest=500),
        language=language_of(_string(item, "language")),
        authors=_authors(item),
    )


def _published(item: dict[str, Any], *, now: datetime, zone: tzinfo) -> datetime | None:
    for field in ("date_published", "date_modified"):
        moment = dates.parse(_string(item, field), zone=zone)
        if moment is not None and dates.believable(moment, now):
            return moment
    return None


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    people = item.get("authors")
    people = people if isinstance(people, list) else [item.get("author")]
    names = [one_line(_string(person, "name"), longest=200) for person in people if isinstance(person, dict)]
    return tuple(dict.fromkeys(name for name in names if name))[:20]


def _as_html(words: str) -> str:
    parts = (part.strip() for part in re.split(r"\n\s*\n", words))
    return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in parts if part)


def _string(facts: dict[str, Any], field: str) -> str:
    value = facts.get(field)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    # JSON can spell lone surrogates, which no database takes.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
