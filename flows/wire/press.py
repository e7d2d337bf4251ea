"""The invented press: outlets, their feeds and their articles, as the TOML files beside this module tell them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class WireFeed:
    """A feed of an invented outlet; sources.toml explains the fields."""

    path: str
    format: str
    charset: str = "utf-8"
    named: str = ""
    """What the document calls its charset; "": by its name."""
    sections: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    links: str = "plain"
    answer: str = "fine"

    def carries(self, article: WireArticle) -> bool:
        """Whether it lists the article."""
        if self.only:
            return article.slug in self.only
        return not self.sections or article.section in self.sections


@dataclass(frozen=True, slots=True, kw_only=True)
class WireSource:
    """An invented outlet; sources.toml explains the fields."""

    slug: str
    name: str
    host: int
    country: str
    language: str
    kind: str
    bloc: str
    family: str
    template: str
    path: str
    section: str
    feeds: tuple[WireFeed, ...]
    zone: int = 0
    dated: str = "meta"
    charset: str = "utf-8"
    named: str = ""
    declared: str = ""
    validators: bool = True
    compress: bool = True
    credits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WireArticle:
    """An invented article."""

    source: str
    slug: str
    age: float
    """Days before now at which it was published."""
    title: str
    text: str
    """Paragraphs separated by an empty line."""
    summary: str = ""
    byline: str = ""
    section: str
    topics: tuple[str, ...] = ()
    """What a careful reader would tag it with."""
    event: str = ""
    """What happened of which it tells; "" where it tells of nothing that others on the wire tell of."""
    comments_on: str = ""
    """The event (or debate) it is an echo of: an explanation, a reaction, a feature."""
    copy_of: str = ""
    """`source/slug` of the article it was copied from."""
    copy_kind: str = ""
    """`exact`, `edited` or `spun`."""
    dateline: str = ""

    @property
    def key(self) -> str:
        """`source/slug`."""
        return f"{self.source}/{self.slug}"

    @property
    def number(self) -> int:
        """The eight-digit number outlets put into addresses."""
        return 10_000_000 + crc32(self.key.encode()) % 90_000_000

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as it is printed: the dateline runs into the first paragraph."""
        first, *others = [" ".join(part.split()) for part in self.text.strip().split("\n\n")]
        return (f"{self.dateline} {first}" if self.dateline else first, *others)

    def published_at(self, now: datetime) -> datetime:
        """When it was published, to the minute, on a wire that is served at `now`; never at the stroke of midnight UTC.

        A time of 00:00 is how feeds write that they know the day only, and that is how it is read.
        """
        at = (now - timedelta(days=self.age)).replace(second=0, microsecond=0)
        return at if (at.hour, at.minute) != (0, 0) else at - timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Press:
    """All outlets, in the order of sources.toml, and all articles, in the order of their files."""

    sources: tuple[WireSource, ...]
    articles: tuple[WireArticle, ...]


@cache
def load() -> Press:
    """The press as the files tell it; raises KeyError or TypeError when a file is wrong, which tests rule out."""
    sources = tuple(source(table) for table in _read(HERE / "sources.toml")["source"])
    written: list[WireArticle] = []
    for one in sources:
        tables = _read(HERE / "articles" / f"{one.slug}.toml")["article"]
        written += [article(one, table) for table in tables]
    return Press(sources, _with_copied_facts(written))


def article(source: WireSource, table: Mapping[str, Any]) -> WireArticle:
    """An article of `source` from its table."""
    facts = {**table, "topics": tuple(table.get("topics", ())), "text": table.get("text", "")}
    return WireArticle(**{"section": source.section, **facts, "source": source.slug})


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def source(table: Mapping[str, Any]) -> WireSource:
    """An outlet from its table."""
    facts = dict(table)
    feeds = tuple(
        WireFeed(**{**feed, "sections": tuple(feed.get("sections", ())), "only": tuple(feed.get("only", ()))})
        for feed in facts.pop("feed")
    )
    return WireSource(**facts, feeds=feeds)


def _with_copied_facts(written: list[WireArticle]) -> tuple[WireArticle, ...]:
    """Copies tell of what their original tells of, exact ones in its words: their files do not repeat it."""
    by_key = {one.key: one for one in written}
    return tuple(_as_copied(one, by_key[one.copy_of]) if one.copy_of else one for one in written)


def _as_copied(copy: WireArticle, original: WireArticle) -> WireArticle:
    text = original.text if copy.copy_kind == "exact" and not copy.text else copy.text
    return replace(copy, text=text, event=original.event, comments_on=original.comments_on)
