"""The command line as such: help everywhere, exit codes, one sentence for what goes wrong."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.__main__ import COMMANDS, main, parser

ROOT = Path(__file__).parents[2]
LINE = b'{"id": 1, "title": "Putin and Kim sign pact", "lang": "en"}\n'


def wirewatch(*words: str) -> int:
    """The exit code, also of what argparse ends."""
    try:
        return main(list(words))
    except SystemExit as end:
        return int(end.code or 0)


def started(*words: str, **pipes: object) -> subprocess.Popen[bytes]:
    """The command as a process, on which Ctrl-C works as it does in a terminal."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        # Else a child of `make test &` would not hear it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
        **pipes,
    )


def every_line() -> Iterator[str]:
    """All there is to ask for help: the program, its commands, their verbs."""
    yield ""
    for name in COMMANDS:
        yield name
        for action in parser(name)._subparsers._group_actions[0].choices[name]._actions:
            if isinstance(action, argparse._SubParsersAction):
                yield from (f"{name} {verb}" for verb in action.choices)


def test_every_verb_of_the_design_is_there() -> None:
    assert {line for line in every_line() if " " in line} >= {
        "topics list", "topics check", "topics show", "feeds list", "feeds add", "feeds check", "db url", "db psql",
        "db migrate", "db backup", "db restore",
    }  # fmt: skip


@pytest.mark.parametrize("line", list(every_line()))
def test_everything_has_help_that_fits_the_window(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    code = wirewatch(*line.split(), "--help")

    said = capsys.readouterr()
    assert (code, said.err) == (0, "")
    usage, _, told = said.out.partition("\n\n")
    assert usage.startswith(f"usage: wirewatch {line}".rstrip() + " ")
    assert max(map(len, told.splitlines())) <= 81
    assert ("--debug" in said.out) == (line != "db psql")


def test_help_lists_every_command_with_what_its_own_help_says(capsys: pytest.CaptureFixture[str]) -> None:
    for name, about in COMMANDS.items():
        [own] = [
            action.help for action in parser(name)._subparsers._group_actions[0]._choices_actions if action.dest == name
        ]
        assert own == about


def test_help_loads_nothing_heavy() -> None:
    asked = [line for line in every_line() if line != "db psql"]
    heavy = "{'prefect', 'trafilatura', 'feedparser', 'py3langid', 'fastapi', 'aiohttp'}"
    program = (
        "import sys, contextlib, io\nfrom flows.__main__ import main\n"
        f"for line in {asked!r}:\n"
        "    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()):\n"
        "        main([*line.split(), '--help'])\n"
        f"print(sorted({heavy} & sys.modules.keys()))"
    )

    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "wirewatch: error: the following arguments are required: COMMAND"),
        (["nope"], "wirewatch: error: argument COMMAND: invalid choice: 'nope'"),
        (["feeds"], "wirewatch feeds: error: the following arguments are required: VERB"),
        (["run", "--nope"], "wirewatch: error: unrecognized arguments: --nope"),
        (["run", "--limit", "0"], "wirewatch run: error: argument --limit: '0' is no whole number between 1 and"),
        (["run", "--limit", "many"], "wirewatch run: error: argument --limit: 'many' is no whole number between 1 and"),
        (
            ["topics", "diff", "--sample", "9999999999"],
            "wirewatch topics diff: error: argument --sample: '9999999999' is no whole number between 1 and 1,000,000,000",
        ),
        (["trends", "--days", "0"], "wirewatch trends: error: argument --days: '0' is no number of days"),
    ],
)
def test_wrong_use_is_exit_code_2_and_names_what_is_wrong(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert wirewatch(*words) == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith(says)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch("--version") == 0
    assert capsys.readouterr().out.startswith("wirewatch 0.")


def test_an_error_is_one_sentence_without_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch("topics", "list", "--taxonomy", "/no/such.toml") == 2

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "wirewatch: /no/such.toml: the taxonomy cannot be read (No such file or directory); check WIREWATCH_TAXONOMY\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["--debug", "topics", "show", "nope"],
        ["topics", "--debug", "show", "nope"],
        ["topics", "show", "nope", "--debug"],
    ],
)
def test_debug_shows_the_traceback_wherever_it_stands(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert wirewatch(*words) == 2

    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1].startswith("wirewatch: There is no topic `nope` in korea; it has ")


def test_a_full_disk_behind_the_output_is_a_failure(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        code = wirewatch("topics", "list", "--json")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # or closing it fails once more

    assert (code, capsys.readouterr().err) == (
        1,
        "wirewatch: The disk is full: free some space, then try again; nothing is lost.\n",
    )


@pytest.mark.parametrize("words", [["topics", "list"], ["topics", "list", "--json"]], ids=["table", "json"])
def test_a_reader_who_leaves_is_no_error(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # as `| head -0` does

    with started(*words, stdout=writing) as process:
        os.close(writing)
        said = process.communicate(timeout=60)[1]

    assert (process.returncode, said) == (0, b"")


@pytest.mark.parametrize("words", [["topics", "list"], ["topics", "list", "--json"]], ids=["table", "json"])
def test_an_output_that_was_closed_is_no_error(words: list[str]) -> None:
    ended = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "flows", *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_ctrl_c_is_one_sentence_and_exit_code_130() -> None:
    with started("tag", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(LINE)
        process.stdin.flush()
        answered = process.stdout.readline()  # from here on it waits for the next line
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        code = process.wait(60)

    assert answered.startswith(b'{"id": 1, "lang": "en", ')
    assert (code, said) == (130, b"wirewatch: Interrupted.\n")
