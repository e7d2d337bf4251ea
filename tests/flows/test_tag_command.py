"""`wirewatch tag`: JSON lines in, JSON lines out."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.__main__ import main

SIGNED = {"id": "a", "title": "Putin and Kim sign pact", "text": "Beijing was silent.", "lang": "en"}


SMALL = 'name = "small"\n[concepts.pact]\nen = ["pact"]\n[[topics]]\nslug = "pact"\ntitle = "Pact"\nrules = [{ all = ["pact"] }]\n'


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings with a small taxonomy, for what any taxonomy will do for: the shipped one takes a third of a second."""
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    monkeypatch.setenv("WIREWATCH_TAXONOMY", str(path))


def lines(*rows: object) -> bytes:
    return b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


def file(tmp_path: Path, *rows: object) -> str:
    path = tmp_path / "texts.jsonl"
    path.write_bytes(lines(*rows))
    return str(path)


def out(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in captured.readouterr().out.splitlines()]


def test_a_line_in_is_a_line_out_of_the_promised_shape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["tag", file(tmp_path, SIGNED)])

    (row,) = out(capsys)
    assert code == 0
    assert list(row) == ["id", "lang", "topics", "related"]
    assert (row["id"], row["lang"]) == ("a", "en")
    assert 0 < row["related"] <= 1
    pact = next(topic for topic in row["topics"] if topic["topic"] == "russia-dprk-pact")
    assert list(pact) == ["topic", "score", "evidence"]
    assert {"term": "pact", "field": "title", "start": 19, "end": 23} in pact["evidence"]


def test_the_language_is_recognised_when_it_is_not_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["tag", file(tmp_path, {"id": 7, "title": None, "text": "북한과 러시아가 조약에 서명했다."})])

    (row,) = out(capsys)
    assert (row["id"], row["lang"], [topic["topic"] for topic in row["topics"]]) == (7, "ko", ["russia-dprk-pact"])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("words", [["tag"], ["tag", "-"]])
def test_without_a_file_stdin_is_read(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(SIGNED))))

    assert main(words) == 0
    assert [row["id"] for row in out(capsys)] == ["a"]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("malformed", "says"),
    [
        (b"nonsense\n", "this is not JSON (Expecting value at character 1)"),
        (b"[1]\n", "this is JSON, but not an object"),
        (b'{"title": "x"}\n', '"id" must be a text or a number'),
        (b'{"id": true, "title": "x"}\n', '"id" must be a text or a number'),
        (b'{"id": 1}\n', 'it has neither "title" nor "text"'),
        (b'{"id": 1, "text": ["x"]}\n', '"text" must be a text'),
        (b'{"id": 1, "text": "x", "lang": 5}\n', '"lang" must be a text'),
        (b'{"id": 1, "text": "\xff"}\n', "this is not UTF-8"),
        (b"[" * 100_000 + b"\n", "this is not JSON that can be read"),
    ],
    ids=["words", "list", "no-id", "bool-id", "no-text", "list-text", "number-lang", "latin-1", "deep"],
)
def test_a_malformed_line_is_named_and_the_others_are_tagged(
    malformed: bytes, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, SIGNED, malformed, {**SIGNED, "id": "b"})

    code = main(["tag", path])

    said = capsys.readouterr()
    assert code == 1
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["a", "b"]
    assert said.err == f"wirewatch: {path}, line 2: {says}; it was left out.\n"


@pytest.mark.usefixtures("small")
def test_several_files_are_tagged_in_order_and_a_line_is_named_with_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    first.write_bytes(lines(SIGNED))
    second.write_bytes(lines(b"\n", b"nonsense\n", {**SIGNED, "id": "b"}))

    code = main(["tag", str(first), str(second)])

    said = capsys.readouterr()
    assert code == 1
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == ["a", "b"]
    assert said.err.startswith(f"wirewatch: {second}, line 2: this is not JSON ")


def test_nothing_is_tagged_when_one_of_the_files_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tag", file(tmp_path, SIGNED), str(tmp_path)]) == 2
    assert capsys.readouterr() == ("", f"wirewatch: {tmp_path} cannot be read: Is a directory.\n")


@pytest.mark.usefixtures("small")
def test_empty_lines_and_a_byte_order_mark_are_no_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", file(tmp_path, b"\xef\xbb\xbf", SIGNED, b"\n", b"  \n")]) == 0
    assert [row["id"] for row in out(capsys)] == ["a"]


@pytest.mark.usefixtures("small")
def test_half_a_surrogate_pair_passes_through(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", file(tmp_path, b'{"id": "\\ud800", "title": "x \\udc00", "text": "\\u0000"}\n')]) == 0
    assert [row["id"] for row in out(capsys)] == ["\ud800"]


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "none.jsonl"

    assert main(["tag", str(missing)]) == 2
    assert capsys.readouterr().err == f"wirewatch: {missing} cannot be read: No such file or directory.\n"


def test_another_taxonomy_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        'name = "mine"\n[concepts.rain]\nen = ["rain*"]\n[[topics]]\nslug = "weather"\ntitle = "Weather"\n'
        '[[topics.rules]]\nall = ["rain"]\n'
    )

    main(["tag", "--taxonomy", str(mine), file(tmp_path, {"id": 1, "text": "Rainy days."})])

    assert [topic["topic"] for topic in out(capsys)[0]["topics"]] == ["weather"]


