"""A source's past through its sitemaps: on a loopback site, with a kill in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from extractors.errors import Misconfigured
from flows import resources
from flows.__main__ import main
from flows.backfill import Backfilled, NoSitemap, sentence
from models import database, housekeeping
from models.backfill_store import Progress
from models.settings import ROOT, Settings, load
from tests.web import Answer, Web

pytestmark = pytest.mark.prefect

PARAGRAPH = "The two governments signed the treaty on Wednesday after a day of talks in the capital, officials of both sides said. "
DAYS = {6: range(1, 31), 8: range(1, 11)}
"""Days of 2024 on which an article appeared, by month."""


def article(month: int, day: int) -> str:
    body = "".join(f"<p>Report {month}/{day}, part {part}. {PARAGRAPH}</p>" for part in range(6))
    title = f"Report of {month}/{day} on the treaty"
    return f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


class Site:
    """A site whose robots.txt names an index of monthly sitemaps, one of which leads into another index."""

    def __init__(self, web: Web) -> None:
        self.web = web
        url = web.url
        web.page("/robots.txt", f"User-agent: *\nDisallow: /secret\nSitemap: {url('/index.xml')}\n")
        names = ["/2019-01.xml", "/2024-06.xml", "/2024-08.xml", "/secret/2024-06.xml", "/deeper.xml", "/broken.xml"]
        self.index("/index.xml", names)
        self.index("/deeper.xml", ["/2024-06.xml", "/index.xml", "/sections.xml"])
        web.page("/sections.xml", self.urlset("/about", "/contact"))
        web.page("/broken.xml", "<html><p>Not here</p></html>")
        for month, days in DAYS.items():
            links = [f"/2024/{month:02}/{day:02}/report" for day in days]
            web.page(f"/2024-{month:02}.xml", self.urlset(*links, "", "/2024/01/01/report"))
            for day in days:
                web.page(f"/2024/{month:02}/{day:02}/report", article(month, day))

    def index(self, path: str, names: list[str]) -> None:
        self.web.page(
            path,
            "<sitemapindex>"
            + "".join(f"<sitemap><loc>{self.web.url(n)}</loc></sitemap>" for n in names)
            + "</sitemapindex>",
        )

    def urlset(self, *paths: str) -> str:
        locs = "".join(f"<url><loc>{self.web.url(path) if path else ''}</loc></url>" for path in paths)
        return f"<urlset>{locs}<url><loc>https://elsewhere.example/2024/06/03/x</loc></url></urlset>"

    def hold(self, *days: int) -> None:
        for day in days:
            self.web.page(f"/2024/06/{day:02}/report", hold=True)

    def let_go(self) -> None:
        for day in DAYS[6]:
            self.web.page(f"/2024/06/{day:02}/report", article(6, day))


@pytest.fixture
def site() -> Iterator[Site]:
    with Web() as web:
        yield Site(web)


@pytest.fixture
def settings(prefect_api: str, migrated_database_url: str, site: Site, tmp_path: Path) -> Iterator[Settings]:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(
        f'[[source]]\nslug = "site"\nname = "Site"\nhomepage = "{site.web.url("/")}"\ncountry = "GB"\nlanguage = "en"\n'
        f'kind = "newspaper"\nbloc = "western"\nfamily = "site"\nfeeds = ["{site.web.url("/feed")}"]\n'
    )
    chosen = load(
        home=tmp_path, database_url=migrated_database_url, feeds=feeds, allow_private_hosts=(ip_network("127.0.0.0/8"),),
        host_pace_seconds=0.0, host_concurrency=16, batch_size=10, extract_workers=0, max_age_days=3,
    )  # fmt: skip
    with resources.using(chosen):
        yield chosen


@pytest.fixture
def engine(settings: Settings, migrated_database_url: str) -> Iterator[Engine]:
    made = database.engine(migrated_database_url)
    yield made
    made.dispose()


def collect(**asked: object) -> Backfilled:
    """A back-fill of June 2024 in this process."""
    june = {"source": "site", "first": date(2024, 6, 1), "last": date(2024, 6, 30), "limit": None, "sitemaps": []}
    return resources.run_backfill(**june | {"feeds": None} | asked)  # type: ignore[arg-type]


def killed(settings: Settings, api_url: str, when: Callable[[], object], eventually: Callable[..., object]) -> None:
    """The command, killed with SIGKILL when that is true."""
    assert settings.database_url is not None
    environment = {
        **os.environ, "PREFECT_API_URL": api_url, "WIREWATCH_DATABASE_URL": settings.database_url.get_secret_value(),
        "WIREWATCH_HOME": str(settings.home), "WIREWATCH_FEEDS": str(settings.feeds), "WIREWATCH_BATCH_SIZE": "10",
        "WIREWATCH_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8", "WIREWATCH_HOST_PACE_SECONDS": "0",
        "WIREWATCH_HOST_CONCURRENCY": "16", "WIREWATCH_EXTRACT_WORKERS": "1",
    }  # fmt: skip
    words = ["feeds", "backfill", "site", "--from", "2024-06-01", "--to", "2024-06-30"]
    argv = [sys.executable, "-m", "flows", *words]
    run = subprocess.Popen(argv, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    eventually(when)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()


def rows(engine: Engine, sql: str) -> list[tuple]:
    with engine.connect() as db:
        return list(db.execute(sa.text(sql)).tuples().all())


def assert_june_is_there_once(engine: Engine) -> None:
    assert rows(
        engine,
        "SELECT state, count(*), count(DISTINCT url), min(day)::text, max(day)::text FROM news.articles GROUP BY 1",
    ) == [("stored", 30, 30, "2024-06-01", "2024-06-30")]
    assert rows(engine, "SELECT count(*) FROM news.texts") == [(30,)]
    assert rows(engine, "SELECT count(*) FROM news.articles WHERE claimed_by IS NOT NULL") == [(0,)]
    assert rows(engine, "SELECT run_id FROM ops.runs WHERE NOT balanced") == []
    assert rows(engine, "SELECT count(*) FROM news.backfills WHERE finished_at IS NULL") == [(0,)]
    with engine.connect() as db:
        assert housekeeping.broken_checks(db) == {}


def test_a_month_is_collected_however_old_and_every_address_is_counted(engine: Engine, site: Site) -> None:
    done = collect()

    assert (done.new, done.outcomes, done.finished, done.resumed) == (30, {"stored": 30}, True, False)
    assert done.sitemaps == Progress(waiting=0, read=4, skipped=2, given_up=2)
    assert dict(rows(engine, "SELECT url, reason FROM news.backfill_sitemaps WHERE reason <> ''")) == {
        site.web.url("/2019-01.xml"): "outside the period",
        site.web.url("/2024-08.xml"): "outside the period",
        site.web.url("/secret/2024-06.xml"): "robots.txt",
        site.web.url("/broken.xml"): "unreadable",
    }
    unwanted = ("/2019-01.xml", "/2024-08.xml", "/secret/2024-06.xml", "/feed")
    assert [site.web.asked(path) for path in unwanted] == [0, 0, 0, 0]
    assert rows(engine, "SELECT outcome, reason, sum(urls)::int FROM ops.funnel GROUP BY 1, 2 ORDER BY 1, 2") == [
        ("rejected", "no link", 1), ("rejected", "of another source", 2), ("rejected", "outside the period asked for", 1),
        ("rejected", "undated", 2), ("stored", "", 30),
    ]  # fmt: skip
    assert done.balance.listed == done.balance.ended == 36
    assert rows(engine, "SELECT count(*) FROM news.looks") == [(0,)]  # an archive is read once
    assert_june_is_there_once(engine)


def test_a_run_killed_while_it_fetches_is_finished_by_the_same_command_and_nothing_comes_twice(
    settings: Settings, prefect_api: str, engine: Engine, site: Site, eventually: Callable[..., object]
) -> None:
    site.hold(*range(11, 31))
    in_work = "SELECT count(*) FROM news.attempts WHERE outcome IS NULL"
    killed(settings, prefect_api, lambda: rows(engine, in_work)[0][0] >= 10, eventually)
    site.let_go()
    asked = site.web.asked("/2024-06.xml")

    done = collect()

    assert (done.resumed, done.finished, done.new) == (True, True, 0)
    assert (asked, site.web.asked("/2024-06.xml"), site.web.asked("/index.xml")) == (1, 1, 1)
    assert rows(engine, "SELECT flow, state FROM news.runs ORDER BY id") == [("backfill", "dead"), ("backfill", "ok")]
    assert_june_is_there_once(engine)


def test_a_run_killed_while_it_reads_a_sitemap_reads_it_again(
    settings: Settings, prefect_api: str, engine: Engine, site: Site, eventually: Callable[..., object]
) -> None:
    whole = site.urlset(*(f"/2024/06/{day:02}/report" for day in DAYS[6]))
    site.web.page("/2024-06.xml", hold=True)
    killed(settings, prefect_api, lambda: site.web.asked("/2024-06.xml") >= 1, eventually)
    site.web.page("/2024-06.xml", whole)

    done = collect()

    assert (done.resumed, done.new, done.outcomes) == (True, 30, {"stored": 30})
    assert_june_is_there_once(engine)


def test_a_limit_leaves_the_rest_to_the_next_run_and_an_ingest_does_not_touch_it(engine: Engine, site: Site) -> None:
    item = f"<item><title>a</title><link>{site.web.url('/now')}</link></item>"
    site.web.page("/feed", f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>')
    site.web.page("/now", article(11, 27))
    site.web.queue("/broken.xml", Answer(status=503), Answer(site.urlset("/2024/06/01/report")))

    first = collect(limit=12)
    between = resources.run_ingest(feeds=None, limit=None, everything=True)
    last = collect()

    assert (first.finished, first.outcomes) == (False, {"stored": 12})
    assert (between.new, between.outcomes) == (1, {"stored": 1})
    assert (last.resumed, last.finished, last.outcomes, last.sitemaps.read) == (True, True, {"stored": 18}, 5)
    assert rows(engine, "SELECT run_id FROM ops.runs WHERE NOT balanced") == []


def test_a_site_that_asks_to_be_left_alone_loses_no_sitemap_the_next_run_goes_on(engine: Engine, site: Site) -> None:
    june = site.urlset(*(f"/2024/06/{day:02}/report" for day in DAYS[6]))
    site.web.queue("/2024-06.xml", Answer(status=429, headers={"Retry-After": "1800"}), Answer(june))

    first = collect()
    last = collect()

    assert (first.finished, first.new) == (False, 0)
    assert first.sitemaps == Progress(waiting=3, read=1, skipped=2, given_up=1)
    assert (last.resumed, last.finished, last.outcomes) == (True, True, {"stored": 30})
    assert last.sitemaps == Progress(waiting=0, read=4, skipped=2, given_up=2)
    assert_june_is_there_once(engine)


def test_sitemaps_that_are_all_about_other_times_are_said_to_be_left_aside(engine: Engine, site: Site) -> None:
    done = collect(sitemaps=[site.web.url("/2019-01.xml")])

    assert (done.finished, done.sitemaps) == (True, Progress(waiting=0, read=0, skipped=1, given_up=0))
    assert sentence(done) == (
        "site, 2024-06-01 to 2024-06-30: 0 articles stored, 0 were new. Sitemaps: 0 read, 1 left aside as outside of "
        "the period, 0 waiting."
    )


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        (
            {"source": "sight"},
            Misconfigured,
            "There is no source 'sight'; `wirewatch feeds list` names those there are.",
        ),
        ({"last": date(2024, 5, 1)}, Misconfigured, "The period ends (2024-05-01) before it begins (2024-06-01)."),
        (
            {"sitemaps": ["{}/2024-06.xml", "june"]},
            Misconfigured,
            "'june' is no web address; write it whole, with https://.",
        ),
        ({"sitemaps": ["{}/none.xml"]}, NoSitemap, "None of the 1 sitemaps of site that were tried could be read"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence_and_leaves_nothing_unfinished(
    engine: Engine, site: Site, asked: dict, error: type[Exception], says: str
) -> None:
    if "sitemaps" in asked:
        asked = {"sitemaps": [url.format(site.web.url("")) for url in asked["sitemaps"]]}

    with pytest.raises(error, match=re.escape(says)):
        collect(**asked)

    assert rows(engine, "SELECT count(*) FROM news.backfills") == [(0,)]


def test_a_day_that_is_none_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feeds", "backfill", "site", "--from", "June", "--to", "2024-06-01"]) == 2
    assert capsys.readouterr().err == "wirewatch: 'June' is no day: write it like 2026-11-20.\n"
