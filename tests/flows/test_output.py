"""What commands print with: tables that fit, gaps that show, figures for people, nothing that steers a terminal."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flows.commands.output import (
    GAP,
    Column,
    as_csv,
    as_json,
    change,
    clean,
    console,
    emit,
    moment,
    number,
    percent,
    render,
    span,
    sparkline,
    table,
)


def test_a_sparkline_shows_zero_as_the_lowest_bar_and_a_gap_as_a_gap() -> None:
    assert sparkline([0, 1, None, 4, 8]) == "▁▂·▅█"


def test_a_sparkline_of_nothing_but_zeros_or_gaps_has_no_peak() -> None:
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([None, None]) == GAP * 2
    assert sparkline([]) == ""


def test_a_sparkline_too_long_averages_neighbours_and_only_a_group_of_gaps_stays_a_gap() -> None:
    assert sparkline([2, 4, None, 3, None, None], width=3) == f"██{GAP}"


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=80), st.integers(1, 60))
def test_a_sparkline_never_exceeds_its_width(values: list[float | None], width: int) -> None:
    assert len(sparkline(values, width=width)) == min(len(values), width)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (number(12345), "12,345"),
        (number(2.25, 1), "2.2"),
        (number(None), "–"),
        (percent(0.1234), "12.3%"),
        (percent(None), "–"),
        (change(1.4), "+40%"),
        (change(0.75), "-25%"),
        (change(3.2), "x3.2"),
        (change(None), "–"),
        (moment(datetime(2025, 3, 4, 5, 6, tzinfo=UTC)), "2025-03-04 05:06"),
        (span(40), "40 s"),
        (span(720), "12 min"),
        (span(18_000), "5 h"),
        (span(259_200), "3 d"),
    ],
)
def test_figures_are_written_for_people(shown: str, expected: str) -> None:
    assert shown == expected


COLUMNS = [Column("feed", elastic=True, least=6), Column("articles", "right"), "trend"]


def test_a_table_cuts_elastic_columns_only() -> None:
    drawn = render(table(COLUMNS, [("a very long name of a feed indeed", "1,234", "▁█")]), width=30)

    assert drawn.splitlines()[-1] == "a very long …     1,234  ▁█"


def test_an_empty_cell_is_a_dash() -> None:
    assert render(table(["a", "b"], [(None, 0)])).splitlines()[-1] == "–  0"


@pytest.mark.parametrize("words", ["조선중앙통신 보도", "russia-dprk-pact", "[bold]not markup[/bold] :smile:"])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_window_and_nothing_is_read_as_markup(words: str, width: int) -> None:
    drawn = render(table(COLUMNS, [(words, "7", "▁")]), width=width)

    assert max(map(cell_len, drawn.splitlines())) <= width
    assert words[:5] in drawn


def test_what_could_steer_a_terminal_is_left_out() -> None:
    assert clean("a\x1b[31mred\x1b]0;title\x07 \u202eevil\x00 \U0001f600\tb") == "a[31mred]0;title evil \U0001f600\tb"
    assert "\x1b" not in render(table(["title"], [("\x1b[2Jgone",)]))


def test_elsewhere_than_on_a_terminal_there_is_no_colour() -> None:
    paper = io.StringIO()

    console(file=paper, width=40).print("[red]plain[/red]", style="bold red")

    assert paper.getvalue() == "[red]plain[/red]\n"


def test_without_a_window_nothing_is_cut_at_80_columns_unless_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    free = console(file=io.StringIO()).width
    monkeypatch.setenv("COLUMNS", "100")

    assert (free, console(file=io.StringIO()).width) == (160, 100)


def test_a_title_is_never_squeezed_into_a_narrow_table() -> None:
    assert render(table(["a"], [(1,)], title="A title wider than its table"), width=60).splitlines() == [
        "A title wider than its table", "a", "─", "1",
    ]  # fmt: skip


def test_what_programs_read_is_utf_8_whatever_the_locale_and_half_a_surrogate_stays_json() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    emit(as_json({"title": "条約 é \ud800"}), file=stream)
    stream.flush()

    assert raw.getvalue() == '{\n  "title": "条約 é \\ud800"\n}\n'.encode()


def test_a_stream_that_cannot_write_a_sign_gets_a_question_mark() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")

    console(file=stream, width=40).print("▁█ ok")
    stream.flush()

    assert raw.getvalue() == b"?? ok\n"


def test_json_keeps_scripts_and_writes_dates_as_iso() -> None:
    assert as_json({"day": date(2025, 3, 4), "title": "条約"}) == '{\n  "day": "2025-03-04",\n  "title": "条約"\n}'


def test_csv_quotes_what_needs_it_and_leaves_none_empty() -> None:
    rows = [{"a": 'say "x", y', "b": None, "c": 1}, {"a": date(2025, 3, 4), "b": 0.5}]

    assert as_csv(rows, ["a", "b"]) == 'a,b\r\n"say ""x"", y",\r\n2025-03-04,0.5\r\n'


def test_what_is_emitted_ends_with_one_newline() -> None:
    paper = io.StringIO()

    emit("x", file=paper)
    emit("y\n", file=paper)

    assert paper.getvalue() == "x\ny\n"
