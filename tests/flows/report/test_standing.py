"""What stands out, in words: which alerts, hours and shifts touch the period, in what order, and that each leads to its articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from flows.report import standing
from flows.report.evidence import Evidence
from flows.report.scope import Scope
from models import alert_store, moments
from models.alert_store import Alert
from models.briefing import Counted
from models.signals import Hour, Shift
from tests import factories as make

TITLES = {"pact": "The pact"}


def scope(db: Connection, days: int = 7) -> Scope:
    make.clock(db, make.NOW)
    return Scope(moments.spoken_of(db), days, None, make.NOW)


def alerts(db: Connection, *facts: dict[str, object]) -> tuple[Alert, ...]:
    for one in facts:
        make.alert(db, **one)
    return alert_store.listed(db)


def hour(ago: int) -> Hour:
    start = datetime.combine(make.day(ago), datetime.min.time(), UTC) + timedelta(hours=9)
    return Hour(topic="pact", slice_kind="all", slice="", hour=start, observed=9, expected=1.5, p=1e-6, tests=600)


def shift(ago: int) -> Shift:
    return Shift(
        topic="pact", slice_kind="bloc", slice="rok", week=make.day(ago), ratio=2.0, level_before=0.5, level_after=1.0,
        statistic=30.0,
    )  # fmt: skip


def test_alerts_that_touch_the_period_are_told_and_dismissed_ones_last(db: Connection) -> None:
    frame = scope(db)
    found = alerts(
        db,
        {"starts_on": make.day(1), "ends_on": make.day(1), "state": "dismissed", "state_reason": "a test"},
        {"starts_on": make.day(8), "ends_on": make.day(6), "slice_kind": "bloc", "slice": "rok", "article_ids": [3, 4]},
        {"starts_on": make.day(9), "ends_on": make.day(7)},
    )
    evidence = Evidence()

    made = standing.section(found, [], [], scope=frame, titles=TITLES, evidence=evidence)

    assert made is not None
    assert [(one.alert.state, one.title, one.where) for one in made.found] == [
        ("open", "The pact", "South Korea’s press"),
        ("dismissed", "The pact", "all sources"),
    ]
    [listed] = [one for one in evidence.fill([], lambda _: {}) if f"#{one.anchor}" == made.found[0].href]
    assert (listed.title, listed.number) == ("Burst: The pact, South Korea’s press", 2)


def test_hours_and_shifts_are_told_by_topic_and_place(db: Connection) -> None:
    made = standing.section([], [hour(1)], [shift(3), shift(30)], scope=scope(db), titles={}, evidence=Evidence())

    assert made is not None
    assert [(one.title, one.where, one.href) for one in made.hours] == [("pact", "all sources", "#list-1")]
    assert [(one.title, one.where, one.shift.week) for one in made.shifts] == [
        ("pact", "South Korea’s press", make.day(3))
    ]


def test_the_number_of_an_hour_leads_to_the_articles_of_that_hour_and_bloc(db: Connection) -> None:
    at = hour(1).hour
    found = [
        Counted(number, make.day(1), at + timedelta(minutes=minutes), "alpha", bloc, "ko", None, ("pact",), ())
        for number, (minutes, bloc) in enumerate([(0, "rok"), (59, "rok"), (60, "rok"), (-1, "rok"), (5, "japan")])
    ]
    evidence = Evidence()
    peaked = replace(hour(1), slice_kind="bloc", slice="rok")

    standing.section([], [peaked], [], scope=scope(db), titles={}, evidence=evidence)

    asked: list[set[int]] = []
    evidence.fill(found, lambda ids: asked.append(set(ids)) or {})  # type: ignore[func-returns-value]
    assert asked == [{0, 1}]


def test_where_nothing_stands_out_there_is_no_section(db: Connection) -> None:
    assert standing.section([], [], [shift(30)], scope=scope(db), titles={}, evidence=Evidence()) is None


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [("all", "", "all sources"), ("bloc", "japan", "Japan’s press"), ("language", "zh", "Chinese"),
     ("kind", "agency", "kind agency")],
)  # fmt: skip
def test_a_slice_is_called_by_its_name(kind: str, name: str, words: str) -> None:
    assert standing.where(kind, name) == words


def test_what_does_not_fit_is_counted(db: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "MOST_ALERTS", 1)
    frame = scope(db)
    found = alerts(db, *({"starts_on": make.day(ago), "ends_on": make.day(ago)} for ago in (1, 2, 3)))

    made = standing.section(found, [], [], scope=frame, titles=TITLES, evidence=Evidence())

    assert made is not None
    assert ([one.alert.ends_on for one in made.found], made.more) == ([make.day(1)], 2)
