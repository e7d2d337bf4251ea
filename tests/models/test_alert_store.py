"""Alerts: what becomes one, what it leads back to, and that one finding is one alert whatever comes after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from extractors.errors import Misconfigured
from models import alert_store, burst_store, cube_store, tables
from models.alert_store import Alert, Watch
from tests import factories as make
from tests.panel import Press, noisy

LATER = make.NOW + timedelta(hours=1)
PAPERS = 6


def alerts(db: Connection) -> tuple[Alert, ...]:
    return alert_store.listed(db)


def press_of(db: Connection, *, told: dict[int, int]) -> Press:
    """Six sources with 20 texts a day, 4 of them on the pact, for 70 days; on some days (`ago: number`) other numbers."""
    press = Press(db)
    for number in range(PAPERS):
        source = press.source(f"paper-{number}")
        for ago in range(1, 70):
            press.tell(source, ago, 20, told.get(ago, 4 + noisy(make.day(ago), number)))
    press.close(newest=10)
    return press


def write(db: Connection, ago: int, *, each: int = 8, **facts: Any) -> list[int]:
    """Articles on the pact in each source, as many as the cube says there were."""
    return [
        make.article(db, f"paper-{number}", published=make.at(ago, hour=1 + one), topics=["pact"], **facts)
        for number in range(PAPERS)
        for one in range(each)
    ]


def found(db: Connection, *, now: datetime = make.NOW, **facts: Any) -> list[int]:
    return alert_store.find(db, Watch(**{"slices": ("all",), **facts}), now=now)


def test_a_burst_becomes_an_alert_that_leads_back_to_its_articles(db: Connection) -> None:
    press_of(db, told={1: 8})
    ids = write(db, 1)

    (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.kind, alert.topic, alert.slice_kind, alert.slice, alert.starts_on, alert.ends_on, alert.days) == (
        "burst", "pact", "all", "", make.day(1), make.day(1), 1,
    )  # fmt: skip
    assert (alert.observed, alert.articles, sorted(alert.article_ids)) == (48, 48, ids)
    assert 20 < (alert.expected or 0) < 28
    assert (alert.p or 1) <= (alert.q or 1) < 0.001
    assert (alert.grade, alert.completeness, alert.state, alert.made_at, alert.emitted_at) == (
        "ok", 1.0, "open", make.NOW, None,
    )  # fmt: skip
    assert (alert.first_source, alert.first_bloc, alert.first_at) == ("paper-0", "western", make.at(1, hour=1))


def test_a_drop_becomes_one_with_the_articles_that_are_left(db: Connection) -> None:
    press_of(db, told={1: 0})

    (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.kind, alert.observed, alert.article_ids, alert.headlines, alert.first_source) == (
        "drop", 0, [], [], None,
    )  # fmt: skip


def test_copies_in_one_source_and_sources_that_were_not_complete_are_not_among_its_articles(db: Connection) -> None:
    press_of(db, told={1: 8})
    ids = write(db, 1)
    make.article(db, "paper-0", published=make.at(1, hour=23), topics=["pact"], origin_id=ids[0])
    make.article(db, "broken", published=make.at(1, hour=2), topics=["pact"])
    make.article(db, "paper-0", published=make.at(1, hour=23))

    (alert_id,) = found(db)

    assert sorted(alert_store.get(db, alert_id).article_ids) == ids


@pytest.mark.parametrize(
    "wrote", [{30: 1, 1: 1}, {62: 9, 1: 1}, {30: 6, 1: 3}], ids=["now and then", "long before", "with that day"]
)
def test_a_source_too_small_in_the_56_days_before_is_not_among_its_articles(
    db: Connection, wrote: dict[int, int]
) -> None:
    press = Press(db)
    for number in range(PAPERS):
        source = press.source(f"paper-{number}")
        for ago in range(1, 70):
            press.tell(source, ago, 20, 8 if ago == 1 else 4 + noisy(make.day(ago), number))
    small = press.source("small")
    for ago in range(1, 70):
        press.tell(small, ago, wrote.get(ago, 0), int(ago == 1))
    press.close(newest=10)
    ids = write(db, 1)
    make.article(db, "small", published=make.at(1, hour=2), topics=["pact"])

    (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.observed, sorted(alert.article_ids)) == (48, ids)


@pytest.mark.parametrize(
    ("slice_kind", "name"), [("bloc", "western"), ("country", "US"), ("language", "en"), ("kind", "newspaper")]
)
def test_a_burst_in_any_kind_of_slice_leads_to_the_articles_of_that_slice(
    db: Connection, slice_kind: str, name: str
) -> None:
    press_of(db, told={1: 8})
    ids = write(db, 1)

    (alert_id,) = found(db, slices=(slice_kind,))

    alert = alert_store.get(db, alert_id)
    assert (alert.slice_kind, alert.slice, sorted(alert.article_ids)) == (slice_kind, name, ids)


def test_headlines_are_ten_of_different_texts_and_the_most_related_come_first(db: Connection) -> None:
    press_of(db, told={1: 8})
    ids = write(db, 1)
    close, copy = ids[20], ids[31]
    said = tables.taggings.update().values(related=0.9)
    db.execute(said.where(tables.taggings.c.article_id.in_([close, copy])))
    db.execute(tables.articles.update().where(tables.articles.c.id == copy).values(origin_id=close))

    (alert_id,) = found(db)

    headlines = alert_store.get(db, alert_id).headlines
    assert len(headlines) == alert_store.HEADLINES
    assert headlines[0] == {
        "article_id": close, "source": "paper-2", "title": "A headline", "url": headlines[0]["url"],
        "at": make.at(1, hour=5).isoformat(),
    }  # fmt: skip
    assert copy not in [one["article_id"] for one in headlines]


def test_the_first_mover_is_who_was_first_with_the_story_that_most_of_it_tells(db: Connection) -> None:
    press_of(db, told={1: 8})
    make.source(db, "agency", bloc="rok")
    make.article(db, "agency", published=make.at(3), topics=["pact"], story_id=7)
    write(db, 1, each=5, story_id=7)
    write(db, 1, each=3, story_id=8)

    (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.story_id, alert.first_source, alert.first_bloc, alert.first_at) == (7, "agency", "rok", make.at(3))


def test_one_article_of_a_story_does_not_make_it_the_story_of_a_burst(db: Connection) -> None:
    press_of(db, told={1: 8})
    make.source(db, "agency")
    make.article(db, "agency", published=make.at(3), topics=["pact"], story_id=7)
    ids = write(db, 1)
    db.execute(tables.articles.update().where(tables.articles.c.id == ids[5]).values(story_id=7))

    (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.story_id, alert.first_source, alert.first_at) == (None, "paper-0", make.at(1, hour=1))


def test_what_is_found_again_is_no_new_alert_and_changes_nothing(db: Connection) -> None:
    press_of(db, told={1: 8})
    write(db, 1)
    assert len(found(db)) == 1
    before = alerts(db)

    assert found(db, now=LATER) == []
    assert alerts(db) == before


def test_days_that_follow_one_another_are_one_alert(db: Connection) -> None:
    press_of(db, told={1: 8, 2: 8, 3: 8, 6: 8})
    ids = [article for ago in (3, 2, 1) for article in write(db, ago)]
    write(db, 6)

    found(db)

    assert [(one.starts_on, one.ends_on, one.days, one.observed) for one in alerts(db)] == [
        (make.day(3), make.day(1), 3, 144),
        (make.day(6), make.day(6), 1, 48),
    ]
    assert sorted(alerts(db)[0].article_ids) == sorted(ids)


def test_an_alert_grows_with_the_next_day_and_is_not_told_again(db: Connection) -> None:
    press = press_of(db, told={2: 8})
    write(db, 2)
    with before_the_end_of(db, 1):
        (alert_id,) = found(db)
        alert_store.mark_emitted(db, alert_id, now=make.NOW)
    for number in range(PAPERS):
        double(press, f"paper-{number}", ago=1)
    write(db, 1)

    assert found(db, now=LATER) == []

    (alert,) = alerts(db)
    assert (alert.alert_id, alert.starts_on, alert.ends_on, alert.days, alert.observed, alert.articles) == (
        alert_id, make.day(2), make.day(1), 2, 96, 96,
    )  # fmt: skip
    assert alert_store.next_waiting(db) is None


def test_a_burst_that_turns_into_two_runs_of_days_stays_one_alert(db: Connection) -> None:
    press_of(db, told={1: 8, 2: 8, 3: 8})
    found(db)
    db.execute(tables.tests.update().where(tables.tests.c.day == make.day(2)).values(q_high=0.5, p_high=0.4))

    assert found(db, now=LATER) == []
    assert [(one.starts_on, one.ends_on, one.days) for one in alerts(db)] == [(make.day(3), make.day(1), 2)]


def test_what_is_small_unsure_old_or_elsewhere_is_no_alert(db: Connection) -> None:
    press_of(db, told={2: 8})

    assert found(db, least=49) == found(db, level=1e-300) == found(db, days=1) == found(db, slices=()) == []
    assert len(found(db, least=48, days=2, slices=("all", "bloc"))) == 2


def test_a_drop_is_as_large_as_what_was_to_be_expected(db: Connection) -> None:
    press_of(db, told={1: 0})

    assert found(db, least=100) == []
    assert len(found(db, least=20)) == 1


def test_the_figures_of_a_run_are_those_of_its_surest_and_of_its_least_complete_day(db: Connection) -> None:
    press_of(db, told={1: 8, 2: 8})
    day, tests, graded = make.day(2), tables.tests, tables.slice_coverage
    db.execute(tests.update().where(tests.c.day == day).values(p_high=1e-9, q_high=1e-8))
    mine = sa.and_(graded.c.day == day, graded.c.slice_kind == "all")
    db.execute(graded.update().where(mine).values(expected_ok=graded.c.expected * 0.75))

    (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.days, alert.p, alert.q, alert.grade) == (2, 1e-9, 1e-8, "thin")
    assert alert.completeness == pytest.approx(0.75)


def test_the_days_before_those_that_are_looked_at_stay_with_an_alert_that_goes_on(db: Connection) -> None:
    press_of(db, told={1: 8, 2: 8, 3: 8})
    with before_the_end_of(db, 1):
        (alert_id,) = found(db)

    assert found(db, days=1, now=LATER) == []
    (alert,) = alerts(db)
    assert (alert.alert_id, alert.starts_on, alert.ends_on, alert.days, alert.observed) == (
        alert_id, make.day(3), make.day(1), 3, 144,
    )  # fmt: skip


def test_the_latest_come_first_and_of_one_day_the_surest(db: Connection) -> None:
    days = {"starts_on": make.day(3), "ends_on": make.day(2)}
    for slug, facts in (
        ("old", days), ("unsure", {"p": 0.01}), ("untold", {"p": None}), ("sure", {"p": 1e-9}),
    ):  # fmt: skip
        make.alert(db, slug, **facts)

    assert [one.topic for one in alerts(db)] == ["sure", "unsure", "untold", "old"]


def test_as_of_an_earlier_moment_an_alert_is_what_it_was(db: Connection) -> None:
    press_of(db, told={1: 8})
    write(db, 1)
    (alert_id,) = found(db)
    make.clock(db, LATER)
    alert_store.judge(db, alert_id, "dismissed", reason="a holiday", now=LATER)

    seen = {}
    for name, moment in (("before", make.at(0.1)), ("then", make.NOW), ("now", LATER)):
        with make.as_of(db, moment):
            seen[name] = [(one.state, one.state_reason) for one in alerts(db)]

    assert seen == {"before": [], "then": [("open", None)], "now": [("dismissed", "a holiday")]}


def test_as_of_a_moment_before_it_was_told_an_alert_was_not_told(db: Connection) -> None:
    make.clock(db, make.NOW)
    alert_id = make.alert(db)
    make.clock(db, LATER)
    alert_store.mark_emitted(db, alert_id, now=LATER)

    with make.as_of(db, make.NOW):
        before = [one.emitted_at for one in alerts(db)]

    assert (before, [one.emitted_at for one in alerts(db)]) == ([None], [LATER])


def test_an_alert_is_judged_with_a_reason_and_a_time(db: Connection) -> None:
    press_of(db, told={1: 8})
    (alert_id,) = found(db)

    seen = alert_store.judge(db, alert_id, "acknowledged", reason=None, now=LATER)
    gone = alert_store.judge(db, alert_id, "dismissed", reason=" a holiday ", now=LATER)

    assert (seen.state, seen.state_reason, seen.state_at) == ("acknowledged", None, LATER)
    assert (gone.state, gone.state_reason, gone.state_at) == ("dismissed", "a holiday", LATER)
    assert [alert_store.listed(db, state=state) for state in ("open", "dismissed")] == [(), (gone,)]
    assert alert_store.next_waiting(db) is None


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_dismissal_without_a_reason_is_refused(db: Connection, reason: str | None) -> None:
    press_of(db, told={1: 8})
    (alert_id,) = found(db)

    with pytest.raises(Misconfigured, match="Say why it is dismissed, with --reason"):
        alert_store.judge(db, alert_id, "dismissed", reason=reason, now=LATER)

    assert alert_store.get(db, alert_id).state == "open"


def test_an_alert_or_state_that_is_not_there_is_answered_with_those_that_are(db: Connection) -> None:
    with pytest.raises(Misconfigured, match=r"^There is no alert 7; there is none at all yet\.$"):
        alert_store.get(db, 7)
    press_of(db, told={1: 8})
    (alert_id,) = found(db)

    with pytest.raises(Misconfigured, match=rf"^There is no alert 0; there is only {alert_id} "):
        alert_store.get(db, 0)
    with pytest.raises(
        Misconfigured, match=r"^There is no state 'shut'; there are open, acknowledged, dismissed, and all"
    ):
        alert_store.listed(db, state="shut")


# Silences and first reports -------------------------------------------------------------------------------------------


def silent(db: Connection, *, since: int, dark: int | None = None) -> None:
    """East and west write on the pact every day; east, of other things, too, stopped so many days ago, and wrote nothing
    at all on day `dark`."""
    make.clock(db, make.NOW)
    make.taxonomy(db, "pact")
    make.source(db, "west", bloc="western")
    make.source(db, "east", bloc="china-state")
    for slug, first in (("west", 1), ("east", since)):
        heard = [ago for ago in range(1, 120) if slug == "west" or ago != dark]
        make.articles(db, slug, [make.at(ago, hour=hour) for ago in heard for hour in (7, 8, 9)])
        on_topic = [make.at(ago, hour=6) for ago in range(first, 120)]
        make.articles(db, slug, on_topic, topics=["pact"], title=f"Pact, by {slug}")
    cube_store.roll_up(db)


def test_a_silence_becomes_one_alert_that_lasts_as_long_as_it(db: Connection) -> None:
    silent(db, since=10)

    (alert_id,) = found(db, slices=("bloc",))
    make.clock(db, make.NOW + timedelta(days=1))
    for slug in ("west", "east"):
        for hour in (7, 8, 9):
            make.article(db, slug, published=make.at(0, hour=hour))
    cube_store.roll_up(db)
    assert found(db, slices=("bloc",), now=LATER) == []

    (alert,) = alerts(db)
    assert (alert.alert_id, alert.kind, alert.slice, alert.starts_on, alert.ends_on, alert.days, alert.observed) == (
        alert_id, "silence", "china-state", make.day(9), make.day(0), 7, 0,
    )  # fmt: skip
    assert (alert.p or 1) < 0.01
    assert (alert.article_ids, alert.first_source) == ([], "west")
    assert {one["title"] for one in alert.headlines} == {"Pact, by west"}


def test_an_article_of_a_day_that_was_not_complete_breaks_a_silence(db: Connection) -> None:
    silent(db, since=20)
    make.article(db, "east", published=make.at(3, hour=6), topics=["pact"])
    cube_store.roll_up(db)
    counts, east = tables.counts, tables.counts.c.slice.in_(["east", "china-state"])
    # As if that day were not complete: grading would find that it is.
    db.execute(
        counts.update().where(east, counts.c.starts_on == make.day(3), counts.c.grain == "day").values(comparable=0)
    )
    judged = sa.text(
        "SELECT slice, silent, articles FROM trends.silences WHERE days = 14 AND slice IN ('east', 'china-state')"
    )

    assert sorted(db.execute(judged).all()) == [("china-state", True, 0), ("east", True, 0)]
    assert found(db, slices=("bloc", "source")) == []


def test_others_are_heard_on_a_silence_whether_they_were_complete_or_not(db: Connection) -> None:
    silent(db, since=20)
    lone = make.article(db, "lone", published=make.at(2), topics=["pact"], title="Pact, by the lone")
    db.execute(tables.taggings.update().where(tables.taggings.c.article_id == lone).values(related=0.9))
    cube_store.roll_up(db)

    (alert_id,) = found(db, slices=("bloc",))

    assert "Pact, by the lone" in {one["title"] for one in alert_store.get(db, alert_id).headlines}


def test_a_silence_that_too_little_was_to_be_expected_for_is_no_alert(db: Connection) -> None:
    silent(db, since=20)

    assert found(db, slices=("bloc",), least=20) == []
    assert len(found(db, slices=("bloc",), least=10)) == 1


def test_a_silence_of_days_that_were_not_all_complete_is_thin_by_the_surest_of_its_windows(db: Connection) -> None:
    silent(db, since=20, dark=10)

    (alert_id,) = found(db, slices=("bloc",))

    alert = alert_store.get(db, alert_id)
    assert (alert.days, alert.grade, alert.completeness) == (14, "thin", 13 / 14)


def test_a_silence_that_was_broken_and_begins_anew_is_another_alert(db: Connection) -> None:
    silent(db, since=10)
    (first,) = found(db, slices=("bloc",))
    db.execute(tables.alerts.update().values(starts_on=make.day(40), ends_on=make.day(30)))

    (second,) = found(db, slices=("bloc",), now=LATER)

    assert [(one.alert_id, one.starts_on) for one in alerts(db)] == [(second, make.day(9)), (first, make.day(40))]


def told(db: Connection, slug: str, ago: float, *, story: int = 7, topics: tuple[str, ...] = ("pact",)) -> int:
    return make.article(db, slug, published=make.at(ago), story_id=story, topics=topics)


def story(db: Connection) -> list[int]:
    """A story that three western sources tell, and east, a day later, with two articles; the ids of these."""
    make.clock(db, make.NOW)
    make.taxonomy(db, "ties", "pact")
    make.source(db, "east", bloc="china-state")
    for slug, ago in (("west", 2.0), ("wire", 1.9), ("post", 1.8)):
        told(db, slug, ago)
    ids = [told(db, "east", 0.75), told(db, "east", 0.5)]
    cube_store.roll_up(db)
    return ids


def test_the_first_report_of_a_bloc_is_told_with_who_was_first_and_how_long_before(db: Connection) -> None:
    ids = story(db)

    (alert_id,) = found(db, blocs=("china-state",))

    alert = alert_store.get(db, alert_id)
    assert (alert.kind, alert.topic, alert.slice_kind, alert.slice, alert.starts_on, alert.ends_on) == (
        "first-report", "pact", "bloc", "china-state", make.day(2), make.day(1),
    )  # fmt: skip
    assert (alert.story_id, alert.hours, alert.observed, alert.article_ids) == (7, 30.0, 2, ids)
    assert (alert.first_source, alert.first_bloc, alert.first_at) == ("west", "western", make.at(2))
    assert (alert.expected, alert.p, alert.q) == (None, None, None)


def test_a_first_report_is_told_once_whatever_follows_and_whatever_becomes_of_the_story(db: Connection) -> None:
    story(db)
    assert len(found(db, blocs=("china-state",))) == 1
    told(db, "east", 0.25)
    cube_store.roll_up(db)
    again = found(db, blocs=("china-state",), now=LATER)
    db.execute(tables.articles.update().where(tables.articles.c.story_id == 7).values(story_id=8))
    cube_store.roll_up(db)

    assert again == found(db, blocs=("china-state",), now=LATER) == []


def test_a_first_report_of_before_the_days_that_are_looked_at_is_no_news(db: Connection) -> None:
    story(db)

    assert found(db, blocs=("china-state",), days=0) == []
    assert len(found(db, blocs=("china-state",), days=1)) == 1


def test_each_bloc_has_a_first_report_of_its_own_on_what_most_of_the_story_is_about(db: Connection) -> None:
    story(db)
    make.source(db, "seoul", bloc="rok")
    for number in range(5):  # half of the story is on ties, more of it on the pact
        told(db, "seoul", 0.4 - number / 100, topics=("pact", "ties") if number else ("ties",))
    cube_store.roll_up(db)
    found(db, blocs=("china-state",))

    found(db, blocs=("china-state", "rok"), now=LATER)

    told_of = sorted((one.slice, one.topic, one.observed) for one in alerts(db))
    assert told_of == [("china-state", "pact", 2), ("rok", "pact", 5)]


@contextmanager
def merged_after(db: Connection, about: str) -> Iterator[None]:
    """As if another run merged story 7 into 8 right after the query whose first line says that."""

    def merge(_db: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if about in statement.split("\n", 1)[0]:
            db.execute(tables.articles.update().where(tables.articles.c.story_id == 7).values(story_id=8))

    sa.event.listen(db, "after_cursor_execute", merge)
    try:
        yield
    finally:
        sa.event.remove(db, "after_cursor_execute", merge)


def test_a_story_that_another_run_merges_meanwhile_costs_a_burst_no_more_than_its_story(db: Connection) -> None:
    press_of(db, told={1: 8})
    write(db, 1, story_id=7)

    with merged_after(db, "The articles on a topic in a slice"):
        (alert_id,) = found(db)

    alert = alert_store.get(db, alert_id)
    assert (alert.articles, alert.story_id, alert.first_source, alert.first_at) == (
        48, None, "paper-0", make.at(1, hour=1),
    )  # fmt: skip


def test_a_first_report_whose_story_another_run_merges_meanwhile_is_left_to_the_next(db: Connection) -> None:
    ids = story(db)

    with merged_after(db, "Stories on a topic"):
        assert found(db, blocs=("china-state",)) == []
    cube_store.roll_up(db)
    found(db, blocs=("china-state",), now=LATER)

    assert [(one.story_id, one.article_ids) for one in alerts(db)] == [(8, ids)]


def test_small_stories_those_of_no_topic_and_blocs_that_nobody_watches_are_not_told(db: Connection) -> None:
    story(db)
    for number, slug in enumerate(("east", "west", "wire", "post", "east")):
        told(db, slug, 0.5 + number / 10, story=9, topics=())
    cube_store.roll_up(db)

    assert found(db, blocs=("dprk-state",)) == found(db, blocs=("china-state",), least=6) == []
    assert len(found(db, blocs=("china-state",))) == 1


# Days of a press that go on ------------------------------------------------------------------------------------------


@contextmanager
def before_the_end_of(db: Connection, ago: int) -> Iterator[None]:
    """As if that day were not over yet: its tests are not there."""
    kept = db.execute(tables.tests.select().where(tables.tests.c.day == make.day(ago))).mappings().all()
    db.execute(tables.tests.delete().where(tables.tests.c.day == make.day(ago)))
    yield
    db.execute(tables.tests.insert(), [dict(row) for row in kept])


def double(press: Press, source: str, *, ago: int) -> None:
    """Twice as many texts of a source on the pact on a day that was closed, tested anew."""
    source_id = make.source(press.db, source)
    cell = tables.cube.c
    mine = sa.and_(cell.about == "topic", cell.day == make.day(ago), cell.source_id == source_id)
    press.db.execute(
        tables.cube.update()
        .where(mine)
        .values(articles=8, origins=sa.text("ARRAY(SELECT generate_series(1, 8)::bigint)"))
    )
    burst_store.mark(press.db, [make.day(ago)])
    burst_store.refresh(press.db, most=1)
