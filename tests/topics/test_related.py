"""How close a text is to the seed's subject."""

from __future__ import annotations

import math

from extractors.records import Evidence, Tag
from tests.topics.small import HEAD, RULE, TOPIC, taxonomy
from topics.related import Relatedness

NEAR = '[[topics]]\nslug = "talk"\ntitle = "Talk"\nrelated = 0.5\n[[topics.rules]]\nall = ["talk"]\n'
RELATED = Relatedness(taxonomy(topic=TOPIC + RULE + NEAR, rule=""))


def tag(topic: str, score: float) -> Tag:
    return Tag(topic=topic, score=score, evidence=(Evidence("x", "x", "text", 0, 1, 1.0),))


def test_nothing_said_is_nothing_related() -> None:
    assert RELATED.of((), (), ()) == 0.0
    assert RELATED.of((), ("russia",), ()) == 0.0


def test_core_topics_near_topics_and_actors_join_as_documented() -> None:
    found = RELATED.of((tag("pact", 0.5), tag("talk", 0.6)), ("russia", "north-korea"), ())

    core = 0.8 * 0.5
    near = 1 - (1 - 0.5 * 0.6) * (1 - 0.4)
    assert math.isclose(found, core + (1 - core) * near / 2, abs_tol=1e-4)


def test_actors_may_be_asked_to_lead_the_text() -> None:
    leading = Relatedness(taxonomy(head=HEAD + '[[together]]\nof = ["north-korea"]\nwhere = "lead"\nweight = 0.2\n'))

    assert leading.of((), ("north-korea",), ()) == 0.0
    assert leading.of((), ("north-korea",), ("north-korea",)) == 0.1


def test_what_is_only_near_stays_below_a_half() -> None:
    assert 0 < RELATED.of((tag("talk", 1.0),), ("russia", "north-korea"), ()) < 0.5
