"""Bursts and drops of random small histories are those that docs/trends.md, worked out the plain way, has for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from models import tables
from tests import factories as make
from tests.panel import Press, noisy
from tests.reckoned import LEVEL, Reckoning, Voice

SPAN = 62
DAYS = (make.day(2), make.day(1))
BLOCS = ("western", "rok")
TOPICS = ("pact", "ties")
SHOWN = settings(
    derandomize=True, database=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)  # fmt: skip
FEW, FEWER = settings(SHOWN, max_examples=24), settings(SHOWN, max_examples=12)
"""Every example is some hundred days of sources that Postgres counts and tests: a tenth of a second."""


@dataclass(frozen=True)
class Paper:
    """What a source brings day by day: so many texts, so many eighths of them on the pact."""

    bloc: str
    country: str
    texts: int
    eighths: int
    weekend: int
    """Eighths of its usual that it brings on Saturdays and Sundays."""
    monday: int
    """How many times its usual it has on the pact on Mondays."""
    since: int
    """Days ago that it was first read."""
    korean: int
    """Texts in a second language."""
    failing: frozenset[int]
    """Days ago on which its feeds failed, whatever came."""
    lately: tuple[int, int]
    """How many times its usual it had on the pact two days ago, and yesterday."""

    def tell(self, press: Press, source: int, number: int) -> None:
        for ago in range(1, self.since + 1):
            self._tell_day(press, source, number, ago)

    def _tell_day(self, press: Press, source: int, number: int, ago: int) -> None:
        day, grade = make.day(ago), "dark" if ago in self.failing else "ok"
        texts = self.texts * (self.weekend if day.isoweekday() > 5 else 8) // 8 + noisy(day, number)
        times = (self.monday if day.isoweekday() == 1 else 1) * (self.lately[2 - ago] if ago <= 2 else 1)
        on = round(texts * self.eighths / 8 + noisy(day, number + 50) / 2) * times
        whole = max(texts, 0)
        press.tell(source, ago, whole, {"pact": min(max(on, 0), whole), "ties": min(1, whole)}, grade=grade)
        if self.korean:
            press.tell(source, ago, self.korean, {"pact": (ago + number) % 2}, language="ko")
            press.grades.pop()


LATELY = ((1, 1), (1, 3), (2, 0), (0, 4))


@st.composite
def papers(draw: st.DrawFn) -> list[Paper]:
    """Up to seven sources, most of which had as much more or less than usual on the pact as the others."""
    failing = st.frozensets(st.integers(1, SPAN), max_size=4) | st.integers(3, 40).map(
        lambda since: frozenset(range(since, since + 12))
    )
    together = draw(st.sampled_from(LATELY))
    one = st.builds(
        Paper, bloc=st.sampled_from(BLOCS), country=st.sampled_from(("US", "KR")), texts=st.sampled_from((1, 6, 12, 20)),
        eighths=st.integers(0, 4), weekend=st.sampled_from((8, 4, 0)), monday=st.sampled_from((1, 1, 2)),
        since=st.sampled_from((SPAN, SPAN, SPAN, 21, 5)), korean=st.sampled_from((0, 0, 2)), failing=failing,
        lately=st.sampled_from((together, together, together, *LATELY)),
    )  # fmt: skip
    return draw(st.lists(one, min_size=draw(st.sampled_from((1, 3, 5))), max_size=7))


@contextmanager
def undone(db: Connection) -> Iterator[None]:
    """A history, of which nothing stays."""
    undo = db.begin_nested()
    try:
        yield
    finally:
        undo.rollback()


def told(db: Connection, history: Sequence[Paper]) -> tuple[Press, Reckoning]:
    """The history, told to the database and to the reckoning."""
    press, voices = Press(db, topics=TOPICS), []
    for number, paper in enumerate(history):
        source = press.source(f"paper-{number}", bloc=paper.bloc, country=paper.country)
        voices.append(Voice(source_id=source, bloc=paper.bloc, country=paper.country, kind="newspaper", language="en"))
        paper.tell(press, source, number)
    press.close(newest=len(DAYS))
    return press, Reckoning(voices, press.cells, press.grades)


def about(value: float | None, rel: float = 1e-6) -> Any:
    return None if value is None else pytest.approx(value, rel=rel, abs=1e-12)


def differing(found: dict[Any, Any], made: dict[Any, Any]) -> list[str]:
    """What was found and what should have been, where these are not the same: short enough to read."""
    return [f"{key}: {found.get(key)} != {made.get(key)}" for key in found | made if found.get(key) != made.get(key)][
        :3
    ]


def kept(press: Press) -> dict[Any, Any]:
    sql = """
        SELECT day, topic_id, slice_kind, slice, observed, texts, sources, days, expected, dispersion, p_high, p_low,
            p_without, q_high, q_low
        FROM trends.tested
    """
    return {(day, topic, (kind, name)): tuple(row) for day, topic, kind, name, *row in press.db.execute(sa.text(sql))}


def standing(press: Press, view: str) -> dict[Any, Any]:
    sql = f"SELECT day, topic, slice_kind, slice, p, q, grade FROM {view}"
    ids = press.topic_ids
    found = press.db.execute(sa.text(sql))
    return {(day, ids[topic], (kind, name)): tuple(row) for day, topic, kind, name, *row in found}


@FEW
@given(papers())
def test_tests_bursts_and_drops_are_those_of_the_formulas(db: Connection, history: list[Paper]) -> None:
    with undone(db):
        press, reckoning = told(db, history)
        made = {
            (day, *key): test
            for day in DAYS
            for key, test in reckoning.tests(day, press.topic_ids.values()).items()
        }  # fmt: skip

        assert differing(
            kept(press),
            {
                key: (
                    one.observed, one.texts, one.sources, one.days, about(one.expected, 1e-5), about(one.dispersion, 1e-5),
                    about(one.high), about(one.low), about(one.without, 1e-5), about(one.q_high), about(one.q_low),
                )
                for key, one in made.items()
            },
        ) == []  # fmt: skip

        grades = {key: reckoning.grade(key[2], key[0]) for key in made}
        heard = {key: one for key, one in made.items() if grades[key] in ("ok", "thin") and (one.without or 0) <= LEVEL}
        assert standing(press, "trends.bursts") == {
            key: (about(one.high), about(one.q_high), grades[key]) for key, one in heard.items() if one.q_high <= LEVEL
        }
        assert standing(press, "trends.drops") == {
            key: (about(one.low), about(one.q_low), grades[key])
            for key, one in heard.items()
            if one.q_low is not None and one.q_low <= LEVEL
        }


# By the hour ----------------------------------------------------------------------------------------------------------

articles = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from((0, 1, 2, 3, 13, 24, 73)), st.integers(1, 5), st.booleans(), st.booleans()
    ),
    min_size=1,
    max_size=6,
)
"""By which source, how many hours ago, how many, whether on the pact, and whether they are copies of one text."""


@FEWER
@given(papers(), articles)
def test_bursts_by_the_hour_are_those_of_the_formulas(
    db: Connection, history: list[Paper], wrote: list[tuple[int, int, int, bool, bool]]
) -> None:
    with undone(db):
        press, reckoning = told(db, history)
        pact = press.topic_ids["pact"]
        texts: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
        for number, ago, many, on, copies in wrote:
            slug = f"paper-{number % len(history)}"
            at = make.NOW - timedelta(hours=ago) + timedelta(minutes=7)
            ids = make.articles(db, slug, [at] * many, topics=["pact"] if on else [])
            if copies:
                mine = tables.articles.c.id.in_(ids)
                db.execute(tables.articles.update().where(mine).values(origin_id=ids[0]))
            texts[make.source(db, slug), ago] |= dict.fromkeys(ids[:1] if copies else ids, on)
        make.articles(db, "paper-0", [make.at(1, hour=0)], topics=["pact"])  # of which only the day is known

        made = {}
        tests = [reckoning.tests(day, [pact]) for day in reversed(DAYS)]
        for where in [("all", ""), *(("bloc", bloc) for bloc in BLOCS)]:
            last = next((found[pact, where] for found in tests if (pact, where) in found), None)
            for ago in range(1, 73):
                of_hour = {
                    source: (len(told), sum(told.values()))
                    for (source, hours), told in texts.items()
                    if hours == ago and where in reckoning.voices[source].slices("en")
                }
                row = last and reckoning.hour(of_hour, pact, make.day(0), last.dispersion)
                if row:
                    seen, coverage, expected, high, low = row
                    hour = make.NOW - timedelta(hours=ago)
                    made[hour, where] = (seen, coverage, about(expected), about(high, 1e-4), about(low, 1e-4))

        sql = """
            SELECT hour, slice_kind, slice, observed, coverage, expected, p_high, p_low
            FROM trends.burst_hours WHERE topic = 'pact'
        """
        found = {(hour, (kind, name)): tuple(row) for hour, kind, name, *row in db.execute(sa.text(sql))}
        assert differing(found, made) == []


# What is no news ------------------------------------------------------------------------------------------------------


def flagged(db: Connection, sources: Sequence[Paper]) -> list[Any]:
    """What stands out where these sources do what they always do."""
    with undone(db):
        press, _ = told(db, sources)
        return [view for view in ("trends.bursts", "trends.drops") for _ in standing(press, view)]


def plain(**facts: Any) -> st.SearchStrategy[Paper]:
    """Sources whose days are all alike, but for one text more or less."""
    return st.builds(
        Paper, bloc=st.sampled_from(BLOCS), country=st.just("US"), texts=st.sampled_from((4, 12, 20)), weekend=st.just(8),
        monday=st.just(1), korean=st.just(0), lately=st.just((1, 1)),
        **{"eighths": st.integers(0, 8), "since": st.just(SPAN), "failing": st.just(frozenset()), **facts},
    )  # fmt: skip


@FEWER
@given(st.lists(plain(), min_size=1, max_size=4), st.lists(plain(since=st.integers(1, 30)), min_size=1, max_size=12))
def test_feeds_that_are_added_alone_never_make_a_burst_or_a_drop(
    db: Connection, before: list[Paper], added: list[Paper]
) -> None:
    # A source that is new is not graded for a fortnight.
    late = [replace(one, failing=frozenset(range(one.since - 13, one.since + 1))) for one in added]

    assert flagged(db, before + late) == []


@FEWER
@given(
    st.lists(
        plain(eighths=st.integers(2, 8), failing=st.frozensets(st.integers(2, SPAN), max_size=9)),
        min_size=4,
        max_size=8,
    ),
    st.builds(range, st.integers(2, 9), st.integers(44, SPAN - 6)),
)
def test_days_on_which_sources_fail_alone_never_make_a_burst_or_a_drop(
    db: Connection, sources: list[Paper], failing: range
) -> None:
    half = [
        replace(one, failing=one.failing.union(failing)) if number % 2 else one for number, one in enumerate(sources)
    ]

    assert flagged(db, half) == []


@FEWER
@given(papers(), st.integers(0, 6))
def test_a_day_that_cannot_be_compared_has_no_test_and_no_burst(db: Connection, history: list[Paper], ok: int) -> None:
    most = [replace(one, failing=one.failing | {1}) if number != ok else one for number, one in enumerate(history)]
    with undone(db):
        press, reckoning = told(db, most)
        sql = "SELECT slice_kind, slice, p_high IS NULL, reason IS NULL, grade FROM trends.tests WHERE day = :day"
        rows = press.db.execute(sa.text(sql), {"day": make.day(1)}).all()
        stood = {
            key[2]
            for view in ("trends.bursts", "trends.drops")
            for key in standing(press, view)
            if key[0] == make.day(1)
        }

        for kind, name, untested, unexplained, grade in rows:
            assert untested != unexplained
            if kind != "language":  # a source may write in a language that is not its own, of which nothing is expected
                assert grade == (reckoning.grade((kind, name), make.day(1)) or "unknown")
                assert untested or grade in ("ok", "thin")
        assert {where for where in stood if reckoning.grade(where, make.day(1)) not in ("ok", "thin")} == set()
