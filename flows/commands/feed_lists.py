"""`wirewatch feeds import` and `export`: lists of feeds as other programs keep them (OPML)."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from extractors import documents, enlist, opml
from extractors.catalogue import UNKNOWN
from extractors.enlist import Candidate, Plan
from extractors.errors import Misconfigured, Unreadable
from extractors.opml import FeedList, Listed
from flows import whole_file
from flows.commands.output import Column, as_json, clean, console, emit, table

if TYPE_CHECKING:
    from extractors.outcomes import Polled

DEFAULTS = {
    "country": "country of new sources whose list does not say it, two letters",
    "language": "their language, two letters",
    "kind": "their kind",
    "bloc": "their bloc",
}


def add(verbs: argparse._SubParsersAction[Any]) -> None:
    """Register the verbs."""
    importing = verbs.add_parser(
        "import",
        help="put the feeds of OPML files into feeds.toml",
        description="Reads OPML, however broken, and says by line what was mended and what left out. A feed goes to "
        "the known source of its host; a new source is told what the list says, then what the options say, then "
        f"unknown ({', '.join(f'{name} {value}' for name, value in UNKNOWN.items())}).",
    )
    importing.add_argument("file", nargs="+", metavar="FILE", help="OPML file")
    for option, about in DEFAULTS.items():
        importing.add_argument(f"--{option}", metavar=option.upper(), help=about)
    importing.add_argument("--check", action="store_true", help="read each feed first; leave out what cannot be read")
    importing.add_argument("--dry-run", action="store_true", help="say what would be added; change nothing")
    importing.set_defaults(run=take_in)
    exporting = verbs.add_parser("export", help="all sources and feeds as OPML, for other programs and for `import`")
    exporting.add_argument("-o", "--output", metavar="FILE", help="write it there instead of printing it")
    exporting.set_defaults(run=give_out)
    for verb in (importing, exporting):
        verb.add_argument("--feeds", metavar="FILE", help="this feeds.toml instead of WIREWATCH_FEEDS")
    importing.add_argument("--json", action="store_true", help="JSON instead of a table")


def give_out(args: argparse.Namespace) -> int:
    """`feeds export`: the catalogue as OPML, on stdout or into a file."""
    from flows import resources  # noqa: PLC0415 -- the database is not needed for --help

    listed = opml.write(resources.feeds_file(args.feeds), title="Feeds of Wirewatch")
    if not args.output:
        emit(listed)
        return 0
    with whole_file.writing(Path(args.output)) as file:
        file.write(listed.encode())
    console().print(f"Wrote {args.output}.", soft_wrap=True)
    return 0


# Import --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """Something to say about a line of a file."""

    file: str
    line: int
    said: str
    lost: bool


def take_in(args: argparse.Namespace) -> int:
    """`feeds import`: the feeds of lists in feeds.toml; the rest of that file untouched."""
    from flows import feeds_file, resources  # noqa: PLC0415 -- see give_out

    path = Path(args.feeds or resources.settings().feeds)
    content = feeds_file.read(path)
    known = feeds_file.known(content, name=str(path))
    lists = {file: _read(Path(file)) for file in args.file}
    candidates = [(file, candidate(feed)) for file, read in lists.items() for feed in read.feeds]
    files = {id(one): file for file, one in candidates}
    plan = enlist.plan([one for _, one in candidates], known, defaults=given(args))
    lines = [_Line(file, one.line, one.what, one.lost) for file, read in lists.items() for one in read.remarks]
    if args.check:
        plan = checked([one for _, one in candidates], plan, known, given(args))
    lines += [_Line(files[id(one)], one.line, f"left out: {why}", lost=True) for one, why in plan.refused]
    grown = feeds_file.grown(content, plan.additions, name=str(path)) if plan.additions else content
    if plan.additions and not args.dry_run:
        feeds_file.write(path, grown)
    place = {file: number for number, file in enumerate(args.file)}
    lines.sort(key=lambda one: (place[one.file], one.line))
    if args.json:
        emit(as_json({"file": str(path), "written": bool(plan.additions) and not args.dry_run, **_facts(plan, lines)}))
    else:
        _show(plan, lines, path, dry=args.dry_run)
    return 0


def given(args: argparse.Namespace) -> dict[str, str]:
    """The defaults that the options name."""
    return {name: getattr(args, name) for name in DEFAULTS if getattr(args, name)}


def _read(file: Path) -> FeedList:
    try:
        return opml.read(file.read_bytes(), name=str(file))
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror}.") from None
    except Unreadable as error:
        raise Misconfigured(str(error)) from None


def candidate(listed: Listed) -> Candidate:
    """A feed of a list as one that may go into feeds.toml."""
    language = documents.language_of(listed.language)
    facts = ({"language": language} if language else {}) | dict(listed.facts)
    return Candidate(
        url=listed.url,
        title=listed.title,
        note=listed.note,
        homepage=listed.homepage,
        folders=listed.folders,
        facts=facts,
        line=listed.line,
    )


def checked(candidates: Sequence[Candidate], plan: Plan, known: Any, defaults: Mapping[str, str]) -> Plan:
    """The plan without the feeds that cannot be read now, and with the language that the others declare."""
    from flows.commands.feeds import read_all  # noqa: PLC0415 -- it imports us

    refused = {id(one) for one, _ in plan.refused}
    asked = [one for one in candidates if id(one) not in refused]
    answers: list[Polled] = read_all([one.url for one in asked])
    both = list(zip(asked, answers, strict=True))
    dead = [(one, answer.detail) for one, answer in both if answer.outcome == "failed"]
    alive = [_declared(one, answer) for one, answer in both if answer.outcome != "failed"]
    return Plan(enlist.plan(alive, known, defaults=defaults).additions, (*plan.refused, *dead))


def _declared(one: Candidate, answer: Polled) -> Candidate:
    document = answer.reading.document if answer.reading else None
    if document is None or not document.language or "language" in one.facts:
        return one
    return replace(one, facts={**one.facts, "language": document.language})


def _facts(plan: Plan, lines: Sequence[_Line]) -> dict[str, Any]:
    return {
        "sources": [
            {**addition.facts, "new": addition.new, "feeds": [{"url": f.url, "note": f.note} for f in addition.feeds]}
            for addition in plan.additions
        ],
        "feeds": sum(len(addition.feeds) for addition in plan.additions),
        "remarks": [asdict(one) for one in lines],
    }


def _show(plan: Plan, lines: Sequence[_Line], path: Path, *, dry: bool) -> None:
    out = console()
    if plan.additions:
        out.print(plan_table(plan))
    for one in lines:
        out.print(Text(clean(f"{Path(one.file).name}, line {one.line}: {one.said}.")))
    out.print(Text(counted(plan, lines, path, dry=dry)))


def plan_table(plan: Plan) -> object:
    """A line a feed, by the source it goes to."""
    columns = [Column("source", least=24), Column(""), Column("of"), Column("feed", elastic=True)]
    rows = [
        (
            addition.facts["slug"],
            "new" if addition.new else "known",
            f"{addition.facts['country']} {addition.facts['language']}" if addition.new else "",
            Text(clean(feed.url), overflow="fold"),
        )
        for addition in plan.additions
        for feed in addition.feeds
    ]
    return table(columns, rows)


def counted(plan: Plan, lines: Sequence[_Line], path: Path, *, dry: bool) -> str:
    """What came of it in two sentences."""
    feeds = sum(len(addition.feeds) for addition in plan.additions)
    new = sum(addition.new for addition in plan.additions)
    lost, mended = sum(one.lost for one in lines), sum(not one.lost for one in lines)
    if not plan.additions:
        did = f"Nothing to add to {path}"
    elif dry:
        did = f"Would add {_many(feeds, 'feed')} and {_many(new, 'new source')} to {path}; nothing was changed"
    else:
        did = f"Added {_many(feeds, 'feed')} and {_many(new, 'new source')} to {path}; the next run polls them"
    return f"{did}. Mended: {_many(mended, 'line')}, left out: {_many(lost, 'line')}."


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
