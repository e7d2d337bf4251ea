"""Stored articles looked at again over real HTTP: edits become versions, removals are noted, trifles are neither."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from flows import resources
from flows import revisit as module
from flows.__main__ import main
from flows.gather import now
from flows.ledger import ledger
from flows.prefect_api import call
from flows.revisit import Report, revisit, sentence
from models import housekeeping, look_store, run_store, tag_store
from models.settings import ROOT, Settings, load
from tests import factories as make
from tests.web import Web

pytestmark = pytest.mark.prefect

TAXONOMY = """
name = "test"
[concepts.treaty]
en = ["treaty"]
[concepts.missile]
en = ["missile"]
[[topics]]
slug = "pact"
title = "The pact"
rules = [{ all = ["treaty"] }]
[[topics]]
slug = "arms"
title = "Arms"
rules = [{ all = ["missile"] }]
"""
TREATY = "The two governments signed the treaty on Wednesday after a day of talks in the capital, officials said."
REST = (
    "The text obliges each side to help the other if it is attacked, and it enters into force once both parliaments "
    "have agreed to it. Analysts had expected a declaration of intent rather than a binding document. "
    "Number {} of the commission's reports tells how the delegations came to terms in the course of the night."
)
MISSILE = "A missile was launched into the sea an hour later."
WALL = "<h1>Subscribe to continue reading</h1><p>This article is for subscribers only. Subscribe now to read on.</p>"


def page(
    name: str, *, title: str = "", first: str = TREATY, extra: str = "", trifle: str = "", canonical: str = ""
) -> str:
    headline = title or f"Report {name} on the treaty"
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    number = sum(map(ord, name))
    return (
        f"<!doctype html><html lang=en><head><title>{headline}</title>{link}</head><body><article><h1>{headline}</h1>{trifle}"
        f"<p>{first}</p><p>{REST.format(number)}</p><p>{name.capitalize()} has more. {extra}</p></article></body></html>"
    )


def missing() -> str:
    return "<html><head><title>Page not found</title></head><body><h1>Page not found</h1><p>Sorry.</p></body></html>"


NAMES = (
    "tagged", "same", "trifles", "edited", "headline", "gone", "lost", "faded", "merged", "renamed", "walled", "broken",
    "back", "fronted", "older",
)  # fmt: skip


@dataclass
class Site:
    """A site whose articles were stored by an ingest, and then changed in every way that matters."""

    web: Web
    engine: Engine
    home: Path
    settings: Settings
    reports: list[Report] = field(default_factory=list)

    def ask(self, sql: str, **values: object) -> list[tuple]:
        with self.engine.connect() as db:
            return [tuple(row) for row in db.execute(sa.text(sql), values)]

    def look(self) -> Report:
        """One revisit of everything, as if its time had come."""
        with self.engine.begin() as db:
            db.execute(sa.text("UPDATE news.looks SET due_at = now() - interval '1 minute'"))
        self.reports.append(revisit())
        return self.reports[-1]

    def outcomes(self, report: Report) -> dict[str, tuple[str, str]]:
        """Outcome and reason by the name of the article."""
        rows = self.ask(
            "SELECT substring(url from '[a-z]+$'), outcome, attempts.reason FROM news.attempts"
            " JOIN news.articles ON articles.id = article_id WHERE run_id = :run",
            run=report.run_id,
        )
        return {name: (outcome, reason) for name, outcome, reason in rows}


def environment(site: Site, prefect_api: str) -> dict[str, str]:
    """What the command needs to work on the same database."""
    chosen = site.settings
    assert chosen.database_url is not None
    return {
        **os.environ, "PREFECT_API_URL": prefect_api, "WIREWATCH_HOME": str(site.home), "WIREWATCH_EXTRACT_WORKERS": "0",
        "WIREWATCH_DATABASE_URL": chosen.database_url.get_secret_value(), "WIREWATCH_HOST_PACE_SECONDS": "0",
        "WIREWATCH_TAXONOMY": str(chosen.taxonomy), "WIREWATCH_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8",
    }  # fmt: skip


def change_everything(web: Web) -> None:
    """What an editor, a template, a lawyer and a broken server may do to a page."""
    web.page(
        "/trifles", page("trifles", first=TREATY.replace(" signed", "  signed"), trifle="<p>Updated 5 minutes ago</p>")
    )
    web.page("/edited", page("edited", first="Nothing was signed on Wednesday.", extra=MISSILE))
    web.page("/headline", page("headline", title="Report: no treaty after all in the capital"))
    web.page("/gone", status=410)
    web.page("/back", status=410)
    web.page("/lost", status=404)
    web.page("/faded", missing())
    web.redirect("/merged", "/same", status=301)
    web.redirect("/renamed", "/renamed-for-good", status=301)
    web.page("/renamed-for-good", page("renamed"))
    web.page("/walled", f"<html><body><article>{WALL}</article></body></html>")
    web.page("/broken", status=500)
    web.redirect("/fronted", "/")
    web.page("/older", page("older") + "<!-- served by another machine -->")
    web.page("/", "<html><head><title>Site</title></head><body><ul><li>News<li>Sport</ul></body></html>")


def read_by_an_older_extractor(engine: Engine, name: str) -> None:
    """Have an article as an edition left it that took the text for half as long."""
    with engine.begin() as db:
        older = sa.text("INSERT INTO news.extractors (name, first_used_at) VALUES ('older', now()) RETURNING id")
        values = {"name": f"%/{name}", "extractor": db.execute(older).scalar_one()}
        db.execute(sa.text("UPDATE news.articles SET extractor_id = :extractor WHERE url LIKE :name"), values)
        db.execute(
            sa.text(
                "UPDATE news.texts SET text = split_part(text, E'\n', 2) FROM news.articles"
                " WHERE id = article_id AND url LIKE :name"
            ),
            values,
        )


@contextmanager
def opened(database_url: str, home: Path, *names: str, **bodies: str) -> Iterator[Site]:
    """A site whose articles were just stored, in a database of its own; `bodies` are pages of their own by name."""
    (home / "topics.toml").write_text(TAXONOMY)
    with ExitStack() as stack:
        web = stack.enter_context(Web())
        items = "".join(
            f"<item><title>Report {n} on the treaty</title><link>{web.url(f'/{n}')}</link></item>" for n in names
        )
        web.page("/feed", f'<rss version="2.0"><channel><title>Site</title>{items}</channel></rss>')
        for name in names:
            web.page(f"/{name}", bodies.get(name) or page(name), etag='"1"' if name == "tagged" else "")
        (home / "feeds.toml").write_text(
            '[[source]]\nslug = "site"\nname = "Site"\ncountry = "GB"\nlanguage = "en"\nkind = "newspaper"\n'
            f'bloc = "western"\nfamily = "site"\nfeeds = ["{web.url("/feed")}"]\n'
        )
        settings = load(
            home=home, database_url=stack.enter_context(make.own_database(database_url)), feeds=home / "feeds.toml",
            taxonomy=home / "topics.toml", allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.0,
            host_concurrency=8, extract_workers=0, retry_minutes=0.0,
        )  # fmt: skip
        stack.enter_context(resources.using(settings))
        resources.run_ingest(feeds=None, limit=None, everything=True)
        yield Site(web, stack.enter_context(resources.database()), home, settings)


@pytest.fixture(scope="module")
def site(prefect_api: str, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All that may happen to an article, looked at twice; tests only read it."""
    with opened(database_url, tmp_path_factory.mktemp("revisit"), *NAMES) as site:
        assert site.ask("SELECT count(*) FROM news.looks") == [(len(NAMES),)]
        read_by_an_older_extractor(site.engine, "older")
        change_everything(site.web)
        site.look()
        site.web.page("/back", page("back"))
        site.look()
        yield site


