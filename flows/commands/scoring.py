"""`wirewatch topics score`: how well the taxonomy does on labelled texts, and how sure that is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from extractors.errors import Misconfigured
from flows.commands.output import Column, as_json, clean, console, emit, number, table
from models.settings import load as settings
from topics import scoring
from topics import taxonomy as taxonomies
from topics.scoring import Counts, Interval, Labelled, Scores
from topics.tagger import Tagger
from topics.taxonomy import Taxonomy


def add(verbs: argparse._SubParsersAction[Any]) -> None:
    """Register the verb."""
    parser = verbs.add_parser(
        "score",
        help="precision, recall and F1 on labelled texts",
        description="Tags the texts of FILE and compares with their labels: precision, recall and F1 over all, by "
        'topic and by language, each with its 95 % interval. FILE holds JSON lines {"id", "lang", "title", "text", '
        '"topics", "related"}; only "topics" is needed. docs/topics.md tells how to label.',
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="JSON lines")
    parser.add_argument("--taxonomy", type=Path, metavar="FILE", help="another taxonomy than the settings name")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the figures."""
    taxonomy = taxonomies.load(args.taxonomy or settings().taxonomy)
    labelled = read(args.file)
    _name_strangers(taxonomy, labelled)
    scores = scoring.score(Tagger(taxonomy), labelled)
    if args.json:
        emit(as_json(facts(taxonomy, scores)))
        return 0
    out = console()
    for part in report(taxonomy, scores, args.file):
        out.print(part, soft_wrap=isinstance(part, str))  # a path must stay whole
    return 0


def read(file: Path) -> list[Labelled]:
    """The labelled texts of a file; raises `Misconfigured` naming file and line."""
    try:
        labelled = scoring.read(file.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise Misconfigured(f"{file} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise Misconfigured(f"{file} cannot be read: it is not UTF-8 text.") from None
    except ValueError as error:
        raise Misconfigured(f"{file}, {error}.") from None
    if not labelled:
        raise Misconfigured(f"{file} holds no labelled text.")
    return labelled


def facts(taxonomy: Taxonomy, scores: Scores) -> dict[str, Any]:
    """All figures, for programs."""
    return {
        "taxonomy": taxonomy.name,
        "version": taxonomy.digest.hex()[:8],
        "texts": len(scores.outcomes),
        "all": _figures(scores.all, scores.f1_interval()),
        "macro_f1": scores.macro_f1,
        "topics": {
            topic: _figures(counts, scores.f1_interval(topic=topic)) for topic, counts in scores.by_topic.items()
        },
        "languages": {
            language: _figures(counts, scores.f1_interval(language=language))
            for language, counts in scores.by_language.items()
        },
        "unrelated": {
            "texts": scores.unrelated,
            "tagged": scores.unrelated_tagged,
            "interval": scores.unrelated_interval,
        },
        "related_average_precision": {
            f"{grade}": {
                "value": scores.average_precision(grade),
                "interval": scores.average_precision_interval(grade),
            }
            for grade in _grades(scores)
        },
    }


def report(taxonomy: Taxonomy, scores: Scores, file: Path) -> list[RenderableType]:
    """All figures, for people."""
    title = f"{taxonomy.name}, version {taxonomy.digest.hex()[:8]}, on {number(len(scores.outcomes))} texts of {file}"
    rows = [("all", scores.all, scores.f1_interval())]
    by_topic = [(topic, counts, scores.f1_interval(topic=topic)) for topic, counts in scores.by_topic.items()]
    by_language = [(one, counts, scores.f1_interval(language=one)) for one, counts in scores.by_language.items()]
    parts: list[RenderableType] = [title, "", _table("", rows), "", _table("topic", by_topic), ""]
    parts += [_table("language", by_language), "", f"Mean F1 of the topics: {scores.macro_f1:.3f}."]
    if scores.unrelated:
        tagged = len(scores.unrelated_tagged)
        parts.append(
            f"Unrelated texts that got a tag: {tagged} of {scores.unrelated}, "
            f"{_with_interval(tagged / scores.unrelated, scores.unrelated_interval)}."
        )
    for grade in _grades(scores):
        value = _with_interval(scores.average_precision(grade), scores.average_precision_interval(grade))
        parts.append(
            f"Average precision of `related`, texts of grade {grade}{' and 2' if grade == 1 else ''}: {value}."
        )
    return parts


def _grades(scores: Scores) -> list[int]:
    """The grades that there are texts of to be put first."""
    return [grade for grade in (1, 2) if any(one.grade is not None and one.grade >= grade for one in scores.outcomes)]


def _table(name: str, rows: Sequence[tuple[str, Counts, Interval]]) -> RenderableType:
    columns = [
        Column(name, least=10),
        *(Column(one, "right") for one in ("due", "right", "extra", "missing")),
        *(Column(one, "right") for one in ("precision", "recall", "F1")),
    ]
    return table(
        columns,
        [
            (
                clean(label),
                *map(number, (counts.right + counts.missing, counts.right, counts.extra, counts.missing)),
                _with_interval(counts.precision, counts.precision_interval),
                _with_interval(counts.recall, counts.recall_interval),
                _with_interval(counts.f1, f1),
            )
            for label, counts, f1 in rows
        ],
    )


def _figures(counts: Counts, f1: Interval) -> dict[str, Any]:
    return {
        "right": counts.right,
        "extra": counts.extra,
        "missing": counts.missing,
        "precision": counts.precision,
        "precision_interval": counts.precision_interval,
        "recall": counts.recall,
        "recall_interval": counts.recall_interval,
        "f1": counts.f1,
        "f1_interval": f1,
    }


def _with_interval(value: float, interval: Interval) -> str:
    return f"{value:.3f} ({interval[0]:.2f}-{interval[1]:.2f})"


def _name_strangers(taxonomy: Taxonomy, labelled: Sequence[Labelled]) -> None:
    """Say which labels can never be met."""
    strangers = {topic for one in labelled for topic in one.topics} - {topic.slug for topic in taxonomy.topics}
    if strangers:
        console(stderr=True).print(
            f"No topics of {taxonomy.name}, so counted as missing: {', '.join(map(clean, sorted(strangers)))}."
        )
