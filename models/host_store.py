"""Hosts in the database: the queue that everybody who asks them shares, and what their robots.txt says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from extractors.pace import LONGEST_LATENCY, SMOOTHING, Booked, Want
from models.queries import query


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRobots:
    """The robots.txt of a site as it was last had."""

    fetched_at: datetime | None
    """None: it never answered yet."""
    status: int | None
    body: bytes
    failing_since: datetime | None
    """None: the last time it was asked, it answered."""


def meet(db: Connection, hosts: Sequence[str]) -> None:
    """Make hosts known that may not be; needed once before `book`."""
    db.execute(query("hosts_meet"), {"hosts": list(hosts)})


def book(db: Connection, wants: Sequence[Want]) -> dict[str, Booked]:
    """Book the next starts at known hosts, one want a host, behind everybody else's; in one statement, by host.

    Hosts are locked in the order of their names until the transaction ends: end it at once.
    """
    rows = db.execute(
        query("hosts_book"),
        {
            "hosts": [want.host for want in wants],
            "starts": [want.starts for want in wants],
            "paces": [want.pace for want in wants],
            "delays": [want.crawl_delay for want in wants],
            "latencies": [want.latency for want in wants],
            "smoothing": SMOOTHING,
            "longest": LONGEST_LATENCY,
        },
    )
    return {row.host: Booked(first=row.first, apart=row.apart, held=row.held) for row in rows}


def hold(db: Connection, seconds: Mapping[str, float]) -> None:
    """Let everybody leave these known hosts alone for so many seconds from now; a longer hold stays."""
    db.execute(query("hosts_hold"), {"hosts": list(seconds), "seconds": list(seconds.values())})


def robots(db: Connection, site: str) -> KeptRobots | None:
    """What is kept of a site's robots.txt; None when it was never asked."""
    row = db.execute(query("robots_known"), {"site": site}).one_or_none()
    return None if row is None else KeptRobots(**{**row._mapping, "body": bytes(row.body)})


def keep_robots(db: Connection, site: str, *, status: int | None, body: bytes, now: datetime) -> None:
    """Keep what a robots.txt answered; `status` None says that it could not be had, and leaves the last answer."""
    db.execute(
        query("robots_keep"), {"site": site, "status": status, "body": body, "now": now, "failed": status is None}
    )
