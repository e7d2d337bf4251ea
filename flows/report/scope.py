"""What a report is about: which days, as of which moment, by which taxonomy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from extractors.errors import Misconfigured
from models.moments import Moment

WINDOWS = (7, 28, 90)
"""Days that a report can span: those over which lags and pairs are counted as well."""


def window(days: int | str) -> int:
    """One of `WINDOWS`; raises `Misconfigured` for any other number of days."""
    if str(days) not in map(str, WINDOWS):
        raise Misconfigured(
            f"A report spans {', '.join(map(str, WINDOWS[:-1]))} or {WINDOWS[-1]} days, not {str(days)!r}."
        )
    return int(days)


@dataclass(frozen=True, slots=True)
class Scope:
    """The frame of all sections."""

    moment: Moment
    days: int
    as_of: datetime | None
    """The earlier moment asked about; None: the present."""
    generated_at: datetime

    @property
    def until(self) -> date:
        """The last day, which may not be over."""
        return self.moment.today

    @property
    def since(self) -> date:
        """The first day."""
        return self.until - timedelta(days=self.days - 1)

    @property
    def period(self) -> str:
        """The window as views name it."""
        return f"{self.days} days"
