"""The shipped taxonomy on labelled texts: a floor under its quality.

The texts were written for this test. tuning.jsonl was looked at while the taxonomy was written, held_out.jsonl was not.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from topics.scoring import Labelled, Scores, read, score
from topics.tagger import Tagger
from topics.taxonomy import load

HERE = Path(__file__).parent / "labelled"
TAXONOMY = load(Path(__file__).parents[2] / "topics" / "korea.toml")
SLUGS = [
    "authoritarian-axis", "china-dprk-relations", "china-europe-relations", "china-japan-rok-relations", "china-reaction",
    "china-russia-partnership", "dprk-nuclear-missile", "dprk-support-ukraine-war", "expert-commentary",
    "korean-peninsula-stability", "new-cold-war-blocs", "russia-dprk-arms-tech", "russia-dprk-pact", "russia-dprk-ties",
    "unsc-dprk-sanctions", "us-china-rivalry", "us-government-statement", "us-japan-rok-alliance",
]  # fmt: skip
LANGUAGES = {"en", "zh", "ko", "ja", "ru", "de", "fr", "es", "pt", "it", "ar"}


def labelled(name: str) -> list[Labelled]:
    return read((HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def scores() -> dict[str, Scores]:
    tagger = Tagger(TAXONOMY)
    return {name: score(tagger, labelled(name)) for name in ("tuning", "held_out")}


def test_the_taxonomy_has_the_eighteen_topics() -> None:
    assert sorted(topic.slug for topic in TAXONOMY.topics) == SLUGS


def test_the_sets_cover_every_topic_and_language() -> None:
    texts = [*labelled("tuning"), *labelled("held_out")]

    assert {one.lang for one in texts} == LANGUAGES
    assert {topic for one in texts for topic in one.topics} == set(SLUGS)
    assert len({one.id for one in texts}) == len(texts) >= 150


@pytest.mark.parametrize(("name", "least_micro", "least_macro"), [("tuning", 0.94, 0.94), ("held_out", 0.88, 0.84)])
def test_tags_agree_with_the_labels(
    name: str, least_micro: float, least_macro: float, scores: dict[str, Scores]
) -> None:
    assert scores[name].all.f1 >= least_micro
    assert scores[name].macro_f1 >= least_macro


def test_no_unrelated_text_is_tagged(scores: dict[str, Scores]) -> None:
    assert [scores[name].unrelated_tagged for name in ("tuning", "held_out")] == [[], []]
    assert sum(scores[name].unrelated for name in ("tuning", "held_out")) >= 40


def test_no_language_falls_behind(scores: dict[str, Scores]) -> None:
    weak = {
        (name, language): round(counts.f1, 2)
        for name, found in scores.items()
        for language, counts in found.by_language.items()
        if counts.f1 < 0.7
    }

    assert weak == {}


@pytest.mark.parametrize("grade", [1, 2])
def test_related_puts_related_texts_first(grade: int, scores: dict[str, Scores]) -> None:
    assert min(found.average_precision(grade) for found in scores.values()) >= 0.93
