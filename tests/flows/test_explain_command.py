"""`wirewatch explain`: why an article has its tags, and why a page became none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.cells import cell_len
from sqlalchemy import Connection

from extractors import urls
from extractors.errors import Misconfigured
from flows import resources
from flows.__main__ import main
from flows.commands import explain
from flows.commands.output import render
from models import cube_store, database, dossier, embedded, origin_store, story_store
from models.settings import Settings
from tests import factories as make
from tests.history import OLD, opened, store

TEXT = "The two leaders signed a treaty of mutual help on Tuesday.\n" + " ".join(
    f"Paragraph {n} of this invented report tells of matter{n} and of matter{n * 7}." for n in range(20)
)
EVIDENCE = [["treaty", "pact", "text", 25, 31, 2.0], ["sign", "pact", "title", 12, 16, 1.0]]


def told(db: Connection, url: str, *, width: int = 80) -> str:
    canonical = urls.canonical(url)
    assert canonical is not None
    found = dossier.find(db, urls.key(canonical))
    assert found is not None
    return render(explain.report(found), width=width)


def treaty(db: Connection, **facts: object) -> int:
    one = make.article(
        db, "two", title="Two leaders sign in capital", url="https://two.example/a", text=TEXT,
        published=make.at(1, hour=9), grade="full", method="trafilatura", **facts,
    )  # fmt: skip
    make.tag(db, one, "pact", actors=["kim"], evidence=EVIDENCE, score=0.9502)
    return one


def test_evidence_stands_in_its_context_with_the_match_marked_and_the_score_rebuilt(db: Connection) -> None:
    make.taxonomy(db, "pact")
    treaty(db)

    printed = told(db, "https://two.example/a").splitlines()

    at = printed.index("[1] pact  score 0.95")
    assert printed[at + 1 : at + 5] == [
        "  +2.00 text  The two leaders signed a >>treaty<< of mutual help on…  pact, by",
        "              treaty",
        "  +1.00 title Two leaders >>sign<< in capital  pact, by sign",
        "  = 3.00 in all, and 1 - exp(-3.00) = 0.95",
    ]


def test_evidence_that_is_too_long_for_a_line_goes_on_under_itself(db: Connection) -> None:
    make.taxonomy(db, "pact")
    treaty(db)

    printed = told(db, "https://two.example/a", width=44).splitlines()

    at = next(number for number, line in enumerate(printed) if line.startswith("  +2.00 text  "))
    assert printed[at + 1].startswith(" " * 14)
    assert printed[at + 1].strip()
    assert max(map(cell_len, printed)) <= 44


def test_the_facts_name_source_times_with_provenance_and_actors(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.source(db, "two", name="The Two", bloc="rok", family="press")
    treaty(db)

    printed = " ".join(told(db, "https://two.example/a", width=120).split())

    assert "source The Two (two): newspaper, US, rok, of press" in printed
    assert "state stored: full text by trafilatura, " in printed
    assert "published 2025-03-30 09:00 UTC, says the page" in printed
    assert "first seen 2025-03-31 12:00 UTC in https://two.example/feed.xml" in printed
    assert "actors kim" in printed


def test_copies_and_story_are_shown_with_this_one_marked(db: Connection) -> None:
    make.taxonomy(db, "pact")
    make.article(
        db, "one", title="The first", url="https://one.example/1", text=TEXT, published=make.at(2), topics=["pact"]
    )
    treaty(db)
    origin_store.group(db, now=make.NOW)
    story_store.group(db, now=make.NOW)
    cube_store.roll_up(db)

    printed = told(db, "https://two.example/a").splitlines()

    at = printed.index("Copies: one text on 2 addresses")
    assert [line.split()[0:4] for line in printed[at + 1 : at + 5 : 2]] == [
        ["2025-03-29", "12:00", "first", "one"],
        ["*", "2025-03-30", "09:00", "exact"],
    ]
    assert "'The first': 2 articles of 2 sources" in " ".join(printed)


def test_an_undated_article_says_so(db: Connection) -> None:
    make.article(db, url="https://alpha.example/a", published_at=None, published_from=None)

    assert "nobody says when, or not believably" in told(db, "https://alpha.example/a")


def test_a_rejected_page_says_why_and_when(db: Connection) -> None:
    one = make.article(db, url="https://alpha.example/a", state="rejected", reason="paywall")
    make.attempt(db, one, make.run(db), "rejected", reason="paywall", status=200, elapsed_ms=1234)

    printed = " ".join(told(db, "https://alpha.example/a").split())

    assert "state rejected: paywall" in printed
    assert "2025-03-31 12:00 UTC rejected: paywall, HTTP 200, 1,234 ms" in printed
    assert "No topics: it was never read." in printed


def test_a_failed_page_says_when_it_is_tried_again(db: Connection) -> None:
    make.article(db, url="https://alpha.example/a", state="failed", reason="timeout", due_at=make.NOW)

    assert "failed: timeout; to be fetched from 2025-03-31 12:00 UTC on" in told(db, "https://alpha.example/a")


def test_a_hostile_headline_steers_nothing_and_nothing_is_wider_than_the_window(db: Connection) -> None:
    make.taxonomy(db, "pact")
    one = make.article(db, url="https://alpha.example/" + "x" * 200, title="\x1b[2J[red]Boo[/red] " + "word " * 60)
    make.tag(db, one, "pact", evidence=[["Boo", "boo", "title", 9, 12, 1.0]])

    printed = told(db, "https://alpha.example/" + "x" * 200)

    assert "\x1b" not in printed
    assert "[red]>>Boo<<[/red]" in printed
    assert max(cell_len(line) for line in printed.splitlines()) <= 80


@pytest.fixture(scope="module")
def filled(cluster: embedded.Cluster) -> Iterator[str]:
    """A database with one tagged article."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.taxonomy(db, "pact")
            treaty(db)
        engine.dispose()
        yield url


