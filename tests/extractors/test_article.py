from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors import article
from extractors.records import Article, DateOrigin, Entry, Grade, Reason, Rejected

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
GOLDEN = sorted(path for path in (Path(__file__).parent / "golden").iterdir() if path.is_dir())
PARAGRAPHS = [
    "The council of Little Harrow voted on Monday to rebuild the footbridge that the flood carried away in spring.",
    "Work is to begin in March and to take five months. Until then a ferry will cross the river every half hour.",
    "The bridge will cost two million crowns, of which the county pays three quarters and the town the rest.",
    "Shopkeepers on the far bank had asked for a road bridge instead, but engineers said that the ground was too soft.",
]
TEXT = "\n".join(PARAGRAPHS)
LONG_SUMMARY = (
    "The council of Little Harrow wants its footbridge back. After a long evening the members agreed on a plan that the county "
    "supports, and on a ferry for the months until the new bridge stands. The vote was nine to two."
)


def page(*, head: str = "", body: str = "", title: str = "Footbridge will be rebuilt", lang: str = "en") -> bytes:
    body = body or "<article><h1>" + title + "</h1>" + "".join(f"<p>{one}</p>" for one in PARAGRAPHS) + "</article>"
    return f'<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'.encode()


def read(body: bytes, **changes: Any) -> Article | Rejected:
    arguments: dict[str, Any] = {
        "url": "https://harrow.example/news/footbridge-rebuilt-17",
        "content_type": "text/html",
        "entry": None,
        "language_hint": None,
        "now": NOW,
        **changes,
    }
    return article.read(body, **{"final_url": arguments["url"], **arguments})


def entry(**changes: Any) -> Entry:
    return replace(
        Entry(url="https://harrow.example/news/footbridge-rebuilt-17", title="Footbridge to be rebuilt"), **changes
    )


def article_of(body: bytes, **changes: Any) -> Article:
    found = read(body, **changes)
    assert isinstance(found, Article), found
    return found


# Whole pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_a_saved_page_is_read_as_recorded(folder: Path) -> None:
    case = json.loads((folder / "article.json").read_text(encoding="utf-8"))

    found = article_of((folder / "page.html").read_bytes(), url=case["final_url"], content_type=case["content_type"])

    shown = asdict(found)
    shown["published_at"] = found.published_at.isoformat() if found.published_at else None
    shown["authors"] = list(found.authors)
    del shown["url"]
    assert shown == case["article"]


def test_a_page_becomes_an_article_with_all_its_facts() -> None:
    head = (
        '<meta property="og:site_name" content="Harrow Echo"><meta name="author" content="By Ada Finch">'
        '<meta property="article:published_time" content="2026-11-02T20:15:00+00:00">'
    )

    assert read(page(head=head)) == Article(
        url="https://harrow.example/news/footbridge-rebuilt-17",
        canonical_url="https://harrow.example/news/footbridge-rebuilt-17",
        title="Footbridge will be rebuilt",
        text=TEXT,
        authors=("Ada Finch",),
        published_at=datetime(2026, 11, 2, 20, 15, tzinfo=UTC),
        published_from=DateOrigin.PAGE,
        language="en",
        grade=Grade.FULL,
        method="trafilatura-fast",
        syndicated_from=None,
    )


def test_plain_text_is_an_article_too() -> None:
    found = article_of(TEXT.encode(), content_type="text/plain; charset=utf-8", entry=entry())

    assert (found.title, found.text, found.method) == ("Footbridge to be rebuilt", TEXT, "plain")


