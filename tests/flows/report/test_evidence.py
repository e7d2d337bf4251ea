"""Lists of articles behind numbers: each article that counts, no other, and no more than fit."""

from __future__ import annotations

import pytest

from flows.report import evidence
from flows.report.evidence import About, Evidence
from models.briefing import Cited
from tests import factories as make


def article(number: int, **facts: object) -> Cited:
    return Cited(
        **{
            "article_id": number, "day": make.day(0), "at": make.at(0), "url": f"https://a.example/{number}",
            "title": f"Headline {number}", "source": "Alpha", "bloc": "rok", "language": "ko", "story_id": 7,
            "topics": ("pact",), "actors": ("kim",), **facts,
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    "about",
    [About(topic="ties"), About(topic="pact", also="putin"), About(bloc="japan"), About(language="ja"),
     About(day=make.day(1)), About(story=8)],
)  # fmt: skip
def test_an_article_that_differs_in_one_thing_is_not_counted(about: About) -> None:
    assert not about.counts(article(1))


def test_a_number_leads_to_its_articles_and_the_same_number_to_the_same_list() -> None:
    lists = Evidence([article(1), article(2, bloc="japan"), article(3)])

    here = lists.link(About(topic="pact", bloc="rok"), 2, "The pact in Korea")
    again = lists.link(About(topic="pact", bloc="rok"), 2, "The pact in Korea")
    [listed] = lists.lists

    assert here == again == f"#{listed.anchor}"
    assert ([one.article_id for one in listed.articles], listed.missing, listed.main) == ([1, 3], 0, False)


def test_a_topic_goes_with_an_actor_or_a_second_topic() -> None:
    lists = Evidence([article(1, topics=("pact", "ties")), article(2, actors=("putin",))])

    lists.link(About(topic="pact", also="ties"), 1, "")
    lists.link(About(topic="pact", also="putin"), 1, "")

    assert [[one.article_id for one in listed.articles] for listed in lists.lists] == [[1], [2]]


def test_zero_leads_nowhere() -> None:
    lists = Evidence([])

    assert [lists.link(About(topic="pact"), none, "") for none in (0, None)] == [None, None]
    assert lists.lists == ()


def test_a_list_shows_so_many_and_says_how_many_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_ROWS", 2)
    monkeypatch.setattr(evidence, "MOST_LINES", 3)
    lists = Evidence([article(number) for number in range(5)])

    for about in (About(topic="pact"), About(bloc="rok"), About(language="ko")):
        lists.link(about, 5, "")

    assert [(len(listed.articles), listed.missing) for listed in lists.lists] == [(2, 3), (1, 4), (0, 5)]
