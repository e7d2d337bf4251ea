"""Who leads, who belongs, and the tree of who was recognised by whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.kinship import Link, Member, belongs, copied, tree
from extractors.records import CopyKind, Likeness

EDITED = Likeness(kind=CopyKind.EDITED, jaccard=0.5, containment=0.6)
SPUN = Likeness(kind=CopyKind.SPUN, jaccard=0.2, containment=0.3)


def member(number: int, *, family: str, words: int = 300) -> Member:
    return Member(number, number, datetime(2025, 3, 1, tzinfo=UTC), family, words)


@pytest.mark.parametrize(
    ("found", "other", "verdict"),
    [
        (SPUN, member(2, family="other"), True),
        (SPUN, member(2, family="other", words=700), False),
        (EDITED, member(2, family="other", words=700), True),
        (EDITED, member(2, family="own"), False),
        (Likeness(kind=CopyKind.EDITED, jaccard=0.7, containment=0.9), member(2, family="own"), True),
        (Likeness(kind=None, jaccard=0.05, containment=0.1), member(2, family="other"), False),
    ],
    ids=["spun", "spun but longer", "shortened", "one publisher's pattern", "one publisher's copy", "nothing shared"],
)
def test_what_is_alike_is_not_always_copied(found: Likeness, other: Member, verdict: bool) -> None:
    assert copied(found, member(1, family="own"), other) is verdict


def test_a_text_that_shares_next_to_nothing_with_the_lead_does_not_belong() -> None:
    assert not belongs(Likeness(kind=None, jaccard=0.03, containment=0.1))
    assert belongs(Likeness(kind=None, jaccard=0.06, containment=0.1))
    assert belongs(Likeness(kind=None, jaccard=0.02, containment=0.2))


def test_a_tree_is_turned_towards_its_new_lead_and_keeps_its_likenesses() -> None:
    edges = [Link(2, 1, EDITED, 1), Link(3, 2, SPUN, 1), Link(9, 3, EDITED, 1)]

    assert tree(9, edges) == [Link(3, 9, EDITED, 9), Link(2, 3, SPUN, 9), Link(1, 2, EDITED, 9)]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.data())
def test_whoever_leads_every_other_member_leads_back_to_it(parents: list[int], data: st.DataObject) -> None:
    edges = [Link(child, parent % child, EDITED, 0) for child, parent in enumerate(parents, start=1)]
    lead = data.draw(st.integers(0, len(parents)))

    turned = tree(lead, edges)

    step = {link.article: link.other for link in turned}
    assert sorted(step) == [member for member in range(len(parents) + 1) if member != lead]
    assert {frozenset((link.article, link.other)) for link in turned} == {
        frozenset((link.article, link.other)) for link in edges
    }
    for member in step:
        here = member
        for _ in parents:
            here = step.get(here, here)
        assert here == lead
