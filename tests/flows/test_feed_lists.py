"""`wirewatch feeds import` and `export`: OPML into feeds.toml and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from extractors import catalogue, enlist, opml
from extractors.enlist import Candidate
from extractors.records import Catalogue, FeedSpec, Source, SourceKind
from flows import feeds_file, resources
from flows.__main__ import main
from flows.commands import feed_lists, feeds
from flows.commands.output import render
from models.settings import load
from tests.web import Web

MINE = """\
# mine
[blocs]
western = "here"

[[source]]
slug = "ledger"   # the first
name = "The Ledger"
country = "GB"
language = "en"
kind = "newspaper"
bloc = "western"
family = "ledger"
feeds = ["https://ledger.example/rss"]
"""
LIST = """\
<opml version="1.0"><body>
<outline text="Japan">
<outline text="Reef & "Sea"" xmlUrl="https://reef.example/rss"/>
<outline text="Ledger again" xmlUrl="http://www.ledger.example/rss"/>
<outline text="Ledger, Asia" xmlUrl="https://ledger.example/asia"/>
<outline text="no address"/>
</outline></body></opml>
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "feeds.toml").write_text(MINE, encoding="utf-8")
    (tmp_path / "list.opml").write_text(LIST, encoding="utf-8")
    chosen = load(
        home=tmp_path, feeds=tmp_path / "feeds.toml", allow_private_hosts=(ip_network("127.0.0.0/8"),),
        host_pace_seconds=0.0, request_timeout_seconds=2.0, extract_workers=0,
    )  # fmt: skip
    with resources.using(chosen):
        yield tmp_path


def test_a_list_is_added_with_what_was_mended_and_left_out_by_line(folder: Path, capsys) -> None:
    assert main(["feeds", "import", str(folder / "list.opml"), "--bloc", "western"]) == 0

    grown = (folder / "feeds.toml").read_text(encoding="utf-8")
    assert grown == MINE.replace('["https://ledger', '["https://ledger.example/asia", "https://ledger') + (
        '\n[[source]]\nslug = "reef-example"\nname = "Reef & \\"Sea\\""\ncountry = "JP"\nlanguage = "und"\n'
        'kind = "unknown"\nbloc = "western"\nfamily = "reef-example"\nfeeds = ["https://reef.example/rss"]\n'
    )
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said[2:4]] == [
        ["reef-example", "new", "JP", "und", "https://reef.example/rss"],
        ["ledger", "known", "https://ledger.example/asia"],
    ]
    assert said[4:7] == [
        "list.opml, line 3: mended: quotes that are not escaped in text, a bare & in text.",
        "list.opml, line 4: left out: ledger has it already.",
        "list.opml, line 6: left out: it has no address (xmlUrl).",
    ]
    assert " ".join(" ".join(said[7:]).split()) == (
        f"Added 2 feeds and 1 new source to {folder / 'feeds.toml'}; the next run polls them. Mended: 1 line, left out: "
        "2 lines."
    )


