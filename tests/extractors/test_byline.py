from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import byline


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["By Ada Finch and Tom Reed"], ("Ada Finch", "Tom Reed")),
        (["ADA FINCH, Staff Writer", "Ada Finch"], ("Ada Finch",)),
        (["Von Friederike Amsel, Auenfeld"], ("Friederike Amsel", "Auenfeld")),
        (["Par Solène Marchetaud (avec AFP)"], ("Solène Marchetaud",)),
        (["홍가람 기자", "이나래 특파원"], ("홍가람", "이나래")),
        (["记者：林晓川", "作者 周望"], ("林晓川", "周望")),
        (["https://harrow.example/ada", "ada@harrow.example", "@ada", "admin", "Редакция", "", "  "], ()),
        (["Reuters"], ("Reuters",)),
        (["Sandy Anderson"], ("Sandy Anderson",)),
        (["x" * 80], ()),
    ],
)
def test_names_are_taken_out_of_bylines(written: list[str], names: tuple[str, ...]) -> None:
    assert byline.names(written) == names


@given(st.lists(st.text(max_size=80), max_size=15))
def test_there_are_at_most_ten_different_names(written: list[str]) -> None:
    found = byline.names(written)

    assert len(found) == len({name.casefold() for name in found}) <= 10
