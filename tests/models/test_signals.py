"""Signals: what the reads give of a burst, and the articles behind it."""

from __future__ import annotations

from sqlalchemy import Connection

from models import cube_store, signals
from models.signals import Burst, Calibration, Headline
from tests import factories as make
from tests.panel import Press, noisy


def doubled(db: Connection) -> Press:
    """Six sources that write twice as much as usual on the pact, yesterday."""
    press = Press(db)
    for number in range(6):
        source = press.source(f"paper-{number}")
        for ago in range(1, 70):
            press.tell(source, ago, 20, 8 if ago == 1 else 4 + noisy(make.day(ago), number))
    press.close(newest=3)
    return press


def test_a_burst_says_what_was_seen_and_what_was_expected(db: Connection) -> None:
    doubled(db)

    (found,) = signals.bursts(db, since=make.day(3), until=make.day(1), slice_kind="all")

    assert found == Burst(
        topic="pact", title="Pact", slice_kind="all", slice="", day=make.day(1), observed=48, expected=found.expected,
        ratio=48 / found.expected, p=found.p, q=found.q, articles=48, sources=6, families=6, origins=48, grade="ok",
        completeness=1.0,
    )  # fmt: skip
    assert 20 < found.expected < 28
    assert found.p <= found.q < 0.001
    assert signals.bursts(db, since=make.day(3), until=make.day(2)) == ()
    assert signals.drops(db, since=make.day(3), until=make.day(1)) == ()


def test_tests_of_a_topic_stand_beside_each_other_day_by_day(db: Connection) -> None:
    doubled(db)

    found = signals.line(db, topic="pact", since=make.day(2), until=make.day(1))

    assert [(one.day, one.reason, (one.p_high or 1) < 0.001) for one in found] == [
        (make.day(2), None, False),
        (make.day(1), None, True),
    ]


def test_the_articles_behind_a_number_come_with_their_headlines(db: Connection) -> None:
    make.taxonomy(db, "pact")
    late = make.article(db, "beta", topics=["pact"], published=make.at(0, hour=9), title="Later")
    first = make.article(db, "alpha", topics=["pact"], published=make.at(0, hour=8), title="First")
    make.article(db, "alpha", title="Of other things")
    make.tag(db, make.article(db, "alpha", published=make.at(1)), "pact")
    cube_store.roll_up(db)

    found = signals.articles(db, topic="pact", day=make.day(0))

    assert [(one.article_id, one.source, one.title) for one in found] == [
        (first, "alpha", "First"), (late, "beta", "Later"),
    ]  # fmt: skip
    assert signals.articles(db, topic="pact", day=make.day(0), slice_kind="bloc", slice_name="rok") == ()
    assert isinstance(found[0], Headline)


def test_the_back_test_is_read_with_its_counts(db: Connection) -> None:
    doubled(db)

    found = signals.backtest(db)

    assert found[0] == Calibration(
        history="quiet", direction="high", volume="5 or more", nominal=0.05, realised=found[0].realised,
        fired=found[0].fired, tests=found[0].tests,
    )  # fmt: skip
    assert found[0].realised == found[0].fired / found[0].tests


def test_steady_weeks_have_no_shift(db: Connection) -> None:
    doubled(db)

    assert signals.shifts(db) == signals.shifts(db, topic="pact") == ()
