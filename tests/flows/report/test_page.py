"""The report as a whole, from real rows: what it says, that it loads nothing, and that every link in it leads somewhere."""

from __future__ import annotations

import re

import pytest
from lxml import etree, html
from sqlalchemy import Connection

from flows.report import page, pictures
from models import cube_store, moments, tables
from tests import factories as make

HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)> & {{ 7*7 }}"
ARABIC = "بيان مشترك بشأن شبه الجزيرة الكورية"


def make_story(db: Connection, first: int, *others: int) -> None:
    facts = {"title": HOSTILE, "started_at": make.at(2, hour=8), "last_at": make.at(1, hour=8), "features": {}}
    made = tables.stories.insert().values(first_article_id=first, members=1 + len(others), **facts)
    story = db.execute(made.returning(tables.stories.c.id)).scalar_one()
    db.execute(tables.articles.update().where(tables.articles.c.id.in_([first, *others])).values(story_id=story))


@pytest.fixture
def told(db: Connection) -> Connection:
    """Ten days: a topic in two blocs and three scripts, a gap of two days, a story, a hostile headline and address."""
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact", "ties", "quiet")
    make.source(db, "west", bloc="western")
    make.source(db, "east", bloc="china-state", country="CN", language="zh")
    for ago in (1, 2, 3, 6, 7, 8, 9):
        make.article(db, "west", published=make.at(ago, hour=6), title=f"Report {ago}", topics=["pact"])
        make.article(db, "west", published=make.at(ago, hour=7))
    first = make.article(
        db, "west", published=make.at(2, hour=8), title=HOSTILE, topics=["pact", "ties"], actors=["kim"]
    )
    second = make.article(db, "east", published=make.at(1, hour=8), title="条约", topics=["pact"], language="zh")
    make_story(db, first, second)
    arabic = make.article(db, "west", published=make.at(1, hour=9), title=ARABIC, topics=["pact"], language="ar")
    db.execute(tables.articles.update().where(tables.articles.c.id == arabic).values(url="javascript:alert(3)"))
    make.alert(db, starts_on=make.day(2), ends_on=make.day(2), observed=1, article_ids=[first])
    cube_store.roll_up(db)
    return db


def rendered(db: Connection, days: int = 28) -> str:
    return page.render(page.read(db, days=days, as_of=None, now=make.NOW))


def parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def test_every_section_is_there_and_has_a_heading_that_the_menu_leads_to(told: Connection) -> None:
    tree = parsed(rendered(told))

    headings = tree.xpath("//h2/@id")
    assert headings == ["topics", "standing", "blocs", "languages", "pairs", "stories", "health", "articles", "reading"]
    assert [link.lstrip("#") for link in tree.xpath("//nav//a/@href")] == headings


def test_it_loads_nothing_and_runs_nothing(told: Connection) -> None:
    text = rendered(told)
    tree = parsed(text)

    assert tree.xpath("//script | //link | //iframe | //img | //object | //embed | //form | //base") == []
    assert tree.xpath("//@src | //@srcset | //@xlink:href", namespaces={"xlink": "http://www.w3.org/1999/xlink"}) == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert re.findall(r"url\((?!#)[^)]*\)|@import", text) == []
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_every_link_inside_leads_to_a_place_that_exists_once(told: Connection) -> None:
    tree = parsed(rendered(told))

    ids = tree.xpath("//@id")
    inside = {link[1:] for link in tree.xpath("//a/@href") if link.startswith("#") and link != "#"}

    assert len(ids) == len(set(ids))
    assert inside - set(ids) == set()
    assert len(inside) > 10


def test_links_outside_lead_to_articles_on_the_web_only(told: Connection) -> None:
    outside = [link for link in parsed(rendered(told)).xpath("//a/@href") if not link.startswith("#")]

    assert {link.split("/")[2] for link in outside} == {"west.example", "east.example"}
    assert all(link.startswith("https://") for link in outside)


def test_a_hostile_headline_stays_a_text(told: Connection) -> None:
    text = rendered(told)
    tree = parsed(text)

    assert "<script" not in text
    assert [heading.text_content() for heading in tree.xpath("//article[@class='story']/h3")] == [HOSTILE]
    assert HOSTILE in [link.text_content() for link in tree.xpath("//li/a")]


def test_headlines_of_any_script_are_shown_in_their_own_direction(told: Connection) -> None:
    [link] = parsed(rendered(told)).xpath("//details[contains(summary, 'Arabic')]//li/a")

    assert (link.text_content(), link.get("dir"), link.get("lang"), link.get("href")) == (ARABIC, "auto", "ar", "#")


