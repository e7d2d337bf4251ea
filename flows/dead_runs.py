"""Runs whose process is gone: Prefect believes them running for ever unless somebody says otherwise.

A killed process, a power cut or a stopped worker cannot report its own end. So each run sends a heartbeat, and a rule
in Prefect's server marks a run as crashed when its heartbeat stays away (`watch`; also `python -m flows.dead_runs` for
a server of your own). When it is certain that nobody works on a deployment any more, `clear` does it at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from flows.prefect_api import NoAnswer, call

HEARTBEAT_SECONDS = 30
"""Between two heartbeats of a run; Prefect accepts nothing shorter."""

SILENCE_SECONDS = 3 * HEARTBEAT_SECONDS
"""A run that was silent for so long is dead. A shorter wait would bury healthy runs on a busy machine."""

TAG = "wirewatch"
"""On every deployment in prefect.yaml."""

RULE = "Wirewatch: mark dead runs as crashed"

_ENDED = tuple(f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed"))
_ALIVE = "prefect.flow-run.heartbeat"


def watch(api_url: str) -> None:
    """Put the rule into the server at `api_url`, or bring the one that is there up to date; raises `NoAnswer`."""
    known = call(api_url, "/automations/filter", {"automations": {"name": {"any_": [RULE]}}})
    if not known:
        call(api_url, "/automations/", _rule())
        return
    first, *twins = known
    # Only if need be: replacing the rule forgets whom it is watching, and so whoever died before.
    if not _says(first, _rule()):
        call(api_url, f"/automations/{first['id']}", _rule(), method="PUT")
    for twin in twins:
        call(api_url, f"/automations/{twin['id']}", method="DELETE")


def deployments(api_url: str) -> list[str]:
    """The ids of our deployments on the server; raises `NoAnswer`."""
    ours = call(api_url, "/deployments/filter", {"deployments": {"tags": {"all_": [TAG]}}})
    return [one["id"] for one in ours]


def clear(api_url: str, deployments: Sequence[str], *, why: str) -> int:
    """Mark every unfinished run of `deployments` (ids) as crashed because of `why`; how many there were.

    Only for a caller who knows that none of them has a process any more. Raises `NoAnswer`.
    """
    if not deployments:
        return 0
    asked = {
        "deployments": {"id": {"any_": list(deployments)}},
        "flow_runs": {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}},
    }
    runs = call(api_url, "/flow_runs/filter", asked)
    crashed = {"type": "CRASHED", "name": "Crashed", "message": why}
    for run in runs:
        call(api_url, f"/flow_runs/{run['id']}/set_state", {"state": crashed, "force": True})
    return len(runs)


def _rule() -> dict[str, Any]:
    silence = f"No heartbeat for {SILENCE_SECONDS} s: its process or machine is gone."
    return {
        "name": RULE,
        "description": "A run that ends without a word is taken up by the next one; this only corrects what is shown.",
        "trigger": {
            "type": "event",
            "posture": "Proactive",
            "after": [_ALIVE, "prefect.flow-run.Running"],
            "expect": [_ALIVE, *_ENDED],
            "match": {"prefect.resource.id": "prefect.flow-run.*"},
            "for_each": ["prefect.resource.id"],
            "threshold": 1,
            "within": SILENCE_SECONDS,
        },
        "actions": [{"type": "change-flow-run-state", "state": "CRASHED", "message": silence}],
    }


def _says(have: Any, want: Any) -> bool:
    """Whether the server's version of a rule has all that ours has; it adds ids, and keeps no order in lists."""
    if isinstance(want, dict):
        return isinstance(have, dict) and all(_says(have.get(key), value) for key, value in want.items())
    if isinstance(want, list):
        return len(have) == len(want) and all(any(_says(one, other) for one in have) for other in want)
    return bool(have == want)


if __name__ == "__main__":
    try:
        watch(os.environ["PREFECT_API_URL"])
    except KeyError:
        sys.exit("PREFECT_API_URL is not set; it names the Prefect server that shall watch its runs.")
    except NoAnswer as trouble:
        sys.exit(str(trouble))
