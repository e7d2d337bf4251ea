"""Articles read again from their raw pages: first what would change, then all of it at once, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

import pytest
import sqlalchemy as sa
import zstandard

from extractors.edition import edition
from flows import resources
from flows.__main__ import main
from flows.prefect_api import call
from flows.reextract import Reextracted, compare, reextract
from models import cube_store, housekeeping, reread_store
from models.settings import ROOT
from tests.flows.test_revisit import MISSILE, WALL, Site, environment, opened, page

pytestmark = pytest.mark.prefect
Eventually = Callable[..., object]

STATE = (
    "SELECT substring(url from '[a-z]+$'), state, reason, title, text, extractors.name,"
    " ARRAY(SELECT slug FROM news.tags JOIN news.topics ON topics.id = topic_id WHERE article_id = articles.id ORDER BY 1)"
    " FROM news.articles LEFT JOIN news.texts ON article_id = articles.id"
    " LEFT JOIN news.extractors ON extractors.id = extractor_id ORDER BY articles.id"
)
NAMES = ("same", "cut", "titled", "dated", "lost", "gained", "faded", "twin", "armed")


def run(site: Site, *statements: str, **values: object) -> None:
    with site.engine.begin() as db:
        for statement in statements:
            db.execute(sa.text(statement), values)


def of(name: str) -> str:
    return f"(SELECT id FROM news.articles WHERE url LIKE '%/{name}')"


def put(site: Site, name: str, body: str) -> None:
    """Another raw page under the article's own."""
    packed = zstandard.ZstdCompressor().compress(body.encode())
    run(
        site,
        "UPDATE news.pages SET body = :body, size = :size FROM news.articles"
        f" WHERE (month, pages.content_hash) = (page_month, page_hash) AND articles.id = {of(name)}",
        body=packed, size=len(body.encode()),
    )  # fmt: skip


def read_by_an_older_edition(site: Site) -> None:
    """The articles as an extractor leaves them that knows less."""
    put(site, "lost", f"<html><body><article>{WALL}</article></body></html>")
    put(site, "gained", page("gained"))
    put(site, "armed", page("armed", extra=MISSILE))
    run(
        site,
        "INSERT INTO news.extractors (name, first_used_at) VALUES ('older', now())",
        "UPDATE news.articles SET extractor_id = (SELECT id FROM news.extractors WHERE name = 'older')",
        f"UPDATE news.texts SET text = split_part(text, E'\\n', 2) WHERE article_id = {of('cut')}",
        f"UPDATE news.articles SET title = 'Site | Report titled on the treaty' WHERE id = {of('titled')}",
        f"UPDATE news.articles SET published_at = '2025-01-01' WHERE id = {of('dated')}",
        "DELETE FROM news.pages USING news.articles"
        f" WHERE (month, pages.content_hash) = (page_month, page_hash) AND articles.id = {of('faded')}",
    )
    with site.engine.begin() as db:
        cube_store.roll_up(db)


@pytest.fixture
def site(prefect_api: str, database_url: str, tmp_path: Path) -> Iterator[Site]:
    with opened(database_url, tmp_path, *NAMES, gained=f"<html><body><article>{WALL}</article></body></html>") as site:
        read_by_an_older_edition(site)
        yield site


def summary(done: Reextracted) -> dict[str, object]:
    plain = done.tally.plain()
    return {
        "outdated": (done.outdated.readable, done.outdated.gone), "articles": plain["articles"], "changed": plain["changed"],
        "topics": {topic: tuple(one.values()) for topic, one in plain["topics"].items()},
    }  # fmt: skip


WANTED = {
    "outdated": (8, 1),
    "articles": {"same": 2, "changed": 4, "lost": 1, "gained": 1},
    "changed": {"text": 2, "sentences": 2, "headline": 1, "date": 1},
    "topics": {"arms": (0, 1, 1, 0), "pact": (7, 7, 1, 1)},
}