MINE = """name = "mine"
[concepts.rain]
en = ["rain*"]
[concepts.snow]
en = ["snow"]
[[topics]]
slug = "weather"
title = "Weather"
[[topics.rules]]
all = ["rain", "snow"]
"""


def explained(tmp_path: Path, *words: str) -> int:
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE)
    texts = file(
        tmp_path,
        {"id": 1, "lang": "en", "text": "Rain and snow."},
        {"id": "b", "lang": "en", "text": "Rain. Then snow."},
    )
    return main(["tag", "--explain", "--taxonomy", str(mine), *words, texts])


def test_an_explanation_marks_the_evidence_adds_it_up_and_says_what_was_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(tmp_path) == 0
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "1  related to the subject: 0.00",
        "  >>Rain<<[1] and >>snow<<[1].",
        "[1] weather  score 0.71",
        "  +0.62 text  >>Rain<< and snow.  rain, by rain*",
        "  +0.62 text  Rain and >>snow<<.  snow, by snow",
        "  = 1.25 in all, and 1 - exp(-1.25) = 0.71",
        "",
        "b  related to the subject: 0.00",
        "  Rain. Then snow.",
        "No topics.",
        "Nearly reached",
        "weather  rule 1, 1 of 2 met in sentence 2",
        "  has      snow (snow)",
        "           Then >>snow<<.",
        "  lacks    rain in that sentence: it stands elsewhere, >>Rain<<",
        "",
    ]


def test_an_explanation_for_programs_has_the_same_lines_with_weights_and_what_was_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert explained(tmp_path, "--json") == 0

    one, other = out(capsys)
    assert list(one) == ["id", "lang", "topics", "related", "nearly"]
    assert one["topics"][0]["evidence"][0] == {
        "term": "rain*", "concept": "rain", "field": "text", "start": 0, "end": 4, "weight": 0.625,
    }  # fmt: skip
    assert (one["nearly"], other["topics"]) == ([], [])
    assert [(missed["topic"], missed["lack"]["kind"]) for missed in other["nearly"]] == [("weather", "sentence")]


LIKELY = """
[odds.weather]
base = -1.0
rules = 2.0
[odds.weather.text]
rain = 0.75
snow = 0.5
"""


def test_an_explanation_tells_how_a_topic_came_about_that_no_rule_earned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    mine = tmp_path / "mine.toml"
    mine.write_text(MINE + LIKELY)
    texts = file(tmp_path, {"id": "b", "lang": "en", "text": "Rain. Then snow."})

    assert main(["tag", "--explain", "--taxonomy", str(mine), texts]) == 0
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "b  related to the subject: 0.00",
        "  >>Rain<<[1]. Then >>snow<<[1].",
        "[1] weather  score 0.56",
        "  +0.50 text  >>Rain<<. Then snow.  rain, by rain*",
        "  +0.33 text  Rain. Then >>snow<<.  snow, by snow",
        "  = 0.83 in all, and 1 - exp(-0.83) = 0.56",
        "  no rule earned it: likely 0.56, by log-odds: base -1.0, rain +0.8, snow +0.5",
        "  (0.50 is asked)",
        "",
    ]

    assert main(["tag", "--explain", "--json", "--taxonomy", str(mine), texts]) == 0
    [topic] = out(capsys)[0]["topics"]
    assert topic["odds"] == {
        "base": -1.0, "rules": 0.0, "concepts": [["rain", 0.75], ["snow", 0.5]], "likelihood": 0.5622, "least": 0.5,
    }  # fmt: skip


HOSTILE = {
    "empty": {"title": "", "text": ""},
    "nothing": {"title": None, "text": ""},
    "huge": {"title": "Putin and Kim sign pact", "text": "Russia and North Korea signed a treaty. " * 130_000},
    "huge, without an end": {"title": "x", "text": "朝俄条约" * 1_300_000},
    "mixed scripts": {"title": "Путин и Kim Jong Un", "text": "普京 meets 김정은 で 条約 договор معاهدة pact."},
    "right to left": {"title": "\u202eКНДР\u202c", "text": "وقع بوتين وكيم معاهدة \u202b روسيا \u202c في بيونغ يانغ."},
    "emoji": {"title": "🚀🇰🇵", "text": "👨‍👩‍👧‍👦🚀" * 500},
    "nul": {"title": "Putin\0 and Kim", "text": "\0pact\0" * 100},
    "lone surrogates": {"title": "\ud83d Putin", "text": "Kim \udc00 signs \ud800\ud800 pact"},
}


@pytest.mark.parametrize("explain", [[], ["--explain", "--json"], ["--explain"]], ids=["plain", "json", "for people"])
def test_hostile_texts_are_tagged_or_empty_each_on_its_line(
    explain: list[str], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    texts = file(tmp_path, *({"id": name, "lang": "en", **one} for name, one in HOSTILE.items()))

    assert main(["tag", *explain, texts]) == 0

    said = capfdbinary.readouterr()
    assert said.err == b""
    if explain != ["--explain"]:
        rows = [json.loads(line) for line in said.out.splitlines()]
        assert [row["id"] for row in rows] == list(HOSTILE)
        for row in rows:
            assert 0 <= row["related"] <= 1
            for match in (match for topic in row["topics"] for match in topic["evidence"]):
                given = HOSTILE[row["id"]][match["field"]]
                assert given is not None
                assert 0 <= match["start"] < match["end"] <= len(given)
    else:
        assert b"\x1b" not in said.out
