"""Which benchmarks a command line asks for, and what is written of odds that were learnt; what is measured is not tested."""

from __future__ import annotations

import math

import pytest

from bench.__main__ import NAMES, asked, main
from bench.odds import HEAD, LEAST, Model, example, without_odds, written
from tests.topics.small import HEAD as SMALL
from tests.topics.small import RULE, TOPIC
from topics.scoring import Labelled
from topics.tagger import Tagger
from topics.taxonomy import parse


def test_what_follows_a_name_are_the_arguments_of_that_benchmark() -> None:
    assert asked(["retag", "100000", "tagging", "kills", "--seed", "2"]) == [
        ("retag", ["100000"]),
        ("tagging", []),
        ("kills", ["--seed", "2"]),
    ]


def test_without_a_name_every_benchmark_is_asked_for() -> None:
    assert asked([]) == [(name, []) for name in NAMES]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing", "retag"], f"No such benchmark: nothing. There are: {', '.join(NAMES)}.\n"),
        (["pacing", "7"], "bench pacing takes no arguments: 7\n"),
    ],
)
def test_what_no_benchmark_takes_is_said_at_once(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (main(words), capsys.readouterr().err) == (2, said)


class Learnt(Model):
    """A model with weights that nobody had to learn."""

    def __init__(self) -> None:
        self.weights = {
            "pact": (-2.0, 3.0, {("title", "pact"): 0.5, ("lead", "russia"): 1.5, ("text", "talk"): 1.0}),
            "never": (0.0, 0.0, {}),
        }


CONTENT = SMALL + TOPIC + RULE


def test_odds_that_were_learnt_are_written_as_the_taxonomy_reads_them_and_can_be_cut_off_again() -> None:
    content = f"{CONTENT}\n{written(Learnt())}"

    (odds,) = parse(content, name="small").odds
    assert (odds.topic, odds.base, odds.rules, odds.least) == ("pact", -2.0, 3.0, LEAST)
    assert (odds.title, odds.lead, odds.text) == ({"pact": 0.5}, {"russia": 1.5}, {"talk": 1.0})
    assert HEAD in content
    assert without_odds(content) == without_odds(CONTENT)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A treaty", "Moscow smiles. Talks end."),
        ("A treaty", "Moscow smiles."),
        ("", "It rains. It snows. It hails. Talks end in Moscow."),
        ("Talks in Moscow", "It rains."),
        ("", "It rains. " * 500 + "Talks."),
        ("Russia and North Korea sign a pact", ""),
        ("", ""),
    ],
)
def test_what_a_regression_sees_of_a_text_is_what_the_tagger_adds_up(title: str, text: str) -> None:
    bare, likely = (Tagger(parse(content, name="small")) for content in (CONTENT, f"{CONTENT}\n{written(Learnt())}"))
    one = example(bare, "mine", Labelled(id="1", lang="en", title=title, text=text, topics=frozenset(), related=0))

    odds = Learnt().odds(one).get("pact", math.inf)

    assert [tag.topic for tag in likely.tag(title, text).tags] == ["pact"] * (odds >= math.log(LEAST / (1 - LEAST)))
