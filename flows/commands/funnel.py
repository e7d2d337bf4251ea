"""What a run says at its end: where every URL ended, what moved, where to look next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from sqlalchemy import Engine

from extractors.records import Outcome
from flows.commands.output import Column, number, percent, table
from models import run_store
from models.run_store import Balance, FeedCount

ORDER = [outcome.value for outcome in Outcome]

MEANING = {
    Outcome.STORED: "articles read, tagged and kept",
    Outcome.SEEN: "listed before",
    Outcome.DUPLICATE: "the same article at another address",
    Outcome.REJECTED: "left out on purpose",
    Outcome.FAILED: "tried again later",
    Outcome.GIVEN_UP: "not tried again",
    Outcome.WAITING: "left for the next run",
    Outcome.LOST: "the run ended over it; the next run takes it up",
    Outcome.UNCHANGED: "looked at again: nothing new",
    Outcome.REVISED: "looked at again: the text has changed",
    Outcome.DELETED: "looked at again: it is gone",
    Outcome.MOVED: "looked at again: it stands elsewhere",
}


def show(console: Console, engine: Engine, run_id: int) -> None:
    """Print the funnel of a run, and whether it balances."""
    with engine.connect() as db:
        counts = run_store.funnel(db, run_id)
        balance = run_store.balance(db, run_id)
    if counts:
        console.print(funnel_table(counts, run_id))
    console.print(balance_line(balance))


def totals(counts: Sequence[FeedCount]) -> list[tuple[Outcome, str, int]]:
    """URLs by outcome and reason over all feeds, in the order of the outcomes, the most frequent reason first."""
    summed: Counter[tuple[Outcome, str]] = Counter()
    for line in counts:
        summed[line.outcome, line.reason] += line.urls
    return sorted(
        ((outcome, reason, urls) for (outcome, reason), urls in summed.items()),
        key=lambda row: (ORDER.index(row[0].value), -row[2], row[1]),
    )


def funnel_table(counts: Sequence[FeedCount], run_id: int) -> object:
    """The funnel as a table: outcome, reason, URLs, share."""
    rows = totals(counts)
    whole = sum(urls for _, _, urls in rows)
    return table(
        [Column("outcome"), Column("reason", elastic=True), Column("URLs", "right"), Column("share", "right"),
         Column("which means", elastic=True)],
        [
            (outcome.value, reason, number(urls), percent(urls / whole if whole else None), MEANING[outcome])
            for outcome, reason, urls in rows
        ],
        title=f"Funnel of run {run_id}: every URL ends in exactly one outcome",
    )  # fmt: skip


def balance_line(balance: Balance) -> str:
    """Whether the books balance, with both sides; all of them if they do not."""
    if not balance.holds:
        return f"THE FUNNEL DOES NOT BALANCE: {balance}."
    return (
        f"The funnel balances: {number(balance.listed)} listed + {number(balance.carried)} carried over "
        f"= {number(balance.ended)} ended."
    )
