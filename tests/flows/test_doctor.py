from __future__ import annotations

import argparse
import io
import json
import socket
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from http.client import BadStatusLine
from pathlib import Path
from types import SimpleNamespace
from urllib.request import Request

import pytest

from extractors.errors import Misconfigured
from extractors.records import Catalogue, FeedSpec
from flows import checkup
from flows.checkup import Finding
from flows.commands import doctor
from flows.commands.output import console
from models import database, embedded
from models.settings import Settings

NOW = datetime(2025, 3, 4, 5, 6, tzinfo=UTC)
LOCK = {"prefect": frozenset({"3.8.8"}), "fastapi": frozenset({"0.150.0"}), "sqlalchemy": frozenset({"2.0.58"})}
AS_LOCKED = {name: next(iter(versions)) for name, versions in LOCK.items()}


def settings(**chosen: object) -> Settings:
    return Settings(_env_file=None, **{"database_url": None, **chosen})


@pytest.mark.parametrize(
    ("version", "level"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 14, 7), "ok"), ((3, 15, 0), "fail")]
)
def test_only_pythons_that_were_tried_are_fine(version: tuple[int, int, int], level: str) -> None:
    assert checkup.python(version).level == level


@pytest.mark.parametrize(
    ("found", "level", "said"),
    [
        (AS_LOCKED, "ok", "as in uv.lock"),
        (AS_LOCKED | {"of-mine": "1.0"}, "ok", "as in uv.lock"),
        (AS_LOCKED | {"fastapi": "0.165.0"}, "fail", "Not as in uv.lock: fastapi is 0.165.0, not 0.150.0."),
        ({"prefect": "3.8.8", "fastapi": "0.150.0"}, "fail", "Not as in uv.lock: sqlalchemy is missing."),
    ],
)
def test_packages_are_compared_with_the_lock(found: dict[str, str], level: str, said: str) -> None:
    finding = checkup.packages(LOCK, found)

    assert (finding.level, finding.message) == (level, said)


def test_a_package_that_breaks_nothing_is_only_a_warning_and_long_lists_are_cut() -> None:
    wanted = LOCK | {name: frozenset({"1", "2"}) for name in "abcd"}

    finding = checkup.packages(wanted, AS_LOCKED | dict.fromkeys("abcd", "3"))

    assert finding.level == "warn"
    assert (
        finding.message == "Not as in uv.lock: a is 3, not 1 or 2, b is 3, not 1 or 2, c is 3, not 1 or 2 and 1 more."
    )


def test_this_very_environment_is_as_locked() -> None:
    lock = checkup.locked(Path(__file__).parents[2] / "uv.lock")

    assert checkup.packages(lock, checkup.installed()) == Finding(name="packages", level="ok", message="as in uv.lock")


def test_a_misspelt_setting_is_noticed() -> None:
    finding = checkup.names({"WIREWATCH_CONTACTS": "x", "WIREWATCH_HOME": "y", "HOME": "z"})

    assert (finding.level, finding.message) == ("warn", "WIREWATCH_CONTACTS is no setting; WIREWATCH_CONTACT is.")


def test_a_home_that_is_no_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    finding = checkup.home(tmp_path / "file")

    assert (finding.level, finding.message) == ("fail", f"{tmp_path}/file cannot be written: File exists.")


@pytest.mark.parametrize(
    ("little", "least", "level"),
    [(0, 0, "ok"), (2**70, 0, "warn"), (2**70, 2**70, "fail")],
    ids=["room", "little", "full"],
)
def test_room_on_the_disk_is_judged(tmp_path: Path, monkeypatch, little: int, least: int, level: str) -> None:
    monkeypatch.setattr(checkup, "LITTLE_SPACE", little)
    monkeypatch.setattr(checkup, "LEAST_SPACE", least)

    assert checkup.home(tmp_path).level == level
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_up_to_date_is_fine(database_url: str) -> None:
    finding = checkup.postgres(settings(database_url=database_url))

    assert (finding.name, finding.level) == ("database", "ok")
    assert finding.message.startswith("Postgres 18.")
    assert finding.message.endswith(", up to date")


