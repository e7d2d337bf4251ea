"""`wirewatch doctor`: checks everything a new user may have wrong, and says how to mend it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from flows.commands.output import as_json, clean, console, emit

if TYPE_CHECKING:
    from flows.checkup import Finding

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register `doctor`."""
    parser = subparsers.add_parser(
        "doctor",
        help="check everything that may be wrong, and say how to mend it",
        description="Looks at Python, packages, settings, folder, database, Prefect, schedules, feeds, topics, "
        "network and clock. Changes nothing but what starting the embedded database makes. Exit code 1 if something "
        "must be mended.",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at everything; 1 when something failed."""
    from flows import checkup  # noqa: PLC0415 -- --help needs none of it

    findings = checkup.everything(datetime.now(UTC))
    if args.json:
        listed = list(findings)
        emit(as_json({"ok": not failed(listed), "checks": [asdict(finding) for finding in listed]}))
        return failed(listed)
    return show(findings, console())


def show(findings: Iterable[Finding], printer: Console) -> int:
    """Print each finding as it comes; 1 when one of them is a failure."""
    seen = []
    for finding in findings:
        seen.append(finding)
        line = Text.assemble(
            (f"{finding.level:<5}", STYLES[finding.level]), f"{finding.name:<10}", clean(finding.message)
        )
        printer.print(line, soft_wrap=True)
        if finding.mend:
            printer.print(Text(f"{'':<15}{clean(finding.mend)}"), soft_wrap=True)
    return failed(seen)


def failed(findings: Iterable[Finding]) -> int:
    """1 if any of `findings` is a failure, else 0: an exit code."""
    return int(any(finding.level == "fail" for finding in findings))
