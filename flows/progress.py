"""How far a run is, for whoever watches: a bar on a terminal, plain lines elsewhere, nothing under `serve`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

Listener = Callable[[str, int, int], None]

_listeners: list[Listener] = []
_lock = Lock()


def report(stage: str, done: int, of: int) -> None:
    """Say that `done` of `of` steps of a stage are done. Called from any thread of the process that runs the flow."""
    with _lock:
        for listener in _listeners:
            listener(stage, done, of)


@contextmanager
def shown(console: Console) -> Iterator[None]:
    """Show what is reported on this console until the block ends."""
    if console.is_terminal:
        with _bars(console) as listener, _heard(listener):
            yield
    else:
        with _heard(_lines(console)):
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


def _lines(console: Console) -> Listener:
    def listener(stage: str, done: int, of: int) -> None:
        if done == of:
            console.print(f"{stage}: {done} of {of}")

    return listener
