from __future__ import annotations

from io import StringIO

from rich.console import Console

from flows import progress
from flows.commands.output import console


def listened(*, terminal: bool, pause: float) -> str:
    paper = StringIO()
    with progress.shown(Console(file=paper, force_terminal=terminal, width=100), pause=pause):
        for done in range(3):
            progress.report("Polling feeds", done, 2)
    progress.report("Polling feeds", 9, 9)
    return paper.getvalue()


def test_away_from_a_terminal_there_is_a_line_when_a_stage_is_done() -> None:
    assert listened(terminal=False, pause=3600) == "Polling feeds: 2 of 2\n"


def test_a_long_stage_is_told_about_in_between() -> None:
    assert listened(terminal=False, pause=0).splitlines() == [
        "Polling feeds: 0 of 2",
        "Polling feeds: 1 of 2",
        "Polling feeds: 2 of 2",
    ]


def test_a_stage_without_work_is_not_worth_a_line() -> None:
    paper = StringIO()

    with progress.shown(Console(file=paper), pause=0):
        progress.report("Polling feeds", 0, 0)

    assert paper.getvalue() == ""


def test_a_terminal_gets_one_bar_a_stage_that_ends_full() -> None:
    last = listened(terminal=True, pause=0).rsplit("Polling feeds", 1)[1]

    assert "2/2" in last
    assert "9/9" not in last


def test_a_reader_who_leaves_does_not_end_the_work() -> None:
    class Left(StringIO):
        def write(self, _words: str) -> int:
            raise BrokenPipeError

    with progress.shown(console(file=Left()), pause=0):
        progress.report("Polling feeds", 1, 2)
        progress.report("Polling feeds", 2, 2)


def test_nobody_needs_to_listen() -> None:
    progress.report("Polling feeds", 1, 2)
