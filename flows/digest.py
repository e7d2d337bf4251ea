"""The daily digest: the report as a file, and its headline plots in Prefect's UI."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from prefect import flow, runtime, task
from prefect.artifacts import create_image_artifact, create_markdown_artifact
from prefect.events import emit_event
from sqlalchemy import Engine

from flows import markup, resources, run_logs, whole_file
from flows.commands import asked
from flows.commands.output import DARK, change, number, percent, sparkline
from flows.gather import now
from flows.report import names, page, pictures
from flows.report.page import Report
from flows.report.scope import window
from flows.tasks import TASK

log = logging.getLogger(__name__)

FOLDER = "reports"
"""Below WIREWATCH_HOME; a file a day."""
SHOWN = 10
"""Topics in the table of the summary."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What one digest made."""

    headline: str
    file: Path
    topics: int
    bursts: int
    dropped: int
    """Reports that had had their time."""


def _run_name() -> str:
    started = runtime.flow_run.scheduled_start_time
    return f"digest {started:%a %d %b}" if started else "digest"


@flow(name="digest", flow_run_name=_run_name, retries=0)
def digest(days: int = 28) -> Digest:
    """Write the report of the last `days` below WIREWATCH_HOME, and show its plots in Prefect's UI.

    Raises `Misconfigured` for other days than 7, 28 or 90.
    """
    run_logs.tidy()
    days = window(days)
    with resources.database() as engine:
        report = _read(engine, days)
    file = _keep(report)
    _show(report, file)
    made = Digest(
        headline=report.headline,
        file=file,
        topics=report.topics.told,
        bursts=sum(len(card.bursts) for card in report.topics.cards),
        dropped=retire(file.parent, today=report.scope.until, keep_days=resources.settings().keep_reports_days),
    )
    _tell(made, report.scope.until)
    return made


@task(name="read", task_run_name="read the trends", tags=["digest"], **TASK)
def _read(engine: Engine, days: int) -> Report:
    with asked.connected(engine, None) as db:
        return page.read(db, days=days, as_of=None, now=now())


@task(name="keep", task_run_name="write the report", tags=["digest"], **TASK)
def _keep(report: Report) -> Path:
    folder = resources.settings().home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = (folder / f"{report.scope.until}.html").resolve()
    with whole_file.writing(path) as file:
        file.write(page.render(report).encode())
    log.info("wrote %s", path)
    return path


@task(name="show", task_run_name="show the headline plots", tags=["digest"], **TASK)
def _show(report: Report, file: Path) -> None:
    create_markdown_artifact(key="digest", markdown=summary(report, file), description=_in_short(report))
    for key, picture in pictures.headline(report).items():
        create_image_artifact(key=key, image_url=picture.data_uri, description=picture.words)


def _in_short(report: Report) -> str:
    """For the list of artifacts."""
    bursts = sum(len(card.bursts) for card in report.topics.cards)
    told = f"{names.several(report.topics.told, 'topic')}, {names.several(bursts, 'burst')}"
    return f"{report.scope.days} days to {names.long_day(report.scope.until)}: {told}."


def _tell(made: Digest, day: date) -> None:
    emit_event(
        "wirewatch.digest.finished",
        resource={"prefect.resource.id": f"wirewatch.digest.{day}", "prefect.resource.name": f"digest of {day}"},
        payload={"headline": made.headline, "file": str(made.file), "topics": made.topics, "bursts": made.bursts},
    )
    log.info("%s", made.headline)


def summary(report: Report, file: Path) -> str:
    """The headline, the topics with a sparkline each, and where the whole report is."""
    rows = [
        [
            markup.plain(card.trend.title),
            f"`{sparkline([DARK if point.dark else point.articles for point in card.trend.points], width=16)}`",
            number(card.trend.articles),
            percent(card.trend.share),
            change(card.trend.change),
            percent(card.trend.completeness, 0),
            ", ".join(f"{burst.day:%d %b}" for burst in card.bursts[-3:]) or "–",
        ]
        for card in report.topics.cards[:SHOWN]
    ]
    columns = ["topic", "a day", "#articles", "#share", "#change", "#coverage", "bursts"]
    title = f"{report.scope.days} days to {report.scope.until}"
    table = ["", *markup.table(columns, rows)] if rows else []
    return markup.heading(title, markup.plain(report.headline), *table, "", f"The whole report: `{file}`")


def retire(folder: Path, *, today: date, keep_days: int) -> int:
    """Drop the reports of days that are further back than `keep_days`; returns how many. Other files stay."""
    dropped = 0
    for path in folder.glob("????-??-??.html"):
        try:
            day = date.fromisoformat(path.stem)
        except ValueError:
            continue
        if day <= today - timedelta(days=keep_days):
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
