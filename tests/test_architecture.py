"""What the layout promises and no linter knows. The directions between the packages are checked by `lint-imports`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("extractors", "topics", "models", "flows")
MODULES = sorted(chain.from_iterable((ROOT / package).rglob("*.py") for package in PACKAGES))
LONGEST_MODULE, LONGEST_FUNCTION = 400, 40
"""In lines: of a module those that are not blank, of a function those of its body without the docstring."""


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_code(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    documented = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if documented and len(function.body) > 1 else function.body
    assert body[-1].end_lineno is not None
    return body[-1].end_lineno - body[0].lineno + 1


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." if node.level else (node.module or "").split(".")[0])
    return found


def test_there_is_something_to_check() -> None:
    assert len(MODULES) > 40
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)


def test_no_module_of_the_flows_hides_one_of_python_or_of_ours() -> None:
    # Whoever loads a flow by its file puts flows/ at the head of sys.path, and `import models` finds flows/models.py.
    stems = {path.stem for path in (ROOT / "flows").iterdir() if path.suffix == ".py" or path.is_dir()}

    assert stems & ({*sys.stdlib_module_names, *PACKAGES}) == set()


def test_migrations_are_history_and_import_nothing_of_ours() -> None:
    versions = sorted((ROOT / "sql" / "migrations" / "versions").glob("*.py"))

    assert versions
    assert {
        name(path): imported(path) & {*PACKAGES, "."} for path in versions if imported(path) & {*PACKAGES, "."}
    } == {}


def test_stores_never_commit() -> None:
    ends = ("commit", "rollback", "begin")
    found = [
        f"{name(path)}:{node.lineno} .{node.func.attr}()"
        for path in (ROOT / "models").glob("*_store.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ends
    ]

    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_fits_a_head(path: Path) -> None:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

    assert len(lines) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_function_fits_a_screen(path: Path) -> None:
    long = {function.name: lines_of_code(function) for function in functions(path)}

    assert {function: lines for function, lines in long.items() if lines > LONGEST_FUNCTION} == {}


@pytest.mark.parametrize("package", [path for path in MODULES if path.name == "__init__.py"], ids=name)
def test_a_package_imports_nothing_by_itself(package: Path) -> None:
    (only,) = ast.parse(package.read_text(encoding="utf-8")).body

    assert isinstance(only, ast.Expr)
    assert isinstance(only.value, ast.Constant)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_are_absolute(path: Path) -> None:
    assert "." not in imported(path)


def test_no_command_imports_prefect_before_it_is_needed() -> None:
    def at_the_top(path: Path) -> set[str]:
        found: set[str] = set()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                found.add(str(module))
        return found

    heavy = ("prefect", "flows.ingest", "flows.maintain", "flows.tasks", "flows.publish")
    commands = [ROOT / "flows" / "__main__.py", *(ROOT / "flows" / "commands").glob("*.py")]

    assert {
        name(path): found for path in commands if (found := {one for one in at_the_top(path) if one.startswith(heavy)})
    } == {}
