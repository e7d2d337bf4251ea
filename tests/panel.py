"""A press whose days are given as numbers: cells of the cube and grades, put there in bulk, for tests of what follows from them.

A source publishes so many distinct texts a day, some of them on topics; nothing is drawn here.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from models import burst_store, coverage_store, cube_store, tables
from models.queries import query
from tests import factories as make

TEXTS = itertools.count(1_000_000)


@dataclass
class Press:
    """Sources and their days; `tell` writes a day of a source, `close` counts what follows from all of them."""

    db: Connection
    topics: Collection[str] = ("pact",)
    cells: list[dict[str, Any]] = field(default_factory=list)
    grades: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        make.clock(self.db, make.NOW)
        self.version = make.taxonomy(self.db, *self.topics)
        self.topic_ids = {slug: make.topic(self.db, slug) for slug in self.topics}

    def source(self, slug: str, **facts: Any) -> int:
        """A source, watched for long."""
        made = make.source(self.db, slug, **facts)
        make.feed(self.db, slug)
        return made

    def tell(
        self, source: int, ago: int, texts: int, on: Mapping[str, int] | int = 0, *, grade: str = "ok", language: str = "en",
        copies: int = 0,
    ) -> None:  # fmt: skip
        """A day of a source: distinct texts, those on topics among them (a number: on `pact`), and copies of one of those."""
        said = {"pact": on} if isinstance(on, int) else on
        made = [next(TEXTS) for _ in range(texts)]
        key = {"day": make.day(ago), "source_id": source, "language": language}
        coverage = {"taxonomy_id": 0, "about": "coverage", "about_id": 0, "articles": texts + copies, "origins": made}
        topical = [
            {
                "taxonomy_id": self.version, "about": "topic", "about_id": self.topic_ids[slug],
                "articles": number + copies, "origins": made[:number],
            }
            for slug, number in said.items() if number
        ]  # fmt: skip
        self.cells += [key | row for row in (coverage, *topical) if texts]
        row = {"source_id": source, "day": make.day(ago), "articles": texts + copies, "expected": 10, "dispersion": 1}
        self.grades.append(row | {"polls": 24, "failed": 0, "grade": grade, "reason": ""})

    def close(self, newest: int = 12) -> None:
        """Count every day, and test the newest."""
        db = self.db
        db.execute(tables.cube.insert(), self.cells)
        db.execute(tables.source_days.insert(), self.grades)
        days = sorted({row["day"] for row in self.grades})
        coverage_store.add_up(db, [(day, None) for day in days])
        for grain, starts in (("day", days), ("month", sorted({day.replace(day=1) for day in days}))):
            values = {
                "grain": grain,
                "starts": starts,
                "taxonomies": [cube_store.COVERAGE, self.version],
            }
            db.execute(query("counts_count"), values)
        burst_store.mark(db, days)
        burst_store.refresh(db, most=newest)

    def close_again(self, newest: int) -> None:
        """Test the newest days once more."""
        burst_store.mark_all(self.db)
        burst_store.refresh(self.db, most=newest)

    def found_hours(self, *columns: str, where: str) -> list[tuple[Any, ...]]:
        """Rows of trends.burst_hours, by hour."""
        sql = f"SELECT {', '.join(columns)} FROM trends.burst_hours WHERE {where} ORDER BY hour"
        return [tuple(row) for row in self.db.execute(sa.text(sql))]

    def found(self, view: str, *columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of a view, by topic, slice and day."""
        names = ", ".join(columns or ("slice_kind", "slice", "day"))
        order = "week" if view == "trends.shifts" else "day"
        sql = f"SELECT {names} FROM {view} WHERE {where} ORDER BY topic, slice_kind, slice, {order}"
        return [tuple(row) for row in self.db.execute(sa.text(sql))]


def noisy(day: date, key: int) -> int:
    """-1, 0 or 1, always the same for a day and a key: so that no two days are alike."""
    return blake2b(f"{day} {key}".encode(), digest_size=1).digest()[0] % 3 - 1
