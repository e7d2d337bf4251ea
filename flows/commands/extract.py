"""`wirewatch extract`: text and metadata of pages, from files or the web; no database."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.text import Text

from extractors import urls
from extractors.errors import Misconfigured, WirewatchError
from extractors.records import Article, Rejected, Unchanged
from flows.commands.output import clean, console, emit, moment

_AT_ONCE = 8
"""Pages asked for at the same time."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "extract",
        help="text and metadata of pages",
        description="Read pages as `run` reads them, and show what it would keep: title, text, authors, time, language "
        "and how much of the article that is.",
        epilog="Exit code 1 when a page could not be read or is no article. Nothing is stored.",
    )
    parser.add_argument(
        "page", nargs="+", metavar="FILE|URL", help="a saved page, `-` for standard input, or an address"
    )
    parser.add_argument("--url", metavar="URL", help="the address of a saved page (default: the one it names itself)")
    parser.add_argument("--language", metavar="CODE", help="language of the source, for texts too short to tell")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A page as it was got: or why not."""

    name: str
    """As the person wrote it."""
    body: bytes = b""
    url: str = ""
    content_type: str = ""
    error: str = ""


def run(args: argparse.Namespace) -> int:
    """Read every page named; one that cannot be had does not keep the others back."""
    from extractors import article  # noqa: PLC0415 -- loads trafilatura, which --help does without

    if args.url and len(args.page) > 1:
        raise Misconfigured("--url names the address of one page, and several were given.")
    if args.url and _is_address(args.page[0]):
        raise Misconfigured(f"--url names the address of a saved page: {args.page[0]} has its own.")
    if args.url and urls.clean(args.url) is None:
        raise Misconfigured(f"{args.url!r} is no web address; write it whole, with https://.")
    good = True
    for source in _sources(args.page, args.url or ""):
        found: Article | Rejected | None = None
        if not source.error:
            found = article.read(
                source.body,
                url=source.name,
                final_url=source.url or source.name,
                content_type=source.content_type,
                entry=None,
                language_hint=args.language,
                now=datetime.now(UTC),
            )
        good = good and isinstance(found, Article)
        _show(source, found, as_json=args.json)
    return 0 if good else 1


def _sources(names: Sequence[str], url: str) -> Iterator[_Source]:
    """All pages in the order in which they were named."""
    addresses = [name for name in names if _is_address(name)]
    fetched = dict(zip(addresses, asyncio.run(_fetch(addresses)), strict=True)) if addresses else {}
    for name in names:
        yield fetched[name] if name in fetched else _from_file(name, url)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _from_file(name: str, url: str) -> _Source:
    try:
        body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        return _Source(name=name, error=f"{name} cannot be read: {(error.strerror or str(error)).lower()}.")
    plain = "text/plain" if name.lower().endswith(".txt") else ""
    return _Source(name=name, body=body, url=url, content_type=plain)


async def _fetch(addresses: Sequence[str]) -> list[_Source]:
    from extractors import fetch  # noqa: PLC0415 -- the network is not needed for files
    from flows import resources  # noqa: PLC0415 -- nor are settings

    settings = resources.settings()
    limits = fetch.Limits(
        total_seconds=settings.request_timeout_seconds,
        max_bytes=settings.max_page_bytes,
        max_inflated=4 * settings.max_page_bytes,
    )
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(address: str) -> _Source:
        try:
            async with turn:
                page = await fetch.get(session, address, now=lambda: datetime.now(UTC), limits=limits)
            if isinstance(page, Unchanged):
                return _Source(name=address, error=f"{address} answers that nothing has changed.")
            body = fetch.inflate(page, limit=limits.max_inflated)
        except WirewatchError as error:
            return _Source(name=address, error=str(error))
        return _Source(name=address, body=body, url=page.final_url, content_type=page.content_type)

    async with fetch.open_session(
        user_agent=settings.agent, allowed=settings.allow_private_hosts, limits=limits
    ) as session:
        return list(await asyncio.gather(*map(one, addresses)))


def _show(source: _Source, found: Article | Rejected | None, *, as_json: bool) -> None:
    if as_json:
        emit(json.dumps(_record(source, found), ensure_ascii=False))
    if isinstance(found, Article):
        if not as_json:
            _print(source, found)
    else:
        why = source.error or _why(source, found)
        print(f"wirewatch: {clean(why)}", file=sys.stderr)


def _record(source: _Source, found: Article | Rejected | None) -> dict[str, Any]:
    if not isinstance(found, Article):
        rejected = (
            {"reason": found.reason.value, "detail": found.detail}
            if found
            else {"reason": "error", "detail": source.error}
        )
        return {"url": source.name, "rejected": rejected}
    return {
        "url": source.name,
        "title": found.title,
        "text": found.text,
        "authors": list(found.authors),
        "published_at": found.published_at.isoformat() if found.published_at else None,
        "published_from": found.published_from.value if found.published_from else None,
        "language": found.language,
        "grade": found.grade.value,
        "method": found.method,
    }


def _why(source: _Source, found: Rejected | None) -> str:
    name = "stdin" if source.name == "-" else source.name
    if found is None:
        return f"{name} could not be read."
    detail = f" ({found.detail})" if found.detail else ""
    return f"{name} gives no article: {found.reason.value}{detail}."


def _print(source: _Source, found: Article) -> None:
    """For people: the headline, a line of facts, the paragraphs."""
    facts = [
        source.name,
        ", ".join(found.authors),
        f"{moment(found.published_at)} ({found.published_from.value})"
        if found.published_at and found.published_from
        else "undated",
        found.language or "language unknown",
        f"{found.grade.value} text by {found.method}",
    ]
    if found.syndicated_from:
        facts.append(f"from {found.syndicated_from}")
    out = console()
    out.print(Text(clean(found.title) or "(no title)", style="bold"))
    out.print(Text(clean(" · ".join(filter(None, facts))), style="dim"))
    out.print(Text(clean(found.text)))
    out.print()
