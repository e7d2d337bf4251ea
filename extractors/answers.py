"""What the status line and the headers of an answer mean for the one who asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from extractors.errors import AskedToWait, Forbidden, GiveUp, Gone, HostSlow, NotFound, RetryLater, ServerBroken

_SECRET = re.compile(r"(?i)((?:^|&)[^=&]*(?:key|token|secret|passw|pwd|auth|sig|session|credential)[^=&]*)=[^&]*")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MEANINGS: dict[int, tuple[type[RetryLater | GiveUp], str]] = {
    404: (NotFound, "does not exist (404)"),
    408: (HostSlow, "gave up waiting for our request (408)"),
    410: (Gone, "was removed for good (410)"),
    421: (ServerBroken, "sent our request to the wrong server (421)"),
}


def failure(status: int, url: str, headers: Mapping[str, str], *, now: datetime) -> RetryLater | GiveUp | None:
    """The error that a status stands for, or None when the answer is one to read (200 to 205)."""
    if status in (200, 201, 202, 203, 204, 205):
        return None
    name, wait = shown(url), retry_after(headers.get("Retry-After"), now=now)
    asked = "" if wait is None else f", in {wait:.0f} s"
    kind: type[RetryLater | GiveUp]
    if status in (425, 429) or (status == 503 and wait is not None):
        kind, what = AskedToWait, f"asks us to come back later ({status}{asked})"
    elif status in _MEANINGS:
        kind, what = _MEANINGS[status]
    elif 400 <= status < 500 or status >= 600:  # 999 is how some sites say that they want no robots
        kind, what = Forbidden, f"refuses us ({status})"
    elif status >= 500:
        kind, what = ServerBroken, f"is broken at the moment ({status})"
    else:
        kind, what = ServerBroken, f"gave an answer nobody asked for ({status})"
    if issubclass(kind, RetryLater):
        return kind(f"{name} {what}.", retry_after=wait, status=status)
    return kind(f"{name} {what}.", status=status)


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; None when missing or senseless."""
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]*)?", text):
        return float(text)
    moment = _http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def max_age(headers: Mapping[str, str]) -> int | None:
    """For how many seconds an answer calls itself fresh (Cache-Control, else Expires minus Date); None: not said."""
    control = headers.get("Cache-Control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    found = re.search(r"(?<![a-z-])max-age\s*=\s*\"?([0-9]{1,9})", control)
    if found:
        return int(found[1])
    expires, sent = _http_date(headers.get("Expires", "")), _http_date(headers.get("Date", ""))
    if expires is None or sent is None or expires <= sent:
        return None
    return round((expires - sent).total_seconds())


def validator(value: str | None) -> str | None:
    """An ETag or Last-Modified header that can be sent back as it is, or None."""
    text = (value or "").strip()
    return text if text and text.isascii() and text.isprintable() and len(text) <= 1_024 else None


def shown(url: str) -> str:
    """A URL as it may appear in a message or a log: without credentials, not endless, nothing unprintable."""
    try:
        parts = urlsplit(url)
        query = _SECRET.sub(r"\1=…", parts.query)
        url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query=query, fragment=""))
    except ValueError:
        url = url.rpartition("@")[2]
    url = _UNFIT.sub("?", url)
    return url if len(url) <= 200 else url[:199] + "…"


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):  # the last evening of 9999, an hour west of UTC
        return None
