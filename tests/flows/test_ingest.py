"""The whole pipeline on the bundled wire: real HTTP, real Postgres, a real Prefect server; every planted item checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, text

from extractors import urls
from extractors.catalogue import load as load_catalogue
from flows import resources
from flows.wire.expected import Expected
from flows.wire.server import Wire
from models import embedded, housekeeping, run_store
from models.settings import load
from tests import factories as make

pytestmark = pytest.mark.prefect


@dataclass(frozen=True)
class Ran:
    """Two runs over the wire, and what should have come of them."""

    engine: Engine
    expected: Expected
    first: object
    second: object
    now: datetime


@pytest.fixture(scope="module")
def ran(prefect_api: str, cluster: embedded.Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Two runs, one after the other, into a database of their own."""
    home: Path = tmp_path_factory.mktemp("ingest")
    now = datetime.now(UTC)
    with ExitStack() as stack:
        wire = stack.enter_context(Wire(now))
        feeds = home / "feeds.toml"
        feeds.write_text(wire.catalogue_toml(), encoding="utf-8")
        settings = load(
            home=home, database_url=stack.enter_context(make.own_database(cluster.url)), feeds=feeds,
            allow_private_hosts=(ip_network("127.0.0.0/8"),), host_pace_seconds=0.0, host_concurrency=8, request_timeout_seconds=4.0, retry_minutes=0.0, max_age_days=62,
            batch_size=64,
        )  # fmt: skip
        stack.enter_context(resources.using(settings))
        first = resources.run_ingest(feeds=None, limit=None, everything=True)
        second = resources.run_ingest(feeds=None, limit=None, everything=True)
        engine = stack.enter_context(resources.database())
        yield Ran(engine, wire.expected(), first, second, now)


def rows(ran: Ran, sql: str, **values: object) -> list[sa.Row]:
    with ran.engine.connect() as db:
        return list(db.execute(text(sql), values).all())


def by_address(ran: Ran, sql: str) -> dict[str, sa.Row]:
    """Rows of a query with a column `key`, by the announced address that an article was first met under."""
    return {row.url: row for row in rows(ran, sql)}


def polls(ran: Ran, run_id: int) -> dict[str, tuple[str, str]]:
    sql = "SELECT url, outcome, reason FROM news.polls JOIN news.feeds ON feeds.id = feed_id WHERE run_id = :run"
    return {row.url: (row.outcome, row.reason) for row in rows(ran, sql, run=run_id)}


def test_every_feed_ends_its_first_poll_as_planted(ran: Ran) -> None:
    wanted = {poll.url: (poll.outcome, poll.reason) for poll in ran.expected.polls}

    assert polls(ran, ran.first.run_id) == wanted


def test_every_feed_ends_its_second_poll_as_planted(ran: Ran) -> None:
    wanted = {poll.url: poll.again for poll in ran.expected.polls}

    assert polls(ran, ran.second.run_id) == wanted


def test_every_feed_is_in_its_state_and_every_item_of_it_counted(ran: Ran) -> None:
    found = {
        row.url: (row.listed, tuple(tuple(t) for t in sorted(row.tallies)))
        for row in rows(
            ran,
            "SELECT feeds.url, polls.listed, coalesce((SELECT json_agg(json_build_array(outcome, reason, urls)) "
            "FROM news.poll_tallies WHERE poll_id = polls.id AND (outcome = 'rejected' OR reason = 'listed twice')), '[]') "
            "AS tallies FROM news.polls JOIN news.feeds ON feeds.id = feed_id WHERE run_id = :run",
            run=ran.first.run_id,
        )
    }
    wanted = {poll.url: (poll.listed, poll.counted) for poll in ran.expected.polls}

    assert found == wanted


def articles(ran: Ran) -> dict[bytes, sa.Row]:
    """Articles by each of the keys they are known under."""
    sql = (
        "SELECT addresses.url_key, articles.*, texts.text FROM news.addresses "
        "JOIN news.articles ON articles.id = article_id LEFT JOIN news.texts ON texts.article_id = articles.id"
    )
    return {bytes(row.url_key): row for row in rows(ran, sql)}


