"""A webhook is called for alerts by a real Prefect server, once for each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from flows import alerts, notify
from flows.prefect_api import call
from models import alert_store, database, embedded
from tests import factories as make

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


@pytest.fixture
def heard() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a webhook, and what was posted to it."""
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json"
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/alerts", posted
    server.shutdown()
    server.server_close()


def probe(kind: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), "event": f"wirewatch.alert.{kind}",
        "resource": {"prefect.resource.id": f"wirewatch.alert.{uuid4()}"}, "related": [], "payload": {"said": "probe"},
    }  # fmt: skip


def test_a_webhook_is_called_once_for_each_alert_of_the_kinds_that_are_wanted(
    prefect_api: str, cluster: embedded.Cluster, heard: tuple[str, list[dict[str, Any]]], eventually
) -> None:
    url, posted = heard
    notify.start(prefect_api, "http://127.0.0.1:9/refused")
    notify.start(prefect_api, url, ["burst", "silence"])
    # A new rule is at work a moment after the server has taken it.
    eventually(lambda: posted or call(prefect_api, "/events", [probe("burst")]))
    with make.own_database(cluster.url) as address:
        engine = database.engine(address)
        with engine.begin() as db:
            first = make.alert(db, observed=2, article_ids=[5, 6])
            make.alert(db, kind="drop")
            make.alert(db, "ties", kind="silence", slice_kind="bloc", slice="rok", days=7)
            again = alerts.event(alert_store.get(db, first))
        assert alerts.tell(engine, prefect_api) == 3
        engine.dispose()
    call(prefect_api, "/events", [again])
    call(prefect_api, "/events", [probe("silence") | {"payload": {"said": "the end"}}])

    eventually(lambda: "the end" in [one["text"] for one in posted])

    told = [one for one in posted if one["text"] not in {"probe", "the end"}]
    assert sorted(one["text"] for one in told) == [
        "Burst of pact, 2025-03-30: 2 texts, 24 expected",
        "Silence on ties in bloc rok since 2025-03-30: nothing where 24 were to be expected in 7 days",
    ]
    assert [one["alert"]["article_ids"] for one in told if one["alert"]["kind"] == "burst"] == [[5, 6]]
    assert [notify.stop(prefect_api), notify.stop(prefect_api)] == [True, False]
