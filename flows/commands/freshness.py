"""What `wirewatch feeds check` knows of the sources behind the feeds, besides what they answer now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from extractors.errors import WirewatchError
from flows import complaints
from flows.commands.output import clean, console, moment
from models import feed_store, freshness_store
from models.freshness_store import Stale


def of_feeds(addresses: Sequence[str]) -> dict[str, list[str]]:
    """Findings, as sentences, by the address of the feed whose source they are about.

    Empty where nothing was ever stored (reading a feed makes no database), and where the database cannot be had, which
    is said on stderr: what the feeds answer is told all the same.
    """
    from flows import resources  # noqa: PLC0415 -- the database is not needed for --help
    from flows.gather import now  # noqa: PLC0415 -- see above

    if not resources.has_database():
        return {}
    try:
        with resources.database() as engine, engine.connect() as db:
            source_of = {feed.url: feed.source for feed in feed_store.health(db)}
            found = freshness_store.look(db, now=now())
    except (SQLAlchemyError, WirewatchError) as error:
        why = complaints.sentence(error)
        console(stderr=True).print(Text(f"Nothing is said of the sources behind the feeds: {why}"), soft_wrap=True)
        return {}
    return {
        url: said
        for url in addresses
        if (said := [_sentence(one) for one in found if one.source == source_of.get(url)])
    }


def lines(findings: Mapping[str, Sequence[str]]) -> Iterator[Text]:
    """What is printed for people: each finding once, however many feeds its source has."""
    said = list(dict.fromkeys(sentence for sentences in findings.values() for sentence in sentences))
    if said:
        yield Text("\nSources that do not bring what they used to:", style="bold")
    for sentence in said:
        yield Text(f"  {clean(sentence)}")


def _sentence(one: Stale) -> str:
    return f"{one.source}: {one.finding.said} (since {moment(one.finding.since)} UTC)"