@pytest.fixture
def fresh(prefect_api: str, database_url: str, tmp_path: Path) -> Iterator[Site]:
    """Two articles that were just stored, for a test that does something to them."""
    with opened(database_url, tmp_path, "tagged", "same") as site:
        yield site


def test_every_look_ends_as_its_page_was_changed(site: Site) -> None:
    assert site.outcomes(site.reports[0]) == {
        "tagged": ("unchanged", "not modified"),
        "same": ("unchanged", "same page"),
        "trifles": ("unchanged", "same text"),
        "edited": ("revised", ""),
        "headline": ("revised", ""),
        "gone": ("deleted", "gone"),
        "back": ("deleted", "gone"),
        "lost": ("failed", "not found"),
        "faded": ("failed", "soft 404"),
        "merged": ("moved", "to another article"),
        "renamed": ("moved", "to a new address"),
        "walled": ("rejected", "paywall"),
        "broken": ("failed", "server error"),
        "fronted": ("moved", "to a page that is no article"),
        "older": ("unchanged", "same text"),
    }


def test_the_second_look_finds_the_missing_ones_deleted_and_one_of_them_back_again(site: Site) -> None:
    assert site.outcomes(site.reports[1]) == {
        "tagged": ("unchanged", "not modified"),
        "same": ("unchanged", "same page"),
        "trifles": ("unchanged", "same text"),
        "edited": ("unchanged", "same page"),
        "headline": ("unchanged", "same page"),
        "gone": ("unchanged", "still gone"),
        "back": ("revised", "back again"),
        "lost": ("deleted", "not found"),
        "faded": ("deleted", "soft 404"),
        "renamed": ("unchanged", "same page"),
        "walled": ("rejected", "paywall"),
        "broken": ("failed", "server error"),
        "fronted": ("moved", "to a page that is no article"),
        "older": ("unchanged", "same text"),
    }


