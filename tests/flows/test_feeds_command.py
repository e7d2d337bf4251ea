"""`wirewatch feeds`: what is watched, what a feed answers, and one feed more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import NoReturn

import pytest
from pydantic import SecretStr
from rich.cells import cell_len

from extractors import catalogue
from extractors.records import FeedState
from flows import resources
from flows.__main__ import main
from flows.commands import feeds
from flows.commands.output import render
from models import database, embedded, tables
from models.feed_store import FeedHealth
from models.settings import Settings, load
from tests import factories as make
from tests.web import Answer, Web

RSS = '<rss version="2.0"><channel><title>{}</title><item><title>A</title><link>https://a.example/1</link><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item></channel></rss>'
SOURCE = """\
# kept
[[source]]
slug = "ledger"
name = "The Ledger"
country = "GB"
language = "en"
kind = "newspaper"
bloc = "western"
family = "ledger"
feeds = [{}]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings that let loopback addresses through and name a feeds.toml in the test's folder."""
    chosen = load(
        home=tmp_path, feeds=tmp_path / "feeds.toml", allow_private_hosts=(ip_network("127.0.0.0/8"),),
        host_pace_seconds=0.0, host_concurrency=20, request_timeout_seconds=2.0, extract_workers=0,
    )  # fmt: skip
    with resources.using(chosen):
        yield chosen


@pytest.fixture
def web() -> Iterator[Web]:
    with Web(hosts=("127.0.0.1", "127.0.0.2")) as web:
        web.page("/rss", RSS.format("Harbour &amp; [b]Sons[/b]"))
        yield web


def listing(settings: Settings, *addresses: str) -> str:
    content = SOURCE.format(", ".join(map(json.dumps, addresses)))
    settings.feeds.write_text(content, encoding="utf-8")
    return content


