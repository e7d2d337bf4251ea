"""The articles behind the numbers: a number asks for a list, and the list says how much of all it shows.

Lists are filled once all are known, in one pass over the articles of the period, so that how many articles there are
does not decide which lists have any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from models.briefing import Cited, Counted

MOST_ROWS = 40
"""Of one list."""
MOST_LINES = 5000
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
    hour: datetime | None = None
    """Start of the hour in which it was published, UTC."""
    story: int | None = None
    source: str | None = None
    """Slug of the source."""
    alert: int | None = None
    """The articles of an alert, which it names itself."""

    def counts(self, article: Counted) -> bool:
        """Whether the article is one of them."""
        return (
            self.alert is None
            and (self.topic is None or self.topic in article.topics or self.topic in article.actors)
            and (self.also is None or self.also in article.topics or self.also in article.actors)
            and (self.bloc is None or self.bloc == article.bloc)
            and (self.language is None or self.language == article.language)
            and (self.day is None or self.day == article.day)
            and (self.hour is None or self.hour <= article.at < self.hour + timedelta(hours=1))
            and (self.story is None or self.story == article.story_id)
            and (self.source is None or self.source == article.source)
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


@dataclass(slots=True)
class _Asked:
    """A list that a number asked for, and what it has been given."""

    anchor: str
    about: About
    number: int
    title: str
    rows: int
    found: list[int] = field(default_factory=list)


class Evidence:
    """All lists of a report: asked for while its sections are made, then filled together."""

    def __init__(self) -> None:
        self._asked: dict[About, _Asked] = {}

    def link(
        self, about: About, number: int | None, title: str, *, rows: int | None = None, named: Sequence[int] = ()
    ) -> str | None:
        """Where the articles of a number will stand (`#...`); None when it counts none.

        Of the list at most `rows` are shown (None: `MOST_ROWS`); `named` are its articles where they are known by id.
        """
        if not number:
            return None
        if about not in self._asked:
            most = MOST_ROWS if rows is None else rows
            here = f"list-{len(self._asked) + 1}"
            self._asked[about] = _Asked(here, about, number, title, most, list(named[:most]))
        return f"#{self._asked[about].anchor}"

    def fill(
        self, articles: Iterable[Counted], cite: Callable[[Collection[int]], Mapping[int, Cited]]
    ) -> tuple[Listed, ...]:
        """The lists in the order in which numbers asked for them, from the articles of the period, the newest first.

        `cite` gives what is to be said of the articles with these ids.
        """
        self._look_through(articles)
        room = MOST_LINES
        for asked in self._asked.values():
            del asked.found[max(room, 0) :]
            room -= len(asked.found)
        known = cite({article_id for asked in self._asked.values() for article_id in asked.found})
        return tuple(_listed(asked, known) for asked in self._asked.values())

    def _look_through(self, articles: Iterable[Counted]) -> None:
        """Give each article to the lists it belongs to; a list that is full is not asked any more."""
        waiting: dict[Hashable, list[_Asked]] = defaultdict(list)
        for asked in self._asked.values():
            if asked.about.alert is None:
                waiting[_narrowest(asked.about)].append(asked)
        for article in articles:
            for place in _places(article):
                if lists := waiting.get(place):
                    for asked in lists:
                        if asked.about.counts(article):
                            asked.found.append(article.article_id)
                    waiting[place] = [asked for asked in lists if len(asked.found) < asked.rows]


def _narrowest(about: About) -> Hashable:
    """The one thing that an article has to have before anything else is compared."""
    if about.story is not None:
        return ("story", about.story)
    if about.topic is not None:
        return ("topic", about.topic)
    return ("source", about.source) if about.source is not None else None


def _places(article: Counted) -> Iterator[Hashable]:
    yield None
    yield ("source", article.source)
    yield ("story", article.story_id)
    for slug in {*article.topics, *article.actors}:
        yield ("topic", slug)


def _listed(asked: _Asked, known: Mapping[int, Cited]) -> Listed:
    articles = tuple(known[article_id] for article_id in asked.found if article_id in known)
    main = asked.about.topic is not None and asked.about == About(topic=asked.about.topic)
    return Listed(asked.anchor, asked.title, asked.number, articles, main)
