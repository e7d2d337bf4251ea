"""Lists of articles behind numbers: each article that counts, no other, and no more than fit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest

from flows.report import evidence
from flows.report.evidence import About, Evidence, Listed
from models.briefing import Cited, Counted
from tests import factories as make


def article(number: int, **facts: object) -> Counted:
    return Counted(
        **{
            "article_id": number, "day": make.day(0), "at": make.at(0), "source": "alpha", "bloc": "rok",
            "language": "ko", "story_id": 7, "topics": ("pact",), "actors": ("kim",), **facts,
        }
    )  # fmt: skip


def cite(ids: Collection[int]) -> dict[int, Cited]:
    return {
        number: Cited(
            article_id=number, at=make.at(0), url=f"https://a.example/{number}", title="", source="Alpha", language="ko"
        )
        for number in ids
    }


def ids(lists: Collection[Listed]) -> list[list[int]]:
    return [[one.article_id for one in listed.articles] for listed in lists]


@pytest.mark.parametrize(
    "about",
    [About(topic="ties"), About(topic="pact", also="putin"), About(bloc="japan"), About(language="ja"),
     About(day=make.day(1)), About(story=8), About(source="beta"), About(hour=make.at(0) + timedelta(hours=1)),
     About(hour=make.at(0) - timedelta(hours=1)), About(alert=1)],
)  # fmt: skip
def test_an_article_that_differs_in_one_thing_is_not_counted(about: About) -> None:
    assert not about.counts(article(1))


def test_a_number_leads_to_its_articles_and_the_same_number_to_the_same_list() -> None:
    asked = Evidence()

    here = asked.link(About(topic="pact", bloc="rok"), 2, "The pact in Korea")
    again = asked.link(About(topic="pact", bloc="rok"), 2, "The pact in Korea")
    [listed] = asked.fill([article(1), article(2, bloc="japan"), article(3)], cite)

    assert here == again == f"#{listed.anchor}"
    assert (ids([listed]), listed.missing, listed.main) == ([[1, 3]], 0, False)


@pytest.mark.parametrize(
    ("about", "expected"),
    [(About(), [1, 2, 3]), (About(source="alpha"), [1, 2]), (About(story=8), [3]), (About(language="zh"), [3]),
     (About(topic="pact"), [1, 2]), (About(topic="kim"), [1, 3]), (About(topic="pact", also="ties"), [1]),
     (About(topic="pact", also="putin"), [2]), (About(hour=make.at(0)), [1, 2, 3])],
)  # fmt: skip
def test_a_list_has_every_article_that_counts_and_no_other(about: About, expected: list[int]) -> None:
    asked = Evidence()
    asked.link(about, len(expected), "")

    lists = asked.fill(
        [
            article(1, topics=("pact", "ties")),
            article(2, actors=("putin",)),
            article(3, source="beta", story_id=8, language="zh", topics=()),
        ],
        cite,
    )

    assert ids(lists) == [expected]


def test_a_list_of_named_articles_has_those_that_are_still_there() -> None:
    asked = Evidence()
    asked.link(About(alert=5), 3, "", named=[9, 8, 7])

    lists = asked.fill([article(1)], lambda ids: {number: one for number, one in cite(ids).items() if number != 8})

    assert ([listed.missing for listed in lists], ids(lists)) == ([1], [[9, 7]])


def test_zero_leads_nowhere() -> None:
    asked = Evidence()

    assert [asked.link(About(topic="pact"), none, "") for none in (0, None)] == [None, None]
    assert asked.fill([article(1)], cite) == ()


def test_a_list_shows_so_many_and_says_how_many_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MOST_ROWS", 2)
    monkeypatch.setattr(evidence, "MOST_LINES", 4)
    asked = Evidence()
    asked.link(About(topic="pact"), 5, "")
    asked.link(About(source="alpha"), 5, "", rows=1)
    for about in (About(bloc="rok"), About(language="ko")):
        asked.link(about, 5, "")

    lists = asked.fill([article(number) for number in range(5)], cite)

    assert [(len(listed.articles), listed.missing) for listed in lists] == [(2, 3), (1, 4), (1, 4), (0, 5)]


def test_old_articles_fill_their_lists_however_many_newer_ones_there_are() -> None:
    asked = Evidence()
    asked.link(About(topic="pact", day=make.day(9)), 1, "")

    lists = asked.fill([*(article(number) for number in range(20_000)), article(20_000, day=make.day(9))], cite)

    assert ids(lists) == [[20_000]]
