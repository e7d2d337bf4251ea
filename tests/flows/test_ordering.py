"""A retag that is due is started beside whatever sees that it is, where somebody serves the deployments."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.errors import Misconfigured
from flows import ingest, maintain, ordering, resources, schedules
from flows.prefect_api import call
from models.settings import Settings
from tests import factories as make
from tests.history import NEW, OLD, TREATY, Place, opened, store

pytestmark = pytest.mark.prefect

NOTHING_NEW = """
blocs = { western = "Western" }
[[source]]
slug = "alpha"
name = "Alpha"
country = "GB"
language = "en"
kind = "newspaper"
bloc = "western"
family = "alpha"
feeds = ["http://127.0.0.1:9/refused.xml"]
"""


def an_ingest() -> None:
    with suppress(ingest.AllFeedsFailed):
        ingest.ingest()


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text(NOTHING_NEW)
    with opened(database_url, tmp_path) as place, resources.using(place.settings.model_copy(update={"feeds": feeds})):
        yield replace(place, settings=resources.settings())


@pytest.fixture
def served(prefect_api: str) -> Iterator[str]:
    """The id of the deployment of `retag`, as `serve` puts it up; nobody starts its runs here."""
    (declared,) = [one for one in schedules.of(Settings(_env_file=None)) if one.flow == "retag"]

    async def put_up() -> str:
        made = await schedules.served(declared, now=make.NOW)
        return str(await made.aapply())

    deployment = asyncio.run(put_up())
    yield deployment
    call(prefect_api, f"/deployments/{deployment}", method="DELETE")


@pytest.fixture
def by_deployment(monkeypatch: pytest.MonkeyPatch, served: str) -> None:
    """As if a deployment had started the flow that asks."""
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", served)


def ordered(api_url: str, deployment: str) -> list[str]:
    runs = call(api_url, "/flow_runs/filter", {"deployments": {"id": {"any_": [deployment]}}})
    return [run["state"]["type"] for run in runs]


@pytest.mark.usefixtures("by_deployment")
def test_a_run_is_ordered_once_for_as_long_as_it_is_not_done(prefect_api: str, served: str) -> None:
    assert [ordering.order_retag(), ordering.order_retag()] == [True, True]
    assert ordered(prefect_api, served) == ["SCHEDULED"]


@pytest.mark.usefixtures("by_deployment")
def test_a_deployment_that_is_paused_is_none(prefect_api: str, served: str) -> None:
    schedules.pause(prefect_api, [served])

    assert ordering.order_retag() is False
    assert ordered(prefect_api, served) == []


def test_whoever_was_started_by_hand_orders_nothing(prefect_api: str, served: str) -> None:
    assert ordering.order_retag() is False
    assert ordered(prefect_api, served) == []


@pytest.mark.usefixtures("by_deployment")
@pytest.mark.parametrize("flow", [an_ingest, maintain.maintain], ids=["ingest", "maintain"])
def test_a_changed_file_has_a_run_ordered_only_where_the_settings_allow_it(
    flow: Callable[[], object], place: Place, prefect_api: str, served: str
) -> None:
    old = place.enter(OLD)
    store(place, old, TREATY)
    place.file.write_text(NEW)

    flow()
    assert ordered(prefect_api, served) == []

    with resources.using(place.settings.model_copy(update={"retag_on_change": True})):
        flow()
    assert (ordered(prefect_api, served), place.current()) == (["SCHEDULED"], old)


@pytest.mark.usefixtures("by_deployment")
def test_an_order_that_the_server_does_not_take_stops_no_ingest(
    place: Place, prefect_api: str, served: str, caplog: pytest.LogCaptureFixture
) -> None:
    store(place, place.enter(OLD), TREATY)
    place.file.write_text(NEW)
    asks_for_more = {"type": "object", "properties": {"why": {"type": "string"}}, "required": ["why"]}
    refusing = {"parameter_openapi_schema": asks_for_more, "enforce_parameter_schema": True}
    call(prefect_api, f"/deployments/{served}", refusing, method="PATCH")

    chosen = place.settings.model_copy(update={"retag_on_change": True})
    with resources.using(chosen), pytest.raises(ingest.AllFeedsFailed):
        ingest.ingest()

    assert (ordered(prefect_api, served), "no retag is ordered: Prefect's server" in caplog.text) == ([], True)


@pytest.mark.usefixtures("by_deployment")
@pytest.mark.parametrize("flow", [an_ingest, maintain.maintain], ids=["ingest", "maintain"])
def test_a_file_with_a_mistake_orders_nothing_and_stops_nothing_while_a_version_is_in_use(
    flow: Callable[[], object], place: Place, prefect_api: str, served: str, caplog: pytest.LogCaptureFixture
) -> None:
    old = place.enter(OLD)
    store(place, old, TREATY)
    place.file.write_text(OLD.replace('["treaty|summit"]', '["traety"]'))

    with resources.using(place.settings.model_copy(update={"retag_on_change": True})):
        flow()

    said = (
        f"{place.file}:10: topics.1.rules.1.all: names the concept `traety`, which is not in this file; articles go on"
    )
    assert [said in caplog.text, ordered(prefect_api, served), place.current()] == [flow is an_ingest, [], old]


def test_where_no_version_is_in_use_a_file_with_a_mistake_stops_the_run(place: Place, prefect_api: str) -> None:
    place.file.write_text(OLD.replace('["treaty|summit"]', '["traety"]'))

    with pytest.raises(Misconfigured, match="names the concept `traety`"):
        ingest.ingest()
