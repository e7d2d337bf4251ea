"""Searches made of the rules of topics."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from extractors import urls
from models.settings import ROOT
from topics import searches, taxonomy
from topics.searches import Search

SMALL = taxonomy.parse(
    """
name = "small"
[actors.russia]
name = "Russia"
any = ["Russia", "Russian*", "Росси*", "러시아", "ロシア", "俄罗斯"]
[actors.putin]
name = "Vladimir Putin"
any = ["Putin*", "=VP", "Путин*"]
[concepts.pact]
en = ["treaty", "mutual aid", "pact*", "N.P.T."]
ru = ["договор", "пакт*"]
ko = ["조약"]
[concepts.rare]
en = ["rar*"]
[[topics]]
slug = "the-pact"
title = "The pact"
rules = [{ all = ["pact", "rare"], weight = 1.0 }, { all = ["pact", "russia|putin"], weight = 0.8 }]
[[topics]]
slug = "nearby"
title = "Nearby"
rules = [{ all = ["pact"], near = ["russia"] }]
""",
    name="small",
)


def found(language: str, *services: str, topic: int = 0) -> list[Search]:
    topics = [SMALL.topics[topic]]
    return searches.searches(SMALL, topics=topics, languages=[language], services=services or ("google",))


def test_a_rule_is_asked_for_in_whole_words_and_the_first_one_that_can_be() -> None:
    assert [one.query for one in found("en")] == ['(treaty OR "mutual aid" OR "N.P.T.") (Russia OR Putin OR Russian)']
    assert [one.query for one in found("ru")] == ["договор Россия"]
    assert [one.query for one in found("ko")] == ["조약 러시아"]


def test_a_rule_with_one_slot_takes_what_must_be_near_it_along() -> None:
    assert [one.query for one in found("ko", topic=1)] == ["조약 러시아"]


def test_without_words_in_a_language_there_is_no_search_but_gdelt_is_asked_in_english() -> None:
    assert found("ja", "google", "bing") == []
    [search] = found("ja", "gdelt")
    assert search.query == '(treaty OR "mutual aid" OR "N.P.T.") (Russia OR Putin OR Russian)'


def test_each_service_gets_its_own_grammar() -> None:
    asked = {one.service: urlsplit(one.url) for one in found("ko", "google", "bing", "gdelt")}

    assert {service: (parts.netloc, parts.path) for service, parts in asked.items()} == {
        "google": ("news.google.com", "/rss/search"), "bing": ("www.bing.com", "/news/search"),
        "gdelt": ("api.gdeltproject.org", "/api/v2/doc/doc"),
    }  # fmt: skip
    assert parse_qs(asked["google"].query) == {
        "q": ["조약 러시아 when:2d"], "hl": ["ko"], "gl": ["KR"], "ceid": ["KR:ko"],
    }  # fmt: skip
    assert parse_qs(asked["bing"].query) == {
        "q": ["조약 러시아"], "format": ["rss"], "mkt": ["ko-KR"], "qft": ['sortbydate="1"'],
    }  # fmt: skip
    assert parse_qs(asked["gdelt"].query) == {
        "query": ['(treaty OR "mutual aid" OR "N.P.T.") (Russia OR Putin OR Russian) sourcelang:korean'],
        "mode": ["artlist"], "format": ["rss"], "maxrecords": ["250"], "timespan": ["1d"], "sort": ["datedesc"],
    }  # fmt: skip


@pytest.mark.parametrize("language", searches.LANGUAGES)
def test_the_bundled_topics_have_searches_that_can_be_asked(language: str) -> None:
    bundled = taxonomy.load(ROOT / "topics" / "korea.toml")

    made = searches.searches(bundled, topics=bundled.topics, languages=[language])

    assert len({one.topic for one in made if one.service == "google"}) >= 12
    assert [one.url for one in made if urls.clean(one.url) != one.url] == []
    assert len({one.url for one in made}) == len(made)
    assert [one.query for one in made if "*" in one.query or "=" in one.query] == []
