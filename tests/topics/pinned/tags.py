"""What the tagger makes of the pinned texts now, and what it made of them when they were pinned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.topics.pinned.texts import TEXTS
from topics.revision import REVISION
from topics.tagger import Tagger
from topics.taxonomy import load

FILE = Path(__file__).with_name("tags.json")


def made() -> dict[str, Any]:
    """By number of the text, its tags with their evidence, its actors and its relatedness."""
    tagger = Tagger(load(FILE.with_name("taxonomy.toml")))
    found = {}
    for number, (title, text) in enumerate(TEXTS):
        tagging = tagger.tag(title, text)
        tags = {
            tag.topic: [[one.term, one.concept, one.field, one.start, one.end, one.weight] for one in tag.evidence]
            for tag in tagging.tags
        }
        found[str(number)] = {"tags": tags, "actors": list(tagging.actors), "related": tagging.related}
    return {"revision": REVISION, "texts": found}


def pinned() -> dict[str, Any]:
    """The same, as it was written down."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def told(found: dict[str, Any]) -> str:
    """As JSON with a line a text, so that a change can be read."""
    lines = ",\n".join(f'  "{number}": {json.dumps(one, ensure_ascii=False)}' for number, one in found["texts"].items())
    return f'{{"revision": {found["revision"]}, "texts": {{\n{lines}\n}}}}\n'
