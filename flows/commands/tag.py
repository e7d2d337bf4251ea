"""`wirewatch tag`: tags texts from a file or standard input, one JSON object a line; no database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from rich.console import Group
from rich.text import Text

from extractors.errors import Misconfigured, WirewatchError
from extractors.records import Tagging
from flows.commands.marked import evidence_in, nearly_reached, terms_of
from flows.commands.output import clean, console
from topics.nearly import nearly
from topics.tagger import Tagger


class MalformedLine(WirewatchError):
    """A line that is no text to tag; `str()` says what is wrong with it."""


def add(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "tag",
        help="tag texts from a file or stdin",
        description='Tag texts with the taxonomy. Reads one JSON object a line, {"id", "title", "text", "lang"?}, and '
        'writes one a line, {"id", "lang", "topics": [{"topic", "score", "evidence": [{"term", "field", "start", '
        '"end"}]}], "related"}, as soon as it is read.',
        epilog="A line that cannot be read is named on stderr and left out; the exit code is 1 then.",
    )
    parser.add_argument("file", nargs="*", default=["-"], metavar="FILE", help="JSON lines; `-` or nothing: stdin")
    parser.add_argument(
        "--explain",
        action="store_true",
        help="for people: each text with its evidence marked, the sums, and what was missing for topics nearly reached",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help='with --explain: JSON lines all the same, with "concept" and "weight" of each match, and "nearly"',
    )
    parser.add_argument("--taxonomy", type=Path, metavar="FILE", help="another taxonomy than the settings name")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Tag every line of every file; one that is malformed does not keep the others back."""
    from flows.commands.topics import chosen  # noqa: PLC0415 -- settings are not needed for --help

    for name in args.file:  # a misspelt name shows before anything is written
        if not Path(name).is_fifo():  # who writes to a pipe would be told that nobody reads
            with _opened(name):
                pass
    tagger = Tagger(chosen(args.taxonomy))
    answering = _plain if not args.explain else _detailed if args.json else _for_people
    malformed = 0
    for name in args.file:
        with _opened(name) as file:
            malformed += _tag_all(tagger, file, answering, name="stdin" if name == "-" else name)
    return 1 if malformed else 0


Answering = Callable[[Tagger, dict[str, Any]], None]
"""Writes what the tagger says of one text."""


def _tag_all(tagger: Tagger, file: IO[bytes], answering: Answering, *, name: str) -> int:
    """Tag the lines of one file; how many were malformed."""
    from extractors.language import detect  # noqa: PLC0415 -- loads a model, which --help does without

    if file.isatty():
        print('Waiting for lines such as {"id": 1, "title": "…", "text": "…"}; Ctrl-D ends.', file=sys.stderr)
    malformed = 0
    for number, line in _lines(file):
        try:
            given = _text(line)
        except MalformedLine as error:
            malformed += 1
            print(f"wirewatch: {name}, line {number}: {error}; it was left out.", file=sys.stderr)
            continue
        given["title"], given["text"] = given["title"] or "", given["text"] or ""
        given["lang"] = given.get("lang") or detect(f"{given['title']}\n{given['text']}")
        answering(tagger, given)
    return malformed


def _plain(tagger: Tagger, given: dict[str, Any]) -> None:
    _write(answer(given["id"], given["lang"], tagger.tag(given["title"], given["text"])))


def _detailed(tagger: Tagger, given: dict[str, Any]) -> None:
    title, text = given["title"], given["text"]
    tagging = tagger.tag(title, text)
    found = answer(given["id"], given["lang"], tagging)
    accounts = tagger.accounts(title, text)
    for topic, tag in zip(found["topics"], tagging.tags, strict=True):
        topic["evidence"] = [match._asdict() for match in tag.evidence]
        if tag.topic in accounts:
            topic["odds"] = asdict(accounts[tag.topic])
    missed = nearly(tagger, title, text, language=given["lang"])
    _write(found | {"nearly": [asdict(one) for one in missed]})


def _for_people(tagger: Tagger, given: dict[str, Any]) -> None:
    title, text = given["title"], given["text"]
    tagging = tagger.tag(title, text)
    out = console()
    out.print(Text(f"{clean(str(given['id']))}  related to the subject: {tagging.related:.2f}", style="bold"))
    out.print(evidence_in(title, text, [(tag.topic, tag.evidence) for tag in tagging.tags], whole=False))
    accounts = tagger.accounts(title, text)
    for number, tag in enumerate(tagging.tags, 1):
        out.print(Text.assemble(f"[{number}] ", (tag.topic, "bold"), f"  score {tag.score:.2f}"))
        out.print(Group(*terms_of(title, text, tag.evidence, tag.score, account=accounts.get(tag.topic))))
    if not tagging.tags:
        out.print("No topics.")
    if missed := nearly(tagger, title, text, language=given["lang"]):
        out.print(Text("Nearly reached", style="bold"))
        out.print(Group(*nearly_reached(title, text, missed)))
    out.print()


def answer(identity: str | int, lang: str | None, tagging: Tagging) -> dict[str, Any]:
    """One line of output, as a plain object."""
    topics = [
        {
            "topic": tag.topic,
            "score": tag.score,
            "evidence": [
                {"term": match.term, "field": match.field, "start": match.start, "end": match.end}
                for match in tag.evidence
            ],
        }
        for tag in tagging.tags
    ]
    return {"id": identity, "lang": lang, "topics": topics, "related": tagging.related}


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(Path(name).open("rb"))
        except OSError as error:
            raise Misconfigured(f"{name} cannot be read: {error.strerror}.") from None
        yield file


def _lines(file: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(file, 1):
        bare = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if bare.strip():
            yield number, bare


def _text(line: bytes) -> dict[str, Any]:
    """The text in a line, with `id`, `title` and `text`; raises `MalformedLine`."""
    try:
        given = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedLine("this is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise MalformedLine(f"this is not JSON ({error.msg} at character {error.pos + 1})") from None
    except (ValueError, RecursionError):  # a number of 5,000 digits, brackets 10,000 deep
        raise MalformedLine("this is not JSON that can be read") from None
    if not isinstance(given, dict):
        raise MalformedLine("this is JSON, but not an object")
    if not isinstance(given.get("id"), str | int) or isinstance(given["id"], bool):
        raise MalformedLine('"id" must be a text or a number')
    for key in ("title", "text", "lang"):
        if not isinstance(given.setdefault(key, None), str | None):
            raise MalformedLine(f'"{key}" must be a text')
    if given["title"] is None and given["text"] is None:
        raise MalformedLine('it has neither "title" nor "text"')
    return given


def _write(found: dict[str, Any]) -> None:
    line = json.dumps(found, ensure_ascii=False)
    try:
        raw = line.encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair in the id
        raw = json.dumps(found).encode("ascii")
    sys.stdout.buffer.write(raw + b"\n")
    sys.stdout.buffer.flush()