# What is no article --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"%PDF-1.7", "application/pdf", Reason.WRONG_TYPE),
        (b'{"a": 1}', "application/json", Reason.WRONG_TYPE),
        (b"GIF89a", "image/gif", Reason.WRONG_TYPE),
        (b"", "text/html", Reason.EMPTY),
        (b" \n\t ", "text/html", Reason.EMPTY),
        (b"<html><head></head><body></body></html>", "text/html", Reason.EMPTY),
        (bytes(range(256)) * 8, "text/html", Reason.UNREADABLE),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "", Reason.UNREADABLE),
        (b"<html><body><p>Too little to say.</p></body></html>", "text/html", Reason.TOO_SHORT),
    ],
)
def test_what_holds_no_article_is_rejected_with_its_reason(body: bytes, content_type: str, reason: Reason) -> None:
    found = read(body, content_type=content_type)

    assert isinstance(found, Rejected)
    assert found.reason == reason


@pytest.mark.parametrize(
    "kind", ["", "text/html; charset=utf-8", "application/xhtml+xml", "application/octet-stream", "TEXT/HTML"]
)
def test_pages_come_under_many_types(kind: str) -> None:
    assert article_of(page(), content_type=kind).text == TEXT


@given(st.binary(max_size=600), st.sampled_from(["text/html", "text/plain", "", "text/html; charset=gb2312"]))
def test_no_bytes_make_it_raise(noise: bytes, content_type: str) -> None:
    assert isinstance(read(noise, content_type=content_type), Article | Rejected)
    assert isinstance(read(b"<html><body><p>" + noise, content_type=content_type), Article | Rejected)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<article>", "<table><tr><td>", "<a href=x>", "</a>", "<html/>", "<br>", "<form>", "<svg>",
     "<script type='application/ld+json'>", "</script>", "<meta property='og:title' content='", "'>", "<li>", "<h1>", "<time datetime='",
     '{"@type":"NewsArticle","headline":["', '"]}', "&#0;", "&#xD800;", "<!--", "-->", "<![CDATA[", "<body>", "</html>", "<p hidden>"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TAGS | st.text(max_size=40) | st.just(PARAGRAPHS[0]) | st.just(PARAGRAPHS[1]), max_size=40))
def test_no_markup_makes_it_raise_and_every_text_can_be_stored(parts: list[str]) -> None:
    found = read("".join(parts).encode("utf-8", "surrogatepass"))

    if isinstance(found, Rejected):
        assert not found.detail.startswith(("TypeError", "AttributeError", "IndexError", "KeyError", "ValueError"))
    else:
        for text in (found.title, found.text, *found.authors):
            assert "\x00" not in text
            assert text.encode("utf-8").decode() == text


def test_elements_nested_thousands_deep_are_survived() -> None:
    found = read(b"<html><body>" + b"<div>" * 20_000 + TEXT.encode() + b"</div>" * 20_000)

    assert isinstance(found, Article | Rejected)


# Text out of the feed ------------------------------------------------------------------------------------------------


def test_a_wall_gives_way_to_the_text_the_feed_carries() -> None:
    wall = page(title="Just a moment...", body="<p>Checking your browser before accessing harrow.example.</p>")
    content = (
        "".join(f"<p>{one}</p>" for one in PARAGRAPHS) + "<figure><img src='x'><figcaption>River</figcaption></figure>"
    )

    found = article_of(wall, entry=entry(content_html=content, published_at=NOW, published_from=DateOrigin.FEED))

    assert (found.title, found.text, found.grade, found.method) == (
        "Footbridge to be rebuilt",
        TEXT,
        Grade.FULL,
        "feed",
    )
    assert (found.published_at, found.published_from) == (NOW, DateOrigin.FEED)


def test_a_summary_alone_makes_a_teaser() -> None:
    found = article_of(page(body="<p>Please enable cookies.</p>"), entry=entry(summary=LONG_SUMMARY))

    assert (found.text, found.grade, found.method) == (LONG_SUMMARY, Grade.TEASER, "feed")


def test_a_summary_too_short_to_say_anything_leaves_the_page_rejected() -> None:
    found = read(page(body="<p>Please enable cookies.</p>"), entry=entry(summary="A bridge is to be rebuilt."))

    assert isinstance(found, Rejected)


