"""Everything that goes wrong when feeds and pages are fetched, with what must come of it.

    python -m tests.flows.faults > docs/faults.md

Each fault is served by a host of its own on the loopback server; `test_faults.py` polls them all through the real
network, reader and stores, and compares what came of each with its row here.
"""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.web import Answer, Request, Script, Web

NOW = datetime.now(UTC)
TIMEOUT = 3.0
LARGEST = 500_000
"""Bytes of an answer, with these tests' settings; inflated four times as many."""
SECRET = "me:hunter2"
BEFORE = '"before"'
"""The validator that every feed here has from the polls before."""


@dataclass(frozen=True)
class Site:
    """One fault's own host and paths."""

    web: Web
    host: str
    slug: str

    def path(self, name: str = "feed") -> str:
        return f"/{self.slug}/{name}"

    def url(self, name: str = "feed") -> str:
        return self.web.url(self.path(name), host=self.host)

    def page(self, body: bytes | str = b"", name: str = "feed", **manner: object) -> None:
        self.web.page(self.path(name), body, **manner)

    def raw(self, data: bytes) -> None:
        self.web.raw(self.path(), data)

    def script(self, script: Script) -> None:
        self.web.script(self.path(), script)

    def redirect(self, target: str, *, status: int = 302) -> None:
        self.web.redirect(self.path(), target, status=status)

    def feed(self, name: str = "there", entries: int = 3) -> None:
        """A feed in good order at `name`."""
        self.page(rss(self.slug, entries), name, headers=XML)

    @property
    def asked(self) -> list[Request]:
        """What came for this fault's paths."""
        return [request for request in self.web.requests if request.path.startswith(f"/{self.slug}/")]


Serve = Callable[[Site], str | None]
"""Sets a fault up; returns the address to poll where that is not the site's own."""
XML = {"Content-Type": "application/rss+xml"}
OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault of a feed, and what a poll must make of it."""

    group: str
    name: str
    serve: Serve
    state: str
    reason: str = ""
    kept: str = "what was known"
    again: str
    knows: Mapping[str, object] = field(default_factory=dict)
    """Columns of the feed before the poll, where they differ from a healthy feed's."""
    also: str = ""
    """What else must hold, for the reader of the table; `check` tests it."""
    check: Callable[[Site, Mapping[str, object]], bool] = lambda site, row: True


