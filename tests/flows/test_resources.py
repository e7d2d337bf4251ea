"""The composition root: settings once, the database migrated, one workshop a process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from extractors.errors import Misconfigured
from extractors.records import FeedSpec
from flows import resources
from models import schema
from models.settings import Settings, load

FEEDS = """
[[source]]
slug = "ledger"
name = "The Ledger"
country = "GB"
language = "en"
kind = "newspaper"
bloc = "western"
family = "ledger"
feeds = ["https://ledger.example/rss"]
"""
TAXONOMY = """
name = "mine"
[concepts.rain]
en = ["{}"]
[[topics]]
slug = "weather"
title = "Weather"
rules = [{{ all = ["rain"] }}]
"""


@pytest.fixture
def settings(tmp_path: Path, migrated_database_url: str) -> Iterator[Settings]:
    """Settings of a small taxonomy, a list of one feed and an empty database."""
    (tmp_path / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(TAXONOMY.format("rain"), encoding="utf-8")
    chosen = load(
        home=tmp_path / "home", database_url=migrated_database_url, feeds=tmp_path / "feeds.toml",
        taxonomy=tmp_path / "mine.toml", extract_workers=0,
    )  # fmt: skip
    with resources.using(chosen):
        yield chosen


def test_settings_are_read_once_and_others_hold_only_inside_their_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "_settings", [])
    monkeypatch.setenv("WIREWATCH_MAX_ATTEMPTS", "3")

    first = resources.settings()
    monkeypatch.setenv("WIREWATCH_MAX_ATTEMPTS", "4")
    with resources.using(load(max_attempts=9)):
        inside = resources.settings()

    assert (first.max_attempts, inside.max_attempts, resources.settings()) == (3, 9, first)


def test_the_feeds_of_the_settings_are_read_unless_another_file_is_named(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text(FEEDS.replace("/rss", "/atom"), encoding="utf-8")

    assert resources.feeds_file().feeds == (FeedSpec(source="ledger", url="https://ledger.example/rss"),)
    assert resources.feeds_file(str(other)).feeds == (FeedSpec(source="ledger", url="https://ledger.example/atom"),)


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file or directory"), (b"\xff\xfe", "it is not UTF-8 text"), ("folder", "Is a directory")],
)
def test_a_file_that_cannot_be_read_is_named_as_the_person_wrote_it(
    content: bytes | str | None, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if isinstance(content, bytes):
        Path("mine.toml").write_bytes(content)
    elif content:
        Path("mine.toml").mkdir()

    with pytest.raises(Misconfigured) as caught:
        resources.feeds_file("mine.toml")

    assert str(caught.value) == f"mine.toml cannot be read: {why}."


def test_the_database_is_migrated_before_anybody_gets_it(settings: Settings, fresh_database_url: str) -> None:
    new = settings.model_copy(update={"database_url": SecretStr(fresh_database_url)})
    with resources.using(new), resources.database() as engine, engine.connect() as db:
        assert schema.installed(db) == schema.digest()
        assert db.scalar(sa.text("SHOW timezone")) == "UTC"


def used(engine: sa.Engine) -> list[tuple[bool, str]]:
    """Taxonomy versions: whether each is the current one, and its file."""
    with engine.connect() as db:
        rows = db.execute(sa.text("SELECT is_current, content FROM news.taxonomies ORDER BY id"))
        return [(row.is_current, row.content) for row in rows]


def test_whoever_asks_in_this_process_gets_the_workshop_that_is_open(settings: Settings) -> None:
    with resources.workshop() as shop:
        assert resources.shared_workshop() is shop
        assert shop.settings == settings
        assert list(shop.taxonomy.topics) == ["weather"]


def test_a_changed_taxonomy_is_kept_beside_the_one_that_history_is_tagged_with(settings: Settings) -> None:
    with resources.workshop() as shop:
        first = shop.taxonomy
    settings.taxonomy.write_text(TAXONOMY.format("snow"), encoding="utf-8")

    with resources.workshop() as shop:
        second = shop.taxonomy
        kept = used(shop.engine)

    assert second == first
    assert kept == [(True, TAXONOMY.format("rain")), (False, TAXONOMY.format("snow"))]


def test_each_flow_of_a_process_works_in_the_workshop_it_has_opened(settings: Settings) -> None:
    def ask() -> bool:
        with resources.workshop() as later:
            opened.set()
            closed.wait(30)
            return resources.shared_workshop() is later

    opened, closed = Event(), Event()
    with ThreadPoolExecutor(1) as pool:
        with resources.workshop() as first:
            other = pool.submit(copy_context().run, ask)
            assert opened.wait(30)
            assert resources.shared_workshop() is first
        closed.set()
        assert other.result(30)


def test_a_workshop_that_does_not_open_is_not_left_half_open(settings: Settings) -> None:
    settings.taxonomy.write_text("name = ", encoding="utf-8")

    with pytest.raises(Misconfigured), resources.workshop():
        pass

    assert resources._open == []
