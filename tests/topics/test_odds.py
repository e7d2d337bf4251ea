"""Topics given for what a text as a whole names."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.errors import Misconfigured
from extractors.records import Evidence
from tests.topics.small import HEAD, RULE, TOPIC, tagger, taxonomy
from topics.checks import Finding, check
from topics.nearly import Held, Lack, Nearly, nearly
from topics.odds import Account
from topics.tagger import Tagger, score_of
from topics.taxonomy import Odds, load

ODDS = """
[odds.pact]
base = -2.0
rules = 4.0
[odds.pact.title]
pact = 0.5
[odds.pact.lead]
russia = 1.0
[odds.pact.text]
north-korea = 1.5
talk = -0.25
"""


def by(odds: str, *, rule: str = RULE) -> Tagger:
    return tagger(rule=rule + odds)


BY = by(ODDS)
SECOND = '[[topics]]\nslug = "second"\ntitle = "Second"\n[[topics.rules]]\nall = ["putin"]\nneeds = ["#pact"]\n'


def topics(text: str, *, title: str = "", of: Tagger = BY) -> list[str]:
    return [tag.topic for tag in of.tag(title, text).tags]


def test_a_topic_that_no_rule_earns_is_given_where_its_odds_are_good_enough() -> None:
    text = "Moscow smiles. It rains. North Korea sings. Russia dances."

    (tag,) = BY.tag("A treaty", text).tags

    # -2 + 0.5 + 1 + 1.5 = 1: the likelihood is 1 / (1 + exp(-1)), and its weight is shared as 0.5 to 1 to 1.5
    weight = math.log1p(math.exp(1))
    assert tag.evidence == (
        Evidence("treaty", "pact", "title", 2, 8, round(weight * 0.5 / 3, 4)),
        Evidence("Moscow", "russia", "text", 0, 6, round(weight * 1 / 3, 4)),
        Evidence("North Korea*", "north-korea", "text", 25, 36, round(weight * 1.5 / 3, 4)),
    )
    assert tag.score == score_of(tag.evidence) == round(1 / (1 + math.exp(-1)), 4)


def test_even_odds_are_enough_and_worse_ones_are_not() -> None:
    even = ODDS.replace("-2.0", "-2.5")

    assert topics("Moscow. North Korea.", of=by(even)) == ["pact"]
    assert topics("Moscow. North Korea. Talks.", of=by(even)) == []


def test_a_concept_that_no_rule_may_use_counts_even_where_it_is_just_enough() -> None:
    alone = by("[odds.pact]\nbase = -1.0\n[odds.pact.text]\ntalk = 1.0\n")

    assert topics("Talks.", of=alone) == ["pact"]
    assert topics("Pact.", of=alone) == []


def test_a_file_may_ask_for_more_than_even_odds() -> None:
    # -2 + 1 + 1.5 = 0.5, which is a likelihood of 0.62
    assert topics("Moscow. North Korea.", of=by(ODDS.replace("rules", "least = 0.61\nrules"))) == ["pact"]
    assert topics("Moscow. North Korea.", of=by(ODDS.replace("rules", "least = 0.63\nrules"))) == []


def test_where_a_concept_stands_decides_whether_its_weight_counts() -> None:
    late = "It rains. It snows. It hails. North Korea sings. Moscow smiles."

    assert topics(late) == []
    assert topics(late, title="Moscow") == ["pact"]
    assert topics(f"Moscow. {late}") == ["pact"]


def test_what_the_rules_found_adds_to_the_odds_and_is_evidence_too() -> None:
    weak = by(ODDS, rule='[[topics.rules]]\nall = ["talk"]\nweight = 0.3\n')

    (tag,) = weak.tag("", "Talks in Moscow.").tags

    # -2 + 4 x (0.3 x 1.25) + 1 - 0.25 = 0.25
    weight = math.log1p(math.exp(0.25))
    assert [(one.term, one.weight) for one in tag.evidence] == [
        ("talks", round(weight * 1.5 / 2.5, 4)),
        ("Moscow", round(weight * 1 / 2.5, 4)),
    ]


def test_what_rules_found_and_a_mention_in_the_same_place_are_one_piece_of_evidence() -> None:
    weak = by(ODDS.replace("talk = -0.25", "talk = 0.5"), rule='[[topics.rules]]\nall = ["talk"]\nweight = 0.3\n')

    (tag,) = weak.tag("", "Talks in Moscow.").tags

    # -2 + 4 x (0.3 x 1.25) + 1 + 0.5 = 1, of which the talks are 1.5 + 0.5
    weight = math.log1p(math.exp(1))
    assert [(one.term, one.weight) for one in tag.evidence] == [
        ("talks", round(weight * 2 / 3, 4)),
        ("Moscow", round(weight * 1 / 3, 4)),
    ]


def test_however_much_rules_found_it_counts_up_to_a_bound() -> None:
    high = TOPIC + "threshold = 5.0\n"
    found = tagger(topic=high, rule='[[topics.rules]]\nall = ["talk"]\n' + ODDS.replace("-2.0", "-2.5"))

    # -2.5 + 4 x 0.6 - 0.25, though the talks weigh 1.25
    assert topics("Talks.", of=found) == []
    assert topics("Talks in Moscow.", of=found) == ["pact"]


def test_of_a_concept_named_twice_the_first_mention_is_shown() -> None:
    (tag,) = BY.tag("", "Moscow and Russia dance. North Korea sings to Moscow.").tags

    assert [(one.term, one.start) for one in tag.evidence] == [("Moscow", 0), ("North Korea*", 25)]


def test_what_stands_far_down_in_a_long_text_does_not_count() -> None:
    assert topics("It rains. " * 390 + "North Korea.", title="Moscow") == ["pact"]
    assert topics("It rains. " * 400 + "North Korea.", title="Moscow") == []


def test_in_scripts_without_blanks_half_as_far_is_far() -> None:
    assert topics("今天下雨了。" * 330 + "朝鲜。", title="Moscow") == ["pact"]
    assert topics("今天下雨了。" * 340 + "朝鲜。", title="Moscow") == []


def test_odds_may_be_as_good_as_can_be() -> None:
    tables = "".join(
        f"[odds.pact.{where}]\n"
        + "".join(f"{name} = 50.0\n" for name in ("russia", "north-korea", "putin", "kim", "talk"))
        for where in ("title", "lead", "text")
    )
    certain = by("[odds.pact]\nbase = 0.0\n" + tables)

    (tag,) = certain.tag("Putin met Kim Jong Un for talks", "It rains.").tags

    assert tag.score == 1.0


def test_a_topic_that_its_rules_earn_is_left_as_it_is() -> None:
    text = "Russia and North Korea signed a pact."

    assert BY.tag("", text) == tagger().tag("", text)


def test_a_name_for_several_concepts_is_one_piece_of_evidence() -> None:
    (tag,) = BY.tag("", "朝俄").tags

    assert [(one.term, one.start, one.end) for one in tag.evidence] == [("朝俄", 0, 2)]
    assert tag.score == score_of(tag.evidence)


def test_a_topic_given_for_its_odds_is_one_that_others_may_need() -> None:
    needing = by(ODDS, rule=RULE + SECOND)

    assert topics("Putin smiles. North Korea sings.", of=needing) == ["pact", "second"]
    assert topics("Putin smiles.", of=needing) == []


def test_only_topics_that_no_rule_earned_have_an_account() -> None:
    likely = "[odds.second]\nbase = -1.0\n[odds.second.text]\nputin = 3.0\n"
    needing = by(ODDS + likely, rule=RULE + SECOND)

    assert list(needing.accounts("", "Putin smiles. North Korea sings.")) == ["pact"]
    assert needing.accounts("", "Putin and North Korea signed a pact.") == {}


def test_what_a_topic_takes_out_for_its_rules_counts_for_its_odds_and_in_their_account() -> None:
    excluding = tagger(topic=TOPIC + 'exclude = ["North Korea Street"]\n', rule=RULE + ODDS)
    text = "Moscow smiles. The pact was signed in North Korea Street."

    (tag,) = excluding.tag("", text).tags

    assert excluding.accounts("", text)["pact"].likelihood == round(1 / (1 + math.exp(-0.5)), 4)
    assert tag.score == pytest.approx(1 / (1 + math.exp(-0.5)), abs=2e-4)


def test_an_account_tells_what_speaks_for_a_topic_first_and_what_against_it_last() -> None:
    (account,) = BY.accounts("Talks about a pact", "Moscow smiles. North Korea sings.").values()

    assert account == Account(
        base=-2.0,
        rules=0.0,
        concepts=(("north-korea", 1.5), ("russia", 1.0), ("pact", 0.5), ("talk", -0.25)),
        likelihood=round(1 / (1 + math.exp(-0.75)), 4),
        least=0.5,
    )


def test_odds_without_anything_that_speaks_for_the_topic_give_no_tag() -> None:
    assert topics("It rains.", of=by("[odds.pact]\nbase = 0.0\n")) == []
    assert topics("Russia sleeps.", of=by("[odds.pact]\nbase = 0.0\n")) == []
    assert (
        topics("Russia sleeps.", of=by("[odds.pact]\nbase = -1.0\nleast = 0.2\n[odds.pact.text]\nrussia = -0.1\n"))
        == []
    )


@pytest.mark.parametrize(
    ("odds", "says"),
    [
        ("[odds.treaty]\nbase = -1\n", "odds.treaty: is for the topic `treaty`, which is not in this file"),
        (ODDS.replace("talk =", "tlak ="), "odds.pact.text.tlak: names the concept `tlak`, which is not in this file"),
        (ODDS.replace("base = -2.0", ""), "odds.pact.base: Field required"),
        (ODDS.replace("base = -2.0", "base = 2.0"), "odds.pact.base: Input should be less than or equal to 0"),
        (ODDS.replace("1.5", '"much"'), "odds.pact.text.north-korea: Input should be a valid number"),
        (ODDS.replace("rules", "least = 1.0\nrules"), "odds.pact.least: Input should be less than 1"),
        (ODDS.replace("1.5", "nan"), "odds.pact.text.north-korea: Input should be"),
    ],
)
def test_a_mistake_in_the_odds_is_named_by_its_key(odds: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=r"small.toml:\d+: ") as refused:
        by(odds)

    assert says in str(refused.value)


def test_the_odds_of_a_file_are_read_as_they_stand() -> None:
    assert taxonomy(rule=RULE + ODDS).odds == (
        Odds(
            topic="pact",
            base=-2.0,
            rules=4.0,
            least=0.5,
            title={"pact": 0.5},
            lead={"russia": 1.0},
            text={"north-korea": 1.5, "talk": -0.25},
        ),
    )


def test_weights_for_what_no_text_can_name_and_odds_that_never_do_are_found() -> None:
    dead = HEAD + '[concepts.dead]\nen = ["deaf"]\nnot = ["deaf"]\n'
    content = ODDS.replace("talk = -0.25", "dead = 9.0").replace("base = -2.0", "base = -8.0")
    used = '[[topics.rules]]\nall = ["talk"]\n'
    found = taxonomy(head=dead, rule=RULE + used + content)

    line = found.content.splitlines().index
    assert [one for one in check(found) if "odds" in one.message] == [
        Finding(
            line=line("[odds.pact]") + 1,
            severity="error",
            message="the odds of pact never give it: all that speaks for it makes it less likely than 0.5",
        ),
        Finding(
            line=line("dead = 9.0") + 1,
            severity="error",
            message="`dead` in the odds of pact never counts: no term can ever stand for it",
        ),
    ]


def test_odds_that_what_rules_find_makes_good_enough_are_no_mistake() -> None:
    found = taxonomy(rule=RULE + '[[topics.rules]]\nall = ["talk"]\n' + "[odds.pact]\nbase = -2.0\nrules = 4.0\n")

    assert check(found) == []


def test_a_topic_that_is_not_likely_enough_was_nearly_reached() -> None:
    found = nearly(BY, "", "It rains in North Korea.")

    likely = round(1 / (1 + math.exp(0.5)), 4)
    assert found == (
        Nearly(
            topic="pact",
            rule=None,
            conditions=1,
            closeness=round(likely / 0.5, 4),
            sentence=None,
            held=(Held("north-korea", "North Korea*", "text", 12, 23),),
            lack=Lack(kind="odds", have=likely, need=0.5),
        ),
    )


def test_a_topic_that_is_far_from_likely_was_not_nearly_reached() -> None:
    assert nearly(BY, "A treaty", "It rains.") == ()
    assert nearly(by("[odds.pact]\nbase = 0.0\n"), "", "") == ()


KOREA = Tagger(load(Path(__file__).parents[2] / "topics" / "korea.toml"))
WORDS = [
    "Putin",
    "Kim",
    "North Korea",
    "pact",
    "treaty",
    "talks",
    "Moscow",
    "rain",
    ".",
    "\n\n",
    "朝俄",
    "朝鲜",
    "\ud800",
    "\0",
]
MORE = [
    "China",
    "Beijing",
    "tariffs",
    "chips",
    "Taiwan",
    "Brussels",
    "summit",
    "missile",
    "professor",
    "中国",
    "欧盟",
    "北",
]


@settings(max_examples=80, deadline=None)
@given(title=st.lists(st.sampled_from(WORDS), max_size=4), text=st.lists(st.sampled_from(WORDS), max_size=24))
def test_a_topic_is_given_for_its_odds_wherever_they_add_up_to_enough(title: list[str], text: list[str]) -> None:
    headline, body = " ".join(title), " ".join(text)
    found = BY.look(headline, body)
    earned = bool(tagger().tag(headline, body).tags)
    assessed = BY.odds(BY.topics[0], found, BY.everything(found)) if found else None

    likely = assessed is not None and assessed[0].likelihood >= assessed[0].least and bool(assessed[1])

    assert topics(body, title=headline) == (["pact"] if earned or likely else [])


@settings(max_examples=80, deadline=None)
@given(
    title=st.lists(st.sampled_from(WORDS + MORE), max_size=6), text=st.lists(st.sampled_from(WORDS + MORE), max_size=60)
)
def test_every_score_is_rebuilt_from_its_evidence_and_all_of_it_lies_in_the_text(
    title: list[str], text: list[str]
) -> None:
    fields = {"title": " ".join(title), "text": " ".join(text)}

    for tag in KOREA.tag(fields["title"], fields["text"]).tags:
        assert tag.score == score_of(tag.evidence)
        assert tag.evidence
        for one in tag.evidence:
            assert 0 <= one.start < one.end <= len(fields[one.field])
            assert one.weight > 0
