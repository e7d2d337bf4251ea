"""Alerts are told once: as events of a Prefect server, whatever dies between finding, telling and noting that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from flows import alerts
from models import alert_store, database, embedded
from tests import factories as make


class Killed(BaseException):
    """Stands for the end of a process at that very point."""


class Listener:
    """A web server that keeps what is posted to it; it answers `status`."""

    def __init__(self) -> None:
        posted: list[tuple[str, Any]] = []
        self.posted, self.status, self.refused = posted, 204, ""
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                posted.append((self.path, json.loads(body)))
                resource = posted[-1][1][0]["resource"]
                self.send_response(422 if resource["wirewatch.topic"] == listener.refused else listener.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def ids(self) -> list[str]:
        return [body[0]["id"] for _, body in self.posted]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def kept(cluster: embedded.Cluster) -> Iterator[Engine]:
    """A database with two alerts that nobody was told of, and one that was dismissed before."""
    with make.own_database(cluster.url) as url:
        engine = database.engine(url)
        with engine.begin() as db:
            make.alert(db, article_ids=[5, 6], observed=2)
            make.alert(db, "ties", kind="drop", slice_kind="bloc", slice="rok")
            make.alert(db, "arms", state="dismissed", state_reason="a holiday")
        yield engine
        engine.dispose()


def emitted(engine: Engine) -> dict[str, bool]:
    with engine.connect() as db:
        return {one.topic: one.emitted_at is not None for one in alert_store.listed(db)}


def test_an_alert_that_the_server_refuses_holds_up_no_other_and_is_offered_again(
    kept: Engine, listener: Listener
) -> None:
    listener.refused = "pact"
    told = [alerts.tell(kept, listener.url)]
    meanwhile = emitted(kept)
    listener.refused = ""
    told.append(alerts.tell(kept, listener.url))

    assert told == [1, 1]
    assert meanwhile == {"pact": False, "ties": True, "arms": False}
    assert emitted(kept) == {"pact": True, "ties": True, "arms": False}


def test_each_alert_is_told_once_with_its_packet(kept: Engine, listener: Listener) -> None:
    assert [alerts.tell(kept, listener.url) for _ in range(2)] == [2, 0]

    with kept.connect() as db:
        first = alert_store.get(db, 1)
    path, (event,) = listener.posted[0]
    assert (path, event["event"], event["id"], event["occurred"]) == (
        "/events", "wirewatch.alert.burst", str(first.event_id), make.NOW.isoformat(),
    )  # fmt: skip
    assert event["resource"] == {
        "prefect.resource.id": "wirewatch.alert.1",
        "prefect.resource.name": "Burst of pact, 2025-03-30: 2 texts, 24 expected",
        "wirewatch.topic": "pact",
        "wirewatch.slice-kind": "all",
        "wirewatch.slice": "",
    }
    assert (event["payload"]["article_ids"], event["payload"]["observed"]) == ([5, 6], 2)
    assert listener.posted[1][1][0]["event"] == "wirewatch.alert.drop"
    assert emitted(kept) == {"pact": True, "ties": True, "arms": False}


def test_a_run_that_dies_before_it_tells_leaves_it_to_the_next(
    kept: Engine, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as during:
        during.setattr(alerts, "call", killed)
        with pytest.raises(Killed):
            alerts.tell(kept, listener.url)

    assert listener.posted == []
    assert (alerts.tell(kept, listener.url), len(set(listener.ids()))) == (2, 2)


def test_a_run_that_dies_before_it_notes_that_it_told_has_the_same_event_sent_again(
    kept: Engine, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as during:
        during.setattr(alert_store, "mark_emitted", killed)
        with pytest.raises(Killed):
            alerts.tell(kept, listener.url)
    assert [alerts.tell(kept, listener.url), alerts.tell(kept, listener.url)] == [2, 0]

    first, again, second = listener.posted
    assert first == again
    assert len(set(listener.ids())) == 2
    assert second[1][0]["event"] == "wirewatch.alert.drop"


def test_a_server_that_takes_nothing_stops_no_run_and_loses_nothing(kept: Engine, listener: Listener) -> None:
    listener.status = 503

    assert alerts.tell(kept, listener.url) == 0
    assert emitted(kept) == {"pact": False, "ties": False, "arms": False}

    listener.status = 204
    assert alerts.tell(kept, listener.url) == 2


def test_what_another_run_is_telling_is_passed_over(kept: Engine, listener: Listener) -> None:
    with kept.begin() as other:
        assert alert_store.next_waiting(other) is not None
        assert alerts.tell(kept, listener.url) == 1

    assert [body[0]["event"] for _, body in listener.posted] == ["wirewatch.alert.drop"]


def test_without_a_server_nothing_is_told(kept: Engine) -> None:
    assert alerts.tell(kept, None) == 0


def test_an_event_stays_small_however_many_articles_there_are(db: Connection) -> None:
    alert = alert_store.get(db, make.alert(db, article_ids=list(range(10_000)), observed=10_000))

    payload = alerts.event(alert)["payload"]

    assert (payload["articles"], payload["article_ids"]) == (10_000, list(range(alerts.MOST_IDS)))
