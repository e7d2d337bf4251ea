"""Links of aggregators: which there are, what they hide, and which addresses are consent pages in an article's place.

An aggregator lists what others publish, under addresses of its own. What can be read from such an address without
asking anybody is read here:

- Google News wrote the publisher's address into the link until 2024, as base64 of a protocol buffer; its links since
  then carry a token that only Google can resolve (https://github.com/AndyTheFactory/newspaper4k/issues/645).
- Bing's and Google's click counters name the target in a parameter, and so do Google's consent pages.

Who asks for a link that stays closed ends at a redirect to the publisher, or at a page of the aggregator, which is no
article (`is_closed`).
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from extractors import urls

_CONSENT = re.compile(
    r"^(?:consent\.(?:google|youtube)\.[a-z.]{2,6}|(?:consent|guce)\.(?:yahoo|aol|techcrunch|engadget|huffpost)\.com"
    r"|consent\.cmp\.oath\.com|myprivacy\.dpgmedia\.(?:nl|be)|consent\.nzz\.ch)$"
)
_GOOGLE = re.compile(r"^(?:www\.|news\.)?google\.[a-z.]{2,6}$")
_GOOGLE_NEWS = re.compile(r"^news\.google\.[a-z.]{2,6}$")
_ARTICLE = re.compile(r"^/(?:rss/|__i/rss/rd/)?(?:articles|read|stories)/([A-Za-z0-9_=-]{10,4000})$")
_TARGETS = ("url", "q", "continue", "u")
"""Parameters that name the target, in the order in which they are believed."""
_DEEPEST = 4
"""Links within links that are opened: a consent page before a click counter before an article."""


def is_consent(url: str) -> bool:
    """Whether an address is a consent page that stands in the place of something else."""
    return bool(_CONSENT.match(_host(url)))


def is_closed(url: str) -> bool:
    """Whether an address is an aggregator's link to somebody else's article, rather than that article."""
    parts = urlsplit(url)
    host = _host(url)
    if _GOOGLE_NEWS.match(host):
        return True  # it has no articles of its own
    if _GOOGLE.match(host):
        return parts.path == "/url"
    return host in ("bing.com", "www.bing.com") and parts.path.startswith("/news/")


def opened(url: str) -> str | None:
    """The publisher's address that an aggregator's link holds; None for one that does not tell, and for any other."""
    here: str | None = url
    for _ in range(_DEEPEST):
        if here is None or not (is_closed(here) or is_consent(here)):
            break
        here = _inside(urlsplit(here))
    return None if here is None or here == url or is_closed(here) or is_consent(here) else here


def without_publisher(title: str, publisher: str) -> str:
    """A headline as its publisher wrote it: Google News adds ` - Publisher` to each."""
    for dash in (" - ", " – ", " | "):
        if publisher and title.endswith(f"{dash}{publisher}") and len(title) > len(dash) + len(publisher):
            return title.removesuffix(f"{dash}{publisher}").strip()
    return title


def _inside(parts: SplitResult) -> str | None:
    coded = _ARTICLE.match(parts.path)
    if coded:
        return _decoded(coded[1])
    named = parse_qs(parts.query)
    found = (urls.clean(named[name][0]) for name in _TARGETS if name in named)
    return next(filter(None, found), None)


def _decoded(code: str) -> str | None:
    """The address in the protocol buffer of a Google News link: field 1 says 19, field 4 is the address."""
    try:
        data = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(b"\x08\x13\x22"):
        return None
    length, start = _varint(data, 3)
    try:
        written = data[start : start + length].decode("ascii")
    except UnicodeDecodeError:
        return None
    return urls.clean(written) if written.startswith("http") and len(written) == length else None


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 28, 7):
        if place >= len(data):
            break
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place += 1
        if byte < 0x80:
            break
    return value, place


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
