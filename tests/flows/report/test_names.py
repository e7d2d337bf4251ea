"""Codes in words, those that nobody knows included."""

from __future__ import annotations

import pytest

from flows.report import names


@pytest.mark.parametrize(
    ("code", "words"), [("zh", "Chinese"), ("und", "undetermined"), ("xx", "xx"), ("no such", "no such"), ("", "")]
)
def test_a_language_is_called_by_its_name_and_one_that_is_none_by_its_code(code: str, words: str) -> None:
    assert names.language(code) == words


@pytest.mark.parametrize(
    ("lag", "words"),
    [(None, "–"), (0.0, "first"), (-1.0, "first"), (0.001, "1 min"), (0.5, "30 min"), (6.4, "6 h"), (71.9, "72 h"), (72.0, "3.0 days")],
)  # fmt: skip
def test_a_lag_is_told_in_its_largest_unit(lag: float | None, words: str) -> None:
    assert names.hours(lag) == words
