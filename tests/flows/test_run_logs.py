from __future__ import annotations

import logging

import pytest

from extractors.errors import WirewatchError
from flows import run_logs


class AllGone(WirewatchError):
    pass


def record(logger: str, message: str, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error else None
    return logging.LogRecord(logger, logging.ERROR if error else logging.INFO, __file__, 1, message, (), info)


def heard(one: logging.LogRecord) -> str | None:
    """What the record's logger passes on, None for nothing."""
    run_logs.tidy()
    passed = logging.getLogger(one.name).filter(one)
    return logging.Formatter("%(message)s").format(one) if passed else None


def test_an_error_that_explains_itself_has_no_traceback() -> None:
    message = "Encountered exception during execution: AllGone('Every feed is gone.')"

    assert heard(record("prefect.flow_runs", message, AllGone("Every feed is gone."))) == message


def test_it_is_said_once() -> None:
    assert heard(record("prefect.flow_runs", "Engine execution exited with unexpected exception", AllGone("x"))) is None


def test_an_error_that_nobody_foresaw_keeps_its_traceback() -> None:
    said = heard(record("prefect.flow_runs", "Engine execution exited with unexpected exception", KeyError("x")))

    assert said is not None
    assert said.endswith("KeyError: 'x'")


@pytest.mark.parametrize(
    ("logger", "message", "passes"),
    [
        ("prefect.task_runs", "Finished in state Completed()", False),
        ("prefect.task_runs", "Finished in state Failed('x')", True),
        ("prefect.flow_runs", "Finished in state Completed()", True),
    ],
)
def test_the_end_of_a_task_is_logged_only_if_it_is_news(logger: str, message: str, passes: bool) -> None:
    assert heard(record(logger, message)) == (message if passes else None)


@pytest.mark.parametrize("package", ["extractors", "topics", "models", "flows"])
def test_what_our_packages_tell_is_kept_with_the_run(package: str) -> None:
    run_logs.tidy()

    assert logging.getLogger(f"{package}.any").isEnabledFor(logging.INFO)
