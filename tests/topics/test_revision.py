"""A tagger that tags differently is another revision."""

from __future__ import annotations

from tests.topics.pinned.tags import made, pinned
from topics.revision import REVISION


def test_pinned_texts_get_what_they_got_or_the_revision_has_gone_up() -> None:
    before, now = pinned(), made()

    changed = [number for number, one in now["texts"].items() if before["texts"].get(number) != one]
    assert changed == [], "raise REVISION in topics/revision.py, then `python -m tests.topics.pinned` pins this"
    assert before["revision"] == REVISION, "pin what this revision does: `python -m tests.topics.pinned`"


def test_every_topic_of_the_pinned_taxonomy_is_given_to_some_text_and_kept_from_some() -> None:
    given = [set(one["tags"]) for one in pinned()["texts"].values()]

    for topic in ("strike", "talks", "unrest", "opening"):
        assert {topic in tags for tags in given} == {True, False}
