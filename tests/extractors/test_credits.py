from __future__ import annotations

import pytest

from extractors.credits import agency

REST = " The rest of the report follows and says what happened and who was there. " * 12


@pytest.mark.parametrize(
    ("slug", "head"),
    [
        ("reuters", "SEOUL (Reuters) - North of the river"),
        ("reuters", "SEOUL, Nov 24 (Reuters) - North of the river"),
        ("reuters", "［ソウル ２４日 ロイター］ - 川の北で"),
        ("reuters", "Reuters\nNorth of the river"),
        ("ap", "SEOUL, South Korea (AP) — North of the river"),
        ("ap", "By The Associated Press\nNorth of the river"),
        ("afp", "Séoul (AFP) - Au nord du fleuve"),
        ("tass", "MOSCOW, November 24. /TASS/. North of the river"),
        ("tass", "МОСКВА, 24 ноября. /ТАСС/. К северу от реки"),
        ("ria", "МОСКВА, 24 ноя — РИА Новости. К северу от реки"),
        ("interfax", "Москва. 24 ноября. INTERFAX.RU - К северу от реки"),
        ("xinhua", "BEIJING, Nov. 24 (Xinhua) -- North of the river"),
        ("xinhua", "新华社北京11月24日电（记者林晓川）河北岸"),
        ("cns", "中新社北京11月24日电 河北岸"),
        ("cna-tw", "（中央社台北24日電）河北岸"),
        ("yonhap", "(서울=연합뉴스) 홍가람 기자 = 강 북쪽에서"),
        ("newsis", "[서울=뉴시스] 홍가람 기자 = 강 북쪽에서"),
        ("kyodo", "【ソウル共同】川の北で"),
        ("jiji", "【ソウル時事】川の北で"),
        ("kcna", "Pyongyang, August 7 (KCNA) -- North of the river"),
        ("dpa", "Seoul (dpa) - Nördlich des Flusses"),
        ("efe", "Seúl, 24 nov (EFE).- Al norte del río"),
        ("lusa", "Lisboa, 24 nov 2026 (Lusa) - A norte do rio"),
    ],
)
def test_a_dateline_tells_the_agency(slug: str, head: str) -> None:
    assert agency(head + REST) == slug


@pytest.mark.parametrize(
    ("slug", "tail"),
    [
        ("afp", "© 2026 AFP"),
        ("ap", "Copyright 2026 The Associated Press. All rights reserved."),
        ("xinhua", "来源：新华社"),
        ("yonhap", "<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>"),
        ("tass", "Источник: ТАСС"),
        ("dpa", "Quelle: dpa"),
        ("kyodo", "出典：共同通信"),
        ("reuters", "(Reporting by Ada Finch in Seoul; Editing by Tom Reed)"),
        ("reuters", "Reporting by Ada Finch; additional reporting by Ida Moss; Editing by Tom Reed"),
        ("ap", "Associated Press"),
    ],
)
def test_a_credit_under_the_text_tells_the_agency(slug: str, tail: str) -> None:
    assert agency(f"North of the river something happened.{REST}\n{tail}") == slug


@pytest.mark.parametrize(
    "head",
    [
        "The minister told Reuters on Monday that the talks had failed, and the AP reported the same.",
        "Xinhua and TASS journalists visited the town on Monday (local time).",
        "AP courses are popular in schools (SAT scores are not).",
        "An analyst (who asked not to be named) said",
        "A view of the river. (Ada Finch/Reuters) Something happened.",
        "Ada Finch/AFP/Getty Images\nSomething happened.",
        "据新华社报道，国防部表示",
        "Die Nachrichtenagentur dpa meldet, dass",
        "연합뉴스에 따르면 강 북쪽에서",
        "ТАСС сообщает, что к северу от реки",
        "По данным РИА Новости, 24 ноября к северу",
        "共同声明を発表した。",
        "",
    ],
)
def test_citing_an_agency_is_no_credit(head: str) -> None:
    assert agency(head + REST) is None
