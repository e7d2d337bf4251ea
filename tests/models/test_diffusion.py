"""Who leads, who follows, who is silent, what goes together, as records."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from models import cube_store, diffusion
from models.diffusion import FirstMover, Lag
from tests import factories as make


@pytest.fixture
def told(db: Connection) -> Connection:
    """A story on the pact and Kim that west has first and south two hours later, at half the length."""
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    make.source(db, "south", bloc="rok")
    for slug, hour, words in (("west", 8, 400), ("south", 10, 200)):
        when = make.at(5, hour=hour)
        facts = {"first_seen_at": when + timedelta(minutes=9), "words": words, "story_id": 1}
        make.article(db, slug, published=when, topics=["pact"], actors=["kim"], **facts)
    cube_store.roll_up(db)
    return db


def test_a_story_is_told_by_bloc_the_first_one_first(told: Connection) -> None:
    found = diffusion.story_slices(told, 1)

    assert [(one.slice, one.lag_hours, one.words, one.relative_words) for one in found] == [
        ("western", 0.0, 400, 2.0),
        ("rok", 2.0, 200, 1.0),
    ]
    assert [one.slice for one in diffusion.story_slices(told, 1, by="language")] == ["en"]
    assert diffusion.story_slices(told, 2) == ()


def test_first_movers_and_lags_of_a_topic(told: Connection) -> None:
    assert diffusion.first_movers(told, by="bloc", topic="pact") == (
        FirstMover(topic="pact", mover="western", firsts=1, stories=1, share=1.0, lead_hours=2.0),
    )
    facts = {"topic": "pact", "stories": 1, "taken_up": 1, "never_taken_up": 0, "share_taken_up": 1.0, "reason": None}
    assert diffusion.lags(told, period="7 days") == (
        Lag(slice="western", firsts=1, lag_hours=0.0, relative_words=2.0, **facts),
        Lag(slice="rok", firsts=0, lag_hours=2.0, relative_words=1.0, **facts),
    )
    assert diffusion.lags(told, period="7 days", topic="ties") == ()


def test_pairs_of_a_subject(told: Connection) -> None:
    found = diffusion.pairs(told, days=7, subject="kim")

    assert [(one.right_subject, one.n_both, one.n, one.lift) for one in found] == [("pact", 2, 2, 1.0)]


def test_silences_leave_out_who_cannot_be_judged_or_published_as_usual(db: Connection) -> None:
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    for slug, days, topics in (
        ("west", range(1, 120), ["pact"]),
        ("east", range(21, 120), ["pact"]),
        ("east", range(1, 21), []),
    ):
        make.articles(db, slug, [make.at(ago, hour=6) for ago in days], topics=topics)
    cube_store.roll_up(db)

    found = diffusion.silences(db, days=7)

    assert [(one.slice, one.articles, one.expected, one.silent, one.days_since) for one in found] == [
        ("east", 0, 7.0, True, 21)
    ]
