"""The section on what stands out: alerts with their articles, hours above the usual, slow shifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flows.report import names
from flows.report.evidence import About, Evidence
from flows.report.scope import Scope
from models.alert_store import Alert
from models.signals import Hour, Shift

MOST_ALERTS = 30
MOST_HOURS = 12
MOST_SHIFTS = 12
KINDS = {"burst": "Burst", "drop": "Drop", "silence": "Silence", "first-report": "First report"}


@dataclass(frozen=True, slots=True)
class Found:
    """An alert in words."""

    alert: Alert
    kind: str
    title: str
    where: str
    first: str
    """The first mover; empty where there is none."""
    href: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A slow shift in words."""

    shift: Shift
    title: str
    where: str


@dataclass(frozen=True, slots=True)
class Peaked:
    """An hour above the usual, in words."""

    hour: Hour
    title: str
    where: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """What stands out in the period, the latest first."""

    found: tuple[Found, ...]
    more: int
    """Alerts that are not shown."""
    hours: tuple[Peaked, ...]
    shifts: tuple[Moved, ...]


def section(
    alerts: Iterable[Alert],
    hours: Iterable[Hour],
    shifts: Iterable[Shift],
    *,
    scope: Scope,
    titles: Mapping[str, str],
    evidence: Evidence,
) -> Section | None:
    """The section of what touches the period; None when nothing does. Alerts that were dismissed come last."""
    touching = [one for one in alerts if one.ends_on >= scope.since and one.starts_on <= scope.until]
    touching.sort(key=lambda one: one.state == "dismissed")
    peaked = [_peaked(one, titles, evidence) for one in list(hours)[:MOST_HOURS]]
    moved = [
        Moved(one, titles.get(one.topic, one.topic), where(one.slice_kind, one.slice))
        for one in shifts
        if scope.since <= one.week <= scope.until
    ]
    if not touching and not peaked and not moved:
        return None
    return Section(
        tuple(_found(one, titles, evidence) for one in touching[:MOST_ALERTS]),
        max(len(touching) - MOST_ALERTS, 0),
        tuple(peaked),
        tuple(moved[:MOST_SHIFTS]),
    )


def where(slice_kind: str, slice_name: str) -> str:
    """`all sources`, `China’s state media`, `Chinese`, `kind agency`."""
    if slice_kind == "all":
        return "all sources"
    if slice_kind == "bloc":
        return names.bloc(slice_name)
    return names.language(slice_name) if slice_kind == "language" else f"{slice_kind} {slice_name}"


def _found(alert: Alert, titles: Mapping[str, str], evidence: Evidence) -> Found:
    kind, title, place = KINDS[alert.kind], titles.get(alert.topic, alert.topic), where(alert.slice_kind, alert.slice)
    href = evidence.link(
        About(alert=alert.alert_id), alert.articles, f"{kind}: {title}, {place}", named=alert.article_ids
    )
    first = f"{alert.first_source} ({names.bloc(alert.first_bloc or '')})" if alert.first_source else ""
    return Found(alert, kind, title, place, first, href)


def _peaked(hour: Hour, titles: Mapping[str, str], evidence: Evidence) -> Peaked:
    title, place = titles.get(hour.topic, hour.topic), where(hour.slice_kind, hour.slice)
    about = About(topic=hour.topic, bloc=hour.slice or None, hour=hour.hour)
    href = evidence.link(about, hour.observed, f"{title}, {place}, {names.instant(hour.hour)}")
    return Peaked(hour, title, place, href)
