"""Rows into files: CSV, JSON and Parquet, a batch at a time, whatever the number of rows."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO

from models.export import Column

if TYPE_CHECKING:
    from arro3.core import Array, DataType

Batches = Iterable[Sequence[Sequence[Any]]]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_csv(file: BinaryIO, columns: Sequence[Column], batches: Batches) -> None:
    """RFC 4180 in UTF-8 with a header; None is an empty field, a list is JSON."""
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow([column.name for column in columns])
    for batch in itertools.chain([()], batches):
        writer.writerows([_csv_cell(value) for value in row] for row in batch)
        file.write(paper.getvalue().encode("utf-8", errors="backslashreplace"))
        paper.seek(0)
        paper.truncate()


def write_json(file: BinaryIO, columns: Sequence[Column], batches: Batches) -> None:
    """One JSON array of objects, one object a line; days and instants as ISO 8601."""
    names = [column.name for column in columns]
    between = "[\n"
    for batch in batches:
        for row in batch:
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_json_value)
            file.write((between + line).encode("utf-8", errors="backslashreplace"))
            between = ",\n"
    file.write(b"[]\n" if between == "[\n" else b"\n]\n")


def write_parquet(file: BinaryIO, columns: Sequence[Column], batches: Batches) -> None:
    """Parquet, compressed with zstd; a column keeps its type (instants: microseconds in UTC, JSON: its text)."""
    from arro3.core import Field, RecordBatch, RecordBatchReader, Schema  # noqa: PLC0415 -- 30 MB that few exports need
    from arro3.io import write_parquet  # noqa: PLC0415 -- see above

    schema = Schema([Field(column.name, _arrow_type(column.type)) for column in columns])
    failed: list[Exception] = []

    def converted() -> Iterator[RecordBatch]:
        try:
            for batch in batches:
                arrays = [
                    _array(column.type, values)
                    for column, values in zip(columns, zip(*batch, strict=True), strict=True)
                ]
                yield RecordBatch.from_arrays(arrays, schema=schema)
        except Exception as error:
            failed.append(error)  # it comes out of the writer as a text
            raise

    try:
        write_parquet(RecordBatchReader.from_batches(schema, converted()), file, compression="zstd(3)")
    except Exception:
        if failed:
            raise failed[0] from None
        raise


FORMATS: dict[str, Callable[[BinaryIO, Sequence[Column], Batches], None]] = {
    "csv": write_csv,
    "json": write_json,
    "parquet": write_parquet,
}
"""How rows can be written, by the ending of a file's name."""


def _arrow_type(type_: str) -> DataType:
    from arro3.core import DataType, Field  # noqa: PLC0415 -- see write_parquet

    if type_.endswith("[]"):
        return DataType.list(Field("item", _arrow_type(type_.removesuffix("[]"))))
    plain = {
        "smallint": DataType.int16(), "integer": DataType.int32(), "bigint": DataType.int64(),
        "real": DataType.float32(), "double precision": DataType.float64(), "numeric": DataType.float64(),
        "boolean": DataType.bool(), "date": DataType.date32(),
        "timestamp with time zone": DataType.timestamp("us", tz="UTC"),
    }  # fmt: skip
    return plain.get(type_, DataType.string())


def _array(type_: str, values: Sequence[Any]) -> Array:
    """A column of a batch; what Arrow's constructors do not take is counted from the epoch, or flattened."""
    from arro3.core import Array, DataType, list_array  # noqa: PLC0415 -- see write_parquet

    arrow = _arrow_type(type_)
    if type_.endswith("[]"):
        flat: list[Any] = []
        ends = [0]
        for value in values:
            flat.extend(value or ())
            ends.append(len(flat))
        items = _array(type_.removesuffix("[]"), flat)
        missing = Array([value is None for value in values], type=DataType.bool())
        return list_array(Array(ends, type=DataType.int32()), items, type=arrow, mask=missing)
    if type_ == "date":
        days = [None if value is None else (value - _EPOCH.date()).days for value in values]
        return Array(days, type=DataType.int32()).cast(arrow)
    if type_ == "timestamp with time zone":
        return Array([None if value is None else _microseconds(value) for value in values], type=DataType.int64()).cast(
            arrow
        )
    if type_ == "numeric":
        return Array([None if value is None else float(value) for value in values], type=arrow)
    if arrow == DataType.string():
        return Array(
            [value if value is None or isinstance(value, str) else _json(value) for value in values], type=arrow
        )
    return Array(list(values), type=arrow)


def _microseconds(at: datetime) -> int:
    past = at - _EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def _csv_cell(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _json(value) if isinstance(value, list | dict) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_json_value)


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, datetime | date) else str(value)
