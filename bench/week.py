"""A week of 200 feeds in simulated time: what state they are in, how often they are asked, and how soon news is found.

    python -m bench week [FOLDER]

The clock and the web are made up (tests/simulated.py says what is real): newspapers, agencies, ministries with day,
night and weekend in four time zones, and thirty feeds that something happens to. The figures are printed; the folder
(a temporary one unless named) gets `week.log`, a line a poll, and `week.svg`. The same seed gives the same week.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench import _drawn
from models import database, embedded
from tests.simulated import DAY, HOUR, MONDAY, Poll, Simulation, Site, Trouble, appearing, found

END = MONDAY + 7 * DAY
PAST = 14 * DAY
"""For how long sites have published before the week begins."""
TAIL = DAY
"""What was published so shortly before the end may be found after it: it is left out of what was missed."""
MINUTES = 5
"""Due feeds are taken up so often; a scheduled ingest does it every quarter of an hour."""
SETTLED = MONDAY + DAY
"""On the first day every feed is new, and intervals are still learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Some sites that are alike."""

    name: str
    sites: int
    a_day: float
    """Articles on a working day."""
    night: float
    """What is published an hour at night, as a share of what is by day."""
    weekend: float
    lists: int = 30


KINDS = (
    Kind(name="agency", sites=10, a_day=300, night=0.4, weekend=0.7, lists=50),
    Kind(name="daily", sites=60, a_day=60, night=0.15, weekend=0.5),
    Kind(name="regional", sites=55, a_day=15, night=0.05, weekend=0.4),
    Kind(name="ministry", sites=20, a_day=4, night=0.02, weekend=0.05, lists=20),
    Kind(name="think tank", sites=24, a_day=0.5, night=0.1, weekend=0.1, lists=10),
)


def _spells(what: str, first: float, hours: float, *, times: int = 1, apart: float = 0.0) -> tuple[Trouble, ...]:
    """The same trouble once or more, from so many hours into the week, `hours` long."""
    starts = [MONDAY + (first + number * apart) * HOUR for number in range(times)]
    return tuple(Trouble(what=what, start=start, end=start + hours * HOUR) for start in starts)


TROUBLES: dict[str, tuple[int, tuple[Trouble, ...]]] = {
    "outage of 6 h": (3, _spells("outage", 34, 6)),
    "dead for 5 days": (2, _spells("outage", 30, 120)),
    "5xx, on and off": (3, _spells("5xx", 32, 2, times=6, apart=4)),
    "429 for a day": (2, _spells("429", 56, 24)),
    "bot wall, 2 days": (2, _spells("wall", 50, 48)),
    "410 from day 4": (2, _spells("410", 80, 999)),
    "no feed, 12 h": (3, _spells("no feed", 33, 12)),
    "false 304s": (3, _spells("false 304", 33, 999)),
    "moved": (3, _spells("moved", 28, 999) + _spells("removed", 124, 999)),
    "all links renamed": (2, _spells("renamed", 57, 999)),
    "dates lost": (1, _spells("undated", 80, 999)),
    "empty for a day": (1, _spells("empty", 56, 24)),
    "flood": (2, ()),
    "silent from day 4": (2, ()),
}
DAILY = KINDS[1]


def plan(seed: int = 1, *, kinds: Sequence[Kind] = KINDS, troubled: int | None = None) -> list[Site]:
    """All sites of the week; `troubled` bounds how many have each trouble."""
    sites: list[Site] = []
    for kind in kinds:
        for number in range(kind.sites):
            sites.append(_site(seed, len(sites), kind.name, kind, ttl=60 if number % 10 == 9 else None))
    for name, (count, troubles) in TROUBLES.items():
        for _ in range(min(count, troubled or count)):
            sites.append(_site(seed, len(sites), name, DAILY, troubles=troubles))
    return sites


def _site(
    seed: int, number: int, name: str, kind: Kind, *, troubles: tuple[Trouble, ...] = (), ttl: int | None = None
) -> Site:
    chance = random.Random(f"{seed} {number}")
    # One feed in five has no validators; with them alone can a server say 304.
    validators = name == "false 304s" or number % 5 != 4
    published = appearing(
        chance, MONDAY - PAST, END, a_day=kind.a_day * chance.uniform(0.6, 1.5), night=kind.night, weekend=kind.weekend,
        zone=chance.choice((-5, 0, 1, 9)),
    )  # fmt: skip
    if name == "flood":
        flood = MONDAY + 33 * HOUR
        published = tuple(sorted([*published, *(flood + k * timedelta(seconds=20) for k in range(400))]))
    if name == "silent from day 4":
        published = tuple(at for at in published if at < MONDAY + 80 * HOUR)
    return Site(
        kind=name, name=f"press-{number:03}", published=published, lists=kind.lists, validators=validators, ttl=ttl,
        troubles=troubles,
    )  # fmt: skip


# Figures -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How a kind of feeds did after its first day."""

    kind: str
    feeds: int
    published: int
    missed: int
    """Left the feed before any poll saw them."""
    median: float
    """Minutes from publication to discovery."""
    p90: float
    polls: float
    """A feed and day."""
    news: float
    """Share of polls that brought something new."""
    failed: float
    interval: float
    """Median in minutes."""


