from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from extractors import edition

FOLDER = Path(edition.__file__).parent
OWN_NAMES = {"charset_normalizer": "charset-normalizer"}
LEFT_OUT = {"idna"}
"""What addresses come through, and no text."""


def test_it_has_a_name_that_stays_the_same() -> None:
    assert re.fullmatch(r"trafilatura [\d.]+, [0-9a-f]{12}", edition.edition())
    assert edition.edition() == edition.edition()


def test_what_a_page_goes_through_is_part_of_it_and_what_feeds_go_through_is_not() -> None:
    assert {"article", "body", "furniture", "grade", "text"} < edition.modules()
    assert edition.modules() & {"feed", "cadence", "records", "fetch"} == set()


def test_every_library_behind_these_modules_is_part_of_it() -> None:
    third = set()
    for name in edition.modules():
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            third |= {one.split(".")[0] for one in names}
    third -= {*sys.stdlib_module_names, "extractors", *LEFT_OUT}

    assert {OWN_NAMES.get(name, name) for name in third} == set(edition._LIBRARIES)


SOURCE = '''"""What it is."""

LIMIT = 3  # why
"""What it means."""


def cut(text: str) -> str:
    """What comes out."""
    # a thought
    return text[:LIMIT] + f"{text!r} # not a comment"
'''
RETOLD = '''"""Told otherwise."""
LIMIT = 3
def cut(text: str) -> str:
    return text[:LIMIT] + f"{text!r} # not a comment"  # another thought
'''


def test_what_is_said_about_the_code_does_not_count() -> None:
    assert edition.bare(SOURCE) == edition.bare(RETOLD)


def test_what_the_code_does_counts() -> None:
    assert edition.bare(SOURCE) != edition.bare(SOURCE.replace("LIMIT = 3", "LIMIT = 4"))
    assert edition.bare(SOURCE) != edition.bare(SOURCE.replace("# not", "# no"))
