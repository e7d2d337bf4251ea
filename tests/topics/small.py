"""A small taxonomy for tests, and ways to vary it."""

from __future__ import annotations

from topics.tagger import Tagger
from topics.taxonomy import Taxonomy, parse

HEAD = """
name = "small"

[actors.russia]
name = "Russia"
wikidata = "Q159"
en = ["Russia*", "Moscow"]

[actors.north-korea]
name = "North Korea"
en = ["North Korea*"]
zh = ["朝鲜"]
not = ["朝鲜半岛"]

[actors.putin]
name = "Vladimir Putin"
also = ["russia"]
en = ["Putin"]

[actors.kim]
name = "Kim"
also = ["north-korea"]
en = ["Kim Jong Un"]
[actors.kim.ambiguous]
beside = ["putin"]
en = ["=Kim"]

[concepts.pact]
en = ["pact", "treaty"]

[concepts.talk]
en = ["talks", "met"]

[[compounds]]
concepts = ["russia", "north-korea"]
zh = ["朝俄"]

[[together]]
of = ["russia", "north-korea"]
weight = 0.4
"""

TOPIC = """
[[topics]]
slug = "pact"
title = "The pact"
core = true
related = 0.8
"""

RULE = """
[[topics.rules]]
all = ["pact", "russia", "north-korea"]
"""


def taxonomy(*, head: str = HEAD, topic: str = TOPIC, rule: str = RULE) -> Taxonomy:
    return parse(head + topic + rule, name="small.toml")


def tagger(*, head: str = HEAD, topic: str = TOPIC, rule: str = RULE) -> Tagger:
    return Tagger(taxonomy(head=head, topic=topic, rule=rule))
