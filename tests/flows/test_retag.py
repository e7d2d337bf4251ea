"""History tagged anew: beside the old tags, whoever is killed, whatever comes in meanwhile; then all at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa

from extractors.errors import Misconfigured
from extractors.fingerprint import fingerprint
from extractors.outcomes import PageReading, Settled, Work
from extractors.records import Article, Entry, Grade, Outcome
from flows import maintain, pruning, resources, retag, tasks
from flows.prefect_api import call
from flows.wire.server import Wire
from models import cube_store, tables, tag_store, version_store
from models.settings import ROOT
from models.version_store import SPAN, TopicChange
from tests import factories as make
from tests.history import HARBOUR, NEW, OLD, RAIN, SPUN, SUMMIT, TREATY, Place, keep_tags, opened, store
from topics.revision import REVISION

HARBOURS = (
    NEW
    + """
[concepts.accord]
en = ["accord"]
[[topics]]
slug = "harbour"
title = "The harbour"
rules = [{ all = ["accord"] }]
"""
)
Eventually = Callable[..., object]

WAITING = (
    "SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database"
    " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    with opened(database_url, tmp_path) as place:
        yield place


@pytest.mark.prefect
def test_a_changed_file_takes_effect_for_all_articles_at_once_and_the_old_tags_stay(
    place: Place, prefect_api: str
) -> None:
    old = place.enter(OLD)
    store(place, old, TREATY, SUMMIT, RAIN)
    before = (place.tags(old), place.taggings(old))
    new = place.enter(NEW)

    done = retag.retag()

    assert place.topics() == [
        ("It rained at noon", []),
        ("The summit ended at noon", ["axis"]),
        ("They signed the treaty at noon", ["pact"]),
    ]
    assert (place.tags(old), place.taggings(old)) == before
    assert (done.switched, done.articles, done.reopened, done.pruned) == (True, 3, 0, ())
    assert (done.version[:2], done.before[:2]) == (f"{new} ", f"{old} ")
    assert done.changes == (TopicChange("pact", 2, 1, 0, 1), TopicChange("axis", 0, 1, 1, 0))
    assert place.ask("SELECT topic, articles FROM trends.topic_days WHERE day = :day ORDER BY 1", day=make.day(0)) == [
        ("axis", 1),
        ("pact", 1),
    ]
    assert place.broken() == {}


@pytest.mark.prefect
def test_how_far_it_is_and_what_it_changed_are_shown_in_the_ui(place: Place, prefect_api: str) -> None:
    store(place, place.enter(OLD), TREATY, SUMMIT)
    place.enter(NEW)

    ended = retag.retag(return_state=True)

    of_run = {"flow_runs": {"id": {"any_": [str(ended.state_details.flow_run_id)]}}}
    artifacts = call(prefect_api, "/artifacts/filter", of_run)
    by_key = {one["key"]: one for one in artifacts}
    assert (by_key["retag-progress"]["data"], by_key["retag-progress"]["description"]) == (
        100.0,
        "Tagging stored articles: 2 of 2",
    )
    assert "| axis | 0 | 1 | 1 | 0 |" in by_key["retag-summary"]["data"]


@pytest.mark.prefect
def test_a_file_in_use_changes_nothing_but_mends_what_was_forgotten(place: Place, prefect_api: str) -> None:
    old = place.enter(OLD)
    _, lost = store(place, old, TREATY, SUMMIT)
    with place.engine.begin() as db:
        for table in (tables.tags, tables.taggings):
            db.execute(table.delete().where(table.c.article_id == lost))
        cube_store.recount(db)
    assert place.broken() == {"stored_articles_are_tagged": 1}

    done = retag.retag()

    assert (done.switched, done.articles, done.changes) == (False, 1, ())
    assert place.broken() == {}


@pytest.mark.prefect
def test_after_a_release_that_tags_differently_a_retag_is_due_and_makes_a_version_of_the_same_file(
    place: Place, prefect_api: str
) -> None:
    old = place.enter(OLD)
    store(place, old, TREATY, RAIN)
    assert resources.outdated(place.engine) is None
    with place.engine.begin() as db:
        db.execute(tables.taxonomies.update().values(revision=0))  # as every version of an older database

    said = resources.outdated(place.engine)
    done = retag.retag()

    assert said is not None
    assert said.startswith(f"Version {old} of the taxonomy, which is in use, was made by another tagger (revision 0; ")
    assert (done.switched, done.articles) == (True, 2)
    assert place.ask("SELECT revision, is_current, content FROM news.taxonomies ORDER BY id") == [
        (0, False, OLD),
        (REVISION, True, OLD),
    ]
    assert place.topics() == [("It rained at noon", []), ("They signed the treaty at noon", ["pact"])]
    assert resources.outdated(place.engine) is None
    assert place.broken() == {}


@pytest.mark.prefect
def test_an_article_that_gained_its_first_topic_gets_a_story_and_one_that_lost_its_last_leaves_it(
    place: Place, prefect_api: str
) -> None:
    old = place.enter(OLD)
    treaty, summit, rain = store(place, old, TREATY, SUMMIT, RAIN)
    stories = "SELECT id, story_id IS NOT NULL FROM news.articles ORDER BY id"
    assert place.ask(stories) == [(treaty, True), (summit, True), (rain, False)]
    place.enter(OLD.replace('"treaty|summit"', '"treaty|rain"') + '[concepts.rain]\nen = ["rained"]\n')

    done = retag.retag()

    assert done.reopened == 2
    assert place.ask(stories) == [(treaty, True), (summit, False), (rain, True)]
    assert place.broken() == {}


@pytest.mark.prefect
def test_copies_of_what_is_on_the_subject_only_now_are_found_as_if_it_had_been_when_it_came_in(
    place: Place, prefect_api: str
) -> None:
    with place.engine.begin() as db:
        lone = make.article(db, "gamma", text=SUMMIT * 9, compared_at=make.NOW, published=make.at(40))
        db.execute(tables.bands.delete().where(tables.bands.c.article_id == lone))  # as maintenance does after a while
    old = place.enter(OLD)
    with place.engine.begin() as db:
        first = make.article(db, "alpha", text=HARBOUR, published=make.at(2))
        copy = make.article(db, "beta", text=SPUN, published=make.at(1))
        keep_tags(db, place, old, [lone, first, copy])
    tasks.compare(place.engine)
    tasks.tell(place.engine)
    with place.engine.begin() as db:
        cube_store.recount(db)
    origins = "SELECT id, origin_id FROM news.articles WHERE id <> :lone ORDER BY id"
    before = place.ask(origins, lone=lone)
    place.enter(HARBOURS)

    retag.retag()

    assert (before, place.ask(origins, lone=lone)) == ([(first, first), (copy, copy)], [(first, first), (copy, first)])
    assert place.ask("SELECT article_id, of_article_id, kind FROM news.copies") == [(copy, first, "spun")]
    assert place.ask("SELECT article_id, count(*) FROM news.bands GROUP BY 1 ORDER BY 1") == [(first, 96), (copy, 96)]
    assert place.ask(
        "SELECT count(DISTINCT story_id), count(story_id) FROM news.articles WHERE id <> :lone", lone=lone
    ) == [(1, 2)]
    assert place.ask("SELECT count(*) FROM news.dirty_days") == [(0,)]
    assert place.broken() == {}

    retag.retag()
    assert place.ask("SELECT article_id, count(*) FROM news.bands GROUP BY 1 ORDER BY 1") == [(first, 96), (copy, 96)]


@pytest.mark.prefect
def test_two_retags_at_once_tag_every_article_once_and_switch_once(place: Place, prefect_api: str) -> None:
    old = place.enter(OLD)
    store(place, old, *[TREATY, SUMMIT, RAIN] * 30)
    new = place.enter(NEW)

    with ThreadPoolExecutor(2) as pool:
        both = [one.result() for one in [pool.submit(copy_context().run, retag.retag) for _ in range(2)]]

    assert sorted(one.switched for one in both) == [False, True]
    assert sum(one.articles for one in both) == 90
    assert len(place.tags(new)) == 60
    assert place.current() == new
    assert place.broken() == {}


@pytest.mark.prefect
def test_a_changed_file_takes_effect_by_itself_only_where_the_settings_allow_it(place: Place, prefect_api: str) -> None:
    old = place.enter(OLD)
    store(place, old, TREATY, SUMMIT)
    place.file.write_text(NEW)

    maintain.maintain()
    assert place.current() == old

    with resources.using(place.settings.model_copy(update={"retag_on_change": True})):
        maintain.maintain()
    assert place.topics() == [("The summit ended at noon", ["axis"]), ("They signed the treaty at noon", ["pact"])]
    assert place.broken() == {}


@pytest.mark.prefect
def test_tags_of_old_versions_go_when_asked_but_never_those_in_use(place: Place, prefect_api: str) -> None:
    first = place.enter(OLD)
    store(place, first, TREATY)
    second = place.enter(NEW)
    retag.retag()
    third = place.enter(NEW + "# once more\n")

    done = retag.retag(keep=1)
    assert done.pruned == (version_label(place, first),)
    assert [place.taggings(one) != [] for one in (first, second, third)] == [False, True, True]

    assert pruning.prune(place.engine, versions=[second]) == (version_label(place, second),)
    assert [place.taggings(one) != [] for one in (first, second, third)] == [False, False, True]
    with pytest.raises(Misconfigured, match="is in use; only old versions can be pruned"):
        pruning.prune(place.engine, versions=[third])
    with pytest.raises(Misconfigured, match=f"There is no taxonomy version 99; there are {first}, {second}, {third}"):
        pruning.prune(place.engine, versions=[99])


def version_label(place: Place, number: int) -> str:
    with place.engine.connect() as db:
        return next(one.label for one in version_store.versions(db) if one.id == number)


def test_a_file_that_was_edited_meanwhile_is_not_switched_to(place: Place) -> None:
    old = place.enter(OLD)
    store(place, old, TREATY)
    new = place.enter(NEW)
    with resources.workshop(new):
        place.file.write_text(OLD)

        with pytest.raises(retag.ChangedAgain, match=r"was edited while its version \d+ was tagged"):
            retag.switch.fn(new)

    assert place.current() == old


def test_a_version_in_use_that_cannot_be_read_costs_no_article(place: Place) -> None:
    with place.engine.begin() as db:
        make.taxonomy(db, "pact")

    with (
        pytest.raises(Misconfigured, match=r"cannot be read \(.*\): `wirewatch topics retag` puts"),
        resources.workshop(),
    ):
        pass


def test_a_batch_that_was_read_before_a_switch_is_saved_with_the_tags_of_the_version_in_use(place: Place) -> None:
    place.enter(OLD)
    with place.engine.begin() as db:
        run = make.run(db, state="running")
        waiting = make.article(db, state="discovered", claimed_by=run, discovered_by=run)
        make.attempt(db, waiting, run, None)
    with resources.workshop() as shop:
        used = shop.taxonomy
        [tagging] = shop.gatherer.tag([("The summit", SUMMIT)])
        new = place.enter(NEW)
        with place.engine.begin() as db:
            tag_store.make_current(db, new)

        saved = tasks._save(shop, run, [settled(waiting, tagging)], used)

    assert saved.outcomes == {"stored": 1}
    assert [(row[0], row[1]) for row in place.tags(new)] == [(waiting, "axis")]
    assert place.taggings(used.taxonomy) == []


def settled(article: int, tagging: object) -> Settled:
    read = Article(
        url="https://alpha.example/x", canonical_url="https://alpha.example/x", title="The summit", text=SUMMIT,
        authors=(), published_at=make.NOW, published_from=None, language="en", grade=Grade.FULL, method="test",
    )  # fmt: skip
    work = Work(
        article_id=article,
        source_id=1,
        url=read.url,
        entry=Entry(url=read.url, title=""),
        language_hint="en",
        attempts=0,
    )
    reading = PageReading(result=read, tagging=tagging, fingerprint=fingerprint(SUMMIT))
    return Settled(work=work, outcome=Outcome.STORED, reading=reading, final_url=read.url, fetched_at=make.NOW)


@pytest.mark.prefect
def test_an_ingest_that_runs_beside_it_stores_and_tags_all_that_it_would_have_alone(
    place: Place, prefect_api: str, tmp_path: Path
) -> None:
    old = place.enter(OLD)
    store(place, old, *[TREATY, SUMMIT, RAIN] * 100)
    new = place.enter(NEW)
    with Wire(datetime.now(UTC)) as wire, ThreadPoolExecutor(2) as pool:
        head, first, second, *_, last = wire.catalogue_toml().split("[[source]]")  # the two largest are enough
        few = "[[source]]".join([head, first, second, last])
        (tmp_path / "feeds.toml").write_text(few, encoding="utf-8")
        ways = {
            "feeds": tmp_path / "feeds.toml", "allow_private_hosts": (ip_network("127.0.0.0/8"),), "batch_size": 16,
            "host_pace_seconds": 0.0, "host_concurrency": 8, "request_timeout_seconds": 2.0, "max_age_days": 62,
        }  # fmt: skip
        with resources.using(place.settings.model_copy(update=ways)):
            beside = pool.submit(copy_context().run, resources.run_ingest, feeds=None, limit=40, everything=True)
            done = pool.submit(copy_context().run, retag.retag).result()
            report = beside.result()

    fresh = report.outcomes["stored"]
    assert (done.switched, report.balance.holds, sum(report.outcomes.values())) == (True, True, 40)
    assert fresh > 20
    assert place.current() == new
    assert (
        len(place.taggings(new))
        == 300 + fresh
        == place.ask("SELECT count(*) FROM news.articles WHERE state = 'stored'")[0][0]
    )
    assert place.broken() == {}


# Killed


def start(place: Place, prefect_api: str) -> subprocess.Popen[str]:
    url = place.settings.database_url
    assert url is not None
    environment = {
        **os.environ, "PREFECT_API_URL": prefect_api, "WIREWATCH_HOME": str(place.settings.home),
        "WIREWATCH_DATABASE_URL": url.get_secret_value(), "WIREWATCH_TAXONOMY": str(place.file),
        "WIREWATCH_EXTRACT_WORKERS": "1",
    }  # fmt: skip
    argv = [sys.executable, "-m", "flows", "topics", "retag", "--json"]
    return subprocess.Popen(argv, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kill(run: subprocess.Popen[str]) -> None:
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()


@pytest.mark.prefect
def test_killed_twice_and_with_an_article_stored_at_the_last_moment_it_loses_and_doubles_nothing(
    place: Place, prefect_api: str, eventually: Eventually
) -> None:
    old = place.enter(OLD)
    blocks = []
    for _ in range(3):
        blocks.append(store(place, old, *[TREATY, SUMMIT, RAIN] * 10))
        skip = "SELECT setval(pg_get_serial_sequence('news.articles', 'id'), max(id) / :span * :span + :span) FROM news.articles"
        with place.engine.begin() as db:
            db.execute(sa.text(skip), {"span": SPAN})
    before = (place.tags(old), place.taggings(old))
    new = place.enter(NEW)
    second, third = (block[0] // SPAN for block in blocks[1:])

    with place.engine.connect() as busy:  # another retag, as it were, that holds what the killed ones shall not reach
        assert version_store.claim(busy, new, second, wait=False)
        assert version_store.claim(busy, new, third, wait=False)
        run = start(place, prefect_api)
        eventually(lambda: len(place.taggings(new)) == 30)
        kill(run)
        busy.rollback()
        assert version_store.claim(busy, new, third, wait=False)
        run = start(place, prefect_api)
        eventually(lambda: len(place.taggings(new)) == 60)
        kill(run)
        assert place.current() == old
        run = start(place, prefect_api)
        eventually(lambda: place.ask(WAITING))
        [late] = store(place, old, SUMMIT)
    out, err = run.communicate(timeout=60)

    assert run.returncode == 0, err
    report = json.loads(out)
    assert (report["switched"], report["articles"]) == (True, 31)
    assert [row[0] for row in place.taggings(new)] == sorted(
        [*(article for block in blocks for article in block), late]
    )
    assert sorted({row[1] for row in place.tags(new)}) == ["axis", "pact"]
    assert len(place.tags(new)) == 61
    untouched = (
        [row for row in place.tags(old) if row[0] != late],
        [row for row in place.taggings(old) if row[0] != late],
    )
    assert untouched == before
    assert place.current() == new
    assert place.broken() == {}
