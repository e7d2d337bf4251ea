"""`wirewatch alerts`: tables for people, packets for programs, and what is said to wrong use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from flows import resources
from flows.__main__ import main
from flows.commands.output import render
from flows.commands.packets import listing, sentence
from models import alert_store, database, embedded
from models.settings import Settings
from tests import factories as make

HEADLINE = {
    "article_id": 5, "source": "agency", "title": "Pact\x1b[31m signed", "url": "https://agency.example/5",
    "at": "2025-03-30T05:00:00+00:00",
}  # fmt: skip


@pytest.fixture
def filled(cluster: embedded.Cluster) -> Iterator[str]:
    """A database with two alerts, one of which was dismissed."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.alert(
                db, observed=2, article_ids=[5, 6], headlines=[HEADLINE], first_source="agency", first_bloc="western",
                first_at=make.at(1, hour=5), story_id=9,
            )  # fmt: skip
            make.alert(
                db, "ties", kind="drop", slice_kind="bloc", slice="china-state", state="dismissed",
                state_reason="a holiday", state_at=make.NOW,
            )  # fmt: skip
        engine.dispose()
        yield url


@pytest.fixture
def empty(cluster: embedded.Cluster) -> Iterator[str]:
    with make.own_database(cluster.url) as url:
        yield url


def wirewatch(url: str, tmp_path: Path, *words: str) -> int:
    with resources.using(Settings(_env_file=None, database_url=SecretStr(url), home=tmp_path)):
        return main(["alerts", *words])


def test_the_table_has_what_is_open_and_all_is_one_word_more(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path) == 0
    opened = capsys.readouterr().out
    assert wirewatch(filled, tmp_path, "--state", "all") == 0
    every = capsys.readouterr().out

    assert ["pact" in opened, "ties" in opened, "pact" in every, "ties" in every] == [True, False, True, True]


@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_its_window_with_every_figure_whole(filled: str, width: int) -> None:
    engine = database.engine(filled)
    with engine.connect() as db:
        printed = render(listing(alert_store.listed(db), width=width), width=width).splitlines()
    engine.dispose()

    assert max(map(len, printed)) <= width
    assert printed[2].split()[:9] == ["1", "burst", "pact", "all", "2025-03-30", "1", "2", "24", "1e-06"]
    assert printed[3].split()[:4] == ["2", "drop", "ties", "china-state"]
    assert printed[3].split()[-1] == "dismissed"


def test_one_alert_is_shown_with_its_headlines(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "show", "1") == 0

    said = capsys.readouterr().out
    assert said.splitlines()[0] == "Burst of pact, 2025-03-30: 2 texts, 24 expected"
    assert "agency (western), 2025-03-30 05:00 UTC with story 9" in said
    assert "2025-03-30 05:00  agency: Pact[31m signed" in said
    assert "\x1b" not in said


def test_programs_get_the_whole_packet(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "--json") == 0

    (packet,) = json.loads(capsys.readouterr().out)
    assert (packet["said"], packet["observed"], packet["article_ids"], packet["first_at"], packet["emitted_at"]) == (
        "Burst of pact, 2025-03-30: 2 texts, 24 expected", 2, [5, 6], "2025-03-30T05:00:00+00:00", None,
    )  # fmt: skip