def key(address: str) -> bytes:
    canonical = urls.canonical(address)
    assert canonical is not None
    return urls.key(canonical)


def outcome_of_run(ran: Ran, run_id: int) -> dict[bytes, tuple[str, str]]:
    """What a run made of each article, by the key of the address it was announced under."""
    sql = (
        "SELECT articles.url, attempts.outcome, attempts.reason FROM news.attempts "
        "JOIN news.articles ON articles.id = article_id WHERE run_id = :run"
    )
    return {key(row.url): (row.outcome, row.reason) for row in rows(ran, sql, run=run_id)}


def test_every_article_ends_the_first_run_as_planted(ran: Ran) -> None:
    found = outcome_of_run(ran, ran.first.run_id)
    wanted, got = {}, {}
    for article in ran.expected.articles:
        keys = {key(address) for address in article.announced}
        wanted[article.url] = (article.outcome, article.reason)
        got[article.url] = next((found[k] for k in keys if k in found), None)

    differing = {url: (got[url], want) for url, want in wanted.items() if got[url] != want}
    assert differing == {}
    assert len(found) == len({frozenset(key(a) for a in article.announced) for article in ran.expected.articles})


def test_what_failed_is_tried_again_in_the_second_run_and_nothing_else(ran: Ran) -> None:
    found = {address: outcome for address, (outcome, _) in outcome_of_run(ran, ran.second.run_id).items()}
    wanted = {key(article.announced[0]): article.later for article in ran.expected.articles if article.later}

    assert found == wanted


def test_stored_articles_have_the_planted_facts(ran: Ran) -> None:
    known = articles(ran)
    differing = {}
    for article in ran.expected.articles:
        if "stored" not in (article.outcome, article.later):
            continue
        row = known[key(article.url)]
        found = {
            "state": row.state, "title": " ".join(row.title.split()), "language": row.language, "grade": row.grade,
            "published_at": row.published_at, "published_from": row.published_from,
        }  # fmt: skip
        wanted = {
            "state": "stored", "title": " ".join(article.title.split()), "language": article.language, "grade": article.grade,
            "published_at": article.published_at, "published_from": article.published_from,
        }  # fmt: skip
        if article.method:
            found["method"], wanted["method"] = row.method, article.method
        if found != wanted:
            differing[article.url] = {
                name: (found[name], wanted[name]) for name in found if found[name] != wanted[name]
            }

    assert differing == {}


def test_stored_texts_are_what_was_printed_with_at_most_a_standfirst_more(ran: Ran) -> None:
    known = articles(ran)
    differing = {}
    for article in ran.expected.stored:
        if article.text and article.grade == "full":
            found, wanted = ("".join(t.split()) for t in (known[key(article.url)].text, article.text))
            if shared(wanted, found) < 0.99 or len(found) > len(wanted) + 150:
                differing[article.url] = (round(shared(wanted, found), 3), len(found) - len(wanted))

    assert differing == {}


def shared(wanted: str, found: str) -> float:
    """Which share of one text another has, in trigrams."""
    a, b = (Counter(t[i : i + 3] for i in range(len(t) - 2)) for t in (wanted, found))
    return (a & b).total() / max(1, a.total())


def test_twins_meet_in_one_article(ran: Ran) -> None:
    known = articles(ran)
    for article in ran.expected.articles:
        if article.outcome == "duplicate":
            twin, own = known[key(article.same_as)], key(article.announced[0])
            assert known[own].id == twin.id
        elif article.outcome == "stored":
            assert len({known[key(address)].id for address in (*article.announced, article.url)}) == 1


def test_copies_share_the_origin_of_what_they_were_copied_from(ran: Ran) -> None:
    known = articles(ran)
    kinds = {row.article_id: row.kind for row in rows(ran, "SELECT article_id, kind FROM news.copies")}
    differing = {}
    for article in ran.expected.stored:
        if article.copy_of:
            copy, original = known[key(article.url)], known[key(article.copy_of)]
            if copy.origin_id != original.origin_id:
                differing[article.url] = "another origin"
            elif kinds.get(copy.id) != article.copy_kind and kinds.get(original.id) != article.copy_kind:
                differing[article.url] = (kinds.get(copy.id), article.copy_kind)

    assert differing == {}


