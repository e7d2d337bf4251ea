from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from extractors.pace import Booked, Want
from models import host_store
from models.host_store import KeptRobots
from models.queries import query

from .conftest import NOW


def want(host: str = "a.example", starts: int = 1, **facts: float | None) -> Want:
    return Want(host=host, starts=starts, **{"pace": 1.0, "crawl_delay": None, "latency": None, **facts})  # type: ignore[arg-type]


def book(db: Connection, *wants: Want) -> dict[str, Booked]:
    host_store.meet(db, [one.host for one in wants])
    return host_store.book(db, wants)


def about(seconds: float) -> object:
    """Equal to seconds from now, give or take what the statements before took."""
    return pytest.approx(seconds, abs=0.5)


def test_starts_at_a_host_are_booked_one_behind_the_other(db: Connection) -> None:
    first = book(db, want(starts=5))["a.example"]
    second = book(db, want())["a.example"]

    assert (first.first, first.apart, first.held) == (about(0), 1.0, 0.0)
    assert second.first == about(5)


def test_hosts_do_not_wait_for_each_other(db: Connection) -> None:
    booked = book(db, want("b.example", starts=9), want("a.example"))

    assert {host: one.first for host, one in booked.items()} == {"a.example": about(0), "b.example": about(0)}


def test_what_was_never_used_is_not_saved_up(db: Connection) -> None:
    book(db, want())
    db.execute(text("UPDATE news.hosts SET free_at = free_at - interval '1 day'"))

    assert [book(db, want(starts=5))["a.example"].first, book(db, want())["a.example"].first] == [about(0), about(5)]


def test_the_longest_of_pace_delay_and_latency_keeps_starts_apart(db: Connection) -> None:
    apart = [
        book(db, want("a.example", pace=1, crawl_delay=7))["a.example"].apart,
        book(db, want("b.example", pace=1, latency=3))["b.example"].apart,
        book(db, want("c.example", pace=1, latency=600))["c.example"].apart,
        book(db, want("d.example", pace=2, crawl_delay=0.5, latency=0.1))["d.example"].apart,
    ]

    assert apart == [7, 3, 10, 2]


def test_what_one_process_knows_of_a_host_holds_for_all(db: Connection) -> None:
    book(db, want(crawl_delay=7, latency=0.5))

    assert book(db, want())["a.example"].apart == 7


def test_latencies_are_smoothed_over_all_who_tell_them(db: Connection) -> None:
    for latency in (4.0, 8.0, None):
        booked = book(db, want(latency=latency))

    assert booked["a.example"].apart == 5.0


def test_a_host_that_is_held_books_nothing_until_then(db: Connection) -> None:
    host_store.meet(db, ["a.example"])
    host_store.hold(db, {"a.example": 600.0})
    host_store.hold(db, {"a.example": 5.0})

    held = [book(db, want(starts=3))["a.example"] for _ in range(2)]

    assert [(one.first, one.held) for one in held] == [(about(0), about(600))] * 2


def test_a_robots_txt_is_kept_as_it_answered(db: Connection) -> None:
    assert host_store.robots(db, "https://a.example") is None

    host_store.keep_robots(db, "https://a.example", status=200, body=b"User-agent: *", now=NOW)

    assert host_store.robots(db, "https://a.example") == KeptRobots(
        fetched_at=NOW, status=200, body=b"User-agent: *", failing_since=None
    )


def test_a_failure_leaves_the_last_answer_and_notes_since_when(db: Connection) -> None:
    site, hour = "https://a.example", timedelta(hours=1)
    host_store.keep_robots(db, site, status=404, body=b"", now=NOW)
    for number in (1, 2):
        host_store.keep_robots(db, site, status=None, body=b"", now=NOW + number * hour)
    failing = host_store.robots(db, site)
    host_store.keep_robots(db, site, status=200, body=b"x", now=NOW + 3 * hour)

    assert failing == KeptRobots(fetched_at=NOW, status=404, body=b"", failing_since=NOW + hour)
    assert host_store.robots(db, site) == KeptRobots(
        fetched_at=NOW + 3 * hour, status=200, body=b"x", failing_since=None
    )


def test_what_nobody_has_asked_for_long_is_forgotten_and_what_is_asked_in_vain_is_not(db: Connection) -> None:
    long_ago, ago = NOW - timedelta(days=60), NOW - timedelta(days=40)
    for host in ("left.example", "failing.example"):
        host_store.keep_robots(db, f"https://{host}", status=200, body=b"", now=long_ago)
        host_store.keep_robots(db, f"https://{host}", status=None, body=b"", now=ago)
    host_store.meet(db, ["left.example", "failing.example"])
    db.execute(text("UPDATE news.hosts SET free_at = :ago WHERE host = 'left.example'"), {"ago": ago})
    db.execute(text("UPDATE news.hosts SET free_at = :now WHERE host = 'failing.example'"), {"now": NOW})

    db.execute(query("hosts_retire"), {"before": NOW - timedelta(days=35)})

    assert host_store.robots(db, "https://left.example") is None
    assert host_store.robots(db, "https://failing.example") == KeptRobots(
        fetched_at=long_ago, status=200, body=b"", failing_since=ago
    )
    assert db.execute(text("SELECT host FROM news.hosts")).scalars().all() == ["failing.example"]


def test_one_that_never_answered_has_no_answer(db: Connection) -> None:
    host_store.keep_robots(db, "https://a.example", status=None, body=b"", now=NOW)

    assert host_store.robots(db, "https://a.example") == KeptRobots(
        fetched_at=None, status=None, body=b"", failing_since=NOW
    )
