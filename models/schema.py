"""How the schema gets to the present: tables by Alembic, views made anew from sql/views, the analyst's rights.

Views are code, not state: nothing remembers their history. All runs on one connection, in the caller's transaction, so
that a view which does not fit its tables rolls back the change of the tables, too.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models import queries

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)

SCHEMAS = {
    "trends": "How topics move over time: what analysts and dashboards read. Names and columns are kept stable.",
    "ops": "How the collection itself is doing: funnel, feeds, runs.",
}

ANALYST = "analyst"
ANALYST_TABLES = (
    "sources",
    "feeds",
    "feed_days",
    "articles",
    "sightings",
    "texts",
    "tags",
    "taggings",
    "taxonomies",
    "taxonomy_uses",
    "taxonomy_topics",
    "topics",
    "actors",
    "copies",
    "origins",
    "stories",
    "runs",
    "cube",
    "counts",
    "source_days",
    "habits",
    "revisions",
    "extractors",
    "tests",
    "shifts",
    "alerts",
    "alerts_past",
)
"""What an analyst reads in schema `news`, besides everything in `trends` and `ops`."""


def digest() -> str:
    """A fingerprint of all that `rebuild()` works from: equal to the installed one, there is nothing to do."""
    versions = sorted((queries.MIGRATIONS / "versions").glob("*.py"))
    content = hashlib.blake2b(digest_size=16)
    for path in (*versions, *sorted(queries.VIEWS.glob("*.sql")), Path(__file__)):
        content.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return content.hexdigest()


def installed(connection: Connection) -> str | None:
    """The digest of what was last installed, or None."""
    if not _has_table(connection, "installed"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT digest FROM news.installed"))
    return found


def revision(connection: Connection) -> str | None:
    """The revision of the tables, as Alembic notes it; None before the first."""
    if not _has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM news.alembic_version"))
    return found


def _has_table(connection: Connection, name: str) -> bool:
    # Not by to_regclass(): a session that has looked once and then waited for the lock goes by what it remembers of the
    # names, and made all that another had just made once more. A query of the catalogue hears of it first.
    there = "SELECT true FROM pg_tables WHERE schemaname = 'news' AND tablename = :name"
    return connection.scalar(sa.text(there), {"name": name}) is not None


def replace(connection: Connection, fill: Callable[[], None]) -> None:
    """Drop all that is ours, let `fill` make schema `news` with what it holds, of any age, and bring it to the present.

    Raises `Misconfigured` as `rebuild()` does.
    """
    outside = _outside_views(connection, (*SCHEMAS, "news"))
    for name in (*SCHEMAS, "news"):
        connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
    fill()
    rebuild(connection)
    for view in outside:
        _make_again(connection, view)


def rebuild(connection: Connection) -> None:
    """Drop the views, migrate the tables, make the views again, and note that this was done.

    Raises `Misconfigured` if the database is of a newer Wirewatch, or if views of other people stand in the way.
    """
    outside = _outside_views(connection, tuple(SCHEMAS))
    for name in SCHEMAS:
        connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
    connection.execute(sa.text("CREATE SCHEMA IF NOT EXISTS news"))
    upgrade(connection)
    for name, comment in SCHEMAS.items():
        script(connection, f"CREATE SCHEMA {name}; COMMENT ON SCHEMA {name} IS '{comment}'")
    for sql in queries.views().values():
        script(connection, sql)
    _grant(connection)
    for view in outside:
        _make_again(connection, view)
    script(connection, "CREATE TABLE IF NOT EXISTS news.installed (digest text NOT NULL); DELETE FROM news.installed")
    connection.execute(sa.text("INSERT INTO news.installed VALUES (:digest)"), {"digest": digest()})


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run Alembic forward to `revision`; raises `Misconfigured` if the database is of a newer Wirewatch."""
    from alembic import command  # noqa: PLC0415 - half a second that most commands need not spend
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    try:
        command.upgrade(alembic_config(connection), revision)
    except CommandError as error:
        if "Can't locate revision" not in str(error):
            raise
        raise Misconfigured(
            "The database was made by a newer Wirewatch: update this checkout, then try again."
        ) from None


