"""Rows into files, as other programs read them back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from arro3.io import read_parquet

from flows import tabular
from models.export import Column

COLUMNS = (
    Column("n", "integer"), Column("share", "double precision"), Column("ok", "boolean"), Column("word", "text"),
    Column("day", "date"), Column("at", "timestamp with time zone"), Column("topics", "text[]"), Column("ids", "bigint[]"),
    Column("said", "jsonb"), Column("sum", "numeric"),
)  # fmt: skip
AT = datetime(2025, 3, 31, 12, 0, 0, 5, tzinfo=UTC)
FULL = (1, 0.5, True, 'Ким, "Чен" Ын\n', date(2025, 3, 31), AT, ["a", "b"], [1, 2], {"a": [1]}, Decimal("1.5"))
EMPTY = (None,) * 10


def written(format_: str, *batches: Sequence[Sequence[Any]]) -> bytes:
    paper = io.BytesIO()
    tabular.FORMATS[format_](paper, COLUMNS, batches)
    return paper.getvalue()


def parquet(*batches: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    rows = read_parquet(io.BytesIO(written("parquet", *batches))).read_all().to_struct_array().to_pylist()
    return [tuple(row.values()) for row in rows]


def test_csv_has_a_header_empty_fields_and_lists_as_json() -> None:
    rows = list(csv.reader(io.StringIO(written("csv", [FULL], [EMPTY]).decode(), newline="")))

    assert rows == [
        [column.name for column in COLUMNS],
        ["1", "0.5", "True", 'Ким, "Чен" Ын\n', "2025-03-31", "2025-03-31T12:00:00.000005+00:00", '["a", "b"]', "[1, 2]",
         '{"a": [1]}', "1.5"],
        [""] * 10,
    ]  # fmt: skip


def test_json_is_one_array_with_an_object_a_line() -> None:
    text = written("json", [FULL], [EMPTY]).decode()

    assert text.count("\n") == 4
    assert json.loads(text) == [
        {"n": 1, "share": 0.5, "ok": True, "word": 'Ким, "Чен" Ын\n', "day": "2025-03-31",
         "at": "2025-03-31T12:00:00.000005+00:00", "topics": ["a", "b"], "ids": [1, 2], "said": {"a": [1]}, "sum": 1.5},
        dict.fromkeys((column.name for column in COLUMNS), None),
    ]  # fmt: skip


def test_parquet_keeps_every_type_and_tells_null_from_empty() -> None:
    bare = (0, 0.0, False, "", date(1969, 12, 31), datetime(1900, 1, 1, tzinfo=UTC), [], [], [], Decimal(0))

    assert parquet([FULL, EMPTY], [bare]) == [
        (*FULL[:8], '{"a": [1]}', 1.5),
        EMPTY,
        (*bare[:8], "[]", 0.0),
    ]


@pytest.mark.parametrize(("format_", "text"), [("csv", "n,share"), ("json", "[]\n")])
def test_no_row_is_a_file_all_the_same(format_: str, text: str) -> None:
    assert written(format_).decode().startswith(text)
    assert parquet() == []


def test_rows_are_taken_as_they_are_written_and_what_fails_on_the_way_comes_out_as_it_was() -> None:
    class Gone(Exception):
        pass

    def batches() -> Iterator[Sequence[Sequence[Any]]]:
        yield [FULL]
        raise Gone

    for format_ in tabular.FORMATS:
        with pytest.raises(Gone):
            tabular.FORMATS[format_](io.BytesIO(), COLUMNS, batches())