def test_it_is_said_first_what_would_change_and_nothing_is_written(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    before = site.ask(STATE)

    with resources.workshop() as shop:
        done = compare(shop, sample=None)
        some = compare(shop, sample=3)

    assert summary(done) == WANTED
    assert some.tally.read == 3
    assert site.ask(STATE) == before
    assert main(["reextract", "--dry-run"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "2 texts would change, 1 article gained, 1 lost. The raw page of 1 has had its retention." in said
    assert "Nothing was changed; `wirewatch reextract` puts it into effect." in said


def test_then_everything_that_was_made_of_the_old_reading_follows(site: Site, prefect_api: str) -> None:
    done = reextract()

    assert summary(done) == WANTED
    state = {name: row for name, *row in site.ask(STATE)}
    assert {name: row[0] for name, row in state.items()} == dict.fromkeys(NAMES, "stored") | {"lost": "rejected"}
    assert state["lost"] == ["rejected", "paywall", "Report lost on the treaty", None, edition(), []]
    assert (state["faded"][4], state["same"][4]) == ("older", edition())
    assert state["titled"][2] == "Report titled on the treaty"
    assert state["cut"][3].startswith("The two governments signed the treaty")
    assert state["armed"][5] == ["arms", "pact"]
    assert site.ask(f"SELECT published_at FROM news.articles WHERE id = {of('dated')}") == [(None,)]
    assert site.ask("SELECT count(*) FROM trends.articles") == [(8,)]
    with site.engine.connect() as db:
        assert housekeeping.broken_checks(db) == {}
        assert reread_store.outdated(db) == reread_store.Outdated(readable=0, gone=1)
    shown = call(prefect_api, "/artifacts/filter", {"artifacts": {"key": {"any_": ["reextract-summary"]}}})
    assert any("8 articles were read again by" in one["description"] for one in shown)


def test_what_an_aggregator_had_listed_is_its_publishers_once_it_is_an_article(site: Site) -> None:
    run(
        site,
        "UPDATE news.sources SET kind = 'aggregator', homepage = 'https://listing.example/'",
        "UPDATE news.feeds SET url = 'https://listing.example/feed'",
    )

    reextract()

    assert site.ask(
        "SELECT sources.slug, sources.kind FROM news.articles JOIN news.sources ON sources.id = source_id"
        f" WHERE articles.id = {of('gained')}"
    ) == [(f"127-0-0-1-{site.web.port}", "unknown")]


def test_a_second_run_finds_nothing_left(site: Site) -> None:
    reextract()

    again = reextract()

    assert (again.tally.read, again.outdated.readable, again.outdated.gone) == (0, 0, 1)


def test_killed_while_it_saves_it_leaves_all_as_it_was_and_the_next_does_it(
    site: Site, prefect_api: str, eventually: Eventually
) -> None:
    before = site.ask(STATE)
    with site.engine.connect() as busy:
        busy.execute(sa.text(f"SELECT FROM news.articles WHERE id = {of('armed')} FOR UPDATE"))
        working = subprocess.Popen(
            [sys.executable, "-m", "flows", "reextract", "--json"], env=environment(site, prefect_api), cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        eventually(
            lambda: site.ask(
                "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
        os.kill(working.pid, signal.SIGKILL)
        working.communicate()
        busy.rollback()

    assert site.ask(STATE) == before
    assert summary(reextract()) == WANTED
    with site.engine.connect() as db:
        assert housekeeping.broken_checks(db) == {}


def test_beside_an_ingest_and_another_of_its_kind_nothing_is_lost_and_nothing_read_twice(site: Site) -> None:
    fresh = [f"fresh{letter}" for letter in "abcdefgh"]
    for name in fresh:
        site.web.page(f"/{name}", page(name))
    items = "".join(f"<item><title>{n}</title><link>{site.web.url(f'/{n}')}</link></item>" for n in fresh)
    site.web.page("/feed", f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>')

    with ThreadPoolExecutor(3) as pool:
        ingest = pool.submit(copy_context().run, lambda: resources.run_ingest(feeds=None, limit=None, everything=True))
        both = [pool.submit(copy_context().run, reextract) for _ in range(2)]
        ingest.result()
        read = sum(one.result().tally.read for one in both)

    assert read == 8
    assert site.ask("SELECT count(*) FROM trends.articles") == [(8 + len(fresh),)]
    with site.engine.connect() as db:
        assert housekeeping.broken_checks(db) == {}


def test_a_sample_is_for_comparing_only(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reextract", "--sample", "3"]) == 2
    assert "--sample is for --dry-run" in capsys.readouterr().err


def test_the_report_for_programs_has_all_counts(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reextract", "--dry-run", "--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    assert (report["read"], report["outdated"], report["sentences_added"] > 0) == (8, {"gone": 1, "readable": 8}, True)
    assert [one["said"] for one in report["examples"]["lost"]] == [["paywall"]]
