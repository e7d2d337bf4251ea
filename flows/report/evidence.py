"""The articles behind the numbers: a list is made when a number refers to it, and says how much of all it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.briefing import Cited

MOST_ARTICLES = 5000
"""Articles that a report knows of: the newest ones on any topic."""
MOST_ROWS = 40
"""Of one list."""
MOST_LINES = 4000
"""Of all lists together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Which articles a number counts; None: any."""

    topic: str | None = None
    also: str | None = None
    """A second topic, or an actor."""
    bloc: str | None = None
    language: str | None = None
    day: date | None = None
    story: int | None = None

    def counts(self, article: Cited) -> bool:
        """Whether the article is one of them."""
        return (
            (self.topic is None or self.topic in article.topics or self.topic in article.actors)
            and (self.also is None or self.also in article.topics or self.also in article.actors)
            and (self.bloc is None or self.bloc == article.bloc)
            and (self.language is None or self.language == article.language)
            and (self.day is None or self.day == article.day)
            and (self.story is None or self.story == article.story_id)
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A list at the end of the report, and whether it shows all."""

    anchor: str
    title: str
    number: int
    """What the number that refers to it says."""
    articles: tuple[Cited, ...]
    main: bool
    """Of a whole topic: these are printed, too."""

    @property
    def missing(self) -> int:
        """Articles that are counted and not shown."""
        return max(self.number - len(self.articles), 0)


class Evidence:
    """All lists of a report."""

    def __init__(self, articles: Sequence[Cited]) -> None:
        self._articles = articles
        self._lists: dict[About, Listed] = {}
        self._lines = 0

    def link(self, about: About, number: int | None, title: str) -> str | None:
        """Where the articles of a number stand (`#...`); None when it counts none."""
        if not number:
            return None
        if about not in self._lists:
            room = max(min(MOST_ROWS, MOST_LINES - self._lines), 0)
            found = tuple(article for article in self._articles if about.counts(article))[:room]
            self._lines += len(found)
            self._lists[about] = Listed(
                f"list-{len(self._lists) + 1}", title, number, found, main=about == About(topic=about.topic)
            )
        return f"#{self._lists[about].anchor}"

    @property
    def lists(self) -> tuple[Listed, ...]:
        """In the order in which numbers referred to them."""
        return tuple(self._lists.values())