def test_the_number_of_a_topic_leads_to_as_many_articles(told: Connection) -> None:
    tree = parsed(rendered(told))

    [card] = tree.xpath("//article[h3='Pact'][contains(@class, 'first')]")
    number, anchor = card.xpath("p//a[1]/text()")[0], card.xpath("p//a[1]/@href")[0]
    listed = tree.xpath(f"//div[@id='{anchor[1:]}']//li")

    assert number == "10"
    assert len(listed) == 10


def test_the_number_of_an_alert_leads_to_its_articles(told: Connection) -> None:
    tree = parsed(rendered(told))

    [link] = tree.xpath("//section[@aria-labelledby='standing']//td[@data-label='Texts']/a")
    assert link.text_content() == "1"
    listed = tree.xpath(f"//div[@id='{link.get('href')[1:]}']//li/a")
    assert [one.text_content() for one in listed] == [HOSTILE]


def test_coverage_leads_to_articles_on_any_subject(told: Connection) -> None:
    tree = parsed(rendered(told))

    [whole] = tree.xpath("//dl//a")
    of_sources = tree.xpath("//table[contains(@class, 'strips')]//td[@data-label='Articles']/a")
    shown = [len(tree.xpath(f"//div[@id='{link.get('href')[1:]}']//li")) for link in (whole, *of_sources)]

    assert [link.text_content() for link in (whole, *of_sources)] == ["17", "1", "16"]
    assert shown == [17, 1, 10]


def test_a_gap_breaks_the_line_of_a_topic_and_is_told_in_the_table_behind_it(told: Connection) -> None:
    tree = parsed(rendered(told, days=7))

    [card] = tree.xpath("//article[h3='Pact'][contains(@class, 'first')]")
    # Days 6 to 0 ago: one with an article, two without coverage, three with articles, today without coverage yet.
    assert [path.get("d").count("M") for path in card.xpath(".//*[@class='edge']")] == [1, 1]
    assert len(card.xpath(".//*[@class='gap none']")) == 2
    assert [" ".join(row.text_content().split()) for row in card.xpath(".//tbody/tr")[1:2]] == [
        "26 Mar – 27 Mar no coverage"
    ]


def test_plots_are_named_for_who_cannot_see_them(told: Connection) -> None:
    tree = parsed(rendered(told))

    plots = tree.xpath("//*[@role='img']")
    assert plots
    assert [plot for plot in plots if not (plot.get("aria-label") or "").strip()] == []


def test_the_first_paragraph_is_said_from_the_figures(told: Connection) -> None:
    [paragraph] = parsed(rendered(told)).xpath("//p[@class='headline']/text()")

    assert paragraph.startswith(
        "In the 28 days to 31 March 2025 “Pact” was told most widely: 10 articles from 2 sources of 2 publishers, 58.8% of "
        "all coverage."
    )
    assert "China’s state media took up 1 of" in paragraph or "cannot be told yet" in paragraph


def test_who_asks_for_a_moment_is_told_which_and_by_which_taxonomy(told: Connection) -> None:
    text = page.render(page.read(told, days=7, as_of=make.NOW, now=make.NOW))

    assert "As it stood on 31 March 2025 at 12:00 UTC" in text
    assert "Topics by version" in text
    assert "Feeds at present" not in text


def test_as_of_an_earlier_moment_nothing_later_is_in_it(told: Connection) -> None:
    moments.speak_of(told, make.at(30))

    made = page.read(told, days=28, as_of=make.at(30), now=make.NOW)

    assert (made.topics.cards, made.stories, made.lists) == ((), (), ())


def test_an_empty_database_has_a_report_that_says_so(db: Connection) -> None:
    tree = parsed(rendered(db))

    assert tree.xpath("//p[@class='headline']/text()") == [
        "Nothing has been collected yet, so there is nothing to report."
    ]
    assert tree.xpath("//h2/@id") == ["topics", "health", "articles", "reading"]


@pytest.mark.parametrize(("days", "judged"), [(7, 7), (28, 28), (90, 28)])
def test_silences_are_those_of_the_longest_window_within_the_period(
    told: Connection, monkeypatch: pytest.MonkeyPatch, days: int, judged: int
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(page.diffusion, "silences", lambda _db, *, days, by: asked.append((days, by)) or ())

    page.read(told, days=days, as_of=None, now=make.NOW)

    assert asked == [(judged, "bloc")]


def test_a_picture_shows_the_topics_that_were_told_most_widely_and_no_more_than_it_has_room_for(
    told: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = page.read(told, days=28, as_of=None, now=make.NOW)
    shown = []
    for most in (6, 1):
        monkeypatch.setattr(pictures, "MOST_TOPICS", most)
        picture = etree.fromstring(pictures.headline(report)["digest-topics"].svg.encode())
        shown.append(["".join(one.itertext()) for one in picture.findall(".//{*}text[@class='title']")])

    assert shown == [["Pact", "Ties"], ["Pact"]]
