"""What a run shows of itself in Prefect's UI: artifacts for people, events for automations."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.events import emit_event
from sqlalchemy import Connection

from extractors.records import Outcome
from flows import markup
from flows.commands.output import change, number
from flows.resources import shared_workshop
from flows.tasks import TASK
from models import run_store, trends
from models.run_store import Balance, FeedCount, Headline, SlowHost, Trouble
from models.trends import Trend

log = logging.getLogger(__name__)

MOVED = 8
"""Topics shown as what grew, and as what went quiet."""
QUIET = 0.5
"""A topic has gone quiet when its share of coverage fell to this part of what it was, or less."""

ABOUT_CHANGE = (
    "Change is that of a topic's share of all coverage, the last 7 days against the 28 before; families are the "
    "publisher families of all 35 days."
)


@task(name="publish", task_run_name="publish what the run did", tags=["publish"], **TASK)
def publish(run_id: int, *, polls: dict[str, int], timings: dict[str, float]) -> None:
    """Write the run's artifacts: summary with what moved, funnel by feed, failing feeds and slow hosts."""
    with shared_workshop().engine.connect() as db:
        counts = run_store.funnel(db, run_id)
        balance = run_store.balance(db, run_id)
        trouble = what_failed(run_store.failing_feeds(db, run_id)) + slowest(run_store.slow_hosts(db, run_id))
        parts = what_moved(moved(db)) + closest(run_store.newest_articles(db, run_id))
    said = headline(counts, polls)
    create_markdown_artifact(
        key="ingest-summary",
        markdown=parts + where_urls_ended(counts, balance) + how_long(timings),
        description=f"Run {run_id}: {said}",
    )
    create_table_artifact(
        key="ingest-funnel",
        table=funnel_rows(counts),
        description=f"Run {run_id}: where the URLs of each feed ended. {verdict(balance)}",
    )
    create_markdown_artifact(
        key="ingest-trouble", markdown=trouble, description=f"Run {run_id}: feeds that failed, and the slowest hosts."
    )
    emit_event(
        "wirewatch.ingest.finished",
        resource={"prefect.resource.id": f"wirewatch.run.{run_id}", "prefect.resource.name": f"ingest run {run_id}"},
        payload={"listed": balance.listed, "balanced": balance.holds, **_by_outcome(counts)},
    )
    log.info("run %d: %s %s", run_id, said, verdict(balance))


def moved(db: Connection, *, until: date | None = None) -> list[Trend]:
    """The topics that grew most against the 28 days before, then those that went quiet; counts are of all 35 days."""
    lately = {trend.topic: trend for trend in trends.periods(db, until=until, days=35)}
    grown = [lately[trend.topic] for trend in trends.moved(db, limit=MOVED, until=until)]
    quiet = [trend for trend in lately.values() if trend.change is not None and trend.change <= QUIET]
    return grown + sorted(quiet, key=lambda trend: (-trend.articles, trend.topic))[:MOVED]


def headline(counts: Iterable[FeedCount], polls: Mapping[str, int]) -> str:
    """The run in one or two sentences."""
    ended = _by_outcome(counts)
    asked = sum(polls.get(outcome, 0) for outcome in ("fresh", "unchanged", "failed"))
    if not asked and not ended:
        return "no feed was due."
    stored, fresh, failed = ended.get(Outcome.STORED.value, 0), polls.get("fresh", 0), polls.get("failed", 0)
    urls = _many(sum(ended.values()), "URL")
    what = f"{number(stored)} of {urls} {'was' if stored == 1 else 'were'} stored" if ended else "no URL was new"
    return f"{what}. Of {_many(asked, 'feed')} {number(fresh)} had news and {number(failed)} failed."


def verdict(balance: Balance) -> str:
    """Whether every URL is accounted for, with both sides of the books."""
    sides = f"{number(balance.listed)} listed + {number(balance.carried)} carried over = {number(balance.ended)} ended"
    return f"The funnel balances: {sides}." if balance.holds else f"THE FUNNEL DOES NOT BALANCE: {balance}."


