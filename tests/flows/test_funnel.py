"""What a run says at its end: where every URL ended, and whether the books balance."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len

from extractors.records import Outcome
from flows.commands import funnel
from flows.commands.output import console, render
from models import database, embedded
from models.run_store import Balance, FeedCount
from tests import factories as make

FEEDS = (
    FeedCount(1, "alpha", "https://alpha.example/feed", Outcome.GIVEN_UP, "gone", 1),
    FeedCount(1, "alpha", "https://alpha.example/feed", Outcome.SEEN, "", 30),
    FeedCount(1, "alpha", "https://alpha.example/feed", Outcome.STORED, "", 5),
    FeedCount(1, "alpha", "https://alpha.example/feed", Outcome.REJECTED, "paywall", 1),
    FeedCount(2, "beta", "https://beta.example/feed", Outcome.STORED, "", 2),
    FeedCount(2, "beta", "https://beta.example/feed", Outcome.REJECTED, "too short", 3),
)


def test_every_outcome_has_a_meaning() -> None:
    assert funnel.MEANING.keys() == set(Outcome)


def test_feeds_are_summed_in_the_order_of_outcomes_with_the_most_frequent_reason_first() -> None:
    assert funnel.totals(FEEDS) == [
        (Outcome.STORED, "", 7),
        (Outcome.SEEN, "", 30),
        (Outcome.REJECTED, "too short", 3),
        (Outcome.REJECTED, "paywall", 1),
        (Outcome.GIVEN_UP, "gone", 1),
    ]


def test_the_table_gives_each_its_share_and_meaning() -> None:
    assert render(funnel.funnel_table(FEEDS, 7), width=80) == (
        "Funnel of run 7: every URL ends in exactly one outcome\n"
        "outcome   reason     URLs  share  which means\n"
        "────────────────────────────────────────────────────────────────\n"
        "stored                  7  16.7%  articles read, tagged and kept\n"
        "seen                   30  71.4%  listed before\n"
        "rejected  too short     3   7.1%  left out on purpose\n"
        "rejected  paywall       1   2.4%  left out on purpose\n"
        "given up  gone          1   2.4%  not tried again\n"
    )


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_table_keeps_to_its_window(width: int) -> None:
    counts = [FeedCount(1, "a", "b", outcome, "reason " * 4, 123_456) for outcome in Outcome]

    assert max(map(cell_len, render(funnel.funnel_table(counts, 1), width=width).splitlines()[1:])) <= width


@pytest.mark.parametrize(
    ("balance", "said"),
    [
        (
            Balance(listed=1200, carried=3, ended=1203, discovered=7, new=7, unsettled=0),
            "The funnel balances: 1,200 listed + 3 carried over = 1,203 ended.",
        ),
        (
            Balance(listed=2, carried=0, ended=3, discovered=1, new=1, unsettled=0),
            "THE FUNNEL DOES NOT BALANCE: 2 listed + 0 carried over = 3 ended; 1 counted new, 1 discovered; 0 unsettled.",
        ),
        (
            Balance(listed=2, carried=0, ended=2, discovered=0, new=1, unsettled=4),
            "THE FUNNEL DOES NOT BALANCE: 2 listed + 0 carried over = 2 ended; 1 counted new, 0 discovered; 4 unsettled.",
        ),
    ],
    ids=["holds", "sums-differ", "sums-equal-but-not-the-rest"],
)
def test_both_sides_of_the_books_are_told(balance: Balance, said: str) -> None:
    assert funnel.balance_line(balance) == said


def test_a_run_is_shown_as_the_database_has_it(cluster: embedded.Cluster) -> None:
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            run, idle = make.run(db), make.run(db)
            make.poll(db, run, make.feed(db), tallies={("new", ""): 1, ("seen", ""): 2})
            make.attempt(db, make.article(db, discovered_by=run), run)
        shown, nothing = io.StringIO(), io.StringIO()
        funnel.show(console(file=shown, width=80), engine, run)
        funnel.show(console(file=nothing, width=80), engine, idle)
        engine.dispose()

    lines = shown.getvalue().splitlines()
    assert [line.split()[:2] for line in lines[3:5]] == [["stored", "1"], ["seen", "2"]]
    assert lines[-1] == "The funnel balances: 3 listed + 0 carried over = 3 ended."
    assert nothing.getvalue() == "The funnel balances: 0 listed + 0 carried over = 0 ended.\n"
