"""Runs killed with SIGKILL at different moments: the next run finishes the work, no article twice, none forgotten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from models import database, housekeeping, run_store
from models.settings import ROOT
from tests.web import Answer, Web

pytestmark = pytest.mark.prefect

ARTICLES = 60
PARAGRAPH = "The two governments signed the treaty on Wednesday after a day of talks in the capital, officials of both sides said. "


def page(number: int) -> str:
    body = "".join(f"<p>Report {number}, part {part}. {PARAGRAPH}</p>" for part in range(6))
    return f"<html lang=en><head><title>Report {number} on the treaty</title></head><body><article><h1>Report {number} on the treaty</h1>{body}</article></body></html>"


class Site:
    """A feed of many articles whose server can hold back the later ones."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.open_feed()
        for number in range(ARTICLES):
            answer = Answer(page(number), headers={"Content-Type": "text/html"})
            web.queue(f"/a/{number}", answer)

    def open_feed(self) -> None:
        """List all articles."""
        link = self.web.url
        items = "".join(f"<item><title>{n}</title><link>{link(f'/a/{n}')}</link></item>" for n in range(ARTICLES))
        self.web.page("/feed", f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>')

    def hold_back(self, batches: int) -> None:
        """Answer nothing for the articles of the last so many of the six batches of ten they are dealt into."""
        for number in range(ARTICLES):
            if number % 6 >= 6 - batches:
                self.web.page(f"/a/{number}", hold=True)

    def let_go(self) -> None:
        """Answer everything."""
        for number in range(ARTICLES):
            self.web.page(f"/a/{number}", page(number), headers={"Content-Type": "text/html"})


@pytest.fixture
def site() -> Iterator[Site]:
    with Web() as web:
        yield Site(web)


@pytest.fixture
def environment(prefect_api: str, migrated_database_url: str, site: Site, tmp_path: Path) -> dict[str, str]:
    """What a run of the command needs to work on this site and this database."""
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(
        '[[source]]\nslug = "site"\nname = "Site"\ncountry = "GB"\nlanguage = "en"\nkind = "newspaper"\n'
        f'bloc = "western"\nfamily = "site"\nfeeds = ["{site.web.url("/feed")}"]\n'
    )
    return {
        **os.environ, "PREFECT_API_URL": prefect_api, "WIREWATCH_DATABASE_URL": migrated_database_url,
        "WIREWATCH_HOME": str(tmp_path), "WIREWATCH_FEEDS": str(feeds), "WIREWATCH_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8",
        "WIREWATCH_HOST_PACE_SECONDS": "0", "WIREWATCH_HOST_CONCURRENCY": "16", "WIREWATCH_BATCH_SIZE": "10",
        "WIREWATCH_EXTRACT_WORKERS": "1",
    }  # fmt: skip


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    made = database.engine(migrated_database_url)
    yield made
    made.dispose()


def start(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "flows", "run", "--all", "--json", *words]
    return subprocess.Popen(argv, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(run: subprocess.Popen[str]) -> dict:
    out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err
    return json.loads(out)


def kill(run: subprocess.Popen[str]) -> None:
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()


def count(engine: Engine, sql: str) -> int:
    with engine.connect() as db:
        return int(db.execute(sa.text(sql)).scalar_one())


def assert_everything_is_there_once(engine: Engine) -> None:
    with engine.connect() as db:
        states = db.execute(sa.text("SELECT state, count(*) FROM news.articles GROUP BY state")).tuples().all()
        urls = db.execute(sa.text("SELECT count(DISTINCT url) FROM news.articles")).scalar_one()
        claimed = db.execute(sa.text("SELECT count(*) FROM news.articles WHERE claimed_by IS NOT NULL")).scalar_one()
        texts = db.execute(sa.text("SELECT count(*) FROM news.texts")).scalar_one()
        unbalanced = db.execute(sa.text("SELECT run_id FROM ops.runs WHERE NOT balanced")).scalars().all()
        broken = housekeeping.broken_checks(db)
    assert states == [("stored", ARTICLES)]
    assert (urls, texts, claimed) == (ARTICLES, ARTICLES, 0)
    assert unbalanced == []
    assert broken == {}


def buried(engine: Engine) -> list[int]:
    """The runs that are found dead and were not known to be."""
    with engine.begin() as db:
        return run_store.bury_dead(db, now=datetime.now(UTC))


Eventually = Callable[..., object]


def test_runs_killed_while_they_poll_before_a_batch_and_while_they_fetch_are_finished_by_the_next(
    environment: dict[str, str], engine: Engine, site: Site, eventually: Eventually
) -> None:
    site.web.page("/feed", hold=True)
    polling = start(environment)
    eventually(lambda: site.web.asked("/feed") >= 1)
    kill(polling)

    site.open_feed()
    site.hold_back(6)
    waiting = start(environment)
    eventually(lambda: count(engine, "SELECT count(*) FROM news.attempts WHERE outcome IS NULL") >= 1)
    while_alive = buried(engine)
    kill(waiting)
    dead = eventually(lambda: buried(engine))

    site.let_go()
    site.hold_back(2)
    fetching = start(environment)
    eventually(lambda: count(engine, "SELECT count(*) FROM news.articles WHERE state = 'stored'") >= 10)
    eventually(lambda: count(engine, "SELECT count(*) FROM news.attempts WHERE outcome IS NULL") >= 10)
    kill(fetching)
    site.let_go()

    report = finish(start(environment))

    assert (while_alive, dead) == ([], [2])  # the run that polled was buried by the next; runs are told by their locks
    assert (report["new"], report["balance"]["unsettled"]) == (0, 0)
    assert count(engine, "SELECT count(*) FROM news.attempts WHERE outcome = 'lost'") >= 20
    assert count(engine, "SELECT count(*) FROM news.runs WHERE state = 'dead'") == 3
    assert_everything_is_there_once(engine)


def test_two_runs_at_once_share_the_work(environment: dict[str, str], engine: Engine, site: Site) -> None:
    runs = [start(environment), start(environment)]

    reports = [finish(run) for run in runs]

    assert sum(report["new"] for report in reports) == ARTICLES
    finish(start(environment))
    assert_everything_is_there_once(engine)


def test_a_run_whose_database_connection_is_cut_ends_with_a_sentence_and_the_next_carries_on(
    environment: dict[str, str], engine: Engine, site: Site, eventually: Eventually, migrated_database_url: str
) -> None:
    site.hold_back(2)
    run = start({**environment, "WIREWATCH_REQUEST_TIMEOUT_SECONDS": "3", "WIREWATCH_MAX_ATTEMPTS": "1"})
    eventually(lambda: count(engine, "SELECT count(*) FROM news.articles WHERE state = 'stored'") >= 10)
    with psycopg.connect(migrated_database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'wirewatch' AND pid <> pg_backend_pid()"
        )
    engine.dispose()
    _, err = run.communicate(timeout=120)
    site.let_go()

    assert "Traceback" not in err
    with engine.begin() as db:
        db.execute(
            sa.text("UPDATE news.articles SET state = 'failed', due_at = now(), attempts = 0 WHERE state = 'given up'")
        )
    finish(start(environment))
    assert_everything_is_there_once(engine)
