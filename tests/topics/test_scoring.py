"""How agreement with labelled texts is counted, and how sure the figures are."""

from __future__ import annotations

import json
import math

import pytest

from tests.topics.small import tagger
from topics.scoring import Labelled, Outcome, Scores, read, score, wilson


def outcome(given: str, due: str, *, lang: str = "en", related: float = 0.0, grade: int | None = 0) -> Outcome:
    return Outcome("x", lang, frozenset(given.split()), frozenset(due.split()), related, grade)


def test_right_extra_and_missing_tags_make_precision_recall_and_f1() -> None:
    counts = Scores([outcome("a b", "a c"), outcome("a", "a", lang="de"), outcome("", "")]).all

    assert (counts.right, counts.extra, counts.missing) == (2, 1, 1)
    assert (counts.precision, counts.recall, counts.f1) == (2 / 3, 2 / 3, 2 / 3)


def test_counts_are_kept_by_topic_and_by_language() -> None:
    scores = Scores([outcome("a b", "a c"), outcome("a", "a", lang="de"), outcome("", "", lang="fr")])

    assert {topic: counts.f1 for topic, counts in scores.by_topic.items()} == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert {language: counts.f1 for language, counts in scores.by_language.items()} == {"de": 1.0, "en": 0.5}
    assert scores.counts(topic="a", language="de").right == 1
    assert scores.macro_f1 == 1 / 3


def test_nothing_given_and_nothing_due_is_no_mistake() -> None:
    scores = Scores([outcome("", "")])

    assert (scores.all.precision, scores.all.recall, scores.all.f1, scores.macro_f1) == (1.0, 1.0, 1.0, 1.0)
    assert scores.f1_interval() == (0.0, 1.0)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 0, 0, 1), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (81, 263, 0.2553, 0.3662)]
)
def test_wilsons_interval_is_the_one_of_the_books(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)

    assert all(math.isclose(*pair, abs_tol=1e-4) for pair in zip(found, (low, high), strict=True))


def test_the_f1_lies_in_its_interval_which_narrows_with_more_texts_and_never_varies() -> None:
    few = [outcome("a", "a"), outcome("a", ""), outcome("", "a"), outcome("b", "b")] * 3
    small, large = Scores(few), Scores(few * 10)

    (low, high), (closer, nearer) = small.f1_interval(), large.f1_interval()
    assert low < closer < small.all.f1 < nearer < high
    assert small.f1_interval() == (low, high)
    assert small.f1_interval(topic="b") == (1.0, 1.0)


def test_average_precision_counts_the_worst_order_of_equal_scores_and_leaves_out_the_ungraded() -> None:
    ranked = [
        outcome("", "", related=related, grade=grade) for related, grade in ((0.9, 2), (0.5, 0), (0.5, 1), (0.1, 0))
    ]
    scores = Scores([*ranked, outcome("", "", related=1.0, grade=None)])

    assert scores.average_precision(1) == (1 + 2 / 3) / 2
    assert scores.average_precision(2) == 1.0
    low, high = scores.average_precision_interval(1)
    assert low <= scores.average_precision(1) <= high


def test_unrelated_texts_are_those_without_topic_and_grade() -> None:
    scores = Scores([outcome("a", ""), outcome("", ""), outcome("", "", grade=1), outcome("", "", grade=None)])

    assert scores.unrelated == 3
    assert scores.unrelated_tagged == ["x"]
    assert scores.unrelated_interval == wilson(1, 3)


def test_a_labelled_line_needs_no_more_than_its_topics() -> None:
    lines = ['{"topics": ["pact"], "text": "x"}', "", json.dumps({"id": "b", "lang": "ru", "topics": [], "related": 2})]

    assert read(lines) == [
        Labelled(id="1", lang="?", title="", text="x", topics=frozenset({"pact"}), related=None),
        Labelled(id="b", lang="ru", title="", text="", topics=frozenset(), related=2),
    ]


@pytest.mark.parametrize(
    "line", ["no json", "[1]", "{}", '{"topics": "pact"}', '{"topics": [1]}', '{"topics": [], "related": [2]}']
)
def test_a_line_that_is_no_label_is_named_by_its_number(line: str) -> None:
    with pytest.raises(ValueError, match=r"^line 2 "):
        read(['{"topics": []}', line])


def test_texts_are_tagged_and_compared() -> None:
    labelled = read(
        [
            '{"id": "a", "lang": "en", "title": "Russia and North Korea sign a pact", "topics": ["pact"], "related": 2}',
            '{"id": "b", "lang": "en", "text": "The harbour of the town.", "topics": ["pact"], "related": 0}',
        ]
    )

    found = score(tagger(), labelled)

    assert [(one.id, set(one.given), set(one.due), one.grade) for one in found.outcomes] == [
        ("a", {"pact"}, {"pact"}, 2),
        ("b", set(), {"pact"}, 0),
    ]
    assert found.outcomes[0].related > found.outcomes[1].related == 0.0