def test_articles_that_are_no_copies_have_origins_of_their_own(ran: Ran) -> None:
    known = articles(ran)
    in_groups = {a.url for a in ran.expected.stored if a.copy_of} | {
        a.copy_of for a in ran.expected.stored if a.copy_of
    }
    alone = [known[key(a.url)] for a in ran.expected.stored if a.url not in in_groups]

    assert [row.url for row in alone if row.origin_id != row.id] == []


def test_both_funnels_balance(ran: Ran) -> None:
    with ran.engine.connect() as db:
        balances = [run_store.balance(db, run.run_id) for run in (ran.first, ran.second)]

    assert [balance.holds for balance in balances] == [True, True]
    assert balances == [ran.first.balance, ran.second.balance]
    assert balances[0].listed == sum(poll.listed for poll in ran.expected.polls)


def test_the_second_run_adds_no_article_and_doubles_none(ran: Ran) -> None:
    assert ran.second.new == 0
    assert rows(ran, "SELECT url FROM news.articles GROUP BY url HAVING count(*) > 1") == []
    stored = rows(ran, "SELECT count(*) AS n, count(DISTINCT url_key) AS k FROM news.addresses")[0]
    assert stored.n == stored.k


def test_every_check_over_the_data_finds_nothing(ran: Ran) -> None:
    with ran.engine.connect() as db:
        assert housekeeping.broken_checks(db) == {}


def test_what_the_catalogue_says_is_what_is_watched(ran: Ran) -> None:
    catalogue = load_catalogue(Path(resources.settings().feeds).read_text(encoding="utf-8"), name="feeds.toml")
    found = rows(ran, "SELECT slug, bloc, family FROM news.sources ORDER BY slug")

    assert [tuple(row) for row in found] == sorted((s.slug, s.bloc, s.family) for s in catalogue.sources)


def test_every_stored_article_was_looked_at_by_the_taxonomy_and_its_evidence_is_in_its_text(ran: Ran) -> None:
    untagged = rows(
        ran,
        "SELECT id FROM news.articles WHERE state = 'stored' "
        "AND NOT EXISTS (SELECT FROM news.taggings WHERE article_id = articles.id)",
    )
    tags = rows(
        ran,
        "SELECT tags.evidence, articles.title, texts.text FROM news.tags JOIN news.articles ON articles.id = article_id "
        "JOIN news.texts USING (article_id)",
    )

    assert untagged == []
    assert len(tags) > 100
    for tag in tags:
        for _term, _concept, field, start, end, weight in tag.evidence:
            whole = tag.title if field == "title" else tag.text
            assert 0 <= start < end <= len(whole)
            assert whole[start:end].strip()
            assert weight > 0


def test_the_tags_agree_with_a_careful_reader(ran: Ran) -> None:
    """A floor, not a score: bench/tagging.py measures quality."""
    known = {
        bytes(row.url_key): set(row.topics)
        for row in rows(
            ran,
            "SELECT addresses.url_key, array_remove(array_agg(topics.slug), NULL) AS topics FROM news.addresses "
            "LEFT JOIN news.tags ON tags.article_id = addresses.article_id "
            "LEFT JOIN news.topics ON topics.id = topic_id GROUP BY addresses.url_key",
        )
    }
    found = {a.url: known[key(a.url)] for a in ran.expected.stored}
    right = sum(len(found[a.url] & set(a.topics)) for a in ran.expected.stored)
    given = sum(len(topics) for topics in found.values())
    wanted = sum(len(a.topics) for a in ran.expected.stored)

    assert 2 * right / (given + wanted) > 0.6


def test_the_runs_are_in_prefect_with_their_artifacts(ran: Ran, prefect_api: str) -> None:
    from flows.prefect_api import call

    artifacts = {row["key"] for row in call(prefect_api, "/artifacts/latest/filter", {})}
    states = {
        row["state_type"] for row in call(prefect_api, "/flow_runs/filter", {"flows": {"name": {"any_": ["ingest"]}}})
    }

    assert {"ingest-summary", "ingest-funnel", "ingest-trouble"} <= artifacts
    assert "COMPLETED" in states
