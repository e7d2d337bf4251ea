from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors import urls
from extractors.records import Reason


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        # tracking
        ("https://a.example.com/x?utm_source=rss&utm_medium=feed", "https://a.example.com/x"),
        ("https://www.bbc.co.uk/news/1?at_medium=RSS&at_campaign=KARANGA&ns_mchannel=rss", "https://www.bbc.co.uk/news/1"),
        ("https://example.com/x?fbclid=I&gclid=2&id=7", "https://example.com/x?id=7"),
        ("https://example.com/x?smid=tw-share&partner=rss&emc=rss", "https://example.com/x?emc=rss"),
        ("https://example.com/x?cmp=a&CMPID=b&xtor=c&ref=rss&__twitter_impression=true", "https://example.com/x"),
        ("https://example.com/x?utm_source=rss#section-2", "https://example.com/x"),
        ("https://example.com/x;jsessionid=0A1B?id=2", "https://example.com/x?id=2"),
        # what names the article stays
        ("https://example.com/view.php?p=12&article=3&id=9", "https://example.com/view.php?article=3&id=9&p=12"),
        ("https://example.com/view.php?20260927001", "https://example.com/view.php?20260927001"),
        ("https://example.com/view?cid=1234567", "https://example.com/view?cid=1234567"),
        ("https://example.com/view?ref=1234567", "https://example.com/view?ref=1234567"),
        ("https://example.com/view?source=homepage&id=1", "https://example.com/view?id=1"),
        ("https://example.com/feed?outputType=xml", "https://example.com/feed?outputType=xml"),
        ("https://example.com/x?b=2&a=1&a=0", "https://example.com/x?a=0&a=1&b=2"),
        ("https://example.com/x?a=&b", "https://example.com/x?a=&b"),
        # AMP
        ("https://example.com/news/story/amp", "https://example.com/news/story"),
        ("https://example.com/news/story/amp/", "https://example.com/news/story/"),
        ("https://example.com/amp/news/story", "https://example.com/news/story"),
        ("https://example.com/news/amp/story", "https://example.com/news/story"),
        ("https://example.com/news/story?amp=1", "https://example.com/news/story"),
        ("https://example.com/news/story?amp", "https://example.com/news/story"),
        ("https://example.com/news/story/?outputType=amp", "https://example.com/news/story/"),
        ("https://example.com/news/story.amp", "https://example.com/news/story"),
        ("https://example.com/news/story.amp.html", "https://example.com/news/story.html"),
        ("https://amp.example.com/news/story", "https://example.com/news/story"),
        ("https://example.com/champ/amplifier?ampere=1", "https://example.com/champ/amplifier?ampere=1"),
        ("https://example.com/amp", "https://example.com/amp"),
        ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/story/amp/", "https://www.example.com/story/"),
        ("https://example-com.cdn.ampproject.org/v/example.com/story?amp_js_v=0.1&usqp=x", "http://example.com/story"),
        ("https://www.google.com/amp/s/www.example.com/story", "https://www.example.com/story"),
        ("https://www.google.co.kr/amp/example.com/story/", "http://example.com/story/"),
        # mobile twins
        ("https://m.example.co.kr/view/1", "https://example.co.kr/view/1"),
        ("https://mobile.example.com/view/1", "https://example.com/view/1"),
        ("https://en.m.example.org/wiki/X", "https://en.example.org/wiki/X"),
        ("https://www.m.example.com/1", "https://example.com/1"),
        ("https://m.com/1", "https://m.com/1"),
        ("https://m.co.kr/1", "https://m.co.kr/1"),
        # the general part
        ("HTTPS://Example.COM:443/A", "https://example.com/A"),
        ("http://example.com:80", "http://example.com/"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("http://user:pw@example.com/x", "http://example.com/x"),
        ("  https://example.com/a\n/b\t ", "https://example.com/a/b"),
        ("https://example.com/a?x=1&amp;y=2", "https://example.com/a?x=1&y=2"),
        ("https://example.com/a//b", "https://example.com/a/b"),
        ("https://example.com/web/https://other.example/x//y", "https://example.com/web/https://other.example/x//y"),
        ("https://example.com/a/./b/../c", "https://example.com/a/c"),
        ("https://example.com/../..", "https://example.com/"),
        ("https://example.com./x", "https://example.com/x"),
        # characters
        ("https://example.com/한글?q=북", "https://example.com/%ED%95%9C%EA%B8%80?q=%EB%B6%81"),
        ("https://example.com/%ed%95%9c", "https://example.com/%ED%95%9C"),
        ("https://example.com/%7Euser/%41", "https://example.com/~user/A"),
        ("https://example.com/a%2Fb", "https://example.com/a%2Fb"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/a b", "https://example.com/a%20b"),
        ("https://example.com/%B0%A1", "https://example.com/%B0%A1"),
        ("https://правда.рф/a", "https://xn--80aafi6cg.xn--p1ai/a"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://ＥＸＡＭＰＬＥ.com/x", "https://example.com/x"),
        ("https://example.com/[x]", "https://example.com/%5Bx%5D"),
        # addresses and names without a dot
        ("http://127.0.0.5:8123/a?utm_x=1", "http://127.0.0.5:8123/a"),
        ("http://2130706433/x", "http://127.0.0.1/x"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("http://[0:0:0:0:0:0:0:1]:81/x", "http://[::1]:81/x"),
        ("http://localhost:9000/x/", "http://localhost:9000/x/"),
        ("http://under_score.example.com/x", "http://under_score.example.com/x"),
    ],
)  # fmt: skip
def test_an_address_has_one_canonical_form(url: str, expected: str) -> None:
    assert urls.canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", " ", "x", "/path", "//example.com/x", "ftp://example.com/", "mailto:a@example.com", "javascript:void(0)", "http://",
     "http:///x", "http://a b.example/", "http://example.com:99999/", "http://example.com:x/", "http://[::1/", "http://[x]/",
     "http://999.1.1.1/", "http://1.2.3.4.5/", "http://-a.example/", "http://a..example/", "http://.example/", "http://\ud800/",
     "http://example.com/\udfff", "data:text/html,x", "http://" + "a" * 64 + ".example/", "https://example.com/" + "x" * 3_000],
)  # fmt: skip
def test_what_is_no_usable_web_address_has_none(url: str) -> None:
    assert urls.canonical(url) is None