def test_a_full_page_is_preferred_to_the_feed() -> None:
    found = article_of(page(), entry=entry(content_html=f"<p>{LONG_SUMMARY}</p>"))

    assert (found.text, found.method) == (TEXT, "trafilatura-fast")


# Addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "canonical", "syndicated"),
    [
        ('<link rel="canonical" href="/news/footbridge-17">', "https://harrow.example/news/footbridge-17", None),
        ('<link rel="canonical" href="https://www.harrow.example/news/footbridge-rebuilt-17?utm_source=x">',
         "https://www.harrow.example/news/footbridge-rebuilt-17", None),
        ('<link rel="canonical" href="https://harrow.example/">', "https://harrow.example/news/footbridge-rebuilt-17", None),
        ('<link rel="canonical" href="https://harrow.example/news/">', "https://harrow.example/news/footbridge-rebuilt-17", None),
        ('<link rel="canonical" href="https://harrow.example/news/"><meta property="og:url" content="/news/bridge-17">',
         "https://harrow.example/news/bridge-17", None),
        ('<meta property="og:url" content="https://harrow.example/news/bridge-17">', "https://harrow.example/news/bridge-17", None),
        ('<link rel="canonical" href="https://agency.example/2026/footbridge-9">', "https://harrow.example/news/footbridge-rebuilt-17",
         "https://agency.example/2026/footbridge-9"),
        ('<link rel="canonical" href="https://agency.example/">', "https://harrow.example/news/footbridge-rebuilt-17", None),
        ('<link rel="canonical" href="javascript:void(0)">', "https://harrow.example/news/footbridge-rebuilt-17", None),
        ('<link rel="canonical" href="http://[::1">', "https://harrow.example/news/footbridge-rebuilt-17", None),
    ],
)  # fmt: skip
def test_the_address_a_page_names_is_believed_where_it_can_be(
    head: str, canonical: str, syndicated: str | None
) -> None:
    found = article_of(page(head=head))

    assert (found.canonical_url, found.syndicated_from) == (canonical, syndicated)


def test_a_saved_page_without_an_address_takes_the_one_it_names() -> None:
    found = article_of(
        page(head='<link rel="canonical" href="https://harrow.example/news/footbridge-17">'), url="bridge.html"
    )

    assert found.canonical_url == "https://harrow.example/news/footbridge-17"


# Times ---------------------------------------------------------------------------------------------------------------


def test_the_sources_language_sets_the_clock_of_a_time_without_zone() -> None:
    body = page(lang="", head='<meta name="pubdate" content="2026-11-03 09:00">')

    found = article_of(body, url="https://harrow.example.kr/a/footbridge-rebuilt-17")

    assert found.published_at == datetime(2026, 11, 3, 0, 0, tzinfo=UTC)


def test_a_time_in_the_future_is_not_believed() -> None:
    body = page(head='<meta property="article:published_time" content="2031-01-01T00:00:00Z">')

    found = article_of(
        body, entry=entry(published_at=datetime(2026, 11, 3, 8, tzinfo=UTC), published_from=DateOrigin.SITEMAP)
    )

    assert (found.published_at, found.published_from) == (datetime(2026, 11, 3, 8, tzinfo=UTC), DateOrigin.SITEMAP)


def test_an_empty_page_leaves_the_text_that_the_feed_gave() -> None:
    content = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)

    found = article_of(b" \n", entry=entry(content_html=content))

    assert (found.text, found.grade, found.method) == (TEXT, Grade.FULL, "feed")


def test_an_empty_page_without_text_from_the_feed_is_rejected_as_empty() -> None:
    assert read(b" \n", entry=entry()) == Rejected(url=entry().url, reason=Reason.EMPTY, canonical_url=entry().url)


def test_a_fault_of_ours_is_told_apart_from_a_bad_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise TypeError("not a verdict")

    monkeypatch.setattr(article.grade, "judge", fail)

    found = read(page())

    assert found == Rejected(url=entry().url, reason=Reason.READER_ERROR, detail="TypeError: not a verdict")
