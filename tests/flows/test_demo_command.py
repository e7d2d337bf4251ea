"""`wirewatch demo`, run once as a newcomer runs it: what it prints, what it leaves, and what can be copied from it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa
from rich.cells import cell_len

from flows import prefect_server, resources
from flows.__main__ import main
from flows.commands import tour
from flows.wire import edition, press
from flows.wire.expected import Expected, ExpectedArticle
from models import database, embedded
from models.identity import ROOT
from models.settings import Settings

pytestmark = pytest.mark.xdist_group("demo")  # one run for all

WIDTH = 80
LEAST_PRECISION = 0.8
LEAST_RECALL = 0.5
"""Measured .88 to .98 and .57 to .71, of some 48 pairs that meet: day and hour decide which articles of a day come first."""


@dataclass(frozen=True)
class Demo:
    """What one demo came to."""

    home: Path
    code: int
    out: str
    err: str
    left: tuple[str, ...]
    """Processes that were still there when it had ended."""

    def part(self, start: str, end: str) -> list[str]:
        """The lines between one that starts with `start` and the next that starts with `end`."""
        lines = self.out.splitlines()
        first = next(place for place, line in enumerate(lines) if line.startswith(start))
        last = next(place for place, line in enumerate(lines) if place > first and line.startswith(end))
        return lines[first + 1 : last]

    @property
    def commands(self) -> list[str]:
        """Those it offers to be copied."""
        return [line.strip() for line in self.part("Where to look next", "Done") if line.startswith("    ")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo in a new folder with a blank in its name; with settings around that must not matter to it."""
    home = tmp_path_factory.mktemp("demo") / "a home"
    hostile = {"WIREWATCH_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing", "WIREWATCH_FEEDS": "/nowhere.toml"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WIREWATCH_", "PREFECT_"))}
    ran = subprocess.run(
        [sys.executable, "-m", "flows", "demo", "--home", str(home)],
        env=clean | hostile | {"COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        capture_output=True, encoding="utf-8", timeout=600, check=False,
    )  # fmt: skip
    return Demo(home, ran.returncode, ran.stdout, ran.stderr, tuple(mentioning(str(home))))


def mentioning(home: str) -> Iterator[str]:
    """Command lines of live processes that name the folder."""
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or ())
        if home in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            yield words


@pytest.fixture(scope="module")
def expected() -> Expected:
    """What must come of the wire, whenever and wherever it is served."""
    bases = {host: f"http://127.0.0.{host}:1" for host in edition.hosts(steady=True)}
    return edition.publish(bases, now=datetime.now(UTC), steady=True).expected


@pytest.fixture(scope="module")
def kept(demo: Demo) -> Iterator[sa.Engine]:
    """The database it left, up for as long as the tests of this module look at it."""
    with embedded.open(demo.home) as cluster:
        engine = database.engine(cluster.url)
        yield engine
        engine.dispose()


def test_it_ends_well_and_quietly(demo: Demo) -> None:
    assert (demo.code, demo.err) == (0, "")
    assert re.findall(r"(?i)traceback|deprecat|warning|error:|exception|prefect\.exceptions", demo.out) == []
    assert re.fullmatch(r"Done in \d+ s\.", demo.out.splitlines()[-1])


def test_nothing_of_it_is_left_running(demo: Demo) -> None:
    assert demo.left == ()
    assert prefect_server.running_at(demo.home) is None


def test_no_line_is_wider_than_the_window_but_those_to_be_copied(demo: Demo) -> None:
    wide = [line for line in demo.out.splitlines() if cell_len(line.rstrip()) > WIDTH]

    assert [line for line in wide if line.strip() not in demo.commands] == []


def printed_funnel(lines: list[str]) -> Counter[tuple[str, str]]:
    """(outcome, reason) → URLs, as a table shows them."""
    rows = (re.match(r"(\w+(?: up)?)  (.*?)\s+([\d,]+)\s+[\d.]+%", line) for line in lines)
    return Counter({(row[1], row[2].strip()): int(row[3].replace(",", "")) for row in rows if row})


def test_the_first_funnel_is_what_the_wire_was_made_to_give(demo: Demo, expected: Expected) -> None:
    wanted: Counter[tuple[str, str]] = Counter((one.outcome, one.reason) for one in expected.articles)
    for poll in expected.polls:
        wanted.update({(outcome, reason): urls for outcome, reason, urls in poll.counted})
    listed = sum(poll.listed for poll in expected.polls)
    wanted["duplicate", "in another feed"] = listed - wanted.total()

    assert printed_funnel(demo.part("First run", "Second run")) == wanted
    assert f"The funnel balances: {listed:,} listed + 0 carried over = {listed:,} ended." in demo.out


def test_the_second_run_has_only_what_had_failed(demo: Demo, expected: Expected) -> None:
    waiting = [one for one in expected.articles if one.later]
    stored = sum(one.later == "stored" for one in waiting)
    second = printed_funnel(demo.part("Second run", "What 60 days"))

    assert second["stored", ""] == stored == 1
    assert second.total() == len(waiting)
    assert f"The funnel balances: 0 listed + {len(waiting)} carried over = {len(waiting)} ended." in demo.out


def test_feeds_are_counted_by_what_they_answered(demo: Demo, expected: Expected) -> None:
    polls = len(expected.polls)
    failed = sum(poll.outcome == "failed" for poll in expected.polls)

    assert f"{polls} feeds: {polls - failed} with something new, 0 unchanged, {failed} failed." in demo.out
    assert f"{polls} feeds: 0 with something new, {polls - failed} unchanged, {failed} failed." in demo.out


def test_each_bloc_of_the_story_has_a_line_and_chinese_state_media_are_last_and_brief(demo: Demo) -> None:
    lines = demo.part("One story", "texts: copies")[2:]
    rows = [re.fullmatch(r"(\S+) +\S+ +(\d\d \w{3}) +(\d+) +(\d+) +(\d+) *", line) for line in lines]
    words = {row[1]: int(row[5]) for row in rows if row}

    assert len(words) == len(lines) == 8
    assert lines[-1].startswith("china-state ")
    assert min(words.values()) == words["china-state"]
    assert re.search(r"^Chinese state media came [23] days late, with 3 of \d\d articles", demo.out, re.MULTILINE)


def test_the_article_shown_is_english_and_its_words_can_be_read(demo: Demo) -> None:
    shown = demo.part("Why an article has its tags", "Where to look next")

    assert shown[0] == "Russia and North Korea sign mutual defence pact in Pyongyang"
    assert any(re.match(r"\[\d\] russia-dprk-pact  score ", line) for line in shown)
    assert any(">>mutual defence<<" in line for line in shown)
    assert any(re.fullmatch(r"  … and \d more", line.rstrip()) for line in shown)


def copied(demo: Demo, verb: str, *more: str) -> list[str]:
    """The words after `python -m flows` of the command that has this verb."""
    line = next(line for line in demo.commands if f" -m flows {verb}" in line)
    words = shlex.split(line)
    start = words.index("-m") - 1
    assert words[start : start + 3] == [sys.executable, "-m", "flows"]
    if verb != "run":
        assert words[:start] == ["WIREWATCH_DATABASE_URL=", f"WIREWATCH_HOME={demo.home}"]
    return [*words[start + 3 :], *more]


def ran(demo: Demo, words: list[str]) -> int:
    with resources.using(Settings(_env_file=None, home=demo.home, database_url=None)):
        return main(words)


@pytest.mark.usefixtures("kept")
def test_the_trend_that_can_be_copied_shows_a_surge_a_second_wave_and_a_quiet_end(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(demo, copied(demo, "trends", "--json")) == 0

    [trend] = json.loads(capsys.readouterr().out)
    counts = [point["articles"] or 0 for point in trend["points"]]
    eras = {"before": counts[:16], "surge": counts[16:23], "between": counts[23:37], "wave": counts[37:43]}
    daily = {era: sum(days) / len(days) for era, days in (eras | {"end": counts[43:]}).items()}
    assert len(counts) == 60
    assert sorted(daily, key=lambda era: -daily[era])[:2] == ["surge", "wave"]
    assert daily["wave"] > 2 * daily["between"] > 0
    assert sum(counts[-4:]) == 0


@pytest.mark.usefixtures("kept")
def test_the_article_shown_can_be_explained_in_full(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran(demo, copied(demo, "explain", "--json")) == 0

    found = json.loads(capsys.readouterr().out)
    assert found["title"] == "Russia and North Korea sign mutual defence pact in Pyongyang"
    assert len(found["origin"]["copies"]) == 7


@pytest.mark.usefixtures("kept")
def test_the_query_that_can_be_copied_works_in_psql(demo: Demo, capfd: pytest.CaptureFixture[str]) -> None:
    assert ran(demo, copied(demo, "db psql")) == 0

    assert "(5 rows)" in capfd.readouterr().out


@pytest.mark.usefixtures("kept")
def test_all_bursts_are_of_the_signing_and_what_followed_and_no_alert_is_of_added_feeds_or_a_week_of_failure(
    demo: Demo, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran(demo, copied(demo, "alerts", "--json")) == 0

    told = json.loads(capsys.readouterr().out)
    bursts = [one for one in told if one["kind"] == "burst"]
    assert "russia-dprk-pact" in {one["topic"] for one in bursts}
    assert "china-europe-relations" not in {one["topic"] for one in told}
    [day] = {one["starts_on"] for one in bursts if one["topic"] == "russia-dprk-pact" and one["slice"] == ""}
    # Which day an echo falls on hangs on the hour at which the wire begins.
    signed = date.fromisoformat(day)
    assert {date.fromisoformat(one["starts_on"]) - signed for one in bursts} <= {timedelta(days) for days in range(5)}
    # Half a day behind others on a session of the council: one story or two, by the hour at which the wire begins.
    late = {(one["kind"], one["slice"], one["topic"]) for one in told if one["kind"] != "burst"}
    assert late <= {("first-report", "china-state", "unsc-dprk-sanctions")}


def test_the_other_commands_that_can_be_copied_exist(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (copied(demo, "serve"), copied(demo, "run")):
        with pytest.raises(SystemExit) as ended:
            main([*words, "--help"])
        assert ended.value.code == 0
    assert len(demo.commands) == 7
    assert "usage: " in capsys.readouterr().out


def test_stories_hold_the_events_of_the_wire(kept: sa.Engine, expected: Expected) -> None:
    """Articles on one event meet, whatever their language, and two events hardly ever do.

    Each text counts once: that copies share their story is no merit. An echo (an explanation, a reaction) may stand with
    its event or by itself.
    """
    written = {(one.source, " ".join(one.title.split())) for one in press.load().articles}
    told = {
        (one.source, one.title): one
        for one in expected.articles
        if "stored" in (one.outcome, one.later) and (one.source, one.title) in written  # the background has no events
    }
    columns = "source, title, story_id, article_id = origin_id AS first"
    with kept.connect() as db:
        rows = db.execute(sa.text(f"SELECT {columns} FROM trends.articles WHERE story_id IS NOT NULL")).all()
    together, apart = Counter[str](), Counter[str]()
    first = [row for row in rows if row.first and (row.source, row.title) in told]
    for one, other in combinations(first, 2):
        verdict = kinship(told[one.source, one.title], told[other.source, other.title])
        (together if one.story_id == other.story_id else apart)[verdict] += 1

    assert len(rows) > 100
    assert together["one event"] / (together["one event"] + together["two events"]) >= LEAST_PRECISION
    assert together["one event"] / (together["one event"] + apart["one event"]) >= LEAST_RECALL


def kinship(one: ExpectedArticle, other: ExpectedArticle) -> str:
    """Whether two articles tell of one event, of two, or of one and its echo."""
    if one.event and one.event == other.event:
        return "one event"
    shared = {one.event, one.comments_on} & {other.event, other.comments_on} - {""}
    return "an echo" if shared else "two events"


# The story read off the views; days are counted back from the one on which the demo ran.

_ASKED = "WITH demo AS (SELECT (min(started_at) AT TIME ZONE 'UTC')::date AS day FROM ops.runs) "


def asked(kept: sa.Engine, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query that may name `demo.day`."""
    with kept.connect() as db:
        return [tuple(row) for row in db.execute(sa.text(_ASKED + sql))]


def test_the_signing_is_a_burst_on_its_days_and_on_no_others(kept: sa.Engine) -> None:
    found = asked(
        kept,
        "SELECT demo.day - bursts.day, observed, expected, q FROM trends.bursts, demo"
        " WHERE topic = 'russia-dprk-pact' AND slice_kind = 'all'",
    )

    ages = {row[0] for row in found}
    assert ages & {41, 42}
    assert ages <= set(range(36, 44))
    assert max(row[1] for row in found) >= 6
    assert all(row[2] < 1 and row[3] <= 0.05 for row in found)


_SIGNING = """, signing AS (
    SELECT story_id, started_at FROM trends.stories
    WHERE 'russia-dprk-pact' = ANY(topics) ORDER BY articles DESC LIMIT 1
) """


def test_of_the_signing_chinese_state_media_alone_did_not_report_though_they_were_listened_to(kept: sa.Engine) -> None:
    found = asked(
        kept,
        _SIGNING + "SELECT bloc, never_taken_up, coverage_grade, lag_hours FROM trends.story_blocs"
        " JOIN signing USING (story_id)",
    )

    assert [row[:3] for row in found if row[1]] == [("china-state", True, "ok")]
    assert len(found) == 8
    # Pyongyang's own word comes 14 h later and bears no more than its day, which is over up to 24 h after that.
    assert all(0 <= row[3] < 38 for row in found if not row[1])


def test_their_first_word_on_the_pact_came_two_days_later_and_they_gave_it_less_than_any_other_bloc(
    kept: sa.Engine,
) -> None:
    lags = dict(
        asked(
            kept,
            _SIGNING + "SELECT bloc, extract(epoch FROM min(published_at) - started_at)::float8 / 3600"
            " FROM trends.articles, signing WHERE 'russia-dprk-pact' = ANY(topics) AND published_at >= started_at"
            " GROUP BY bloc, started_at",
        )
    )
    [least] = asked(
        kept,
        "SELECT bloc FROM trends.attention WHERE topic = 'russia-dprk-pact' AND grain = '90 days'"
        " ORDER BY relative LIMIT 1",
    )

    latest = lags.pop("china-state")
    assert 48 < latest < 60
    assert max(lags.values()) < latest  # Pyongyang's first own word moves with the hour of the demo, by up to two days
    assert least == ("china-state",)


def test_added_feeds_raise_the_share_of_their_topic_and_are_no_burst(kept: sa.Engine) -> None:
    change = "same_sources, other_sources, reason FROM demo, trends.topic_change(demo.day - 28, 7, 28)"
    topic = "topic = 'china-europe-relations'"
    [(same, other, reason)] = asked(kept, f"SELECT {change} WHERE {topic} AND slice_kind = 'all'")
    tested = asked(
        kept,
        "SELECT count(*), max(observed), bool_or(q_high <= 0.05) FROM trends.tests, demo"
        f" WHERE {topic} AND slice_kind = 'all' AND tests.day > demo.day - 35 AND observed IS NOT NULL",
    )
    bursts = asked(kept, f"SELECT 1 FROM trends.bursts, demo WHERE {topic} AND bursts.day > demo.day - 35")

    assert (reason, round(same, 1)) == (None, 0.0)
    assert other > 0.1
    assert tested == [(27, 6, False)]
    assert bursts == []


def test_a_week_that_was_not_collected_is_dark_and_neither_a_drop_nor_a_burst(kept: sa.Engine) -> None:
    week = "BETWEEN demo.day - 11 AND demo.day - 5"
    dark = asked(
        kept,
        "SELECT source, count(*) FROM trends.source_days, demo"
        f" WHERE grade = 'dark' AND source_days.day {week} GROUP BY source ORDER BY source",
    )
    shares = asked(
        kept,
        "SELECT DISTINCT grade, share, reason ~ '^sources of only .. % of the usual coverage were complete$'"
        f" FROM trends.topic_days, demo WHERE topic_days.day {week}",
    )
    found = asked(
        kept,
        "SELECT topic FROM trends.drops, demo WHERE drops.day >= demo.day - 11"
        " UNION ALL SELECT topic FROM trends.bursts, demo WHERE bursts.day >= demo.day - 11",
    )

    assert dark == [("canal-ledger", 7), ("tariff-gazette", 7)]
    assert shares == [("dark", None, True)]
    assert found == []


def test_at_the_quiet_end_those_who_used_to_write_of_the_pact_are_silent(kept: sa.Engine) -> None:
    [(articles, expected)] = asked(
        kept,
        "SELECT articles, expected FROM trends.silences"
        " WHERE topic = 'russia-dprk-pact' AND days = 14 AND slice_kind = 'bloc' AND slice = 'western'",
    )

    assert articles == 0
    assert expected > 1


def test_a_folder_that_no_demo_has_made_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "feeds.toml").write_text("mine")

    assert main(["demo", "--home", str(tmp_path)]) == 2
    assert capsys.readouterr().err == (
        f"wirewatch: --home {tmp_path} holds something that no demo has made: choose a new folder for it.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.toml"]


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    assert main(["demo", "--home", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err == (
        f"wirewatch: --home {tmp_path / 'file'} cannot be used: File exists; choose another folder.\n"
    )


@pytest.mark.parametrize(
    ("called", "on_path", "said"),
    [
        ("/usr/bin/wirewatch", "/usr/bin/wirewatch", ["wirewatch"]),
        ("/usr/bin/wirewatch", None, ["/usr/bin/wirewatch"]),
        (".venv/bin/wirewatch", "/usr/bin/wirewatch", [".venv/bin/wirewatch"]),
        ("{here}/.venv/bin/wirewatch", None, [".venv/bin/wirewatch"]),
        ("/x/flows/__main__.py", None, [sys.executable, "-m", "flows"]),
    ],
)
def test_commands_name_the_program_as_it_can_be_called_from_here(
    called: str, on_path: str | None, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", [called.format(here=Path.cwd())])
    monkeypatch.setattr("shutil.which", lambda _: on_path)

    assert tour.program() == said