@pytest.mark.parametrize(
    "twin",
    ["http://example.com/a/b", "https://www.example.com/a/b", "https://example.com/a/b/", "https://m.example.com/a/b",
     "https://amp.example.com/a/b", "https://example.com/a/b?utm_source=x", "https://example.com/a/b/amp/",
     "https://EXAMPLE.com:443/a/b#top", "https://example.com/a/b/index.html",
     "https://www.google.com/amp/s/m.example.com/a/b/?amp=1"],
)  # fmt: skip
def test_twins_meet_in_one_key(twin: str) -> None:
    assert _key(twin) == _key("https://example.com/a/b")


@pytest.mark.parametrize(
    "other",
    ["https://example.com/a/B", "https://example.com/a", "https://example.com/a/b?id=1", "https://example.org/a/b",
     "https://example.com:8443/a/b", "https://news.example.com/a/b", "https://example.com/a/b/c"],
)  # fmt: skip
def test_different_articles_have_different_keys(other: str) -> None:
    assert _key(other) != _key("https://example.com/a/b")


def _key(url: str) -> bytes:
    canonical = urls.canonical(url)
    assert canonical is not None
    return urls.key(canonical)


@pytest.mark.parametrize(
    ("url", "site", "host"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk", "news.bbc.co.uk"),
        ("https://www.nknews.org/", "nknews.org", "www.nknews.org"),
        ("https://english.hani.co.kr:8443/", "hani.co.kr", "english.hani.co.kr:8443"),
        ("http://127.0.0.5:8123/x", "127.0.0.5:8123", "127.0.0.5:8123"),
        ("http://[::1]:81/x", "[::1]:81", "[::1]:81"),
        ("http://localhost:81/", "localhost:81", "localhost:81"),
        ("http://me:pw@example.com/", "example.com", "example.com"),
        ("nonsense", "", ""),
    ],
)
def test_site_and_host_of_an_address(url: str, site: str, host: str) -> None:
    assert (urls.site(url), urls.host(url)) == (site, host)


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("story.html", "https://example.com/news/story.html"),
        ("/top", "https://example.com/top"),
        ("//cdn.example.com/x", "https://cdn.example.com/x"),
        ("?page=2", "https://example.com/news/feed?page=2"),
        (" https://other.example/x?utm_source=rss#a ", "https://other.example/x?utm_source=rss"),
        ("mailto:x@example.com", None),
        ("http://[", None),
    ],
)
def test_a_link_is_resolved_against_its_page(href: str, expected: str | None) -> None:
    assert urls.absolute("https://example.com/news/feed", href) == expected


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://example.com/", Reason.NOT_ARTICLE_URL),
        ("https://example.com", Reason.NOT_ARTICLE_URL),
        ("https://example.com/?utm_source=rss", Reason.NOT_ARTICLE_URL),
        ("https://example.com/en/", Reason.NOT_ARTICLE_URL),
        ("https://example.com/index.html", Reason.NOT_ARTICLE_URL),
        ("https://example.com/photo/1.JPG", Reason.NOT_ARTICLE_URL),
        ("https://example.com/pod.mp3?x=1", Reason.NOT_ARTICLE_URL),
        ("https://example.com/all.zip", Reason.NOT_ARTICLE_URL),
        ("https://example.com/report.pdf", Reason.NOT_ARTICLE_URL),
        ("mailto:x@example.com", Reason.BAD_URL),
        ("https://example.com/?p=123", None),
        ("https://example.com/news/kim-visits.html", None),
        ("https://example.com/2026/09/27/mr.pdf-and-friends", None),
        ("https://example.com/world", None),
        ("https://example.com/index.html?id=5", None),
    ],
)
def test_only_clear_non_articles_are_refused_by_address(url: str, reason: Reason | None) -> None:
    assert urls.refusal(url) == reason


