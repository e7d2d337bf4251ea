"""Taxonomy files: read whole, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.errors import Misconfigured
from tests.topics.small import HEAD, RULE, TOPIC, taxonomy
from topics.tagger import Tagger
from topics.taxonomy import Actor, load, parse


def line(text: str, content: str) -> int:
    return content[: content.index(text)].count("\n") + 1


def refusal(content: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        parse(content, name="my.toml")
    return str(refused.value)


def test_a_file_gives_its_topics_and_actors(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + TOPIC + RULE, encoding="utf-8")

    read = load(path)

    assert (read.name, [topic.slug for topic in read.topics]) == ("small", ["pact"])
    assert read.actors[0] == Actor(slug="russia", name="Russia", wikidata="Q159", checked=False)
    assert read.content == HEAD + TOPIC + RULE


def test_the_digest_is_of_the_content_whatever_the_line_ends() -> None:
    assert taxonomy().digest == parse((HEAD + TOPIC + RULE).replace("\n", "\r\n"), name="x").digest
    assert len(taxonomy().digest) == 16
    assert taxonomy().digest != taxonomy(rule=RULE + "weight = 0.9\n").digest


def test_a_term_stands_for_all_that_its_concept_stands_for() -> None:
    terms = {term.text: term.concepts for term in taxonomy().terms}

    assert terms["Putin"] == ("putin", "russia")
    assert terms["朝俄"] == ("russia", "north-korea")


@pytest.mark.parametrize(
    ("broken", "place", "says"),
    [
        (HEAD + TOPIC + RULE.replace('"pact"', '"pct"'), '"pct"', "topics.1.rules.1.all: names the concept `pct`"),
        (HEAD.replace('also = ["russia"]', 'also = ["rus"]') + TOPIC + RULE, '"rus"', "actors.putin.also: names the concept `rus`"),
        (HEAD + TOPIC + "[[topics.rules]]\nweight = 1.0\n", "[[topics.rules]]", "topics.1.rules.1: is empty"),
        (HEAD + TOPIC, "[[topics]]", "topics.1.rules: Field required"),
        (HEAD + TOPIC + RULE + "wieght = 2\n", "wieght", "topics.1.rules.1.wieght: Extra inputs"),
        (HEAD + TOPIC + RULE + "weight = -1\n", "weight = -1", "topics.1.rules.1.weight: Input should be greater"),
        (HEAD + TOPIC + RULE + TOPIC + RULE, None, "topics.2.slug: `pact` is there twice"),
        (HEAD + "[concepts.empty]\n" + TOPIC + RULE, "[concepts.empty]", "concepts.empty: has no terms"),
        (HEAD + '[concepts.odd]\nen = ["*"]\n' + TOPIC + RULE, 'en = ["*"]', "concepts.odd.en: `*` is no term"),
        (HEAD + '[concepts.odd]\nenglish = ["x"]\n' + TOPIC + RULE, "[concepts.odd]", "`english` is neither a language"),
        (HEAD + '[concepts.russia]\nen = ["x"]\n' + TOPIC + RULE, "[concepts.russia]", "is the name of an actor too"),
        (HEAD + TOPIC + RULE + 'needs = ["#later"]\n', 'needs = ["#later"]', "needs the topic `#later`, which is not above"),
        (HEAD + TOPIC + RULE + 'about = ["rus"]\n', '"rus"', "topics.1.rules.1.about: names the concept `rus`"),
        (HEAD + TOPIC + RULE + "at-least = { n = 2, of = ['pact'] }\n", "at-least", "asks for 2 of 1 and never fires"),
        (HEAD + TOPIC.replace("related", 'actors = ["nobody"]\nrelated') + RULE, '"nobody"', "names the actor `nobody`"),
        (HEAD.replace("Q159", "159") + TOPIC + RULE, "wikidata", "actors.russia.wikidata: String should match"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_line_and_key(broken: str, place: str | None, says: str) -> None:
    sentence = refusal(broken)

    assert says in sentence
    assert "\n" not in sentence
    if place is not None:
        assert sentence.startswith(f"my.toml:{line(place, broken)}: ")


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert refusal('name = "x"\ntitle = \n').startswith("my.toml: not valid TOML: ")
    assert "line 2" in refusal('name = "x"\ntitle = \n')


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "b.toml"
    binary.write_bytes(b"name = '\xff'")

    with pytest.raises(Misconfigured, match=r"nowhere\.toml: the taxonomy cannot be read"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(Misconfigured, match="not UTF-8"):
        load(binary)


def test_the_example_in_the_docs_works_as_it_says() -> None:
    page = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    tagger = Tagger(parse(example, name="example"))

    def topics(text: str) -> list[str]:
        return [tag.topic for tag in tagger.tag("", text).tags]

    assert topics("The Port Authority fears a strike. Doe was not seen.") == ["port-strike"]
    assert topics("Hafenstreik!") == ["port-strike"]
    assert topics("The strike ended, said Doe.") == []
    assert topics("A lightning strike hit the Port Authority.") == []

    odds = page.split("```toml\n")[2].split("```")[0]
    likely = Tagger(parse(example + odds, name="example"))
    # -4 + 1.5 + 2 for the strike in the title, + 1.2 for the authority in the lead: likely 0.67
    (tag,) = likely.tag("Strike looms", "It rains. The Port Authority is silent.").tags
    assert (tag.topic, tag.score) == ("port-strike", 0.6682)
    assert likely.tag("Strike looms", "It rains.").tags == ()
