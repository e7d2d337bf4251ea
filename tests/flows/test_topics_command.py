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


def test_the_odds_of_a_topic_are_shown_the_heaviest_weights_first(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odds = "[odds.weather]\nbase = -2.5\nrules = 3.0\nleast = 0.6\n[odds.weather.text]\nsnow = -0.25\nrain = 1.5\n"
    mine.write_text(mine.read_text() + odds)

    assert main(["topics", "show", "weather", "--taxonomy", str(mine)]) == 0

    told = "without a rule if 0.6 likely, by log-odds: base -2.5, what rules found x 3; anywhere rain +1.5, snow -0.25"
    assert told in " ".join(capsys.readouterr().out.split())


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


RAIN_AND_SNOW = {
    "id": "1",
    "lang": "en",
    "title": "",
    "text": "Rain turned to snow.",
    "topics": ["weather"],
    "related": 1,
}
FORECAST = {"id": "2", "lang": "en", "title": "", "text": "No rain, no snow.", "topics": [], "related": 0}
NEIGE = {"id": "3", "lang": "fr", "title": "", "text": "Il neige.", "topics": ["weather"]}


def labels(folder: Path, *rows: object) -> Path:
    path = folder / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_the_score_counts_what_is_right_too_many_and_missing_by_topic_and_language(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labels(tmp_path, RAIN_AND_SNOW, FORECAST, NEIGE)

    assert main(["topics", "score", str(file), "--taxonomy", str(mine), "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    half = {"right": 1, "extra": 1, "missing": 1, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert (said["taxonomy"], said["texts"]) == ("mine", 3)
    assert {key: said["all"][key] for key in half} == half
    assert {key: said["topics"]["weather"][key] for key in half} == half
    assert {name: (one["right"], one["extra"], one["missing"]) for name, one in said["languages"].items()} == {
        "en": (1, 1, 0),
        "fr": (0, 0, 1),
    }
    low, high = said["all"]["precision_interval"]
    assert 0 < low < 0.5 < high < 1
    assert (said["unrelated"]["texts"], said["unrelated"]["tagged"]) == (1, ["2"])


def test_the_score_for_people_has_a_line_for_all_and_for_each_topic_and_language(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labels(tmp_path, RAIN_AND_SNOW, NEIGE)

    assert main(["topics", "score", str(file), "--taxonomy", str(mine)]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith(f"on 2 texts of {file}")
    assert [line.split()[:5] for line in lines if line.startswith(("all", "weather", "en", "fr"))] == [
        ["all", "2", "1", "0", "1"],
        ["weather", "2", "1", "0", "1"],
        ["en", "1", "1", "0", "0"],
        ["fr", "1", "0", "0", "1"],
    ]


def test_labels_the_taxonomy_does_not_have_are_named(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labels(tmp_path, {**NEIGE, "topics": ["climate"]})

    assert main(["topics", "score", str(file), "--taxonomy", str(mine)]) == 0
    assert capsys.readouterr().err == "No topics of mine, so counted as missing: climate.\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"topics": []}\nnot JSON\n', ", line 2 is not JSON"),
        (b'{"topics": "weather"}\n', ", line 1 has no list `topics` of topic names."),
        (b"\n", " holds no labelled text."),
        (b"\xff\xfe\n", " cannot be read: it is not UTF-8 text."),
        (None, " cannot be read: No such file or directory."),
    ],
    ids=["no JSON", "no list", "empty", "no text", "no file"],
)
def test_a_file_that_holds_no_labels_is_one_sentence(
    content: bytes | None, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "labels.jsonl"
    if content is not None:
        file.write_bytes(content)

    assert main(["topics", "score", str(file)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"wirewatch: {file}{why}")
    assert said.count("\n") == 1
