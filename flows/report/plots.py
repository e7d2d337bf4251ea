"""Geometry: series of days into shapes that a template draws as SVG. A gap is where there is no shape.

Plots are drawn in a box of their own units and stretched to the width there is; strokes do not stretch (CSS), and words
stand outside of them, so that they keep their size on a phone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.trends import Point

WIDTH, HEIGHT = 1000.0, 100.0
"""Of the box that a timeline is drawn in."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of days of one kind."""

    x: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A day, with what there is to say of it."""

    x: float
    width: float
    y: float
    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Articles a day: areas with a hole at each gap, the coverage below them, and the days that stand out."""

    areas: tuple[str, ...]
    """Closed paths, one a run of days without a gap."""
    lines: tuple[str, ...]
    """Their upper edges."""
    gaps: tuple[Band, ...]
    """Stretches that cannot be compared: `none` (nothing collected) or `dark` (too little)."""
    grades: tuple[Band, ...]
    """The coverage: ok, thin, dark, unknown or none."""
    marks: tuple[Spot, ...]
    spots: tuple[Spot, ...]
    top: int
    """Articles at the upper edge."""
    first: date
    middle: date
    last: date


def timeline(
    points: Sequence[Point],
    *,
    top: int | None = None,
    marked: Iterable[date] = (),
    words: Callable[[Point], str],
    href: Callable[[Point], str | None] = lambda _: None,
) -> Timeline:
    """The plot of a series; `top` None: scaled to its own highest day. `marked` are days that stand out."""
    step = WIDTH / len(points)
    highest = max(top or max((point.articles or 0 for point in points), default=0), 1)
    out = set(marked)
    spots = [
        Spot(i * step, step, _y(point.articles or 0, highest), words(point), href(point))
        for i, point in enumerate(points)
    ]
    runs = [list(run) for drawn, run in itertools.groupby(range(len(points)), key=lambda i: _drawn(points[i])) if drawn]
    return Timeline(
        areas=tuple(_closed(_edge(points, run, step, highest)) for run in runs),
        lines=tuple(_path(_edge(points, run, step, highest)) for run in runs),
        gaps=tuple(band for band in bands([_gap(point) for point in points], step) if band.kind),
        grades=tuple(bands([_grade(point) for point in points], step)),
        marks=tuple(spot for point, spot in zip(points, spots, strict=True) if point.day in out),
        spots=tuple(spots),
        top=highest,
        first=points[0].day,
        middle=points[len(points) // 2].day,
        last=points[-1].day,
    )


def bands(kinds: Sequence[str], step: float) -> list[Band]:
    """Neighbours of one kind as one stretch."""
    found = []
    for kind, run in itertools.groupby(enumerate(kinds), key=lambda item: item[1]):
        places = [place for place, _ in run]
        found.append(Band(places[0] * step, len(places) * step, kind))
    return found


def _drawn(point: Point) -> bool:
    return not _gap(point)


def _gap(point: Point) -> str:
    """Why a day has no shape: `none`, `dark`, or empty when it has one."""
    if point.articles is None:
        return "none"
    return "dark" if point.dark else ""


def _grade(point: Point) -> str:
    return "none" if point.articles is None and point.grade != "dark" else point.grade


def _y(articles: int, top: int) -> float:
    return HEIGHT - articles / top * HEIGHT


def _edge(points: Sequence[Point], run: Sequence[int], step: float, top: int) -> list[tuple[float, float]]:
    """The upper edge of a run of days, in steps: each day is as wide as it is long."""
    edge = []
    for i in run:
        y = _y(points[i].articles or 0, top)
        edge += [(i * step, y), ((i + 1) * step, y)]
    return edge


def _path(edge: Sequence[tuple[float, float]]) -> str:
    """An SVG path; a step to the same height needs no corner."""
    kept = [
        corner
        for i, corner in enumerate(edge)
        if i in {0, len(edge) - 1} or edge[i - 1][1] != corner[1] or edge[i + 1][1] != corner[1]
    ]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept)


def _closed(edge: Sequence[tuple[float, float]]) -> str:
    return f"{_path(edge)}L{edge[-1][0]:.1f} {HEIGHT:.1f}L{edge[0][0]:.1f} {HEIGHT:.1f}Z"
