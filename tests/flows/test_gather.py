from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import psutil
import pytest

from extractors.fingerprint import fine_bands, fingerprint
from extractors.outcomes import Polled, Settled, Work
from extractors.records import Article, DateOrigin, Entry, Feed, Outcome, Tagging
from flows import crew
from flows.gather import Gatherer
from models.settings import Settings, load
from tests.web import Answer, Web

TAXONOMY = """
name = "test"

[concepts.treaty]
en = ["treaty"]

[[topics]]
slug = "pact"
title = "The pact"
rules = [{ all = ["treaty"] }]
"""

STORY = (
    "The two governments signed the treaty on Wednesday after a day of talks in the capital, officials said. "
    "The text obliges each side to help the other if it is attacked, and it enters into force once both parliaments "
    "have agreed. Analysts had expected a declaration of intent rather than a binding document. "
)
PAGE = f"""<!doctype html><html lang="en"><head><title>A treaty is signed</title></head><body><article>
<h1>A treaty is signed</h1><p>{STORY}</p><p>{STORY[::-1].capitalize()}</p><p>{STORY}It was the third such meeting.</p>
</article></body></html>"""
FEED = '<rss version="2.0"><channel><title>T</title><item><title>A</title><link>{}</link></item></channel></rss>'


def settings(home: Path, **changes: object) -> Settings:
    return load(
        **{
            "home": home, "allow_private_hosts": (ip_network("127.0.0.0/8"),), "host_pace_seconds": 0.0,
            "extract_workers": 1, "request_timeout_seconds": 5.0, **changes,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def gatherer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatherer]:
    with Gatherer(settings(tmp_path_factory.mktemp("home")), taxonomy=TAXONOMY) as gatherer:
        yield gatherer


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as web:
        yield web


def feed(url: str, **facts: object) -> Feed:
    return Feed(id=1, source_id=1, url=url, language="en", **facts)  # type: ignore[arg-type]


def work(url: str, *, content: str = "", attempts: int = 0) -> Work:
    entry = Entry(url=url, title="A treaty is signed", content_html=content)
    return Work(article_id=1, source_id=1, url=url, entry=entry, language_hint="en", attempts=attempts)


def poll(gatherer: Gatherer, url: str, **facts: object) -> Polled:
    [polled] = gatherer.poll([feed(url, **facts)])
    return polled


def collect(gatherer: Gatherer, *works: Work) -> list[tuple[Outcome, str]]:
    return [(one.outcome, one.reason) for one in gatherer.collect(works)]


def test_a_feed_with_news_brings_its_document(gatherer: Gatherer, web: Web) -> None:
    web.page("/feed", FEED.format(web.url("/a")), etag='"1"', headers={"Content-Type": "application/rss+xml"})

    polled = poll(gatherer, web.url("/feed"))

    assert (polled.outcome, polled.status, polled.etag) == ("fresh", 200, '"1"')
    assert polled.reading is not None
    assert polled.reading.document is not None
    assert [entry.url for entry in polled.reading.document.entries] == [web.url("/a")]


def test_a_feed_asked_with_its_validator_is_unchanged(gatherer: Gatherer, web: Web) -> None:
    web.page("/feed", FEED.format(web.url("/a")), etag='"1"')

    polled = poll(gatherer, web.url("/feed"), etag='"1"')

    assert (polled.outcome, polled.reason, polled.status) == ("unchanged", "304", 304)


def test_the_same_body_is_unchanged_even_without_validators(gatherer: Gatherer, web: Web) -> None:
    web.page("/feed", FEED.format(web.url("/a")))
    first = poll(gatherer, web.url("/feed"))
    assert first.reading is not None

    polled = poll(gatherer, web.url("/feed"), body_hash=first.reading.body_hash)

    assert (polled.outcome, polled.reason) == ("unchanged", "same body")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer("<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"}), "unreadable"),
        (Answer(status=404), "not found"),
        (Answer(status=410), "gone"),
        (Answer(status=500), "server error"),
        (Answer(status=429, headers={"Retry-After": "60"}), "asked to wait"),
        (Answer(status=429, headers={"Retry-After": "Fri, 31 Dec 9999 23:59:59 -0100"}), "asked to wait"),
    ],
)
def test_a_feed_that_fails_says_why(gatherer: Gatherer, web: Web, answer: Answer, reason: str) -> None:
    web.queue("/feed", answer)

    polled = poll(gatherer, web.url("/feed"))

    assert (polled.outcome, polled.reason) == ("failed", reason)
    assert polled.detail.endswith(".")


def test_one_bad_feed_leaves_the_others_of_its_group_alone(gatherer: Gatherer, web: Web) -> None:
    web.page("/good", FEED.format(web.url("/a")))
    web.raw("/bad", b"nonsense\r\n\r\n")

    polled = gatherer.poll([feed(web.url("/bad")), feed(web.url("/good"))])

    assert [one.outcome for one in polled] == ["failed", "fresh"]