def rss(slug: str, entries: int = 3, *, date: str = "<pubDate>{}</pubDate>", link: str = "") -> str:
    """A feed of that many entries of its own."""
    when = (NOW - timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    items = "".join(
        f"<item><title>Talks, day {number}</title><link>{link or f'https://news.example/{slug}/{number}'}</link>"
        f"{date.format(when)}</item>"
        for number in range(entries)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Desk</title>{items}</channel></rss>'


def status(code: int, **headers: str) -> Serve:
    """An answer with this status and nothing else."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda site: site.page("", status=code, headers=named)


def raw(data: bytes) -> Serve:
    """Exactly these bytes."""
    return lambda site: site.raw(data)


def body(content: bytes | str, **manner: object) -> Serve:
    """A document that is served as it should be."""
    return lambda site: site.page(content, **{"headers": XML, **manner})


def document(content: Callable[[str], bytes | str], **manner: object) -> Serve:
    """The same, made of the fault's own name."""
    return lambda site: site.page(content(site.slug), **{"headers": XML, **manner})


def to(target: str, code: int = 302) -> Serve:
    """A redirect."""
    return lambda site: site.redirect(target, status=code)


def script(work: Script) -> Serve:
    """Whatever a coroutine writes."""
    return lambda site: site.script(work)


async def silence(request: Request, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3_600)


async def endless(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"\r\n")
    while True:
        writer.write(b"x" * 10_000)
        await writer.drain()


async def dripping_head(request: Request, writer: asyncio.StreamWriter) -> None:
    writer.write(OK + b"X: ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


def hops(count: int) -> Serve:
    def serve(site: Site) -> str:
        for number in range(count):
            site.web.redirect(site.path(f"hop{number}"), site.path(f"hop{number + 1}"))
        site.feed(f"hop{count}")
        return site.url("hop0")

    return serve


def moved(code: int) -> Serve:
    def serve(site: Site) -> None:
        site.feed()
        site.redirect(site.url("there"), status=code)

    return serve


def elsewhere(site: Site) -> str:
    """A redirect to another host, away from one that was given a login and that sets a cookie."""
    other = site.web.url(site.path("there"), host="127.0.0.1")
    site.feed()
    site.page("", status=302, headers={"Location": other, "Set-Cookie": "id=1; Path=/"})
    return site.url().replace("http://", "http://{desk}@")


def liar(site: Site) -> None:
    """Says 304 to any validator, whatever has come since."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        if "if-none-match" in request.headers:
            writer.write(b"HTTP/1.1 304 Not Modified\r\n\r\n")
        else:
            content = rss(site.slug).encode()
            writer.write(OK + b'ETag: "after"\r\nContent-Length: %d\r\n\r\n' % len(content) + content)

    site.script(answer)


def honest(site: Site) -> None:
    """Sends what is new, and says 304 to its own validator only."""
    site.page(rss(site.slug), etag='"after"', headers=XML)


def nothing_new(site: Site) -> None:
    site.page(rss(site.slug), etag=BEFORE, headers=XML)


def with_secret(site: Site) -> str:
    site.page(rss(site.slug), headers=XML)
    return site.url().replace("http://", "http://{desk}@")


def packed(content: bytes | str) -> bytes:
    return gzip.compress(content.encode() if isinstance(content, str) else content, mtime=0)


def wall(code: int = 200, **manner: object) -> Serve:
    page = (
        "<!doctype html><html><head><title>Just a moment...</title></head><body><p>Checking your browser before you "
        "go on. Enable JavaScript and cookies to continue.</p></body></html>"
    )
    return lambda site: site.page(page, status=code, **manner)


def port_nobody_has(site: Site) -> str:
    return f"http://{site.host}:1{site.path()}"


def laughs(slug: str) -> str:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]>' + rss(slug).split("?>", 1)[1].replace("Desk", "&l11;")


def reads_files(slug: str) -> str:
    return '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(slug).split("?>", 1)[1].replace(
        "day 0", "&x;"
    )


def deep(slug: str) -> str:
    return rss(slug).replace("<item>", "<a>" * 20_000 + "</a>" * 20_000 + "<item>", 1)


H, M, D = "{} h", "{} min", "{} days"
CONNECTION = "Connection and protocol"
STATUS = "What the server says"
WALLS = "Bot walls"
REDIRECTS = "Redirects"
INNER = "Inner addresses"
TIME = "Time"
SIZE = "Size"
DOCUMENT = "The document"
NEWS = "“Nothing new”"
LONG = "In the long run"
LOGINS = "Logins"

BROKEN_ANSWERS = {
    "a connection that closes at once": (b"", "unreachable"),
    "half a status line": (b"HTTP/1.1 20", "unreachable"),
    "a greeting of another protocol": (b"220 mail.example ESMTP\r\n", "server error"),
    "noise": (bytes(range(128, 256)) * 4, "server error"),
    "headers that break off": (OK + b"Content-Type: text/ht", "unreachable"),
    "a negative length": (OK + b"Content-Length: -5\r\n\r\nhello", "server error"),
    "two lengths": (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "server error"),
    "a body shorter than promised": (OK + b"Content-Length: 500\r\n\r\nshort", "server error"),
    "chunks that break off": (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", "server error"),
    "a chunk size that is no number": (
        OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "server error",
    ),
}
STATUSES: Sequence[tuple[int, str, str, str]] = (
    (204, "broken", "unreadable", H.format(2)),
    (206, "broken", "server error", M.format(90)),
    (401, "blocked", "forbidden", H.format(2)),
    (402, "blocked", "forbidden", H.format(2)),
    (403, "blocked", "forbidden", H.format(2)),
    (404, "broken", "not found", M.format(90)),
    (406, "blocked", "forbidden", H.format(2)),
    (408, "broken", "timeout", M.format(75)),
    (410, "gone", "gone", D.format(30)),
    (421, "broken", "server error", M.format(90)),
    (425, "broken", "asked to wait", M.format(75)),
    (429, "broken", "asked to wait", M.format(75)),
    (451, "blocked", "forbidden", H.format(2)),
    (500, "broken", "server error", M.format(90)),
    (502, "broken", "server error", M.format(90)),
    (503, "broken", "server error", M.format(90)),
    (504, "broken", "server error", M.format(90)),
    (520, "broken", "server error", M.format(90)),
    (999, "blocked", "forbidden", H.format(2)),
)  # fmt: skip
INNER_ADDRESSES = {
    "a private address": "http://10.0.0.1/",
    "a cloud's metadata": "http://169.254.169.254/latest/meta-data/",
    "the same in hexadecimal": "http://0xa9fea9fe/",
    "a private address in octal": "http://012.0.0.1/",
    "IPv6 loopback": "http://[::1]/",
    "an IPv4 address mapped into IPv6": "http://[::ffff:10.0.0.1]/",
    "one inside NAT64": "http://[64:ff9b::a00:1]/",
    "one inside 6to4": "http://[2002:a00:1::]/",
    "a name that resolves to one": "http://inner.example/",
}


def failing(
    group: str, name: str, serve: Serve, reason: str, again: str, *, state: str = "broken", **more: object
) -> Fault:
    return Fault(group=group, name=name, serve=serve, state=state, reason=reason, again=again, **more)  # type: ignore[arg-type]


def working(group: str, name: str, serve: Serve, *, entries: int = 3, state: str = "ok", **more: object) -> Fault:
    facts = {"kept": f"{entries} new entries", "again": M.format(30), **more}
    return Fault(group=group, name=name, serve=serve, state=state, **facts)  # type: ignore[arg-type]


FEEDS: tuple[Fault, ...] = (
    failing(CONNECTION, "a port where nobody listens", port_nobody_has, "unreachable", M.format(90)),
    failing(CONNECTION, "a name that does not exist", lambda site: "http://nowhere.example/feed", "unreachable", M.format(90)),
    failing(CONNECTION, "TLS asked of a server that has none", lambda site: site.url().replace("http:", "https:"), "unreachable", M.format(90)),
    *(failing(CONNECTION, name, raw(data), reason, M.format(90)) for name, (data, reason) in BROKEN_ANSWERS.items()),
    *(failing(STATUS, f"{code}", status(code), reason, again, state=state) for code, state, reason, again in STATUSES),
    failing(STATUS, "429 with Retry-After of two hours", status(429, Retry_After="7200"), "asked to wait", H.format(2)),
    failing(STATUS, "503 with Retry-After of three hours", status(503, Retry_After="10800"), "asked to wait", H.format(3)),
    failing(STATUS, "429 with Retry-After of a year", status(429, Retry_After="31536000"), "asked to wait", D.format(1)),
    failing(STATUS, "429 with Retry-After that is no time", status(429, Retry_After="soon"), "asked to wait", M.format(75)),
    failing(WALLS, "403 with a challenge in its headers", status(403, cf_mitigated="challenge"), "bot wall", H.format(2), state="blocked"),
    failing(WALLS, "202 with a challenge in its headers", status(202, x_amzn_waf_action="challenge"), "bot wall", H.format(2), state="blocked"),
    failing(WALLS, "503 that checks the browser", wall(503), "bot wall", H.format(2), state="blocked"),
    failing(WALLS, "429 that checks the browser, gzipped", wall(429, compress="gzip"), "bot wall", H.format(2), state="blocked"),
    failing(WALLS, "200 that checks the browser", wall(), "bot wall", H.format(2), state="blocked"),
    working(REDIRECTS, "302 to the feed", moved(302)),
    working(REDIRECTS, "301 to the feed, seen for the first time", moved(301), state="moved", also="still asked at the old address", check=lambda site, row: row["address"] is None and row["moved_to"] == site.url("there")),
    working(REDIRECTS, "308 to the feed, in the third poll after three days", moved(308), state="moved", knows={"moved_to": "{there}", "moved_polls": 2, "moved_since": NOW - timedelta(days=3)}, also="asked at the new address from now on", check=lambda site, row: row["address"] == site.url("there")),
    failing(REDIRECTS, "the new address is not there any more", status(404), "not found", M.format(90), knows={"address": "{there}"}, also="asked at the old address again", check=lambda site, row: row["address"] is None),
    failing(REDIRECTS, "the new address is gone (410)", lambda site: site.page("", "there", status=410), "gone", H.format(2), knows={"address": "{there}"}, also="asked at the old address again", check=lambda site, row: row["address"] is None),
    failing(REDIRECTS, "a loop", lambda site: site.redirect(site.path()), "bad redirect", H.format(2)),
    failing(REDIRECTS, "seven hops", hops(7), "bad redirect", H.format(2)),
    working(REDIRECTS, "five hops", hops(5)),
    failing(REDIRECTS, "no Location", raw(b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n"), "bad redirect", H.format(2)),
    failing(REDIRECTS, "300 with a choice of nothing", status(300), "bad redirect", H.format(2)),
    failing(REDIRECTS, "to ftp", to("ftp://news.example/feed"), "bad redirect", H.format(2)),
    failing(REDIRECTS, "to a script", to("javascript:alert(1)"), "bad redirect", H.format(2)),
    failing(REDIRECTS, "to a file", to("file:///etc/passwd"), "bad redirect", H.format(2)),
    *(failing(INNER, f"a redirect to {name}", to(target), "private address", H.format(2)) for name, target in INNER_ADDRESSES.items()),
    failing(INNER, "a feed whose name resolves to an inner address", lambda site: "http://inner.example/feed", "private address", H.format(2)),
    failing(TIME, "silence", script(silence), "timeout", M.format(75)),
    failing(TIME, "the head, then silence", lambda site: site.page("", hold=True), "timeout", M.format(75)),
    failing(TIME, "a body that drips", lambda site: site.page("", drip=0.02), "timeout", M.format(75)),
    failing(TIME, "a head that drips", script(dripping_head), "timeout", M.format(75)),
    failing(TIME, "a redirect to silence", lambda site: (site.web.script(site.path("there"), silence), site.redirect(site.path("there")))[1], "timeout", M.format(75)),
    failing(SIZE, "a body without an end", script(endless), "too large", H.format(2)),
    failing(SIZE, "a length over the cap", raw(OK + b"Content-Length: 1099511627776\r\n\r\n"), "too large", H.format(2)),
    failing(SIZE, "a header of a megabyte", raw(OK + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n"), "too large", H.format(2)),
    failing(SIZE, "ten thousand headers", raw(OK + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"\r\n"), "too large", H.format(2)),
    failing(SIZE, "a bomb", body(packed(bytes(20_000_000)), headers={**XML, "Content-Encoding": "gzip"}), "too large", H.format(2)),
    failing(SIZE, "a bomb in a bomb", body(packed(packed(bytes(20_000_000))), headers={**XML, "Content-Encoding": "gzip, gzip"}), "too large", H.format(2)),
    failing(SIZE, "gzip that breaks off", body(packed(rss("torn"))[:-20], headers={**XML, "Content-Encoding": "gzip"}), "server error", M.format(90)),
    failing(SIZE, "gzip that is damaged", body(b"\x1f\x8b" + b"no gzip at all", headers={**XML, "Content-Encoding": "gzip"}), "server error", M.format(90)),
    failing(SIZE, "an encoding that nobody asked for", body(b"\x0b\x02\x80br\x03", headers={**XML, "Content-Encoding": "br"}), "unreadable", H.format(2)),
    working(SIZE, "deflate without its header", document(lambda slug: zlib.compress(rss(slug).encode())[2:-4], headers={**XML, "Content-Encoding": "deflate"})),
    working(SIZE, "text that calls itself gzip", document(rss, headers={**XML, "Content-Encoding": "gzip"})),
    working(SIZE, "2,500 entries", document(lambda slug: rss(slug, 2_500)), entries=2_000, also="500 counted as over the cap"),
    failing(DOCUMENT, "an HTML page", body("<!doctype html><html><body><p>Welcome</p></body></html>"), "unreadable", H.format(2)),
    failing(DOCUMENT, "nothing", body(""), "unreadable", H.format(2)),
    failing(DOCUMENT, "an image", body(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50), "unreadable", H.format(2)),
    failing(DOCUMENT, "JSON that is no feed", body('{"status": "ok"}'), "unreadable", H.format(2)),
    failing(DOCUMENT, "JSON nested 100,000 deep", body("[" * 100_000), "unreadable", H.format(2)),
    failing(DOCUMENT, "a sitemap without news tags", body("<urlset><url><loc>https://news.example/</loc></url></urlset>"), "unreadable", H.format(2)),
    failing(DOCUMENT, "an index of sitemaps", body("<sitemapindex><sitemap><loc>https://news.example/s.xml</loc></sitemap></sitemapindex>"), "unreadable", H.format(2)),
    working(DOCUMENT, "XML that breaks off in its third entry", document(lambda slug: rss(slug)[: rss(slug).rindex("<pubDate>")]), entries=3),
    working(DOCUMENT, "a billion laughs", document(laughs), also="no entity is expanded that often", check=lambda site, row: len(str(row["title"] or "")) < 2_000),
    working(DOCUMENT, "an entity that reads a file", document(reads_files), also="the file is not read", check=lambda site, row: "root:" not in str(row["titles"])),
    failing(DOCUMENT, "elements nested 20,000 deep", document(deep), "unreadable", H.format(2)),
    failing(DOCUMENT, "a tag of 5,000 attributes", body("<rss " + " ".join(f'a{n}="1"' for n in range(5_000)) + "></rss>"), "unreadable", H.format(2)),
    working(DOCUMENT, "an entity of 50,000 characters, used 10,000 times", document(lambda slug: f'<!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>' + rss(slug).split("?>", 1)[1].replace("Desk", "&a;" * 10_000)), check=lambda site, row: len(str(row["title"] or "")) < 2_000),
    working(DOCUMENT, "control characters and NULs", document(lambda slug: rss(slug).replace("Talks", "T\x00al\x08ks"))),
    working(DOCUMENT, "EUC-KR that calls itself UTF-8", document(lambda slug: rss(slug).replace("Talks", "북한과 러시아가 평양에서 조약에 서명했다").replace('"1.0"', '"1.0" encoding="UTF-8"').encode("euc-kr")), check=lambda site, row: "평양에서" in str(row["titles"])),
    working(DOCUMENT, "windows-1251 that calls itself Latin-1", document(lambda slug: rss(slug).replace("Talks", "Россия и КНДР подписали договор о партнёрстве").replace('"1.0"', '"1.0" encoding="ISO-8859-1"').encode("cp1251")), check=lambda site, row: "подписали" in str(row["titles"])),
    working(DOCUMENT, "UTF-16 without a mark", document(lambda slug: rss(slug).encode("utf-16-le"))),
    working(DOCUMENT, "an encoding that does not exist", document(lambda slug: rss(slug).replace('"1.0"', '"1.0" encoding="x-klingon"'))),
    working(DOCUMENT, "no dates", document(lambda slug: rss(slug, date="")), state="undated"),
    working(DOCUMENT, "dates in 1970 and 2099", document(lambda slug: rss(slug, 2, date="<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>").replace("1970", "2099", 1)), entries=2, state="undated"),
    working(DOCUMENT, "no entries", document(lambda slug: rss(slug, 0)), entries=0, state="empty", again=M.format(75)),
    working(DOCUMENT, "entries without links", document(lambda slug: rss(slug).replace("<link>", "<nolink>")), entries=0, state="empty", again=M.format(75), also="counted as no link"),
    working(DOCUMENT, "links that are scripts", document(lambda slug: rss(slug, link="javascript:alert(1)")), entries=0, state="empty", again=M.format(75), also="counted as bad url"),
    working(DOCUMENT, "the same entry three times", document(lambda slug: rss(slug, link=f"https://news.example/{slug}/same")), entries=1, again=H.format(1), also="two counted as duplicates"),
    working(DOCUMENT, "links with logins in them", document(lambda slug: rss(slug, 1, link=f"https://me:{SECRET}@news.example/{slug}/1")), entries=1, also="stored without", check=lambda site, row: "hunter2" not in str(row["urls"])),
    Fault(group=NEWS, name="an honest 304", serve=nothing_new, state="unchanged", reason="304", again=M.format(75)),
    Fault(group=NEWS, name="the same body, without validators", serve=lambda site: site.page("same", headers=XML), state="unchanged", reason="same body", again=M.format(75), knows={"body_hash": "{hash:same}"}, kept="what was known"),
    failing(NEWS, "304 to a plain request, after a failure", raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "server error", M.format(150), knows={"failures": 1.0, "state": "broken"}, also="was asked without validators", check=lambda site, row: "if-none-match" not in site.asked[0].headers),
    Fault(group=NEWS, name="the known document, after a failure", serve=nothing_new, state="unchanged", reason="same body", again=M.format(75), knows={"failures": 3.0, "state": "broken", "body_hash": "{hash:feed}"}, also="was asked without validators; healthy again", check=lambda site, row: row["failures"] == 0 and "if-none-match" not in site.asked[0].headers),
    working(NEWS, "304 that was false", liar, knows={"not_modified": 12, "last_whole_at": NOW - timedelta(days=2)}, also="asked without validators for 30 days", check=lambda site, row: row["plain_until"] is not None and len(site.asked) == 2),
    working(NEWS, "304 that was true, until now", honest, knows={"not_modified": 12, "last_whole_at": NOW - timedelta(days=2)}, check=lambda site, row: row["plain_until"] is None and len(site.asked) == 2),
    failing(LONG, "the tenth hard failure in a row", body("<html><body>Welcome</body></html>"), "unreadable", D.format(1), state="parked", knows={"failures": 9.0, "state": "broken"}),
    working(LONG, "a parked feed that works again", document(rss), knows={"failures": 14.0, "state": "parked"}, check=lambda site, row: row["failures"] == 0),
    working(LONG, "a feed that was gone and is not", document(rss), knows={"failures": 1.0, "state": "gone"}, check=lambda site, row: row["failures"] == 0),
    working(LOGINS, "a login, by its name in the address", with_secret, also="sent to its host, stored nowhere", check=lambda site, row: "authorization" in site.asked[0].headers and "hunter2" not in str(row)),
    working(LOGINS, "a redirect to another host", elsewhere, also="neither login nor cookie goes there", check=lambda site, row: not {"authorization", "cookie"} & site.asked[-1].headers.keys() and site.asked[-1].address == "127.0.0.1"),
    failing(LOGINS, "a name that no secret has", lambda site: site.url().replace("http://", "http://{nobody}@"), "forbidden", H.format(2), state="blocked", check=lambda site, row: site.asked == []),
)  # fmt: skip

# Pages ---------------------------------------------------------------------------------------------------------------

STORY = (
    "The two governments signed the treaty on Wednesday after a day of talks in the capital, officials said. "
    "The text obliges each side to help the other if it is attacked, and it enters into force once both parliaments "
    "have agreed. Analysts had expected a declaration of intent rather than a binding document. "
)
PAGE = f"""<!doctype html><html lang="en"><head><title>A treaty is signed</title></head><body><article>
<h1>A treaty is signed</h1><p>{STORY}</p><p>{STORY[::-1].capitalize()}</p><p>{STORY}It was the third such meeting.</p>
</article></body></html>"""
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True, kw_only=True)
class PageFault:
    """A fault on the way to an article, and what the article's batch must make of it."""

    name: str
    serve: Serve
    outcome: str
    reason: str = ""
    again: str = "never"
    robots: Answer | None = None
    """What the fault's own host answers to /robots.txt; None: that there is none."""
    content: str = ""
    """The body that the feed itself carried."""
    also: str = ""
    check: Callable[[Site], bool] = lambda site: True


def page(content: bytes | str, **manner: object) -> Serve:
    return lambda site: site.page(content, **{"headers": HTML, **manner})


def forbidden_there(site: Site) -> None:
    """Away to the host of the next fault, whose robots.txt wants no one."""
    site.redirect(site.web.url("/forbidden/a", host=FORBIDDEN))
    site.web.page("/forbidden/a", PAGE, headers=HTML)


FORBIDDEN = "127.0.9.1"
CLOSED = Answer("User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})

PAGES: tuple[PageFault, ...] = (
    PageFault(name="an article", serve=page(PAGE), outcome="stored"),
    PageFault(name="404", serve=status(404), outcome="given up", reason="not found"),
    PageFault(name="410", serve=status(410), outcome="given up", reason="gone"),
    PageFault(name="403", serve=status(403), outcome="given up", reason="forbidden"),
    PageFault(name="403, and the feed carried the body", serve=status(403), outcome="stored", content=f"<p>{STORY * 3}</p>", also="read from the feed"),
    PageFault(name="a bot wall with 403", serve=status(403, cf_mitigated="challenge"), outcome="given up", reason="bot wall"),
    PageFault(name="a bot wall with 200", serve=wall(headers=HTML), outcome="rejected", reason="bot wall"),
    PageFault(name="500", serve=status(500), outcome="failed", reason="server error", again="10 min"),
    PageFault(name="429 with Retry-After of two hours", serve=status(429, Retry_After="7200"), outcome="failed", reason="asked to wait", again="120 min", also="nobody asks its host for an hour"),
    PageFault(name="silence", serve=script(silence), outcome="failed", reason="timeout", again="5 min"),
    PageFault(name="a body without an end", serve=script(endless), outcome="given up", reason="too large"),
    PageFault(name="a bomb", serve=page(packed(bytes(20_000_000)), headers={**HTML, "Content-Encoding": "gzip"}), outcome="given up", reason="too large"),
    PageFault(name="a body that breaks off", serve=lambda site: site.page(PAGE, cut=200, headers=HTML), outcome="failed", reason="server error", again="10 min"),
    PageFault(name="an image", serve=page(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, headers={"Content-Type": "image/png"}), outcome="rejected", reason="wrong type"),
    PageFault(name="nothing", serve=page(""), outcome="rejected", reason="empty page"),
    PageFault(name="a redirect to an inner address", serve=to("http://169.254.169.254/latest/meta-data/"), outcome="given up", reason="private address"),
    PageFault(name="a redirect to a host whose robots.txt forbids it", serve=forbidden_there, outcome="given up", reason="robots.txt", also="nothing is asked there", check=lambda site: not any(request.path == "/forbidden/a" for request in site.web.requests)),
    PageFault(name="robots.txt forbids it", serve=page(PAGE), robots=CLOSED, outcome="given up", reason="robots.txt", check=lambda site: site.asked == []),
    PageFault(name="robots.txt forbids it, and the feed carried the body", serve=page(PAGE), robots=CLOSED, content=f"<p>{STORY * 3}</p>", outcome="stored", also="read from the feed", check=lambda site: site.asked == []),
    PageFault(name="robots.txt is broken (500)", serve=page(PAGE), robots=Answer(status=500), outcome="failed", reason="server error", again="10 min", check=lambda site: site.asked == []),
    PageFault(name="robots.txt is an HTML page", serve=page(PAGE), robots=Answer(PAGE, headers=HTML), outcome="stored"),
    PageFault(name="robots.txt redirects to an inner address", serve=page(PAGE), robots=Answer(status=302, headers={"Location": "http://10.0.0.1/robots.txt"}), outcome="stored", also="taken for none; the inner address is not asked"),
)  # fmt: skip

# The page in docs/ ---------------------------------------------------------------------------------------------------

HEAD = """# What comes of each fault

What a poll makes of everything that can be wrong with a feed, and a batch of everything that can be wrong with a page. Each row is
served by a misbehaving server and checked in the tests, which also make this page (`python -m tests.flows.faults`). The feeds were in
order before, asked every hour, with a validator from the last poll.

"""


def told() -> str:
    """docs/faults.md."""
    lines = [HEAD + "## Feeds"]
    for group in dict.fromkeys(fault.group for fault in FEEDS):
        lines += ["", f"**{group}**", "", "| fault | state | reason | kept | asked again |", "|---|---|---|---|---|"]
        lines += [
            f"| {fault.name} | `{fault.state}` | {fault.reason or '-'} | {fault.kept}{_also(fault.also)} | in {fault.again} |"
            for fault in FEEDS
            if fault.group == group
        ]
    lines += ["", "## Pages", "", "| fault | outcome | reason | asked again |", "|---|---|---|---|"]
    lines += [
        f"| {fault.name} | `{fault.outcome}`{_also(fault.also)} | {fault.reason or '-'} | "
        f"{'never' if fault.again == 'never' else f'in {fault.again}'} |"
        for fault in PAGES
    ]
    return "\n".join(lines) + "\n"


def _also(words: str) -> str:
    return f"; {words}" if words else ""


if __name__ == "__main__":
    print(told(), end="")
