"""`wirewatch feeds discover`: a site's feeds and news sitemaps, found on a loopback site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from rich.cells import cell_len

from extractors import catalogue
from flows import resources, scout
from flows.__main__ import main
from flows.commands import feed_finds
from flows.commands.output import render
from flows.scout import Found
from models.settings import load
from tests.web import Web

MINE = '[[source]]\nslug = "ledger"\nname = "L"\ncountry = "GB"\nlanguage = "en"\nkind = "newspaper"\nbloc = "western"\nfamily = "ledger"\nfeeds = ["https://ledger.example/rss"]\n'
TODAY = datetime.now(UTC).replace(microsecond=0)


def rss(link: str, *, days: float = 0, title: str = "News") -> str:
    at = f"{TODAY - timedelta(days=days):%a, %d %b %Y %H:%M:%S} GMT"
    return f'<rss version="2.0"><channel><title>{title}</title><language>ko</language><item><title>A</title><link>{link}</link><pubDate>{at}</pubDate></item></channel></rss>'


def news(link: str) -> str:
    return (
        f'<urlset xmlns:news="n"><url><loc>{link}</loc><news:news><news:publication><news:language>en</news:language></news:publication>'
        f"<news:publication_date>{TODAY:%Y-%m-%dT%H:%M:%SZ}</news:publication_date><news:title>T</news:title></news:news></url></urlset>"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "feeds.toml").write_text(MINE, encoding="utf-8")
    chosen = load(
        home=tmp_path, feeds=tmp_path / "feeds.toml", allow_private_hosts=(ip_network("127.0.0.0/8"),),
        host_pace_seconds=0.0, host_concurrency=8, request_timeout_seconds=2.0, extract_workers=0,
    )  # fmt: skip
    with resources.using(chosen):
        yield tmp_path


@pytest.fixture
def site() -> Iterator[Web]:
    with Web() as web:
        web.page(
            "/",
            '<html lang="ko"><head><title>Harbour</title><link rel="alternate" type="application/rss+xml" href="/rss">'
            '<link rel="alternate" type="application/rss+xml" href="/comments/feed"></head>'
            '<body><a href="/old/rss">Old</a><a href="/rss/">same</a><a href="/broken/rss">x</a></body></html>',
        )
        web.page("/rss", rss(web.url("/a/1")))
        web.page("/rss/", rss(web.url("/a/1"), title="The same"))
        web.page("/comments/feed", rss(web.url("/a/2")))
        web.page("/old/rss", rss(web.url("/a/3"), days=90))
        web.page("/robots.txt", f"User-agent: *\nDisallow: /private\nSitemap: {web.url('/index.xml')}\n")
        children = ("/posts-2019.xml", "/news.xml", "/private/news.xml", "/pages.xml", "/index.xml")
        web.page(
            "/index.xml",
            "<sitemapindex>"
            + "".join(f"<sitemap><loc>{web.url(path)}</loc></sitemap>" for path in children)
            + "</sitemapindex>",
        )
        web.page("/news.xml", news(web.url("/a/4")))
        web.page("/private/news.xml", news(web.url("/a/5")))
        web.page("/pages.xml", f"<urlset><url><loc>{web.url('/about')}</loc></url></urlset>")
        yield web


def discover(*words: str) -> int:
    return main(["feeds", "discover", *words])


def test_a_site_is_looked_through_and_each_find_judged(folder: Path, site: Web, capsys) -> None:
    assert discover(site.url("/"), "--json") == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["name"], said["language"], said["added"]) == ("Harbour", "ko", [])
    assert [(one["url"], one["format"], one["entries"], one["news"], one["why"]) for one in said["found"]] == [
        (site.url("/rss"), "rss", 1, True, ""),
        (site.url("/news.xml"), "sitemap-news", 1, True, ""),
        (site.url("/comments/feed"), "rss", 1, False, "it lists comments"),
        (site.url("/old/rss"), "rss", 1, False, "its newest entry is 90 days old"),
        (site.url("/pages.xml"), "sitemap", 1, False, "it lists a whole site, for back-filling only"),
    ]
    assert [site.asked(path) for path in ("/private/news.xml", "/posts-2019.xml", "/index.xml", "/feed")] == [
        0,
        0,
        1,
        0,
    ]


def test_what_looks_like_news_is_added_under_one_new_source(folder: Path, site: Web, capsys) -> None:
    assert discover(site.url("/"), "--add", "--country", "KR", "--kind", "newspaper") == 0

    grown = (folder / "feeds.toml").read_text(encoding="utf-8")
    slug = f"127-0-0-1-{site.port}"
    assert grown.startswith(MINE)
    assert grown.removeprefix(MINE) == (
        f'\n[[source]]\nslug = "{slug}"\nname = "Harbour"\nhomepage = "{site.url("/")}"\ncountry = "KR"\n'
        f'language = "ko"\nkind = "newspaper"\nbloc = "unknown"\nfamily = "{slug}"\n'
        f'feeds = [\n    "{site.url("/rss")}",\n    "{site.url("/news.xml")}",\n]\n'
    )
    assert capsys.readouterr().out.endswith(f"Added 2 to {folder / 'feeds.toml'}; the next run polls what is new.\n")
    assert discover(site.url("/"), "--add") == 0
    assert "Nothing was added." in capsys.readouterr().out


def test_finds_are_chosen_by_number(folder: Path, site: Web, capsys) -> None:
    assert discover(site.url("/"), "--add", "2", "--source", "ledger") == 0

    feeds = catalogue.load((folder / "feeds.toml").read_text(encoding="utf-8"), name="x").feeds
    assert [(feed.source, feed.url) for feed in feeds] == [
        ("ledger", site.url("/news.xml")), ("ledger", "https://ledger.example/rss"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "code", "says"),
    [("0", 2, "there are numbers from 1 to 5"), ("x", 2, "there are numbers"), ("5", 1, "lists a whole site")],
)
def test_a_choice_that_is_none_changes_nothing(
    folder: Path, site: Web, wanted: str, code: int, says: str, capsys
) -> None:
    assert discover(site.url("/"), "--add", wanted) == code

    assert says in capsys.readouterr().err
    assert (folder / "feeds.toml").read_text(encoding="utf-8") == MINE


def test_where_a_site_names_nothing_the_usual_places_are_tried(folder: Path, capsys) -> None:
    with Web() as web:
        web.page("/en/", "<html><p>Nothing named here</p></html>")
        web.page("/en/feed", rss(web.url("/a/1")))
        web.page("/sitemap-news.xml", news(web.url("/a/2")))

        assert discover(web.url("/en/"), "--json") == 0

        found = json.loads(capsys.readouterr().out)["found"]
        assert [(one["url"], one["news"]) for one in found] == [
            (web.url("/en/feed"), True), (web.url("/sitemap-news.xml"), True),
        ]  # fmt: skip


def test_the_address_of_a_feed_is_its_own_find(folder: Path, site: Web, capsys) -> None:
    discover(site.url("/rss"), "--json")

    assert json.loads(capsys.readouterr().out)["found"][0]["url"] == site.url("/rss")


def test_an_index_that_never_ends_is_left_at_the_cap(folder: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scout, "MOST_SITEMAPS", 4)
    with Web() as web:
        web.page("/", "<html><p>x</p></html>")
        web.page("/robots.txt", f"Sitemap: {web.url('/0.xml')}\n")
        for number in range(8):
            names = "".join(f"<sitemap><loc>{web.url(f'/{number + 1}.xml')}</loc></sitemap>" for _ in range(2))
            web.page(f"/{number}.xml", f"<sitemapindex>{names}</sitemapindex>")

        discover(web.url("/"), "--json")

        assert sum(web.asked(f"/{number}.xml") for number in range(8)) == 4


def test_inner_addresses_are_refused_wherever_they_are_named(folder: Path, capsys) -> None:
    with Web() as web:
        inner = "http://10.1.2.3"
        web.page("/", f'<html><link rel="alternate" type="application/rss+xml" href="{inner}/rss"><p>x</p></html>')
        web.page("/robots.txt", f"Sitemap: {inner}/sitemap.xml\nSitemap: {web.url('/hop.xml')}\n")
        web.redirect("/hop.xml", f"{inner}/sitemap.xml")

        assert discover(web.url("/")) == 1

    assert "names no feed and no sitemap" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("site", "code", "says"),
    [
        ("http://10.1.2.3/", 1, "not the public web"),
        ("ftp://x.example/", 2, "'ftp://x.example/' is no web address."),
        ("http://127.0.0.1:1/", 1, "connection refused"),
    ],
)
def test_a_site_that_cannot_be_looked_at_is_told_in_a_sentence(
    folder: Path, site: str, code: int, says: str, capsys
) -> None:
    assert discover(site) == code

    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err


def test_the_table_keeps_to_its_window() -> None:
    one = Found(
        url="https://x.example/" + "a" * 90, format="sitemap-news", title="", language=None, entries=12_345, newest=TODAY,
        news=False, why="its newest entry is 90 days old",
    )  # fmt: skip

    assert max(map(cell_len, render(feed_finds.finds_table([one], None), width=80).splitlines())) <= 80
