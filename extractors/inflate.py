"""Compressed bodies made plain, with a cap on what they may grow to.

Apart from `extractors.fetch` because worker processes inflate pages and must not load an HTTP client for it.
"""

from __future__ import annotations

import zlib
from typing import cast

from isal import isal_zlib

from extractors.errors import ServerBroken, TooLarge, Unreadable
from extractors.records import Page

_SLICE = 65_536  # what follows a gzip member is copied, so a body of many small members is fed in slices
_MOST_MEMBERS = 1_000
_GZIP_MAGIC = b"\x1f\x8b"
_DAMAGED = cast("type[Exception]", isal_zlib.error)  # its stub calls the class an instance


def inflate(page: Page, *, limit: int) -> bytes:
    """The body of a page without its content encodings.

    Raises `TooLarge` above `limit` bytes, `ServerBroken` when it breaks off or is damaged, `Unreadable` for an encoding
    nobody asked for.
    """
    return plain(page.body, encoding=page.content_encoding, limit=limit)


def plain(body: bytes, *, encoding: str, limit: int) -> bytes:
    """`body` without the encodings of a Content-Encoding header; raises as `inflate`."""
    for name in reversed([part.strip().lower() for part in encoding.split(",")][-3:]):
        if name in ("", "identity", "none", "utf-8"):
            continue
        if name in ("gzip", "x-gzip"):
            # Some servers say gzip and send plain text; browsers read it all the same.
            body = gunzip(body, limit=limit) if body.startswith(_GZIP_MAGIC) else body
        elif name == "deflate":
            body = _deflated(body, limit=limit)
        else:
            raise Unreadable(f"The answer is encoded as {name[:20]!r}, which was not asked for.")
    if len(body) > limit:
        raise TooLarge(f"The answer is larger than {limit:,} bytes.")
    return body


def beginning(body: bytes, *, encoding: str, limit: int) -> bytes:
    """The first `limit` bytes of a body that may break off anywhere; what cannot be inflated is left out."""
    for name in reversed([part.strip().lower() for part in encoding.split(",")][-3:]):
        wbits = {"gzip": 31, "x-gzip": 31, "deflate": zlib.MAX_WBITS}.get(name)
        if wbits is None or (wbits == 31 and not body.startswith(_GZIP_MAGIC)):
            continue
        try:
            body = isal_zlib.decompressobj(wbits=wbits).decompress(body, limit)
        except _DAMAGED:
            return b""
    return body[:limit]


def gunzip(body: bytes, *, limit: int) -> bytes:
    """All members of a gzip body; what follows the last member is ignored, as browsers do.

    Raises `TooLarge` above `limit` bytes, `ServerBroken` when it breaks off or is damaged.
    """
    parts: list[bytes] = []
    size = start = members = 0
    while members == 0 or body.startswith(_GZIP_MAGIC, start):
        members += 1
        if members > _MOST_MEMBERS:
            raise ServerBroken(f"The answer consists of more than {_MOST_MEMBERS:,} gzip members.")
        data, start = _member(body, start, wbits=31, limit=limit - size)
        size += len(data)
        parts.append(data)
    return b"".join(parts)


def _deflated(body: bytes, *, limit: int) -> bytes:
    """`deflate` means zlib by the standard and a raw stream on many servers."""
    if not body:
        return body
    try:
        return _member(body, 0, wbits=zlib.MAX_WBITS, limit=limit)[0]
    except ServerBroken:
        return _member(body, 0, wbits=-zlib.MAX_WBITS, limit=limit)[0]


def _member(body: bytes, start: int, *, wbits: int, limit: int) -> tuple[bytes, int]:
    """One compressed stream from `start`, and where it ended."""
    stream = isal_zlib.decompressobj(wbits=wbits)
    parts: list[bytes] = []
    size = 0
    try:
        while not stream.eof:
            piece = stream.unconsumed_tail or body[start : start + _SLICE]
            if not stream.unconsumed_tail:
                start += len(piece)
            if not piece:
                raise ServerBroken("The compressed answer breaks off before its end.")
            data = stream.decompress(piece, limit - size + 1)
            size += len(data)
            if size > limit:
                raise TooLarge(f"The answer inflates to more than {limit:,} bytes.")
            parts.append(data)
    except _DAMAGED:
        raise ServerBroken("The compressed answer is damaged and cannot be inflated.") from None
    return b"".join(parts), start - len(stream.unused_data)
