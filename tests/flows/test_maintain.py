"""The daily housekeeping as a run on a real server: what it drops, checks and says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from flows import maintain, resources
from flows.prefect_api import call
from models import tables
from models.housekeeping import Dropped, TroubledFeed
from models.settings import load
from tests import factories as make

NOW = datetime.now(UTC)
DAYS = timedelta(days=1)
DEAD, QUIET = "https://dead.example/rss", "https://quiet.example/rss"


@pytest.fixture
def kept(prefect_api: str, database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A database with a feed that fails, one that went silent, and a poll that has had its time."""
    with make.own_database(database_url) as url:
        settings = load(home=tmp_path, database_url=url, keep_polls_days=30)
        with resources.using(settings), resources.database() as engine:
            with engine.begin() as db:
                failing = f"{DEAD} does not exist (404)."
                make.feed(db, "dead", DEAD, state="broken", failures=2.0, last_error=failing, last_ok_at=NOW - 3 * DAYS)
                quiet = make.feed(db, "quiet", QUIET, state="ok", last_new_at=NOW - 40 * DAYS)
                for ago in (40, 41, 42):
                    row = {"feed_id": quiet, "day": (NOW - ago * DAYS).date(), "polls": 1, "new": 2}
                    db.execute(tables.feed_days.insert().values(row))
                for ago in (31, 29):
                    at = NOW - ago * DAYS
                    make.poll(db, make.run(db, started_at=at), quiet, polled_at=at)
            yield engine


@pytest.mark.prefect
def test_what_has_had_its_time_goes_and_what_looks_wrong_is_said(kept: Engine, prefect_api: str, eventually) -> None:
    ended = maintain.maintain(return_state=True)
    upkeep = ended.result()

    run_id = str(ended.state_details.flow_run_id)
    run = call(prefect_api, f"/flow_runs/{run_id}")
    of_run = {"flow_runs": {"id": {"any_": [run_id]}}}
    told = eventually(lambda: call(prefect_api, "/task_runs/filter", of_run), until=lambda found: len(found) == 5)
    tasks = {one["name"]: one["tags"] for one in told}
    shown = {one["key"]: one for one in call(prefect_api, "/artifacts/filter", of_run)}
    artifact = shown["feeds-in-trouble"]
    assert upkeep == maintain.Upkeep(dropped=Dropped(page_months=0, polls=1, attempts=0, bands=0), broken={}, silent=1)
    assert run["name"].startswith("maintain ")
    assert tasks == {
        "drop what has had its time": ["retire"],
        "test the days that wait for it": ["roll-up"],
        "check the data": ["check"],
        "look for silent and failing feeds": ["feeds"],
        "see whether sources bring what they used to": ["sources"],
    }
    assert shown.keys() == {"feeds-in-trouble", "sources-freshness"}
    assert shown["sources-freshness"]["description"] == "Every source that is heard brings what it used to bring."
    assert artifact["description"] == "1 feed fails, 1 answers but has gone silent against its own rhythm."
    assert [feed in artifact["data"] for feed in (DEAD, QUIET)] == [True, True]


def events(prefect_api: str, name: str) -> list[dict]:
    asked = {"filter": {"event": {"name": [name]}, "resource": {"id": ["wirewatch.source.weary"]}}}
    return [one["payload"] for one in call(prefect_api, "/events/filter", asked)["events"]]


@pytest.mark.prefect
def test_a_source_that_goes_silent_is_told_once_and_once_more_when_it_is_heard_again(
    kept: Engine, prefect_api: str, eventually
) -> None:
    now = datetime.now(UTC)  # NOW may be of yesterday by now
    last = now - 6 * DAYS
    with kept.begin() as db:
        feed = make.feed(db, "weary", state="ok", watched_since=now - 90 * DAYS, last_new_at=last)
        rows = [{"feed_id": feed, "day": (last - ago * DAYS).date(), "polls": 9, "new": 5} for ago in range(40)]
        db.execute(tables.feed_days.insert(), rows)

    found = [maintain.maintain().stale, maintain.maintain().stale]
    with kept.begin() as db:
        db.execute(tables.feeds.update().where(tables.feeds.c.id == feed).values(last_new_at=now))
    found.append(maintain.maintain().stale)

    [ended] = eventually(lambda: events(prefect_api, "wirewatch.source.recovered"))
    [began] = events(prefect_api, "wirewatch.source.stale")
    assert found == [1, 1, 0]
    assert began == {
        "finding": "silent",
        "since": str(last),
        "said": "brought nothing for 6 days; by its own rhythm 25 articles should have come",
    }
    assert ended == began


@pytest.mark.prefect
def test_a_check_that_finds_rows_fails_the_run_after_all_else_is_done(kept: Engine) -> None:
    with kept.begin() as db:
        make.taxonomy(db, "pact")
        make.article(db, topics=["pact"])
        db.execute(tables.dirty_days.delete())  # counted in no cube, and nobody knows

    with pytest.raises(maintain.DataBroken) as told:
        maintain.maintain()
    with kept.connect() as db:
        polls = db.execute(tables.polls.select()).all()

    assert re.fullmatch(
        r"Checks found what should not be: cube_equals_recount \(\d+ rows\), pairs_equal_recount \(\d+ rows\)\. Their SQL is in sql/checks\.",
        str(told.value),
    )
    assert len(polls) == 1


def test_feeds_in_trouble_are_shown_with_what_may_be_long_at_the_end() -> None:
    at = datetime(2025, 3, 4, 5, 6, tzinfo=UTC)
    fails = TroubledFeed(1, "dead", DEAD, "broken", f"{DEAD} does not exist (404).", at, False)

    assert maintain.feed_rows([fails]) == [
        {
            "feed": f"[dead /rss](<{DEAD}>)",
            "state": "broken",
            "since": "2025-03-04 05:06",
            "why": r"does not exist \(404\).",
        }
    ]


def test_without_trouble_it_says_so() -> None:
    assert maintain.in_trouble([]) == "Every watched feed answers, and brings news at its usual pace."
