"""A backup is whole or not there; so is what it is restored into."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from extractors.errors import Misconfigured
from models import backup, clients, cube_store, database, embedded, tables
from models.backup import BackupFailed
from models.identity import ROOT
from tests import factories as make

TextOf = Callable[[], str]

AWKWARD = "tab\there, line\nbreak, back\\slash, \\., \\N, 한국, 'quotes', \"more\", COPY x FROM stdin;\n\\.\n"


@pytest.fixture(scope="module")
def filled(cluster: embedded.Cluster) -> Iterator[Engine]:
    """A database with some of everything that a dump can stumble over."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.taxonomy(db, "pact")
            lead = make.article(db, title=AWKWARD, text=AWKWARD, topics=["pact"])
            make.article(db, "beta", published_at=None, title="", text="x" * 300_000)
            database.ensure_page_partitions(db, make.NOW.date())
            page = {"content_type": "text/html", "final_url": "u", "size": 9, "fetched_at": make.NOW}
            month = make.NOW.date().replace(day=1)
            body = bytes(range(256)) * 4000
            db.execute(tables.pages.insert().values(month=month, content_hash=b"h" * 16, body=body, **page))
            assert lead
            cube_store.recount(db)
        yield engine
        engine.dispose()


@pytest.fixture(scope="module")
def archive(filled: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backup") / "a backup.dump"
    backup.save(plain(filled), path, environment={})
    return path


@pytest.fixture
def empty(fresh_database_url: str) -> Iterator[Engine]:
    engine = database.engine(fresh_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def made(migrated_database_url: str) -> Iterator[Engine]:
    """A database with tables and without news."""
    engine = database.engine(migrated_database_url)
    yield engine
    engine.dispose()


def plain(engine: Engine) -> str:
    return engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def content(engine: Engine) -> dict[str, object]:
    """Every row of every table."""
    with engine.connect() as db:
        return {
            name: db.scalar(sa.text(f"SELECT coalesce(jsonb_agg(row ORDER BY row::text), '[]') FROM {name} AS row"))
            for name in tables.metadata.tables
        }


def refused(load: Callable[[], object]) -> tuple[type[Exception], str]:
    with pytest.raises((BackupFailed, Misconfigured)) as caught:
        load()
    return type(caught.value), str(caught.value)


def test_everything_comes_back_into_an_empty_database(filled: Engine, archive: Path, empty: Engine) -> None:
    backup.load(empty, archive)

    assert content(empty) == content(filled)
    with empty.begin() as db:
        assert db.scalar(sa.text("SELECT count(*) FROM trends.articles")) == 2
        assert db.scalar(sa.text("SELECT has_table_privilege('analyst', 'news.articles', 'SELECT')")) is True
        assert make.article(db) > 2  # the numbers go on where they were
    assert database.migrate(empty) is False


def test_a_database_that_was_only_migrated_counts_as_empty(filled: Engine, archive: Path, made: Engine) -> None:
    backup.load(made, archive)

    assert content(made) == content(filled)


def test_news_are_replaced_only_when_that_is_asked_for(filled: Engine, archive: Path, made: Engine) -> None:
    with made.begin() as db:
        make.article(db, title="Newer")
    before = content(made)

    assert refused(lambda: backup.load(made, archive)) == (
        Misconfigured,
        f"The database holds news already: add --force to replace them all by those of {archive}.",
    )
    assert content(made) == before

    backup.load(made, archive, replace=True)
    assert content(made) == content(filled)


def test_what_other_people_keep_beside_is_left_alone(archive: Path, made: Engine) -> None:
    with made.begin() as db:
        db.execute(sa.text("CREATE SCHEMA desk"))
        db.execute(sa.text("CREATE TABLE desk.notes AS SELECT 'keep me' AS note"))
        db.execute(sa.text("CREATE VIEW desk.titles AS SELECT title, note FROM news.articles, desk.notes"))
        db.execute(sa.text("CREATE VIEW desk.days AS SELECT day FROM trends.days"))

    backup.load(made, archive, replace=True)

    with made.connect() as db:
        assert db.scalars(sa.text("SELECT note FROM desk.titles WHERE title = ''")).all() == ["keep me"]
        assert db.scalar(sa.text("SELECT count(*) > 0 FROM desk.days")) is True


@pytest.mark.parametrize("manner", ["cut in half", "cut at the end", "another bit"])
def test_a_damaged_file_changes_nothing(manner: str, archive: Path, made: Engine, tmp_path: Path) -> None:
    with made.begin() as db:
        make.article(db)
    before = content(made)
    damaged = tmp_path / "damaged.dump"
    whole = archive.read_bytes()
    half = len(whole) // 2
    spoilt = {
        "cut in half": whole[:half],
        "cut at the end": whole[:-1],
        "another bit": whole[:half] + bytes([whole[half] ^ 1]) + whole[half + 1 :],
    }
    damaged.write_bytes(spoilt[manner])

    assert refused(lambda: backup.load(made, damaged, replace=True)) == (
        BackupFailed,
        f"{damaged} is damaged: it is not as `wirewatch db backup` wrote it; nothing was changed.",
    )
    assert content(made) == before


def test_a_file_that_was_cut_before_it_was_sealed_changes_nothing(archive: Path, empty: Engine, tmp_path: Path) -> None:
    database.migrate(empty)
    with empty.begin() as db:
        make.article(db)
    before = content(empty)
    cut = tmp_path / "cut.dump"
    whole = archive.read_bytes()[: -backup.SEAL_BYTES]
    half = whole[: len(whole) // 2]
    cut.write_bytes(half + backup.SEAL + blake2b(half, digest_size=32).digest())

    kind, said = refused(lambda: backup.load(empty, cut, replace=True))

    assert (kind, said[: len(str(cut))], said[-22:]) == (BackupFailed, str(cut), "; nothing was changed.")
    assert content(empty) == before


def test_a_session_that_restored_goes_on_with_its_own_settings(archive: Path, empty: Engine) -> None:
    settings = sa.text("SELECT name, setting FROM pg_settings WHERE name NOT LIKE 'plpgsql.%' ORDER BY name")
    with empty.connect() as db:
        before = db.execute(settings).all()

    backup.load(empty, archive)

    with empty.connect() as db:
        assert db.execute(settings).all() == before


def test_a_backup_that_does_not_fit_changes_nothing(made: Engine, tmp_path: Path) -> None:
    with made.begin() as db:
        make.article(db)
        db.execute(sa.text("CREATE SCHEMA desk"))
        db.execute(sa.text("CREATE FUNCTION desk.odd(text) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN true"))
        db.execute(sa.text("ALTER TABLE news.topics ADD CHECK (desk.odd(slug))"))
    backup.save(plain(made), tmp_path / "x.dump", environment={})
    with made.begin() as db:
        db.execute(sa.text("DROP SCHEMA desk CASCADE"))
    before = content(made)

    kind, said = refused(lambda: backup.load(made, tmp_path / "x.dump", replace=True))

    assert (kind, said) == (
        BackupFailed,
        f'{tmp_path}/x.dump cannot be restored: schema "desk" does not exist; nothing was changed.',
    )
    assert content(made) == before


def test_any_postgres_can_read_a_backup(filled: Engine, archive: Path) -> None:
    restore = [clients.program("pg_restore"), "--file=-", archive]

    script = subprocess.run(restore, capture_output=True, text=True, check=True).stdout

    assert "CREATE TABLE news.articles" in script


def test_what_is_no_backup_is_refused_by_name(filled: Engine, empty: Engine, tmp_path: Path) -> None:
    junk, other = tmp_path / "junk", tmp_path / "other.dump"
    junk.write_text("This is not what you are looking for, however long you may look at it.\n" * 20)
    with empty.begin() as db:
        db.execute(sa.text("CREATE TABLE cats ()"))
    dump = [clients.program("pg_dump"), "--format=custom", f"--file={other}"]
    subprocess.run(dump, env=clients.variables(plain(empty)), check=True)

    assert [refused(lambda path=path: backup.load(empty, path)) for path in (junk, other, tmp_path / "none")] == [
        (Misconfigured, f"{junk} is no backup: input file does not appear to be a valid tar archive."),
        (Misconfigured, f"{other} is a backup of something else, not of Wirewatch."),
        (Misconfigured, f"{tmp_path}/none cannot be read: No such file or directory."),
    ]


def test_a_backup_of_a_newer_wirewatch_is_refused_and_changes_nothing(made: Engine, tmp_path: Path) -> None:
    with made.begin() as db:
        db.execute(sa.text("UPDATE news.alembic_version SET version_num = '9999'"))
    backup.save(plain(made), tmp_path / "newer", environment={})
    with made.begin() as db:
        db.execute(sa.text("UPDATE news.alembic_version SET version_num = 'ours'"))

    assert refused(lambda: backup.load(made, tmp_path / "newer", replace=True))[0] is Misconfigured
    with made.connect() as db:
        assert db.scalar(sa.text("SELECT version_num FROM news.alembic_version")) == "ours"


def test_a_database_in_use_is_not_waited_for_for_ever(
    archive: Path, made: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "LOCK_TIMEOUT", "10ms")

    with made.begin() as busy:
        make.article(busy)
        said = refused(lambda: backup.load(made, archive, replace=True))

    assert said == (
        BackupFailed,
        "The database is in use and could not be replaced: stop `wirewatch serve` and every run, then try again.",
    )


def test_a_file_is_replaced_only_when_that_is_asked_for(filled: Engine, tmp_path: Path) -> None:
    path, link = tmp_path / "old.dump", tmp_path / "link.dump"
    path.write_text("precious")
    link.symlink_to(path)

    assert refused(lambda: backup.save(plain(filled), link, environment={})) == (
        Misconfigured,
        f"{link} exists: name another file, or add --force.",
    )
    assert path.read_text() == "precious"

    size = backup.save(plain(filled), link, environment={}, replace=True)
    assert (path.stat().st_size, link.is_symlink()) == (size, True)


def test_only_a_file_can_become_a_backup(filled: Engine, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert [
        refused(lambda path=path: backup.save(plain(filled), path, environment={}, replace=True))
        for path in (pipe, tmp_path, tmp_path / "none" / "x.dump")
    ] == [
        (Misconfigured, f"{pipe} is a device or pipe, and a backup must be a file."),
        (Misconfigured, f"{tmp_path} is a folder: name a file in it."),
        (Misconfigured, f"{tmp_path}/none/x.dump cannot be written: No such file or directory."),
    ]
    assert pipe.is_fifo()


def test_a_name_may_be_as_long_as_the_disk_takes_it_in_any_script(filled: Engine, tmp_path: Path) -> None:
    longest, longer = tmp_path / ("한" * 83 + ".dump"), tmp_path / ("한" * 90)

    assert backup.save(plain(filled), longest, environment={}) == longest.stat().st_size
    assert refused(lambda: backup.save(plain(filled), longer, environment={})) == (
        Misconfigured,
        f"{longer} cannot be written: File name too long.",
    )


def test_an_empty_database_gives_no_backup(empty: Engine, tmp_path: Path) -> None:
    assert refused(lambda: backup.save(plain(empty), tmp_path / "x", environment={})) == (
        BackupFailed,
        "There is nothing to back up: the database is empty.",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_finished_leaves_nothing_behind(filled: Engine, tmp_path: Path) -> None:
    # A limit on the size of files stands in for a full disk: writing fails in the middle.
    program = (
        "import sys; from pathlib import Path; from models import backup\n"
        "try: backup.save(sys.argv[1], Path(sys.argv[2]), environment={}, replace=True)\n"
        "except backup.BackupFailed as error: print(error)"
    )
    path = tmp_path / "x.dump"
    path.write_text("the last good one")

    ended = subprocess.run(
        [sys.executable, "-B", "-c", program, plain(filled), path],  # bytecode would be cut off, too, and stay
        env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip

    assert ended.stdout.startswith(f"{path} was not written: ")
    assert len(ended.stdout.splitlines()) == 1
    assert [(found.name, found.read_text()) for found in tmp_path.iterdir()] == [("x.dump", "the last good one")]


def test_programs_are_led_by_their_environment_not_by_their_arguments() -> None:
    url = "postgresql://u:p%40ss@h:5433/d?sslmode=require&options=-c%20x%3Dy&connect_timeout=3"

    assert clients.variables(url) == {
        "PGHOST": "h", "PGPORT": "5433", "PGUSER": "u", "PGPASSWORD": "p@ss", "PGDATABASE": "d", "PGSSLMODE": "require",
        "PGOPTIONS": "-c x=y", "PGCONNECT_TIMEOUT": "3",
    }  # fmt: skip
