from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from flows.wire import plants, press
from flows.wire.press import Press, WireArticle

TOPICS = frozenset(
    """
    russia-dprk-pact russia-dprk-ties china-dprk-relations china-reaction korean-peninsula-stability dprk-nuclear-missile
    russia-dprk-arms-tech unsc-dprk-sanctions china-russia-partnership authoritarian-axis new-cold-war-blocs
    us-china-rivalry us-japan-rok-alliance us-government-statement dprk-support-ukraine-war china-europe-relations
    china-japan-rok-relations expert-commentary
    """.split()  # noqa: SIM905 -- eighteen quoted words are harder to read
)
CORE = frozenset(("russia-dprk-pact", "russia-dprk-ties", "dprk-support-ukraine-war", "russia-dprk-arms-tech"))


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[start : start + 3]) for start in range(len(words) - 2)}


def jaccard(one: str, other: str) -> float:
    a, b = shingles(one), shingles(other)
    return len(a & b) / len(a | b)


def on_story(articles: tuple[WireArticle, ...], *, oldest: float, newest: float) -> list[WireArticle]:
    return [one for one in articles if newest <= one.age < oldest and CORE & set(one.topics)]


def test_the_press_is_as_varied_as_the_world(papers: Press):
    slugs = {source.slug for source in papers.sources}

    assert len(papers.articles) >= 150
    assert len(slugs) == len(papers.sources) >= 16
    assert len({source.host for source in papers.sources}) == len(papers.sources)
    assert {source.language for source in papers.sources} == {"en", "zh", "ko", "ru", "ja", "de", "fr", "ar"}
    assert {source.bloc for source in papers.sources} == {
        "western", "china-state", "russia-state", "russia-independent", "dprk-state", "rok", "japan", "other",
    }  # fmt: skip
    assert len({source.family for source in papers.sources}) < len(papers.sources)


def test_every_feed_format_and_several_charsets_occur(papers: Press):
    formats = {feed.format for source in papers.sources for feed in source.feeds}
    charsets = {source.charset for source in papers.sources} | {
        feed.charset for s in papers.sources for feed in s.feeds
    }

    assert formats == {"rss", "rss-full", "rss091", "rdf", "atom", "atom-full", "json", "sitemap"}
    assert charsets == {"utf-8", "gb18030", "cp949", "cp932", "windows-1251", "iso-8859-15"}
    assert {feed.answer for source in papers.sources for feed in source.feeds} == {
        "fine", "gone", "missing", "busy", "html", "empty", "broken",
    }  # fmt: skip


def test_every_article_is_dated_within_sixty_days_and_stands_alone_under_its_slug(papers: Press):
    assert all(0 < one.age < 60 for one in papers.articles)
    assert max(Counter(one.key for one in papers.articles).values()) == 1
    assert max(Counter((one.source, one.number) for one in papers.articles).values()) == 1


def test_every_outlet_has_written_and_every_article_has_title_summary_and_text(papers: Press):
    written = Counter(one.source for one in papers.articles)

    assert min(written[source.slug] for source in papers.sources) >= 7
    assert [one.key for one in papers.articles if not (one.title and one.summary and len(one.text) > 200)] == []


def test_articles_are_labelled_with_topics_that_exist(papers: Press):
    labels = Counter(topic for one in papers.articles for topic in one.topics)

    assert set(labels) == TOPICS
    assert sum(not one.topics for one in papers.articles) >= 60


def test_there_is_news_on_every_day_of_the_window(papers: Press):
    ages = sorted(one.age for one in papers.articles)

    assert ages[0] < 1
    assert ages[-1] > 57
    assert max(later - earlier for earlier, later in pairwise(ages)) < 1.5


def test_the_story_happens(papers: Press):
    background = on_story(papers.articles, oldest=60, newest=43)
    surge = on_story(papers.articles, oldest=43, newest=36)
    between = on_story(papers.articles, oldest=36, newest=22)
    second = on_story(papers.articles, oldest=22, newest=16)
    quiet = on_story(papers.articles, oldest=16, newest=0)

    per_day = [len(surge) / 7, len(second) / 6, len(between) / 14, len(background) / 17, len(quiet) / 16]
    assert per_day == sorted(per_day, reverse=True)
    assert per_day[0] > 5 * per_day[2]


