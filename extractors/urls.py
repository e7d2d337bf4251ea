"""Addresses of articles: made comparable, so that one article met under many addresses is one article.

Three forms of an address, from faithful to blunt:

- `clean(url)`: what to fetch. Absolute, percent-encoded, host in ASCII, no fragment; nothing that the server would
  answer differently to.
- `canonical(url)`: what to show and store. Without tracking parameters, AMP and mobile variants; still an address a
  browser opens.
- `key(canonical)`: what to compare. Blind to what one article is often met with and without: http or https, `www.`,
  a slash or `index.html` at the end.

`courlan` gives the registered domain. Its clean-up of queries is not used: it drops parameters without a value and
every name that begins like a tracker (`cid`, `gl…`, `ga…`), which are article numbers on many news sites, and two
articles taken for one is the worse mistake.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna
from courlan import extract_domain

from extractors.addresses import literal
from extractors.records import Reason

LONGEST = 2_048
"""Longer addresses are no article's; every common browser and cache agrees on about this much."""

_TRACKER_PREFIXES = tuple(
    """
    utm at_ ns_ mc_ pk_ piwik_ mtm_ matomo_ hsa_ _hs vero_ oly_ itm_ stm_ wt_ wt. fb_ ga_ gs_ mkt_ sc_ sr_ trk_
    guce_ dm_i __ amp_ cxrecs_ aspsessionid taboola outbrain hss_channel
    """.split()  # noqa: SIM905 -- a hundred quoted words are harder to read
)
_TRACKERS = frozenset(
    """
    _openstat campaign campaign_id campaignid cfid cftoken chksm clickid cmp cmpgn cmpid cndid dclid ef_id ei
    epik esrc fbclid feedname feedtype ftag ftcamp gbraid gclid gclsrc giftcopy guccounter hashed_user icid igsh
    igshid intcid intcmp irclickid jsessionid leadsource li_fat_id mbid mibextid msclkid ncid nlid obclid ocid
    originalreferer partner phpsessid rdt_cid ref_src ref_url referer referrer rss_source rssid s_kwcid sca_esv
    scm sfnsn share_id share_type shareid sharetype smid smprod smtyp spm sref taid tpcc traffic_source trk
    trkcampaign ttclid twclid unlocked_article_code usqp ved wbraid wprss wpsrc xtor xtref xts yclid ysclid
    zanpid
    """.split()  # noqa: SIM905
)
# Names that mostly say where a reader came from, yet are an article's number on some sites.
_HINTS = frozenset(("ref", "src", "source", "from", "via", "feature", "share", "rss", "soc"))
_NUMBER = re.compile(r"\d{4}")
_AMP_ONLY = frozenset(("", "1", "true", "yes", "amp"))
_AMP_VALUES = {"outputtype": "amp", "output": "amp", "view": "amp", "format": "amp", "type": "amp", "mode": "amp"}

_UNRESERVED = re.compile(r"%(?:2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_INDEX = re.compile(r"/index\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_AMP_CACHE = re.compile(r"^/(?:[cvi]/)?(?:(s)/)?([^/]+\.[^/]+.*)$", re.DOTALL)
_HOME = re.compile(r"/?(?:(?:index|default|home)(?:\.[a-z]{3,5})?|[a-z]{2}(?:[-_][a-z]{2})?)?/?", re.IGNORECASE)
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|tiff?|bmp|mp3|m4a|aac|ogg|oga|wav|flac|mp4|m4v|mov|avi|webm|mkv|flv|m3u8"
    r"|zip|gz|tgz|bz2|xz|7z|rar|tar|iso|exe|dmg|apk|pdf|docx?|xlsx?|pptx?|odt|ods|epub|css|js|woff2?|ttf)",
    re.IGNORECASE,
)


def clean(url: str) -> str | None:
    """A URL as it can be fetched: absolute, in ASCII, without fragment; None when it is no http(s) address.

    Credentials before the host are kept: some feeds need them.
    """
    parts = _split(url)
    return None if parts is None else urlunsplit(parts)