def what_moved(found: Sequence[Trend]) -> str:
    """A section on the topics that grew, or went quiet."""
    if not found:
        nothing = "No topic grew or went quiet against the 28 days before, or there is too little history to say."
        return markup.heading("What moved", nothing)
    rows = [
        [markup.plain(one.topic), change(one.change), *map(number, (one.articles_7, one.articles, one.families))]
        for one in found
    ]
    columns = ["topic", "#change", "#articles, 7 days", "#35 days", "#families"]
    return markup.heading("What moved", ABOUT_CHANGE, "", *markup.table(columns, rows))


def closest(articles: Sequence[Headline]) -> str:
    """A section with links to the new articles that say most about the subject; empty without any."""
    lines = [f"- {markup.link(one.title, one.url)} · {markup.plain(one.source)}" for one in articles]
    return markup.heading("New articles closest to the subject", *lines) if lines else ""


def where_urls_ended(counts: Sequence[FeedCount], balance: Balance) -> str:
    """A section on the funnel: one line an outcome, with its reasons."""
    reasons: dict[Outcome, Counter[str]] = defaultdict(Counter)
    for line in counts:
        reasons[line.outcome][line.reason] += line.urls
    lines = [
        f"- **{number(reasons[outcome].total())} {outcome.value}**{_spelled(reasons[outcome])}"
        for outcome in Outcome
        if outcome in reasons
    ]
    return markup.heading("Where every URL ended", *lines, "", verdict(balance))


def how_long(timings: Mapping[str, float]) -> str:
    """A section on where the time went: the stages one after the other, then the parts of all batches added up."""
    parts = {name.removeprefix("seconds_"): took for name, took in timings.items() if name.startswith("seconds_")}
    stages = {name: took for name, took in timings.items() if not name.startswith("seconds_")}
    lines = [f"The stages, one after the other: {_seconds(stages)}."]
    if any(parts.values()):
        lines += ["", f"Inside of the batches, which run side by side, added up: {_seconds(parts)}."]
    return markup.heading("How long it took", *lines)


def funnel_rows(counts: Iterable[FeedCount]) -> list[dict[str, Any]]:
    """One row a feed, one column an outcome that occurred, the feed with most URLs first."""
    feeds: dict[tuple[str, str], Counter[Outcome]] = defaultdict(Counter)
    for line in counts:
        feeds[line.source, line.url][line.outcome] += line.urls
    occurred = [outcome for outcome in Outcome if any(ended[outcome] for ended in feeds.values())]
    ranked = sorted(feeds.items(), key=lambda item: (-item[1].total(), item[0]))
    return [
        {"feed": markup.feed_link(*feed), "URLs": ended.total(), **{one.value: ended[one] for one in occurred}}
        for feed, ended in ranked
    ]


def what_failed(failing: Sequence[Trouble]) -> str:
    """A section on the feeds whose poll failed, the most persistent first."""
    lines = [f"- {markup.feed_link(one.source, one.url)}: {markup.reason(one.reason, one.url)}" for one in failing]
    return markup.heading("Feeds that failed", *(lines or ["None: every feed that was polled answered with a feed."]))


def slowest(hosts: Sequence[SlowHost]) -> str:
    """A section on the hosts whose pages took longest; empty when no page was fetched."""
    rows = [[markup.plain(one.host), number(one.median_ms), number(one.pages)] for one in hosts]
    return markup.heading("Slowest hosts", *markup.table(["host", "#median, ms", "#pages"], rows)) if rows else ""


def _by_outcome(counts: Iterable[FeedCount]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for line in counts:
        total[line.outcome.value] += line.urls
    return dict(total)


def _spelled(reasons: Counter[str]) -> str:
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{number(urls)} {markup.plain(reason)}" for reason, urls in ranked if reason]
    return ": " + ", ".join(named) if named else ""


def _seconds(took: Mapping[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {seconds:.1f} s" for name, seconds in took.items())


def _many(count: int, noun: str) -> str:
    return f"{number(count)} {noun}" + ("" if count == 1 else "s")
