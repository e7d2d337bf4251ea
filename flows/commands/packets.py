"""Alerts in words: one sentence, one packet for programs, tables and pages for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flows.commands.output import Column, clean, moment, number, percent, table
from flows.report.names import hours
from models.alert_store import Alert

NONE_YET = (
    "There is no alert yet. Bursts and drops need 14 complete days of history or more; `wirewatch trends` shows what "
    "there is, and trends.tests says why a day could not be tested."
)


def sentence(alert: Alert) -> str:
    """The finding in one sentence, without markup."""
    where = f" in {alert.slice_kind} {alert.slice}" if alert.slice else ""
    if alert.kind == "first-report":
        after = "as the first of all" if not alert.hours else f"{hours(alert.hours)} after the first report"
        by = f" by {alert.first_source} ({alert.first_bloc})" if alert.hours and alert.first_source else ""
        return f"First report{where} of a story on {alert.topic}, {after}{by}"
    if alert.kind == "silence":
        return (
            f"Silence on {alert.topic}{where} since {alert.starts_on}: nothing where {_usual(alert)} were to be "
            f"expected in {alert.days} days"
        )
    what = "Burst" if alert.kind == "burst" else "Drop"
    return f"{what} of {alert.topic}{where}, {window(alert)}: {number(alert.observed)} texts, {_usual(alert)} expected"


def packet(alert: Alert) -> dict[str, Any]:
    """Everything there is to tell, in types of JSON; `said` is the sentence."""
    return {"said": sentence(alert)} | {name: _plain(value) for name, value in asdict(alert).items()}


def window(alert: Alert) -> str:
    """`2025-03-01`, or `2025-03-01 to 2025-03-03`."""
    return str(alert.starts_on) if alert.starts_on == alert.ends_on else f"{alert.starts_on} to {alert.ends_on}"


def listing(alerts: Sequence[Alert], *, width: int) -> RenderableType:
    """A line an alert; in a narrow window without the first mover and the day it was told."""
    wide = width >= 110
    columns = [
        Column("id", align="right"), Column("kind"), Column("topic", elastic=True, least=12),
        Column("slice", elastic=True, least=8), Column("until"), Column("days", align="right"),
        Column("seen", align="right"), Column("usual", align="right"), Column("p", align="right"),
    ]  # fmt: skip
    if wide:
        columns += [Column("complete", align="right"), Column("first", elastic=True, least=8)]
    columns.append(Column("state", elastic=True, least=5))
    return table(columns, [_line(alert, wide=wide) for alert in alerts], tight=not wide)


def page(alert: Alert) -> RenderableType:
    """An alert with all that is known of it."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in _facts(alert):
        grid.add_row(f"  {name}", clean(value))
    parts: list[RenderableType] = [Text(sentence(alert), style="bold"), grid]
    if alert.headlines:
        about = "What others reported" if alert.kind == "silence" else "Headlines, the closest to the subject first"
        parts.append(Text(f"\n{about}", style="bold"))
        for one in alert.headlines:
            parts.append(Text(f"  {moment(datetime.fromisoformat(one['at']))}  {one['source']}: {clean(one['title'])}"))
            parts.append(Text(f"    {clean(one['url'])}", style="dim", overflow="fold"))
    return Group(*parts)


def _line(alert: Alert, *, wide: bool) -> list[Any]:
    part = alert.slice or "all"
    cells = [
        alert.alert_id, alert.kind, alert.topic, part, alert.ends_on, alert.days, number(alert.observed),
        _usual(alert), probability(alert.p),
    ]  # fmt: skip
    if wide:
        cells += [percent(alert.completeness, 0), alert.first_source]
    return [*cells, alert.state]


def probability(p: float | None) -> str | None:
    """`0.0012`, or `2e-09` for what is smaller."""
    if p is None:
        return None
    return f"{p:.4f}" if p >= 0.001 else f"{p:.0e}"


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "alert", f"{alert.alert_id}, found {moment(alert.made_at)} UTC by version {alert.taxonomy_id} of the taxonomy"
    yield "days", f"{window(alert)}; the figures are those of {alert.days} of them"
    yield "observed", f"{number(alert.observed)}, in {number(alert.articles)} articles"
    if alert.expected is not None:
        yield (
            "expected",
            f"{_usual(alert)}; by chance with probability {probability(alert.p)}"
            + (f", false among its like: {probability(alert.q)}" if alert.q is not None else ""),
        )
    if alert.grade is not None:
        yield "coverage", f"{alert.grade}, {percent(alert.completeness, 0)} complete"
    if alert.first_source is not None:
        story = f" with story {alert.story_id}" if alert.story_id is not None else ""
        yield "first", f"{alert.first_source} ({alert.first_bloc}), {moment(alert.first_at)} UTC{story}"
    yield "told", f"{moment(alert.emitted_at)} UTC, event {alert.event_id}" if alert.emitted_at else "not yet"
    when = f", {moment(alert.state_at)} UTC" if alert.state_at else ""
    yield "state", f"{alert.state}{when}" + (f": {alert.state_reason}" if alert.state_reason else "")


def _usual(alert: Alert) -> str:
    return number(alert.expected, 0 if (alert.expected or 0) >= 10 else 1)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