def test_the_books_of_the_looks_balance(site: Site) -> None:
    first, second = site.reports
    runs = site.ask(
        "SELECT carried, ended, balanced, unchanged, revised, deleted, moved, rejected, failed FROM ops.runs"
        " WHERE flow = 'revisit' ORDER BY run_id"
    )

    assert (str(first.balance), str(second.balance)) == (
        "15 looks taken on, 15 ended; 4 found a change, 4 of these are kept; 0 unsettled",
        "14 looks taken on, 14 ended; 3 found a change, 3 of these are kept; 0 unsettled",
    )
    assert runs == [(15, 15, True, 4, 2, 2, 3, 1, 3), (14, 14, True, 8, 1, 2, 1, 1, 1)]


def test_each_change_is_kept_with_what_was_there_before(site: Site) -> None:
    rows = site.ask(
        "SELECT substring(url from '[a-z]+$'), number, kind, headline_before, headline_after, headline_changed,"
        " sentences_added, sentences_removed, topics_gained, topics_lost, text_before LIKE 'The two governments%'"
        " FROM trends.revisions ORDER BY 1, 2"
    )

    def report(name: str) -> str:
        return f"Report {name} on the treaty"

    new = "Report: no treaty after all in the capital"
    assert rows == [
        ("back", 1, "deletion", report("back"), report("back"), False, 0, 0, [], [], None),
        ("back", 2, "return", report("back"), report("back"), False, 0, 0, [], [], None),
        ("edited", 1, "edit", report("edited"), report("edited"), False, 2, 1, ["arms"], [], True),
        ("faded", 1, "deletion", report("faded"), report("faded"), False, 0, 0, [], [], None),
        ("gone", 1, "deletion", report("gone"), report("gone"), False, 0, 0, [], [], None),
        ("headline", 1, "edit", report("headline"), new, True, 0, 0, [], [], True),
        ("lost", 1, "deletion", report("lost"), report("lost"), False, 0, 0, [], [], None),
    ]


def test_an_edited_article_has_the_new_text_and_the_tags_and_evidence_of_it(site: Site) -> None:
    [(state, edits, topics, text)] = site.ask(
        "SELECT state, seen.edits, seen.topics, text FROM trends.articles AS seen"
        " JOIN news.articles ON articles.id = seen.article_id JOIN news.texts ON texts.article_id = articles.id"
        " WHERE seen.url LIKE '%/edited'"
    )

    assert (state, edits, sorted(topics)) == ("stored", 1, ["arms", "pact"])
    assert text.startswith("Nothing was signed on Wednesday.")
    assert MISSILE in text


def test_what_was_deleted_still_counts_and_says_so(site: Site) -> None:
    gone = site.ask("SELECT substring(url from '[a-z]+$') FROM trends.articles WHERE deleted_at IS NOT NULL ORDER BY 1")
    counted = site.ask("SELECT sum(articles) FROM trends.days")

    assert gone == [("faded",), ("gone",), ("lost",)]
    assert counted == [(len(NAMES),)]


def test_edits_are_counted_by_source_and_day_with_the_looks_that_could_tell(site: Site) -> None:
    sums = site.ask(
        "SELECT source, sum(looks), sum(read), sum(edits), sum(articles), sum(headlines), sum(retopics), sum(deletions),"
        " sum(returns) FROM trends.edit_days GROUP BY 1"
    )

    assert sums == [("site", 25, 23, 2, 2, 1, 1, 4, 1)]


def test_nothing_that_was_made_of_the_old_texts_contradicts_the_new_ones(site: Site) -> None:
    with site.engine.connect() as db:
        assert housekeeping.broken_checks(db) == {}


def test_the_request_is_conditional_with_the_validators_of_the_page(site: Site) -> None:
    sent = [one.headers.get("if-none-match") for one in site.web.requests if one.path == "/tagged"]

    assert sent == [None, '"1"', '"1"']


def test_what_changed_is_shown_in_the_ui(site: Site, prefect_api: str) -> None:
    shown = call(prefect_api, "/artifacts/filter", {"artifacts": {"key": {"any_": ["revisit-summary"]}}})
    [summary] = [one["data"] for one in shown if "15 looks at stored articles: " in one["description"]]

    assert "| deletion |  | +0 −0 |" in summary
    assert "| edit | Report: no treaty after all in the capital | +0 −0 |" in summary


