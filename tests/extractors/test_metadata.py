from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import markup, metadata
from extractors.metadata import Metadata


def said(head: str = "", body: str = "", lang: str = "") -> Metadata:
    tree = markup.parse(f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>')
    assert tree is not None
    return metadata.read(tree)


def linked(document: object) -> str:
    return (
        f'<script type="application/ld+json">{document if isinstance(document, str) else json.dumps(document)}</script>'
    )


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Footbridge &amp; ferry",
    "datePublished": "2026-11-03T08:00:00Z",
    "author": [{"@type": "Person", "name": "Ada Finch"}, "Tom Reed"],
    "publisher": {"name": "Harrow Echo"},
    "inLanguage": "en",
    "isAccessibleForFree": "False",
    "articleBody": "<p>One.</p><p>Two.</p>",
}


def test_a_page_that_says_nothing_says_nothing() -> None:
    assert said() == Metadata()


def test_json_ld_tells_everything() -> None:
    assert said(linked(ARTICLE)) == Metadata(
        titles=("Footbridge & ferry",),
        site="Harrow Echo",
        authors=("Ada Finch", "Tom Reed"),
        dates=("2026-11-03T08:00:00Z",),
        language="en",
        body="One.\nTwo.",
        kinds=frozenset({"NewsArticle"}),
        free=False,
    )


@pytest.mark.parametrize(
    "document",
    [
        [ARTICLE],
        {"@graph": [{"@type": "WebSite", "name": "Harrow Echo"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Article", "NewsArticle"]},
    ],
)
def test_json_ld_is_found_wherever_it_is_put(document: object) -> None:
    found = said(linked(document))

    assert (found.titles, found.dates, found.body) == (("Footbridge & ferry",), ("2026-11-03T08:00:00Z",), "One.\nTwo.")


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"Footbridge","datePublished":"2026-11-03",}',
        '<!-- {"@type":"NewsArticle","headline":"Footbridge","datePublished":"2026-11-03"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"Footbridge","datePublished":"2026-11-03"}\n//]]>',
        '{"@type":"NewsArticle","headline":"Footbridge","datePublished":"2026-11-03"};',
        '{"@type":"NewsArticle","headline":"Foot\nbridge","datePublished":"2026-11-03"}',
        '{"@type":"NewsArticle","headline":"Footbridge","datePublished":"2026-11-03","description":"broken "quotes" here"}',
        '{"@type":"NewsArticle","headline":"Footbridge","datePublished":"2026-11-03","author":{"name":"A"',
    ],
)
def test_json_ld_written_badly_is_read_all_the_same(script: str) -> None:
    found = said(linked(script))

    assert (found.titles[0].replace(" ", ""), found.dates) == ("Footbridge", ("2026-11-03",))


def test_what_json_ld_says_of_other_things_is_not_taken_for_the_article() -> None:
    others = [{"@type": "ImageObject", "name": "A picture"}, {"@type": "Organization", "name": "Echo"},
              {"@type": "ItemList", "itemListElement": [ARTICLE]}]  # fmt: skip

    assert said("".join(map(linked, others))) == Metadata(kinds=frozenset({"ImageObject", "Organization", "ItemList"}))


def test_open_graph_and_its_like_tell_what_json_ld_does_not() -> None:
    head = """
      <title>Footbridge will be rebuilt | Harrow Echo</title>
      <meta property="og:title" content="Footbridge will be &quot;rebuilt&quot;">
      <meta property="og:site_name" content="Harrow Echo"><meta property="og:type" content="article">
      <meta property="og:url" content="https://harrow.example/17"><link rel="shortlink canonical" href=" /17 ">
      <meta name="author" content="Ada Finch"><meta property="article:published_time" content="2026-11-03T08:00:00Z">
    """

    assert said(head, "<h1>Footbridge <em>will be</em> rebuilt</h1>", lang="en-GB") == Metadata(
        titles=('Footbridge will be "rebuilt"', "Footbridge will be rebuilt | Harrow Echo"),
        headings=("Footbridge will be rebuilt",),
        site="Harrow Echo",
        authors=("Ada Finch",),
        dates=("2026-11-03T08:00:00Z",),
        canonical="/17",
        og_url="https://harrow.example/17",
        language="en-GB",
        kinds=frozenset({"article"}),
    )


def test_time_elements_come_after_meta_and_marked_ones_first() -> None:
    body = '<time datetime="2026-11-01T10:00Z">1 Nov</time><time pubdate datetime="2026-11-03T10:00Z">3 Nov</time><time>09:30</time>'

    assert said('<meta name="date" content="2026-11-02">', body).dates == (
        "2026-11-02", "2026-11-03T10:00Z", "2026-11-01T10:00Z", "09:30",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ('<span class="date">입력 2026-11-03 14:05 | 수정 2026-11-03 15:00</span>', "2026-11-03 14:05"),
        ('<div class="article-info">2026年11月3日 来源：晨报</div>', "2026年11月3日"),
        ('<p class="byline">Published 3 November 2026</p>', "3 November 2026"),
        ('<p class="meta">Stand: 03.11.2026, 14:05 Uhr</p>', "03.11.2026, 14:05"),
    ],
)
def test_a_date_that_only_readers_see_is_found(body: str, date: str) -> None:
    assert said(body=body).dates[0] == date


def test_a_title_inside_a_picture_is_none_of_the_page() -> None:
    assert said(body="<svg><title>Logo</title></svg>").titles == ()


@given(st.text(max_size=120), st.text(max_size=60))
def test_no_json_and_no_attribute_make_it_fail(script: str, content: str) -> None:
    head = (
        linked(script.replace("<", ""))
        + f'<meta property="og:title" content="{content}"><link rel="canonical" href="{content}">'
    )

    assert isinstance(said(head), Metadata)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
    st.sampled_from(["@type", "@graph", "headline", "author", "name", "datePublished", "articleBody", "publisher", "mainEntity", "isAccessibleForFree"]),
    inner | st.just("NewsArticle"), max_size=4), max_leaves=12))  # fmt: skip
def test_no_json_document_makes_it_fail(document: object) -> None:
    assert isinstance(said(linked(json.dumps(document).replace("<", ""))), Metadata)
