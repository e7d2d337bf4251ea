from __future__ import annotations

import http.server
import io
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import resources
from flows.__main__ import main
from models.settings import Settings

GOLDEN = Path(__file__).parents[1] / "extractors" / "golden"
LEDGER = GOLDEN / "en-agency-json-ld" / "page.html"
KEYS = ["url", "title", "text", "authors", "published_at", "published_from", "language", "grade", "method"]


class _Site(http.server.BaseHTTPRequestHandler):
    """Serves the saved page, a redirect to it, and nothing else."""

    def do_GET(self) -> None:
        body = LEDGER.read_bytes() if self.path == "/world/treaty-signed-17" else b""
        self.send_response({"/world/treaty-signed-17": 200, "/moved": 302}.get(self.path, 404))
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/moved":
            self.send_header("Location", "/world/treaty-signed-17")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Tests speak for themselves."""


@pytest.fixture
def site() -> Iterator[str]:
    allowed = Settings(_env_file=None, allow_private_hosts="127.0.0.1")
    with resources.using(allowed), http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def lines(words: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in words.splitlines()]


def test_a_saved_page_becomes_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["extract", str(LEDGER), "--json"])

    (record,) = lines(capsys.readouterr().out)
    recorded = json.loads((LEDGER.parent / "article.json").read_text(encoding="utf-8"))["article"]
    assert code == 0
    assert list(record) == KEYS
    assert record == {"url": str(LEDGER), **{key: recorded[key] for key in KEYS[1:]}}


def test_people_get_headline_facts_and_text(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["extract", str(GOLDEN / "uk-short-teaser" / "page.html")])

    shown = capsys.readouterr().out
    assert code == 0
    assert shown.startswith("Шкільний автобус повертається до трьох сіл\n")
    assert "undated · uk · teaser text by" in " ".join(shown.split())
    assert "Тридцять чотири учні" in shown


def test_pages_are_read_from_the_web_through_redirects(site: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["extract", f"{site}/moved", f"{site}/world/treaty-signed-17", "--json"])

    records = lines(capsys.readouterr().out)
    assert code == 0
    assert [(record["url"], record["language"], record["grade"]) for record in records] == [
        (f"{site}/moved", "en", "full"),
        (f"{site}/world/treaty-signed-17", "en", "full"),
    ]


def test_what_cannot_be_read_does_not_keep_the_rest_back(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wall = tmp_path / "wall.html"
    wall.write_text(
        "<html><head><title>Just a moment...</title></head><body>Checking your browser before.</body></html>"
    )

    code = main(["extract", str(tmp_path / "none.html"), f"{site}/gone", str(wall), str(LEDGER), "--json"])

    said = capsys.readouterr()
    records = lines(said.out)
    assert code == 1
    assert [record.get("rejected", {}).get("reason") for record in records] == ["error", "error", "bot wall", None]
    assert len(said.err.splitlines()) == 3
    assert f"wirewatch: {tmp_path}/none.html cannot be read: no such file or directory." in said.err.splitlines()


def test_inner_addresses_are_refused_unless_they_are_let_through(capsys: pytest.CaptureFixture[str]) -> None:
    with resources.using(Settings(_env_file=None, allow_private_hosts=())):
        code = main(["extract", "http://127.0.0.1:9/x"])

    assert code == 1
    assert "WIREWATCH_ALLOW_PRIVATE_HOSTS" in capsys.readouterr().err


def test_a_page_comes_from_standard_input_and_its_address_from_the_person(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(
        f"Paragraph {number} of the report says at some length what happened there." for number in range(5)
    )
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(f"<html><body><pre>{text}</pre></body></html>".encode()))
    )

    code = main(["extract", "-", "--url", "https://harrow.example/2026/11/03/report", "--json"])

    (record,) = lines(capsys.readouterr().out)
    assert code == 0
    assert (record["url"], record["published_at"], record["published_from"]) == (
        "-",
        "2026-11-03T00:00:00+00:00",
        "url",
    )


def test_one_address_for_several_pages_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["extract", str(LEDGER), str(LEDGER), "--url", "https://harrow.example/x"])

    assert code == 2
    assert capsys.readouterr().err == "wirewatch: --url names the address of one page, and several were given.\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            [str(LEDGER), "--url", "https://[harrow"],
            "'https://[harrow' is no web address; write it whole, with https://.",
        ),
        (
            ["https://harrow.example/x", "--url", "https://harrow.example/y"],
            "--url names the address of a saved page: https://harrow.example/x has its own.",
        ),
    ],
)
def test_an_address_that_cannot_be_the_pages_is_wrong_use(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", *words]) == 2
    assert capsys.readouterr() == ("", f"wirewatch: {sentence}\n")
