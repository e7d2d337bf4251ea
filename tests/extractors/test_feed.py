from __future__ import annotations

import gzip
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors import feed
from extractors.errors import BotWall, Unreadable
from extractors.records import DateOrigin, Document, Entry, Reason

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://news.example.com/feed.xml"


def read(body: bytes | str, *, url: str = URL, content_type: str = "") -> Document:
    return feed.read(body.encode() if isinstance(body, str) else body, url=url, content_type=content_type, now=NOW)


def rss(items: str, *, channel: str = "", attributes: str = "") -> str:
    spaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    return f'<?xml version="1.0"?><rss version="2.0" {spaces} {attributes}><channel>{channel}{items}</channel></rss>'


def item(inner: str) -> Entry:
    (entry,) = read(rss(f"<item><link>https://news.example.com/1</link>{inner}</item>")).entries
    return entry


# Formats -------------------------------------------------------------------------------------------------------------

WHEN = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

RSS_20 = rss(
    """<item><title>Ferry line reopens</title><link>https://news.example.com/ferry</link><guid>f-1</guid>
    <description>&lt;p&gt;The &lt;b&gt;ferry&lt;/b&gt; sails again.&lt;/p&gt;</description><dc:creator>Min Seo</dc:creator>
    <pubDate>Mon, 23 Nov 2026 17:30:00 +0900</pubDate></item>""",
    channel="<title>Harbour News</title><language>en-GB</language><ttl>45</ttl>",
)
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Harbour News</title>
    <entry><title>Ferry line reopens</title><link rel="alternate" href="/ferry"/><id>f-1</id>
    <summary type="html">&lt;p&gt;The &lt;b&gt;ferry&lt;/b&gt; sails again.&lt;/p&gt;</summary>
    <author><name>Min Seo</name></author><published>2026-11-23T17:30:00+09:00</published></entry></feed>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Harbour News</title><link>x</link>
    <dc:language>en</dc:language></channel><item rdf:about="f-1"><title>Ferry line reopens</title>
    <link>https://news.example.com/ferry</link><description>The ferry sails again.</description><dc:creator>Min Seo</dc:creator>
    <dc:date>2026-11-23T17:30:00+09:00</dc:date></item></rdf:RDF>"""
RSS_091 = """<rss version="0.91"><channel><title>Harbour News</title><language>en</language><item><title>Ferry line reopens</title>
    <link>https://news.example.com/ferry</link><description>The ferry sails again.</description></item></channel></rss>"""


@pytest.mark.parametrize(
    ("body", "kind"),
    [(RSS_20, "rss"), (ATOM, "atom"), (RDF, "rdf"), (RSS_091, "rss")],
    ids=["2.0", "atom", "rdf", "0.91"],
)
def test_every_xml_format_gives_the_same_entry(body: str, kind: str) -> None:
    document = read(body)

    (entry,) = document.entries
    assert (document.format, document.title, document.language) == (kind, "Harbour News", "en")
    assert (entry.url, entry.title) == ("https://news.example.com/ferry", "Ferry line reopens")
    assert entry.summary == "The ferry sails again."
    if body is not RSS_091:
        assert (entry.authors, entry.published_at, entry.published_from) == (("Min Seo",), WHEN, DateOrigin.FEED)
        assert entry.guid == "f-1"


def test_a_channel_definition_is_read() -> None:
    document = read(
        '<CHANNEL><TITLE>Old</TITLE><ITEM HREF="https://news.example.com/1"><TITLE>One</TITLE></ITEM></CHANNEL>'
    )

    assert (document.format, [entry.title for entry in document.entries]) == ("cdf", ["One"])


@pytest.mark.parametrize(
    "body", ["<rss version='2.0'><channel/></rss>", ATOM.partition("<entry>")[0] + "</feed>", "<channel></channel>"]
)
def test_an_empty_feed_is_a_feed(body: str) -> None:
    assert read(body).listed == 0