def test_chinese_state_media_speak_two_days_later_than_the_others_and_shortly(papers: Press):
    bloc = {source.slug: source.bloc for source in papers.sources}
    reports = [one for one in papers.articles if "russia-dprk-pact" in one.topics and one.age < 42]
    first = {
        name: max(one.age for one in reports if bloc[one.source] == name) for name in set(bloc.values()) - {"other"}
    }
    chinese = first.pop("china-state")

    assert min(first.values()) > 41.3
    assert chinese < 40


def test_exact_copies_are_word_for_word_and_stand_on_four_other_sites(papers: Press):
    by_key = {one.key: one for one in papers.articles}
    exact = [one for one in papers.articles if one.copy_kind == "exact"]
    sites = Counter(one.copy_of for one in exact)

    assert all(one.text == by_key[one.copy_of].text for one in exact)
    assert sites["meridian-news/russia-and-north-korea-sign-defence-pact"] == 4


@pytest.mark.parametrize(("kind", "least", "most", "count"), [("edited", 0.4, 0.8, 2), ("spun", 0.1, 0.3, 3)])
def test_changed_copies_are_changed_as_much_as_real_ones(
    papers: Press, kind: str, least: float, most: float, count: int
):
    by_key = {one.key: one for one in papers.articles}
    likeness = [jaccard(one.text, by_key[one.copy_of].text) for one in papers.articles if one.copy_kind == kind]

    assert len(likeness) == count
    assert all(least <= one <= most for one in likeness)


def test_nothing_is_a_copy_that_is_not_marked_as_one(papers: Press):
    english = [one for one in papers.articles if one.text.isascii() or one.text.count(" ") > 80]
    marked = {frozenset((one.key, one.copy_of)) for one in english if one.copy_of}
    originals = {one.key: one.copy_of or one.key for one in english}

    alike = {
        frozenset((one.key, other.key))
        for place, one in enumerate(english)
        for other in english[place + 1 :]
        if originals[one.key] != originals[other.key] and jaccard(one.text, other.text) > 0.05
    }

    assert alike - marked == set()


def test_events_are_told_by_several_outlets_in_several_languages_within_days(papers: Press):
    language = {source.slug: source.language for source in papers.sources}
    told = [one for one in papers.articles if one.event and not one.copy_of]
    events = {event: [one for one in told if one.event == event] for event in {one.event for one in told}}

    outlets = sorted((len({one.source for one in ones}) for ones in events.values()), reverse=True)
    tongues = sorted((len({language[one.source] for one in ones}) for ones in events.values()), reverse=True)
    spans = {event: max(one.age for one in ones) - min(one.age for one in ones) for event, ones in events.items()}

    assert outlets == [8, 6, 6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]
    assert tongues == [7, 6, 6, 4, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1]
    assert [event for event, days in spans.items() if days > 2.5] == []


def test_every_echo_is_of_an_event_or_of_a_debate(papers: Press):
    events = {one.event for one in papers.articles}
    echoed = Counter(one.comments_on for one in papers.articles if one.comments_on and not one.copy_of)

    assert set(echoed) - events == {"axis-debate"}
    assert len(echoed) == 7


def test_a_copy_tells_of_what_its_original_tells_of(papers: Press):
    by_key = {one.key: one for one in papers.articles}
    copies = [one for one in papers.articles if one.copy_of]

    assert all(
        (one.event, one.comments_on) == (by_key[one.copy_of].event, by_key[one.copy_of].comments_on) for one in copies
    )
    assert sum(one.event == "pact-signed" for one in copies) == 6


def test_planted_articles_belong_to_outlets_and_odd_items_to_their_feeds(papers: Press):
    by_slug = {source.slug: source for source in papers.sources}
    dirt = plants.load(by_slug)
    written = {one.key for one in (*papers.articles, *dirt.articles)}

    assert set(dirt.plants) <= written
    assert [odd for odd in dirt.oddities if odd.feed not in {feed.path for feed in by_slug[odd.source].feeds}] == []


def test_a_dateline_runs_into_the_first_paragraph():
    source = press.load().sources[0]
    written = press.article(
        source, {"slug": "x", "age": 1.0, "title": "X", "text": "\none\ntwo\n\nthree\n", "dateline": "HERE —"}
    )

    assert written.paragraphs == ("HERE — one two", "three")
