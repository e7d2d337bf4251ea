"""What does nothing in a taxonomy is found."""

from __future__ import annotations

from pathlib import Path

from tests.topics.small import HEAD, RULE, TOPIC, taxonomy
from topics.checks import check
from topics.taxonomy import load

DOMESTIC = Path(__file__).parents[2] / "topics" / "korea.toml"


def messages(head: str = HEAD, topic: str = TOPIC, rule: str = RULE) -> list[str]:
    everything_used = '[[topics.rules]]\nall = ["talk"]\n'
    return [
        f"{found.severity}: {found.message}"
        for found in check(taxonomy(head=head, topic=topic, rule=rule + everything_used))
    ]


def test_a_taxonomy_in_which_everything_works_has_no_findings() -> None:
    assert messages() == []


def test_everything_in_the_shipped_taxonomy_does_something() -> None:
    assert check(load(DOMESTIC)) == []


def test_a_term_that_another_always_covers_is_noted() -> None:
    head = HEAD.replace('"Russia*",', '"Russia*", "Russian",')

    assert messages(head) == ["note: `Russian` (russia) adds nothing: wherever it stands, `Russia*` does"]


def test_a_term_counts_for_itself_where_the_other_is_hidden_exact_or_of_another_language() -> None:
    hidden = HEAD.replace('not = ["朝鲜半岛"]', 'not = ["North Korean peninsula"]')
    hidden = hidden.replace('["North Korea*"]', '["North Korea*", "North Korean peninsula talks"]')
    exact = HEAD.replace('"Moscow"]', '"Moscow", "=Kremlin", "the Kremlin"]')
    foreign = HEAD.replace('en = ["pact", "treaty"]', 'en = ["pact", "treaty"]\nfr = ["pact*"]')

    assert messages(hidden) == messages(exact) == messages(foreign) == []


def test_a_term_that_a_phrase_always_hides_is_a_mistake() -> None:
    head = HEAD.replace('zh = ["朝鲜"]', 'zh = ["朝鲜", "朝鲜半岛"]')

    assert "error: `朝鲜半岛` (north-korea) never counts: an `ignore` or `not` phrase hides it" in messages(head)


def test_a_star_inside_a_word_can_never_match() -> None:
    head = HEAD.replace('"treaty"', '"treaty", "agree*ment"')

    assert [found for found in messages(head) if "`agree*ment` (pact) can never match" in found]


def test_a_rule_that_forbids_what_it_asks_for_can_never_fire() -> None:
    rule = '[[topics.rules]]\nall = ["putin"]\nnone = ["russia"]\n'

    assert messages(rule=rule) == [
        "note: the concept pact is used by no rule",
        "error: rule 1 of pact can never fire: whatever fills `putin` is russia too, which `none` forbids",
    ]


def test_phrases_that_hide_nothing_are_noted() -> None:
    head = 'ignore = ["cricket match"]\n' + HEAD.replace('not = ["朝鲜半岛"]', 'not = ["朝鲜半岛", "半岛"]')

    assert messages(head, topic=TOPIC + 'exclude = ["nothing here"]\n') == [
        "note: `cricket match` in `ignore` hides nothing: no such term lies inside it",
        "note: `半岛` in `not` of north-korea hides nothing: no such term lies inside it",
        "note: `nothing here` in `exclude` of pact takes nothing out: no term lies inside it",
    ]


def test_a_concept_no_rule_uses_is_noted_with_its_line() -> None:
    content = HEAD + '[concepts.idle]\nen = ["idle"]\n'
    (found,) = check(taxonomy(head=content, rule=RULE + '[[topics.rules]]\nall = ["talk"]\n'))

    assert found.message == "the concept idle is used by no rule"
    assert found.line == content[: content.index("[concepts.idle]")].count("\n") + 1
