"""`wirewatch topics diff|retag|versions`: what a changed taxonomy would do, putting it into effect, old versions."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from extractors.errors import Misconfigured
from flows.commands import asked
from flows.commands.output import NOTHING, Column, as_json, clean, console, emit, moment, number, sparkline, table
from models import version_store
from models.version_store import TopicChange, Version

if TYPE_CHECKING:
    from flows.topic_diff import Diff, Example, TopicDiff

NOTHING_STORED = "Nothing has been tagged yet, so there is nothing to compare: `wirewatch run` fetches the feeds."
WORDS = 6
"""Evidence words shown of an example."""


def add(verbs: argparse._SubParsersAction[Any]) -> None:
    """Register the three verbs."""
    diff = verbs.add_parser(
        "diff",
        help="what a changed taxonomy would do to the stored articles",
        description="Tags stored articles by FILE and compares with the tags they have by the version in use: articles "
        "gained and lost by topic, with examples and the words that earned the topic, and the last 28 days before and "
        "after. Nothing is written. Without --sample the newest 50,000 articles are compared.",
    )
    diff.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the one that the settings name")
    retag = verbs.add_parser(
        "retag",
        help="put a changed taxonomy into effect for all stored articles",
        description="Tags all stored articles by the taxonomy the settings name, beside the tags they have, then "
        "counts all trends by it at once. May be interrupted: the next retag goes on where this one ended.",
    )
    retag.add_argument("--dry-run", action="store_true", help="the same as `topics diff`: only say what would change")
    retag.add_argument(
        "--prune", type=_whole, metavar="N", help="afterwards drop the tags of all but the newest N old versions"
    )
    for verb in (diff, retag):
        verb.add_argument("--sample", type=asked.positive, metavar="N", help="compare N articles from all times")
    versions = verbs.add_parser(
        "versions",
        help="the versions of the taxonomy that are kept",
        description="The versions of the taxonomy, with how many articles each has tagged.",
    )
    either = versions.add_mutually_exclusive_group()
    either.add_argument(
        "--compare", nargs=2, type=asked.positive, metavar=("OLD", "NEW"), help="by topic, by their numbers"
    )
    either.add_argument(
        "--prune", nargs="+", type=asked.positive, metavar="VERSION", help="drop the tags of old versions"
    )
    for verb, run in ((diff, compare), (retag, put_into_effect), (versions, show_versions)):
        verb.add_argument("--json", action="store_true", help="for programs")
        verb.set_defaults(run=run)


def compare(args: argparse.Namespace) -> int:
    """`topics diff`: what FILE would change; writes nothing."""
    return _compare(args, getattr(args, "file", None))


def _compare(args: argparse.Namespace, file: Path | None) -> int:
    from flows import gather, progress, resources, topic_diff  # noqa: PLC0415 -- after the arguments are known to be right
    from topics import taxonomy as taxonomies  # noqa: PLC0415 -- see above

    path = file or resources.settings().taxonomy
    taxonomy = taxonomies.load(path)
    with resources.database() as engine, progress.shown(console(stderr=True)):
        found = topic_diff.diff(engine, resources.settings(), taxonomy, sample=args.sample, until=gather.now().date())
    if args.json:
        emit(as_json(asdict(found)))
        return 0
    out = console()
    for part in report(found, path, width=out.width):
        out.print(part)
    return 0


def put_into_effect(args: argparse.Namespace) -> int:
    """`topics retag`: the `retag` flow, on a server that is up or on one of its own."""
    if args.dry_run:
        return _compare(args, None)
    from flows import progress, resources  # noqa: PLC0415 -- after the arguments are known to be right

    if args.sample is not None:
        raise Misconfigured("--sample goes with --dry-run: a retag tags all articles.")
    resources.taxonomy()
    out = console(stderr=True) if args.json else console()
    with resources.database(), resources.prefect(out.print), progress.shown(out):
        done = resources.run_retag(keep=args.prune)
    if args.json:
        emit(as_json(asdict(done)))
        return 0
    tagged = f"{number(done.articles)} articles were tagged in {done.seconds:.1f} s"
    if done.switched:
        out.print(f"Version {done.version} of the taxonomy took the place of {done.before}; {tagged}.")
        out.print(changes_table(done.changes))
    else:
        out.print(f"Version {done.version} of the taxonomy was in use already; {tagged}.")
    if args.prune is not None:
        out.print(f"Tags dropped of old versions: {', '.join(done.pruned) or 'none'}.")
    return 0


def show_versions(args: argparse.Namespace) -> int:
    """`topics versions`: all of them; or two compared; or some pruned."""
    from flows import resources  # noqa: PLC0415 -- after the arguments are known to be right

    with resources.database() as engine:
        if args.prune:
            from flows.pruning import prune  # noqa: PLC0415 -- see above

            pruned = prune(engine, versions=args.prune)
            emit(as_json(pruned) if args.json else f"Tags dropped of old versions: {', '.join(pruned)}.")
            return 0
        with engine.connect() as db:
            known = version_store.versions(db)
            _see_that_they_exist(args.compare or (), [one.id for one in known])
            changes = version_store.compare(db, *args.compare) if args.compare else []
    if args.json:
        emit(as_json([asdict(one) for one in (changes if args.compare else known)]))
    elif args.compare:
        console().print(changes_table(changes))
    else:
        columns = [Column("version"), Column("name"), Column("tagger", "right"), Column("first seen")]
        columns += [Column("articles", "right"), Column("")]
        rows = [
            (one.label, one.name, one.revision or NOTHING, moment(one.made_at), number(one.articles), _used(one))
            for one in known
        ]
        console().print(table(columns, rows))
    return 0


def _used(one: Version) -> str:
    return "in use" if one.is_current else ""


def _see_that_they_exist(asked: Iterable[int], known: Sequence[int]) -> None:
    for one in asked:
        if one not in known:
            there_are = ", ".join(map(str, sorted(known))) or "none"
            raise Misconfigured(f"There is no taxonomy version {one}; there are {there_are}.")


def changes_table(changes: Sequence[TopicChange]) -> RenderableType:
    """A line a topic: articles before and after, gained and lost."""
    columns = [Column("topic", least=26), *(Column(name, "right") for name in ("before", "after", "gained", "lost"))]
    rows = [(one.topic, *map(number, (one.before, one.after, one.gained, one.lost))) for one in changes]
    return table(columns, rows)


def report(found: Diff, path: Path, *, width: int) -> list[RenderableType]:
    """A diff for people, in a window of `width` columns: what was compared, each topic that changes, examples."""
    if found.used is None:
        return [NOTHING_STORED]
    if not found.topics:
        return [f"{path} is the version in use, {found.used}: it changes nothing."]
    changed = [one for one in found.topics if one.gained or one.lost]
    parts: list[RenderableType] = [_what_was_compared(found, path)]
    if changed:
        parts += ["", _counts_table(changed), "", _days_table(changed, width)]
    same = len(found.topics) - len(changed)
    parts += ["", f"{same} of {len(found.topics)} topics would not change."]
    for one in changed:
        parts += ["", *_examples(one)]
    return [*parts, "", "Nothing was written. `wirewatch topics retag` puts the file into effect."]


def _what_was_compared(found: Diff, path: Path) -> str:
    if found.compared >= found.stored:
        which = f"all {number(found.stored)} stored articles"
    elif found.sample:
        which = f"a sample of {number(found.compared)} of {number(found.stored)} stored articles"
    else:
        which = (
            f"the newest {number(found.compared)} of {number(found.stored)} stored articles (--sample N takes N from "
            "all times)"
        )
    return f"{path} ({found.version}) against version {found.used}, which is in use; compared: {which}."


def _counts_table(changed: Sequence[TopicDiff]) -> RenderableType:
    columns = [Column("topic", least=26), *(Column(name, "right") for name in ("before", "after", "gained", "lost"))]
    rows = [(one.topic, *map(number, (one.before, one.after, one.gained, one.lost))) for one in changed]
    return table(columns, rows)


def _days_table(changed: Sequence[TopicDiff], width: int) -> RenderableType:
    """The last 28 days before and after, a bar a day, or for two where the window is narrow."""
    bars = 28 if width >= 100 else 14
    columns = [Column("topic", least=26), Column("28 days before", least=bars), Column("and after", least=bars)]
    rows = []
    for one in changed:
        both = sparkline([*one.days_before, *one.days_after], width=2 * bars)  # in one, so that they have one scale
        counts = f"{number(_sum(one.days_before))} → {number(_sum(one.days_after))}"
        rows.append((one.topic, both[:bars], both[bars:], counts))
    return table([*columns, Column("articles", "right")], rows)


def _sum(days: Sequence[int | None]) -> int:
    return sum(day for day in days if day is not None)


def _examples(topic: TopicDiff) -> Iterable[Text]:
    yield Text(topic.topic, style="bold")
    for sign, count, examples in (
        ("+", topic.gained, topic.gained_examples),
        ("-", topic.lost, topic.lost_examples),
    ):
        for example in examples:
            yield Text(f"  {sign} {clean(example.title)}")
            yield Text(f"    {_words(example)}")
            yield Text(f"    {clean(example.url)}", style="dim", overflow="fold")
        if count > len(examples):
            yield Text(f"  {sign} and {number(count - len(examples))} more")


def _words(example: Example) -> str:
    shown = ", ".join(clean(" ".join(word.split())) for word in example.words[:WORDS])
    return shown + (", …" if len(example.words) > WORDS else "")


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 up")
    return int(text)
