"""The daily digest as a run on a real server: its file, its artifacts, its event."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree, html
from sqlalchemy import Engine

from extractors.errors import Misconfigured
from flows import digest, resources
from flows.prefect_api import call
from models import cube_store
from models.settings import load
from tests import factories as make

NOW = datetime.now(UTC)


@pytest.fixture
def filled(prefect_api: str, database_url: str, tmp_path: Path) -> Iterator[Engine]:
    """A database with a topic in two blocs over a week, in a home of its own."""
    with (
        make.own_database(database_url) as url,
        resources.using(load(home=tmp_path, database_url=url)),
        resources.database() as engine,
    ):
        with engine.begin() as db:
            make.taxonomy(db, "pact")
            make.source(db, "east", bloc="china-state", country="CN")
            for ago in range(1, 8):
                make.article(db, "west", published=NOW - timedelta(days=ago), title="<b>*Pact*", topics=["pact"])
            make.article(db, "east", published=NOW - timedelta(days=2), topics=["pact"])
            cube_store.recount(db)
        yield engine


@pytest.mark.prefect
def test_a_digest_of_days_that_no_report_spans_is_refused(filled: Engine, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^A report spans 7, 28 or 90 days, not '5'\.$"):
        digest.digest(days=5)

    assert not (tmp_path / "reports").exists()


@pytest.mark.prefect
def test_a_digest_is_a_file_artifacts_and_an_event(
    filled: Engine, prefect_api: str, tmp_path: Path, eventually
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in ("2001-01-01.html", "notes.html"):
        (folder / name).write_text("old")

    ended = digest.digest(return_state=True)
    made = ended.result()
    today = made.file.stem

    of_run = {"flow_runs": {"id": {"any_": [str(ended.state_details.flow_run_id)]}}}
    kept = {one["key"]: one for one in call(prefect_api, "/artifacts/filter", of_run)}
    assert sorted(file.name for file in folder.iterdir()) == [f"{today}.html", "notes.html"]
    assert NOW.date().isoformat() <= today <= datetime.now(UTC).date().isoformat()
    assert (made.file.parent, made.topics, made.bursts, made.dropped) == (folder.resolve(), 1, 0, 1)
    [paragraph] = html.fromstring(made.file.read_text()).xpath("//p[@class='headline']/text()")
    assert paragraph == made.headline
    assert {key: one["type"] for key, one in kept.items()} == {
        "digest": "markdown", "digest-topics": "image", "digest-blocs": "image",
    }  # fmt: skip
    assert "| Pact | `" in kept["digest"]["data"]
    for key in ("digest-topics", "digest-blocs"):
        kind, _, data = kept[key]["data"].partition(";base64,")
        assert (kind, etree.fromstring(b64decode(data)).tag) == (
            "data:image/svg+xml",
            "{http://www.w3.org/2000/svg}svg",
        )
    asked = {"filter": {"event": {"name": ["wirewatch.digest.finished"]}}}
    [event] = eventually(
        lambda: [
            one
            for one in call(prefect_api, "/events/filter", asked)["events"]
            if one["payload"]["file"] == str(made.file)
        ]
    )
    assert event["payload"] == {"headline": made.headline, "file": str(made.file), "topics": 1, "bursts": 0}


@pytest.mark.prefect
def test_an_empty_database_has_a_digest_that_says_so(prefect_api: str, database_url: str, tmp_path: Path) -> None:
    with make.own_database(database_url) as url, resources.using(load(home=tmp_path, database_url=url)):
        made = digest.digest()

    assert made.headline == "Nothing has been collected yet, so there is nothing to report."
    assert made.file.is_file()


def test_only_reports_of_days_long_past_are_dropped(tmp_path: Path) -> None:
    for name in ("2025-03-01.html", "2025-03-02.html", "2025-03-31.html", "2025-99-99.html", "letters.html"):
        (tmp_path / name).touch()

    assert digest.retire(tmp_path, today=make.day(0), keep_days=29) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025-03-31.html", "2025-99-99.html", "letters.html"]
