"""Which edition of the extractor this is: a name that changes when what it makes of a page may change.

It is made of the code that a page goes through and of the libraries behind it, so that nobody has to remember to raise
a number. Comments, docstrings and blank lines do not count.
"""

from __future__ import annotations

import ast
import io
import tokenize
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

_FOLDER = Path(__file__).parent
_FIRST = "article"
_LIBRARIES = ("charset-normalizer", "courlan", "lxml", "py3langid", "trafilatura")
"""What the text of an article comes through (a test compares this with the imports)."""


@cache
def edition() -> str:
    """The name of this edition, such as `trafilatura 2.0.0, 5f0c9a1be377`."""
    digest = blake2b(digest_size=6)
    for name in sorted(modules()):
        digest.update(f"{name}\0{bare((_FOLDER / f'{name}.py').read_text(encoding='utf-8'))}\0".encode())
    for library in _LIBRARIES:
        digest.update(f"{library} {version(library)}\0".encode())
    return f"trafilatura {version('trafilatura')}, {digest.hexdigest()}"


@cache
def modules() -> frozenset[str]:
    """The modules of this folder that a page goes through."""
    found: set[str] = set()
    waiting = [_FIRST]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imported(name)
    return frozenset(found - {"records"})  # nouns of the whole project, most of them none of a page's


def _imported(name: str) -> list[str]:
    imported: list[str] = []
    for node in ast.walk(ast.parse((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "extractors":
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("extractors."):
            imported.append(str(node.module).split(".")[1])
    return imported


def bare(source: str) -> str:
    """Python source without comments, docstrings and blank lines; the same on every version of Python."""
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            assert node.end_lineno is not None
            lines[node.lineno - 1 : node.end_lineno] = [""] * (node.end_lineno - node.lineno + 1)
    return "\n".join(line.rstrip() for line in lines if line.strip())
