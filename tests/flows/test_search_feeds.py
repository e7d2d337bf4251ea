"""Search feeds from end to end, on an imitation of each service: whose an article is, and what is never kept."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from extractors import catalogue
from extractors.records import Catalogue, FeedSpec, Source, SourceKind
from flows import resources
from flows.__main__ import main
from flows.gather import Gatherer, now
from models import article_store, feed_store, run_store, source_store, tag_store
from models.database import ensure_page_partitions
from models.settings import load
from tests.web import Web
from topics import taxonomy

SERVICES = ("news.google.com", "consent.google.com", "www.bing.com", "api.gdeltproject.org")
PUBLISHERS = ("www.harbourpost.com", "www.lamppost.org", "mirror.kcnapost.net")
TAXONOMY = """
name = "test"
[concepts.treaty]
en = ["treaty"]
[[topics]]
slug = "pact"
title = "The pact"
rules = [{ all = ["treaty"] }]
"""
PARAGRAPH = "The two governments signed the treaty on Wednesday after a day of talks in the capital, officials of both sides said. "


def article(title: str) -> str:
    body = "".join(f"<p>{title}, part {part}. {PARAGRAPH}</p>" for part in range(6))
    return f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


class World:
    """The services and the publishers, all on one loopback server that is found under their names."""

    def __init__(self, web: Web) -> None:
        self.web = web

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.web.port}{path}"

    def coded(self, url: str) -> str:
        data = b"\x08\x13\x22" + bytes([len(url)]) + url.encode() + b"\xd2\x01\x00"
        return self.google(base64.urlsafe_b64encode(data).decode().rstrip("="))

    def google(self, code: str) -> str:
        return self.url("news.google.com", f"/rss/articles/{code}?oc=5")

    def feed(self, path: str, *items: str) -> None:
        self.web.page(
            path, f'<rss version="2.0" xmlns:News="n"><channel><title>Search</title>{"".join(items)}</channel></rss>'
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    real = socket.getaddrinfo

    def look_up(host: str, *rest: object, **more: object) -> list:
        return real("127.0.0.1" if host in SERVICES + PUBLISHERS else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with Web() as web:
        yield World(web)


def source(slug: str, kind: SourceKind, homepage: str | None) -> Source:
    return Source(
        slug=slug, name=slug.title(), homepage=homepage, country="US", language="en", kind=kind, bloc="unknown", family=slug,
    )  # fmt: skip


def item(title: str, link: str, more: str = "", description: str = "") -> str:
    at = f"{datetime.now(UTC) - timedelta(hours=2):%a, %d %b %Y %H:%M:%S} GMT"
    return f"<item><title>{title}</title><link>{link.replace('&', '&amp;')}</link><pubDate>{at}</pubDate>{more}<description>{description}</description></item>"


@pytest.fixture
def ran(world: World, db: Connection, tmp_path: Path) -> World:
    """One poll of each feed, and what was found fetched, read and saved."""
    story, sea = world.url("www.harbourpost.com", "/ferry"), world.url("www.harbourpost.com", "/sea")
    lamp, mirror = world.url("www.lamppost.org", "/lamp"), world.url("mirror.kcnapost.net", "/notice")
    for path, title in (("/ferry", "Ferry"), ("/sea", "Sea"), ("/lamp", "Lamp"), ("/notice", "Notice")):
        world.web.page(path, article(f"{title} and the treaty"))
    digest = "&lt;ol&gt;&lt;li&gt;" + "many headlines " * 90 + "&lt;/li&gt;&lt;/ol&gt;"
    named = '<source url="https://www.harbourpost.com">The Harbour Post</source>'
    world.feed(
        "/rss/search",
        item("Ferry - The Harbour Post", world.coded(story), named, digest),
        item("Closed - Somebody", world.google("CLOSEDCLOSED"), "<source>Somebody</source>", digest),
        item("Lamp - Lamp Post", world.google("REDIRECTSTOLAMP"), "<source>Lamp Post</source>", digest),
        item("Asked for consent", world.google("CONSENTCONSENT"), "", digest),
    )
    world.web.page("/rss/articles/CLOSEDCLOSED", "<html><body><c-wiz>opening</c-wiz></body></html>")
    world.web.redirect("/rss/articles/REDIRECTSTOLAMP", world.url("news.google.com", "/read/hop"))
    world.web.redirect("/read/hop", lamp)
    world.web.redirect("/rss/articles/CONSENTCONSENT", world.url("consent.google.com", "/ml?continue=x"))
    world.web.page("/ml", article("Before you continue to Google, the treaty"))
    click = world.url("www.bing.com", f"/news/apiclick.aspx?ref=FexRss&url={quote(story, safe='')}&c=1")
    world.feed("/news/search", item("Ferry", click, "<News:Source>The Harbour Post</News:Source>"))
    world.feed("/api/v2/doc/doc", item("Sea", sea))
    world.web.redirect("/rss/blocked", world.url("consent.google.com", "/ml?continue=x"))
    world.feed("/mirror/feed", item("Notice", mirror))
    specs = (
        FeedSpec(source="google-news-en", url=world.url("news.google.com", "/rss/search")),
        FeedSpec(source="google-news-en", url=world.url("news.google.com", "/rss/blocked")),
        FeedSpec(source="bing-news-en", url=world.url("www.bing.com", "/news/search")),
        FeedSpec(source="gdelt-en", url=world.url("api.gdeltproject.org", "/api/v2/doc/doc")),
        FeedSpec(source="kcna-mirror", url=world.url("mirror.kcnapost.net", "/mirror/feed")),
        FeedSpec(source="lamp", url=world.url("www.lamppost.org", "/none")),
    )
    homes = {
        "google-news-en": "https://news.google.com/", "bing-news-en": "https://www.bing.com/news",
        "gdelt-en": "https://www.gdeltproject.org/", "kcna-mirror": world.url("mirror.kcnapost.net", "/"),
        "lamp": "https://www.lamppost.org/",
    }  # fmt: skip
    sources = tuple(
        source(slug, SourceKind.NEWSPAPER if slug == "lamp" else SourceKind.AGGREGATOR, home)
        for slug, home in homes.items()
    )
    source_store.sync(db, Catalogue(sources=sources, feeds=specs), now=now())
    _collect(db, tmp_path)
    return world


def _collect(db: Connection, home: Path) -> None:
    ids = tag_store.enter(db, taxonomy.parse(TAXONOMY, name="test"), now=now())
    settings = load(
        home=home, allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.0, host_concurrency=8,
        extract_workers=0, request_timeout_seconds=5.0,
    )  # fmt: skip
    ensure_page_partitions(db, now().date())
    run = run_store.start(db, flow="ingest", now=now(), host="here", version="0")
    with Gatherer(settings, taxonomy=TAXONOMY) as gatherer:
        polled = gatherer.poll(feed_store.claim_due(db, run, now=now(), everything=True))
        feed_store.record(db, run, polled, now=now(), max_age=timedelta(days=30))
        due = article_store.due(db, run, now=now(), limit=100)
        works = article_store.claim(db, run, [one.article_id for one in due], now=now())
        article_store.save(db, run, gatherer.collect(works), ids, now=now())
    assert run_store.balance(db, run).holds


def rows(db: Connection, sql: str) -> list[tuple]:
    return list(db.execute(sa.text(sql)).tuples().all())


def test_every_article_counts_as_its_publisher_s_and_none_as_the_aggregator_s(ran: World, db: Connection) -> None:
    found = rows(
        db,
        "SELECT articles.title, sources.slug, sources.name, sources.family, sources.kind, sources.bloc "
        "FROM news.articles JOIN news.sources ON sources.id = source_id WHERE state = 'stored' ORDER BY 1",
    )

    unknown = ("harbourpost-com", "The Harbour Post", "harbourpost-com", "unknown", "unknown")
    assert found == [
        ("Ferry and the treaty", *unknown),
        ("Lamp and the treaty", "lamp", "Lamp", "lamp", "newspaper", "unknown"),
        ("Notice and the treaty", "kcna-mirror", "Kcna-Mirror", "kcna-mirror", "aggregator", "unknown"),
        ("Sea and the treaty", *unknown),
    ]
    assert rows(db, "SELECT country, language, homepage FROM news.sources WHERE slug = 'harbourpost-com'") == [
        ("ZZ", "en", "https://harbourpost.com/")
    ]


def test_links_that_stay_closed_and_consent_pages_are_refused_with_their_reasons_and_never_kept(
    ran: World, db: Connection
) -> None:
    ended = rows(db, "SELECT state, reason, count(*) FROM news.articles GROUP BY 1, 2 ORDER BY 1, 2")

    assert ended == [("rejected", "consent wall", 1), ("rejected", "unresolved link", 1), ("stored", "", 4)]
    assert rows(db, "SELECT count(*) FROM news.pages WHERE final_url LIKE '%google%'") == [(0,)]
    assert rows(db, "SELECT count(*) FROM news.pages") == [(4,)]
    assert rows(db, "SELECT count(*) FROM news.texts WHERE text LIKE '%Before you continue%'") == [(0,)]


def test_one_article_found_by_two_services_is_one(ran: World, db: Connection) -> None:
    sightings = rows(
        db,
        "SELECT sources.slug FROM news.sightings JOIN news.articles ON articles.id = article_id "
        "JOIN news.feeds ON feeds.id = sightings.feed_id JOIN news.sources ON sources.id = feeds.source_id "
        "WHERE articles.url LIKE '%/ferry' ORDER BY 1",
    )

    assert sightings == [("bing-news-en",), ("google-news-en",)]
    assert ran.web.asked("/ferry") == 1
    assert ran.web.asked("/news/apiclick.aspx") == 0


def test_the_publisher_is_taken_off_the_headline_and_the_digest_is_no_text(ran: World, db: Connection) -> None:
    announced = rows(
        db,
        "SELECT entries.title, entries.publisher, content_html = '' FROM news.entries "
        "JOIN news.articles ON articles.id = article_id WHERE articles.url LIKE '%/ferry' OR articles.url LIKE '%CLOSED%' ORDER BY 1",
    )

    assert announced == [("Closed", "Somebody", True), ("Ferry", "The Harbour Post", True)]


def test_a_feed_behind_a_consent_page_is_blocked_with_a_word_on_what_to_do(ran: World, db: Connection) -> None:
    [(state, error, advice)] = rows(
        db, "SELECT state, last_error, advice FROM news.feeds WHERE url LIKE '%/rss/blocked'"
    )

    assert (state, rows(db, "SELECT reason FROM news.polls WHERE outcome = 'failed' AND reason <> 'not found'")) == (
        "blocked", [("consent wall",)],
    )  # fmt: skip
    assert error.endswith("is a consent page: the feed is behind it.")
    assert advice.startswith("It answers with a consent page")


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COLUMNS", "120")
    (tmp_path / "feeds.toml").write_text("# mine\n", encoding="utf-8")
    with resources.using(load(home=tmp_path, feeds=tmp_path / "feeds.toml")):
        yield tmp_path


def test_searches_are_shown_then_added_as_aggregators_and_only_once(folder: Path, capsys) -> None:
    words = ["feeds", "search", "--topic", "russia-dprk-pact", "--lang", "ko", "--lang", "en"]

    assert main([*words, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (folder / "feeds.toml").read_text(encoding="utf-8") == "# mine\n"
    assert main([*words, "--add"]) == 0
    assert "Added 6 searches to" in capsys.readouterr().out
    assert main([*words, "--add"]) == 0
    assert "Nothing was added:" in " ".join(capsys.readouterr().out.split())

    grown = catalogue.load((folder / "feeds.toml").read_text(encoding="utf-8"), name="x")
    assert [(one.service, one.language) for one in map(_Shown, shown["searches"])] == [
        (service, language) for language in ("ko", "en") for service in ("google", "bing", "gdelt")
    ]
    assert shown["added"] == []
    assert {one["url"] for one in shown["searches"]} == {feed.url for feed in grown.feeds}
    assert {(one.slug, one.language, one.kind, one.bloc, one.family) for one in grown.sources} == {
        (f"{slug}-{language}", language, SourceKind.AGGREGATOR, "unknown", slug)
        for slug in ("google-news", "bing-news", "gdelt") for language in ("ko", "en")
    }  # fmt: skip
    assert {feed.note for feed in grown.feeds} == {"search for russia-dprk-pact"}


class _Shown:
    def __init__(self, facts: dict) -> None:
        self.service, self.language = facts["service"], facts["language"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--topic", "moon"], "There is no topic 'moon'; `wirewatch topics list` names those there are."),
        (["--lang", "tlh"], "There is no search in 'tlh'; there is in en, ko"),
    ],
)
def test_what_there_is_no_search_for_is_told(folder: Path, words: list[str], says: str, capsys) -> None:
    assert main(["feeds", "search", *words]) == 2
    assert says in capsys.readouterr().err
