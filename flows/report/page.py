"""The report as a whole: read once from the database, then rendered into one file that loads nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from sqlalchemy import Connection

from flows.commands.output import change, number, percent
from flows.commands.packets import probability
from flows.report import blocs, health, languages, names, pairs, standing, stories, topics, words
from flows.report.evidence import About, Evidence, Listed
from flows.report.scope import Scope
from models import alert_store, briefing, diffusion, moments, signals, trends
from models.signals import Burst
from models.trends import Coverage, Trend

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Report:
    """All sections; those that have nothing to show are None or empty."""

    scope: Scope
    there_is: Coverage
    headline: str
    coverage_href: str | None
    """Where articles on any subject stand."""
    topics: topics.Section
    standing: standing.Section | None
    blocs: blocs.Section | None
    languages: languages.Section | None
    pairs: pairs.Section | None
    stories: tuple[stories.Told, ...]
    health: health.Section
    lists: tuple[Listed, ...]


def read(db: Connection, *, days: int, as_of: datetime | None, now: datetime) -> Report:
    """The report of the `days` (one of `WINDOWS`) up to the moment that `db` speaks of (see models/moments.py)."""
    scope = Scope(moments.spoken_of(db), days, as_of, now)
    since, until = scope.since, scope.until
    there_is, titles, evidence = trends.coverage(db), briefing.titles(db), Evidence()
    on_topics = topics.section(trends.lines(db, until=until, days=days), _bursts(db, scope), evidence)
    leading = on_topics.cards[0].trend if on_topics.cards else None
    stands_out = _standing(db, scope, titles, evidence)
    of_blocs = _blocs(db, scope, leading, evidence)
    of_languages = _languages(db, scope, leading, evidence)
    together = pairs.section(diffusion.pairs(db, days=days), titles, evidence)
    largest = briefing.stories(db, since=since, until=until, most=stories.MOST_STORIES)
    told = stories.section(largest, lambda story: diffusion.story_slices(db, story), evidence)
    coverage = evidence.link(About(), leading.coverage if leading else None, "Articles on any subject")
    feeds = {} if as_of else briefing.feed_states(db)
    of_health = health.section(briefing.sources(db, since=since, until=until), feeds, evidence, since=since, days=days)
    said = words.headline(words.Figures(scope, there_is, on_topics, of_blocs, told, of_health))
    lists = evidence.fill(briefing.counted(db, since=since, until=until), lambda ids: briefing.cited(db, ids))
    return Report(
        scope,
        there_is,
        said,
        coverage,
        on_topics,
        stands_out,
        of_blocs,
        of_languages,
        together,
        told,
        of_health,
        lists,
    )


def render(report: Report) -> str:
    """The HTML of a report: whole, with its style and plots, and nothing to load."""
    return template("page.html.j2").render(report=report, scope=report.scope, names=names)


def template(name: str) -> Template:
    """One of the templates beside this module, which knows how to write figures and days."""
    return _environment().get_template(name)


def _bursts(db: Connection, scope: Scope) -> Mapping[str, list[Burst]]:
    """The bursts and drops of each topic over all sources, the earliest first."""
    found: dict[str, list[Burst]] = defaultdict(list)
    asked: Any = {"since": scope.since, "until": scope.until, "slice_kind": "all"}
    for burst in sorted([*signals.bursts(db, **asked), *signals.drops(db, **asked)], key=lambda burst: burst.day):
        found[burst.topic].append(burst)
    return found


def _standing(db: Connection, scope: Scope, titles: Mapping[str, str], evidence: Evidence) -> standing.Section | None:
    return standing.section(
        alert_store.listed(db),
        signals.hours(db),
        signals.shifts(db),
        scope=scope,
        titles=titles,
        evidence=evidence,
    )


def _blocs(db: Connection, scope: Scope, leading: Trend | None, evidence: Evidence) -> blocs.Section | None:
    if leading is None:
        return None
    lags = diffusion.lags(db, period=scope.period, by="bloc", topic=leading.topic)
    silent = diffusion.silences(db, days=min(scope.days, 28), by="bloc")
    return blocs.section(
        trends.lines(db, until=scope.until, days=scope.days, topic=leading.topic, by="bloc"),
        trends.periods(db, until=scope.until, days=scope.days, by="bloc"),
        {lag.slice: lag for lag in lags},
        silent,
        evidence,
    )


def _languages(db: Connection, scope: Scope, leading: Trend | None, evidence: Evidence) -> languages.Section | None:
    if leading is None:
        return None
    lags = diffusion.lags(db, period=scope.period, by="language", topic=leading.topic)
    found = trends.lines(db, until=scope.until, days=scope.days, topic=leading.topic, by="language")
    return languages.section(found, {lag.slice: lag for lag in lags}, evidence)


@cache
def _environment() -> Environment:
    """Everything from outside is escaped, whatever the template forgets; an unknown name is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "number": number, "percent": percent, "change": change, "day": names.day, "long_day": names.long_day,
        "instant": names.instant, "capital": names.capital, "web": _web, "probability": _chance,
    }  # fmt: skip
    made.filters.update(filters)
    for name, file in (("style", "style.css"), ("picture_style", "picture.css")):
        made.globals[name] = Markup((TEMPLATES / file).read_text(encoding="utf-8"))  # noqa: S704 -- our own file
    return made


def _web(url: str) -> str:
    """An address that a reader may follow; anything but a web page leads nowhere."""
    return url if url.lower().startswith(("http://", "https://")) else "#"


def _chance(p: float | None) -> str:
    return probability(p) or "–"