def wirewatch(url: str, tmp_path: Path, *words: str) -> int:
    with resources.using(Settings(_env_file=None, database_url=SecretStr(url), home=tmp_path)):
        return main(["explain", *words])


def test_the_command_explains_an_article_by_any_form_of_its_address(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, "HTTPS://two.example:443/a?utm_medium=rss#top") == 0
    assert ">>treaty<<[1]" in capsys.readouterr().out


def test_json_has_the_evidence_with_its_context_and_not_the_text(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, "https://two.example/a", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert "text" not in found
    assert found["nearly"] == []
    [topic] = found["topics"]
    assert (topic["sum"], topic["score"]) == (3.0, pytest.approx(0.9502))
    assert (topic["topic"], topic["matches"][0]["words"], topic["matches"][0]["before"]) == (
        "pact", "treaty", "The two leaders signed a ",
    )  # fmt: skip


def test_an_address_nobody_listed_is_said_so(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "https://two.example/zzz") == 1
    assert capsys.readouterr().err == (
        "wirewatch: Nothing is known of https://two.example/zzz: no feed that is watched has listed it.\n"
    )


def test_what_is_no_address_is_wrong_use() -> None:
    with pytest.raises(Misconfigured, match="'treaty' is no web address"):
        explain.address_key("treaty")


def test_what_an_article_lacked_for_the_topics_of_the_version_in_use_is_shown_and_in_json(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(database_url, tmp_path) as place:
        version = place.enter(OLD.replace('["treaty|summit"]', '["treaty", "summit"]'))
        store(place, version, "They signed the treaty at noon. The summit ended.")
        [(url,)] = place.ask("SELECT url FROM news.articles")

        assert main(["explain", url]) == 0
        shown = capsys.readouterr().out
        assert main(["explain", url, "--json"]) == 0
        [found] = json.loads(capsys.readouterr().out)["nearly"]

    assert "No topics: its words support none." in shown
    assert [line.rstrip() for line in shown.splitlines()[-5:]] == [
        "Nearly reached",
        "pact  rule 1, 1 of 2 met in sentence 2",
        "  has      summit (summit)",
        "           The >>summit<< ended.",
        "  lacks    treaty in that sentence: it stands elsewhere, >>treaty<<",
    ]
    assert (found["topic"], found["sentence"], found["lack"]["kind"], found["lack"]["at"]["start"]) == (
        "pact", 2, "sentence", 16,
    )  # fmt: skip


def test_a_version_that_this_release_cannot_read_costs_no_explanation(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, "https://two.example/a", "--whole") == 0
    assert "Nearly reached" not in capsys.readouterr().out


def test_an_article_that_has_a_topic_for_its_odds_shows_them_and_in_json(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    likely = "[odds.pact]\nbase = -1.0\n[odds.pact.text]\nsummit = 1.5\n"
    with opened(database_url, tmp_path) as place:
        version = place.enter(OLD.replace('["treaty|summit"]', '["treaty", "summit"]') + likely)
        store(place, version, "They met at noon. The summit ended.")
        [(url,)] = place.ask("SELECT url FROM news.articles")

        assert main(["explain", url]) == 0
        shown = capsys.readouterr().out
        assert main(["explain", url, "--json"]) == 0
        [topic] = json.loads(capsys.readouterr().out)["topics"]

    assert "no rule earned it: likely 0.62, by log-odds: base -1.0, summit +1.5 (0.50 is asked)" in " ".join(
        shown.split()
    )
    assert (topic["score"], topic["odds"]["likelihood"]) == (pytest.approx(0.6225), 0.6225)