def test_a_dry_run_says_the_same_and_changes_nothing(folder: Path, capsys) -> None:
    assert main(["feeds", "import", str(folder / "list.opml"), "--dry-run", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert (said["written"], said["feeds"], [one["slug"] for one in said["sources"]]) == (
        False, 2, ["reef-example", "ledger"],
    )  # fmt: skip
    assert said["remarks"][1] == {
        "file": str(folder / "list.opml"), "line": 4, "said": "left out: ledger has it already", "lost": True,
    }  # fmt: skip
    assert (folder / "feeds.toml").read_text(encoding="utf-8") == MINE


def test_a_second_import_adds_nothing(folder: Path, capsys) -> None:
    main(["feeds", "import", str(folder / "list.opml")])
    grown = (folder / "feeds.toml").read_text(encoding="utf-8")

    assert main(["feeds", "import", str(folder / "list.opml")]) == 0

    assert (folder / "feeds.toml").read_text(encoding="utf-8") == grown
    assert "Nothing to add" in capsys.readouterr().out


def test_check_leaves_out_what_cannot_be_read_and_learns_the_language(folder: Path, capsys) -> None:
    with Web(hosts=("127.0.0.1", "127.0.0.2")) as web:
        web.page(
            "/ko", '<rss version="2.0"><channel><language>ko-KR</language><item><title>a</title></item></channel></rss>'
        )
        dead = web.url("/none", host="127.0.0.2")
        (folder / "list.opml").write_text(
            f'<opml><outline text="K" xmlUrl="{web.url("/ko")}"/>\n<outline text="D" xmlUrl="{dead}"/></opml>'
        )
        assert main(["feeds", "import", str(folder / "list.opml"), "--check", "--json"]) == 0

    said = json.loads(capsys.readouterr().out)
    assert [(one["slug"], one["language"]) for one in said["sources"]] == [(f"127-0-0-1-{web.port}", "ko")]
    assert [(one["line"], one["said"]) for one in said["remarks"]] == [(2, f"left out: {dead} does not exist (404).")]


def test_more_feeds_than_are_read_at_once_are_all_read(folder: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 2)
    with Web() as web:
        paths = [f"/{number}" for number in range(5)]
        for path in paths:
            web.page(path, '<rss version="2.0"><channel><item><title>a</title></item></channel></rss>')
        lines = "".join(f'<outline text="K" xmlUrl="{web.url(path)}"/>' for path in paths)
        (folder / "list.opml").write_text(f"<opml>{lines}</opml>")
        assert main(["feeds", "import", str(folder / "list.opml"), "--check", "--json"]) == 0

    assert json.loads(capsys.readouterr().out)["feeds"] == 5


def test_a_feed_that_two_lists_have_is_read_once_and_left_out_of_the_second(folder: Path, capsys) -> None:
    with Web() as web:
        web.page(
            "/ko", '<rss version="2.0"><channel><language>ko-KR</language><item><title>a</title></item></channel></rss>'
        )
        lists = [folder / "first.opml", folder / "second.opml"]
        for one in lists:
            one.write_text(f'<opml><outline text="K" xmlUrl="{web.url("/ko")}"/></opml>')
        assert main(["feeds", "import", *map(str, lists), "--check", "--json"]) == 0
        asked = web.asked("/ko")

    said = json.loads(capsys.readouterr().out)
    slug = f"127-0-0-1-{web.port}"
    assert [(one["slug"], one["language"], len(one["feeds"])) for one in said["sources"]] == [(slug, "ko", 1)]
    assert said["remarks"] == [
        {"file": str(lists[1]), "line": 1, "said": f"left out: {slug} has it already", "lost": True}
    ]
    assert asked == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.opml"], "nowhere.opml cannot be read: No such file or directory."),
        (["feeds.toml"], "feeds.toml is no OPML: there is no <outline> in it."),
        (["list.opml", "--country", "XX"], "country: 'XX' is no country"),
        (["list.opml", "--bloc", "moon"], "'moon' is not among [blocs]: western"),
    ],
)
def test_wrong_use_changes_nothing(folder: Path, words: list[str], says: str, capsys) -> None:
    (folder / "list.opml").write_text(LIST.replace("Japan", "Elsewhere"), encoding="utf-8")

    assert main(["feeds", "import", str(folder / words[0]), *words[1:]]) == 2

    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err
    assert (folder / "feeds.toml").read_text(encoding="utf-8") == MINE


def test_the_table_keeps_to_its_window() -> None:
    one = Candidate(url="https://reef.example/" + "a" * 90, title="x")
    found = enlist.plan([one], Catalogue(sources=(), feeds=()), defaults={})

    assert max(map(cell_len, render(feed_lists.plan_table(found), width=80).splitlines())) <= 80


def test_export_goes_to_a_file_or_to_whoever_reads(folder: Path, capsys) -> None:
    assert main(["feeds", "export", "-o", str(folder / "out.opml")]) == 0
    assert main(["feeds", "export"]) == 0

    said = capsys.readouterr().out.split("\n", 1)
    assert said == [f"Wrote {folder / 'out.opml'}.", (folder / "out.opml").read_text(encoding="utf-8")]
    assert main(["feeds", "export", "-o", str(folder / "none" / "out.opml")]) == 2


# There and back

SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)
# What a feeds.toml can say and XML can write; both drop blanks around.
NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n\t\"'<>&\\"), min_size=1).map(
    str.strip
)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    sources, feeds = [], []
    for slug in draw(st.lists(SLUGS, min_size=1, max_size=6, unique=True)):
        home = draw(st.sampled_from(["", f"https://{slug}.example/?a=1&b=%22"]))
        sources.append(
            Source(
                slug=slug, name=draw(NAMES) or "x", homepage=home or None,
                country=draw(st.sampled_from(["KR", "UN", "ZZ"])), language=draw(st.sampled_from(["ko", "und"])),
                kind=draw(st.sampled_from(SourceKind)), bloc=draw(SLUGS), family=draw(SLUGS),
            )
        )  # fmt: skip
        feeds += [
            FeedSpec(source=slug, url=f"https://{draw(SLUGS)}.example/{slug}/{number}?a=1&b=2", note=draw(NAMES))
            for number in range(draw(st.integers(1, 3)))
        ]
    return Catalogue(sources=tuple(sources), feeds=tuple(feeds))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(catalogues())
def test_what_was_exported_comes_back_as_it_was(whole: Catalogue) -> None:
    listed = opml.read(opml.write(whole, title="x").encode(), name="x")

    found = enlist.plan(map(feed_lists.candidate, listed.feeds), Catalogue(sources=(), feeds=()), defaults={})

    assert (listed.remarks, found.refused) == ((), ())
    assert catalogue.load(feeds_file.grown("", found.additions, name="x"), name="x") == whole


def test_the_bundled_feeds_come_back_as_they_were() -> None:
    whole = resources.feeds_file()
    listed = opml.read(opml.write(whole, title="x").encode(), name="x")

    found = enlist.plan(map(feed_lists.candidate, listed.feeds), Catalogue(sources=(), feeds=()), defaults={})

    assert found.refused == ()
    assert catalogue.load(feeds_file.grown("", found.additions, name="x"), name="x") == whole
