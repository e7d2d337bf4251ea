"""How fresh sources are: what the rules of `extractors.freshness` find in the articles, and what of it is new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from extractors import freshness
from extractors.freshness import Finding, Lags, Rhythm, Window
from models.queries import query

_NO_PAGES = Window(pages=0, rejected=0, teasers=0, undated=0, log_words=0.0, log_words_sd=0.0)


@dataclass(frozen=True, slots=True)
class Stale:
    """A source with a finding."""

    source_id: int
    source: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Turn:
    """A finding that came or went since the last time."""

    source_id: int
    source: str
    kind: str
    since: datetime
    said: str
    ended: bool


def look(db: Connection, *, now: datetime) -> list[Stale]:
    """All findings at `now`, by source; nothing is written."""
    rows = db.execute(query("freshness_rhythms"), {"now": now, "memory": freshness.MEMORY_DAYS}).all()
    windows = [_windows(db, recent, before, now) for recent, before in freshness.WINDOWS]
    lags = _lags(db, now)
    found: list[Stale] = []
    for row in rows:
        findings = [freshness.silent(_rhythm(row), now=now)]
        for (recent, _), pages in zip(freshness.WINDOWS, windows, strict=True):
            late, early = pages.get((row.source_id, True), _NO_PAGES), pages.get((row.source_id, False), _NO_PAGES)
            known = {one.kind for one in findings if one}
            less = freshness.less(late, early, since=now - timedelta(days=recent))
            findings += [one for one in less if one.kind not in known]
        if row.source_id in lags:
            findings.append(freshness.clock(lags[row.source_id], since=now - timedelta(days=28)))
        found += [Stale(row.source_id, row.source, one) for one in findings if one]
    return found


def refresh(db: Connection, *, now: datetime) -> tuple[list[Stale], list[Turn]]:
    """Find, and keep what was found; returns all findings, and those that came or went since the last time."""
    found = look(db, now=now)
    keys = {"sources": [one.source_id for one in found], "findings": [one.finding.kind for one in found]}
    turns = [
        Turn(row.source_id, row.source, row.finding, row.since, row.said, ended=True)
        for row in db.execute(query("freshness_end"), keys)
    ]
    for one in found:
        values = {
            "source": one.source_id, "finding": one.finding.kind, "since": one.finding.since, "now": now,
            "figures": json.dumps(dict(one.finding.figures)), "said": one.finding.said,
        }  # fmt: skip
        if db.execute(query("freshness_keep"), values).scalar_one():
            finding = one.finding
            turns.append(Turn(one.source_id, one.source, finding.kind, finding.since, finding.said, ended=False))
    return found, turns


def _rhythm(row: Any) -> Rhythm:
    days = {date.fromisoformat(day): new for day, new in row.days.items()}
    return Rhythm(days=days, last_new_at=row.last_new_at, failing=row.failing)


def _windows(db: Connection, recent: int, before: int, now: datetime) -> Mapping[tuple[int, bool], Window]:
    spans = {"now": now, "recent": timedelta(days=recent), "before": timedelta(days=before)}
    return {
        (row.source_id, row.late): Window(
            pages=row.pages, rejected=row.rejected, teasers=row.teasers, undated=row.undated,
            log_words=row.log_words, log_words_sd=row.log_words_sd,
        )
        for row in db.execute(query("freshness_windows"), spans)
    }  # fmt: skip


def _lags(db: Connection, now: datetime) -> Mapping[int, Lags]:
    rows = db.execute(query("freshness_lags"), {"now": now, "ahead": freshness.AHEAD})
    return {
        row.source_id: Lags(
            articles=row.articles, ahead=row.ahead, median=row.median, shortest=row.shortest, usual=row.usual
        )
        for row in rows
    }
