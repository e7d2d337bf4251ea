"""Texts with their evidence marked, scores told term by term, and what a topic that was nearly reached lacked.

Marks are reverse video where there is colour, and `>>` and `<<` around the words elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.commands.output import clean, number
from topics.nearly import Held, Nearly
from topics.odds import Account
from topics.passages import sentence_starts

OPEN, CLOSE = ">>", "<<"
AROUND = 32
"""Characters shown on either side of a single match."""
STRETCH = 240
"""Characters that are shown before and after a long stretch without a mark; the rest of it is only counted."""
NEARLY = 5
"""Topics shown that were nearly reached."""


class Match(Protocol):
    """What earned a tag part of its score, as the tagger or the database has it."""

    @property
    def term(self) -> str: ...  # noqa: D102
    @property
    def concept(self) -> str: ...  # noqa: D102
    @property
    def field(self) -> str: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def weight(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text to mark, and by which numbers."""

    start: int
    end: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with marks, as wide as the window; how they look depends on whether it has colours."""

    text: str
    marks: tuple[Mark, ...]
    whole: bool = True
    """Whether long stretches without a mark are shown in full."""
    note: str = ""
    """What is said after it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As rich asks for it."""
        yield self.told(colour=console.color_system is not None)

    def told(self, *, colour: bool) -> Text:
        """The text, its marks made."""
        made = Text(overflow="fold")
        marks = joined(self.marks)
        bounds = [0, *(place for mark in marks for place in (mark.start, mark.end)), len(self.text)]
        for number_, (start, end) in enumerate(pairwise(bounds)):
            words = self.text[start:end]
            if number_ % 2 == 0:
                made.append(clean(words if self.whole else shortened(words)))
                continue
            made.append(clean(words) if colour else f"{OPEN}{clean(words)}{CLOSE}", "bold reverse")
            if numbers := marks[number_ // 2].numbers:
                made.append(f"[{','.join(map(str, numbers))}]", "dim")
        return made.append(f"  {self.note}", "dim") if self.note else made


def joined(marks: Iterable[Mark]) -> list[Mark]:
    """The same stretches in order, those that overlap as one."""
    made: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.start, one.end)):
        if made and mark.start < made[-1].end:
            last = made[-1]
            numbers = tuple(sorted({*last.numbers, *mark.numbers}))
            made[-1] = Mark(last.start, max(last.end, mark.end), numbers)
        else:
            made.append(mark)
    return made


def shortened(words: str) -> str:
    """A stretch without marks: its beginning and its end, if it is long."""
    if len(words) <= 3 * STRETCH:
        return words
    start, end = words[:STRETCH], words[-STRETCH:]
    start, end = start.rpartition(" ")[0] or start, end.partition(" ")[2] or end
    return f"{start} [… {number(len(words) - len(start) - len(end))} characters …] {end}"


def evidence_in(title: str, text: str, tags: Sequence[tuple[str, Sequence[Match]]], *, whole: bool) -> RenderableType:
    """Title and text with the evidence of all tags marked, each by the number of its tag (from 1)."""
    fields = {"title": title, "text": text}
    marks: dict[str, list[Mark]] = {name: [] for name in fields}
    for number_, (_, matches) in enumerate(tags, 1):
        for match in matches:
            marks[match.field].append(Mark(match.start, match.end, (number_,)))
    shown = [Marked(fields[name], tuple(marks[name]), whole or name == "title") for name in fields if fields[name]]
    return Group(*(Padding(one, (0, 0, 0, 2)) for one in shown))


def context(text: str, start: int, end: int, *, around: int = AROUND) -> tuple[str, str, str]:
    """The words before a match, the match, and the words after it, on one line; cut ends are marked with `…`."""
    before, after = text[max(start - around, 0) : start], text[end : end + around]
    if start > around:
        before = "…" + (before.partition(" ")[2] or before)
    if end + around < len(text):
        after = (after.rpartition(" ")[0] or after) + "…"
    return _flat(before), _flat(text[start:end]), _flat(after)


def _flat(words: str) -> str:
    return clean(words).replace("\n", " ")


def in_context(text: str, start: int, end: int, note: str = "") -> Marked:
    """A match, marked, with the words around it, and a note."""
    before, words, after = context(text, start, end)
    return Marked(before + words + after, (Mark(len(before), len(before) + len(words)),), note=note)


def terms_of(
    title: str,
    text: str,
    matches: Sequence[Match],
    score: float,
    *,
    most: int | None = None,
    account: Account | None = None,
) -> Iterator[RenderableType]:
    """The matches of a tag (or `most` of them), the heaviest first, and the score made anew from all their weights.

    `account` tells how the odds came about of a topic that no rule has earned.
    """
    grid = Table.grid(padding=(0, 1, 0, 0))  # so that long contexts wrap under themselves
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for match in sorted(matches, key=lambda match: -match.weight)[:most]:
        said = f"{match.concept}, by {clean(match.term)}"
        shown = in_context(title if match.field == "title" else text, match.start, match.end, said)
        grid.add_row(f"  {match.weight:+.2f} {match.field:<5}", shown)
    yield grid
    if most is not None and len(matches) > most:
        yield Text(f"  … and {len(matches) - most} more of less weight", style="dim")
    weights = sum(match.weight for match in matches)
    made = 1 - math.exp(-weights)
    differs = "" if abs(made - score) < 0.005 else f", and not {score:.2f}: the tag is damaged"
    yield Text(f"  ={weights:5.2f} in all, and 1 - exp(-{weights:.2f}) = {made:.2f}{differs}")
    if account is not None:
        yield Padding(Text(f"no rule earned it: {odds(account)}", style="dim"), (0, 0, 0, 2))


def odds(account: Account) -> str:
    """How a likelihood came about, in words; what adds less than a tenth is left out."""
    told = [f"{name} {weight:+.1f}" for name, weight in account.concepts if abs(weight) >= 0.1]
    rules = f", rules {account.rules:+.1f}" if account.rules else ""
    return (
        f"likely {account.likelihood:.2f}, by log-odds: base {account.base:+.1f}{rules}, {', '.join(told)} "
        f"({account.least:.2f} is asked)"
    )


# Nearly reached


def nearly_reached(title: str, text: str, found: Sequence[Nearly]) -> Iterator[RenderableType]:
    """What a text lacked for the topics that it nearly got, the closest first."""
    starts = [*sentence_starts(text), len(text)]
    for one in found[:NEARLY]:
        met = f", {one.conditions - 1} of {one.conditions} met" if one.conditions > 1 else ""
        yield Text.assemble(
            (one.topic, "bold"), f"  {f'rule {one.rule}' if one.rule else 'all rules'}{met}{_where(one)}"
        )
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, shown in _met(title, text, one, starts):
            grid.add_row(f"  {name:<8}", shown)
        grid.add_row("  lacks   ", Text(lack(title, text, one)))
        yield grid
    if len(found) > NEARLY:
        yield Text(f"… and {len(found) - NEARLY} more (--json shows all)", style="dim")


def _where(one: Nearly) -> str:
    if one.sentence is None:
        return ""
    return f" in sentence {one.sentence}" if one.sentence else " in the title"


def _met(title: str, text: str, one: Nearly, starts: Sequence[int]) -> Iterator[tuple[str, RenderableType]]:
    """What was there: marked in its sentence, or each with the words around it."""
    told = ", ".join(dict.fromkeys(f"{held.concept} ({_words(title, text, held)})" for held in one.held))
    yield "has", Text(told)
    if one.sentence is None:
        for held in one.held[:3]:
            yield "", in_context(title if held.field == "title" else text, held.start, held.end)
        return
    start, end = (0, len(title)) if not one.sentence else (starts[one.sentence - 1], starts[one.sentence])
    field, given = ("title", title) if not one.sentence else ("text", text)
    inside = [held for held in one.held if held.field == field and start <= held.start and held.end <= end]
    bare = given[start:end].rstrip()
    marks = tuple(Mark(held.start - start, held.end - start) for held in inside)
    yield "", Marked(bare.replace("\n", " "), marks, whole=False)


def _words(title: str, text: str, held: Held) -> str:
    return _flat((title if held.field == "title" else text)[held.start : held.end])


def lack(title: str, text: str, one: Nearly) -> str:
    """In words, the one thing that was missing."""
    it = one.lack
    asked = " or ".join(it.asked)
    such = f", as {', '.join(map(clean, it.examples))} would be" if it.examples else ""
    there = f"{OPEN}{_words(title, text, it.at)}{CLOSE}" if it.at else ""
    where = "the text" if one.sentence is None else "the title" if one.sentence == 0 else "that sentence"
    return {
        "concept": f"{asked} in {where}{such}",
        "sentence": f"{asked} in {where}: it stands elsewhere, {there}",
        "near": f"{asked} in {where}, one beside it or the title: it stands elsewhere, {there}",
        "distance": f"closeness: the words stand {it.have:.0f} words apart, and may {it.need:.0f}",
        "forbidden": f"the absence of {asked}, which the rule forbids beside them: {there}",
        "place": f"the right place: the rule looks at the {asked}{' and title' if asked == 'lead' else ''} only",
        "about": f"{asked} in the title or the first three sentences: the rule is for texts about it",
        "topic": f"a topic first: {asked.replace('#', '')}",
        "excluded": f"words outside of {there}, which is taken out of texts for this topic",
        "ambiguous": f"{asked} to speak for {there}{such}",
        "weight": f"weight: all that was found adds up to {it.have:.2f} of {it.need:.2f}",
        "odds": f"likelihood: all that the text names makes it {it.have:.2f} likely, and {it.need:.2f} are asked",
    }[it.kind]
