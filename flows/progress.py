"""How far a run is, for whoever watches: a bar on a terminal, plain lines elsewhere, nothing under `serve`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Listener = Callable[[str, int, int], None]

PAUSE_SECONDS = 30.0
"""Between two plain lines about a stage that is not done yet."""

_listeners: list[Listener] = []
_lock = Lock()


def report(stage: str, done: int, of: int) -> None:
    """Say that `done` of `of` steps of a stage are done. Called from any thread of the process that runs the flow."""
    with _lock:
        for listener in _listeners:
            listener(stage, done, of)


@contextmanager
def shown(console: Console, *, pause: float = PAUSE_SECONDS) -> Iterator[None]:
    """Show what is reported on this console until the block ends: bars on a terminal, else a line every `pause`."""
    if console.is_terminal:
        with _bars(console) as listener, _heard(listener):
            yield
    else:
        with _heard(_lines(console, pause)):
            yield


@contextmanager
def _heard(listener: Listener) -> Iterator[None]:
    with _lock:
        _listeners.append(listener)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(listener)


@contextmanager
def _bars(console: Console) -> Iterator[Listener]:
    columns = (TextColumn("{task.description:<28}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bars: dict[str, TaskID] = {}

        def listener(stage: str, done: int, of: int) -> None:
            if stage not in bars:
                bars[stage] = progress.add_task(stage, total=of)
            progress.update(bars[stage], completed=done, total=of)

        yield listener


def _lines(console: Console, pause: float) -> Listener:
    told = monotonic()

    def listener(stage: str, done: int, of: int) -> None:
        nonlocal told
        if of and (done == of or monotonic() - told >= pause):
            with suppress(BrokenPipeError):  # whoever reads no more has not asked for the work to end
                console.print(f"{stage}: {done} of {of}")
            told = monotonic()

    return listener
