"""How Alembic reaches the database: through the connection of `models.database.migrate`, or `-x url=...` by hand.

By hand is for writing one, while `wirewatch serve --no-runs` keeps the server up:
`alembic -x url="$(wirewatch db url)" revision --autogenerate --rev-id 0002 -m "what for"`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alembic import context

from models import database
from models.tables import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection

NOT_OURS = {"alembic_version", "installed"}


def watched(name: str | None, kind: str, _parents: Any) -> bool:
    """Compare the tables of schema `news`, but for the partitions of `pages` and what migrate() keeps for itself."""
    if kind == "schema":
        return name == "news"
    if kind == "table":
        return name not in NOT_OURS and not str(name).startswith("pages_")
    return True


def run(connection: Connection) -> None:
    """Migrate on a connection whose transaction belongs to the caller."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        version_table_schema="news",
        include_schemas=True,
        include_name=watched,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with database.engine(context.get_x_argument(as_dictionary=True)["url"]).begin() as mine:
        run(mine)
