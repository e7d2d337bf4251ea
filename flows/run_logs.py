"""What a run logs: our own lines among Prefect's, and no traceback for what we expect to happen one day."""

from __future__ import annotations

import logging

from extractors.errors import WirewatchError
from flows.prefect_env import LOGGERS


def tidy() -> None:
    """Have this process log its runs so; may be called any number of times."""
    for name in LOGGERS:
        # Prefect gives them its handlers, but leaves them at its root's level, which is WARNING.
        logging.getLogger(name).setLevel(logging.INFO)
    logging.getLogger("prefect.flow_runs").addFilter(_plainly)
    logging.getLogger("prefect.task_runs").addFilter(_plainly)


def _plainly(record: logging.LogRecord) -> bool:
    """Take away what only repeats: a state the UI shows anyway, and the way to an error whose sentence says all."""
    if record.name == "prefect.task_runs" and record.getMessage() == "Finished in state Completed()":
        return False
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, WirewatchError):
        record.exc_info = None
        return "Engine execution exited" not in record.getMessage()  # said before, with the sentence
    return True
