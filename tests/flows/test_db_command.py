"""`wirewatch db`: the address, psql, migrations, backups; with the embedded server and with one of one's own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from flows import resources
from flows.__main__ import main
from models import embedded, queries
from models.identity import ROOT
from models.settings import Settings

HEAD = ScriptDirectory(str(queries.MIGRATIONS)).get_current_head()
"""The newest revision of the schema."""

OWN = "postgresql://u:p%40ss@db.example:5433/news"
STOPPED = "The embedded database has stopped again, since nothing else uses it: `wirewatch serve` keeps it up.\n"


@pytest.fixture
def at_home(cluster: embedded.Cluster) -> Iterator[embedded.Cluster]:
    """The embedded server, kept up by somebody else meanwhile, as under `serve`."""
    with resources.using(Settings(_env_file=None, home=cluster.home, database_url=None)):
        yield cluster


@pytest.fixture
def own(fresh_database_url: str, tmp_path: Path) -> Iterator[str]:
    """An empty database on a server of one's own."""
    settings = Settings(_env_file=None, home=tmp_path / "none", database_url=fresh_database_url)
    with resources.using(settings):
        yield fresh_database_url
    assert not (tmp_path / "none").exists()


def environment(**settings: object) -> dict[str, str]:
    """For a process of its own: nothing of ours but these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("WIREWATCH_", "PG"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        **{f"WIREWATCH_{name.upper()}": str(value) for name, value in settings.items()},
    }


def wirewatch(*words: str) -> list[str]:
    return [sys.executable, "-m", "flows", "db", *words]


def test_url_prints_the_address_and_nothing_else(at_home: embedded.Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "url"]) == 0

    assert capsys.readouterr() == (f"{at_home.url}\n", "")


def test_url_of_the_analyst_leads_to_the_views_and_no_further(
    at_home: embedded.Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["db", "url", "--analyst"])

    with psycopg.connect(capsys.readouterr().out.strip()) as connection:
        assert connection.execute("SELECT current_user, count(*) FROM trends.topics").fetchone() == ("analyst", 0)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM news.pages")


def test_url_as_json_has_the_parts_that_forms_ask_for(
    at_home: embedded.Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "url", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "url": at_home.url, "host": "127.0.0.1", "port": at_home.port, "database": "wirewatch", "user": "wirewatch",
        "password": at_home.password("wirewatch"), "embedded": True, "stays_up": True,
    }  # fmt: skip


def test_url_of_a_server_of_ones_own_is_rewritten_for_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    with resources.using(Settings(_env_file=None, database_url=OWN.replace("postgresql", "postgresql+psycopg"))):
        assert main(["db", "url"]) == 0
        assert capsys.readouterr() == (f"{OWN}\n", "")

        assert main(["db", "url", "--analyst"]) == 2
        said = "Only the embedded database has a login for `analyst`; on a server of your own, GRANT analyst TO a user."
        assert capsys.readouterr() == ("", f"wirewatch: {said}\n")


def test_a_new_home_gets_tables_and_a_word_on_how_long_the_address_lasts(tmp_path: Path) -> None:
    home = tmp_path / "a home"

    ended = subprocess.run(
        wirewatch("url"), env=environment(home=home), cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert ended.stderr == STOPPED
    assert not embedded.is_running(home)
    with embedded.open(home) as cluster, psycopg.connect(cluster.url) as connection:
        assert ended.stdout == f"{cluster.url}\n"
        assert connection.execute("SELECT count(*) FROM trends.topics").fetchone() == (0,)


@pytest.mark.parametrize("dashes", [[], ["--"]])
def test_psql_takes_all_arguments_and_gives_its_exit_code(
    dashes: list[str], at_home: embedded.Cluster, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "psql", *dashes, "-At", "--set=x=7", "-c", "SELECT current_database()"]) == 0
    assert main(["db", "psql", *dashes, "-v", "ON_ERROR_STOP=1", "-c", "SELECT nothing"]) == 1
    assert main(["db", "psql", *dashes, "-f", "/nowhere"]) == 1

    out, err = capfd.readouterr()
    assert out == "wirewatch\n"
    assert err.splitlines()[0] == 'ERROR:  column "nothing" does not exist'


def test_psql_reads_what_is_piped_into_it_and_keeps_the_password_to_itself(own: str, tmp_path: Path) -> None:
    shown = "SELECT 1 AS one;\n\\! ps -ww -o args= -p $PPID\n"

    ended = subprocess.run(
        wirewatch("psql", "-qAt"), env=environment(database_url=own), cwd=tmp_path, input=shown, capture_output=True,
        text=True, check=True,
    )  # fmt: skip

    one, command = ended.stdout.splitlines()
    assert one == "1"
    assert command.endswith("psql -qAt")


def test_ctrl_c_stops_a_query_of_psqls_and_not_us(own: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        wirewatch("psql", "-qAt", "-c", "SELECT 'begun'", "-c", "SELECT pg_sleep(60)"),
        env=environment(database_url=own), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    with psycopg.connect(own, autocommit=True) as watching:
        asleep = (
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND datname = current_database()"
        )
        while watching.execute(asleep).fetchone() == (0,):
            time.sleep(0.02)

    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()

    assert err == "Cancel request sent\nERROR:  canceling statement due to user request\n"
    assert (out, process.returncode) == ("", 1)  # psql's own code; ours would be 130


def test_psql_help_is_ours_and_psqls_own_is_one_word_further(
    at_home: embedded.Cluster, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "psql", "--help"]) == 0
    assert capfd.readouterr().out.startswith("usage: wirewatch db psql [ARGUMENT ...]\n")

    assert main(["db", "psql", "--", "--help"]) == 0
    assert capfd.readouterr().out.startswith("psql is the PostgreSQL interactive terminal.\n")


def test_migrate_says_in_one_line_what_became_of_the_schema(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = own.rpartition("/")[2]

    assert [main(["db", "migrate"]), main(["db", "migrate"]), main(["db", "migrate", "--force", "--json"])] == [0, 0, 0]

    first, second, third = capsys.readouterr().out.split("\n", 2)
    assert first == f"The schema of database {name} on 127.0.0.1 is up to date now: revision {HEAD}."
    assert second == f"The schema of database {name} on 127.0.0.1 was up to date: revision {HEAD}."
    assert json.loads(third) == {"changed": True, "revision": HEAD, "database": name, "host": "127.0.0.1"}


def test_a_backup_goes_from_one_database_into_another(
    own: str, at_home: embedded.Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a backup.dump"
    with resources.using(Settings(_env_file=None, home=tmp_path / "none", database_url=own)):
        main(["db", "migrate"])
        main(["db", "psql", "-qc", "INSERT INTO news.topics (slug) VALUES ('pact')"])
        capsys.readouterr()

        assert [main(["db", "backup", str(file)]), main(["db", "backup", str(file)])] == [0, 2]
        assert capsys.readouterr() == (
            f"{file} holds the whole database now: {file.stat().st_size / 1e6:.1f} MB.\n",
            f"wirewatch: {file} exists: name another file, or add --force.\n",
        )
        assert [main(["db", "restore", str(file)]), main(["db", "restore", "--force", str(file)])] == [2, 0]
        assert capsys.readouterr() == (
            f"The database holds what {file} held, and nothing else.\n",
            f"wirewatch: The database holds news already: add --force to replace them all by those of {file}.\n",
        )
    with psycopg.connect(own) as connection:
        assert connection.execute("SELECT slug FROM news.topics").fetchall() == [("pact",)]


@pytest.mark.parametrize("verb", ["backup", "restore", "migrate"])
def test_a_server_that_does_not_answer_is_said_so_in_a_sentence(
    verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    if verb == "restore":
        file.touch()
    words = ["db", verb] if verb == "migrate" else ["db", verb, str(file)]

    with resources.using(Settings(_env_file=None, database_url=f"postgresql://u:secret@/d?host={tmp_path}")):
        code = main(words)

    out, err = capsys.readouterr()
    assert (out, code) == ("", 2 if verb == "restore" else 1)  # which file is named can be mended by whoever asks
    assert err == {
        "restore": f"wirewatch: {file} is no backup: input file is too short (read 0, expected 5).\n",
    }.get(
        verb, f"wirewatch: The database at {tmp_path} does not answer: No such file or directory. Is it running, and reachable?\n"
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == ([file] if verb == "restore" else [])


def test_killed_in_mid_work_it_leaves_nothing_running_and_the_next_goes_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    held = subprocess.Popen(
        wirewatch("psql", "-qAt", "-c", "SELECT 'begun'", "-c", "SELECT pg_sleep(60)"),
        env=environment(home=home), cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert held.stdout is not None
    assert held.stdout.readline() == "begun\n"

    held.kill()
    held.wait()
    held.stdout.close()
    ended = subprocess.run(
        wirewatch("psql", "-Atc", "SELECT 'here'"), env=environment(home=home), cwd=tmp_path, capture_output=True,
        text=True, check=True,
    )  # fmt: skip

    assert ended.stdout == "here\n"
    assert not embedded.is_running(home)
