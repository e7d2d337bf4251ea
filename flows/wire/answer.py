"""What an address of the wire answers, and the answers that servers on the web should not give but do."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from hashlib import blake2b

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; the server adds what conditional requests and compression need."""

    body: bytes = b""
    status: int = 200
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    modified: datetime | None = None
    """Sent as Last-Modified, together with an ETag; None: no validators are sent."""
    compress: bool = False
    """Whether the body goes out in gzip to those who accept it."""
    repeat: int = 1
    """How many times the body is sent, one after the other, without saying how long it will be."""
    drips: bool = False
    """Whether the body comes a few bytes at a time."""
    first: Answer | None = None
    """What the first request gets instead."""

    @property
    def etag(self) -> str:
        """A weak validator over the body: the compressed and the plain form share it."""
        return f'W/"{blake2b(self.body, digest_size=10).hexdigest()}"'

    @property
    def last_modified(self) -> str:
        """`modified` as HTTP writes it, or ""."""
        return format_datetime(self.modified.astimezone(UTC), usegmt=True) if self.modified else ""


def redirect(target: str, *, status: int = 302) -> Answer:
    """A redirect to `target`, an absolute address or a path."""
    body = f'<html><body><a href="{target}">Moved</a></body></html>'.encode()
    return Answer(status=status, headers=(("Location", target),), body=body)


def note(status: int, text: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A short page with an error status."""
    body = f"<html><head><title>{status}</title></head><body><h1>{text}</h1></body></html>".encode()
    return Answer(status=status, body=body, headers=headers)


def broken_off(page: Answer) -> Answer:
    """The page in gzip, cut in the middle, as a proxy that lost its backend sends it."""
    packed = gzip.compress(page.body, mtime=0)
    headers = (*page.headers, ("Content-Encoding", "gzip"))
    return replace(page, body=packed[: len(packed) // 2], headers=headers, compress=False, modified=None)


def huge() -> Answer:
    """A page of twenty million bytes, of unannounced length."""
    line = (
        b"<p>I say no fruit belongs there, and my uncle, who kept a restaurant for forty years, agrees with me.</p>\n"
    )
    return Answer(body=line * 100, repeat=20_000_000 // (len(line) * 100) + 1)


@cache
def bomb() -> Answer:
    """Sixty-four million zeros that travel as sixty-four thousand bytes."""
    packed = gzip.compress(bytes(64_000_000), compresslevel=9, mtime=0)
    return Answer(body=packed, headers=(("Content-Encoding", "gzip"),))


def pdf() -> Answer:
    """A document that is no page."""
    return Answer(
        body=b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", content_type="application/pdf"
    )
