"""`wirewatch trends`: topics over time, in tables whose gaps can be seen."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.text import Text
from sqlalchemy import Engine

from flows.commands.output import (
    GAP,
    Column,
    as_csv,
    as_json,
    change,
    clean,
    console,
    emit,
    number,
    percent,
    sparkline,
    table,
)
from models import trends
from models.trends import Coverage, Trend

WIDE = 110
"""Columns of a window from which headings are written out."""
MOVED = 8
_EMPTY = "Nothing has been collected yet: `wirewatch run` fetches the feeds, `wirewatch demo` needs no network."
_CSV = ("topic", "slice", "day", "articles", "sources", "families", "origins", "coverage", "share", "mean_7d", "change",
        "reason", "change_reason")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which topic (None: all), over how many days up to which, split by what."""

    until: date
    days: int = 28
    topic: str | None = None
    by: str | None = None


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "trends",
        help="topics over time, with sparklines",
        description="Topics over time: articles, sources, publisher families and distinct texts side by side, their "
        "share of all coverage, and its change against the 28 days before. A day without coverage is a gap.",
    )
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="one topic, day by day (default: all topics)")
    parser.add_argument("--days", type=_days, default=28, metavar="N", help="how many days up to today (default: 28)")
    parser.add_argument("--by", metavar="|".join(trends.SLICES), help="split by this")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print everything, each day included, as JSON")
    form.add_argument("--csv", action="store_true", help="print one row a topic, slice and day as CSV")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what was asked for; an empty database is no error."""
    from flows import gather, resources  # noqa: PLC0415 -- after the arguments are known to be right

    asked = Question(gather.now().date(), args.days, args.topic, args.by)
    with resources.database() as engine:
        found, there_is = answer(engine, asked)
        changed = resources.outdated(engine)
    out, aside = console(), console(stderr=True)
    if args.json:
        emit(as_json([asdict(trend) for trend in found]))
    elif args.csv:
        emit(as_csv(csv_rows(found), _CSV))
    else:
        out.print(report(found, there_is, asked, width=out.width))
    if (args.json or args.csv) and not found:
        aside.print(hint(asked, there_is))
    if changed:
        aside.print(changed)
    return 0


def answer(engine: Engine, asked: Question) -> tuple[Sequence[Trend], Coverage]:
    """The trends asked for, and what there is at all."""
    with engine.connect() as db:
        found = trends.lines(db, until=asked.until, days=asked.days, topic=asked.topic, by=asked.by)
        return found, trends.coverage(db)


def show(console: Console, engine: Engine, *, days: int = 28) -> None:
    """Print all topics over the last `days`."""
    from flows import gather  # noqa: PLC0415 -- see run

    asked = Question(gather.now().date(), days)
    console.print(report(*answer(engine, asked), asked, width=console.width))


def show_moved(console: Console, engine: Engine) -> None:
    """Print the topics that grew most against the four weeks before."""
    with engine.connect() as db:
        moved = trends.moved(db, limit=MOVED)
    console.print(moved_table(moved))


def report(found: Sequence[Trend], there_is: Coverage, asked: Question, *, width: int) -> RenderableType:
    """What is printed for people."""
    if not found:
        return hint(asked, there_is)
    if asked.topic and not asked.by:
        return _one_topic(found[0], asked, width=width)
    return Group(_overview(found, asked, width=width), Text(_legend(asked, wide=width >= WIDE), style="dim"))


def hint(asked: Question, there_is: Coverage) -> str:
    """Why there is nothing to see, and what to do."""
    if there_is.first_day is None or there_is.last_day is None:
        return _EMPTY
    return (
        f"Nothing was published in the {asked.days} days up to {asked.until}. There is coverage from "
        f"{there_is.first_day} to {there_is.last_day}: try a larger --days."
    )


def csv_rows(found: Sequence[Trend]) -> list[dict[str, Any]]:
    """One row a topic, slice and day."""
    return [{"topic": trend.topic, "slice": trend.slice, **asdict(point)} for trend in found for point in trend.points]


def moved_table(moved: Sequence[Trend]) -> RenderableType:
    """The topics that grew most, or that nothing can be said yet."""
    if not moved:
        return "No topic grew against the four weeks before, or there is too little history to say."
    return table(
        [Column("topic", elastic=True, least=12), Column("articles", "right"), Column("sources", "right"),
         Column("families", "right"), Column("origins", "right"), Column("share", "right"), Column("change", "right")],
        [
            (t.topic, number(t.articles), number(t.sources), number(t.families), number(t.origins), percent(t.share),
             change(t.change))
            for t in moved
        ],
        title="What moved: the last 7 days against the 28 before",
    )  # fmt: skip


def _overview(found: Sequence[Trend], asked: Question, *, width: int) -> RenderableType:
    wide = width >= WIDE
    names = ("articles", "sources", "families", "origins") if wide else ("art.", "src.", "fam.", "orig.")
    labels = ([] if asked.topic else [Column("topic", elastic=True, least=8)]) + (
        [Column(asked.by, elastic=True, least=6)] if asked.by else []
    )
    room = max(width - (66 if wide else 44) - (16 if asked.by and not asked.topic else 0) - 24, 7)
    columns = [
        *labels,
        Column("trend"),
        *(Column(name, "right") for name in names),
        Column("share", "right"),
        Column("7-day", "right"),
        Column("change", "right"),
    ]
    ordered = found if asked.by else sorted(found, key=lambda trend: -trend.articles)
    rows, before = [], None
    for trend in ordered:
        label = [] if asked.topic else [trend.topic if trend.topic != before else ""]
        rows.append([*label, *([trend.slice] if asked.by else []), *_figures(trend, room)])
        before = trend.topic
    return table(columns, rows, title=_title(asked, found), tight=not wide)


def _figures(trend: Trend, room: int) -> list[Any]:
    line = sparkline([point.articles for point in trend.points], width=min(room, len(trend.points)))
    return [
        line,
        number(trend.articles),
        number(trend.sources),
        number(trend.families),
        number(trend.origins),
        percent(trend.share),
        number(trend.mean_7d, 1),
        change(trend.change),
    ]


def _title(asked: Question, found: Sequence[Trend]) -> str:
    name = found[0].title if asked.topic else "Topics"
    return f"{name}{f' by {asked.by}' if asked.by else ''}, {asked.days} days up to {asked.until}"


def _legend(asked: Question, *, wide: bool) -> str:
    counts = "" if wide else "art. articles, src. sources, fam. publisher families, orig. distinct texts; "
    whole = f"of the coverage of the {asked.by}" if asked.by else "of all coverage"
    return (
        f"{counts}share {whole}; 7-day: articles a day; change: share of the last 7 days against that of the 28 before "
        f"(– too little to compare); {GAP} a day without coverage"
    )


def _one_topic(trend: Trend, asked: Question, *, width: int) -> RenderableType:
    head = Text(f"{clean(trend.title)} ({trend.topic})", style="bold")
    line = sparkline([point.articles for point in trend.points], width=min(width - 2, len(trend.points)))
    summary = (
        f"{asked.days} days up to {asked.until}: {number(trend.articles)} articles from {number(trend.sources)} "
        f"sources of {number(trend.families)} publisher families, {number(trend.origins)} distinct texts; "
        f"{percent(trend.share)} of all coverage."
    )
    return Group(head, Text(line), Text(summary), Text(_movement(trend)), Text(""), _days_table(trend, width=width))


def _movement(trend: Trend) -> str:
    mean = f"In the last 7 days {number(trend.mean_7d, 1)} articles a day; " if trend.mean_7d is not None else ""
    if trend.change is None:
        return f"{mean}no change to state: {trend.change_reason}."
    return f"{mean}their share of coverage against that of the 28 days before: {change(trend.change)}."


def _days_table(trend: Trend, *, width: int) -> RenderableType:
    top = max((point.articles or 0 for point in trend.points), default=0)
    room = max(width - 66, 8)
    rows = [
        (
            str(point.day),
            Text(point.reason, style="dim") if point.reason else "▇" * _scaled(point.articles, top, room),
            *(number(count) for count in (point.articles, point.sources, point.families, point.origins)),
            percent(point.share),
            number(point.mean_7d, 1),
            change(point.change),
        )
        for point in trend.points
    ]
    return table(
        [Column("day"), Column("", least=min(room, 11)), Column("articles", "right"), Column("sources", "right"),
         Column("families", "right"), Column("origins", "right"), Column("share", "right"), Column("7-day", "right"),
         Column("change", "right")],
        rows,
        tight=width < WIDE,
    )  # fmt: skip


def _scaled(value: int | None, top: int, room: int) -> int:
    """Cells of a bar: none for none, at least one for something."""
    return max(round(value / top * room), 1) if value and top else 0


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3660:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days between 1 and 3660")
    return int(text)
