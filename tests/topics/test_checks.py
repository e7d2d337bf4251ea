"""What does nothing in a taxonomy is found."""

from __future__ import annotations

from pathlib import Path

import pytest

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


@pytest.mark.parametrize("narrow", ["^북$", "북$", "^북"])
def test_a_term_that_must_begin_or_end_a_word_covers_only_its_like(narrow: str) -> None:
    head = HEAD.replace('"Russia*",', f'"Russia*", "{narrow}", "북",')

    assert messages(head) == [f"note: `{narrow}` (russia) adds nothing: wherever it stands, `북` does"]


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


def placed(head: str = HEAD, topic: str = TOPIC, rule: str = RULE) -> list[tuple[str, str]]:
    """Each finding with the line of the file that it names."""
    rule += '[[topics.rules]]\nall = ["talk"]\n'
    lines = (head + topic + rule).splitlines()
    return [(lines[one.line - 1], one.message) for one in check(taxonomy(head=head, topic=topic, rule=rule))]


ENDLESS = HEAD.replace(
    "[concepts.talk]",
    '[concepts.circle]\nen = ["loop"]\n[concepts.circle.ambiguous]\nbeside = ["ring"]\nen = ["=Turn"]\n'
    '[concepts.ring]\n[concepts.ring.ambiguous]\nbeside = ["circle"]\nen = ["=Bell"]\n[concepts.talk]',
)  # fmt: skip


@pytest.mark.parametrize(
    ("head", "topic", "rule", "line", "says"),
    [
        (HEAD.replace('"Moscow"', '"Mosc*ow"'), TOPIC, RULE, 'en = ["Russia*", "Mosc*ow"]', "`Mosc*ow` (russia) can never match"),
        (HEAD.replace('zh = ["朝鲜"]', 'zh = ["朝鲜半岛"]'), TOPIC, RULE, 'zh = ["朝鲜半岛"]', "`朝鲜半岛` (north-korea) never counts: an `ignore`"),
        (ENDLESS, TOPIC, RULE + 'none = ["circle", "ring"]\n', 'en = ["=Turn"]', "`=Turn` (circle) never counts: no sure term stands for `ring`"),
        (HEAD.replace('"Moscow"', '"Russian"'), TOPIC, RULE, 'en = ["Russia*", "Russian"]', "`Russian` (russia) adds nothing"),
        (HEAD, TOPIC, RULE + 'none = ["russia"]\n', "[[topics.rules]]", "rule 1 of pact can never fire: whatever fills `russia` is russia too"),
        (
            ENDLESS.replace('"loop"', '"lo*op"'), TOPIC, RULE.replace('"pact"', '"circle"') + 'near = ["pact"]\nnone = ["ring"]\n',
            "[[topics.rules]]", "rule 1 of pact can never fire: `circle` is never filled, as no term can ever stand for it here",
        ),
        (
            HEAD, TOPIC + 'exclude = ["pact", "treaty"]\n', RULE,
            "[[topics.rules]]", "rule 1 of pact can never fire: `pact` is never filled, as no term can ever stand for it here",
        ),
        (
            HEAD.replace('["talks", "met"]', '["talks", "met"]\n[concepts.dead]\nen = ["de*ad"]'), TOPIC,
            '[[topics.rules]]\nall = ["pact"]\nat-least = { n = 2, of = ["dead", "russia"] }\n',
            "[[topics.rules]]", "rule 1 of pact can never fire: it asks for 2 of a list of which fewer can ever be filled",
        ),
        (HEAD, TOPIC + "threshold = 99\n", RULE, "[[topics.rules]]", "pact can never be given: no rule weighs enough for its threshold 99"),
        ('ignore = ["cricket match"]\n' + HEAD, TOPIC, RULE, 'ignore = ["cricket match"]', "`cricket match` in `ignore` hides nothing"),
        (HEAD.replace('["朝鲜半岛"]', '["半岛"]'), TOPIC, RULE, 'not = ["半岛"]', "`半岛` in `not` of north-korea hides nothing"),
        (HEAD, TOPIC + 'exclude = ["rain"]\n', RULE, 'exclude = ["rain"]', "`rain` in `exclude` of pact takes nothing out"),
        (HEAD + '[concepts.idle]\nen = ["idle"]\n', TOPIC, RULE, "[concepts.idle]", "the concept idle is used by no rule"),
    ],
    ids=[
        "no match", "hidden", "nothing to stand beside", "shadowed", "forbidden", "dead slot", "excluded slot", "dead list", "too heavy",
        "ignore", "not", "exclude", "unused",
    ],
)  # fmt: skip
def test_each_kind_of_finding_names_the_line_that_it_is_about(
    head: str, topic: str, rule: str, line: str, says: str
) -> None:
    found = [where for where, message in placed(head, topic, rule) if message.startswith(says)]

    assert found == [line]


def test_a_rule_that_needs_a_topic_that_can_never_be_given_can_never_fire() -> None:
    second = '[[topics]]\nslug = "talks"\ntitle = "Talks"\n[[topics.rules]]\nall = ["talk"]\nneeds = ["#pact"]\n'
    content = taxonomy(rule='[[topics.rules]]\nall = ["pact"]\nnone = ["pact"]\n' + second)

    assert [found.message for found in check(content) if found.severity == "error"] == [
        "rule 1 of pact can never fire: whatever fills `pact` is pact too, which `none` forbids",
        "rule 1 of talks can never fire: `#pact` is never filled, as the topic can never be given",
    ]
