"""Telling a webhook of alerts: an automation in Prefect's server, which calls it for each event of an alert."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from prefect.blocks.webhook import Webhook

from flows.prefect_api import call

RULE = "Wirewatch: tell of alerts"
BLOCK = "wirewatch-alerts"
BODY = '{"text": {{ event.payload.said | tojson }}, "alert": {{ event.payload | tojson }}}'
"""What the webhook gets; `text` is what Slack, Mattermost and others show."""


def start(api_url: str, url: str, kinds: Collection[str] = ()) -> None:
    """Have `url` called for alerts of these kinds, or of all, from now on, instead of what was called before.

    The environment leads Prefect's client to the server at `api_url`. Raises `NoAnswer`.
    """
    webhook = Webhook(url=url, method="POST", headers={"Content-Type": "application/json"})
    rule = _rule(str(webhook.save(BLOCK, overwrite=True)), kinds)
    known = _rules(api_url)
    if known:
        call(api_url, f"/automations/{known[0]}", rule, method="PUT")
    else:
        call(api_url, "/automations/", rule)


def stop(api_url: str) -> bool:
    """Have nothing called any more; whether there was anything. Raises `NoAnswer`."""
    known = _rules(api_url)
    for one in known:
        call(api_url, f"/automations/{one}", method="DELETE")
    return bool(known)


def _rules(api_url: str) -> list[str]:
    return [one["id"] for one in call(api_url, "/automations/filter", {"automations": {"name": {"any_": [RULE]}}})]


def _rule(block: str, kinds: Collection[str]) -> dict[str, Any]:
    return {
        "name": RULE,
        "description": "Made by `wirewatch alerts notify`, which replaces it.",
        "trigger": {
            "type": "event",
            "posture": "Reactive",
            "expect": [f"wirewatch.alert.{kind}" for kind in sorted(kinds)] or ["wirewatch.alert.*"],
            "match": {"prefect.resource.id": "wirewatch.alert.*"},
            "for_each": ["prefect.resource.id"],
            "threshold": 1,
            "within": 0,
        },
        "actions": [{"type": "call-webhook", "block_document_id": block, "payload": BODY}],
    }