def test_json_may_be_said_before_the_verb(filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(filled, tmp_path, "--json", "show", "1") == 0
    before = capsys.readouterr().out
    assert wirewatch(filled, tmp_path, "show", "1", "--json") == 0

    assert before == capsys.readouterr().out
    assert json.loads(before)["alert_id"] == 1


def test_an_alert_is_acknowledged_dismissed_and_opened_again(
    filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, "acknowledge", "1") == 0
    assert wirewatch(filled, tmp_path, "dismiss", "1", "--reason", "a holiday") == 0
    said = capsys.readouterr().out.splitlines()
    assert wirewatch(filled, tmp_path) == 0
    none_is_open = capsys.readouterr().out
    assert wirewatch(filled, tmp_path, "reopen", "1", "--json") == 0

    assert said == [
        "Alert 1 is acknowledged now: Burst of pact, 2025-03-30: 2 texts, 24 expected.",
        "Alert 1 is dismissed now: Burst of pact, 2025-03-30: 2 texts, 24 expected.",
    ]
    assert none_is_open == "No alert is open; --state all shows the 2 there are.\n"
    assert json.loads(capsys.readouterr().out)["state"] == "open"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show", "9"], "There is no alert 9; there are 2, from 1 to 2 (`wirewatch alerts --state all` lists them)."),
        (["show", "9" * 20], f"'{'9' * 20}' is no number of an alert: `wirewatch alerts --state all` lists them."),
        (["show", "first"], "'first' is no number of an alert: `wirewatch alerts --state all` lists them."),
        (["acknowledge", "9"], "There is no alert 9; there are 2, from 1 to 2 (`wirewatch alerts --state all` lists them)."),
        (["dismiss", "1"], "Say why it is dismissed, with --reason: without, nobody can learn from it."),
        (["notify"], "Name the webhook's address, or say --stop: `wirewatch alerts notify http://127.0.0.1:8080/`."),
        (["notify", "desk.example"], "'desk.example' is no web address; write it whole, with https://."),
        (["notify", "https://"], "'https://' is no web address; write it whole, with https://."),
        (["notify", "https://[desk"], "'https://[desk' is no web address; write it whole, with https://."),
        (["--state", "shut"], "There is no state 'shut'; there are open, acknowledged, dismissed, and all."),
        (["dismiss", "1", "--reason", "caf\udce9"], "'caf\\udce9' is no text: type it in UTF-8."),
        (["--state", ""], "There is no state ''; there are open, acknowledged, dismissed, and all."),
        (["--state", "all", "show", "1"], "--state chooses what the table shows: leave it out beside a verb."),
        (["--state", "open", "acknowledge", "1"], "--state chooses what the table shows: leave it out beside a verb."),
        (["notify", "--stop", "--kind", "burst"], "--stop ends all calls, whatever the kind: leave --kind out beside it."),
        (["--json", "notify", "--stop"], "--json is for alerts: leave it out beside notify, which prints none."),
        (["--state", "open", "notify", "--stop"], "--state chooses what the table shows: leave it out beside a verb."),
    ],
)  # fmt: skip
def test_wrong_use_is_answered_with_what_there_is(
    words: list[str], sentence: str, filled: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(filled, tmp_path, *words) == 2
    assert capsys.readouterr() == ("", f"wirewatch: {sentence}\n")


def test_an_empty_database_is_no_error_and_gives_a_hint(
    empty: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(empty, tmp_path) == 0
    assert capsys.readouterr().out.startswith("There is no alert yet.")
    assert wirewatch(empty, tmp_path, "--json") == 0
    assert capsys.readouterr().out == "[]\n"


def test_every_kind_is_told_in_a_sentence(db: Connection) -> None:
    kinds = {
        "drop": {"slice_kind": "bloc", "slice": "rok", "expected": 7.25},
        "silence": {"slice_kind": "bloc", "slice": "china-state", "days": 14},
        "first-report": {"slice_kind": "bloc", "slice": "china-state", "hours": 30.2, "first_source": "agency", "first_bloc": "rok"},
    }  # fmt: skip

    early = kinds["first-report"] | {"hours": 0.3}

    said = [
        sentence(alert_store.get(db, make.alert(db, kind=kind, **facts)))
        for kind, facts in [*kinds.items(), ("first-report", early)]
    ]

    assert said == [
        "Drop of pact in bloc rok, 2025-03-30: 0 texts, 7.2 expected",
        "Silence on pact in bloc china-state since 2025-03-30: nothing where 24 were to be expected in 14 days",
        "First report in bloc china-state of a story on pact, 30 h after the first report by agency (rok)",
        "First report in bloc china-state of a story on pact, 18 min after the first report by agency (rok)",
    ]
