"""Alerts of a run: what stands out for the first time becomes a packet, and each packet is sent once as an event.

The event is `wirewatch.alert.<kind>`; automations of Prefect can act on it. It is sent by a request that the server
answers, and noted as sent after that answer. So none is lost, whatever dies and when; a run that dies between answer
and note has it sent again by the next one under the same id, which Prefect stores once, and acts on once (it remembers
ids for half an hour).
"""

from __future__ import annotations

import logging
from typing import Any

from prefect import runtime, task
from prefect.settings import PREFECT_API_URL
from sqlalchemy import Engine

from flows.commands.packets import packet, sentence
from flows.gather import now
from flows.prefect_api import NoAnswer, call
from flows.resources import shared_workshop
from flows.tasks import TASK
from models import alert_store
from models.alert_store import Alert, Watch
from models.settings import Settings

log = logging.getLogger(__name__)

MOST_IDS = 500
"""Article ids that an event holds; the row has all of them. Prefect takes no event above 1.5 MB."""


@task(name="alert", task_run_name="tell what stands out", tags=["alert"], **TASK)
def raise_alerts() -> int:
    """Make alerts of what is found for the first time, and send those that nobody was told of; returns how many."""
    shop = shared_workshop()
    with shop.engine.begin() as db:
        made = alert_store.find(db, watched(shop.settings), now=now())
    told = tell(shop.engine, PREFECT_API_URL.value())
    log.info("%d new alert%s, %d told", len(made), "" if len(made) == 1 else "s", told)
    return told


def watched(settings: Settings) -> Watch:
    """What the settings want to be told of."""
    return Watch(
        slices=settings.alert_slices,
        blocs=settings.alert_blocs,
        level=settings.alert_q,
        least=settings.alert_least,
        days=settings.alert_days,
    )


def tell(engine: Engine, api_url: str | None) -> int:
    """Send every alert that waits for it to Prefect's server; returns how many.

    What the server does not take is left to the next run: all of it when the server is away, else the alert it refuses.
    """
    told, last = 0, 0
    while api_url is not None:
        with engine.begin() as db:
            alert = alert_store.next_waiting(db, after=last)
            if alert is None:
                break
            last = alert.alert_id
            try:
                call(api_url, "/events", [event(alert)])
            except NoAnswer as why:
                log.warning("Alert %d was not told. %s The next run tries again.", last, why)
                if why.refused:
                    continue
                break
            alert_store.mark_emitted(db, last, now=now())
        told += 1
    return told


def event(alert: Alert) -> dict[str, Any]:
    """The event of an alert, always the same one; its resource carries what automations are chosen by."""
    told = packet(alert)
    run = runtime.flow_run.id
    related = [{"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}] if run else []
    return {
        "id": str(alert.event_id),
        "occurred": alert.made_at.isoformat(),
        "event": f"wirewatch.alert.{alert.kind}",
        "resource": {
            "prefect.resource.id": f"wirewatch.alert.{alert.alert_id}",
            "prefect.resource.name": sentence(alert),
            "wirewatch.topic": alert.topic,
            "wirewatch.slice-kind": alert.slice_kind,
            "wirewatch.slice": alert.slice,
        },
        "related": related,
        "payload": told | {"article_ids": told["article_ids"][:MOST_IDS]},
    }
