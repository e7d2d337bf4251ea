"""`wirewatch trends`: topics over time, in tables whose gaps can be seen."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import Connection, Engine

from extractors.errors import Misconfigured
from flows import tabular, whole_file
from flows.commands import asked
from flows.commands.drawn import Question, hint, moved_table, report
from flows.commands.output import as_json, console, emit
from models import export, moments, trends
from models.trends import Coverage, Trend

MOVED = 8
_COLUMNS = tuple(
    export.Column(*words.split(":"))
    for words in (
        "topic:text", "slice:text", "grain:text", "day:date", "articles:integer", "sources:integer", "families:integer",
        "origins:integer", "effective_sources:double precision", "coverage:integer", "share:double precision",
        "comparable_share:double precision", "grade:text", "completeness:double precision", "mean_7d:double precision",
        "change:double precision", "reason:text", "change_reason:text", "complete:boolean",
    )
)  # fmt: skip


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "trends",
        help="topics over time, with sparklines",
        description="Topics over time: articles, sources, publisher families and distinct texts side by side, their "
        "share of all coverage, how complete that is, and the change against the 28 days before. A day without "
        "coverage is a gap. Other views: `wirewatch export`.",
    )
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="one topic, day by day (default: all topics)")
    parser.add_argument(
        "--days", type=asked.number_of_days, default=28, metavar="N", help="how many days up to the last (default: 28)"
    )
    parser.add_argument("--until", metavar="DAY", help="the last day (default: today, or that of --as-of)")
    parser.add_argument("--by", metavar="|".join(trends.SLICES), help="split by this")
    parser.add_argument("--only", metavar="NAME", help="of the sources, blocs, ... that --by names, only this one")
    parser.add_argument(
        "--grain", default="day", metavar="|".join(trends.GRAINS), help="what a point is (default: day)"
    )
    parser.add_argument("--as-of", metavar="MOMENT", help=asked.AS_OF)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print everything, each day included, as JSON")
    form.add_argument("--csv", action="store_true", help="print one row a topic, slice and day as CSV")
    form.add_argument("--parquet", metavar="FILE", type=Path, help="write the rows of --csv there as Parquet")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; an empty database is no error."""
    from flows import gather, resources  # noqa: PLC0415 -- after the arguments are known to be right

    as_of = asked.moment(args.as_of, now=gather.now()) if args.as_of else None
    with resources.database() as engine:
        with asked.connected(engine, as_of) as db:
            question = _question(db, args, as_of)
            found, there_is = answer(db, question)
        changed = resources.outdated(engine)
    out, aside = console(), console(stderr=True)
    if args.json:
        emit(as_json([asdict(trend) for trend in found]))
    elif args.csv:
        tabular.write_csv(sys.stdout.buffer, _COLUMNS, [rows(found, question)])
    elif args.parquet:
        with whole_file.writing(args.parquet) as file:
            tabular.write_parquet(file, _COLUMNS, [rows(found, question)])
    else:
        out.print(report(found, there_is, question, width=out.width))
    if (args.json or args.csv or args.parquet) and not found:
        aside.print(hint(question, there_is))
    if changed:
        aside.print(changed)
    return 0


def answer(db: Connection, question: Question) -> tuple[Sequence[Trend], Coverage]:
    """The trends asked for, and what there is at all; raises `Misconfigured` for a last day outside of that."""
    there_is = trends.coverage(db)
    if there_is.first_day and question.until < there_is.first_day:
        raise Misconfigured(
            f"There is no coverage up to {question.until}; there is from {there_is.first_day} to {there_is.last_day}."
        )
    found = trends.lines(
        db, until=question.until, days=question.days, topic=question.topic, by=question.by, only=question.only,
        grain=question.grain,
    )  # fmt: skip
    return found, there_is


def show(console: Console, engine: Engine, *, days: int = 28) -> None:
    """Print all topics over the last `days`."""
    with engine.connect() as db:
        question = Question(moments.spoken_of(db).today, days)
        console.print(report(*answer(db, question), question, width=console.width))


def show_moved(console: Console, engine: Engine) -> None:
    """Print the topics that grew most against the four weeks before."""
    with engine.connect() as db:
        moved = trends.moved(db, limit=MOVED)
    console.print(moved_table(moved))


def rows(found: Sequence[Trend], question: Question) -> list[list[Any]]:
    """One row a topic, slice and day, as `_COLUMNS` name them."""
    return [
        [
            {"topic": trend.topic, "slice": trend.slice, "grain": question.grain, **asdict(point)}[one.name]
            for one in _COLUMNS
        ]
        for trend in found
        for point in trend.points
    ]


def _question(db: Connection, args: argparse.Namespace, as_of: datetime | None) -> Question:
    today = moments.spoken_of(db).today
    until = asked.day(args.until) if args.until else today
    if until > today:
        raise Misconfigured(f"{until} is in the future: the last day there can be is {today}.")
    first = trends.start(until, days=args.days, grain=args.grain) if args.grain in trends.GRAINS else until
    return Question(until, (until - first).days + 1, args.topic, args.by, args.only, args.grain, as_of)
