"""Which source a feed that was found belongs to, and what is said of a new one."""

from __future__ import annotations

import pytest

from extractors import enlist
from extractors.catalogue import UNKNOWN
from extractors.enlist import Addition, Candidate
from extractors.records import Catalogue, FeedSpec, Source, SourceKind


def source(slug: str, homepage: str | None = None, language: str = "en") -> Source:
    return Source(
        slug=slug, name=slug.title(), homepage=homepage, country="GB", language=language, kind=SourceKind.NEWSPAPER,
        bloc="western", family=slug,
    )  # fmt: skip


KNOWN = Catalogue(
    sources=(source("harbour", "https://www.harbour.example/"), source("lamp-en"), source("lamp-ko", language="ko")),
    feeds=(
        FeedSpec(source="harbour", url="https://feeds.harbour-media.example/main.xml"),
        FeedSpec(source="lamp-en", url="https://lamp.example/en.xml"),
        FeedSpec(source="lamp-ko", url="https://lamp.example/ko.xml"),
    ),
)


def plan(*candidates: Candidate, **defaults: str) -> enlist.Plan:
    return enlist.plan(candidates, KNOWN, defaults=defaults)


def test_a_feed_of_a_known_host_goes_to_its_source() -> None:
    found = plan(
        Candidate(url="http://harbour.example/asia.xml"), Candidate(url="https://rss.harbour-media.example/sea")
    )

    assert [(one.facts["slug"], one.new, [feed.url for feed in one.feeds]) for one in found.additions] == [
        ("harbour", False, ["http://harbour.example/asia.xml", "https://rss.harbour-media.example/sea"])
    ]


def test_feeds_that_differ_in_a_parameter_are_two_even_where_it_says_nothing_of_an_article() -> None:
    found = plan(
        Candidate(url="https://reef.example/rss?source=asia"), Candidate(url="https://reef.example/rss?source=europe")
    )

    assert [[feed.url for feed in one.feeds] for one in found.additions] == [
        ["https://reef.example/rss?source=asia", "https://reef.example/rss?source=europe"]
    ]
    assert found.refused == ()


def test_feeds_of_an_unknown_host_make_one_source_of_which_the_unsaid_is_unknown() -> None:
    found = plan(
        Candidate(url="https://www.reef.example/a.xml", title="Reef: Asia"),
        Candidate(url="https://reef.example/b.xml", title="Reef: Sport", note="sport"),
        language="ja",
    )

    facts = {
        "slug": "reef-example", "name": "reef.example", "homepage": "", "country": "ZZ", "language": "ja",
        "kind": "unknown", "bloc": "unknown", "family": "reef-example",
    }  # fmt: skip
    feeds = (
        FeedSpec(source="reef-example", url="https://www.reef.example/a.xml"),
        FeedSpec(source="reef-example", url="https://reef.example/b.xml", note="sport"),
    )
    assert found == enlist.Plan((Addition(facts=facts, feeds=feeds, new=True),), ())


def test_its_own_word_beats_the_heading_and_the_heading_beats_the_option() -> None:
    found = plan(
        Candidate(url="https://a.example/rss", title="A", folders=("News", "South Korea", "agency")),
        Candidate(url="https://b.example/rss", title="B", folders=("Japan",), facts={"country": "CN"}),
        Candidate(url="https://c.example/rss", title="C", folders=("Sport",)),
        country="FR",
    )

    assert [(one.facts["country"], one.facts["kind"]) for one in found.additions] == [
        ("KR", "agency"), ("CN", "unknown"), ("FR", "unknown"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://www.lamp.example/en.xml/", "lamp-en has it already"),
        (
            "https://me:secret@reef.example/rss",
            "its address holds a login: name it in WIREWATCH_SECRETS, write the name in braces",
        ),
        (
            "https://lamp.example/new.xml",
            "lamp.example is the host of several sources (lamp-en, lamp-ko): `feeds add --source` says whose",
        ),
    ],
)
def test_what_is_listed_and_what_may_be_anybodys_is_refused(url: str, why: str) -> None:
    one = Candidate(url=url)

    assert plan(one) == enlist.Plan((), ((one, why),))


def test_a_feed_that_comes_twice_is_taken_once() -> None:
    found = plan(Candidate(url="https://a.example/rss"), Candidate(url="http://www.a.example/rss/"))

    assert [len(one.feeds) for one in found.additions] == [1]
    assert [why for _, why in found.refused] == ["a-example has it already"]


def test_hosts_of_many_outlets_say_nothing_about_who_speaks() -> None:
    found = plan(
        Candidate(url="https://feeds.feedburner.com/Reef"),
        Candidate(url="https://feeds.feedburner.com/Dune", homepage="https://www.dune.example/"),
        Candidate(url="https://feeds.feedburner.com/Sea", homepage="https://harbour.example/"),
    )

    assert [(one.facts["slug"], one.new) for one in found.additions] == [
        ("feedburner-com-reef", True), ("dune-example", True), ("harbour", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Russia", "RU"), ("hong kong sar china", "HK"), ("Myanmar (Burma)", "MM"), ("KR", "KR"), ("UK", "GB"),
        ("News", None), ("", None), ("Asia", None),
    ],
)  # fmt: skip
def test_headings_name_countries_as_people_do(heading: str, code: str | None) -> None:
    assert enlist.country(heading) == code


def test_a_search_of_an_aggregator_is_one_whoever_lists_it() -> None:
    found = plan(Candidate(url="https://news.google.com/rss?hl=en", folders=("newspaper",)))

    assert [(one.facts["slug"], one.facts["kind"]) for one in found.additions] == [
        ("news-google-com-rss-hl-en", "aggregator")
    ]


def test_a_language_that_feeds_toml_does_not_take_is_unknown() -> None:
    found = plan(Candidate(url="https://a.example/rss", facts={"language": "xx"}))

    assert found.additions[0].facts["language"] == UNKNOWN["language"]
