"""Small builders of what sections of the report are made from; a test names only what it is about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.briefing import SourceHealth, Story
from models.diffusion import Lag, Pair, Silence, StorySlice
from models.signals import Burst
from models.trends import Point, Trend
from tests import factories as make

DAY = date(2026, 11, 20)


def trend(topic: str = "pact", slice_name: str = "", *, articles: int = 10, **facts: Any) -> Trend:
    row = {
        "title": topic.title(), "slice": slice_name, "sources": 1, "families": 1, "origins": articles, "coverage": 100,
        "covered_days": 1, "share": articles / 100, "effective_sources": 1.0, "comparable_share": None,
        "completeness": None, "ok_days": 0, "thin_days": 0, "dark_days": 0, "mean_7d": None, "articles_7": articles,
        "change": None, "change_reason": None, "points": (Point(DAY, articles, 1, 1, articles),),
    }  # fmt: skip
    return Trend(topic=topic, articles=articles, **(row | facts))


def burst(topic: str = "pact", *, ago: int = 0, observed: int = 9, expected: float = 2.0) -> Burst:
    return Burst(
        topic=topic, title=topic.title(), slice_kind="all", slice="", day=DAY - timedelta(ago), observed=observed,
        expected=expected, ratio=observed / expected, p=0.003, q=0.01, articles=observed, sources=3, families=3,
        origins=observed, grade="ok", completeness=1.0,
    )  # fmt: skip


def lag(bloc: str, hours: float | None, **facts: Any) -> Lag:
    row = {"stories": 4, "taken_up": 0 if hours is None else 2, "firsts": 0, "never_taken_up": 0} | facts
    return Lag(
        topic="pact", slice=bloc, share_taken_up=None, lag_hours=hours, relative_words=None, reason=None, **row
    )  # fmt: skip


def silence(bloc: str, *, silent: bool) -> Silence:
    return Silence(
        topic="pact", days=28, slice=bloc, articles=0, expected=9.0, p_low=1e-4, silent=silent, last_on=DAY, days_since=30,
        coverage=90, complete_days=28, normal_share=0.1, reason=None,
    )  # fmt: skip


def pair(left: str, right: str, *, low: float, high: float = 9.0, both: int = 5, about: str = "topic") -> Pair:
    return Pair(
        left_about="topic", left_subject=left, right_about=about, right_subject=right, articles=both, n_both=both,
        n_left=20, n_right=20, n=100, lift=(low + high) / 2, lift_low=low, lift_high=high, p=0.01,
    )  # fmt: skip


def story() -> Story:
    return Story(
        story_id=7, title="A treaty", gloss=None, started_at=make.at(2), last_at=make.at(1), articles=9, sources=4,
        families=4, origins=8, first_source="Agency", first_bloc="rok", topics=("pact",), languages=("en",),
    )  # fmt: skip


def step(bloc: str, hours: float | None, *, never: bool | None = None) -> StorySlice:
    return StorySlice(
        story_id=7, slice=bloc, first_at=None, lag_hours=hours, articles=2, sources=1, families=1, origins=2, words=300,
        relative_words=None, never_taken_up=never, reason=None, coverage_grade="ok", completeness=1.0,
        first_article_id=None, first_timed=None,
    )  # fmt: skip


def health(source: str, grades: str, *, ago: int) -> SourceHealth:
    """Grades by their first letters, from so many days before DAY on."""
    whole = tuple({"o": "ok", "t": "thin", "d": "dark", "u": "unknown"}[letter] for letter in grades)
    return SourceHealth(
        source=source, name=source.title(), bloc="rok", articles=5, expected=None, ok=whole.count("ok"),
        thin=whole.count("thin"), dark=whole.count("dark"), unknown=whole.count("unknown"),
        since=DAY - timedelta(ago), grades=whole, why="",
    )  # fmt: skip
