"""Changes to a feeds.toml that leave everything else in it as people wrote it: comments, order, spacing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from extractors import catalogue
from extractors.enlist import Addition, same
from extractors.errors import Misconfigured
from extractors.records import Catalogue, FeedSpec
from extractors.toml_lines import line_of
from flows import whole_file

NEEDED = ("country", "language", "kind", "bloc")
"""What a new source must be told; all else has a default."""


def read(path: Path) -> str:
    """The text of the file with its own line ends; raises `Misconfigured`."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except UnicodeDecodeError:
        raise Misconfigured(f"{path} cannot be read: it is not UTF-8 text.") from None
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read: {error.strerror}.") from None


def known(content: str, *, name: str) -> Catalogue:
    """What the file lists, which may be nothing yet; raises `Misconfigured` for a mistake in it."""
    with suppress(tomllib.TOMLDecodeError):
        if "source" not in tomllib.loads(content):
            return Catalogue(sources=(), feeds=())
    return catalogue.load(content, name=name)


def extended(content: str, url: str, facts: Mapping[str, str | None], *, name: str) -> str:
    """The text with one more feed: in the list of the source `facts["slug"]`, or of a new source at the end.

    Raises `Misconfigured` for a feed that is listed already, options that a new source lacks, and facts that are wrong.
    """
    before = known(content, name=name)
    listed = next((feed for feed in before.feeds if same(feed.url) == same(url)), None)
    if listed is not None:
        raise Misconfigured(f"{name} has {listed.url} already, under {listed.source}.")
    new = all(source.slug != facts["slug"] for source in before.sources)
    missing = [f"--{fact}" for fact in NEEDED if not facts.get(fact)]
    if new and missing:
        raise Misconfigured(f"{facts['slug']} is a new source: say also {', '.join(missing)}, or --source.")
    said = {fact: value for fact, value in facts.items() if value}
    feed = FeedSpec(source=str(facts["slug"]), url=url)
    return grown(content, [Addition(facts=said, feeds=(feed,), new=new)], name=name)


def grown(content: str, additions: Iterable[Addition], *, name: str) -> str:
    """The text with more feeds: in the lists of known sources, and new sources at the end, in the order given.

    Raises `Misconfigured` for facts that are wrong, and for a list that cannot be found in the text.
    """
    for addition in additions:
        if addition.new:
            content = _with_new(content, addition)
        else:
            for feed in reversed(addition.feeds):  # each goes first into its list
                content = _under_known(content, feed, name=name)
    catalogue.load(content, name=name)
    return content


def write(path: Path, content: str) -> None:
    """Replace the file at once or not at all: a full disk must not cost the list. Raises `Misconfigured`."""
    with whole_file.writing(path) as file:
        file.write(content.encode())


def _under_known(content: str, feed: FeedSpec, *, name: str) -> str:
    """Put the feed first into the source's list of feeds, in the manner in which that is written."""
    wanted, slug, written = tomllib.loads(content), feed.source, _written(feed)
    index = next(number for number, source in enumerate(wanted["source"]) if source["slug"] == slug)
    wanted["source"][index]["feeds"].insert(0, tomllib.loads(f"feed = {written}")["feed"])
    lines = content.splitlines(keepends=True)
    number = (line_of(content, ["source", index, "feeds"]) or 1) - 1
    head, bracket, rest = lines[number].partition("[")
    if rest.strip() and not rest.lstrip().startswith("#"):
        lines[number] = f"{head}{bracket}{written}, {rest}"
    else:  # one address a line
        below = lines[number + 1] if number + 1 < len(lines) else ""
        indent = below[: len(below) - len(below.lstrip())] if below.strip() else ""
        lines.insert(number + 1, f"{indent or '    '}{written},{_line_end(content)}")
    grown = "".join(lines)
    with suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(grown) == wanted:
            return grown
    raise Misconfigured(f"Where {name} lists the feeds of {slug} could not be told: add {feed.url} there by hand.")


def _with_new(content: str, addition: Addition) -> str:
    end = _line_end(content)
    lines = ["[[source]]", *(f"{fact} = {_quoted(value)}" for fact, value in addition.facts.items() if value)]
    feeds = [_written(feed) for feed in addition.feeds]
    listed = [f"feeds = [{feeds[0]}]"] if len(feeds) == 1 else ["feeds = [", *(f"    {feed}," for feed in feeds), "]"]
    before = content.rstrip()
    return end.join([*([before, ""] if before else []), *lines, *listed, ""])


def _written(feed: FeedSpec) -> str:
    return f"{{ url = {_quoted(feed.url)}, note = {_quoted(feed.note)} }}" if feed.note else _quoted(feed.url)


def _line_end(content: str) -> str:
    return "\r\n" if "\r\n" in content else "\n"


def _quoted(words: str) -> str:
    """A basic string of TOML."""
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in escaped) + '"'