# Links ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>https://a.example/1</link>", "https://a.example/1"),
        ("<link>\n  https://a.example/1  \n</link>", "https://a.example/1"),
        ("<link><![CDATA[https://a.example/1?a=1&b=2]]></link>", "https://a.example/1?a=1&b=2"),
        ("<link>/story/1</link>", "https://news.example.com/story/1"),
        ("<link>/story/1</link><guid>/story/1</guid>", "https://news.example.com/story/1"),
        ("<link>https://a.example/1</link><guid>https://a.example/other</guid>", "https://a.example/1"),
        ("<link>//a.example/1</link>", "https://a.example/1"),
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ('<guid isPermaLink="false">https://a.example/1</guid>', "https://a.example/1"),
        (
            "<link>https://t.example/r?1</link><feedburner:origLink>https://a.example/1</feedburner:origLink>",
            "https://a.example/1",
        ),
        ("<link>https://a.example/한</link>", "https://a.example/%ED%95%9C"),
    ],
)
def test_the_link_of_an_item_becomes_absolute(inner: str, url: str) -> None:
    assert [entry.url for entry in read(rss(f"<item>{inner}</item>")).entries] == [url]


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ("<title>nothing else</title>", Reason.NO_LINK),
        ("<link></link>", Reason.NO_LINK),
        ("<guid>tag:1234</guid>", Reason.NO_LINK),
        ("<guid>1234</guid>", Reason.NO_LINK),
        ('<enclosure url="https://a.example/1.mp3" type="audio/mpeg"/>', Reason.NO_LINK),
        ("<link>http://</link>", Reason.BAD_URL),
        ("<link>mailto:a@example.com</link>", Reason.BAD_URL),
    ],
)
def test_an_item_without_a_usable_link_is_counted_with_its_reason(inner: str, reason: Reason) -> None:
    document = read(rss(f"<item>{inner}</item><item><link>https://a.example/2</link></item>"))

    assert (document.rejected, len(document.entries), document.listed) == (((reason, 1),), 1, 2)