# check ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [[""], ["rss.xml"], ["https://a.example/rss", "https://"]])
def test_what_is_no_address_is_refused_by_name_and_nothing_is_read(
    words: list[str], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feeds", "check", *words]) == 2
    assert capsys.readouterr() == ("", f"wirewatch: {words[-1]!r} is no web address; write it whole, with https://.\n")


def test_every_kind_of_trouble_is_told_beside_the_feeds_that_are_fine(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    web.page("/html", "<!doctype html><html><body><p>Not here.</p></body></html>")
    web.page("/broken", "oops", status=500)
    web.page("/wait", "", status=429, headers={"Retry-After": "60"})
    web.page("/gone", "", status=410)
    web.page("/forbidden", "", status=403)
    web.redirect("/loop", "/loop")
    web.redirect("/moved", "/rss", status=301)
    web.queue("/silent", Answer(hold=True))
    paths = ["/rss", "/moved", "/html", "/broken", "/wait", "/gone", "/forbidden", "/none", "/loop", "/silent"]
    # After a 429 its whole host is left alone.
    busy = web.url("/wait", host="127.0.0.2")
    addresses = [busy if path == "/wait" else web.url(path) for path in paths]
    addresses += ["http://127.0.0.1:1/rss", "http://10.1.2.3/rss", "https://no-such-host.invalid/rss"]

    code = main(["feeds", "check", "--json", *addresses])

    said = capsys.readouterr()
    rows = {row["url"]: row for row in json.loads(said.out)}
    assert code == 1
    assert list(rows) == addresses  # in the order given, whichever came first
    assert rows[web.url("/rss")] == {
        "url": web.url("/rss"), "ok": True, "format": "rss", "title": "Harbour & [b]Sons[/b]", "entries": 1,
        "moved_to": None, "error": None, "state": "ok", "advice": None, "findings": [],
    }  # fmt: skip
    assert rows[web.url("/moved")]["moved_to"] == web.url("/rss")
    assert [row["state"] for row in rows.values()][: len(paths)] == [
        "ok", "moved", "broken", "broken", "broken", "gone", "blocked", "broken", "broken", "broken",
    ]  # fmt: skip
    words = {
        web.url("/html"): "HTML", web.url("/broken"): "500", busy: "429", web.url("/gone"): "410",
        web.url("/forbidden"): "403", web.url("/none"): "404", web.url("/loop"): "redirect",
        web.url("/silent"): "2 s", "http://127.0.0.1:1/rss": "connection refused",
        "http://10.1.2.3/rss": "10.1.2.3, which is not the public web",
        "https://no-such-host.invalid/rss": "cannot be found",
    }  # fmt: skip
    assert {
        url: row["error"] for url, row in rows.items() if row["ok"] is False and words[url] not in row["error"]
    } == {}
    assert {url for url, row in rows.items() if not row["ok"]} == words.keys()
    assert said.err.splitlines()[-1] == f"Reading feeds: {len(addresses)} of {len(addresses)}"


def test_without_addresses_those_of_the_file_are_read_and_nothing_is_stored(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    listing(settings, web.url("/rss"))

    code = main(["feeds", "check"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[2].split() == ["ok", "rss", "1", web.url("/rss")]
    assert lines[-1] == "1 of 1 can be read."
    assert sorted(path.name for path in settings.home.iterdir()) == ["feeds.toml"]


def test_a_check_says_what_feeds_answer_where_the_database_does_not(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    away = settings.model_copy(update={"database_url": SecretStr("postgresql://me@127.0.0.1:9/news")})
    with resources.using(away):
        code = main(["feeds", "check", "--json", web.url("/rss")])

    out, err = capsys.readouterr()
    [row] = json.loads(out)
    assert (code, row["ok"], row["findings"]) == (0, True, [])
    assert err.splitlines()[-1] == (
        "Nothing is said of the sources behind the feeds: The database at 127.0.0.1:9 does not answer: Connection refused. "
        "Is it running, and reachable?"
    )


def test_a_check_tells_what_the_source_of_a_feed_no_longer_brings(
    settings: Settings, web: Web, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    listing(settings, web.url("/rss"), web.url("/other"))
    web.page("/other", RSS.format("Other"))
    with (
        make.own_database(database_url) as url,
        resources.using(settings.model_copy(update={"database_url": SecretStr(url)})),
    ):
        with resources.database() as engine, engine.begin() as db:
            for address in (web.url("/rss"), web.url("/other")):
                last = now - timedelta(days=5)
                feed = make.feed(
                    db, "ledger", address, watched_since=now - timedelta(days=99), last_new_at=last, state="ok"
                )
                rows = [
                    {"feed_id": feed, "day": (last - timedelta(days=ago)).date(), "polls": 9, "failed": 0, "new": 8}
                    for ago in range(30)
                ]
                db.execute(tables.feed_days.insert(), rows)

        codes = [main(["feeds", "check"]), main(["feeds", "check", "--json", web.url("/rss")])]

    out = capsys.readouterr().out
    said = "ledger: brought nothing for 5 days; by its own rhythm 64 articles should have come (since "
    assert codes == [0, 0]
    assert "Sources that do not bring what they used to:" in out
    assert " ".join(out.split()).count(said) == 2  # once for both feeds, once in JSON


def test_a_long_reason_wraps_in_its_column_and_is_never_cut() -> None:
    error = "The page at https://harbour.example/" + "a" * 60 + " is an HTML page, not a feed."
    row = {"state": "broken", "format": None, "entries": 0, "url": "x", "error": error, "advice": None}

    lines = render(feeds.verdict_table([row]), width=60).splitlines()

    assert max(map(cell_len, lines)) <= 60
    assert "".join(line[24:].strip() for line in lines[2:]).replace(" ", "") == error.replace(" ", "")


# list ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(settings: Settings, cluster: embedded.Cluster) -> Iterator[Settings]:
    """A database that knows two of the three feeds in the file, one of them in trouble."""
    fine, dead, fresh = (f"https://{name}.example/rss" for name in ("fine", "dead", "fresh"))
    listing(settings, fine, dead, fresh)
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            polled = {"last_polled_at": make.NOW, "interval_minutes": 60}
            make.feed(db, "ledger", fine, state=FeedState.OK.value, last_new_at=make.NOW - timedelta(hours=3), **polled)
            make.feed(db, "ledger", dead, state=FeedState.GONE.value, last_error="It is gone (410).", **polled)
        engine.dispose()
        with resources.using(settings.model_copy(update={"database_url": load(database_url=url).database_url})):
            yield settings


def test_every_feed_of_the_file_is_listed_with_its_state(stored: Settings, capsys) -> None:
    assert main(["feeds", "list"]) == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines()[2:]]
    assert rows == [
        ["ledger", "ok", "1", "h", "2025-03-31", "09:00", "0", "https://fine.example/rss"],
        ["ledger", "gone", "1", "h", "–", "0", "It", "is", "gone", "(410)."],
        ["ledger", "new", "–", "–", "0", "https://fresh.example/rss"],
    ]


def test_trouble_leaves_only_what_needs_a_look(stored: Settings, capsys) -> None:
    assert main(["feeds", "list", "--trouble", "--json"]) == 0

    [row] = json.loads(capsys.readouterr().out)
    assert (row["url"], row["state"], row["last_error"]) == ("https://dead.example/rss", "gone", "It is gone (410).")


def test_a_table_of_feeds_keeps_to_its_window_with_wide_scripts() -> None:
    row = FeedHealth.unpolled("朝鮮日報", "https://朝鮮.example/" + "뉴스" * 40)

    assert max(map(cell_len, render(feeds.health_table([row]), width=80).splitlines())) <= 80


# add -----------------------------------------------------------------------------------------------------------------

FACTS = ["--country", "KR", "--language", "ko", "--kind", "agency", "--bloc", "rok"]


def test_a_feed_is_read_then_put_under_the_name_it_gives_itself(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    before = listing(settings, "https://ledger.example/rss")

    code = main(["feeds", "add", web.url("/rss"), *FACTS])

    grown = settings.feeds.read_text(encoding="utf-8")
    known = catalogue.load(grown, name="x")
    assert (code, capsys.readouterr().out) == (
        0,
        f"Added {web.url('/rss')} to {settings.feeds}; the next run polls it.\n",
    )
    assert grown.startswith(before)
    assert (known.sources[-1].slug, known.sources[-1].name) == ("127-0-0-1", "Harbour & [b]Sons[/b]")
    assert known.feeds[-1].url == web.url("/rss")


def test_a_feed_of_a_known_source_needs_no_more_than_its_slug_and_moves_with_its_address(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    before = listing(settings, "https://ledger.example/rss")
    web.redirect("/old", "/rss", status=301)

    code = main(["feeds", "add", web.url("/old"), "--source", "ledger", "--json"])

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {"added": web.url("/rss"), "file": str(settings.feeds)}
    assert settings.feeds.read_text(encoding="utf-8") == before.replace("feeds = [", f'feeds = ["{web.url("/rss")}", ')


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["ftp://x.example/rss"], 2, "'ftp://x.example/rss' is no web address; write it whole, with https://."),
        (["https://LEDGER.example/rss"], 2, "feeds.toml has https://ledger.example/rss already, under ledger."),
        (["{}/rss"], 2, "127-0-0-1 is a new source: say also --country, --language, --kind, --bloc, or --source."),
        (["{}/rss", *FACTS, "--country", "XX"], 2, "'XX' is no country"),
        (["{}/none", *FACTS], 1, "does not exist (404). Nothing was added; --unchecked adds it all the same."),
        (["{}/html", *FACTS], 1, "Nothing was added; --unchecked adds it all the same."),
        (["{}/old", *FACTS, "--source", "other"], 2, "feeds.toml has {}/rss already, under ledger."),
    ],
    ids=["no-address", "listed", "new-source", "wrong-fact", "missing", "no-feed", "moved-to-one-listed"],
)
def test_what_cannot_be_added_is_told_and_the_file_stays_as_it_was(
    settings: Settings, web: Web, words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    web.page("/html", "<!doctype html><html><body><p>Not here.</p></body></html>")
    web.redirect("/old", "/rss", status=301)
    here = web.url("")
    listed = [f"{here}/rss"] if "old" in words[0] else []
    before = listing(settings, "https://ledger.example/rss", *listed)

    assert main(["feeds", "add", *(word.format(here) for word in words)]) == code

    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert said.err.startswith("wirewatch: ")
    assert says.format(here) in said.err
    assert settings.feeds.read_text(encoding="utf-8") == before
    assert (web.requests == []) == (code == 2 and "old" not in words[0])  # wrong use needs no network


def test_unchecked_adds_what_does_not_answer(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    listing(settings, "https://ledger.example/rss")

    assert main(["feeds", "add", "http://127.0.0.1:1/rss", "--source", "ledger", "--unchecked"]) == 0
    assert '"http://127.0.0.1:1/rss", "https://ledger.example/rss"' in settings.feeds.read_text(encoding="utf-8")


# logins --------------------------------------------------------------------------------------------------------------


def test_a_feed_with_a_login_is_not_added_and_the_login_is_not_repeated(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    before = listing(settings, web.url("/rss"))

    code = main(["feeds", "add", web.url("/two").replace("http://", "http://me:hunter2@"), "--source", "ledger"])

    said = capsys.readouterr()
    assert code == 2
    assert "holds a login: give that a name in WIREWATCH_SECRETS" in said.err
    assert "hunter2" not in said.out + said.err
    assert settings.feeds.read_text(encoding="utf-8") == before


def test_a_feed_whose_address_names_a_login_is_added_as_it_is_written_and_read_with_it(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    listing(settings, "https://ledger.example/rss")
    url = web.url("/rss").replace("http://", "http://{desk}@")

    with resources.using(settings.model_copy(update={"secrets": {"desk": SecretStr("me:hunter2")}})):
        code = main(["feeds", "add", url, "--source", "ledger"])

    assert code == 0
    assert url in settings.feeds.read_text(encoding="utf-8")
    assert web.requests[-1].headers["authorization"] == "Basic bWU6aHVudGVyMg=="
    assert "hunter2" not in "".join(capsys.readouterr())


def test_a_login_on_the_command_line_is_used_and_not_repeated(
    settings: Settings, web: Web, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["feeds", "check", "--json", web.url("/rss").replace("http://", "http://me:hunter2@")])

    said = capsys.readouterr()
    assert (code, json.loads(said.out)[0]["url"]) == (0, web.url("/rss"))
    assert web.requests[-1].headers["authorization"] == "Basic bWU6aHVudGVyMg=="
    assert "hunter2" not in said.out + said.err


# backfill ------------------------------------------------------------------------------------------------------------

JUNE = ["--from", "2024-06-01", "--to", "2024-06-30"]


class Started(BaseException):
    """Stands for the start of a Prefect server."""


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object) -> NoReturn:
        raise Started

    monkeypatch.setattr(resources, "prefect", started)


@pytest.mark.usefixtures("stored", "no_server")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["sight", *JUNE], "There is no source 'sight'; `wirewatch feeds list` names those there are."),
        (["ledger", *JUNE[:3], "2024-05-01"], "The period ends (2024-05-01) before it begins (2024-06-01)."),
        (["ledger", *JUNE, "--sitemap", "june"], "'june' is no web address; write it whole, with https://."),
    ],
)
def test_a_back_fill_that_cannot_be_is_refused_before_a_server_is_started_for_it(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feeds", "backfill", *words]) == 2
    assert capsys.readouterr() == ("", f"wirewatch: {sentence}\n")


@pytest.mark.usefixtures("no_server")
def test_a_source_has_a_past_before_its_first_run_and_after_it_left_the_file(stored: Settings) -> None:
    content = listing(stored, "https://fine.example/rss")
    stored.feeds.write_text(content.replace("ledger", "fresh"), encoding="utf-8")

    for slug in ("fresh", "ledger"):
        with pytest.raises(Started):
            main(["feeds", "backfill", slug, *JUNE])
