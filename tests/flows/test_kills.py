"""Runs, workers, database and Prefect server killed one after the other: nothing is lost, nothing is there twice.

The long form is `python -m bench kills`.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from tests.siege import Camp, Press
from tests.strikes import drill, plan

SEED = 5


@pytest.mark.prefect
def test_whoever_is_killed_and_when_every_article_is_there_once(tmp_path: Path) -> None:
    hit: Counter[str] = Counter()
    with Press(SEED, feeds=8) as press, Camp(tmp_path, press) as camp:
        for episode in drill(SEED):
            press.held = True
            blows, ended = camp.live_through(episode)
            hit.update(blow.strike.victim for blow in blows if blow.hit)
            assert [end.complaint for end in ended if "Traceback" in end.complaint] == []
            assert camp.faults(at_rest=False) == []
        report, faults = camp.rest()

    assert hit == {"worker": 2, "backend": 2, "run": 1, "prefect": 1, "postgres": 1}
    assert faults == []
    assert report["balance"]["unsettled"] == 0


def test_a_seed_makes_the_same_plan_again_and_another_seed_another() -> None:
    def first(seed: int) -> list[object]:
        return [*drill(seed), *islice(plan(seed, full=True), 40)]

    assert first(1) == first(1)
    assert first(1) != first(2)
