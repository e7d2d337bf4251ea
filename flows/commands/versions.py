"""The versions of an article, as `wirewatch explain` shows them: headlines, and sentences that went and came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text
from sqlalchemy import Engine

from extractors.revision import difference
from flows.commands.output import clean, moment
from models import revision_store
from models.dossier import Dossier
from models.revision_store import Revision

SENTENCES = 12
"""Sentences shown of one change."""
_WORDS = {
    "edit": "edited",
    "fuller": "more of its text could be read",
    "deletion": "its page was gone",
    "return": "its page was there again",
}


def find(engine: Engine, found: Dossier) -> tuple[Revision, ...]:
    """The revisions of an article, the first one first."""
    with engine.connect() as db:
        return revision_store.of_article(db, found.article_id)


def report(found: Dossier, revisions: Sequence[Revision]) -> Iterator[RenderableType]:
    """What is printed for people; nothing where nothing changed."""
    if not revisions:
        return
    yield Text("")
    yield Text("What became of it since it was stored", style="bold")
    for one, after in zip(revisions, _texts_after(found, revisions), strict=True):
        yield from _change(one, after)


def plain(found: Dossier, revisions: Sequence[Revision]) -> list[dict[str, Any]]:
    """The same for programs: the texts left out, the sentences of each change in."""
    return [
        {name: value for name, value in asdict(one).items() if name != "text"}
        | {"sentences": [[sign, sentence] for sign, sentence in _sentences(one, after) if sign != " "]}
        for one, after in zip(revisions, _texts_after(found, revisions), strict=True)
    ]


def _texts_after(found: Dossier, revisions: Sequence[Revision]) -> list[str]:
    """The text after each change: what the next one that changed it has kept, else the present one."""
    after, texts = found.text, []
    for one in reversed(revisions):
        texts.append(after)
        after = one.text if one.text is not None else after
    return texts[::-1]


def _sentences(one: Revision, after: str) -> list[tuple[str, str]]:
    return difference(one.text, after) if one.text is not None else []


def _change(one: Revision, after: str) -> Iterator[RenderableType]:
    counts = f", {one.sentences_added} sentences came and {one.sentences_removed} went" if one.text is not None else ""
    yield Text(f"{_at(one.seen_at)}  {_WORDS[one.kind]}{counts}")
    if one.headline_changed:
        yield Text(f"  - {clean(one.title)}", style="red")
        yield Text(f"  + {clean(one.new_title)}", style="green")
    if one.topics_gained or one.topics_lost:
        yield Text(f"  topics: {', '.join([*_signed('+', one.topics_gained), *_signed('-', one.topics_lost)])}")
    changed = [(sign, sentence) for sign, sentence in _sentences(one, after) if sign != " "]
    for sign, sentence in changed[:SENTENCES]:
        yield Text(f"  {sign} {clean(sentence)}", style="green" if sign == "+" else "red")
    if len(changed) > SENTENCES:
        yield Text(f"  … and {len(changed) - SENTENCES} more (--json shows all)", style="dim")


def _signed(sign: str, topics: Sequence[str]) -> list[str]:
    return [sign + topic for topic in topics]


def _at(moment_: datetime) -> str:
    return f"{moment(moment_)} UTC"
