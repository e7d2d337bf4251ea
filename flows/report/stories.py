"""The section on stories: the largest events, who had them first, who followed and who did not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flows.report import names
from flows.report.evidence import About, Evidence
from models.briefing import Story
from models.diffusion import StorySlice

MOST_STORIES = 12


@dataclass(frozen=True, slots=True)
class Step:
    """When a bloc took a story up, as a place on a line from the first report to the last that a bloc made first."""

    bloc: str
    name: str
    place: float
    """0..100, by the square root of the hours: the first day has most of the room."""
    lag: str
    articles: int
    href: str | None
    words: int | None
    late: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A story with its steps."""

    story: Story
    href: str | None
    first: str
    steps: tuple[Step, ...]
    silent: tuple[str, ...]
    """Blocs that were listened to and did not report it."""
    unheard: tuple[str, ...]
    """Blocs of which that cannot be said."""


def section(
    stories: Iterable[Story], slices: Callable[[int], Sequence[StorySlice]], evidence: Evidence
) -> tuple[Told, ...]:
    """The stories with what each bloc did, the largest first."""
    return tuple(_told(story, slices(story.story_id), evidence) for story in stories)


def _told(story: Story, slices: Sequence[StorySlice], evidence: Evidence) -> Told:
    about = About(story=story.story_id)
    taken = [one for one in slices if one.lag_hours is not None]
    longest = max((one.lag_hours or 0 for one in taken), default=0) or 1
    return Told(
        story,
        evidence.link(about, story.articles, story.title),
        names.bloc(story.first_bloc),
        tuple(_step(one, story, longest, evidence) for one in taken),
        tuple(names.bloc(one.slice) for one in slices if one.never_taken_up),
        tuple(names.bloc(one.slice) for one in slices if one.lag_hours is None and one.never_taken_up is None),
    )


def _step(one: StorySlice, story: Story, longest: float, evidence: Evidence) -> Step:
    lag = max(one.lag_hours or 0, 0)
    href = evidence.link(
        About(story=story.story_id, bloc=one.slice), one.articles, f"{story.title} — {names.bloc(one.slice)}"
    )
    place = round((lag / longest) ** 0.5 * 100, 1)
    return Step(
        one.slice,
        names.bloc(one.slice),
        place,
        names.hours(lag),
        one.articles,
        href,
        one.words,
        lag >= names.LATE_HOURS,
    )