def figures(kind: str, sites: Sequence[Site], polls: Sequence[Poll], seen: dict[tuple[str, int], datetime]) -> Figures:
    """The figures of some sites."""
    names = {site.name for site in sites}
    mine = [poll for poll in polls if poll.site.name in names and poll.at >= SETTLED]
    delays: list[float] = []
    missed = 0
    for site in sites:
        for number, at in enumerate(site.published):
            if not SETTLED <= at < END:
                continue
            if (site.name, number) in seen:
                delays.append((seen[site.name, number] - at) / timedelta(minutes=1))
            elif at < END - TAIL:
                missed += 1
    days = (END - SETTLED) / DAY
    return Figures(
        kind=kind, feeds=len(sites), published=len(delays) + missed, missed=missed,
        median=statistics.median(delays) if delays else 0.0,
        p90=statistics.quantiles(delays, n=10)[-1] if len(delays) > 1 else 0.0,
        polls=len(mine) / len(sites) / days, news=sum(poll.new > 0 for poll in mine) / len(mine),
        failed=sum(poll.outcome == "failed" for poll in mine) / len(mine),
        interval=statistics.median(poll.interval for poll in mine),
    )  # fmt: skip


def _lines(all_figures: Sequence[Figures]) -> list[str]:
    head = (
        f"{'kind':18} {'feeds':>5} {'articles':>8} {'missed':>6} {'found after: median':>19} {'p90':>6} "
        f"{'polls a day':>11} {'with news':>9} {'failed':>6} {'interval':>8}"
    )
    return [head] + [
        f"{one.kind:18} {one.feeds:5} {one.published:8} {one.missed:6} {one.median:15.0f} min {one.p90:6.0f} "
        f"{one.polls:11.1f} {one.news:9.0%} {one.failed:6.0%} {one.interval:8.0f}"
        for one in all_figures
    ]


def main(argv: Sequence[str] = ()) -> int:
    """Simulate, print, and write the log and the plot."""
    folder = Path(argv[0] if argv else tempfile.mkdtemp(prefix="wirewatch-week-"))
    sites = plan()
    week = Simulation(sites, minutes=MINUTES)
    with tempfile.TemporaryDirectory() as home, embedded.open(Path(home), durable=False) as cluster:
        engine = database.engine(cluster.url)
        database.migrate(engine)
        with engine.begin() as db:
            week.enter(db)
        more = True
        while more:
            with engine.begin() as db:
                more = week.step(db, END)
        with engine.begin() as db:
            seen = found(db, sites)
        engine.dispose()
    by_kind: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        by_kind[site.kind].append(site)
    table = [figures(kind, some, week.polls, seen) for kind, some in by_kind.items()]
    healthy = [site for site in sites if not site.troubles and site.kind in {kind.name for kind in KINDS}]
    table += [figures("all healthy", healthy, week.polls, seen), figures("all", sites, week.polls, seen)]
    outcomes = Counter(f"{poll.outcome} {poll.reason}".strip() for poll in week.polls)
    print(f"{len(sites)} feeds, 7 days, {len(week.polls)} polls: {dict(outcomes.most_common())}")
    print("\n".join(_lines(table)))
    (folder / "week.log").write_text("".join(_logged(poll) for poll in week.polls), encoding="utf-8")
    (folder / "week.svg").write_text(_drawn.week(sites, week.polls, start=MONDAY, end=END), encoding="utf-8")
    print(f"log and plot: {folder}/week.log, {folder}/week.svg")
    return 0


def _logged(poll: Poll) -> str:
    return (
        f"{poll.at:%a %H:%M} {poll.site.name} ({poll.site.kind}): {poll.outcome}"
        f"{f' ({poll.reason})' if poll.reason else ''}, {poll.new} new; {poll.state.value}, interval "
        f"{poll.interval} min, next {poll.next_at:%a %H:%M}\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
