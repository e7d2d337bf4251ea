"""What a run shows of itself in Prefect's UI: artifacts for people, events for automations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event
from sqlalchemy import Connection

from extractors.records import Outcome
from flows.resources import shared_workshop
from models import run_store, trends
from models.run_store import Balance, FeedCount, SlowHost, Trouble
from models.trends import Trend

MOVED = 8
"""Topics shown as what moved."""


@task(name="publish", task_run_name="publish what the run did", tags=["publish"], cache_policy=NO_CACHE)
def publish(run_id: int, *, polls: dict[str, int], timings: dict[str, float]) -> None:
    """Write the run's artifacts: summary, funnel by feed, what moved, slow hosts and failing feeds."""
    with shared_workshop().engine.connect() as db:
        counts = run_store.funnel(db, run_id)
        balance = run_store.balance(db, run_id)
        slow = run_store.slow_hosts(db, run_id)
        failing = run_store.failing_feeds(db, run_id)
        moved = trends.moved(db, limit=MOVED)
        links = _links(db, run_id)
    create_markdown_artifact(
        key="ingest-summary",
        markdown=summary(counts, balance, polls=polls, timings=timings) + what_moved(moved) + links,
        description=f"Run {run_id}: where every URL ended, and what moved.",
    )
    create_table_artifact(
        key="ingest-funnel",
        table=funnel_rows(counts),
        description=f"Run {run_id}: URLs by feed and outcome. {balance}.",
    )
    create_table_artifact(
        key="ingest-trouble",
        table=[_trouble(one) for one in failing] + [_slow(one) for one in slow],
        description=f"Run {run_id}: feeds that failed, and the slowest hosts.",
    )
    emit_event(
        "wirewatch.ingest.finished",
        resource={"prefect.resource.id": f"wirewatch.run.{run_id}", "prefect.resource.name": f"ingest run {run_id}"},
        payload={"listed": balance.listed, "balanced": balance.holds, **_outcomes(counts)},
    )


def summary(counts: Sequence[FeedCount], balance: Balance, *, polls: dict[str, int], timings: dict[str, float]) -> str:
    """The run in a few lines of Markdown."""
    outcomes = _outcomes(counts)
    head = (
        f"**{polls.get('fresh', 0)}** feeds had news, {polls.get('unchanged', 0)} nothing new, "
        f"{polls.get('failed', 0)} failed; **{outcomes.get(Outcome.STORED.value, 0)}** articles were stored."
    )
    lines = [
        head,
        "",
        "| outcome | reason | URLs |",
        "| --- | --- | ---: |",
    ]
    by_reason: dict[tuple[str, str], int] = defaultdict(int)
    for line in counts:
        by_reason[line.outcome.value, line.reason] += line.urls
    lines += [f"| {outcome} | {reason} | {urls:,} |" for (outcome, reason), urls in sorted(by_reason.items())]
    verdict = "The funnel balances" if balance.holds else "**The funnel does not balance**"
    spent = ", ".join(f"{name.replace('_', ' ')} {seconds:.1f} s" for name, seconds in timings.items())
    return "\n".join([*lines, "", f"{verdict}: {balance}.", "", f"Time: {spent}.", ""])


def what_moved(moved: Sequence[Trend]) -> str:
    """The topics that changed most against the 28 days before, as a Markdown table."""
    if not moved:
        return "\n## What moved\n\nNothing can be compared yet: that takes four weeks of coverage.\n"
    rows = [f"| {topic.title} | {topic.articles_7} | {topic.families} | {_ratio(topic.change)} |" for topic in moved]
    head = [
        "",
        "## What moved",
        "",
        "| topic | articles, 7 days | publisher families | share against the 28 days before |",
        "| --- | ---: | ---: | ---: |",
    ]
    return "\n".join([*head, *rows, ""])


def funnel_rows(counts: Sequence[FeedCount]) -> list[dict[str, Any]]:
    """One row a feed, one column an outcome, the feed with most URLs first."""
    feeds: dict[tuple[str, str], dict[str, int]] = {}
    for line in counts:
        row = feeds.setdefault((line.source, line.url), {})
        row[line.outcome.value] = row.get(line.outcome.value, 0) + line.urls
    ranked = sorted(feeds.items(), key=lambda item: -sum(item[1].values()))
    return [
        {"source": source, "feed": url, "urls": sum(row.values()), **{o.value: row.get(o.value, 0) for o in Outcome}}
        for (source, url), row in ranked
    ]


def _outcomes(counts: Sequence[FeedCount]) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for line in counts:
        total[line.outcome.value] += line.urls
    return dict(total)


def _links(db: Connection, run_id: int) -> str:
    rows = run_store.newest_articles(db, run_id)
    if not rows:
        return ""
    lines = [f"- [{_escaped(row.title)}]({row.url}) ({row.source})" for row in rows]
    return "\n".join(["", "## Newest articles on the subject", "", *lines, ""])


def _escaped(title: str) -> str:
    return title.replace("[", "(").replace("]", ")").replace("|", "/")


def _trouble(one: Trouble) -> dict[str, Any]:
    return {"what": "feed failed", "where": one.url, "detail": one.reason, "times": one.failures}


def _slow(one: SlowHost) -> dict[str, Any]:
    return {"what": "slow host", "where": one.host, "detail": f"median {one.median_ms} ms", "times": one.pages}


def _ratio(change: float | None) -> str:
    return "–" if change is None else f"{change:.1f} ×"
