"""The dirt on the wire: what plants.toml plants, and what the addresses of planted articles answer."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from flows.wire import answer, walls
from flows.wire.answer import Answer
from flows.wire.press import HERE, WireArticle, WireSource, article


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What is odd about one announced article; plants.toml explains the fields."""

    source: str
    slug: str
    answer: str = "fine"
    feed_date: str = "right"
    page_date: bool = True
    path: str = ""
    outcome: str = "stored"
    reason: str = ""
    later: str = ""
    grade: str = "full"
    method: str = ""
    published_from: str = ""
    """Where the date must come from; "": from the best place there is."""


SOUND = Plant(source="", slug="")
"""What is odd about all other articles: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """An item of a feed that never becomes an article."""

    source: str
    feed: str
    outcome: str
    reason: str
    title: str = ""
    age: float = 0.0
    link: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Dirt:
    """Everything planted: plants by the key of their article, articles that exist for a plant only, odd items."""

    plants: Mapping[str, Plant]
    articles: tuple[WireArticle, ...]
    oddities: tuple[Oddity, ...]


def load(sources: Mapping[str, WireSource]) -> Dirt:
    """The dirt as plants.toml has it."""
    content = tomllib.loads((HERE / "plants.toml").read_text(encoding="utf-8"))
    own = {field.name for field in fields(Plant)}
    plants: dict[str, Plant] = {}
    articles: list[WireArticle] = []
    for table in content["article"]:
        plant = Plant(**{name: value for name, value in table.items() if name in own})
        plants[f"{plant.source}/{plant.slug}"] = plant
        if "title" in table:
            written = {name: value for name, value in table.items() if name == "slug" or name not in own}
            articles.append(article(sources[plant.source], written))
    return Dirt(plants, tuple(articles), tuple(Oddity(**table) for table in content["entry"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an article is served: its path, the path that feeds announce, and its page."""

    path: str
    announced: str
    title: str
    page: Answer


def announced_path(plant: Plant, written: WireArticle, path: str) -> str:
    """What feeds link to: the article itself, or the first hop of its redirects."""
    return f"/out/{written.number}" if plant.answer in _HOPS else path


def routes(plant: Plant, spot: Spot) -> dict[str, Answer]:
    """What the addresses of a planted article answer, by path."""
    if plant.answer in _HOPS:
        return _HOPS[plant.answer](spot)
    return {spot.path: ANSWERS[plant.answer](spot)}


ANSWERS: dict[str, Callable[[Spot], Answer]] = {
    "fine": lambda spot: spot.page,
    "missing": lambda _: answer.note(404, "Not Found"),
    "gone": lambda _: answer.note(410, "Gone"),
    "forbidden": lambda _: answer.note(403, "Forbidden"),
    "breaks once": lambda spot: replace(spot.page, first=answer.note(500, "Internal Server Error")),
    "drips": lambda _: Answer(body=b"<html><body><p>Wait for it.</p>" + b" " * 4_000, drips=True),
    "truncated": lambda spot: answer.broken_off(spot.page),
    "huge": lambda _: answer.huge(),
    "bomb": lambda _: answer.bomb(),
    "pdf": lambda _: answer.pdf(),
    "nothing": lambda _: Answer(),
    "teaser": lambda spot: replace(spot.page, body=walls.teaser(spot.page.body)),
    "paywall": lambda spot: replace(spot.page, body=walls.paywall(spot.page.body)),
    "consent wall": lambda spot: Answer(body=walls.consent(spot.title)),
    "bot wall": lambda _: Answer(body=walls.robot_check()),
    "soft 404": lambda _: Answer(body=walls.soft_404()),
    "needs a browser": lambda spot: Answer(body=walls.empty_shell(spot.title)),
}
"""By the names plants.toml uses; `_HOPS` has those that redirect."""


def _chain(spot: Spot) -> dict[str, Answer]:
    second, third = f"{spot.announced}/2", f"{spot.announced}/3"
    return {
        spot.announced: answer.redirect(second, status=301),
        second: answer.redirect(third, status=302),
        third: answer.redirect(spot.path, status=307),
        spot.path: spot.page,
    }


def _loop(spot: Spot) -> dict[str, Answer]:
    back = f"{spot.announced}/back"
    return {spot.announced: answer.redirect(back), back: answer.redirect(spot.announced)}


_HOPS: dict[str, Callable[[Spot], dict[str, Answer]]] = {
    "chain": _chain,
    "loop": _loop,
    "to a private network": lambda spot: {spot.announced: answer.redirect("http://10.0.0.1/admin")},
    "to a metadata service": lambda spot: {spot.announced: answer.redirect("http://169.254.169.254/latest/meta-data/")},
}
