"""A story: who took it up when, who did not, and of whom that cannot be said."""

from __future__ import annotations

from flows.report import stories
from flows.report.evidence import Evidence
from tests.flows.report.figures import step, story


def test_each_bloc_is_where_it_took_the_story_up_or_among_those_that_did_not_or_cannot_be_said_to() -> None:
    slices = [
        step("rok", 0.0), step("western", 9.0), step("china-state", 36.0), step("dprk-state", None, never=True),
        step("japan", None),
    ]  # fmt: skip

    [told] = stories.section([story()], lambda _: slices, Evidence())

    assert [(one.bloc, one.place, one.lag, one.late) for one in told.steps] == [
        ("rok", 0.0, "first", False),
        ("western", 50.0, "9 h", False),
        ("china-state", 100.0, "36 h", True),
    ]
    assert (told.silent, told.unheard) == (("North Korea’s state media",), ("Japan’s press",))
