"""Trends as people read them in a terminal: lines whose gaps can be seen, and figures with their coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from flows.commands.output import (
    DARK,
    GAP,
    Column,
    change,
    clean,
    moment,
    number,
    percent,
    sparkline,
    table,
)
from models.trends import Coverage, Point, Trend

MIDDLING, WIDE = 100, 150
"""Columns of a window from which all figures are shown, and from which their headings are written out."""
_EMPTY = "Nothing has been collected yet: `wirewatch run` fetches the feeds, `wirewatch demo` needs no network."
_STRIP = {"ok": "█", "thin": "▒", "dark": DARK, "unknown": "?"}
_COUNTS = ("articles", "sources", "families", "origins")
_SHORT = ("art.", "src.", "fam.", "orig.")
_SPELLED = "art. articles, src. sources, fam. publisher families, orig. distinct texts"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which topic (None: all), over how many days up to which, split by what, as it stood when."""

    until: date
    days: int = 28
    topic: str | None = None
    by: str | None = None
    only: str | None = None
    grain: str = "day"
    as_of: datetime | None = None


def report(found: Sequence[Trend], there_is: Coverage, asked: Question, *, width: int) -> RenderableType:
    """What is printed for people."""
    if not found:
        return hint(asked, there_is)
    if asked.topic and not asked.by:
        return _one_topic(found[0], asked, width=width)
    strip = [] if asked.by else [Text(_coverage(found[0], width=width))]
    return Group(_overview(found, asked, width=width), *strip, Text(_legend(asked, width=width), style="dim"))


def hint(asked: Question, there_is: Coverage) -> str:
    """Why there is nothing to see, and what to do."""
    if there_is.first_day is None or there_is.last_day is None:
        return _EMPTY
    if not there_is.topics:
        return "No taxonomy was in use yet: `wirewatch topics retag` puts the file's into effect."
    return (
        f"Nothing was published in the {asked.days} days up to {asked.until}. There is coverage from "
        f"{there_is.first_day} to {there_is.last_day}: try a larger --days."
    )


def moved_table(moved: Sequence[Trend]) -> RenderableType:
    """The topics that grew most, or that nothing can be said yet."""
    if not moved:
        return "No topic grew against the four weeks before, or there is too little history to say."
    return table(
        [Column("topic", elastic=True, least=12), *(Column(name, "right") for name in (*_COUNTS, "share", "change"))],
        [
            (t.topic, number(t.articles), number(t.sources), number(t.families), number(t.origins), percent(t.share),
             change(t.change))
            for t in moved
        ],
        title="What moved: the last 7 days against the 28 before",
    )  # fmt: skip


def _overview(found: Sequence[Trend], asked: Question, *, width: int) -> RenderableType:
    labels = ([] if asked.topic else [Column("topic", elastic=True, least=8)]) + (
        [Column(asked.by, elastic=True, least=6)] if asked.by else []
    )
    more = ("eff.", "panel") if width >= MIDDLING else ()
    figures = (*(_COUNTS if width >= WIDE else _SHORT), *more[:1], "share", *more[1:], "cov.", "7-day", "change")
    taken = 90 if width >= WIDE else 63 if width >= MIDDLING else 50
    room = max(width - taken - (16 if asked.by and not asked.topic else 0) - 24, 7)
    ordered = found if asked.by else sorted(found, key=lambda trend: -trend.articles)
    rows, before = [], None
    for trend in ordered:
        label = [] if asked.topic else [trend.topic if trend.topic != before else ""]
        rows.append([*label, *([trend.slice] if asked.by else []), *_figures(trend, room, every=bool(more))])
        before = trend.topic
    columns = [*labels, Column("trend"), *(Column(name, "right") for name in figures)]
    return table(columns, rows, title=_title(asked, found), tight=width < WIDE)


def _figures(trend: Trend, room: int, *, every: bool) -> list[Any]:
    counts = [number(count) for count in (trend.articles, trend.sources, trend.families, trend.origins)]
    share, panel = percent(trend.share), percent(trend.comparable_share)
    shares = [number(trend.effective_sources, 1), share, panel] if every else [share]
    line = sparkline([_drawn(point) for point in trend.points], width=min(room, len(trend.points)))
    return [line, *counts, *shares, percent(trend.completeness, 0), number(trend.mean_7d, 1), change(trend.change)]


def _drawn(point: Point) -> int | str | None:
    """What a point is in a sparkline: a day that cannot be compared has no bar."""
    return DARK if point.dark else point.articles


def _title(asked: Question, found: Sequence[Trend]) -> str:
    name = found[0].title if asked.topic else "Topics"
    by = f" by {asked.by}" if asked.by else ""
    of = f" ({asked.only})" if asked.only else ""
    return f"{name}{by}{of}, {_period(asked)}"


