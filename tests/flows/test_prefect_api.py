from __future__ import annotations

import pytest

from flows.prefect_api import NoAnswer, call, ready
from tests.web import Web


def test_a_password_from_the_environment_is_shown_at_the_door(answering, monkeypatch) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "admin:secret")
    port = answering({"/api/x": {"fine": True}})

    assert call(f"http://127.0.0.1:{port}/api", "/x") == {"fine": True}
    assert answering.headers[-1]["Authorization"] == "Basic YWRtaW46c2VjcmV0"


def test_a_local_server_is_asked_past_any_proxy(answering, monkeypatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    port = answering({"/api/ready": {"message": "OK"}})

    assert ready(f"http://127.0.0.1:{port}/api")


def test_a_refusal_names_the_server_the_path_and_what_it_said(answering) -> None:
    port = answering({})

    with pytest.raises(NoAnswer) as told:
        call(f"http://127.0.0.1:{port}/api", "/x", {"a": 1})

    assert str(told.value) == f"Prefect's server at http://127.0.0.1:{port}/api answered 404 to /x: no such page"


def test_an_address_that_is_none_is_said_to_be_so() -> None:
    with pytest.raises(NoAnswer) as told:
        call("prefect.example", "/ready")

    assert (
        str(told.value)
        == "Prefect's server at prefect.example does not answer (unknown url type: 'prefect.example/ready')."
    )


def test_a_page_in_place_of_an_answer_is_no_server_of_prefects() -> None:
    with Web() as web:
        web.page("/ready", "<!doctype html><html>The UI</html>")
        address = web.url("")

        with pytest.raises(NoAnswer) as told:
            call(address, "/ready")
        up = ready(address)

    assert (up, str(told.value)) == (
        False,
        f"Prefect's server at {address} answered something else than JSON to /ready: its address ends with /api.",
    )