def test_a_page_becomes_an_article_with_tags_and_fingerprint(gatherer: Gatherer, web: Web) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html; charset=utf-8"})

    [settled] = gatherer.collect([work(web.url("/a"))])

    assert (settled.outcome, settled.status) == (Outcome.STORED, 200)
    reading = settled.reading
    assert reading is not None
    assert isinstance(reading.result, Article)
    assert reading.result.title == "A treaty is signed"
    assert reading.tagging is not None
    assert [tag.topic for tag in reading.tagging.tags] == ["pact"]
    assert reading.fingerprint is not None
    assert reading.raw is not None
    assert reading.raw.size == len(PAGE.encode())


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (Answer(status=404), Outcome.GIVEN_UP, "not found"),
        (Answer(status=410), Outcome.GIVEN_UP, "gone"),
        (Answer(status=403), Outcome.GIVEN_UP, "forbidden"),
        (Answer(status=503), Outcome.FAILED, "server error"),
        (Answer(status=429, headers={"Retry-After": "0"}), Outcome.FAILED, "asked to wait"),
        (Answer(PAGE, compress="gzip", cut=300), Outcome.FAILED, "server error"),
        (Answer(PAGE, length=9_000_000), Outcome.GIVEN_UP, "too large"),
        (Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), Outcome.REJECTED, "wrong type"),
        (Answer("", headers={"Content-Type": "text/html"}), Outcome.REJECTED, "empty page"),
    ],
)
def test_every_kind_of_bad_page_has_its_outcome(
    gatherer: Gatherer, web: Web, answer: Answer, outcome: Outcome, reason: str
) -> None:
    web.queue("/a", answer)

    assert collect(gatherer, work(web.url("/a"))) == [(outcome, reason)]


def test_a_redirect_to_an_inner_address_is_refused(gatherer: Gatherer, web: Web) -> None:
    web.redirect("/a", "http://169.254.169.254/latest/meta-data")

    assert collect(gatherer, work(web.url("/a"))) == [(Outcome.GIVEN_UP, "private address")]


def test_an_article_that_has_failed_often_enough_is_given_up(gatherer: Gatherer, web: Web) -> None:
    web.page("/a", status=503)

    outcomes = collect(gatherer, work(web.url("/a"), attempts=3), work(web.url("/a"), attempts=4))

    assert outcomes == [(Outcome.FAILED, "server error"), (Outcome.GIVEN_UP, "server error")]


def test_the_feeds_own_text_stands_in_for_a_page_that_refuses_us(gatherer: Gatherer, web: Web) -> None:
    web.page("/a", status=403)

    [settled] = gatherer.collect([work(web.url("/a"), content=f"<p>{STORY}</p><p>{STORY[::-1]}</p>")])

    assert settled.outcome is Outcome.STORED
    assert settled.reading is not None
    assert isinstance(settled.reading.result, Article)
    assert settled.reading.result.method == "feed"


def test_robots_txt_is_obeyed_and_asked_for_once(gatherer: Gatherer, web: Web) -> None:
    web.page("/robots.txt", "User-agent: *\nDisallow: /private/")
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})

    outcomes = collect(gatherer, work(web.url("/private/b")), work(web.url("/a")))

    assert outcomes == [(Outcome.GIVEN_UP, "robots.txt"), (Outcome.STORED, "")]
    assert (web.asked("/robots.txt"), web.asked("/private/b")) == (1, 0)


def test_while_robots_txt_fails_its_pages_wait(gatherer: Gatherer, web: Web) -> None:
    web.page("/robots.txt", status=503)

    assert collect(gatherer, work(web.url("/a"))) == [(Outcome.FAILED, "server error")]
    assert web.asked("/a") == 0


def test_a_slow_drip_is_cut_off(web: Web, tmp_path: Path) -> None:
    web.page("/a", PAGE, drip=0.05)

    with Gatherer(settings(tmp_path, request_timeout_seconds=0.3), taxonomy=TAXONOMY) as gatherer:
        outcomes = collect(gatherer, work(web.url("/a")))

    assert outcomes == [(Outcome.FAILED, "timeout")]


def test_what_a_batch_cannot_do_in_its_time_waits_for_the_next_run(web: Web, tmp_path: Path) -> None:
    web.page("/slow", hold=True)
    web.page("/fast", PAGE, headers={"Content-Type": "text/html"})
    web.page("/robots.txt", status=404)
    limits = settings(tmp_path, batch_minutes=0.5 / 60, request_timeout_seconds=60.0, extract_workers=0)

    with Gatherer(limits, taxonomy=TAXONOMY) as gatherer:
        settled: list[Settled] = gatherer.collect([work(web.url("/slow")), work(web.url("/fast"))])

    assert settled[0].outcome is Outcome.WAITING
    assert settled[0].reason == "batch out of time"
    assert [one.work.url for one in settled] == [web.url("/slow"), web.url("/fast")]


def readers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "flows.worker" in command(child)]


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.ZombieProcess:
        return ""


def test_a_reader_that_is_killed_costs_no_page(web: Web, tmp_path: Path) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    before = set(readers())
    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.STORED, "")]
        [reader] = set(readers()) - before
        reader.kill()

        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.STORED, "")]


