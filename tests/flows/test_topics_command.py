"""`wirewatch topics`: the taxonomy for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.__main__ import main

MINE = """name = "mine"
[concepts.rain]
en = ["rain*"]
[concepts.snow]
en = ["snow"]
[[topics]]
slug = "weather"
title = "Weather"
description = "Rain and shine."
medtop = "medtop:17000000"
medtop-label = "weather"
[[topics.rules]]
all = ["rain", "snow"]
within = 8
none = []
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(MINE)
    return path


def test_the_list_has_all_topics_and_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics", "list"]) == 0

    said = capsys.readouterr().out
    assert "russia-dprk-pact" in said
    assert "expert-commentary" in said
    assert "18 topics, 22 actors" in said


def test_the_list_for_programs(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics", "list", "--json", "--taxonomy", str(mine)]) == 0

    (topic,) = json.loads(capsys.readouterr().out)
    assert (topic["slug"], topic["title"], topic["medtop"], topic["checked"]) == (
        "weather", "Weather", "medtop:17000000", False,
    )  # fmt: skip


def test_a_topic_is_shown_with_its_rules_in_words(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics", "show", "weather", "--taxonomy", str(mine)]) == 0

    said = capsys.readouterr().out
    assert "Rain and shine." in said
    assert "IPTC medtop:17000000 weather (not checked)" in said
    assert "1. rain + snow, in one sentence, within 8 words: 1" in said


def test_a_topic_that_is_not_there_is_wrong_use(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics", "show", "whether", "--taxonomy", str(mine)]) == 2
    assert capsys.readouterr().err == "wirewatch: There is no topic `whether` in mine; it has weather.\n"


def test_a_taxonomy_without_mistakes_passes_the_check(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["topics", "check", "--taxonomy", str(mine)]) == 0
    assert capsys.readouterr().out == "mine: no mistake, 0 notes.\n"


def test_a_rule_that_can_never_fire_fails_the_check_with_its_line(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.write_text(MINE.replace("none = []", 'none = ["snow"]'))

    assert main(["topics", "check", "--taxonomy", str(mine)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{mine}:12: error: rule 1 of weather can never fire")
    assert last == "mine: 1 mistake, 0 notes."


def test_notes_are_listed_when_asked_for(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine.write_text(MINE.replace('["snow"]', '["snow", "snow storm"]'))

    main(["topics", "check", "--taxonomy", str(mine)])
    assert capsys.readouterr().out == "mine: no mistake, 1 note (--notes lists them).\n"
    main(["topics", "check", "--notes", "--taxonomy", str(mine)])
    assert f"{mine}:5: note: `snow storm` (snow) adds nothing" in capsys.readouterr().out


def test_a_broken_taxonomy_is_one_sentence_with_its_line(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine.write_text(MINE.replace('all = ["rain"', 'all = ["rian"'))

    assert main(["topics", "check", "--taxonomy", str(mine)]) == 2
    assert capsys.readouterr().err == (
        f"wirewatch: {mine}:13: topics.1.rules.1.all: names the concept `rian`, which is not in this file\n"
    )
