"""What makes two articles tell of one event."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from extractors.stories import (
    LIKE_ENOUGH,
    LIKE_ENOUGH_ABROAD,
    Marks,
    Rarity,
    Thread,
    Told,
    choose,
    closeness,
    decay,
    features,
    open_for,
    similarity,
)

AT = datetime(2025, 3, 1, tzinfo=UTC)
ACTORS = ("kim", "putin", "russia", "north-korea")


def thread(*told: Marks, number: int = 1, at: datetime = AT) -> Thread:
    made = Thread(number, at, at)
    for one in told:
        made.add(one, at)
    return made


def ordinary() -> Rarity:
    titles = [f"the daily news of {letter * 4} and the weather" for letter in "abcdefgh" * 5]
    return Rarity([features(title, "", language="en", topics=["pact"], actors=ACTORS[:2]) for title in titles])


def told_of(marks: Marks, language: str = "en") -> Told:
    return Told.of(marks, language=language, rarity=ordinary())


def test_marks_are_topics_actors_numbers_concepts_of_the_headline_and_words_of_the_language() -> None:
    marks = features(
        "Treaty of 23 articles",
        "In 2024 some 11,000 men",
        language="en",
        topics=["pact"],
        actors=["kim"],
        headline=["treaty"],
    )

    assert marks == {
        "l:en": 1, "t:pact": 1, "a:kim": 1, "n:23": 1, "n:11000": 1, "c:treaty": 2,
        "w:en:treaty": 2, "w:en:articles": 2, "w:en:some": 1, "w:en:men": 1,
    }  # fmt: skip


def test_a_word_of_headline_and_text_counts_as_one_of_the_headline() -> None:
    assert features("Treaty", "a treaty treaty", language="en")["w:en:treaty"] == 2


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
    assert set(features(title, "", language=language)) - {f"l:{language}"} == words


def test_what_stands_deep_in_the_text_does_not_count() -> None:
    assert set(features("", "of " * 300 + " 4711 missiles", language="en")) == {"l:en"}


def test_a_rare_word_weighs_more_than_one_everybody_uses() -> None:
    rarity = ordinary()

    assert rarity.weight("w:en:treaty") > rarity.weight("w:en:aaaa") > rarity.weight("w:en:news")
    assert rarity.weight("a:xi") > rarity.weight("a:kim")


def test_an_article_is_wholly_like_a_story_of_itself_and_not_at_all_like_a_stranger() -> None:
    marks = features("Treaty signed", "", language="en", actors=ACTORS)
    itself = thread(marks)
    other = thread(features("Storm closes roads", "", language="en", actors=["mayor"]))

    for words in (True, False):
        assert similarity(told_of(marks), itself, words=words, rarity=ordinary()) == pytest.approx(1)
        assert similarity(told_of(marks), other, words=words, rarity=ordinary()) == 0


def test_words_of_another_language_neither_help_nor_hurt() -> None:
    english = features("Treaty signed", "", language="en", actors=ACTORS)
    russian = features("Подписан договор", "", language="ru", actors=ACTORS)

    close = closeness(told_of(russian, "ru"), thread(english), rarity=ordinary())

    assert close == pytest.approx(1 / LIKE_ENOUGH_ABROAD)


def test_within_a_language_only_words_count() -> None:
    one = features("Treaty signed", "", language="en", actors=ACTORS, headline=["treaty"])
    other = features("Storm closes roads", "", language="en", actors=ACTORS, headline=["treaty"])

    assert closeness(told_of(one), thread(other), rarity=ordinary()) == 0


def test_in_a_story_of_two_languages_each_kind_of_article_speaks_for_its_share() -> None:
    english = features("Leaders sign defence treaty", "", language="en", actors=ACTORS)
    russian = features("Подписан договор", "", language="ru", actors=ACTORS)
    late = features("Treaty is signed", "", language="en", actors=ACTORS)
    story, rarity = thread(english, russian, russian), ordinary()

    words = similarity(told_of(late), story, words=True, rarity=rarity) / LIKE_ENOUGH
    rest = similarity(told_of(late), story, words=False, rarity=rarity) / LIKE_ENOUGH_ABROAD

    assert words != pytest.approx(rest)
    assert closeness(told_of(late), story, rarity=rarity) == pytest.approx(words / 3 + rest * 2 / 3)


def test_other_words_in_ones_own_language_weigh_more_than_the_same_actors_in_others() -> None:
    english = features("Leaders sign defence treaty", "", language="en", actors=ACTORS)
    russian = features("Подписан договор", "", language="ru", actors=ACTORS)
    late = features("Envoys open new embassy", "", language="en", actors=ACTORS)

    assert closeness(told_of(late), thread(english, *[russian] * 9), rarity=ordinary()) == 0


def test_likeness_fades_with_the_days_between() -> None:
    story = thread({"a:kim": 1})

    assert decay(story, AT) == 1
    assert decay(story, AT + timedelta(days=2)) == pytest.approx(0.5)
    assert decay(story, AT - timedelta(days=2)) == pytest.approx(0.5)


def test_a_story_is_open_for_three_days_and_never_longer_than_a_fortnight() -> None:
    story = thread({"a:kim": 1})
    long = Thread(2, AT - timedelta(days=13), AT, 5, Counter({"a:kim": 5}))

    assert open_for(story, AT + timedelta(days=3))
    assert not open_for(story, AT + timedelta(days=3, seconds=1))
    assert not open_for(long, AT + timedelta(days=2))
    assert not open_for(Thread(3, AT, AT), AT)


def test_the_closest_story_is_chosen_and_none_if_none_is_close() -> None:
    marks = features("Leaders sign defence treaty", "", language="en", topics=["pact"], actors=ACTORS)
    near = thread(
        features("Defence treaty signed by leaders", "", language="en", topics=["pact"], actors=ACTORS), number=1
    )
    far = thread(
        features("Crowds line the road to the new harbour", "", language="en", topics=["pact"], actors=ACTORS), number=2
    )
    rarity = ordinary()

    assert choose(marks, AT, language="en", threads=[far, near], rarity=rarity) is near
    assert choose(marks, AT, language="en", threads=[far], rarity=rarity) is None
    assert choose(marks, AT, language="en", threads=[], rarity=rarity) is None


def test_across_languages_two_shared_marks_are_not_enough() -> None:
    story = thread(features("Treaty signed", "", language="en", topics=["pact"], actors=["russia", "xi"]))
    russian = features("Подписан договор", "", language="ru", topics=["pact"], actors=["russia", "xi"])
    headlined = features(
        "Подписан договор", "", language="ru", topics=["pact"], actors=["russia", "xi"], headline=["x"]
    )
    story_with_headline = thread(
        features("Treaty signed", "", language="en", topics=["pact"], actors=["russia", "xi"], headline=["x"])
    )

    assert choose(russian, AT, language="ru", threads=[story], rarity=ordinary()) is None
    assert choose(headlined, AT, language="ru", threads=[story_with_headline], rarity=ordinary()) is not None


def test_an_article_that_leaves_takes_its_marks_along() -> None:
    one, two = {"a:kim": 1, "n:23": 1}, {"a:kim": 1}
    story = thread(one, two)

    story.remove(one)

    assert (story.members, story.counts) == (1, Counter({"a:kim": 1}))


def test_likeness_is_of_the_story_as_it_is_now() -> None:
    english = features("Treaty signed", "", language="en", actors=ACTORS)
    other = features("Storm closes roads", "", language="en", actors=["mayor"])
    story, rarity = thread(english), ordinary()
    alone = similarity(told_of(english), story, words=True, rarity=rarity)

    story.add(other, AT)
    together = similarity(told_of(english), story, words=True, rarity=rarity)
    story.remove(other)

    assert together < alone
    assert similarity(told_of(english), story, words=True, rarity=rarity) == pytest.approx(alone)


def test_of_a_story_its_languages_and_most_frequent_marks_are_kept() -> None:
    story = thread({"l:en": 1, "a:kim": 1}, {"l:en": 1, "a:kim": 1, "a:xi": 1}, {"l:ru": 1, "a:kim": 1, "n:23": 1})

    assert story.digest(3) == {"l:en": 2, "l:ru": 1, "a:kim": 3}
    assert story.digest(100) == dict(story.counts)
