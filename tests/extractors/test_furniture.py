from __future__ import annotations

import pytest

from extractors import furniture

FIRST = "The council of Little Harrow voted on Monday to rebuild the footbridge that the flood carried away."
SECOND = "Work is to begin in March and to take five months, if the ground stays dry."


@pytest.mark.parametrize(
    "line",
    [
        "Read more: What the bridge will cost",
        "Related Articles",
        "Don't miss | Ten bridges of the north",
        "SEE ALSO: Ferry timetable",
        "Sign up for our morning newsletter.",
        "Follow us on Facebook",
        "Advertisement",
        "Comments (12)",
        "Copyright 2026 Harrow Echo",
        "Photo: Harrow Echo",
        "(Photo by A. Finch)",
        "Lesen Sie auch: Die Fähre fährt wieder",
        "Mehr zum Thema",
        "Foto: privat",
        "À lire aussi : Le pont de demain",
        "Publicité",
        "Lea también: El puente nuevo",
        "Leia mais: A ponte nova",
        "Leggi anche: Il ponte nuovo",
        "Читайте также: Паром вернулся на линию",
        "Подписывайтесь на наш канал",
        "Фото: пресс-служба",
        "관련기사",
        "무단 전재 및 재배포 금지",
        "다리 위에 선 시장 [사진=하로시 제공]",
        "责任编辑：周望",
        "延伸阅读：新桥的故事",
        "（图：本报记者）",
        "あわせて読みたい",
        "写真：新しい橋",
        "اقرأ أيضا: الجسر الجديد",
    ],
)
def test_a_line_that_is_no_sentence_of_the_article_goes(line: str) -> None:
    assert furniture.clean(f"{FIRST}\n{line}\n{SECOND}") == f"{FIRST}\n{SECOND}"


@pytest.mark.parametrize(
    "line",
    [
        "Watch parties were held in the square that evening.",
        "Read also took the stand and denied everything.",
        "Follow-up talks are planned for May.",
        "Related costs will be borne by the county.",
        "구독 경제가 빠르게 커지고 있다고 연구원이 말했다.",
        "페이스북이 어제 새 정책을 발표했다고 회사가 밝혔다.",
        "Фотограф вернулся домой только вечером.",
        "图书馆将于下月重新开放。",
        "Comments by the mayor drew laughter.",
        "© 2026 AFP",
        "来源：新华社",
        "“Sign here,” she said.",
    ],
)
def test_a_sentence_that_only_begins_alike_stays(line: str) -> None:
    assert furniture.clean(f"{FIRST}\n{line}\n{SECOND}") == f"{FIRST}\n{line}\n{SECOND}"


def test_title_byline_and_date_before_the_text_go() -> None:
    text = f"Footbridge: “will be rebuilt”\nBy Ada Finch and Tom Reed\nUpdated 2026-11-03 09:15\n{FIRST}\n{SECOND}"

    assert furniture.clean(text, title="Footbridge “will be rebuilt”") == f"{FIRST}\n{SECOND}"


def test_a_text_that_is_only_its_title_is_left_alone() -> None:
    assert (
        furniture.clean("Footbridge will be rebuilt", title="Footbridge will be rebuilt")
        == "Footbridge will be rebuilt"
    )


def test_a_block_said_twice_is_kept_once_but_short_lines_may_recur() -> None:
    text = "\n".join([FIRST, "“No.”", SECOND, FIRST, "“No.”", SECOND])

    assert furniture.clean(text) == "\n".join([FIRST, "“No.”", SECOND, "“No.”"])


def test_labels_after_the_last_sentence_go() -> None:
    assert furniture.clean(f"{FIRST}\n{SECOND}\nBridges\nLittle Harrow") == f"{FIRST}\n{SECOND}"


def test_a_long_paragraph_is_never_furniture() -> None:
    paragraph = "Read more about the bridge than you ever wanted to know, " + "and more, " * 30 + "and more"

    assert furniture.clean(f"{FIRST}\n{paragraph}") == f"{FIRST}\n{paragraph}"
