"""Which benchmarks a command line asks for; what they measure is not tested."""

from __future__ import annotations

import pytest

from bench.__main__ import NAMES, asked, main


def test_what_follows_a_name_are_the_arguments_of_that_benchmark() -> None:
    assert asked(["retag", "100000", "tagging", "kills", "--seed", "2"]) == [
        ("retag", ["100000"]),
        ("tagging", []),
        ("kills", ["--seed", "2"]),
    ]


def test_without_a_name_every_benchmark_is_asked_for() -> None:
    assert asked([]) == [(name, []) for name in NAMES]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "retag"], f"No such benchmark: nothing. There are: {', '.join(NAMES)}.\n"),
        (["pacing", "7"], "bench pacing takes no arguments: 7\n"),
    ],
)
def test_what_no_benchmark_takes_is_said_at_once(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (main(words), capsys.readouterr().err) == (2, said)