def canonical(url: str) -> str | None:
    """The one form of an article's address to show and store; None when it is no usable http(s) address.

    Idempotent. Drops fragment, credentials, default port, tracking parameters, AMP and mobile variants; sorts the
    query.
    """
    current: str | None = url
    for _ in range(8):  # a wrapper may hold a wrapper
        before = current
        current = _canonical_once(before) if before is not None else None
        if current == before:
            return current
    return None


def key(canonical_url: str) -> bytes:
    """16 bytes that are equal for addresses of one article: expects `canonical(url)`.

    Blind to scheme, a leading `www.`, the slash or `index.html` at the end of the path.
    """
    parts = urlsplit(canonical_url)
    name = parts.netloc.removeprefix("www.") if parts.netloc.count(".") > 1 else parts.netloc
    path = parts.path if parts.query else _INDEX.sub("/", parts.path)
    text = f"{name}{path.rstrip('/')}?{parts.query}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def host(url: str) -> str:
    """The host a URL is fetched from, with its port unless it is the default one; "" for what is no address."""
    parts = _split(url)
    return "" if parts is None else parts.netloc.rpartition("@")[2]


def site(url: str) -> str:
    """The registered domain (`bbc.co.uk`); for IP addresses and names without one the host itself, with its port."""
    return _site(host(url))


def absolute(base: str, href: str) -> str | None:
    """`href`, as written on the page or feed at `base`, as a fetchable address; None when it is none."""
    try:
        return clean(urljoin(base, _tidy(href)))
    except ValueError:
        return None


def refusal(url: str) -> Reason | None:
    """Why an address is clearly no article's, or None: home pages, and files that are not text."""
    whole = canonical(url)
    if whole is None:
        return Reason.BAD_URL
    parts = urlsplit(whole)
    if _HOME.fullmatch(parts.path) and not parts.query:
        return Reason.NOT_ARTICLE_URL
    name = parts.path.rpartition("/")[2]
    dot = name.rfind(".")
    if dot >= 0 and _FILES.fullmatch(name[dot:]):
        return Reason.NOT_ARTICLE_URL
    return None


# Parsing -------------------------------------------------------------------------------------------------------------


def _split(url: str) -> SplitResult | None:
    """The parts of a web address in normal form, or None."""
    try:
        url.encode("utf-8")
        parts = urlsplit(_tidy(url))
        scheme, name, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:  # lone surrogates, a bad port, half an IPv6 address
        return None
    if scheme not in ("http", "https") or not name or len(url) > LONGEST * 4:
        return None
    ascii_name = _ascii_host(name)
    if ascii_name is None or port == 0:
        return None
    netloc = ascii_name if port in (None, 80 if scheme == "http" else 443) else f"{ascii_name}:{port}"
    login = parts.netloc.rpartition("@")[0]
    if login:
        netloc = f"{_quoted(login, ':')}@{netloc}"
    path = _without_dots(_quoted(parts.path, "/:@!$&'()*+,;=")) or "/"
    query = _quoted(parts.query, "/:@!$&'()*+,;=?[]|")
    made = SplitResult(scheme, netloc, path, query, "")
    return made if len(urlunsplit(made)) <= LONGEST else None


def _tidy(url: str) -> str:
    """Without what feeds and pages wrap around an address: spaces, line ends, entities left over from HTML."""
    return _CONTROL.sub("", url).strip().replace("&amp;", "&")


@lru_cache(maxsize=4_096)
def _ascii_host(name: str) -> str | None:
    name = unquote(name).lower().rstrip(".") if "%" in name or name.endswith(".") else name.lower()
    address = literal(name)
    if address is not None:
        return f"[{address}]" if address.version == 6 else str(address)
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii").rstrip(".")
        except (idna.IDNAError, UnicodeError):
            return None
        if literal(name) is not None:  # full-width digits
            return str(literal(name))
    valid = len(name) <= 253 and all(_LABEL.fullmatch(label) for label in name.split("."))
    return name if valid and not name.rpartition(".")[2].isdigit() else None