# Properties ----------------------------------------------------------------------------------------------------------

_hosts = st.sampled_from(
    ["example.com", "www.example.co.kr", "m.example.org", "amp.example.com", "127.0.0.1:81", "правда.рф"]
)
_pieces = st.sampled_from(
    ["amp", "a", "%41", "%", "..", ".", "", "한", "x.amp", "index.html", "m", "s", "c", "a b", "%2f", "?", "&amp;"]
)
_queries = st.lists(
    st.sampled_from(["id=1", "utm_a=2", "amp=1", "b", "=", "&", "a=%7e", "ref=12345", "q=북"]), max_size=4
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    scheme = draw(st.sampled_from(["http", "https", "HTTPS"]))
    path = "/".join(draw(st.lists(_pieces, max_size=6)))
    wrapping = draw(st.sampled_from(["", "https://x.cdn.ampproject.org/c/s/", "https://www.google.com/amp/s/"]))
    host = draw(_hosts)
    start = f"{wrapping}{host}" if wrapping else f"{scheme}://{host}"
    return f"{start}/{path}?{'&'.join(draw(_queries))}"


@given(
    st.one_of(
        st.text(), addresses(), st.text().map(lambda text: f"http://{text}"), st.text().map("https://a.kr/".__add__)
    )
)
@example("http://[::1]]/")
@example("http://a/%2E%2E//amp/.amp")
@example("https://a.cdn.ampproject.org/c/s/b.cdn.ampproject.org/c/s/example.com/x")
def test_canonical_is_idempotent_and_nothing_raises_on_any_text(url: str) -> None:
    canonical = urls.canonical(url)

    urls.refusal(url), urls.host(url), urls.site(url), urls.absolute(url, url), urls.clean(url)
    if canonical is not None:
        assert urls.canonical(canonical) == canonical
        assert canonical.isascii()
        assert urlsplit(canonical).scheme in ("http", "https")
        assert len(urls.key(canonical)) == 16


@given(addresses(), st.sampled_from(["utm_source=x", "fbclid=1", "at_medium=rss", "ref=hp", "amp=1", "cmp=2"]))
def test_a_tracking_parameter_never_changes_the_key(url: str, noise: str) -> None:
    assert urls.canonical(f"{url}&{noise}") == urls.canonical(url)


@given(addresses())
def test_http_and_https_meet_in_one_key(url: str) -> None:
    plain, secure = (urls.canonical(f"{scheme}://{url.partition('://')[2]}") for scheme in ("http", "https"))

    assert (plain is None) == (secure is None)
    if plain is not None and secure is not None:
        assert urls.key(plain) == urls.key(secure)
