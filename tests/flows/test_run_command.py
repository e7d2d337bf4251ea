"""`wirewatch run`: its report, its exit codes, and that wrong input changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import psycopg
import pytest

from extractors.records import Outcome
from flows import resources
from flows.__main__ import main
from models import embedded
from models.settings import Settings, load
from tests import factories as make
from tests.web import Web

SOURCE = """[[source]]
slug = "ledger"
name = "The Ledger"
country = "GB"
language = "en"
kind = "newspaper"
bloc = "western"
family = "ledger"
"""
STORY = (
    "Russia and North Korea signed a mutual defence treaty in Pyongyang on Wednesday, the two governments said. "
    "The text obliges each side to help the other if it is attacked, and it enters into force once both parliaments "
    "have agreed. Analysts in Seoul had expected a declaration of intent rather than a binding document. "
)


def listing(path: Path, *addresses: str) -> str:
    """A feeds.toml of one source; its name."""
    path.write_text(f"{SOURCE}feeds = {json.dumps(addresses)}\n", encoding="utf-8")
    return str(path)


# Runs ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def web() -> Iterator[Web]:
    """A site with a feed of two articles."""
    with Web() as web:
        items = ""
        for name in ("treaty-signed-in-pyongyang", "seoul-answers-the-treaty"):
            address = web.url(f"/world/{name}-1234")
            items += f"<item><title>{name}</title><link>{address}</link></item>"
            web.page(
                f"/world/{name}-1234",
                f"<html lang='en'><head><title>{name}</title></head><body><article><h1>{name}</h1><p>{STORY}{name}.</p>"
                f"<p>{STORY[::-1]}</p><p>{name} {STORY}</p></article></body></html>",
            )
        rss = f'<rss version="2.0"><channel><title>Ledger</title>{items}</channel></rss>'
        web.page("/rss", rss, headers={"Content-Type": "application/rss+xml"})
        yield web


@pytest.fixture
def settings(prefect_api: str, cluster: embedded.Cluster, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a home and database of its own."""
    with make.own_database(cluster.url) as url:
        chosen = load(
            home=tmp_path, database_url=url, allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.0,
            request_timeout_seconds=5.0, extract_workers=0,
        )  # fmt: skip
        with resources.using(chosen):
            yield chosen


@pytest.mark.prefect
def test_a_run_tells_its_funnel_and_the_next_one_takes_up_what_the_limit_left(
    settings: Settings, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    feeds = listing(tmp_path / "mine.toml", web.url("/rss"))

    codes, told = [], []
    for more in (["--limit", "1"], [], ["--all", "--json"]):
        codes.append(main(["run", "--feeds", feeds, *more]))
        told.append(capsys.readouterr())
    limited, carried = told[0].out.splitlines(), told[1].out.splitlines()
    report = json.loads(told[2].out)

    assert codes == [0, 0, 0]
    assert "Polling feeds: 1 of 1" in limited
    assert ends(limited) == ["stored", "waiting"]
    assert "The funnel balances: 2 listed + 0 carried over = 2 ended." in limited
    assert "No feed was due; --all polls every feed at once, `wirewatch feeds list` shows their rhythm." in carried
    assert ends(carried) == ["stored"]
    assert "The funnel balances: 0 listed + 1 carried over = 1 ended." in carried
    assert (report["polls"], report["new"]) == ({"fresh": 0, "unchanged": 1, "failed": 0}, 0)
    assert (report["outcomes"], report["balance"]["ended"]) == ({}, 0)
    assert web.asked("/rss") == 2


def ends(lines: list[str]) -> list[str]:
    """The outcomes in the funnel that was printed."""
    return [line.split()[0] for line in lines if line.startswith(tuple(f"{outcome} " for outcome in Outcome))]


@pytest.mark.prefect
def test_a_run_in_which_every_feed_fails_is_exit_code_1_and_says_why(
    settings: Settings, web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = "http://127.0.0.1:1/rss"
    feeds = listing(tmp_path / "mine.toml", web.url("/gone"), nobody, nobody + "2")

    code = main(["run", "--feeds", feeds, "--json"])

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert said.err.splitlines()[-1] == (
        "wirewatch: None of the 3 feeds answered with a feed: unreachable (2), not found (1). Is the network reachable? "
        "They are tried again when they are due."
    )


# Wrong input ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything a run needs, in the environment; the database was never migrated."""
    monkeypatch.setattr(resources, "_settings", [])  # as in a new process
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREWATCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", fresh_database_url)
    monkeypatch.setenv("WIREWATCH_FEEDS", listing(tmp_path / "feeds.toml", "https://ledger.example/rss"))
    return tmp_path


def schemas(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('news', 'ops', 'trends')")
        return [name for (name,) in found]


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("feeds.toml", None, "feeds.toml cannot be read: No such file or directory."),
        ("feeds.toml", b"\xff", "feeds.toml cannot be read: it is not UTF-8 text."),
        ("feeds.toml", b"[[source]\n", "feeds.toml is no valid TOML: "),
        ("feeds.toml", b"", "feeds.toml lists no source: "),
        ("feeds.toml", SOURCE.encode() + b'feeds = ["gopher://x"]', "feeds.toml, line 9, source 1 (ledger), feeds 1, url: "),
        ("topics.toml", None, "topics.toml: the taxonomy cannot be read (No such file or directory)"),
        ("topics.toml", b'name = "x"\n[[topics]]\nslug = "x"\n', "topics.toml:2: "),
        (".env", b"WIREWATCH_CONTACT=me\nWIREWATCH_HOME\n", ".env, line 2: this is no NAME=value and no comment."),
        (".env", b"WIREWATCH_BATCH_SIZE=many\n", "WIREWATCH_BATCH_SIZE: "),
        (".env", b"WIREWATCH_ALLOW_PRIVATE_HOSTS=10.0.0.0/99\n", "WIREWATCH_ALLOW_PRIVATE_HOSTS: "),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_a_wrong_file_is_exit_code_2_with_file_and_line_or_key_and_changes_nothing(
    environment: Path, fresh_database_url: str, file: str, content: bytes | None, says: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("WIREWATCH_FEEDS", "feeds.toml")
    if file == "topics.toml":
        monkeypatch.setenv("WIREWATCH_TAXONOMY", file)
    (environment / file).unlink(missing_ok=True)
    if content is not None:
        (environment / file).write_bytes(content)

    code = main(["run"])

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"wirewatch: {says}")
    assert schemas(fresh_database_url) == []
    assert not (environment / "home").exists()


@pytest.mark.parametrize("url", ["mysql://u:secret@127.0.0.1/x", "nonsense", "postgresql://u:secret@127.0.0.1:x/x"])
def test_a_wrong_database_url_is_exit_code_2_and_names_the_setting_but_not_the_password(
    environment: Path, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", url)

    code = main(["run"])

    said = capsys.readouterr()
    assert (code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("wirewatch: WIREWATCH_DATABASE_URL is ")
    assert "secret" not in said.err


def test_a_database_that_is_down_is_exit_code_1(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WIREWATCH_DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x")

    code = main(["run"])

    assert (code, capsys.readouterr().err) == (
        1,
        "wirewatch: The database at 127.0.0.1:1 does not answer: Connection refused. Is it running, and reachable?\n",
    )


def test_a_prefect_server_that_is_down_is_exit_code_1(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")

    code = main(["run"])

    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (1, 1)
    assert said.endswith("PREFECT_API_URL names it: start it, or unset PREFECT_API_URL.\n")
