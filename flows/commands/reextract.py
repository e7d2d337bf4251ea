"""`wirewatch reextract`: stored articles read again from their raw pages, or first what that would change."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from extractors.errors import Misconfigured
from flows.commands import asked
from flows.commands.output import Column, as_json, clean, console, emit, number, percent, table

if TYPE_CHECKING:
    from flows.reextract import Reextracted
    from flows.reread_tally import Example, Tally


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "reextract",
        help="read stored articles again from their raw pages, by a changed extractor",
        description="Reads again what another edition of the extractor has read, as long as the raw page is kept "
        "(WIREWATCH_KEEP_PAGES_DAYS). Texts, tags, fingerprints and days follow. May be interrupted: the next one goes "
        "on where this one ended.",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what would change: texts, articles, topics, with examples"
    )
    parser.add_argument(
        "--sample", type=asked.positive, metavar="N", help="with --dry-run: compare N articles from all times"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare, or read again and put in place."""
    from flows import progress, resources  # noqa: PLC0415 -- after the arguments are known to be right

    if args.sample and not args.dry_run:
        raise Misconfigured("--sample is for --dry-run: a re-extraction reads everything.")
    resources.taxonomy()
    out = console(stderr=True) if args.json else console()
    if args.dry_run:
        from flows.reextract import compare  # noqa: PLC0415 -- Prefect takes three seconds to import

        with resources.workshop() as shop, progress.shown(out):
            done = compare(shop, sample=args.sample)
    else:
        with resources.database(), resources.prefect(out.print), progress.shown(out):
            done = resources.run_reextract()
    if args.json:
        facts = {"edition": done.edition, "outdated": asdict(done.outdated), "seconds": done.seconds}
        emit(as_json(facts | done.tally.plain()))
    else:
        for part in report(done, dry=args.dry_run):
            out.print(part)
    return 0


def report(done: Reextracted, *, dry: bool) -> Iterator[RenderableType]:
    """What is printed for people."""
    from flows.reextract import KINDS, sentence  # noqa: PLC0415 -- Prefect takes three seconds to import

    tally = done.tally
    yield Text(sentence(done, dry=dry))
    if not tally.read:
        return
    yield Text("")
    rows = [(KINDS[kind], number(count), percent(count / tally.read)) for kind, count in tally.kinds.most_common()]
    yield table([Column("articles"), Column("", "right"), Column("of all", "right")], rows)
    yield from _changes(tally)
    for kind, examples in tally.examples.items():
        yield Text(f"\nExamples: {KINDS[kind]}", style="bold")
        for example in examples:
            yield from _example(example)
    if dry:
        yield Text("\nNothing was changed; `wirewatch reextract` puts it into effect.")


def _changes(tally: Tally) -> Iterator[RenderableType]:
    if tally.facts:
        yield Text("")
        rows = [(fact, number(count)) for fact, count in tally.facts.most_common()]
        yield table([Column("read otherwise"), Column("articles", "right")], rows)
    if tally.shares:
        yield Text("")
        shares = [(share, number(count)) for share, count in tally.shares.items()]
        yield table([Column("of the text changed"), Column("articles", "right")], shares)
        yield Text(f"{number(tally.added)} sentences came, {number(tally.removed)} went.")
    changed = [(topic, one) for topic, one in sorted(tally.topics.items()) if one.gained or one.lost]
    if changed:
        yield Text("")
        columns = [
            Column("topic", elastic=True),
            *(Column(name, "right") for name in ("before", "after", "gained", "lost")),
        ]
        yield table(
            columns,
            [(topic, *map(number, (one.before, one.after, one.gained, one.lost))) for topic, one in changed],
        )


def _example(one: Example) -> Iterator[Text]:
    yield Text(f"  {clean(one.title or one.new_title) or '(no headline)'}")
    yield Text(f"    {clean(one.url)}", style="dim")
    yield Text(f"    {number(one.words)} → {number(one.new_words)} words")
    for line in one.said:
        yield Text(f"    {clean(line)}")
