"""The background of the wire: what outlets write on all the other days, from the phrases of background.toml.

A baseline needs weeks before the story in which each outlet has its usual yield, and a rhythm of the week. Two outlets
begin in the last month, full of one topic, as if feeds had been added; they and three others leave out one week, as if
collection had failed. Which words are taken is drawn by a seed from outlet, day and place: the same `now` gives the
same texts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from flows.wire import press
from flows.wire.press import HERE, WireArticle, WireSource

DAYS = 78
"""How far back it reaches: 14 days until a source can be graded, 14 more until a topic can be tested, and the story."""
_RHYTHM = (1.2, 1.25, 1.2, 1.25, 1.1, 0.6, 0.4)
"""Monday to Sunday, of the rate of a plan."""
_SENTENCES = 9
_PARAGRAPH = 3
_FIRST_MINUTE, _LAST_MINUTE = 5 * 60, 19 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of it one outlet has; background.toml explains the fields."""

    source: str
    rate: float
    since: int = DAYS
    flat: bool = False
    hole: tuple[int, int] = (0, 1)
    topical: int = 0

    def leaves_out(self, age: int) -> bool:
        """Whether the day so many days ago is missing from its lists."""
        return age > self.since or self.hole[1] <= age <= self.hole[0]


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of one text: so many days before `now`, the `place`th of its outlet on that day."""

    age: int
    place: int
    now: datetime


def sources() -> tuple[WireSource, ...]:
    """The outlets that exist for the background only, in the order of their file."""
    return tuple(press.source(table) for table in _read()["source"])


def articles(watched: Mapping[str, WireSource], now: datetime) -> Iterator[WireArticle]:
    """The background of these outlets on a wire that is served at `now` (aware, UTC): whole days, until yesterday."""
    content = _read()
    for table in content["plan"]:
        plan = Plan(**{**table, "hole": tuple(table.get("hole", (0, 1)))})
        source = watched[plan.source]
        plain = content[source.language]
        for age, place in _spread(plan, now.date()):
            own = content["topical"] if place < plan.topical else plain
            yield _article(source, plain, own, Spot(age, place, now))


def _spread(plan: Plan, today: date) -> Iterator[tuple[int, int]]:
    """(days ago, place in that day) of all texts of a plan, the oldest first; fractions go to the next."""
    due = 0.5
    for age in range(DAYS, 0, -1):
        weekday = (today - timedelta(days=age)).weekday()
        due += plan.rate * (1 if plan.flat else _RHYTHM[weekday])
        written, due = divmod(due, 1)
        if not plan.leaves_out(age):
            yield from ((age, place) for place in range(int(written)))


def _article(source: WireSource, plain: Mapping[str, Any], own: Mapping[str, Any], spot: Spot) -> WireArticle:
    """One text: its title and first sentences by its own grammar, the rest by the plain one of its language."""
    rng = Random(f"{source.slug} {spot.age} {spot.place}")  # noqa: S311 -- nothing secret about it
    first = rng.sample(own["sentences"], _PARAGRAPH) if own is not plain else []
    rest = rng.sample(plain["sentences"], min(_SENTENCES - len(first), len(plain["sentences"])))
    said = [_filled(form, own, rng) for form in first] + [_filled(form, plain, rng) for form in rest]
    blank = "" if source.language == "zh" else " "
    paragraphs = [blank.join(said[at : at + _PARAGRAPH]) for at in range(0, len(said), _PARAGRAPH)]
    day = datetime.combine(spot.now.date() - timedelta(days=spot.age), time(), spot.now.tzinfo)
    at = day + timedelta(minutes=rng.randrange(_FIRST_MINUTE, _LAST_MINUTE), seconds=30)
    facts = {
        "slug": f"notes-{spot.age}-{spot.place}",
        "age": (spot.now - at) / timedelta(days=1),
        "title": _filled(rng.choice(own["titles"]), own, rng),
        "summary": said[-1],
        "text": "\n\n".join(paragraphs),
        "topics": own.get("topics", ()),
    }
    return press.article(source, facts)


def _filled(form: str, grammar: Mapping[str, Any], rng: Random) -> str:
    """The form with each word in braces drawn anew."""
    words: Mapping[str, Sequence[str]] = {**grammar["words"], "n": [str(number) for number in range(3, 99)]}
    text = re.sub(r"{(\w+)}", lambda one: rng.choice(words[one[1]]), form)
    return text[0].upper() + text[1:]


def _read() -> dict[str, Any]:
    return tomllib.loads((HERE / "background.toml").read_text(encoding="utf-8"))
