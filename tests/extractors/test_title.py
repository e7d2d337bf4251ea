from __future__ import annotations

import pytest

from extractors import title
from extractors.metadata import Metadata

LONG = "Council votes to rebuild the footbridge"


@pytest.mark.parametrize(
    ("titles", "headings", "site", "chosen"),
    [
        ((LONG, f"{LONG} | Harrow Echo"), (), "Harrow Echo", LONG),
        ((f"{LONG} | Harrow Echo",), (LONG,), "", LONG),
        ((f"{LONG} - News - Harrow Echo",), ("News", LONG), "", LONG),
        ((f"{LONG} - Harrow Echo",), (), "Harrow Echo", LONG),
        ((f"Harrow Echo: {LONG}",), (), "Harrow Echo", f"Harrow Echo: {LONG}"),
        ((f"Harrow Echo | {LONG}",), (), "Harrow Echo", LONG),
        ((f"{LONG} — echo.example",), (), "", LONG),
        (("Bridge – a love story",), (), "Harrow Echo", "Bridge – a love story"),
        (("Footbridge",), ("Harrow Echo",), "Harrow Echo", "Footbridge"),
        (("新一代海洋浮标网布设完毕-新华网",), (), "", "新一代海洋浮标网布设完毕"),
        (("浮标网布设完毕_国际_晨报",), (), "晨报", "浮标网布设完毕_国际"),
        (("한빛시, 상수원 함께 관리한다 - 한빛일보",), (), "", "한빛시, 상수원 함께 관리한다"),
        (("給食費、全小学校で無償に｜青波新聞",), (), "青波新聞", "給食費、全小学校で無償に"),
        (("Мост заменит паром | Вести",), (), "Вести", "Мост заменит паром"),
        ((), (LONG,), "", LONG),
        ((), (), "", ""),
    ],
)
def test_the_title_is_the_headline_without_the_site(
    titles: tuple[str, ...], headings: tuple[str, ...], site: str, chosen: str
) -> None:
    assert title.choose(Metadata(titles=titles, headings=headings, site=site), host="www.echo.example") == chosen


def test_without_a_title_on_the_page_the_announced_one_is_taken() -> None:
    assert title.choose(Metadata(headings=("",), titles=("echo.example",)), announced=LONG, host="echo.example") == LONG


def test_a_title_is_one_clean_line_of_bearable_length() -> None:
    chosen = title.choose(Metadata(titles=("Bridge\x00 and\nferry " + "again " * 200,)))

    assert chosen.startswith("Bridge and ferry again")
    assert len(chosen) <= 400
