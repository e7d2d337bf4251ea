"""The section on what goes together: a heat map of topics, and the pairs that stand out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.report.evidence import About, Evidence
from models.diffusion import Pair

MOST_TOPICS, MOST_PAIRS = 14, 12
LEAST_TEXTS = 3
"""Texts in common from which a pair can stand out."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Two topics; the same one twice has no lift."""

    n: int
    lift: float | None
    tint: str
    """`less`, `same`, or `more-1` to `more-4`: how far from chance it is; `self`; empty where nothing is common."""
    href: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A topic, with its cells in the order of the columns."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """A pair of topics, or of a topic and an actor, that goes together more than by chance."""

    left: str
    right: str
    pair: Pair
    href: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """The heat map of the most frequent topics, and pairs of any kind."""

    rows: tuple[Row, ...]
    strong: tuple[Strong, ...]


def section(found: Sequence[Pair], titles: Mapping[str, str], evidence: Evidence) -> Section | None:
    """The section of these pairs, each given both ways; `titles` of topics, and names of actors, by slug."""
    topics = {
        (pair.left_subject, pair.right_subject): pair
        for pair in found
        if pair.left_about == pair.right_about == "topic"
    }
    seen = Counter({left: topics[left, right].n_left for left, right in topics})
    shown = [slug for slug, _ in sorted(seen.items(), key=lambda item: (-item[1], item[0]))[:MOST_TOPICS]]
    if len(shown) < 2:
        return None
    rows = tuple(
        Row(titles.get(left, left), tuple(_cell(left, right, topics, seen, titles, evidence) for right in shown))
        for left in shown
    )
    return Section(rows, _strong(found, titles, evidence))


def _cell(
    left: str,
    right: str,
    topics: Mapping[tuple[str, str], Pair],
    seen: Mapping[str, int],
    titles: Mapping[str, str],
    evidence: Evidence,
) -> Cell:
    pair = topics.get((left, right))
    if left == right:
        return Cell(seen[left], None, "self", evidence.link(About(topic=left), seen[left], titles.get(left, left)), "")
    if pair is None:
        return Cell(0, None, "", None, "none in common")
    href = evidence.link(_about(pair), pair.articles, _title(pair, titles))
    span = f"{pair.lift_low:.1f} to {pair.lift_high:.1f}"
    words = f"{pair.n_both} texts in common, {pair.lift:.1f} times what chance brings ({span})"
    return Cell(pair.n_both, pair.lift, _tint(pair), href, words)


def _tint(pair: Pair) -> str:
    """By the end of the interval that is nearer to chance: what may be chance has no colour."""
    if pair.lift_high < 1:
        return "less"
    if pair.lift_low <= 1:
        return "same"
    return f"more-{sum(pair.lift_low > limit for limit in (1, 1.5, 2.5, 4))}"


def _strong(found: Sequence[Pair], titles: Mapping[str, str], evidence: Evidence) -> tuple[Strong, ...]:
    once = [
        pair
        for pair in found
        if pair.left_about == "topic" and (pair.right_about == "actor" or pair.left_subject < pair.right_subject)
    ]
    ranked = sorted(
        (pair for pair in once if pair.lift_low > 1 and pair.n_both >= LEAST_TEXTS), key=lambda pair: -pair.lift_low
    )
    return tuple(
        Strong(
            titles.get(pair.left_subject, pair.left_subject),
            titles.get(pair.right_subject, pair.right_subject),
            pair,
            evidence.link(_about(pair), pair.articles, _title(pair, titles)),
        )
        for pair in ranked[:MOST_PAIRS]
    )


def _about(pair: Pair) -> About:
    """The same for both ways of a pair."""
    first, second = sorted((pair.left_subject, pair.right_subject))
    return About(topic=first, also=second)


def _title(pair: Pair, titles: Mapping[str, str]) -> str:
    first, second = sorted((pair.left_subject, pair.right_subject))
    return f"{titles.get(first, first)} + {titles.get(second, second)}"
