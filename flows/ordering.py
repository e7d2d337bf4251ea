"""Having a retag run beside the flow that sees it is due: a run of its deployment, which whoever serves will start."""

from __future__ import annotations

import logging

from prefect import runtime
from prefect.settings import PREFECT_API_URL

from flows.dead_runs import TAG
from flows.prefect_api import NoAnswer, call

log = logging.getLogger(__name__)

_UNFINISHED = ["SCHEDULED", "PENDING", "RUNNING", "CANCELLING"]


def order_retag() -> bool:
    """See that a run of the deployment of `retag` waits or is at work; False where nobody would start one.

    That is so when the flow that asks was itself started by hand, when there is no such deployment, or it is paused,
    and when the server does not take the order: whoever asks has other work, which must not fail of it.
    """
    api_url = PREFECT_API_URL.value()
    if runtime.deployment.id is None or api_url is None:
        return False
    try:
        return _order(api_url)
    except NoAnswer as why:
        log.warning("no retag is ordered: %s", why)
        return False


def _order(api_url: str) -> bool:
    ours = {"deployments": {"tags": {"all_": [TAG]}}, "flows": {"name": {"any_": ["retag"]}}}
    served = [one["id"] for one in call(api_url, "/deployments/filter", ours) if not one["paused"]]
    if not served:
        return False
    waiting = {"deployments": {"id": {"any_": served}}, "flow_runs": {"state": {"type": {"any_": _UNFINISHED}}}}
    if not call(api_url, "/flow_runs/filter", waiting):
        call(api_url, f"/deployments/{served[0]}/create_flow_run", {})
        log.info("a retag is ordered")
    return True
