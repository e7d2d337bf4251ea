"""The report's first paragraph, said from its figures and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.commands.output import change, percent
from flows.report import blocs, health, names, stories, topics
from flows.report.scope import Scope
from models.diffusion import Lag
from models.trends import Coverage


@dataclass(frozen=True, slots=True)
class Figures:
    """What the paragraph may speak of."""

    scope: Scope
    there_is: Coverage
    topics: topics.Section
    blocs: blocs.Section | None
    stories: Sequence[stories.Told]
    health: health.Section


def headline(figures: Figures) -> str:
    """A few sentences; what cannot be said is left out."""
    return " ".join(_sentences(figures))


def _sentences(figures: Figures) -> Iterator[str]:
    if not figures.topics.cards:
        yield _nothing(figures)
        return
    yield _leading(figures)
    yield from _burst(figures)
    yield from _second(figures)
    if figures.blocs is not None:
        yield from _leads(figures.blocs)
        yield from _follows(figures.blocs)
    yield _complete(figures)


def _nothing(figures: Figures) -> str:
    first, last = figures.there_is.first_day, figures.there_is.last_day
    if first is None or last is None:
        return "Nothing has been collected yet, so there is nothing to report."
    return (
        f"Nothing on any of the topics was published in these {figures.scope.days} days; there is coverage from "
        f"{names.long_day(first)} to {names.long_day(last)}."
    )


def _leading(figures: Figures) -> str:
    trend = figures.topics.cards[0].trend
    texts = "" if trend.origins == trend.articles else f" ({names.several(trend.origins, 'distinct text')})"
    sources, publishers = names.several(trend.sources, "source"), names.several(trend.families, "publisher")
    return (
        f"In the {figures.scope.days} days to {names.long_day(figures.scope.until)} “{trend.title}” was told most "
        f"widely: {names.several(trend.articles, 'article')}{texts} from {sources} of {publishers}, "
        f"{percent(trend.share)} of all coverage."
    )


def _burst(figures: Figures) -> Iterator[str]:
    card = figures.topics.cards[0]
    if card.bursts:
        highest = max(card.bursts, key=lambda burst: burst.observed)
        yield (
            f"It surged on {names.long_day(highest.day)}, to {names.several(highest.observed, 'text')} where "
            f"{names.usual(highest.expected)} were to be expected ({names.chance(highest.p)})."
        )
    elif card.trend.points:
        top = max(card.trend.points, key=lambda point: point.articles or 0)
        yield f"Its highest day was {names.long_day(top.day)}, with {names.several(top.articles or 0, 'article')}."
    if card.trend.change == 0:
        yield "In the last seven days it has gone quiet."
    elif card.trend.change is not None:
        moved = change(card.trend.change).replace("-", "−")
        yield f"Its share of coverage in the last seven days was {moved} against the four weeks before."


def _second(figures: Figures) -> Iterator[str]:
    others = [card for card in figures.topics.cards[1:] if card.bursts]
    if others:
        titles = ", ".join(f"“{card.trend.title}”" for card in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        also = ", too" if figures.topics.cards[0].bursts else ""
        yield f"More than usual was written on {titles}{more}{also}."


def _leads(section: blocs.Section) -> Iterator[str]:
    judged = [line.lag for line in section.lines if line.lag is not None]
    firsts = [(line, line.lag.firsts) for line in section.lines if line.lag is not None and line.lag.firsts]
    if not firsts or not judged:
        return
    line, most = max(firsts, key=lambda one: one[1])
    total = judged[0].stories
    if total < 2:
        return
    yield f"Of its {names.several(total, 'story')} {line.name} had {most} first."


def _follows(section: blocs.Section) -> Iterator[str]:
    late = [line for line in section.lines if line.lag and (line.lag.lag_hours or 0) >= names.LATE_HOURS]
    for line in sorted(late, key=lambda line: -(line.lag.lag_hours or 0) if line.lag else 0)[:2]:
        assert line.lag is not None
        behind = names.hours(line.lag.lag_hours)
        yield f"{names.capital(line.name)} took up {_taken(line.lag)}, at a median lag of {behind}."
    silent = [line.name for line in section.lines if line.lag and not line.lag.taken_up and line.lag.never_taken_up]
    if silent:
        yield f"{names.capital(_listed(silent))} took up none."


def _taken(lag: Lag) -> str:
    judged = lag.taken_up + lag.never_taken_up
    return f"{lag.taken_up} of {judged}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _complete(figures: Figures) -> str:
    trend = figures.topics.cards[0].trend
    if trend.completeness is None:
        return "How complete the coverage is cannot be told yet: sources need 14 days of history."
    whole, graded = figures.health.complete, figures.health.graded
    bad = [f"{count} {kind}" for count, kind in ((trend.thin_days, "thin"), (trend.dark_days, "dark")) if count]
    days = f"; {' and '.join(bad)} {'day' if trend.thin_days + trend.dark_days == 1 else 'days'} in all" if bad else ""
    return (
        f"Coverage was {percent(trend.completeness, 0)} complete by what the sources normally yield; "
        f"{whole} of {names.several(graded, 'source')} had no thin or dark day{days}."
    )