def test_readers_that_are_killed_while_they_have_nothing_to_do_are_replaced_without_a_word(
    web: Web, tmp_path: Path, eventually: Callable[[Callable[[], object]], object], caplog: pytest.LogCaptureFixture
) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    before = set(readers())
    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        collect(gatherer, work(web.url("/a")))
        [reader] = set(readers()) - before
        reader.kill()
        eventually(lambda: not reader.is_running())

        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.STORED, "")]
    gc.collect()  # a task tells of its unseen exception when it is collected

    assert caplog.messages == []


def test_a_page_whose_readers_are_killed_one_after_the_other_by_somebody_else_is_read(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    count = tmp_path / "started"
    killed = f"""
import os, signal
with open({str(count)!r}, "a") as file:
    file.write("x")
if os.path.getsize({str(count)!r}) < 5:
    os.kill(os.getpid(), signal.SIGKILL)
"""
    monkeypatch.setattr(crew, "START", killed + crew.START)

    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.STORED, "")]


def test_a_page_that_kills_every_reader_is_given_up(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    monkeypatch.setattr(crew, "START", "import flows.worker, sys; flows.worker.receive(sys.stdin.buffer)")

    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.GIVEN_UP, "reader died")]


def test_where_no_reader_can_be_started_no_page_is_given_up_and_no_text_goes_untagged(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))

    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        for work_of_a_batch in (lambda: collect(gatherer, work(web.url("/a"))), lambda: gatherer.tag([("a", "b")])):
            with pytest.raises(OSError, match="No process that reads pages can be started: No such file"):
                work_of_a_batch()


def test_a_reader_that_hangs_is_replaced(
    web: Web, tmp_path: Path, eventually: Callable[[Callable[[], object]], object]
) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    before = set(readers())
    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.STORED, "")]
        [reader] = set(readers()) - before
        [worker] = gatherer._crew._workers
        worker._timeout = 0.5  # the time that it was given to start in is not waited out
        os.kill(reader.pid, signal.SIGSTOP)

        assert collect(gatherer, work(web.url("/a"))) == [(Outcome.GIVEN_UP, "reader died")]
        eventually(lambda: reader not in readers())


def test_readers_end_with_their_gatherer(web: Web, tmp_path: Path) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    before = set(readers())
    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        collect(gatherer, work(web.url("/a")))
        started = set(readers()) - before

    assert len(started) == 1
    assert not set(readers()) & started


def test_reading_inline_gives_the_same_article(web: Web, tmp_path: Path, gatherer: Gatherer) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    [apart] = gatherer.collect([work(web.url("/a"))])

    with Gatherer(settings(tmp_path, extract_workers=0), taxonomy=TAXONOMY) as inline:
        [settled] = inline.collect([work(web.url("/a"))])

    assert settled.reading is not None
    assert apart.reading is not None
    assert settled.reading.result == apart.reading.result
    assert settled.reading.tagging == apart.reading.tagging


def test_a_date_in_the_feed_is_kept_with_its_origin(gatherer: Gatherer, web: Web) -> None:
    web.page("/a", PAGE, headers={"Content-Type": "text/html"})
    base = work(web.url("/a"))
    at = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
    dated = replace(base, entry=replace(base.entry, published_at=at, published_from=DateOrigin.FEED))

    [settled] = gatherer.collect([dated])

    assert settled.reading is not None
    assert isinstance(settled.reading.result, Article)
    assert (settled.reading.result.published_at, settled.reading.result.published_from) == (at, DateOrigin.FEED)


def test_texts_are_tagged_in_their_order(gatherer: Gatherer) -> None:
    texts = [("", "They signed the treaty." if number % 3 else "It rained.") for number in range(70)]

    taggings = gatherer.tag(texts)

    assert [[tag.topic for tag in tagging.tags] for tagging in taggings] == [
        ["pact"] if number % 3 else [] for number in range(70)
    ]


def test_fine_bands_are_told_in_the_order_of_the_texts_and_none_of_a_text_that_is_too_short(gatherer: Gatherer) -> None:
    long = "\n".join(f"Sentence {number} of this invented report tells of matter {number * 7}." for number in range(9))

    bands = gatherer.fine_bands(["too short", long] * 20)

    assert bands == [(), fine_bands(fingerprint(long).minhash)] * 20
    assert len(bands[1]) == 64


def test_another_taxonomy_is_used_from_then_on(tmp_path: Path) -> None:
    with Gatherer(settings(tmp_path), taxonomy=TAXONOMY) as gatherer:
        [before] = gatherer.tag([("", STORY)])
        gatherer.use(TAXONOMY.replace('"pact"', '"bond"'))
        [after] = gatherer.tag([("", STORY)])

    assert [tag.topic for tag in before.tags] == ["pact"]
    assert [tag.topic for tag in after.tags] == ["bond"]


def test_texts_whose_reader_takes_too_long_get_no_tags_and_nobody_waits_for_them(tmp_path: Path) -> None:
    with Gatherer(settings(tmp_path, page_timeout_seconds=0.000001), taxonomy=TAXONOMY) as gatherer:
        assert gatherer.tag([("", STORY), ("", STORY)]) == [Tagging(), Tagging()]
        assert gatherer.fine_bands([STORY, STORY]) == [(), ()]
