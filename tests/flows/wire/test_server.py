from __future__ import annotations

import gzip
import html
import re
import socket
import struct
import zlib
from urllib.request import urlopen

import pytest

from extractors import catalogue, urls
from extractors.errors import WirewatchError
from flows.wire.expected import ExpectedArticle, ExpectedPoll
from flows.wire.server import Wire


def the_article(wire: Wire, answer: str) -> ExpectedArticle:
    return next(one for one in wire.expected().articles if one.answer == answer)


def the_poll(wire: Wire, ending: str) -> ExpectedPoll:
    return next(one for one in wire.expected().polls if one.url.endswith(ending))


def printed(body: bytes, charset: str) -> str:
    """The words of a page, without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body.decode(charset))).split())


def test_every_article_that_must_be_stored_stands_on_its_page_or_in_its_feed(wire: Wire, get, papers):
    charsets = {source.slug: source.charset for source in papers.sources}
    articles = [one for one in wire.expected().stored if one.method != "feed"]

    lost = [
        one.url
        for one in articles
        if not all(paragraph in printed(get(one.url).body, charsets[one.source]) for paragraph in one.text.split("\n"))
    ]

    assert len(articles) >= 185
    assert lost == []


def test_every_announced_address_answers_as_planted(wire: Wire, get):
    statuses = {
        "fine": 200, "missing": 404, "gone": 410, "forbidden": 403, "truncated": 200, "chain": 301, "loop": 302,
        "to a private network": 302, "to a metadata service": 302, "huge": 200, "bomb": 200, "pdf": 200, "nothing": 200,
        "teaser": 200, "paywall": 200, "consent wall": 200, "bot wall": 200, "soft 404": 200, "needs a browser": 200,
        "drips": 200,
    }  # fmt: skip
    answered = {
        one.answer: get(address).status
        for one in wire.expected().articles
        if one.answer not in ("fine", "breaks once")
        for address in one.announced
    }

    assert answered | {"fine": 200} == statuses


def test_a_server_breaks_once_and_is_fine_then(now, get):
    with Wire(now) as wire:
        url = the_article(wire, "breaks once").url

        assert [get(url).status, get(url).status, get(url).status] == [500, 200, 200]
        assert wire.hits[url] == 3


def test_a_chain_of_three_hops_ends_at_the_article(wire: Wire, get):
    one = the_article(wire, "chain")
    hops = [one.announced[0]]
    while (got := get(hops[-1])).status in (301, 302, 307):
        hops.append(urls.absolute(hops[-1], got.headers["Location"]) or "")

    assert len(hops) == 4
    assert hops[-1] == one.url
    assert got.status == 200


def test_a_loop_comes_back_to_where_it_started(wire: Wire, get):
    start = the_article(wire, "loop").announced[0]
    second = urls.absolute(start, get(start).headers["Location"]) or ""

    assert second != start
    assert urls.absolute(second, get(second).headers["Location"]) == start


def test_two_redirects_lead_to_addresses_outside_the_wire(wire: Wire, get):
    targets = [
        get(one.announced[0]).headers["Location"] for one in wire.expected().articles if one.reason == "private address"
    ]

    assert targets == ["http://10.0.0.1/admin", "http://169.254.169.254/latest/meta-data/"]


def test_the_huge_page_does_not_say_how_huge_it_is(wire: Wire, get):
    got = get(the_article(wire, "huge").url)

    assert len(got.body) >= 20_000_000
    assert "Content-Length" not in got.headers


def test_the_small_page_grows_a_thousandfold(wire: Wire, get):
    got = get(the_article(wire, "bomb").url)

    assert got.headers["Content-Encoding"] == "gzip"
    assert len(got.body) < 100_000
    assert len(gzip.decompress(got.body)) == 64_000_000


def test_the_truncated_page_is_gzip_that_breaks_off(wire: Wire, get):
    got = get(the_article(wire, "truncated").url)

    assert got.headers["Content-Encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(got.body)
    assert zlib.decompressobj(wbits=31).decompress(got.body).startswith(b"<!DOCTYPE html>")


def test_the_slow_page_arrives_whole_after_the_time_it_was_given(wire: Wire, get):
    assert get(the_article(wire, "drips").url).body.startswith(b"<html><body><p>Wait for it.")


def test_stopping_does_not_wait_for_the_slow_page(now):
    with Wire(now, drip_seconds=600.0) as wire:
        host, port = the_article(wire, "drips").url.split("/")[2].split(":")
        with socket.create_connection((host, int(port))) as connection:
            path = the_article(wire, "drips").url.partition(port)[2]
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert connection.recv(12) == b"HTTP/1.1 200"

    assert wire.hits[the_article(wire, "drips").url] == 1


def test_a_client_that_hangs_up_is_not_worth_a_word(now, caplog):
    with Wire(now, drip_seconds=0.4) as wire:
        for answer in ("drips", "huge"):
            host, port = the_article(wire, answer).url.split("/")[2].split(":")
            with socket.create_connection((host, int(port))) as connection:
                path = the_article(wire, answer).url.partition(port)[2]
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                assert connection.recv(12) == b"HTTP/1.1 200"
                connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )  # hang up with a reset
        urlopen(the_article(wire, "drips").url).read()  # ends after the one that was hung up on

    assert [record for record in caplog.records if record.name.startswith("aiohttp")] == []


def test_a_feed_answers_304_to_its_etag_and_to_its_date(wire: Wire, get):
    url = the_poll(wire, "/rss/latest.xml").url
    first = get(url)

    by_tag = get(url, if_none_match=first.headers["ETag"])
    by_date = get(url, if_modified_since=first.headers["Last-Modified"])
    other = get(url, if_none_match='"another"', if_modified_since=first.headers["Last-Modified"])
    garbled = get(url, if_modified_since="yesterday")

    assert (first.status, by_tag.status, by_date.status, other.status, garbled.status) == (200, 304, 304, 200, 200)
    assert by_tag.body == b""
    assert by_tag.headers["ETag"] == first.headers["ETag"]


def test_one_server_sends_no_validators_and_the_same_body_again(wire: Wire, get):
    poll = the_poll(wire, "/en/rss.xml")
    first, second = get(poll.url), get(poll.url)

    assert not {"ETag", "Last-Modified"} & set(first.headers)
    assert first.body == second.body
    assert poll.again == ("unchanged", "same body")


def test_feeds_come_in_gzip_to_those_who_take_it(wire: Wire, get):
    url = the_poll(wire, "/rss/latest.xml").url
    packed, plain = get(url, accept_encoding="gzip, deflate"), get(url)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body


def test_a_busy_feed_says_when_to_come_back(wire: Wire, get):
    got = get(next(poll.url for poll in wire.expected().polls if poll.reason == "asked to wait"))

    assert (got.status, got.headers["Retry-After"]) == (503, "120")


def test_one_server_lies_about_its_charset(wire: Wire, get):
    one = next(one for one in wire.expected().stored if one.source == "volzhskaya-gazeta")
    got = get(one.url)

    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    assert one.title in got.body.decode("windows-1251")
    with pytest.raises(UnicodeDecodeError):
        got.body.decode("utf-8")


def test_one_robots_txt_closes_the_folder_of_one_article(wire: Wire, get):
    closed = next(one for one in wire.expected().articles if one.reason == "robots.txt")
    base = closed.url.partition("/private/")[0]

    assert get(base + "/robots.txt").body == b"User-agent: *\nDisallow: /private/\n"
    assert get(closed.url).status == 200


def test_twins_name_their_article_and_tracking_parameters_do_not_matter(wire: Wire, get):
    twins = [one for one in wire.expected().articles if one.outcome == "duplicate"]
    amp = [address for one in wire.expected().stored for address in one.announced if address.endswith("/amp")]
    tracked = [address for one in wire.expected().stored for address in one.announced if "utm_source" in address]

    assert (len(twins), len(amp), len(tracked)) == (2, 3, 7)
    for one in twins:
        assert f'rel="canonical" href="{one.same_as}"'.encode() in get(one.url).body
    for address in amp + tracked:
        plain = address.removesuffix("/amp").partition("?")[0]
        assert get(address).body == get(plain).body


def test_some_copies_name_the_original_as_canonical(wire: Wire, get):
    crediting = [one for one in wire.expected().stored if one.syndicated_from]

    assert {one.source for one in crediting} == {"atlantic-courier", "northbridge-herald"}
    for one in crediting:
        assert f'rel="canonical" href="{one.syndicated_from}"'.encode() in get(one.url).body


def test_an_unknown_address_is_not_found(wire: Wire, get):
    base = wire.expected().polls[0].url.partition("/rss")[0]

    assert get(f"{base}/nothing-here").status == 404
    assert get(f"{base}/?page=2").status == 404


def test_home_pages_name_their_feeds(wire: Wire, get):
    for poll in wire.expected().polls:
        if poll.outcome == "fresh":
            home = "/".join(poll.url.split("/")[:3]) + "/"
            assert f'href="{poll.url}"'.encode() in get(home).body


def test_outlets_live_on_hosts_of_their_own_under_one_port(wire: Wire):
    hosts = {tuple(urls.host(poll.url).split(":")) for poll in wire.expected().polls}

    assert len({host for host, _ in hosts}) == 17
    assert len({port for _, port in hosts}) == 1
    assert wire.notice == ""


def test_the_catalogue_can_be_loaded_and_lists_every_feed(wire: Wire):
    made = catalogue.load(wire.catalogue_toml(), name="wire")

    assert [(feed.source, feed.url) for feed in made.feeds] == [
        (poll.source, poll.url) for poll in wire.expected().polls
    ]
    assert len(made.sources) == 17


def test_the_same_moment_and_port_give_the_same_bytes(now, get):
    with Wire(now) as first:
        port = int(urls.host(first.expected().polls[0].url).partition(":")[2])
        bodies = {poll.url: get(poll.url).body for poll in first.expected().polls}
        expected, toml = first.expected(), first.catalogue_toml()
    with Wire(now, port) as second:
        again = {poll.url: get(poll.url).body for poll in second.expected().polls}

        assert again == bodies
        assert second.expected() == expected
        assert second.catalogue_toml() == toml


def test_without_other_loopback_addresses_each_outlet_has_a_port(now, get):
    with Wire(now, distinct_hosts=False) as wire:
        hosts = {urls.host(poll.url) for poll in wire.expected().polls}
        pages = [get(one.url).status for one in wire.expected().stored[:3]]

    assert len(hosts) == 17
    assert {host.partition(":")[0] for host in hosts} == {"127.0.0.1"}
    assert pages == [200, 200, 200]
    assert "127.0.0.1" in wire.notice


def test_a_taken_port_is_refused_in_one_sentence(now):
    with socket.socket() as sock:
        sock.bind(("127.0.0.4", 0))
        sock.listen()
        port = sock.getsockname()[1]

        with pytest.raises(WirewatchError, match=rf"^Port {port} on 127\.0\.0\.4 is taken: .*\.$"):
            Wire(now, port).start()


def test_a_wire_that_was_not_started_has_no_addresses(now):
    with pytest.raises(WirewatchError, match="before it is started"):
        Wire(now).expected()


def test_stopping_twice_is_no_mistake(now):
    wire = Wire(now)
    wire.start()
    wire.stop()
    wire.stop()
