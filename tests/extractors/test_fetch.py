"""The network as it misbehaves: every fault of a table has its expected error, on a real loopback server."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from extractors import fetch
from extractors.errors import (
    AskedToWait,
    BadRedirect,
    Forbidden,
    GiveUp,
    Gone,
    HostSlow,
    HostUnreachable,
    NotFound,
    RefusedAddress,
    RetryLater,
    ServerBroken,
    TooLarge,
    Unreadable,
    WirewatchError,
)
from extractors.records import Page, Unchanged
from tests.web import Answer, Request, Web

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LIMITS = fetch.Limits(total_seconds=20, max_bytes=50_000, max_inflated=200_000, header_bytes=8_000, headers=60)
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    with Web(hosts=("127.0.0.1", "127.0.0.2")) as server:
        yield server


def get(url: str, *, limits: fetch.Limits = LIMITS, allowed: tuple = LOOPBACK, **asked: str) -> Page | Unchanged:
    async def work() -> Page | Unchanged:
        async with fetch.open_session(user_agent="Wirewatch/test", allowed=allowed, limits=limits) as session:
            return await fetch.get(session, url, now=lambda: NOW, limits=limits, **asked)

    return asyncio.run(work())


def failure(url: str, **how: object) -> WirewatchError:
    with pytest.raises(WirewatchError) as caught:
        get(url, **how)
    return caught.value


# What goes well ------------------------------------------------------------------------------------------------------


def test_a_page_comes_back_whole_with_what_its_headers_say(web: Web) -> None:
    headers = {"Cache-Control": "public, max-age=300", "ETag": '"v1"', "Last-Modified": "Mon, 23 Nov 2026 08:00:00 GMT"}
    web.page("/whole", "<p>서울</p>", headers=headers)

    page = get(web.url("/whole"))

    assert page == Page(
        url=web.url("/whole"),
        final_url=web.url("/whole"),
        status=200,
        body="<p>서울</p>".encode(),
        content_type="text/html; charset=utf-8",
        etag='"v1"',
        last_modified="Mon, 23 Nov 2026 08:00:00 GMT",
        max_age=300,
        fetched_at=NOW,
        elapsed_ms=page.elapsed_ms,
    )


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate", "deflate-raw"])
@pytest.mark.parametrize("chunked", [False, True])
def test_every_encoding_we_ask_for_inflates_to_the_same_body(web: Web, encoding: str, chunked: bool) -> None:
    body = b"<p>pyongyang</p>" * 500
    web.page("/encoded", body, compress=encoding, chunked=chunked)

    page = get(web.url("/encoded"))

    assert page.content_encoding == encoding.removesuffix("-raw")
    assert (len(page.body) < len(body)) == bool(encoding)
    assert fetch.inflate(page, limit=100_000) == body


def test_we_ask_for_nothing_that_we_cannot_inflate_and_say_who_we_are(web: Web) -> None:
    web.page("/hello", "hi", headers={"Set-Cookie": "id=1; Path=/"})
    get(web.url("/hello"))

    asked = web.requests[-1].headers

    assert (asked["user-agent"], asked["accept-encoding"]) == ("Wirewatch/test", "gzip, deflate")
    assert asked["accept"].startswith("text/html")
    assert "cookie" not in asked


def test_cookies_of_one_answer_do_not_go_into_the_next_request(web: Web) -> None:
    web.queue("/cookie", Answer(status=302, headers={"Location": "/cookie", "Set-Cookie": "a=b"}), Answer(b"in"))
    web.page("/jar", "x", headers={"Set-Cookie": "a=b; Path=/"})
    web.redirect("/first", "/jar")

    get(web.url("/first"))
    get(web.url("/jar"))

    assert all("cookie" not in request.headers for request in web.requests)


def test_a_proxy_in_the_environment_is_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    web.page("/direct", "direct")

    assert get(web.url("/direct")).body == b"direct"


def test_a_body_without_a_length_ends_with_the_connection(web: Web) -> None:
    web.raw("/old", b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nto the end")

    assert get(web.url("/old")).body == b"to the end"


def test_a_204_is_an_empty_page(web: Web) -> None:
    web.raw("/nothing", b"HTTP/1.1 204 No Content\r\n\r\n")

    assert (get(web.url("/nothing")).status, get(web.url("/nothing")).body) == (204, b"")


def test_paths_outside_ascii_are_asked_for_in_utf_8(web: Web) -> None:
    web.page("/%ED%95%9C?q=%EB%B6%81", "han")

    assert get(web.url("/한?q=북#part")).body == b"han"


def test_credentials_in_the_address_are_sent_to_the_server(web: Web) -> None:
    web.page("/login", "in")
    get(web.url("/login").replace("http://", "http://me:secret@"))

    assert web.requests[-1].headers["authorization"] == "Basic bWU6c2VjcmV0"


# Conditional requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [{"etag": '"v2"'}, {"last_modified": "Mon, 23 Nov 2026 08:00:00 GMT"}])
def test_what_we_have_already_comes_back_as_unchanged(web: Web, known: dict[str, str]) -> None:
    web.page("/known", "news", etag='"v2"', modified="Mon, 23 Nov 2026 08:00:00 GMT")

    answer = get(web.url("/known"), **known)

    assert isinstance(answer, Unchanged)
    assert (answer.url, answer.etag) == (web.url("/known"), '"v2"')


def test_an_answer_that_breaks_its_reader_is_an_error_of_ours(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "max_age", lambda _headers: 1 // 0)  # what no header is known to bring about
    web.page("/odd", "news")

    error = failure(web.url("/odd"))

    assert type(error) is ServerBroken
    assert str(error) == f"{web.url('/odd')} gave an answer that broke its reader (ZeroDivisionError)."


def test_another_version_than_ours_comes_back_whole(web: Web) -> None:
    web.page("/known", "news", etag='"v2"')

    assert get(web.url("/known"), etag='"v1"').body == b"news"


def test_a_304_that_nobody_asked_for_is_a_broken_server(web: Web) -> None:
    web.raw("/304", b"HTTP/1.1 304 Not Modified\r\n\r\n")

    assert type(failure(web.url("/304"))) is ServerBroken


def test_a_validator_that_could_not_be_sent_back_is_not_kept(web: Web) -> None:
    web.page("/odd", "x", headers={"ETag": '"\xe9\xff"', "Last-Modified": "x" * 2_000})

    page = get(web.url("/odd"))

    assert (page.etag, page.last_modified) == (None, None)


# Redirects -----------------------------------------------------------------------------------------------------------


def test_redirects_are_followed_to_the_page(web: Web) -> None:
    web.redirect("/r1", "/r2", status=302)
    web.redirect("/r2", web.url("/r3", host="127.0.0.2"), status=307)
    web.redirect("/r3", "r4?x=1#top", status=303)
    web.page("/r4", "there")

    page = get(web.url("/r1"))

    assert (page.url, page.final_url) == (web.url("/r1"), web.url("/r4?x=1", host="127.0.0.2"))
    assert (page.body, page.moved_to) == (b"there", None)


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), "/m1"), ((301, 308), "/m2"), ((301, 302), "/m1"), ((302, 301), None), ((301, 302, 301), "/m1")],
)
def test_only_permanent_redirects_from_the_first_hop_on_move_an_address(
    web: Web, statuses: tuple[int, ...], moved: str | None
) -> None:
    for hop, status in enumerate(statuses):
        web.redirect(f"/m{hop}", f"/m{hop + 1}", status=status)
    web.page(f"/m{len(statuses)}", "here")

    assert get(web.url("/m0")).moved_to == (moved and web.url(moved))


def test_a_location_in_raw_utf_8_is_followed(web: Web) -> None:
    web.raw("/utf8", "HTTP/1.1 302 Found\r\nLocation: /北\r\nContent-Length: 0\r\n\r\n".encode())
    web.page("/%E5%8C%97", "north")

    assert get(web.url("/utf8")).body == b"north"


def test_a_location_in_raw_latin_1_is_followed(web: Web) -> None:
    web.raw("/latin", b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n")
    web.page("/caf%E9", "coffee")

    assert get(web.url("/latin")).body == b"coffee"


def test_as_many_redirects_as_allowed_are_followed_and_no_more(web: Web) -> None:
    for hop in range(7):
        web.redirect(f"/hop{hop}", f"/hop{hop + 1}")
    web.page("/hop7", "end")

    assert get(web.url("/hop2")).body == b"end"
    assert type(failure(web.url("/hop1"))) is BadRedirect


@pytest.mark.parametrize(
    "location",
    ["", "   ", "ftp://example.com/x", "javascript:alert(1)", "file:///etc/passwd", "http://", "http://[::1/", "//:80"],
)
def test_a_redirect_to_no_web_address_is_refused(web: Web, location: str) -> None:
    web.redirect("/bad", location)

    assert type(failure(web.url("/bad"))) is BadRedirect


def test_a_loop_is_noticed_before_the_hops_run_out(web: Web) -> None:
    web.redirect("/loop-a", "/loop-b")
    web.redirect("/loop-b", "/loop-a")
    web.redirect("/self", "/self")

    assert "loop" in str(failure(web.url("/loop-a")))
    assert "loop" in str(failure(web.url("/self")))
    assert web.asked("/loop-a") == 1


def test_a_redirect_without_a_location_is_refused(web: Web) -> None:
    web.raw("/lost", b"HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\n\r\n")

    assert type(failure(web.url("/lost"))) is BadRedirect


# Inner addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost",
     "[::1]", "0.0.0.0", "[::]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "[fe80::1]",
     "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "255.255.255.255", "１２７.0.0.1", "[::127.0.0.1]"],
)  # fmt: skip
def test_no_notation_of_an_inner_address_is_connected_to(web: Web, host: str) -> None:
    web.page("/secret", "secret")
    before = len(web.requests)

    error = failure(f"http://{host}:{web.port}/secret", allowed=())

    assert type(error) is RefusedAddress
    assert len(web.requests) == before


def test_a_redirect_to_an_inner_address_is_refused_at_that_hop(web: Web) -> None:
    web.redirect("/out", web.url("/secret", host="127.0.0.2"))
    web.page("/secret", "secret")
    before = web.asked("/secret")

    error = failure(web.url("/out"), allowed=(ip_network("127.0.0.1/32"),))

    assert type(error) is RefusedAddress
    assert web.asked("/secret") == before


def test_a_name_that_resolves_to_an_inner_address_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolve(monkeypatch, {"news.example": ["10.1.2.3"]})

    error = failure(f"http://news.example:{web.port}/", allowed=())

    assert type(error) is RefusedAddress
    assert "10.1.2.3" in str(error)


def test_a_name_with_an_outer_and_an_inner_address_is_never_connected_to_the_inner_one(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolve(monkeypatch, {"both.example": ["127.0.0.2", "127.0.0.1"]})
    web.page("/both", "both")

    page = get(f"http://both.example:{web.port}/both", allowed=(ip_network("127.0.0.1/32"),))

    assert page.body == b"both"
    assert web.requests[-1].address == "127.0.0.1"


def test_a_name_that_changes_its_address_after_the_look_up_gains_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    asked: list[list[str]] = []
    connected: list[str] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: _infos(asked.append(next(answers)) or asked[-1], a[1]))

    async def connect(self: object, sock: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise OSError(111, "Connection refused")

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", connect)
    error = failure(f"http://rebind.example:{web.port}/", allowed=())

    assert type(error) is HostUnreachable
    assert connected == ["93.184.215.14"]
    assert len(asked) == 1


def _resolve(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]]) -> None:
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *more: object, **also: object) -> list:
        return _infos(names[host], port) if host in names else real(host, port, *more, **also)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _infos(addresses: list[str], port: int) -> list:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://example.com/", "file:///etc/passwd", "http://", "http://a b/", "http://a:99999/", "//x/"],
)
def test_what_is_no_web_address_is_refused_without_a_request(url: str) -> None:
    assert type(failure(url)) is RefusedAddress


# Statuses ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, Forbidden), (401, Forbidden), (402, Forbidden), (403, Forbidden), (404, NotFound), (405, Forbidden),
     (406, Forbidden), (408, HostSlow), (410, Gone), (418, Forbidden), (421, ServerBroken), (425, AskedToWait),
     (429, AskedToWait), (451, Forbidden), (500, ServerBroken), (502, ServerBroken), (503, ServerBroken),
     (504, ServerBroken), (520, ServerBroken), (206, ServerBroken), (305, ServerBroken), (999, Forbidden)],
)  # fmt: skip
def test_every_status_has_its_error(web: Web, status: int, expected: type[WirewatchError]) -> None:
    web.page(f"/status/{status}", "no", status=status)

    error = failure(web.url(f"/status/{status}"))

    assert type(error) is expected
    assert isinstance(error, RetryLater | GiveUp)
    assert error.status == status


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, "120", 120.0), (429, "Tue, 24 Nov 2026 12:10:00 GMT", 600.0), (429, "Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
     (429, "soon", None), (429, "-5", None), (503, "7", 7.0), (500, "30", 30.0)],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_as_a_date(web: Web, status: int, header: str, seconds: float | None) -> None:
    web.page("/later", "", status=status, headers={"Retry-After": header})

    error = failure(web.url("/later"))

    assert isinstance(error, RetryLater)
    assert error.retry_after == seconds
    assert isinstance(error, AskedToWait) == (status in (429, 503))


# Broken and hostile answers ------------------------------------------------------------------------------------------


async def _endless(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


async def _silent(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3_600)


async def _header_drip(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


OK = b"HTTP/1.1 200 OK\r\n"
RAW = {
    "a connection that closes at once": (b"", HostUnreachable),
    "half a status line": (b"HTTP/1.1 20", HostUnreachable),
    "a greeting from another protocol": (b"220 mail.example ESMTP\r\n", ServerBroken),
    "noise": (bytes(range(128, 256)) * 4, ServerBroken),
    "a status that is no number": (b"HTTP/1.1 abc OK\r\n\r\n", ServerBroken),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\nhello", ServerBroken),
    "two lengths": (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", ServerBroken),
    "a length in words": (OK + b"Content-Length: many\r\n\r\nhello", ServerBroken),
    "a chunk size that is no number": (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n", ServerBroken),
    "chunks that break off": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", ServerBroken),
    "chunks without an end": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", ServerBroken),
    "a body shorter than promised": (OK + b"Content-Length: 500\r\n\r\nshort", ServerBroken),
    "headers that break off": (OK + b"Content-Type: text/ht", HostUnreachable),
    "a header of a megabyte": (OK + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n", TooLarge),
    "ten thousand headers": (OK + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n", TooLarge),
    "a length over the cap": (OK + b"Content-Length: 60000\r\n\r\n", TooLarge),
    "a length of a terabyte": (OK + b"Content-Length: 1099511627776\r\n\r\n", TooLarge),
    "too long without a length": (OK + b"\r\n" + b"x" * 60_000, TooLarge),
    "too long in chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"ea60\r\n" + b"x" * 60_000 + b"\r\n0\r\n\r\n", TooLarge),
}  # fmt: skip


@pytest.mark.parametrize("fault", RAW)
def test_a_broken_answer_has_its_error(web: Web, fault: str) -> None:
    data, expected = RAW[fault]
    web.raw("/broken", data)

    error = failure(web.url("/broken"))

    assert type(error) is expected


def test_a_body_cut_in_the_middle_is_a_broken_server(web: Web) -> None:
    web.page("/cut", b"x" * 5_000, cut=100)

    assert type(failure(web.url("/cut"))) is ServerBroken


def test_an_endless_body_is_left_at_the_cap(web: Web) -> None:
    web.script("/endless", _endless)

    assert type(failure(web.url("/endless"))) is TooLarge


@pytest.mark.parametrize("fault", ["body", "head", "silence", "after the head", "redirect"])
def test_whatever_never_ends_is_left_when_the_time_is_up(web: Web, fault: str) -> None:
    web.page("/slow/body", drip=0.02)
    web.script("/slow/head", _header_drip)
    web.script("/slow/silence", _silent)
    web.page("/slow/after%20the%20head", hold=True)
    web.redirect("/slow/redirect", "/slow/silence")
    limits = fetch.Limits(total_seconds=0.25, max_bytes=50_000)

    error = failure(web.url(f"/slow/{fault}".replace(" ", "%20")), limits=limits)

    assert type(error) is HostSlow


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert type(failure(f"http://127.0.0.1:{port}/")) is HostUnreachable


def test_a_name_that_does_not_exist_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*asked: object, **more: object) -> list:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure("http://nowhere.example/")

    assert type(error) is HostUnreachable
    assert "cannot be found" in str(error)


def test_tls_is_demanded_where_the_address_says_so(web: Web) -> None:
    assert type(failure(web.url("/").replace("http:", "https:"))) is HostUnreachable


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with Web(tls=_self_signed(tmp_path)) as web:
        web.page("/", "secret")
        error = failure(web.url("/"))

    assert type(error) is HostUnreachable
    assert "certificate" in str(error)
    assert web.requests == []


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "pair.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_one_failure_leaves_the_session_usable(web: Web) -> None:
    web.script("/endless", _endless)
    web.page("/fine", "fine")

    async def work() -> list[object]:
        async with fetch.open_session(user_agent="t", allowed=LOOPBACK, limits=LIMITS) as session:
            asks = [web.url("/endless"), web.url("/fine"), web.url("/missing"), "http://10.0.0.1/"]
            gets = (fetch.get(session, url, now=lambda: NOW, limits=LIMITS) for url in asks)
            return await asyncio.gather(*gets, return_exceptions=True)

    answers = asyncio.run(work())

    assert [type(answer) for answer in answers] == [TooLarge, Page, NotFound, RefusedAddress]


# Messages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/status/403", "/missing", "/r-out", "/cut"])
def test_a_message_never_holds_a_secret_of_the_address(web: Web, path: str) -> None:
    web.page("/status/403", "", status=403)
    web.redirect("/r-out", "ftp://me:hunter2@example.com/")
    web.page("/cut", b"x" * 5_000, cut=100)
    url = web.url(f"{path}?api_key=hunter2&page=3").replace("http://", "http://me:hunter2@")

    message = str(failure(url))

    assert "hunter2" not in message
    assert message.endswith(".")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:p@a.example/x?token=1&id=2#f", "https://a.example/x?token=…&id=2"),
        ("http://[broken@secret", "secret"),
        ("https://a.example/a\nb\x00c", "https://a.example/ab?c"),
        ("https://a.example/" + "x" * 500, "https://a.example/" + "x" * 181 + "…"),
    ],
)
def test_an_address_is_shown_so_that_it_can_be_printed(url: str, shown: str) -> None:
    assert fetch.shown(url) == shown


# Inflating -----------------------------------------------------------------------------------------------------------


def _page(body: bytes, encoding: str) -> Page:
    return Page(
        url="u", final_url="u", status=200, body=body, content_type="", content_encoding=encoding, fetched_at=NOW
    )


def packed(body: bytes) -> bytes:
    """A gzip body that is the same whenever it is made: the tests' names are made of it."""
    return gzip.compress(body, mtime=0)


