from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from extractors import dates
from flows.wire import pages, plants
from flows.wire.pages import Link, Sheet
from flows.wire.press import Press

AT = datetime(2026, 10, 13, 22, 15, tzinfo=UTC)


def sheet(published_at: datetime | None = AT) -> Sheet:
    others = [Link(title=f"Headline {number}", url=f"http://127.0.0.9/{number}") for number in range(20)]
    return Sheet(url="http://127.0.0.9/a", canonical="http://127.0.0.9/a", published_at=published_at, others=others)


@pytest.mark.parametrize("number", range(17))
def test_a_page_carries_title_text_and_headlines_of_others_in_the_charset_of_its_outlet(papers: Press, number: int):
    source = papers.sources[number]
    article = next(one for one in papers.articles if one.source == source.slug)

    page = pages.article_page(source, article, sheet()).decode(source.charset)

    assert f'lang="{source.language}"' in page
    assert f"charset={source.named or source.charset}" in page.replace('"', "")
    assert page.count("<h1") == 1
    assert "Headline 3" in page
    assert page.count(plants.walls.END.decode()) == 1
    assert "$" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("slug", ["meridian-news", "atlantic-courier", "dongfang-tongxun", "al-minbar"])
def test_a_page_tells_machines_the_exact_moment_in_local_time(papers: Press, slug: str):
    source = next(one for one in papers.sources if one.slug == slug)
    article = next(one for one in papers.articles if one.source == slug)

    page = pages.article_page(source, article, sheet()).decode(source.charset)

    written = re.findall(r"2026-10-1\dT[\d:+-]+", page)
    assert {dates.parse(text) for text in written} == {AT}


def test_a_page_without_a_date_has_none_anywhere(papers: Press):
    for source in papers.sources:
        article = next(one for one in papers.articles if one.source == source.slug)
        page = pages.article_page(source, article, sheet(None)).decode(source.charset)

        assert "2026" not in page.replace(pages.body_html(article), "")


def test_dates_are_shown_as_each_language_writes_them(papers: Press):
    shown = {}
    for source in papers.sources:
        article = next(one for one in papers.articles if one.source == source.slug)
        page = pages.article_page(source, article, sheet()).decode(source.charset)
        shown[source.language] = re.findall(r'(?:class="date"|datetime="[^"]+")>([^<]+)<', page)[0]

    assert shown == {
        "en": "October 13, 2026", "zh": "2026年10月14日", "ko": "2026년 10월 14일", "ja": "2026年10月14日",
        "ru": "14 октября 2026", "de": "13. Oktober 2026", "fr": "13 octobre 2026", "ar": "14 أكتوبر 2026",
    }  # fmt: skip


def test_linked_data_is_json_even_on_pages_of_old_charsets(papers: Press):
    source = next(one for one in papers.sources if one.slug == "rassvet-agency")
    article = next(one for one in papers.articles if one.source == source.slug)

    page = pages.article_page(source, article, sheet()).decode(source.charset)
    facts = json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])

    assert (facts["headline"], facts["datePublished"]) == (article.title, "2026-10-14T01:15:00+03:00")
