"""The first paragraph: each sentence from its figures, and none where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from flows.report import blocs, health, topics, words
from flows.report.evidence import Evidence
from flows.report.scope import Scope
from models.diffusion import Lag
from models.moments import Moment
from models.signals import Burst
from models.trends import Coverage, Trend
from tests import factories as make
from tests.flows.report.figures import DAY, burst, lag, silence, trend
from tests.flows.report.figures import health as source

LEADING = (
    "In the 7 days to 20 November 2026 “Pact” was told most widely: 10 articles from 1 source of 1 publisher, 10.0% of all "
    "coverage."
)
UNTOLD = "How complete the coverage is cannot be told yet: sources need 14 days of history."


def said(*found: Trend, bursts: Iterable[Burst] = (), lags: Iterable[Lag] = (), complete: Any = UNTOLD) -> list[str]:
    """The sentences between the first and the last, which are as they should be."""
    moment = Moment(make.NOW, DAY, "test", 1, make.NOW, 1)
    told: dict[str, list[Burst]] = {}
    for one in bursts:
        told.setdefault(one.topic, []).append(one)
    on_topics = topics.section(found, told, Evidence())
    by_bloc = {one.slice: one for one in lags}
    leading = [trend("pact", bloc) for bloc in by_bloc]
    of_blocs = blocs.section(leading, [], by_bloc, [silence("rok", silent=False)], Evidence())
    of_health = health.section([source("a", "ot", ago=2), source("b", "oo", ago=2)], {}, Evidence(), since=DAY, days=5)
    figures = words.Figures(
        Scope(moment, 7, None, make.NOW), Coverage((), DAY, DAY), on_topics, of_blocs, (), of_health
    )
    whole = words.headline(figures)
    assert whole.startswith(f"{LEADING} ")
    assert whole.endswith(f" {complete}")
    return [f"{part}." for part in whole.removeprefix(LEADING).removesuffix(complete).strip().rstrip(".").split(". ")]


def test_without_a_burst_the_highest_day_is_told() -> None:
    assert said(trend()) == ["Its highest day was 20 November 2026, with 10 articles."]


def test_of_several_bursts_the_highest_is_told_and_who_else_has_one() -> None:
    low = burst(ago=1, observed=1, expected=5.0)
    found = [
        burst(ago=3, observed=30),
        burst(ago=2, observed=9),
        low,
        burst("ties"),
        burst("arms", observed=1, expected=5.0),
    ]

    assert said(trend(), trend("ties", articles=5), trend("arms", articles=4), bursts=found) == [
        "It surged on 17 November 2026, to 30 texts where 2.0 were to be expected (p = 0.003).",
        "More than usual was written on “Ties”, too.",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (0.0, "In the last seven days it has gone quiet."),
        (0.5, "Its share of coverage in the last seven days was −50% against the four weeks before."),
        (4.0, "Its share of coverage in the last seven days was x4.0 against the four weeks before."),
    ],
)
def test_how_it_moved_is_told(change: float, sentence: str) -> None:
    assert said(trend(change=change))[1:] == [sentence]


def test_who_leads_who_follows_and_who_took_up_none_is_told_of_blocs() -> None:
    lags = [
        lag("western", 0.0, firsts=3), lag("rok", 2.0, firsts=1), lag("china-state", 30.0, taken_up=2, never_taken_up=1),
        lag("dprk-state", None, never_taken_up=3), lag("japan", None),
    ]  # fmt: skip

    assert said(trend(), lags=lags)[1:] == [
        "Of its 4 stories the Western press had 3 first.",
        "China’s state media took up 2 of 3, at a median lag of 30 h.",
        "North Korea’s state media took up none.",
    ]


def test_of_a_single_story_nobody_is_said_to_lead() -> None:
    assert said(trend(), lags=[lag("western", 0.0, firsts=1, stories=1)])[1:] == []


def test_how_complete_it_was_is_told_with_the_days_that_were_not() -> None:
    whole = trend(completeness=0.934, thin_days=1, dark_days=2)

    last = (
        "Coverage was 93% complete by what the sources normally yield; 1 of 2 sources had no thin or dark day; 1 thin and 2 "
        "dark days in all."
    )
    assert said(whole, complete=last)[1:] == []
