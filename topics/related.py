"""How close a text is to the subject the taxonomy was seeded from, from its tags and the actors it names.

A hint is a tag, of the strength `related * score`, or a group of actors that is named, of its weight. Hints of one
kind are joined as independent ones are: `1 - product of (1 - strength)`. Tags of core topics make `core`, all other
hints `near`, and the score is `core + (1 - core) * near / 2`: whatever only lies near the subject stays below a half.
Tags and actors are the same things in every language, and so is the number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from extractors.records import Tag
from topics.taxonomy import Taxonomy


class Relatedness:
    """The related score of one taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._topics = {topic.slug: topic for topic in taxonomy.topics}
        self._together = taxonomy.together

    def of(self, tags: Iterable[Tag], actors: Iterable[str], leading: Iterable[str]) -> float:
        """0..1, four digits; 0 for a text with neither tags nor known groups of actors.

        `actors` are all that the text names, `leading` those in its title or first three sentences.
        """
        named, first = set(actors), set(leading)
        core: list[float] = []
        near = [group.weight for group in self._together if group.actors <= (first if group.lead else named)]
        for tag in tags:
            topic = self._topics[tag.topic]
            (core if topic.core else near).append(topic.related * tag.score)
        inner, outer = _joined(core), _joined(near)
        return round(inner + (1.0 - inner) * outer / 2, 4)


def _joined(strengths: Iterable[float]) -> float:
    return 1.0 - math.prod(1.0 - strength for strength in strengths)