def _quoted(text: str, safe: str) -> str:
    """Percent-encoded once: unreserved characters plain, escapes in upper case, stray percent signs escaped."""
    text = _ESCAPE.sub(lambda found: found[0].upper(), _STRAY_PERCENT.sub("%25", text))
    text = _UNRESERVED.sub(lambda found: chr(int(found[0][1:], 16)), text)
    return quote(text, safe=safe + "%~")


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for place, segment in enumerate(segments):
        if segment in (".", ".."):
            if segment == ".." and len(kept) > 1:
                kept.pop()
            if place == len(segments) - 1:
                kept.append("")
        else:
            kept.append(segment)
    return "/".join(kept)


@lru_cache(maxsize=4_096)
def _site(name: str) -> str:
    bare = name.rpartition(":")[0] if re.search(r":\d+$", name) else name
    if not bare or literal(bare) is not None:
        return name
    return extract_domain(f"https://{bare}/") or name.removeprefix("www.")


# Canonical form ------------------------------------------------------------------------------------------------------


def _canonical_once(url: str) -> str | None:
    parts = _split(url)
    if parts is None:
        return None
    netloc = parts.netloc.rpartition("@")[2]
    wrapped = _unwrapped(netloc, parts)
    if wrapped is not None:
        return wrapped
    return urlunsplit((parts.scheme, _desktop(netloc), _path(parts.path), _query(parts.query), ""))


def _unwrapped(netloc: str, parts: SplitResult) -> str | None:
    """The address inside Google's AMP cache or viewer, or None when there is no such wrapping."""
    if netloc.endswith(".cdn.ampproject.org"):
        path = parts.path
    elif re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", netloc) and parts.path.startswith("/amp/"):
        path = parts.path.removeprefix("/amp")
    else:
        return None
    found = _AMP_CACHE.match(path)
    if not found:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{'https' if found[1] else 'http'}://{found[2]}{query}"


def _desktop(netloc: str) -> str:
    """The host without its mobile or AMP label: `m.`, `mobile.`, `amp.`, also after a first label (`en.m.…`)."""
    labels = netloc.split(".")
    if literal(netloc.rpartition(":")[0] or netloc) is not None or len(labels) < 3:
        return netloc
    head = labels[1:] if labels[0] == "www" and len(labels) > 3 else labels
    for place in (0, 1):
        rest = head[:place] + head[place + 1 :]
        if head[place] in ("m", "mobile", "amp") and len(head) - place > 2 and _site(".".join(rest)) == _site(netloc):
            return ".".join(rest)
    return netloc


def _path(path: str) -> str:
    if "//" in path and ":/" not in path:
        path = re.sub(r"/{2,}", "/", path)
    path = re.sub(r";jsessionid=[^/;]*", "", path, flags=re.IGNORECASE)
    segments = path.split("/")
    kept = [segment for segment in segments if segment.lower() != "amp"]
    if len(kept) != len(segments):
        path = "/".join(kept) if any(kept) else path
        path = path if path.startswith("/") else f"/{path}"
    return re.sub(r"(?<=[^/])\.amp(?=(?:\.html?)?/?$)", "", path, flags=re.IGNORECASE)


def _query(query: str) -> str:
    """The parameters that name the article, sorted."""
    return "&".join(sorted(part for part in query.split("&") if part and not _is_noise(part)))


def _is_noise(parameter: str) -> bool:
    name, has_value, value = parameter.partition("=")
    name, value = name.lower(), unquote(value).lower()
    if name == "amp":
        return value in _AMP_ONLY
    if _AMP_VALUES.get(name) == value:
        return True
    if name in _HINTS:
        return bool(has_value) and not _NUMBER.search(value)
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES)
