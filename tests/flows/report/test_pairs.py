"""What goes together: a tint says no more than the interval does, and each pair is told once."""

from __future__ import annotations

import pytest

from flows.report import pairs
from flows.report.evidence import Evidence
from models.diffusion import Pair
from tests.flows.report.figures import pair


def section(*found: Pair) -> pairs.Section:
    both = [
        *found,
        *(pair(one.right_subject, one.left_subject, low=one.lift_low) for one in found if one.right_about == "topic"),
    ]
    made = pairs.section(both, {"kim": "Kim"}, Evidence())
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("low", "high", "tint"),
    [(0.2, 0.9, "less"), (0.2, 1.0, "same"), (1.0, 3.0, "same"), (1.1, 3.0, "more-1"), (1.6, 3.0, "more-2"), (2.6, 9.0, "more-3"),
     (4.1, 9.0, "more-4")],
)  # fmt: skip
def test_a_tint_goes_by_the_end_of_the_interval_that_is_nearer_to_chance(low: float, high: float, tint: str) -> None:
    made = section(pair("arms", "pact", low=low, high=high))

    assert [cell.tint for cell in made.rows[0].cells] == ["self", tint]


def test_the_strongest_ties_are_told_once_and_only_where_they_rest_on_three_texts_and_not_on_chance() -> None:
    made = section(
        pair("arms", "pact", low=1.5), pair("arms", "ties", low=3.0, both=2), pair("pact", "ties", low=0.9),
        pair("pact", "kim", low=2.0, about="actor"),
    )  # fmt: skip

    assert [(one.left, one.right) for one in made.strong] == [("pact", "Kim"), ("arms", "pact")]
