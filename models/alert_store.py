"""Alerts: what stands out, kept as packets that lead back to their articles, each told once and judged by somebody.

One finding is one alert, however often it is found: a topic in a slice on days that follow one another (`find` lets
the alert grow with them), a silence for as long as it lasts, the first report of a story by a bloc. What an alert was
before it grew or was judged is kept by a trigger, for questions as of an earlier moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, RowMapping

from extractors.errors import Misconfigured
from models import moments
from models.queries import query
from models.tables import alerts

KINDS = ("burst", "drop", "silence", "first-report")
STATES = ("open", "acknowledged", "dismissed")
HEADLINES = 10
"""Headlines that a packet holds."""
_KEPT = (
    "kind", "topic_id", "slice_kind", "slice", "starts_on", "ends_on", "days", "observed", "expected", "p", "q",
    "grade", "completeness",
)  # fmt: skip
"""What a query that looks for findings says of each, as the columns of `news.alerts` are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is worth an alert."""

    slices: Collection[str] = ("all", "bloc")
    """Kinds of slices in which bursts, drops and silences are looked for."""
    blocs: Collection[str] = ()
    """Blocs whose first report of a story is told."""
    level: float = 0.05
    """The largest q of a burst or drop."""
    least: int = 5
    """Least number of texts of a burst, of articles of a story; expected texts of a drop or silence."""
    days: int = 7
    """What is older makes no new alert, so that the past of a source that is added is no news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert, as `trends.alerts` explains it."""

    alert_id: int
    kind: str
    topic: str
    slice_kind: str
    slice: str
    starts_on: date
    ends_on: date
    days: int
    observed: int
    expected: float | None
    ratio: float | None
    p: float | None
    q: float | None
    grade: str | None
    completeness: float | None
    story_id: int | None
    hours: float | None
    first_source: str | None
    first_bloc: str | None
    first_at: datetime | None
    articles: int
    article_ids: Sequence[int]
    headlines: Sequence[dict[str, Any]]
    state: str
    state_reason: str | None
    state_at: datetime | None
    made_at: datetime
    emitted_at: datetime | None
    event_id: UUID
    taxonomy_id: int


_LOOKED_FOR = ("alerts_runs", "alerts_silences", "alerts_first_reports")

# Finding -------------------------------------------------------------------------------------------------------------


def find(db: Connection, watch: Watch, *, now: datetime) -> list[int]:
    """Make alerts of what is found for the first time, and let those grow that go on; returns the ids of the new ones.

    Raises nothing for a finding without articles: a drop to nothing has none.
    """
    db.execute(query("alerts_lock"))
    today = moments.spoken_of(db).today
    values = {
        "since": today - timedelta(days=watch.days), "slices": list(watch.slices), "q": watch.level,
        "least": watch.least, "blocs": list(watch.blocs),
    }  # fmt: skip
    found = [row for name in _LOOKED_FOR for row in db.execute(query(name), values).mappings().all()]
    made = [_keep(db, row, now=now) for row in found]
    return [alert_id for alert_id in made if alert_id is not None]


def _keep(db: Connection, row: RowMapping, *, now: datetime) -> int | None:
    """Keep a finding, with its articles; the id if it is a new alert."""
    facts = {name: row[name] for name in _KEPT}
    if row["alert_id"] is None:
        articles = _articles(db, row)
        if row["kind"] == "first-report" and not articles["article_ids"]:
            return None  # another run has just merged the story; the next one finds the report in that other story
        values = facts | articles | {"made_at": now, "taxonomy_id": sa.func.trends.version()}
        made: int = db.execute(alerts.insert().values(values).returning(alerts.c.id)).scalar_one()
        return made
    mine = alerts.c.id == row["alert_id"]
    kept = db.execute(sa.select(*(alerts.c[name] for name in _KEPT)).where(mine)).mappings().one()
    if dict(kept) != facts:
        values = facts | _articles(db, row) | {"since": sa.func.news.clock(), "taxonomy_id": sa.func.trends.version()}
        db.execute(alerts.update().where(mine).values(values))
    return None


def _articles(db: Connection, row: RowMapping) -> dict[str, Any]:
    """The articles that were observed, and who was first; of a silence, the headlines of those who were not silent."""
    first: RowMapping | None
    if row["kind"] == "first-report":
        asked = {"story": row["story_id"], "bloc": row["slice"]}
        found = db.execute(query("alerts_reports"), asked).mappings().all()
        story, first = row["story_id"], db.execute(query("alerts_first"), asked).mappings().one_or_none()
        more = {"hours": row["hours"], "observed": len(found)}
    else:
        found = _on_days(db, row)
        story, first = _begun(db, found)
        more = {}
    return more | {
        "article_ids": [] if row["kind"] == "silence" else [one["article_id"] for one in found],
        "headlines": _headlines(found),
        "story_id": story,
        "first_source": first["source"] if first else None,
        "first_bloc": first["bloc"] if first else None,
        "first_at": first["at"] if first else None,
    }


def _on_days(db: Connection, row: RowMapping) -> Sequence[RowMapping]:
    """What was counted on these days; of a silence, what anybody published on the topic."""
    silence = row["kind"] == "silence"
    asked = {
        "topic_id": row["topic_id"], "days": row["on_days"], "graded": not silence,
        "slice_kind": "all" if silence else row["slice_kind"], "slice": "" if silence else row["slice"],
    }  # fmt: skip
    return db.execute(query("alerts_articles"), asked).mappings().all()


def _begun(db: Connection, articles: Sequence[RowMapping]) -> tuple[int | None, RowMapping | None]:
    """The story that most of the articles tell, two at least, and its first report; without one, theirs.

    Without one too when another run has just merged that story into another.
    """
    stories = Counter(one["story_id"] for one in articles if one["story_id"] is not None)
    story, told = max(stories.items(), key=lambda item: (item[1], -item[0]), default=(None, 0))
    first = db.execute(query("alerts_first"), {"story": story}).mappings().one_or_none() if told >= 2 else None
    if first is None:
        return None, articles[0] if articles else None
    return story, first


def _headlines(articles: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """The most related first, then the earliest; one of each text, for copies say nothing new."""
    texts: dict[int, RowMapping] = {}
    for one in articles:
        texts.setdefault(one["origin_id"], one)
    best = sorted(texts.values(), key=lambda one: (-one["related"], one["at"], one["article_id"]))[:HEADLINES]
    told = ("article_id", "source", "title", "url")
    return [{name: one[name] for name in told} | {"at": one["at"].isoformat()} for one in best]


# Telling -------------------------------------------------------------------------------------------------------------


def next_waiting(db: Connection, *, after: int = 0) -> Alert | None:
    """The next open alert `after` another (an id) that nobody has been told of, locked until the transaction ends.

    None when there is none; alerts that another transaction holds are passed over.
    """
    waiting = db.execute(query("alerts_waiting"), {"after": after}).scalar()
    return None if waiting is None else get(db, waiting)


def mark_emitted(db: Connection, alert_id: int, *, now: datetime) -> None:
    """Note that the alert has been told."""
    values = {"emitted_at": now, "since": sa.func.news.clock()}
    db.execute(alerts.update().where(alerts.c.id == alert_id).values(values))


# Reading and judging -------------------------------------------------------------------------------------------------

_COLUMNS: list[sa.ColumnClause[Any]] = [sa.column(field.name) for field in fields(Alert)]
_VIEW = sa.select(*_COLUMNS).select_from(sa.table("alerts", schema="trends"))


def listed(db: Connection, *, state: str | None = None) -> tuple[Alert, ...]:
    """The alerts, in one state or all, those of the last days first; raises `Misconfigured` for an unknown state."""
    if state is not None and state not in STATES:
        raise Misconfigured(f"There is no state {state!r}; there are {', '.join(STATES)}, and all.")
    wanted = _VIEW if state is None else _VIEW.where(sa.column("state", sa.Text) == state)
    ordered = wanted.order_by(sa.column("ends_on").desc(), sa.column("p").nulls_last(), sa.column("alert_id"))
    return tuple(Alert(**row) for row in db.execute(ordered).mappings())


def get(db: Connection, alert_id: int) -> Alert:
    """One alert; raises `Misconfigured` naming those there are."""
    row = db.execute(_VIEW.where(sa.column("alert_id", sa.BigInteger) == alert_id)).mappings().one_or_none()
    if row is None:
        raise Misconfigured(_no_alert(db, alert_id))
    return Alert(**row)


def judge(db: Connection, alert_id: int, state: str, *, reason: str | None, now: datetime) -> Alert:
    """Put an alert into a state; `reason` is why, and dismissing asks for one.

    Raises `Misconfigured` for an unknown alert or state, and for a dismissal without a reason.
    """
    why = (reason or "").strip() or None
    if state not in STATES:
        raise Misconfigured(f"There is no state {state!r}; there are {', '.join(STATES)}.")
    if state == "dismissed" and why is None:
        raise Misconfigured("Say why it is dismissed, with --reason: without, nobody can learn from it.")
    values = {"state": state, "state_reason": why, "state_at": now, "since": sa.func.news.clock()}
    db.execute(alerts.update().where(alerts.c.id == alert_id).values(values))
    return get(db, alert_id)


def _no_alert(db: Connection, alert_id: int) -> str:
    count, first, last = db.execute(
        sa.select(sa.func.count(), sa.func.min(alerts.c.id), sa.func.max(alerts.c.id))
    ).one()
    if not count:
        return f"There is no alert {alert_id}; there is none at all yet."
    there_are = f"there is only {first}" if count == 1 else f"there are {count:,}, from {first} to {last}"
    return f"There is no alert {alert_id}; {there_are} (`wirewatch alerts --state all` lists them)."