def explained(site: Site, capsys: pytest.CaptureFixture[str], name: str, *words: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "160")
        assert main(["explain", site.web.url(f"/{name}"), *words]) == 0
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_explain_shows_what_became_of_an_article(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    said = explained(site, capsys, "edited")
    shown = said[said.index("What became of it") :].splitlines()[:6]

    assert re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "AT", "\n".join(shown)) == (
        "What became of it since it was stored\n"
        "AT UTC  edited, 2 sentences came and 1 went\n"
        "  topics: +arms\n"
        f"  - {TREATY}\n"
        "  + Nothing was signed on Wednesday.\n"
        f"  + {MISSILE}"
    )


def test_explain_shows_headlines_before_and_after_and_that_a_page_came_back(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    headline, back = explained(site, capsys, "headline"), json.loads(explained(site, capsys, "back", "--json"))

    assert "  - Report headline on the treaty\n  + Report: no treaty after all in the capital" in headline
    assert [(one["kind"], one["sentences"]) for one in back["versions"]] == [("deletion", []), ("return", [])]
    assert "What became of it" not in explained(site, capsys, "same")


def test_what_another_edition_of_the_extractor_read_is_compared_as_this_one_reads_it(site: Site) -> None:
    [(name,)] = site.ask(
        "SELECT name FROM news.articles JOIN news.extractors ON extractors.id = extractor_id WHERE url LIKE '%/older'"
    )

    assert name == "older"  # a look is no re-extraction


def test_a_revisit_that_was_killed_leaves_its_looks_to_the_next(fresh: Site, prefect_api: str, eventually) -> None:
    fresh.web.page("/tagged", hold=True)
    due = "UPDATE news.looks SET due_at = now() - interval '1 minute' FROM news.articles WHERE id = article_id AND url LIKE :url"
    with fresh.engine.begin() as db:
        db.execute(sa.text(due), {"url": "%/tagged"})
    asked = fresh.web.asked("/tagged")
    run = subprocess.Popen(
        [sys.executable, "-m", "flows", "revisit", "--json"], env=environment(fresh, prefect_api), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    eventually(lambda: fresh.web.asked("/tagged") > asked)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    fresh.web.page("/tagged", page("tagged"))

    report = revisit()

    assert report.outcomes == {"unchanged": 1}
    runs = "SELECT state, lost, unchanged FROM ops.runs WHERE flow = 'revisit' ORDER BY run_id DESC LIMIT 2"
    assert fresh.ask(runs) == [("ok", 0, 1), ("dead", 1, 0)]
    assert fresh.ask("SELECT count(*) FROM news.looks WHERE claimed_by IS NOT NULL") == [(0,)]


def test_looks_of_a_batch_read_before_a_switch_are_saved_with_the_tags_of_the_version_in_use(fresh: Site) -> None:
    fresh.web.page("/same", page("same", extra=MISSILE))
    with fresh.engine.begin() as db:
        db.execute(sa.text("UPDATE news.looks SET due_at = now() - interval '1 minute' WHERE number < 3"))
    with resources.workshop() as shop, ledger(shop, "revisit") as run_id:
        used = shop.taxonomy
        with fresh.engine.begin() as db:
            [(own,)] = db.execute(sa.text("SELECT id FROM news.articles WHERE url LIKE '%/same'")).all()
            db.execute(
                sa.text("UPDATE news.looks SET due_at = now() - interval '1 minute' WHERE article_id = :id"),
                {"id": own},
            )
            looks = look_store.claim(db, run_id, [own], now=now())
        looked = shop.gatherer.look(looks)
        (fresh.home / "topics.toml").write_text(TAXONOMY.replace("arms", "weapons"))
        with fresh.engine.begin() as db:
            new = tag_store.enter(db, resources.taxonomy(), now=now()).taxonomy
            tag_store.make_current(db, new)

        saved = module._save(shop, run_id, looked, used)
        with fresh.engine.begin() as db:
            run_store.finish(db, run_id, now=now())

    assert saved.outcomes == {"revised": 1}
    topics = "SELECT taxonomy_id, slug FROM news.tags JOIN news.topics ON topics.id = topic_id WHERE article_id = :own"
    assert sorted(fresh.ask(topics, own=own)) == [(new, "pact"), (new, "weapons")]


def test_switched_off_it_looks_at_nothing(fresh: Site) -> None:
    with resources.using(fresh.settings.model_copy(update={"revisit_hours": ()})):
        report = revisit()

    assert (report.run_id, report.outcomes, sentence(report)) == (
        None, {}, "Looks at stored articles are switched off (WIREWATCH_REVISIT_HOURS).",
    )  # fmt: skip