def test_atom_links_are_resolved_against_xml_base_and_only_the_alternate_counts() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/a/"><entry>
        <link rel="self" href="self"/><link rel="enclosure" href="x.mp3"/><link rel="alternate" href="b"/></entry></feed>"""

    assert [entry.url for entry in read(body).entries] == ["https://base.example/a/b"]


def test_items_repeated_in_a_document_stay_entries() -> None:
    twice = "<item><link>https://a.example/1</link></item>" * 2

    assert len(read(rss(twice)).entries) == 2


def test_items_over_the_cap_are_counted() -> None:
    many = "".join(f"<item><link>https://a.example/{number}</link></item>" for number in range(2_003))

    document = read(rss(many))

    assert (len(document.entries), document.rejected) == (2_000, ((Reason.TOO_MANY, 3),))


# Texts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("Plain", "Plain"),
        ("Salt &amp; pepper", "Salt & pepper"),
        ("Salt &amp;amp; pepper", "Salt & pepper"),
        ("&lt;b&gt;Bold&lt;/b&gt; words", "Bold words"),
        ("<![CDATA[<i>Italic</i> words]]>", "Italic words"),
        ("<![CDATA[It&#39;s &quot;done&quot; &mdash; at last]]>", 'It\'s "done" — at last'),
        ("5 &lt; 6 and 7 &gt; 6", "5 < 6 and 7 > 6"),
        ("  spread\n over   lines ", "spread over lines"),
        ("<![CDATA[<script>alert(1)</script>Calm]]>", "Calm"),
        ("", ""),
        ("김정은 &amp; 푸틴", "김정은 & 푸틴"),
    ],
)
def test_a_title_is_plain_text_on_one_line(markup: str, title: str) -> None:
    assert item(f"<title>{markup}</title>").title == title


def test_a_body_is_kept_whole_and_the_summary_is_plain() -> None:
    body = '<p>First &amp; second.</p><p><a href="/x">Third</a></p><script>track()</script>'
    entry = item(f"<description>Short.</description><content:encoded><![CDATA[{body}]]></content:encoded>")

    assert (entry.summary, entry.content_html) == ("Short.", body)


def test_a_description_as_long_as_an_article_is_a_body() -> None:
    long = "<p>" + "A sentence about ferries. " * 60 + "</p>"
    short = "<p>A sentence about ferries.</p>"

    assert item(f"<description><![CDATA[{long}]]></description>").content_html == long
    assert item(f"<description><![CDATA[{short}]]></description>").content_html == ""


def test_a_very_long_summary_is_cut_at_a_word() -> None:
    summary = item(f"<description>{'word ' * 3_000}</description>").summary

    assert len(summary) <= 4_001
    assert summary.endswith("word…")


def test_mail_addresses_are_no_authors() -> None:
    assert item("<author>desk@news.example.com (Min Seo)</author>").authors == ("Min Seo",)
    assert item("<author>desk@news.example.com</author>").authors == ()


# Dates and wishes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<pubDate>Mon, 23 Nov 2026 17:30:00 +0900</pubDate>", WHEN),
        ("<dc:date>2026-11-23T08:30:00Z</dc:date>", WHEN),
        ("<pubDate>Mon,23 Nov 2026 08:30</pubDate>", WHEN),
        ("<pubDate>1795422600</pubDate>", WHEN),
        ("<pubDate>nonsense</pubDate><dc:date>2026-11-23T08:30:00Z</dc:date>", WHEN),
        ("<pubDate>Mon, 23 Nov 2099 08:30:00 GMT</pubDate>", None),
        ("<pubDate>Tue, 24 Nov 2026 12:59:00 GMT</pubDate>", datetime(2026, 11, 24, 12, 59, tzinfo=UTC)),
        ("<pubDate>Tue, 24 Nov 2026 13:01:00 GMT</pubDate>", None),
        ("<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>", None),
        ("<pubDate></pubDate>", None),
        ("", None),
    ],
)
def test_a_date_is_read_and_believed_or_left_out(inner: str, expected: datetime | None) -> None:
    entry = item(inner)

    assert (entry.published_at, entry.published_from) == (expected, DateOrigin.FEED if expected else None)


@pytest.mark.parametrize(
    ("url", "language", "hour"),
    [
        ("https://www.khan.co.kr/rss", "", 8),
        ("https://feed.example.com/", "ko", 8),
        ("https://feed.example.com/", "en", 17),
    ],
)
def test_a_date_without_a_zone_is_in_the_outlets_own(url: str, language: str, hour: int) -> None:
    body = rss(
        "<item><link>/1</link><pubDate>2026-11-23 17:30:00</pubDate></item>", channel=f"<language>{language}</language>"
    )

    assert read(body, url=url).entries[0].published_at == WHEN.replace(hour=hour)


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("<ttl>45</ttl>", 45),
        ("<ttl>0</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 15),
        ("<sy:updatePeriod>\n daily </sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 1_440),
        ("<sy:updatePeriod>never</sy:updatePeriod>", None),
        ("", None),
    ],
)
def test_the_publishers_wish_is_read_in_minutes(channel: str, minutes: int | None) -> None:
    assert read(rss("", channel=channel)).ttl_minutes == minutes


# Encodings -----------------------------------------------------------------------------------------------------------

KOREAN = "평양에서 열린 회담에서 양측은 새로운 합의에 서명했다"
RUSSIAN = "Министры подписали соглашение о сотрудничестве двух стран"
CHINESE = "两国外长在会谈后签署了新的合作协议并发表声明"
JAPANESE = "両国の外相は会談のあと新しい合意文書に署名した"


@pytest.mark.parametrize(
    ("text", "codec", "declared", "header"),
    [
        (KOREAN, "utf-8", "utf-8", ""),
        (KOREAN, "utf-8", "", ""),
        (KOREAN, "utf-8", "iso-8859-1", ""),
        (KOREAN, "utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        (KOREAN, "utf-8", "utf-8", "text/xml"),
        (KOREAN, "euc-kr", "euc-kr", ""),
        (KOREAN, "cp949", "euc-kr", "application/xml"),
        (KOREAN, "euc-kr", "", "text/xml; charset=euc-kr"),
        (KOREAN, "utf-8-sig", "utf-8", ""),
        (KOREAN, "utf-16", "utf-16", ""),
        (KOREAN, "utf-16-le", "utf-16", ""),
        (KOREAN, "utf-16-be", "utf-16", ""),
        (KOREAN, "utf-32", "utf-32", ""),
        (RUSSIAN, "windows-1251", "windows-1251", ""),
        (RUSSIAN, "windows-1251", "", "application/rss+xml; charset=windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r", ""),
        (CHINESE, "gb18030", "gb2312", ""),
        (CHINESE, "gbk", "gbk", "text/xml"),
        (JAPANESE, "shift_jis", "shift_jis", ""),
        (JAPANESE, "euc-jp", "euc-jp", ""),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp", ""),
        ("Überraschung für Straßburg", "iso-8859-1", "iso-8859-1", ""),
    ],
)
def test_a_title_survives_its_encoding(text: str, codec: str, declared: str, header: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = f"{declaration}<rss version='2.0'><channel><item><link>https://a.example/1</link><title>{text}</title></item></channel></rss>"

    assert read(body.encode(codec), content_type=header).entries[0].title == text


def test_one_torn_character_costs_no_other() -> None:
    items = "".join(
        f"<item><link>https://a.example/{number}</link><title>{KOREAN}</title></item>" for number in range(20)
    )
    body = rss(items).encode()
    middle = body.index("회담".encode(), len(body) // 2)

    titles = [entry.title for entry in read(body[: middle + 1] + body[middle + 2 :]).entries]

    assert titles.count(KOREAN) == 19
    assert len(titles) == 20


def test_a_gzipped_file_is_inflated() -> None:
    assert len(read(gzip.compress(RSS_20.encode())).entries) == 1


# Broken, but readable ------------------------------------------------------------------------------------------------

ONE = "<item><link>https://a.example/1</link><title>One</title></item>"


@pytest.mark.parametrize(
    "body",
    [
        rss(ONE + "<item><link>https://a.exam"),
        rss(ONE).replace("</channel></rss>", ""),
        rss(ONE.replace("One", "One &nbsp; & <br> more")),
        rss(ONE.replace("One", "One\x00\x08\ufffe")),
        "\n\n  " + rss(ONE),
        "\ufeff\ufeff" + rss(ONE),
        "<!-- made by hand -->\n<?php ?>" + rss(ONE).partition("?>")[2],
        '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://example.com/rss.dtd">' + rss(ONE).partition("?>")[2],
        rss(ONE).replace('version="2.0"', ""),
        rss(ONE.replace("One", "One &#55296; &#x0; &#1114112; two")),
        "<!DOCTYPE [ <!-- " + rss(ONE),
        rss(ONE + "</width></textinput>"),
        rss(ONE) + "\n<!-- cached -->\nwarning: something failed",
        rss(ONE).replace("<link>", "<LINK>").replace("</link>", "</LINK>"),
    ],
)  # fmt: skip
def test_a_feed_broken_as_feeds_are_still_gives_its_items(body: str) -> None:
    assert "https://a.example/1" in [entry.url for entry in read(body).entries]


# Hostile or no feed at all -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is an empty document"),
        (b" \n\t ", "is an empty document"),
        (b"\x00" * 500, "is an empty document"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "is an HTML page, not a feed"),
        (b"<!-- x --><html lang='ko'><head><title>News</title></head></html>", "is an HTML page, not a feed"),
        (
            b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y"><html xmlns="http://www.w3.org/1999/xhtml"/>',
            "is an HTML page",
        ),
        (b"Service unavailable", "it holds no markup at all"),
        (b"<opml version='2.0'><body/></opml>", "neither RSS nor Atom"),
        (b"<error>denied</error>", "neither RSS nor Atom"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no feed"),
        (b"< nothing", "neither RSS nor Atom"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "is no feed"),
        (b"\x1f\x8bnot gzip", "is an archive that cannot be read"),
        (gzip.compress(b"<rss>" + bytes(50_000_000), mtime=0), "is an archive that cannot be read"),
        (b'{"status": "error"}', "is JSON, but no JSON Feed"),
        (b'{"version": ', "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (
            b"<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>",
            "is an index of sitemaps",
        ),
        (b"<urlset><url><loc>https://a.example/1</loc></url></urlset>", "is a sitemap without news tags"),
    ],
)
def test_what_is_no_feed_is_unreadable_and_says_what_it_is(body: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(body, url="https://me:secret@news.example.com/feed?token=abc")

    sentence = str(caught.value)
    assert says in sentence
    assert sentence.startswith("https://news.example.com/feed?token=… ")
    assert sentence.endswith(".")


def test_entities_are_not_expanded_without_end() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    body = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "boom">{levels}]>'
        + rss(ONE.replace("One", "&a11;")).partition("?>")[2]
    )

    assert len(read(body).entries[0].title) < 100


@pytest.mark.parametrize("kind", ["SYSTEM", 'PUBLIC "x"'])
def test_no_file_and_no_address_is_loaded_for_an_entity(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("xxe") / "secret"
    secret.write_text("hunter2")
    doctype = f'<!DOCTYPE rss [<!ENTITY x {kind} "{secret.as_uri()}">]>'

    document = read('<?xml version="1.0"?>' + doctype + rss(ONE.replace("One", "&x;")).partition("?>")[2])

    assert all("hunter2" not in entry.title for entry in document.entries)


@given(
    st.binary(max_size=2_000),
    st.sampled_from(["", "text/xml; charset=utf-16", "application/json", "text/html; charset=x"]),
)
def test_any_bytes_give_a_document_or_unreadable(body: bytes, content_type: str) -> None:
    _survive(body, content_type)


SEEDS = [RSS_20, ATOM, RDF, RSS_091, rss(ONE), '{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","url":"/a"}]}',
         '<urlset xmlns:news="n"><url><loc>https://a.example/1</loc><news:news><news:title>x</news:title></news:news></url></urlset>']  # fmt: skip
GRAFTS = [b"", b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"\x00", b"\xff", b'"', b"<item>", b"</item>", b"<?", b"\xed\xa0\x80", b"&#x0;",
          b"&#99999999;", b"{", b"null", b"<!DOCTYPE html>", b"<html>", b" xml:base='http://['", b"xmlns='x'"]  # fmt: skip


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(GRAFTS)), max_size=6),
)
def test_a_mangled_feed_gives_a_document_or_unreadable(seed: str, cuts: list[tuple[float, int, bytes]]) -> None:
    body = seed.encode()
    for place, length, graft in cuts:
        start = int(place * len(body))
        body = body[:start] + graft + body[start + length :]

    _survive(body)


def _survive(body: bytes, content_type: str = "") -> None:
    with suppress(Unreadable, BotWall):
        document = read(body, content_type=content_type)
        assert document.listed == len(document.entries) + sum(count for _, count in document.rejected)
        for entry in document.entries:
            assert entry.url.startswith(("http://", "https://"))
            entry.title.encode(), entry.summary.encode(), entry.content_html.encode()


BEGINNINGS = [
    "<!--",
    "<!-- ",
    "<a ",
    "<script",
    "<script>",
    "<?",
    "<![CDATA[",
    "<!ENTITY ",
    "<!DOCTYPE [",
    "&",
    "<",
    'a="1" ',
]


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<rss><channel><item><title>{}</title><link>/1</link></item></channel></rss>",
        "<rss><channel><item><title><![CDATA[{}]]></title><link>/1</link></item></channel></rss>",
    ],
)
@pytest.mark.parametrize("tail", [b"", b"\xb0\xa1\xff"])
def test_thirty_kilobytes_of_beginnings_are_read_like_any_document(beginning: str, around: str, tail: bytes) -> None:
    # Looking for an end from each of them would take hours.
    _survive(around.format(beginning * (30_000 // len(beginning))).encode() + tail * 50, "")


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("<rss " + " ".join(f'a{n}="1"' for n in range(2_000)) + "></rss>", "a tag of more than 1,000 attributes"),
        ("<rss><channel>" + "<item>" * 30_000, "nests elements more than 500 deep"),
        ("<feed>" + "<div>" * 15_000 + "</div>" * 15_000 + "</feed>", "nests elements more than 500 deep"),
    ],
)
def test_a_document_that_is_made_to_break_parsers_is_refused(document: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read(document)


def test_a_long_feed_of_ordinary_depth_is_not_refused() -> None:
    items = "<item><title>A</title><link>/1</link></item>" * 1_500

    assert read(f"<rss><channel>{items}</channel></rss>").listed == 1_500


def test_an_image_written_into_an_entry_is_no_tag_of_many_attributes() -> None:
    image = f'<img src="data:image/png;base64,{"QUFB" * 50_000}=="/>'
    item = f"<item><link>/1</link><description><![CDATA[{image}]]></description></item>"

    assert read(f"<rss><channel>{item}</channel></rss>").listed == 1


def test_entities_that_name_characters_are_kept_and_others_are_not() -> None:
    declared = (
        '<!ENTITY eacute "&#233;"><!ENTITY file SYSTEM "file:///etc/hostname">'
        f'<!ENTITY long "{"x" * 200}"><!ENTITY twice "&long;&long;">'
    )
    items = "<item><title>caf&eacute;</title><link>/1</link></item>"

    [entry] = read(f"<!DOCTYPE rss [{declared}]><rss><channel>{items}</channel></rss>").entries

    assert entry.title == "café"


def test_a_bot_wall_in_place_of_a_feed_is_told_from_a_page() -> None:
    with pytest.raises(BotWall, match="answers with a bot wall instead"):
        read("<html><head><title>Just a moment...</title></head><body>Verify you are human.</body></html>")


def test_no_entry_carries_a_login() -> None:
    listed = "<item><link>/1</link></item><item><link>https://you:hunter2@b.example/2</link></item>"

    document = feed.read(
        f"<rss><channel>{listed}</channel></rss>".encode(), url="https://me:hunter2@a.example/feed", now=NOW
    )

    assert [entry.url for entry in document.entries] == ["https://a.example/1", "https://b.example/2"]
