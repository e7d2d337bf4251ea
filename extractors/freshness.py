"""Whether a source still brings what it used to bring: rules over its own history, no source judged by another.

- *Silent*: the articles that should have come since the last one. What a source yields on a weekday is the mean of that
  weekday in the eight weeks before. Time is then counted in expected articles instead of hours, which makes any rhythm
  one of even pace (time rescaling: Brown et al., Neural Computation 14, 2002), and how likely it is that none of them
  came follows from a negative binomial with the source's own variance / mean.
- *Less of each article*: the last week against the four before (or four weeks against twelve), by the two-proportion z
  test (teasers, rejected pages, undated articles) and Welch's t test on the logarithm of the lengths.
- *Clock*: the time from publication to first sight. It is never negative, and often short, unless a clock is wrong;
  a wrong time zone moves all of it by a multiple of half an hour.

Each rule asks for a large effect besides a significant one. `python -m bench freshness` measures how often they cry
wolf.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import exp, log, sqrt

MEMORY_DAYS = 56
"""Of history that the rhythm is learnt from."""
WINDOWS = ((7, 28), (28, 84))
"""Days that are compared with the days before those; the longer ones are for sources that publish little."""

LEAST_DAYS, LEAST_DAYS_WITH_NEWS = 14, 4
"""Fewer tell no rhythm."""
SHORTEST_SILENCE = timedelta(days=1)
UNLIKELY = 1e-4
"""Silent, when so many articles missing by chance would be less likely than this ..."""
LONGER = 2.0
"""... and the gap is longer than the longest of the last eight weeks by this factor: holidays come once a year, but
pauses of a few days come more often."""

LEAST_RECENT, LEAST_BEFORE = 20, 50
RISE, Z = 0.3, 5.0
"""A share has risen when it is higher by this much, and by so many standard errors."""
SHORTER, T = 0.6, -5.0
"""Texts are shorter when their geometric mean is this part of what it was, or less, at so low a t value."""

LEAST_LAGS = 20
AHEAD = timedelta(minutes=10)
BEHIND = timedelta(minutes=50)
ZONE = timedelta(minutes=30)
"""Zones of the world differ by multiples of this; one quarter-hour zone is left out."""
NEAR = timedelta(minutes=8)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a source."""

    kind: str
    """`silent`, `teasers`, `rejected`, `undated`, `shorter`, `clock ahead` or `clock behind`."""
    since: datetime
    said: str
    """As a sentence."""
    figures: Mapping[str, float | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What a source brought lately, by UTC day of first sight."""

    days: Mapping[date, int]
    """New articles of the whole days on which it could be heard, up to the one that brought the last; days on which all
    polls failed are not among them."""
    last_new_at: datetime | None
    failing: bool
    """Whether its feeds fail now: then it is no silence that is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The pages of a source that were read in a span of time."""

    pages: int
    """Stored or rejected."""
    rejected: int
    teasers: int
    """Stored, and not whole."""
    undated: int
    """Stored, without a date of publication."""
    log_words: float
    """Mean of the natural logarithm of the length of what was stored, in words."""
    log_words_sd: float

    @property
    def stored(self) -> int:
        """Pages that were articles."""
        return self.pages - self.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Lags:
    """The time from publication to first sight, of articles with a time of day."""

    articles: int
    ahead: int
    """Those published more than `AHEAD` after they were seen."""
    median: timedelta
    shortest: timedelta
    """The fifth percentile."""
    usual: timedelta
    """The time between two polls."""


def silent(rhythm: Rhythm, *, now: datetime) -> Finding | None:
    """Whether a source has gone silent against its own rhythm."""
    heard, last = rhythm.days, rhythm.last_new_at
    brought = [day for day, new in heard.items() if new]
    if last is None or rhythm.failing or len(heard) < LEAST_DAYS or len(brought) < LEAST_DAYS_WITH_NEWS:
        return None
    gap = now - last
    expected = _expected(heard, last, now)
    chance = _none_of(expected, _dispersion(heard))
    longest = _longest_gap(brought)
    if gap < SHORTEST_SILENCE or chance >= UNLIKELY or gap < LONGER * longest:
        return None
    said = f"brought nothing for {_span(gap)}; by its own rhythm {expected:.0f} articles should have come"
    figures = {"expected": round(expected, 1), "chance": chance, "longest_gap_days": longest / timedelta(days=1)}
    return Finding("silent", last, said, figures)


def _expected(heard: Mapping[date, int], since: datetime, until: datetime) -> float:
    """Articles that should have come on the whole days between two moments: newsrooms sleep, hours tell little."""
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for day, new in heard.items():
        by_weekday[day.weekday()].append(new)
    overall = sum(heard.values()) / len(heard)
    rates = {weekday: sum(news) / len(news) for weekday, news in by_weekday.items()}
    days = (until.date() - since.date()).days - 1
    missed = (since.date() + timedelta(days=place) for place in range(1, days + 1))
    return sum(rates.get(day.weekday(), overall) for day in missed)


def _dispersion(heard: Mapping[date, int]) -> float:
    """Variance / mean of the days around the mean of their weekday, at least 1."""
    by_weekday: dict[int, list[int]] = defaultdict(list)
    for day, new in heard.items():
        by_weekday[day.weekday()].append(new)
    mean = sum(heard.values()) / len(heard)
    spread = sum((new - sum(group) / len(group)) ** 2 for group in by_weekday.values() for new in group)
    freedom = max(len(heard) - len(by_weekday), 1)
    return max(spread / freedom / mean, 1.0) if mean else 1.0


def _none_of(expected: float, dispersion: float) -> float:
    """The chance that none of so many expected articles comes: negative binomial, or Poisson for a dispersion of 1."""
    factor = log(dispersion) / (dispersion - 1) if dispersion > 1.001 else 1.0
    return exp(-expected * factor)


def _longest_gap(days: Sequence[date]) -> timedelta:
    """Between two days with news, the last of the one and the first of the other not being known."""
    ordered = sorted(days)
    return max((later - earlier for earlier, later in pairwise(ordered)), default=timedelta(days=1))


def less(recent: Window, before: Window, *, since: datetime) -> list[Finding]:
    """What is read of its pages less than before, as after a redesign of its site."""
    found = [
        _risen("teasers", "of its articles only a part can be read", recent.teasers, recent.stored, before.teasers,
               before.stored, since),
        _risen("rejected", "of its pages no article can be read", recent.rejected, recent.pages, before.rejected,
               before.pages, since),
        _risen("undated", "of its articles no date can be believed", recent.undated, recent.stored, before.undated,
               before.stored, since),
        _shorter(recent, before, since),
    ]  # fmt: skip
    return [one for one in found if one is not None]


def _risen(
    kind: str, what: str, recent: int, recent_of: int, before: int, before_of: int, since: datetime
) -> Finding | None:
    if recent_of < LEAST_RECENT or before_of < LEAST_BEFORE:
        return None
    now_share, share = recent / recent_of, before / before_of
    pooled = (recent + before) / (recent_of + before_of)
    error = sqrt(pooled * (1 - pooled) * (1 / recent_of + 1 / before_of)) or 1.0
    z = (now_share - share) / error
    if now_share - share < RISE or z < Z:
        return None
    said = f"{what} in {now_share:.0%} of cases, {share:.0%} before"
    return Finding(kind, since, said, {"share": round(now_share, 3), "before": round(share, 3), "z": round(z, 1)})


def _shorter(recent: Window, before: Window, since: datetime) -> Finding | None:
    if recent.stored < LEAST_RECENT or before.stored < LEAST_BEFORE:
        return None
    ratio = exp(recent.log_words - before.log_words)
    error = sqrt(recent.log_words_sd**2 / recent.stored + before.log_words_sd**2 / before.stored) or 0.01
    t = (recent.log_words - before.log_words) / error
    if ratio > SHORTER or t > T:
        return None
    return Finding(
        "shorter", since, f"its texts are {ratio:.0%} as long as before", {"ratio": round(ratio, 3), "t": round(t, 1)}
    )


def clock(lags: Lags, *, since: datetime) -> Finding | None:
    """Whether its clock, or the time zone of its dates, is wrong."""
    if lags.articles < LEAST_LAGS:
        return None
    if 2 * lags.ahead >= lags.articles:
        said = f"dates its articles {_span(-lags.median)} into the future"
        return Finding("clock ahead", since, said, {"offset_minutes": round(lags.median / timedelta(minutes=1))})
    off = lags.shortest % ZONE
    near_a_zone = min(off, ZONE - off) <= NEAR
    if lags.shortest < max(BEHIND, lags.usual + BEHIND) or not near_a_zone:
        return None
    said = f"dates no article less than {_span(lags.shortest)} before it is seen: a wrong time zone, most likely"
    return Finding("clock behind", since, said, {"offset_minutes": round(lags.shortest / timedelta(minutes=1))})


def _span(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    if hours < 2:
        return f"{span / timedelta(minutes=1):.0f} minutes"
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
