"""One row in `news.runs` for each run of a flow that takes up articles, and its books."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from prefect import runtime
from sqlalchemy import Connection

from extractors.errors import WirewatchError
from extractors.records import Outcome
from flows.gather import now
from flows.resources import Workshop
from models import run_store
from models.run_store import Balance

log = logging.getLogger(__name__)


class FunnelUnbalanced(WirewatchError):
    """Some URL of the run has no outcome, or two: a defect of Wirewatch."""

    reason = "funnel"


@contextmanager
def ledger(shop: Workshop, flow: str) -> Iterator[int]:
    """One row in `runs` for the run, closed however it ends; its lock tells other runs that this one is alive."""
    with shop.engine.connect() as lock:
        with lock.begin():
            run_id = run_store.start(
                lock,
                flow=flow,
                now=now(),
                host=socket.gethostname(),
                version=version("wirewatch"),
                prefect_run_id=str(runtime.flow_run.id or ""),
            )
        try:
            with shop.engine.begin() as db:
                dead = run_store.bury_dead(db, now=now())
            if dead:
                log.warning("took over what %d dead run(s) left: %s", len(dead), dead)
            yield run_id
        except BaseException as error:
            with shop.engine.begin() as db:
                run_store.free(db, run_id, outcome=Outcome.LOST)
                run_store.finish(db, run_id, now=now(), error=str(error) or type(error).__name__)
            raise
        finally:
            lock.invalidate()  # a pooled connection would keep the lock


def balanced(db: Connection, run_id: int) -> Balance:
    """Both sides of a run's funnel; raises `FunnelUnbalanced` when they differ."""
    balance = run_store.balance(db, run_id)
    if not balance.holds:
        raise FunnelUnbalanced(f"The funnel of run {run_id} does not balance: {balance}.")
    return balance