def test_a_database_that_is_empty_is_said_to_be(cluster) -> None:
    finding = checkup.postgres(settings(database_url=cluster.prefect_url))

    assert (finding.level, finding.message.partition("kB, ")[2]) == ("ok", "still empty; the next run migrates it")


def test_a_port_of_somebody_else_is_a_warning(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        taken = checkup.prefect(settings(home=tmp_path, prefect_port=port))
    free = checkup.prefect(settings(home=tmp_path, prefect_port=port))

    assert (taken.level, taken.message) == (
        "warn",
        f"Port {port} is in use by another program, so `wirewatch serve` cannot start.",
    )
    assert free.level == "ok"


@pytest.mark.parametrize(("version", "level"), [(checkup.installed()["prefect"], "ok"), ("3.7.0", "warn")])
def test_a_prefect_server_of_ones_own_is_asked_for_its_version(
    answering, monkeypatch, version: str, level: str
) -> None:
    port = answering({"/api/admin/version": version})
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{port}/api")

    assert checkup.prefect(settings()).level == level


def test_a_feeds_file_is_read_or_its_mistake_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[[source]")

    known, missing = checkup.feeds(tmp_path / "none.toml")
    _, wrong = checkup.feeds(broken)

    assert known is None
    assert (missing.level, missing.message) == (
        "fail",
        f"{tmp_path}/none.toml cannot be read: No such file or directory.",
    )
    assert (wrong.level, wrong.message.startswith(f"{broken} is no valid TOML")) == ("fail", True)


def test_without_a_contact_the_sites_cannot_reach_us() -> None:
    assert checkup.contact(settings()).level == "warn"
    assert checkup.contact(settings(contact="me@example.org")).message.endswith("; +me@example.org)")


def test_hosts_far_apart_in_the_file_are_asked() -> None:
    feeds = tuple(FeedSpec(source="s", url=f"https://h{number // 2}.example/feed{number}") for number in range(12))

    assert checkup.hosts(Catalogue(sources=(), feeds=feeds)) == ["h0.example", "h2.example", "h4.example"]
    assert checkup.hosts(Catalogue(sources=(), feeds=feeds[:1])) == ["h0.example"]
    assert checkup.hosts(None) == []


@pytest.mark.parametrize(
    ("told", "level", "said"),
    [
        ({}, "warn", "not tried: no feed to ask"),
        ({"a": NOW, "b": NOW}, "ok", "a, b answer"),
        ({"a": NOW, "b": "timed out"}, "ok", "a answer; b: timed out"),
        ({"a": "no such name", "b": "timed out"}, "warn", "Offline: a: no such name; b: timed out."),
    ],
)
def test_being_offline_is_said_and_no_failure(told: dict[str, datetime | str], level: str, said: str) -> None:
    finding = checkup.network(told)

    assert (finding.level, finding.message) == (level, said)


def test_a_host_that_does_not_answer_says_why() -> None:
    assert checkup.reach(["127.0.0.1:1"], agent="x") == {"127.0.0.1:1": "[Errno 111] Connection refused"}


def test_a_host_that_answers_strangely_is_told_of_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(asked: Request, **_: object) -> object:
        if "mute" in asked.full_url:
            raise BadStatusLine("hello")
        headers = {"Date": "Tue, 04 Mar 2025 05:06:00 -0000"} if "vague" in asked.full_url else {}
        return nullcontext(SimpleNamespace(headers=headers))

    monkeypatch.setattr(checkup, "urlopen", answer)

    assert checkup.reach(["mute.example", "vague.example", "timeless.example"], agent="x") == {
        "mute.example": "hello", "vague.example": NOW, "timeless.example": "it gave no date",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("newest", "dates", "level", "said"),
    [
        (NOW - timedelta(days=30), [], "ok", "2025-03-04 05:06 UTC"),
        (NOW, [NOW + timedelta(minutes=4)], "ok", "2025-03-04 05:06 UTC, as others say"),
        (
            NOW + timedelta(days=2),
            [],
            "fail",
            "This machine believes it is 2025-03-04 05:06 UTC, before Wirewatch was installed.",
        ),
        (NOW, [NOW + timedelta(hours=1), NOW + timedelta(days=9)], "fail", "This machine's clock is 1:00:00 behind."),
        (NOW, [NOW - timedelta(hours=2)], "fail", "This machine's clock is 2:00:00 ahead."),
        (NOW, [NOW - timedelta(hours=2), NOW], "ok", "2025-03-04 05:06 UTC, as others say"),
    ],
)
def test_a_clock_is_believed_unless_others_disagree(
    newest: datetime, dates: list[datetime], level: str, said: str
) -> None:
    finding = checkup.clock(NOW, newest=newest, dates=dates)

    assert (finding.level, finding.message) == (level, said)


@pytest.fixture
def wanted(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings in the environment under which nothing must be mended; the one host asked is closed."""
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(
        '[[source]]\nslug = "shut"\nname = "Shut"\ncountry = "KR"\nlanguage = "ko"\nkind = "agency"\nbloc = "rok"\n'
        'family = "shut"\nfeeds = ["http://127.0.0.1:1/rss"]\n'
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", database_url)
    monkeypatch.setenv("WIREWATCH_FEEDS", str(feeds))
    return feeds


def test_json_has_every_check_and_the_verdict(wanted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = doctor.run(argparse.Namespace(json=True))

    told = json.loads(capsys.readouterr().out)
    assert (code, told["ok"]) == (0, True), told
    assert [check["name"] for check in told["checks"]] == [
        "python", "packages", "variables", "settings", "home", "database", "prefect", "schedules", "feeds", "topics",
        "contact", "network", "clock",
    ]  # fmt: skip


def test_a_role_that_may_not_look_is_told_of_and_stops_no_other_check(
    wanted: Path, cluster: embedded.Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = database.engine(cluster.url)
    database.migrate(engine)
    engine.dispose()
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", cluster.analyst_url)

    code = doctor.run(argparse.Namespace(json=True))

    checks = json.loads(capsys.readouterr().out)["checks"]
    assert (code, checks[-1]["name"]) == (1, "clock")
    [failed] = [check for check in checks if check["level"] == "fail"]
    assert (failed["name"], failed["message"]) == (
        "database",
        "The database does not let us write (permission denied for table installed): give WIREWATCH_DATABASE_URL a role that may.",
    )  # fmt: skip


def test_a_schedule_that_is_none_is_told_with_its_deployment(tmp_path: Path) -> None:
    path = tmp_path / "prefect.yaml"
    path.write_text(
        "deployments: [{name: nightly, entrypoint: flows.maintain.maintain, schedules: [{slug: s, cron: '40 25 * * *'}]}]"
    )

    assert checkup.due(settings()) == Finding(
        name="schedules", level="ok", message="4 of 7 deployments run by themselves"
    )
    with pytest.raises(Misconfigured) as caught:
        checkup.due(settings(deployments=path))

    said = 'deployment 1 (maintain/nightly): schedules.0: Invalid cron string: "40 25 * * *".'
    assert str(caught.value) == f"{path}, {said}"


def test_a_setting_that_is_wrong_ends_the_visit_with_its_name(wanted: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("WIREWATCH_MAX_ATTEMPTS", "many")

    code = doctor.run(argparse.Namespace(json=True))

    last = json.loads(capsys.readouterr().out)["checks"][-1]
    assert (code, last["name"], last["level"]) == (1, "settings", "fail")
    assert last["message"].startswith("WIREWATCH_MAX_ATTEMPTS: ")


def test_what_is_wrong_is_shown_with_how_to_mend_it() -> None:
    paper = io.StringIO()
    findings = [
        Finding(name="python", level="ok", message="3.11.7"),
        Finding(name="home", level="fail", message="It is full.", mend="Make room."),
    ]

    code = doctor.show(findings, console(file=paper, width=40))

    assert code == 1
    assert paper.getvalue() == (
        "ok   python    3.11.7\n"
        "fail home      It is full.\n"
        "               Make room.\n"
    )  # fmt: skip
