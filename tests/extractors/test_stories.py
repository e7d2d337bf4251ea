"""What makes two articles tell of one event."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from extractors.stories import Rarity, Thread, choose, decay, features, open_for, similarity

AT = datetime(2025, 3, 1, tzinfo=UTC)
ACTORS = ("kim", "putin", "russia", "north-korea")


def thread(*told: frozenset[str], number: int = 1, at: datetime = AT) -> Thread:
    made = Thread(number, at, at)
    for one in told:
        made.add(one, at)
    return made


def ordinary() -> Rarity:
    titles = [f"the daily news of {letter * 4} and the weather" for letter in "abcdefgh" * 5]
    return Rarity([features(title, "", language="en", topics=["pact"], actors=ACTORS[:2]) for title in titles])


def test_features_are_topics_actors_numbers_and_words_of_the_language() -> None:
    told = features("Treaty of 23 articles", "In 2024 some 11,000 men", language="en", topics=["pact"], actors=["kim"])

    assert told == {"t:pact", "a:kim", "n:23", "n:11000", "w:en:treaty", "w:en:articles"}


@pytest.mark.parametrize(
    ("title", "language", "words"),
    [
        ("中俄条约", "zh", {"w:zh:中俄", "w:zh:俄条", "w:zh:条约"}),
        ("북러 조약", "ko", {"w:ko:북러", "w:ko:조약"}),
        ("Договор о ПОМОЩИ", "ru", {"w:ru:договор", "w:ru:помощи"}),
        ("Ｔｒｅａｔｙ", "en", {"w:en:treaty"}),
    ],
)
def test_words_are_cut_as_their_script_is_written(title: str, language: str, words: set[str]) -> None:
    assert features(title, "", language=language) == words


def test_numbers_deep_in_the_text_do_not_count() -> None:
    assert features("", "x" * 700 + " 4711", language="en") == frozenset()


def test_a_rare_word_weighs_more_than_one_everybody_uses() -> None:
    rarity = ordinary()

    assert rarity.weight("w:en:treaty") > rarity.weight("w:en:aaaa") > rarity.weight("w:en:news")
    assert rarity.weight("a:xi") > rarity.weight("a:kim")


def test_an_article_is_wholly_like_a_story_of_itself_and_not_at_all_like_a_stranger() -> None:
    told = features("Treaty signed", "", language="en", actors=ACTORS)
    other = features("Storm closes roads", "", language="en", actors=["mayor"])

    assert similarity(told, thread(told), language="en", rarity=ordinary()) == pytest.approx(1)
    assert similarity(told, thread(other), language="en", rarity=ordinary()) == 0


def test_words_of_another_language_neither_help_nor_hurt() -> None:
    english = features("Treaty signed", "", language="en", actors=ACTORS)
    russian = features("Подписан договор", "", language="ru", actors=ACTORS)

    assert similarity(russian, thread(english), language=None, rarity=ordinary()) == pytest.approx(1)


def test_likeness_fades_with_the_days_between() -> None:
    story = thread(frozenset({"a:kim"}))

    assert decay(story, AT) == 1
    assert decay(story, AT + timedelta(days=4)) == pytest.approx(0.5)
    assert decay(story, AT - timedelta(days=4)) == pytest.approx(0.5)


def test_a_story_is_open_for_three_days_and_never_longer_than_a_fortnight() -> None:
    story = thread(frozenset({"a:kim"}))
    long = Thread(2, AT - timedelta(days=13), AT, 5, Counter({"a:kim": 5}))

    assert open_for(story, AT + timedelta(days=3))
    assert not open_for(story, AT + timedelta(days=3, seconds=1))
    assert not open_for(long, AT + timedelta(days=2))
    assert not open_for(Thread(3, AT, AT), AT)


def test_the_closest_story_is_chosen_and_none_if_none_is_close() -> None:
    told = features("Leaders sign defence treaty", "", language="en", topics=["pact"], actors=ACTORS)
    near = thread(
        features("Defence treaty signed by leaders", "", language="en", topics=["pact"], actors=ACTORS), number=1
    )
    far = thread(
        features("Leaders tour the new harbour", "", language="en", topics=["pact"], actors=ACTORS[:1]), number=2
    )
    rarity = ordinary()

    assert choose(told, AT, language="en", threads=[far, near], rarity=rarity) is near
    assert choose(told, AT, language="en", threads=[far], rarity=rarity) is None
    assert choose(told, AT, language="en", threads=[], rarity=rarity) is None


def test_across_languages_two_shared_names_are_not_enough() -> None:
    story = thread(features("Treaty signed", "", language="en", topics=["pact"], actors=["russia", "xi"]))
    russian = features("Подписан договор", "", language="ru", topics=["pact"], actors=["russia", "xi"])

    assert choose(russian, AT, language="ru", threads=[story], rarity=ordinary()) is None


def test_an_article_that_leaves_takes_its_features_along() -> None:
    one, two = frozenset({"a:kim", "n:23"}), frozenset({"a:kim"})
    story = thread(one, two)

    story.remove(one)

    assert (story.members, story.counts) == (1, Counter({"a:kim": 1}))
