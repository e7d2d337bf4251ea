"""Lists of feeds in OPML: read however broken, told by line; written so that nothing is lost on the way back."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from extractors import opml
from extractors.errors import Unreadable
from extractors.opml import Listed, Remark
from extractors.records import Catalogue, FeedSpec, Source, SourceKind


def listing(*lines: str) -> bytes:
    """A list whose first outline stands on line 3."""
    return "\n".join(['<opml version="2.0">', "<body>", *lines, "</body>", "</opml>"]).encode()


def read(*lines: str) -> opml.FeedList:
    return opml.read(listing(*lines), name="mine.opml")


def feed(line: int, url: str, title: str = "", **more: object) -> Listed:
    return Listed(line=line, url=url, title=title, **more)  # type: ignore[arg-type]


def test_a_list_in_order_is_read_with_its_folders_and_nothing_is_remarked() -> None:
    found = read(
        '<outline text="Asia"><outline title="Korea">',
        '<outline text="Harbour &amp; Sons" xmlUrl="https://harbour.example/rss?a=1&amp;b=2" type="rss"',
        '   htmlUrl="https://harbour.example/" language="ko-KR"/>',
        "</outline>",
        "<outline xmlUrl='https://lamp.example/feed' text='The \"Lamp\"'></outline></outline>",
        '<outline text="Reef" type="rss" url="https://reef.example/rss"/>',
    )

    assert found.feeds == (
        feed(
            4, "https://harbour.example/rss?a=1&b=2", "Harbour & Sons", homepage="https://harbour.example/",
            language="ko-KR", folders=("Asia", "Korea"),
        ),
        feed(7, "https://lamp.example/feed", 'The "Lamp"', folders=("Asia",)),
        feed(8, "https://reef.example/rss", "Reef"),
    )  # fmt: skip
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("line", "title", "what"),
    [
        (
            '<outline text="Paper "Harbour". Main" xmlUrl="{}" type="rss" />',
            'Paper "Harbour". Main',
            "quotes that are not escaped in text",
        ),
        ('<outline text="Coast & Sea" xmlUrl="{}" />', "Coast & Sea", "a bare & in text"),
        ('<outline text="a < b > c" xmlUrl="{}" />', "a < b > c", "a bare < in text"),
        ('<outline xmlUrl="{}" text="They said "go"" />', 'They said "go"', "quotes that are not escaped in text"),
        ('<outline xmlUrl="{}" text="x > "y"/>', 'x > "y', "quotes that are not escaped in text"),
        ('<outline text="A"xmlUrl="{}"/>', "A", None),
        ("<outline text=Lamp xmlUrl={}/>", "Lamp", "no quotes around text, no quotes around xmlUrl"),
        ('<outline text="A" ; checked xmlUrl="{}">', "A", "stray characters inside the tag"),
        ('<outline text="A" xmlUrl="{}"', "A", "no end of the tag"),
        ('<OUTLINE TEXT="A" XMLURL="{}"></OUTLINE>', "A", None),
        ('<outline text="&eacute;&#233;&#xe9;&nope;" xmlUrl="{}"/>', "ééé&nope;", None),
    ],
)
def test_what_no_parser_takes_is_mended_and_told_by_line(line: str, title: str, what: str | None) -> None:
    url = "https://harbour.example/rss"

    found = read("<!-- before -->", line.format(url), '<outline text="B" xmlUrl="https://lamp.example/rss"/>')

    assert [(one.line, one.url, one.title) for one in found.feeds] == [
        (4, url, title),
        (5, "https://lamp.example/rss", "B"),
    ]
    assert [one for one in found.remarks if "never closed" not in one.what] == (
        [Remark(4, f"mended: {what}", False)] if what else []
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('<outline text="A" xmlUrl="ftp://x.example/rss"/>', "'ftp://x.example/rss' is no web address"),
        (
            '<outline text="A" xmlUrl="https://me:hunter2@x.example/rss"/>',
            "https://x.example/rss holds a login; give that a name in WIREWATCH_SECRETS and add it by hand",
        ),
        ('<outline text="A" type="link" url="https://x.example/"/>', "it is a link to a page, no feed"),
        ('<outline text="A" type="rss" htmlUrl="https://x.example/"/>', "it is a link to a page, no feed"),
        (
            '<outline text="A" type="include" url="https://x.example/b.opml"/>',
            "it names another list; import https://x.example/b.opml by itself",
        ),
        ('<outline text="A"/>', "it has no address (xmlUrl)"),
        ('<outline text="A" xmlUrl="https://lamp.example/rss"/>', "it repeats line 3"),
        ('<outline text="A" isComment="true" xmlUrl="https://x.example/rss"/>', "it is commented out"),
        ('<outline text="A" xmlUrl="https://x.example/rss', "the value of xmlUrl has no end"),
    ],
)
def test_what_cannot_be_taken_is_left_out_with_its_line_and_the_rest_is_not(line: str, why: str) -> None:
    found = read(
        '<outline text="L" xmlUrl="https://lamp.example/rss"/>', line, '<outline xmlUrl="https://reef.example/rss"/>'
    )

    assert [one.url for one in found.feeds] == ["https://lamp.example/rss", "https://reef.example/rss"]
    assert found.remarks == (Remark(4, f"left out: {why}", True),)


def test_comments_and_character_data_hold_no_outlines() -> None:
    found = read(
        '<!-- <outline xmlUrl="https://a.example/"/> -->',
        '<![CDATA[<outline xmlUrl="https://b.example/"/>]]>',
        '<outline xmlUrl="https://lamp.example/rss"/>',
    )

    assert [one.url for one in found.feeds] == ["https://lamp.example/rss"]


def test_what_is_inside_a_commented_outline_is_commented_out_and_after_it_is_not() -> None:
    found = read(
        '<outline text="off" isComment="true">',
        '<outline xmlUrl="https://a.example/rss"/>',
        '</outline><outline xmlUrl="https://b.example/rss"/>',
    )

    assert [one.url for one in found.feeds] == ["https://b.example/rss"]
    assert [remark.line for remark in found.remarks if remark.lost] == [3, 4]


def test_addresses_written_as_feed_are_web_addresses() -> None:
    found = read('<outline xmlUrl="feed://a.example/rss"/>', '<outline xmlUrl="feed:https://b.example/rss"/>')

    assert [one.url for one in found.feeds] == ["http://a.example/rss", "https://b.example/rss"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "no OPML"),
        (b"<!DOCTYPE html><html><p>hello</p></html>", "an HTML page"),
        (b"\x00\xff\x00", "no OPML"),
        (b"<opml><body/></opml>", "no OPML"),
    ],
)
def test_what_is_no_list_is_told(body: bytes, what: str) -> None:
    with pytest.raises(Unreadable, match=rf"^mine\.opml is {what}: there is no <outline> in it\.$"):
        opml.read(body, name="mine.opml")


@given(st.binary(max_size=400) | st.text("<outline =\"'/>&;xmlUrl", max_size=400).map(str.encode))
def test_no_bytes_raise_anything_but_our_error(body: bytes) -> None:
    try:
        found = opml.read(b"<outline>" + body, name="x")
    except Unreadable:
        return
    assert all(one.line >= 1 for one in found.remarks)


def test_a_tag_made_to_be_slow_is_read_in_one_pass() -> None:
    body = b'<outline text="' + b'a" ' * 200_000 + b"<outline " * 10_000

    assert opml.read(body, name="x").feeds == ()


# XML as any tool writes it: what a strict parser finds is what we find.
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=12).map(lambda s: " ".join(s.split()))
PATHS = st.lists(st.tuples(WORDS, st.integers(0, 3)), min_size=1, max_size=8)


@given(PATHS)
def test_of_well_formed_lists_a_strict_parser_finds_the_same(outlines: list[tuple[str, int]]) -> None:
    lines = [
        "<outline text='f'>" * depth
        + f"<outline text={quoteattr(words)} xmlUrl='https://x.example/{number}'/>"
        + "</outline>" * depth
        for number, (words, depth) in enumerate(outlines)
    ]
    body = listing(*lines)

    strict = [
        (node.get("text"), node.get("xmlUrl"), len([*node.iterancestors("outline")]))
        for node in etree.fromstring(body).iter("outline")
        if node.get("xmlUrl")
    ]

    found = opml.read(body, name="x")
    assert [(one.title, one.url, len(one.folders)) for one in found.feeds] == strict
    assert found.remarks == ()


# Writing

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\t\n\r\"'<>&"), min_size=1)
SLUGS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4})?", fullmatch=True)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    slugs = draw(st.lists(SLUGS, min_size=1, max_size=6, unique=True))
    sources, feeds = [], []
    for slug in slugs:
        sources.append(
            Source(
                slug=slug, name=draw(NAMES), homepage=draw(st.sampled_from([None, "https://x.example/?a=1&b=2"])),
                country=draw(st.sampled_from(["KR", "ZZ"])), language=draw(st.sampled_from(["ko", "und"])),
                kind=draw(st.sampled_from(SourceKind)), bloc=draw(SLUGS), family=draw(SLUGS),
            )
        )  # fmt: skip
        feeds += [
            FeedSpec(source=slug, url=f"https://{slug}.example/{number}?a=1&b=%22", note=draw(st.just("") | NAMES))
            for number in range(draw(st.integers(1, 3)))
        ]
    return Catalogue(sources=tuple(sources), feeds=tuple(feeds))


@given(catalogues())
def test_what_is_written_is_well_formed_and_tells_everything_to_whoever_reads_it(whole: Catalogue) -> None:
    text = opml.write(whole, title="Mine & yours")

    tree = etree.fromstring(text.encode())
    found = opml.read(text.encode(), name="x")

    assert [node.get("xmlUrl") for node in tree.iter("outline") if node.get("type") == "rss"] == [
        one.url for one in whole.feeds
    ]
    by_slug = {source.slug: source for source in whole.sources}
    assert [(one.url, one.note, dict(one.facts)) for one in found.feeds] == [
        (one.url, one.note, {name: str(value) for name in opml.FACTS if (value := getattr(by_slug[one.source], name))})
        for one in whole.feeds
    ]
    assert found.remarks == ()
