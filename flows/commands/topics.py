"""`wirewatch topics`: the taxonomy as it is (list, check, show; no database), and what changing it does."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.text import Text

from extractors.errors import Misconfigured
from flows.commands import retagging, scoring
from flows.commands.output import Column, as_json, console, emit, table
from models.settings import load as settings
from topics import taxonomy as taxonomies
from topics.checks import check as findings_of
from topics.shape import Scope
from topics.taxonomy import Odds, Rule, Taxonomy, Topic


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command and its verbs."""
    parser = subparsers.add_parser("topics", help="the taxonomy: list, check, show, change", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="all topics", description="All topics of the taxonomy.")
    listed.set_defaults(run=show_all)
    checked = verbs.add_parser(
        "check",
        help="what is wrong with the taxonomy",
        description="Reads the taxonomy and says what is wrong with it: exit 2 when it cannot be used, 1 when "
        "something in it can have no effect, 0 otherwise. Notes (terms that could go) are counted, and listed with "
        "--notes.",
    )
    checked.add_argument("--notes", action="store_true", help="list what is harmless but could go, too")
    checked.set_defaults(run=check)
    shown = verbs.add_parser("show", help="one topic: meaning, rules, terms", description="One topic with its rules.")
    shown.add_argument("topic", metavar="TOPIC", help="its slug, as `list` shows it")
    shown.set_defaults(run=show)
    scoring.add(verbs)
    retagging.add(verbs)
    for verb in (listed, checked, shown):
        verb.add_argument("--taxonomy", type=Path, metavar="FILE", help="another taxonomy than the settings name")
        verb.add_argument("--json", action="store_true", help="for programs")


def chosen(path: Path | None) -> Taxonomy:
    """The taxonomy in `path`, or the one the settings name; raises `Misconfigured`."""
    return taxonomies.load(path or settings().taxonomy)


def show_all(args: argparse.Namespace) -> int:
    """`topics list`: a line a topic."""
    taxonomy = chosen(args.taxonomy)
    if args.json:
        emit(as_json([_facts(topic) for topic in taxonomy.topics]))
        return 0
    columns = [
        Column("topic", least=26),
        Column("title", elastic=True),
        Column("rules", "right"),
        Column("related", "right"),
    ]
    rows = [(topic.slug, topic.title, len(topic.rules), f"{topic.related:.2f}") for topic in taxonomy.topics]
    console().print(table(columns, rows))
    terms = sum(1 for term in taxonomy.terms if not term.hides)
    console().print(
        f"{taxonomy.name}, version {taxonomy.digest.hex()[:8]}: {len(taxonomy.topics)} topics, {len(taxonomy.actors)} "
        f"actors, {len(taxonomy.concepts) - len(taxonomy.actors)} concepts, {terms:,} terms."
    )
    return 0


def check(args: argparse.Namespace) -> int:
    """`topics check`: mistakes on a line each, notes counted."""
    taxonomy = chosen(args.taxonomy)
    findings = findings_of(taxonomy)
    mistakes = [finding for finding in findings if finding.severity == "error"]
    if args.json:
        emit(as_json([asdict(finding) for finding in findings]))
        return 1 if mistakes else 0
    path = args.taxonomy or settings().taxonomy
    for finding in findings if args.notes else mistakes:
        emit(f"{path}:{finding.line}: {finding.severity}: {finding.message}")
    notes = len(findings) - len(mistakes)
    verdict = _counted(len(mistakes), "mistake") if mistakes else "no mistake"
    hint = " (--notes lists them)" if notes and not args.notes else ""
    emit(f"{taxonomy.name}: {verdict}, {_counted(notes, 'note')}{hint}.")
    return 1 if mistakes else 0


def show(args: argparse.Namespace) -> int:
    """`topics show`: what one topic means and what earns it."""
    taxonomy = chosen(args.taxonomy)
    topic = next((topic for topic in taxonomy.topics if topic.slug == args.topic), None)
    if topic is None:
        known = ", ".join(topic.slug for topic in taxonomy.topics)
        raise Misconfigured(f"There is no topic `{args.topic}` in {taxonomy.name}; it has {known}.")
    terms = _terms(taxonomy, topic)
    if args.json:
        emit(as_json(_facts(topic) | {"rules": [asdict(rule) for rule in topic.rules], "terms": terms}))
        return 0
    page = console()
    page.print(Text(topic.title, style="bold"))
    page.print(Text(topic.description))
    if topic.medtop:
        page.print(Text(f"IPTC {topic.medtop} {topic.medtop_label or ''}{'' if topic.checked else ' (not checked)'}"))
    page.print(Text(f"actors: {', '.join(topic.actors)}"))
    for rule in topic.rules:
        page.print(Text(f"{rule.number}. {describe(rule)}"))
    for odds in taxonomy.odds:
        if odds.topic == topic.slug:
            page.print(Text(told(odds)))
    rows = [(name, sum(counts.values()), _by_language(counts)) for name, counts in terms.items()]
    page.print(
        Text(""), table([Column("concept"), Column("terms", "right"), Column("by language", elastic=True)], rows)
    )
    return 0


_SCOPES: dict[Scope, str] = {
    "sentence": "in one sentence",
    "opening": "in one sentence, or in the title and one of the first three",
    "lead": "in title and lead",
    "text": "anywhere",
}


def describe(rule: Rule) -> str:
    """A rule in words."""
    parts = [" + ".join("|".join(slot) for slot in rule.slots)]
    if rule.at_least:
        parts.append(f"at least {rule.at_least} of {', '.join('|'.join(slot) for slot in rule.of)}")
    parts.append(_SCOPES[rule.scope])
    if rule.within:
        parts.append(f"within {rule.within} words")
    if rule.where:
        parts.append(f"in the {'title' if rule.where == 'title' else 'title or lead'}")
    for words, slots in (("near", rule.near), ("if the text has", rule.needs)):
        if slots:
            parts.append(f"{words} {' + '.join('|'.join(slot) for slot in slots)}")
    if rule.none:
        parts.append(f"without {', '.join(rule.none)}")
    return f"{', '.join(part for part in parts if part)}: {rule.weight:g}"


def told(odds: Odds) -> str:
    """What makes a topic likely, in words, the heaviest weights first."""
    parts = [
        f"without a rule if {odds.least:g} likely, by log-odds: base {odds.base:g}, what rules found x {odds.rules:g}"
    ]
    words = {"title": "in the title", "lead": "in title or lead", "text": "anywhere"}
    for where, weights in odds.tables.items():
        if weights:
            ranked = sorted(weights.items(), key=lambda one: -one[1])
            parts.append(f"{words[where]} {', '.join(f'{name} {weight:+g}' for name, weight in ranked)}")
    return "; ".join(parts)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _facts(topic: Topic) -> dict[str, Any]:
    facts = asdict(topic)
    return facts | {"rules": len(topic.rules)}


def _terms(taxonomy: Taxonomy, topic: Topic) -> dict[str, Counter[str]]:
    """By concept the topic's rules name, how many terms it has in each language."""
    names = dict.fromkeys(
        name for rule in topic.rules for slot in (*rule.slots, *rule.near, *rule.of, *rule.needs) for name in slot
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for term in taxonomy.terms:
        if not term.hides:
            for concept in term.concepts:
                if concept in counts:
                    counts[concept][term.language] += 1
    return counts


def _by_language(counts: Counter[str]) -> str:
    return " ".join(f"{language} {count}" for language, count in sorted(counts.items()))
