"""Plans of whom to kill and when, made from a seed: the same seed, the same plan."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Strike:
    """Whom to kill, and when: once a run has come so far, and so many seconds later."""

    victim: str
    event: str
    count: int
    delay: float

    def __str__(self) -> str:
        return f"{self.victim} {self.delay:.2f} s after {self.count} {self.event}"


@dataclass(frozen=True)
class Episode:
    """So many new articles, so many runs at once, and the strikes in their order."""

    number: int
    new: int
    runs: int
    strikes: tuple[Strike, ...]
    away: float = 0.0
    """Seconds until room is made on a full disk and what is gone for all runs is started again."""


LASTING = ("worker", "worker", "backend")
"""Whose death a run should survive."""
ENDING = ("run", "run", "run", "postgres", "prefect")
EVENTS = ("polls", "attempts", "attempts", "outcomes", "outcomes", "runs")


def plan(seed: int, *, away: float = 60.0, full: bool = False) -> Iterator[Episode]:
    """Episodes without end. Every 9th has a database that stays `away`; with `full`, every 14th a full disk."""
    lot = random.Random(f"plan {seed}")

    def strike(victim: str, new: int) -> Strike:
        event = lot.choice(EVENTS)
        # The last outcome is when grouping begins.
        count = {"polls": 1, "runs": 1, "outcomes": lot.choice((lot.randint(1, new), new * 9 // 10))}.get(
            event, lot.randint(1, new)
        )
        return Strike(victim, event, count, round(lot.choice((0.0, lot.uniform(0, 0.3), lot.uniform(0, 2))), 2))

    number = 0
    while True:
        number += 1
        new, runs = lot.randint(30, 60), lot.choice((1, 1, 2))
        victims = lot.choices(LASTING, k=lot.randint(1, 5)) + lot.choices(ENDING, k=runs)
        pause = 0.0
        if number % 9 == 4:
            victims, pause = ["postgres"], away
        if full and number % 14 == 6:
            victims, pause = ["disk"], away / 3
        yield Episode(number, new, runs, tuple(strike(victim, new) for victim in victims), pause)


def drill(seed: int) -> list[Episode]:
    """A short plan with every kind of victim, early enough to be met by runs of a press that is `held`."""
    lot = random.Random(f"drill {seed}")
    episodes = [["worker", "backend", "prefect"], ["worker", "backend", "postgres", "run"]]
    lot.shuffle(episodes)

    def strike(victim: str) -> Strike:
        event = lot.choice(("polls", "attempts"))
        return Strike(victim, event, lot.randint(1, 8), round(lot.uniform(0, 0.3), 2))

    runs = lot.sample((1, 2), 2)
    return [Episode(n + 1, 24, runs[n], tuple(map(strike, some))) for n, some in enumerate(episodes)]