WHOLE = b"a sentence that repeats itself, " * 100


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (WHOLE, ""),
        (WHOLE, "identity"),
        (packed(WHOLE), "gzip"),
        (packed(WHOLE), "x-gzip"),
        (packed(WHOLE), "GZIP"),
        (packed(WHOLE[:500]) + packed(WHOLE[500:]), "gzip"),
        (packed(WHOLE) + b"trailing noise", "gzip"),
        (zlib.compress(packed(WHOLE)), "gzip, deflate"),
        (zlib.compress(WHOLE), "deflate"),
        (WHOLE, "gzip"),
    ],
)
def test_a_body_inflates_to_what_was_packed(body: bytes, encoding: str) -> None:
    assert fetch.inflate(_page(body, encoding), limit=len(WHOLE)) == WHOLE


@pytest.mark.parametrize(
    ("body", "encoding", "expected"),
    [
        (packed(bytes(10_000_000)), "gzip", TooLarge),
        (zlib.compress(bytes(10_000_000)), "deflate", TooLarge),
        (packed(packed(bytes(10_000_000))), "gzip, gzip", TooLarge),
        (packed(bytes(60_000)) * 5, "gzip", TooLarge),
        (bytes(100_001), "", TooLarge),
        (packed(b"") * 1_001, "gzip", ServerBroken),
        (packed(WHOLE)[:-20], "gzip", ServerBroken),
        (packed(WHOLE)[:12], "gzip", ServerBroken),
        (b"\x1f\x8b" + b"not gzip at all", "gzip", ServerBroken),
        (b"no deflate stream", "deflate", ServerBroken),
        (b"\x0b\x02\x80brotli\x03", "br", Unreadable),
        (b"(\xb5/\xfd", "zstd", Unreadable),
    ],
)
def test_a_body_that_does_not_inflate_has_its_error(body: bytes, encoding: str, expected: type[WirewatchError]) -> None:
    with pytest.raises(expected) as caught:
        fetch.inflate(_page(body, encoding), limit=100_000)

    assert type(caught.value) is expected