def downgrade(connection: Connection, revision: str) -> None:
    """Run Alembic back to `revision`; views on what goes must be gone before."""
    from alembic import command  # noqa: PLC0415 - as above

    command.downgrade(alembic_config(connection), revision)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for work on `connection`."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config(stdout=sys.stdout)  # else what it was when Alembic was imported, which may be closed by now
    config.set_main_option("script_location", str(queries.MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def script(connection: Connection, sql: str) -> None:
    """Run several statements as they stand: there are no parameters, so `:` and `%` mean nothing special.

    Raises `psycopg.Error`: the driver is asked itself.
    """
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(sql)


def _grant(connection: Connection) -> None:
    """Give role `analyst` its rights in this database; without the right to make roles, go on without."""
    if not _has_analyst(connection):
        try:
            with connection.begin_nested():
                script(connection, f"CREATE ROLE {ANALYST} NOLOGIN")
        except psycopg.Error as error:
            if not _has_analyst(connection):  # else another database of the same server was quicker
                log.warning("there is no role %s: %s", ANALYST, str(error).splitlines()[0])
                return
    everything = f"ALL TABLES IN SCHEMA {', '.join(SCHEMAS)}"
    tables = ", ".join(f"news.{name}" for name in ANALYST_TABLES)
    script(
        connection,
        f"REVOKE ALL ON ALL TABLES IN SCHEMA news FROM {ANALYST};"
        f"GRANT USAGE ON SCHEMA news, {', '.join(SCHEMAS)} TO {ANALYST};"
        f"GRANT SELECT ON {everything} TO {ANALYST}; GRANT SELECT ON {tables} TO {ANALYST}",
    )
    database = sa.quoted_name(connection.scalar(sa.text("SELECT quote_ident(current_database())")) or "", quote=False)
    script(connection, f"GRANT CONNECT ON DATABASE {database} TO {ANALYST}")
    try:
        with connection.begin_nested():
            script(connection, f"ALTER ROLE {ANALYST} IN DATABASE {database} SET default_transaction_read_only = on")
    except psycopg.Error as error:  # a role that somebody else made; it has no right to write all the same
        log.info("role %s keeps its settings: %s", ANALYST, str(error).splitlines()[0])


def _has_analyst(connection: Connection) -> bool:
    found = connection.scalar(sa.text("SELECT true FROM pg_roles WHERE rolname = :name"), {"name": ANALYST})
    return found is not None


@dataclass(frozen=True, slots=True)
class _OutsideView:
    """A view that somebody built on ours, in a schema of their own."""

    name: str
    kind: str
    definition: str
    owner: str
    grants: tuple[str, ...]


_OUTSIDE = """
    WITH RECURSIVE dependents AS (
        SELECT views.oid, 1 AS depth
        FROM pg_class AS ours
        JOIN pg_depend ON pg_depend.refobjid = ours.oid AND pg_depend.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite ON pg_rewrite.oid = pg_depend.objid
        JOIN pg_class AS views ON views.oid = pg_rewrite.ev_class
        WHERE ours.relnamespace::regnamespace::text = ANY (:schemas)
            AND views.relnamespace::regnamespace::text <> ALL (:schemas)
        UNION
        SELECT views.oid, dependents.depth + 1
        FROM dependents
        JOIN pg_depend ON pg_depend.refobjid = dependents.oid AND pg_depend.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite ON pg_rewrite.oid = pg_depend.objid
        JOIN pg_class AS views ON views.oid = pg_rewrite.ev_class AND views.oid <> dependents.oid
    )
    SELECT
        views.oid::regclass::text AS name,
        views.relkind::text AS kind,
        pg_get_viewdef(views.oid) AS definition,
        quote_ident(pg_get_userbyid(views.relowner)) AS owner,
        ARRAY(
            SELECT format('GRANT %s ON %s TO %s', privilege_type, views.oid::regclass,
                CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
            FROM aclexplode(views.relacl)
            WHERE grantee <> views.relowner
        ) AS grants
    FROM dependents
    JOIN pg_class AS views USING (oid)
    GROUP BY views.oid, views.relkind, views.relowner, views.relacl
    ORDER BY max(dependents.depth), name
"""


def _outside_views(connection: Connection, schemas: Sequence[str]) -> list[_OutsideView]:
    """The views of other people that hang on ours and would be dropped with them, lower layer first."""
    rows = connection.execute(sa.text(_OUTSIDE), {"schemas": list(schemas)})
    views = [_OutsideView(row.name, row.kind, row.definition, row.owner, tuple(row.grants)) for row in rows]
    for view in views:
        if view.kind != "v":
            raise Misconfigured(
                f"{view.name} is built on views of Wirewatch that are to be replaced, and only plain views can be made "
                "again: drop it, run `wirewatch db migrate`, and create it anew."
            )
    return views


def _make_again(connection: Connection, view: _OutsideView) -> None:
    try:
        with connection.begin_nested():
            script(connection, f"CREATE VIEW {view.name} AS {view.definition}")
            script(connection, f"ALTER VIEW {view.name} OWNER TO {view.owner}; {'; '.join(view.grants)}")
    except psycopg.Error as error:
        raise Misconfigured(
            f"{view.name} is built on views of Wirewatch that have changed, and no longer fits "
            f"({str(error).strip().splitlines()[0]}): drop it, run `wirewatch db migrate`, and create it anew."
        ) from None
