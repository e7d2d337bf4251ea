"""docs/data.md tells of every table, view, column and check, in the database's own words where it has any;
docs/operations.md of every setting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from flows.__main__ import COMMANDS
from models.queries import checks
from models.settings import ROOT, Settings
from models.tables import metadata

DOCS = Path(__file__).parent.parent / "docs"
DATA = (DOCS / "data.md").read_text(encoding="utf-8")
ANALYSTS = (DOCS / "analysts.md").read_text(encoding="utf-8")
README = (DOCS.parent / "README.md").read_text(encoding="utf-8")
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")
MAKEFILE = (DOCS.parent / "Makefile").read_text(encoding="utf-8")
SHORT = {"timestamp with time zone": "timestamptz", "double precision": "float8"}


def sections() -> dict[str, str]:
    """The text under each heading that names a table or view."""
    parts = re.split(r"^#{2,3} (.*)$", DATA, flags=re.MULTILINE)
    return {heading.strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def views(db: Connection) -> dict[str, tuple[int, str]]:
    found = db.execute(
        sa.text(
            "SELECT nspname || '.' || relname, pg_class.oid, obj_description(pg_class.oid) FROM pg_class"
            " JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname IN ('trends', 'ops') AND relkind = 'v'"
        )
    )
    return {name: (oid, about) for name, oid, about in found}


def described(db: Connection, oid: int) -> list[str]:
    """What a view's section has to say of its columns."""
    columns = db.execute(
        sa.text(
            "SELECT attname, format_type(atttypid, -1), col_description(attrelid, attnum) FROM pg_attribute"
            " WHERE attrelid = :oid AND attnum > 0 ORDER BY attnum"
        ),
        {"oid": oid},
    )
    return [f"| `{name}` | {SHORT.get(kind, kind)} | {about} |" for name, kind, about in columns]


def test_every_view_is_described_in_the_words_of_its_comments(db: Connection) -> None:
    found = views(db)

    missing = {
        name: [line for line in (about, *described(db, oid)) if line not in sections().get(name, "").splitlines()]
        for name, (oid, about) in found.items()
    }

    assert len(found) > 10
    assert {name: lines for name, lines in missing.items() if lines} == {}


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_every_table_is_described_with_each_of_its_columns(table: str) -> None:
    told = set(re.findall(r"`(\w+)`", sections()[table]))

    assert {column.name for column in metadata.tables[table].columns} - told == set()


@pytest.mark.parametrize("page", [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).is_file()] == []


@pytest.mark.parametrize("page", [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name)
def test_every_command_named_is_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert set(re.findall(r"(?:`|bin/)wirewatch ([a-z]+)", text)) - set(COMMANDS) == set()
    assert set(re.findall(r"`make (\w+)", text)) - set(re.findall(r"^(\w+):", MAKEFILE, flags=re.MULTILINE)) == set()


def test_nothing_is_described_that_does_not_exist(db: Connection) -> None:
    named = {heading for heading in sections() if heading.startswith(("news.", "trends.", "ops."))}

    assert named - set(metadata.tables) - views(db).keys() == set()


def test_every_check_is_described() -> None:
    told = set(re.findall(r"^\| `(\w+)` \|", sections()["Checks"], flags=re.MULTILINE))

    assert told == set(checks())


@pytest.mark.parametrize("page", [DATA, README], ids=["data.md", "README.md"])
def test_the_five_queries_in_a_page_run_as_the_analyst(page: str, db: Connection) -> None:
    statements = [sql for block in re.findall(r"```sql\n(.*?)```", page, flags=re.DOTALL) for sql in block.split(";")]
    db.execute(sa.text("SET LOCAL ROLE analyst"))

    ran = [db.exec_driver_sql(sql).fetchall() for sql in statements if sql.strip()]

    assert len(ran) == 5


def answered(page: str) -> list[tuple[str, list[str]]]:
    """(query, columns of the answer below it) of each question of a page."""
    blocks = re.findall(r"```sql\n(.*?)```\n```\n(.*?)\n", page, flags=re.DOTALL)
    return [(sql, [name.strip() for name in header.split("|")]) for sql, header in blocks]


def test_an_analyst_asks_21_questions_each_with_a_query_an_answer_and_how_to_read_it() -> None:
    questions = re.split(r"^### ", ANALYSTS, flags=re.MULTILINE)[1:]

    assert [question.split(".")[0] for question in questions] == [str(number) for number in range(1, 22)]
    assert [part for part in questions if not re.search(r"\?\n\n```sql\n[^`]*```\n```\n[^`]*```\n\n\S", part)] == []


@pytest.mark.parametrize(("query", "columns"), answered(ANALYSTS), ids=[str(n) for n in range(1, 22)])
def test_each_question_can_be_asked_by_the_analyst_and_has_the_columns_shown(
    query: str, columns: list[str], db: Connection
) -> None:
    db.execute(sa.text("SET LOCAL ROLE analyst"))

    answers = [db.exec_driver_sql(part) for part in query.split(";") if part.strip()]

    assert list(answers[-1].keys()) == columns


def shown(default: object) -> str:
    """A default as docs/operations.md writes it."""
    if default is None:
        return "unset"
    if default in ("", (), {}):
        return "empty"
    if isinstance(default, tuple):
        return f"`{','.join(map(str, default))}`"
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, Path) and default.is_absolute():
        return f"`{default.relative_to(ROOT)}`"
    return f"`{default}`"


def test_every_setting_is_described_with_its_default_and_no_other_is() -> None:
    told = re.findall(r"^\| `WIREWATCH_\w+` \|.*$", OPERATIONS, flags=re.MULTILINE)

    assert told == [
        f"| `WIREWATCH_{name.upper()}` | {shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
