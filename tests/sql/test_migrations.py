"""Migrations up and down, the views made anew, and what role `analyst` may see."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from extractors.errors import Misconfigured
from models import clients, database, embedded, queries, schema, tables


@pytest.fixture
def fresh(fresh_database_url: str) -> Iterator[Engine]:
    """An empty database."""
    engine = database.engine(fresh_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def made(migrated_database_url: str) -> Iterator[Engine]:
    """A database with the schema as it is now."""
    engine = database.engine(migrated_database_url)
    yield engine
    engine.dispose()


def dumped(engine: Engine) -> str:
    """All that schema `news` is made of, in pg_dump's words."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    dump = [clients.program("pg_dump"), "--schema-only", "--schema=news"]
    said = subprocess.run(dump, env=clients.variables(url), capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in said.splitlines() if not re.match(r"\\(un)?restrict", line))


def revisions() -> list[str]:
    """From the first to the last."""
    scripts = ScriptDirectory(str(queries.MIGRATIONS))
    return [script.revision for script in reversed(list(scripts.walk_revisions()))]


def run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def rows(engine: Engine, sql: str) -> list[tuple[object, ...]]:
    with engine.begin() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql))]


def views(engine: Engine) -> list[tuple[object, ...]]:
    """Name and meaning of every view of ours."""
    return rows(
        engine,
        "SELECT oid::regclass::text, pg_get_viewdef(oid) FROM pg_class"
        " WHERE relkind = 'v' AND relnamespace::regnamespace::text IN ('trends', 'ops') ORDER BY 1",
    )


# tables -------------------------------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_that_the_code_knows(db: Connection) -> None:
    command.check(schema.alembic_config(db))  # raises when autogenerate would find anything to do


def test_alembic_says_what_it_says_where_we_do_now(db: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    command.check(schema.alembic_config(db))

    assert capsys.readouterr().out == "No new upgrade operations detected.\n"


def test_each_step_back_undoes_its_step_forward_and_can_be_taken_again(fresh: Engine) -> None:
    steps = ["base", *revisions()]
    run(fresh, "CREATE SCHEMA news")

    up, down, again = {}, {}, {}
    for seen, way in ((up, steps[1:]), (down, reversed(steps[:-1])), (again, steps[1:])):
        for revision in way:
            with fresh.begin() as connection:
                (schema.downgrade if seen is down else schema.upgrade)(connection, revision)
            seen[revision] = dumped(fresh)

    assert len(up) >= 2
    assert again == up
    assert {revision: made for revision, made in down.items() if revision != "base"} == {
        revision: made for revision, made in up.items() if revision != steps[-1]
    }
    assert re.findall(r"^CREATE TABLE (\S+)", down["base"], flags=re.MULTILINE) == ["news.alembic_version"]


def test_versions_of_the_taxonomy_in_an_older_database_stay_and_are_of_no_known_tagger(fresh: Engine) -> None:
    run(fresh, "CREATE SCHEMA news")
    with fresh.begin() as connection:
        schema.upgrade(connection, "0002")
    run(
        fresh,
        "INSERT INTO news.taxonomies (name, digest, content, made_at, is_current)"
        " VALUES ('old', '\\x00', 'content', now(), true)",
    )

    database.migrate(fresh)

    assert rows(fresh, "SELECT name, revision, is_current FROM news.taxonomies") == [("old", 0, True)]


def test_a_database_of_a_newer_wirewatch_is_left_as_it_is(made: Engine) -> None:
    run(made, "UPDATE news.alembic_version SET version_num = '9999'", "UPDATE news.installed SET digest = 'newer'")
    before = views(made)

    with pytest.raises(Misconfigured) as caught:
        database.migrate(made)

    assert str(caught.value) == "The database was made by a newer Wirewatch: update this checkout, then try again."
    assert views(made) == before


# views --------------------------------------------------------------------------------------------------------------


def test_views_are_made_anew_whatever_became_of_them(made: Engine) -> None:
    as_made = views(made)
    run(made, "DROP VIEW trends.topics CASCADE", "CREATE VIEW ops.old AS SELECT 1 AS one", "DROP VIEW ops.runs CASCADE")

    database.migrate(made, force=True)

    assert len(as_made) > 10
    assert views(made) == as_made


def test_a_change_of_the_sql_is_noticed_and_nothing_else_is(made: Engine) -> None:
    run(made, "UPDATE news.installed SET digest = 'of an older view'")

    assert (database.migrate(made), database.migrate(made)) == (True, False)


def test_views_of_other_people_outlive_ours(made: Engine) -> None:
    run(
        made,
        "CREATE SCHEMA desk",
        "CREATE VIEW desk.upper AS SELECT upper(topic) AS loud FROM trends.topics",
        "CREATE VIEW desk.louder AS SELECT loud || '!' AS louder FROM desk.upper",
        "GRANT SELECT ON desk.louder TO analyst",
        "ALTER VIEW desk.louder OWNER TO prefect",
    )

    database.migrate(made, force=True)

    assert rows(
        made,
        "SELECT relname, pg_get_userbyid(relowner), has_table_privilege('analyst', oid, 'SELECT') FROM pg_class"
        " WHERE relnamespace = 'desk'::regnamespace ORDER BY relname",
    ) == [("louder", "prefect", True), ("upper", "wirewatch", False)]


ANEW = "drop it, run `wirewatch db migrate`, and create it anew."
OBSTACLES = {
    "CREATE MATERIALIZED VIEW public.frozen AS SELECT * FROM trends.topics": f"frozen is built on views of Wirewatch that "
    f"are to be replaced, and only plain views can be made again: {ANEW}",
    "CREATE VIEW trends.mine AS SELECT 1 AS one; CREATE VIEW theirs AS SELECT one FROM trends.mine": "theirs is built on "
    f'views of Wirewatch that have changed, and no longer fits (relation "trends.mine" does not exist): {ANEW}',
}


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=["materialised", "no longer fits"])
def test_what_stands_in_the_way_is_named_and_nothing_is_changed(made: Engine, obstacle: str) -> None:
    run(made, *obstacle.split("; "))
    before = views(made)

    with pytest.raises(Misconfigured) as caught:
        database.migrate(made, force=True)

    assert str(caught.value) == OBSTACLES[obstacle]
    assert views(made) == before


