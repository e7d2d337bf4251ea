"""What a run's artifacts say, word for word."""

from __future__ import annotations

from sqlalchemy import Connection

from extractors.records import Outcome
from flows import publish
from models import cube_store
from models.run_store import Balance, FeedCount, Headline, SlowHost, Trouble
from models.trends import Trend
from tests import factories as make

WORLD, EAST = "https://west.example/world", "https://east.example/rss"
BALANCED = Balance(listed=1500, carried=3, ended=1503, discovered=9, new=9, unsettled=0)
OFF = Balance(listed=10, carried=0, ended=9, discovered=9, new=9, unsettled=1)
COUNTS = [
    FeedCount(1, "west", WORLD, Outcome.STORED, "", 4),
    FeedCount(1, "west", WORLD, Outcome.REJECTED, "paywall", 1),
    FeedCount(1, "west", WORLD, Outcome.REJECTED, "bad url", 1),
    FeedCount(2, "east", EAST, Outcome.SEEN, "", 1200),
    FeedCount(2, "east", EAST, Outcome.REJECTED, "too old", 3),
]


def trend(topic: str, change: float | None) -> Trend:
    return Trend(
        topic=topic, title=topic.title(), articles=1234, sources=9, families=8, origins=7, coverage=9999, covered_days=35,
        share=0.1, effective_sources=8.5, comparable_share=0.1, completeness=1.0, ok_days=35, thin_days=0, dark_days=0, mean_7d=1.0, articles_7=56, change=change, change_reason=None,
    )  # fmt: skip


def test_the_headline_says_what_came_of_it_and_how_the_feeds_did() -> None:
    polls = {"fresh": 23, "unchanged": 3, "failed": 1, "new": 5}

    assert publish.headline(COUNTS, polls) == "4 of 1,209 URLs were stored. Of 27 feeds 23 had news and 1 failed."


def test_the_headline_of_a_run_without_news_or_without_work_says_so() -> None:
    assert publish.headline([], {"unchanged": 1}) == "no URL was new. Of 1 feed 0 had news and 0 failed."
    assert publish.headline([], {}) == "no feed was due."


def test_the_verdict_names_both_sides_and_is_loud_when_they_differ() -> None:
    assert publish.verdict(BALANCED) == "The funnel balances: 1,500 listed + 3 carried over = 1,503 ended."
    assert publish.verdict(OFF) == (
        "THE FUNNEL DOES NOT BALANCE: 10 listed + 0 carried over = 9 ended; 9 counted new, 9 discovered; 1 unsettled."
    )


def test_every_outcome_is_a_line_with_its_reasons_in_the_order_of_their_weight() -> None:
    assert publish.where_urls_ended(COUNTS, BALANCED).splitlines() == [
        "## Where every URL ended",
        "",
        "- **4 stored**",
        "- **1,200 seen**",
        "- **5 rejected**: 3 too old, 1 bad url, 1 paywall",
        "",
        "The funnel balances: 1,500 listed + 3 carried over = 1,503 ended.",
    ]


def test_the_funnel_has_a_row_a_feed_and_no_column_without_a_figure() -> None:
    assert publish.funnel_rows(COUNTS) == [
        {"feed": f"[east /rss](<{EAST}>)", "URLs": 1203, "stored": 0, "seen": 1200, "rejected": 3},
        {"feed": f"[west /world](<{WORLD}>)", "URLs": 6, "stored": 4, "seen": 0, "rejected": 2},
    ]
    assert publish.funnel_rows([]) == []


def test_what_moved_is_a_table_that_says_what_it_compares() -> None:
    assert publish.what_moved([trend("pact", 3.2), trend("arms", 0.0)]).splitlines() == [
        "## What moved",
        "",
        publish.ABOUT_CHANGE,
        "",
        "| topic | change | articles, 7 days | 35 days | families |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| pact | x3.2 | 56 | 1,234 | 8 |",
        "| arms | -100% | 56 | 1,234 | 8 |",
    ]


def test_when_nothing_moved_it_says_what_that_may_mean() -> None:
    assert publish.what_moved([]).splitlines()[2] == (
        "No topic grew or went quiet against the 28 days before, or there is too little history to say."
    )


def test_grown_topics_come_first_then_the_quiet_ones_by_their_size(db: Connection) -> None:
    make.taxonomy(db, "grew", "steady", "quiet", "quiet-and-large")
    before, recent = ["steady", "grew", "quiet", *["quiet-and-large"] * 2], ["steady", *["grew"] * 3]
    for ago in range(35):
        for topic in recent if ago < 7 else before:
            make.article(db, published=make.at(ago), topics=[topic])
    for ago in range(7):
        make.article(db, published=make.at(ago))  # as many articles a day as before
    cube_store.recount(db)

    moved = publish.moved(db, until=make.day(0))

    assert [(one.topic, one.articles, one.articles_7) for one in moved] == [
        ("grew", 49, 21),
        ("quiet-and-large", 56, 0),
        ("quiet", 28, 0),
    ]


def test_articles_are_links_that_a_hostile_title_cannot_break() -> None:
    one = Headline("alpha", "Pact](javascript:alert(1)) [x", "https://a.example/1")

    assert publish.closest([one]).splitlines() == [
        "## New articles closest to the subject",
        "",
        r"- [Pact\]\(javascript:alert\(1\)\) \[x](<https://a.example/1>) · alpha",
    ]
    assert publish.closest([]) == ""


def test_failing_feeds_say_why_in_lines_that_wrap() -> None:
    trouble = [Trouble("east", EAST, f"{EAST} is an HTML page, not a feed.", 3.0)]

    assert publish.what_failed(trouble).splitlines()[2:] == [f"- [east /rss](<{EAST}>): is an HTML page, not a feed."]
    assert publish.what_failed([]).splitlines()[2:] == ["None: every feed that was polled answered with a feed."]


def test_slow_hosts_are_ranked_and_left_out_when_nothing_was_fetched() -> None:
    assert publish.slowest([SlowHost("a.example", 12, 1830)]).splitlines()[2:] == [
        "| host | median, ms | pages |",
        "| --- | ---: | ---: |",
        "| a.example | 1,830 | 12 |",
    ]
    assert publish.slowest([]) == ""


def test_the_time_of_stages_is_kept_apart_from_what_batches_add_up_to() -> None:
    stages = {"poll": 1.04, "group_and_roll_up": 0.5}

    assert publish.how_long(stages | {"seconds_gather": 8.6, "seconds_save_cpu": 0.1}).splitlines()[2:] == [
        "The stages, one after the other: poll 1.0 s, group and roll up 0.5 s.",
        "",
        "Inside of the batches, which run side by side, added up: gather 8.6 s, save cpu 0.1 s.",
    ]
    assert publish.how_long(stages).splitlines()[2:] == [
        "The stages, one after the other: poll 1.0 s, group and roll up 0.5 s."
    ]
