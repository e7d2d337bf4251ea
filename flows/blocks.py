"""History worked off in blocks, each a Prefect task: a few handed out at a time, and a bar that says how far it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.futures import PrefectFuture

from flows import progress
from flows.commands.output import number

T = TypeVar("T")


def results(tasks: Iterable[Callable[[], PrefectFuture[T]]], *, at_once: int) -> Iterator[T]:
    """What tasks return, in their order; `at_once` of them are handed out at a time, by calling them.

    One that fails ends it, once those under way are done.
    """
    waiting = iter(tasks)
    under_way = deque(submit() for submit in islice(waiting, at_once))
    while under_way:
        try:
            result = under_way.popleft().result()
        except BaseException:
            for other in under_way:
                other.wait()
            raise
        under_way.extend(submit() for submit in islice(waiting, 1))
        yield result


class Bar:
    """How far a stage is, on the terminal and as an artifact in the UI, which is told of every full per cent."""

    def __init__(self, stage: str, *, key: str, of: int) -> None:
        """`key` is the artifact's; `of` is how many there are to be done, and may be corrected."""
        self.of, self.done = of, -1
        self._stage = stage
        self._percent = 0
        artifact = create_progress_artifact(0.0, key=key, description=stage)
        assert isinstance(artifact, UUID)  # a coroutine only where there is an event loop
        self._artifact = artifact

    def show(self, done: int) -> None:
        """Say that `done` are done."""
        if done == self.done:
            return
        self.done = done
        progress.report(self._stage, done, self.of)
        percent = min(100 * done // self.of, 100) if self.of else 100
        if percent != self._percent:
            self._percent = percent
            said = f"{self._stage}: {number(done)} of {number(self.of)}"
            update_progress_artifact(self._artifact, progress=float(percent), description=said)
