"""The section on blocs: in what order, how late, how silent, and how strong a tint is."""

from __future__ import annotations

from flows.report import blocs
from flows.report.evidence import Evidence
from tests.flows.report.figures import lag, silence, trend

LAGS = {
    one.slice: one
    for one in (
        lag("western", 0.0, firsts=3), lag("rok", 4.0), lag("china-state", 36.0), lag("dprk-state", None, never_taken_up=3),
        lag("japan", None),
    )
}  # fmt: skip


def section(**facts: object) -> blocs.Section:
    leading = [trend("pact", bloc) for bloc in (*LAGS, "taiwan")]
    made = blocs.section(leading, **{"every": leading, "lags": LAGS, "silences": [], "evidence": Evidence(), **facts})  # type: ignore[arg-type]
    assert made is not None
    return made


def test_blocs_stand_in_the_order_in_which_they_take_stories_up_each_with_how_late_it_is() -> None:
    made = section()

    assert [(line.bloc, line.behind, line.place, line.late) for line in made.lines] == [
        ("western", "first", 0.0, False),
        ("rok", "4 h", 33.3, False),
        ("china-state", "36 h", 100.0, True),
        ("dprk-state", "silent", None, False),
        ("japan", "cannot be said", None, False),
        ("taiwan", "no story to judge by", None, False),
    ]
    assert made.longest == 36.0


def test_where_all_are_first_they_stand_at_the_beginning_of_the_scale() -> None:
    made = section(lags={"western": lag("western", 0.0)})

    assert (made.lines[0].place, made.longest) == (0.0, 0.0)


def test_only_blocs_that_are_silent_are_said_to_be() -> None:
    made = section(silences=[silence("rok", silent=False), silence("dprk-state", silent=True)])

    assert [one.slice for one in made.silences] == ["dprk-state"]


def test_the_strongest_share_of_the_table_has_the_strongest_tint_and_none_has_none() -> None:
    every = [
        trend("pact", "western", articles=10, share=0.02), trend("pact", "rok", articles=4, share=0.009),
        trend("ties", "western", articles=1, share=0.0001), trend("ties", "rok", articles=0),
    ]  # fmt: skip

    made = section(every=every)

    assert [(row.title, [cell.weight for cell in row.cells[:3]]) for row in made.rows] == [
        ("Pact", [5, 3, 0]),
        ("Ties", [1, 0, 0]),
    ]
