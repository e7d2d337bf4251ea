"""Alerts after any sequence of findings and judgements: one packet a finding, told once, of the articles that were counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models import alert_store, tables
from models.alert_store import Watch
from tests import factories as make
from tests.panel import Press, noisy

LAST = 7
"""Days that are looked at."""
PAPERS = 3
COLUMNS = {"burst": ("p_high", "q_high"), "drop": ("p_low", "q_low")}


@pytest.fixture
def written(db: Connection) -> dict[date, list[int]]:
    """Three papers with something on the pact every day, by day; another one, that was not complete, is not counted."""
    press = Press(db)
    for number in range(PAPERS):
        source = press.source(f"paper-{number}")
        for ago in range(1, 70):
            press.tell(source, ago, 20, 4 + noisy(make.day(ago), number))
    broken = press.source("broken")
    for ago in range(1, 70):
        press.tell(broken, ago, 20, 4, grade="dark" if ago <= LAST else "ok")
    press.close(newest=LAST)
    made = {}
    for ago in range(1, LAST + 1):
        moments = [make.at(ago, hour=hour) for hour in (3, 5)]
        ids = [make.articles(db, f"paper-{n}", moments, topics=["pact"]) for n in range(PAPERS)]
        made[make.day(ago)] = sorted(one for of_paper in ids for one in of_paper)
        make.articles(db, "broken", moments, topics=["pact"])
    return made


@dataclass
class Packet:
    """What there should be of an alert."""

    kind: str
    starts_on: date
    ends_on: date
    articles: list[int]
    state: str = "open"
    told: int = 0


@dataclass
class Desk:
    """The alerts of a database, and beside them what docs/operations.md has one expect."""

    db: Connection
    written: dict[date, list[int]]
    minutes: int = 0
    packets: list[Packet] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)

    def signal(self, kind: str, ago: int, up: bool) -> None:
        p, q = COLUMNS[kind]
        values = {p: 1e-5 if up else 0.5, q: 1e-3 if up else 0.9, "p_without": None}
        mine = (tables.tests.c.day == make.day(ago)) & (tables.tests.c.slice_kind == "all")
        self.db.execute(tables.tests.update().where(mine).values(values))

    def find(self) -> None:
        new = alert_store.find(self.db, Watch(slices=("all",), least=0), now=self._later())
        before = len(self.packets)
        for kind in COLUMNS:
            self._grow(kind, self._signals(kind))
        assert len(new) == len(self.packets) - before
        # Their ids follow the order of their p, which is the same for all: by kind, then by day.
        self.ids += [self._id_of(packet, new) for packet in self.packets[before:]]

    def emit(self) -> None:
        last, told = 0, []
        while (alert := alert_store.next_waiting(self.db, after=last)) is not None:
            last = alert.alert_id
            told.append(last)
            alert_store.mark_emitted(self.db, last, now=self._later())
            self.packets[self.ids.index(last)].told += 1
        waiting = [one for one in self.packets if one.state == "open" and not one.told]
        assert waiting == []
        assert all(self.packets[self.ids.index(one)].state == "open" for one in told)

    def judge(self, number: int, state: str, reason: str | None) -> None:
        if not self.packets:
            return
        number %= len(self.packets)
        if state == "dismissed" and reason is None:
            with pytest.raises(Misconfigured):
                alert_store.judge(self.db, self.ids[number], state, reason=reason, now=self._later())
        else:
            alert_store.judge(self.db, self.ids[number], state, reason=reason, now=self._later())
            self.packets[number].state = state

    def check(self) -> None:
        found = {one.alert_id: one for one in alert_store.listed(self.db)}
        assert len(found) == len(self.ids) == len({one.event_id for one in found.values()})
        kept = [
            Packet(
                one.kind,
                one.starts_on,
                one.ends_on,
                sorted(one.article_ids),
                one.state,
                int(one.emitted_at is not None),
            )
            for one in (found[key] for key in self.ids)
        ]
        assert kept == self.packets

    def _later(self) -> Any:
        self.minutes += 1
        moment = make.NOW + timedelta(minutes=self.minutes)
        make.clock(self.db, moment)
        return moment

    def _signals(self, kind: str) -> list[date]:
        tests = tables.tests.c
        mine = (tests.slice_kind == "all") & (tests[COLUMNS[kind][1]] <= 0.05)
        return sorted(self.db.execute(tables.tests.select().with_only_columns(tests.day).where(mine)).scalars())

    def _grow(self, kind: str, days: list[date]) -> None:
        one = timedelta(days=1)
        known = sorted((p for p in self.packets if p.kind == kind), key=lambda packet: packet.starts_on)
        spans = {id(packet): (packet.starts_on, packet.ends_on) for packet in known}
        runs: list[list[date]] = []
        for day in days:
            if runs and runs[-1][-1] == day - one:
                runs[-1].append(day)
            else:
                runs.append([day])
        grown = []
        for run in runs:
            touched = [p for p in known if spans[id(p)][0] <= run[-1] + one and spans[id(p)][1] >= run[0] - one]
            packet = touched[0] if touched else Packet(kind, run[0], run[-1], [])
            packet.starts_on, packet.ends_on = min(packet.starts_on, run[0]), max(packet.ends_on, run[-1])
            if not touched:
                self.packets.append(packet)
            grown.append(packet)
        for packet in grown:
            on = [day for day in days if packet.starts_on <= day <= packet.ends_on]
            packet.articles = sorted(key for day in on for key in self.written[day])

    def _id_of(self, packet: Packet, new: list[int]) -> int:
        alerts = [alert_store.get(self.db, key) for key in new]
        (found,) = [one for one in alerts if (one.kind, one.starts_on) == (packet.kind, packet.starts_on)]
        return found.alert_id


signals = st.tuples(
    st.just("signal"),
    st.sampled_from(("burst", "burst", "drop")),
    st.integers(1, 5),
    st.sampled_from((True, True, False)),
)
steps = st.one_of(
    signals,
    signals,
    st.tuples(st.just("find")),
    st.tuples(st.just("find")),
    st.tuples(st.just("emit")),
    st.tuples(
        st.just("judge"), st.integers(0, 5), st.sampled_from(alert_store.STATES), st.sampled_from((None, "a holiday"))
    ),
)


GOES_ON = (
    ("signal", "burst", 2, True), ("signal", "burst", 1, False), ("find",), ("emit",), ("judge", -1, "acknowledged", None),
    ("signal", "burst", 1, True), ("find",), ("emit",), ("signal", "burst", 2, False), ("find",), ("emit",),
)  # fmt: skip
"""How every sequence ends: what was told and seen goes on for another day, and a day of it is taken back."""


@settings(
    max_examples=16, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(st.lists(steps, min_size=12, max_size=20))
def test_after_any_sequence_each_finding_has_one_packet_that_is_told_once(
    db: Connection, written: dict[date, list[int]], sequence: list[tuple[Any, ...]]
) -> None:
    undo = db.begin_nested()
    try:
        desk = Desk(db, written)
        for verb, *rest in [*sequence, *GOES_ON]:
            getattr(desk, verb)(*rest)
            desk.check()
        assert all(packet.told <= 1 for packet in desk.packets)
    finally:
        undo.rollback()
