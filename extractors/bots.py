"""Bot walls: pages that want to know whether we are human, told from the refusals of the site itself.

By what their makers put into the headers of an answer, and by what they say; the status tells nothing (403, 503, 429,
202 and 200 have all been seen).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractors.walls import BOT, BOT_TITLE

UNKNOWN = "a maker unknown"
LOOKED_AT = 32_768
"""Bytes of a body that are looked at; a wall says so on its first screen."""

# Header, what it says on a wall, who makes the wall. A header that is on every answer of that maker is no sign.
_HEADERS = (
    ("cf-mitigated", re.compile(r"challenge", re.IGNORECASE), "Cloudflare"),
    ("x-amzn-waf-action", re.compile(r"challenge|captcha", re.IGNORECASE), "AWS WAF"),
    ("x-vercel-mitigated", re.compile(r"challenge|deny", re.IGNORECASE), "Vercel"),
    ("x-datadome", re.compile(r"protected", re.IGNORECASE), "DataDome"),
)
_MARKS = (
    (re.compile(rb"_cf_chl_opt", re.IGNORECASE), "Cloudflare"),
    (re.compile(rb"_Incapsula_Resource\?CWUDNSAI|Incapsula incident ID", re.IGNORECASE), "Imperva"),
    (re.compile(rb"captcha-delivery\.com", re.IGNORECASE), "DataDome"),
    (re.compile(rb"px-captcha", re.IGNORECASE), "HUMAN"),
    (re.compile(rb"errors\.edgesuite\.net", re.IGNORECASE), "Akamai"),
    (re.compile(rb"sucuri\.net/privacy-policy|Sucuri WebSite Firewall", re.IGNORECASE), "Sucuri"),
    (re.compile(rb"awsWafCookieDomainList|token\.awswaf\.com", re.IGNORECASE), "AWS WAF"),
    (re.compile(rb"/\.within\.website/x/cmd/anubis", re.IGNORECASE), "Anubis"),
)
_PLAIN_TITLE = re.compile(r"^\W*(?:403|401|429|503|forbidden|access denied|too many requests)\b", re.IGNORECASE)
"""Titles that `BOT_TITLE` knows and that a server's own refusal has as well."""
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,500})", re.IGNORECASE)
_TAGS = re.compile(r"<(?:script|style)\b.{0,20000}?</(?:script|style)>|<[^<>]{0,2000}>", re.IGNORECASE | re.DOTALL)


def wall_by_headers(headers: Mapping[str, str]) -> str:
    """Whose wall an answer is by its headers; "" when they say nothing of the kind."""
    return next((maker for name, sign, maker in _HEADERS if sign.search(headers.get(name, ""))), "")


def wall_by_body(body: bytes) -> str:
    """Whose wall a page is by its beginning (inflated); `UNKNOWN` when nobody is named; "" for no wall."""
    head = body[:LOOKED_AT]
    maker = next((maker for mark, maker in _MARKS if mark.search(head)), "")
    if maker:
        return maker
    text = head.decode("utf-8", "replace")
    titled = _TITLE.search(text)
    title = " ".join(titled[1].split()) if titled else ""
    if title and not _PLAIN_TITLE.match(title) and BOT_TITLE.search(title):
        return UNKNOWN
    return UNKNOWN if BOT.search(" ".join(_TAGS.sub(" ", text).split())) else ""


def sentence(name: str, maker: str) -> str:
    """What stands in the way at `name`, an address fit to be shown."""
    by = "" if maker == UNKNOWN else f" ({maker})"
    return f"{name} answers with a bot wall{by} instead of what was asked for."