def test_every_view_and_every_column_of_one_has_a_comment(db: Connection) -> None:
    silent = db.execute(
        sa.text(
            "SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relkind = 'v' AND relnamespace::regnamespace::text IN ('trends', 'ops') AND attnum > 0"
            " AND coalesce(col_description(attrelid, attnum), '') = ''"
            " UNION ALL SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'v' AND relnamespace::regnamespace::text IN ('trends', 'ops')"
            " AND coalesce(obj_description(oid, 'pg_class'), '') = ''"
        )
    )

    assert silent.all() == []


# rights -------------------------------------------------------------------------------------------------------------


def allowed(db: Connection, rights: str) -> set[str]:
    """What `analyst` has any of `rights` on, outside Postgres's own schemas."""
    found = db.scalars(
        sa.text(
            "SELECT pg_class.oid::regclass::text FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
            " WHERE relkind IN ('r', 'p', 'v', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND nspname NOT LIKE 'pg_toast%' AND has_table_privilege('analyst', pg_class.oid, :rights)"
        ),
        {"rights": rights},
    )
    return set(found)


def test_the_analyst_reads_views_and_article_tables_and_nothing_else(db: Connection) -> None:
    ours = db.scalars(
        sa.text(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'v' AND relnamespace::regnamespace::text IN ('trends', 'ops')"
        )
    )

    assert allowed(db, "SELECT") == {*ours, *(f"news.{name}" for name in schema.ANALYST_TABLES)}
    assert {f"news.{name}" for name in schema.ANALYST_TABLES} < set(tables.metadata.tables)
    assert allowed(db, "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER") == set()


def test_the_analyst_makes_nothing_and_runs_no_function_of_ours_that_changes_anything(db: Connection) -> None:
    may_create = db.scalars(
        sa.text("SELECT nspname FROM pg_namespace WHERE has_schema_privilege('analyst', oid, 'CREATE')")
    )

    assert may_create.all() == []
    assert db.scalar(sa.text("SELECT has_database_privilege('analyst', current_database(), 'CREATE')")) is False


def test_the_analyst_reads_by_his_own_login(fresh: Engine, cluster: embedded.Cluster) -> None:
    database.migrate(fresh)
    engine = database.engine(cluster.address(str(fresh.url.database), "analyst"))

    assert rows(engine, "SHOW default_transaction_read_only") == [("on",)]
    assert rows(engine, "SELECT count(*) FROM trends.days") == rows(engine, "SELECT count(*) FROM trends.days")
    engine.dispose()


def test_a_right_that_was_taken_back_is_gone_after_the_next_migration(made: Engine) -> None:
    run(made, "GRANT SELECT, DELETE ON news.pages TO analyst")

    database.migrate(made, force=True)

    assert rows(made, "SELECT has_table_privilege('analyst', 'news.pages', 'SELECT, DELETE')") == [(False,)]


def test_an_owner_who_may_not_make_roles_does_without_the_analyst(
    cluster: embedded.Cluster, fresh: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "ANALYST", "analyst_of_nobody")
    name = fresh.url.database
    run(fresh, f'ALTER DATABASE "{name}" OWNER TO prefect')
    plain = database.engine(cluster.address(str(name), "prefect"))

    assert database.migrate(plain) is True
    assert len(views(plain)) > 10
    assert rows(plain, "SELECT count(*) FROM pg_roles WHERE rolname = 'analyst_of_nobody'") == [(0,)]
    plain.dispose()


def test_an_owner_who_may_not_change_the_analyst_gives_him_his_rights_all_the_same(
    cluster: embedded.Cluster, fresh: Engine
) -> None:
    name = fresh.url.database
    run(fresh, f'ALTER DATABASE "{name}" OWNER TO prefect')
    plain = database.engine(cluster.address(str(name), "prefect"))

    assert database.migrate(plain) is True
    assert rows(plain, "SELECT has_table_privilege('analyst', 'news.articles', 'SELECT')") == [(True,)]
    plain.dispose()
