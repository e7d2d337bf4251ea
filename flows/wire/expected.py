"""What must come of everything on the wire, in the words of the funnel: what the end-to-end tests compare with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPoll:
    """What the first and the second poll of a feed must bring."""

    url: str
    source: str
    format: str
    """As `Document.format` names it; "" when nothing can be read."""
    outcome: str
    """`fresh` or `failed`."""
    reason: str = ""
    status: int = 200
    listed: int = 0
    """Items of the document."""
    counted: tuple[tuple[str, str, int], ...] = ()
    """(outcome, reason, items) of those that never become an article; sorted."""
    addresses: int = 0
    """Distinct addresses that may become articles: `new`, or `duplicate` when another feed of the run was first."""
    state: str = "ok"
    """Of the feed after the first poll."""
    again: tuple[str, str] = ("unchanged", "304")
    """Outcome and reason of the second poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedArticle:
    """Where one article must end."""

    source: str
    url: str
    """Its canonical address once it is stored, else the address that was announced."""
    announced: tuple[str, ...]
    """Every form in which feeds give its address; sorted."""
    feeds: tuple[str, ...]
    """The feeds that list it; in the order of the catalogue."""
    title: str
    """With plain single spaces, as it must be stored."""
    answer: str
    """What its address does; `fine` for most."""
    outcome: str
    """In the first run, as `Outcome` writes it."""
    reason: str = ""
    later: str = ""
    """Outcome of the second run if the article is tried again there, else ""."""
    language: str = ""
    grade: str = ""
    method: str = ""
    """The way its text must be found, if there is only one; else ""."""
    published_at: datetime | None = None
    """The instant that must be stored; None for a stored article means undated."""
    published_from: str | None = None
    text: str = ""
    """As it was printed, paragraphs separated by a newline; "" where nothing of it can be read.

    Some outlets print the summary above it, which belongs to what readers read.
    """
    topics: tuple[str, ...] = ()
    """What a careful reader would tag it with."""
    event: str = ""
    """What happened of which it tells: articles with the same one belong to one story."""
    comments_on: str = ""
    """The event it is an echo of; whether it belongs to that story is a matter of taste."""
    same_as: str = ""
    """For a `duplicate`: the address of the article it turns out to be."""
    copy_of: str = ""
    """The canonical address of the article whose text this is a copy of."""
    copy_kind: str = ""
    syndicated_from: str | None = None
    """The canonical address on another site that the page names as its own."""

    @property
    def day(self) -> date | None:
        """The UTC day it counts for, where its date is known."""
        return self.published_at.date() if self.published_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """All of it."""

    polls: tuple[ExpectedPoll, ...]
    articles: tuple[ExpectedArticle, ...]

    @property
    def stored(self) -> tuple[ExpectedArticle, ...]:
        """The articles that the first run must store."""
        return tuple(article for article in self.articles if article.outcome == "stored")

    @property
    def stored_later(self) -> tuple[ExpectedArticle, ...]:
        """The articles that only the second run can store."""
        return tuple(article for article in self.articles if article.later == "stored")