def _period(asked: Question) -> str:
    grain = "" if asked.grain == "day" else f" by {asked.grain}"
    as_of = f", as of {moment(asked.as_of)} UTC" if asked.as_of else ""
    return f"{asked.days} days up to {asked.until}{grain}{as_of}"


def _coverage(trend: Trend, *, width: int) -> str:
    """How complete the coverage is, day by day, and in words."""
    room = min(max(width - 10, 7), len(trend.points))
    if room < len(trend.points):
        return f"coverage: {_graded(trend)}."
    strip = "".join(GAP if point.articles is None else _STRIP[point.grade] for point in trend.points)
    return f"coverage  {strip}\n{_graded(trend)}."


def _graded(trend: Trend) -> str:
    """In words, of the complete days: what came, and on how many days too little did."""
    if trend.completeness is None:
        return "how complete it is cannot be told yet: sources need 14 days of history"
    ungraded = trend.covered_days - trend.ok_days - trend.thin_days - trend.dark_days
    days = ((trend.thin_days, "thin"), (trend.dark_days, "dark"), (ungraded, "not to be graded"))
    named = [f"{number(count)} {'day' if count == 1 else 'days'} {grade}" for count, grade in days if count > 0]
    whole = f"{percent(trend.completeness, 0)} of what its sources normally yield came from complete ones"
    return "; ".join([whole, ", ".join(named)]) if named else whole


def _legend(asked: Question, *, width: int) -> str:
    counts = "" if width >= WIDE else f"{_SPELLED}; "
    more = "eff. effective number of sources; panel: share among complete sources; " if width >= MIDDLING else ""
    whole = f"of the coverage of the {asked.by}" if asked.by else "of all coverage"
    return (
        f"{counts}{more}share {whole}; cov. how complete that is; 7-day: articles a day; change: share of the last 7 "
        f"days against that of the 28 before (– too little to compare); {GAP} a day without coverage, {DARK} with too "
        f"little to compare{'' if asked.by else '; coverage: █ ok, ▒ thin, ░ dark, ? cannot be graded'}"
    )


def _one_topic(trend: Trend, asked: Question, *, width: int) -> RenderableType:
    head = Text(f"{clean(trend.title)} ({trend.topic})", style="bold")
    line = sparkline([_drawn(point) for point in trend.points], width=min(width - 10, len(trend.points)))
    effective = "" if trend.effective_sources is None else f" ({number(trend.effective_sources, 1)} effective)"
    panel = "" if trend.comparable_share is None else f" ({percent(trend.comparable_share)} among complete sources)"
    summary = (
        f"{_period(asked)}: {number(trend.articles)} articles from {number(trend.sources)} sources{effective} of "
        f"{number(trend.families)} publisher families, {number(trend.origins)} distinct texts; "
        f"{percent(trend.share)} of all coverage{panel}."
    )
    return Group(
        head,
        Text(f"articles  {line}"),
        Text(_coverage(trend, width=width)),
        Text(summary),
        Text(_movement(trend)),
        Text(""),
        _days_table(trend, asked, width=width),
    )


def _movement(trend: Trend) -> str:
    mean = f"In the last 7 days {number(trend.mean_7d, 1)} articles a day; " if trend.mean_7d is not None else ""
    if trend.change is None:
        return f"{mean}no change to state: {trend.change_reason}."
    return f"{mean}their share of coverage against that of the 28 days before: {change(trend.change)}."


def _days_table(trend: Trend, asked: Question, *, width: int) -> RenderableType:
    top = max((point.articles or 0 for point in trend.points), default=0)
    wide = width >= WIDE
    names = [*(_COUNTS if wide else _SHORT), *(["eff."] if width >= MIDDLING else []), "share"]
    lately = ["7-day", "change"] if asked.grain == "day" else []
    room = max(width - (92 if wide else 66), 8)
    rows = [
        (
            str(point.day) + ("" if point.complete else "*"),
            Text(point.reason, style="dim") if point.reason else "▇" * _scaled(point.articles, top, room),
            *(number(count) for count in (point.articles, point.sources, point.families, point.origins)),
            *([number(point.effective_sources, 1)] if width >= MIDDLING else []),
            percent(point.share),
            _graded_cell(point),
            *([number(point.mean_7d, 1), change(point.change)] if lately else []),
        )
        for point in trend.points
    ]
    columns = [Column(asked.grain), Column("", elastic=True, least=min(room, 11))]
    columns += [*(Column(name, "right") for name in names), Column("cov."), *(Column(name, "right") for name in lately)]
    return table(columns, rows, tight=not wide)


def _graded_cell(point: Point) -> str | None:
    if point.completeness is None:
        return None
    return percent(point.completeness, 0) + ("" if point.grade == "ok" else f" {point.grade}")


def _scaled(value: int | None, top: int, room: int) -> int:
    """Cells of a bar: none for none, at least one for something."""
    return max(round(value / top * room), 1) if value and top else 0
