"""What can go wrong on the way from an address to an article, named for what the caller should do.

WirewatchError              anything of ours; its text is one sentence for a person
├── RetryLater              may work next time: count it, wait, try again
│   ├── HostUnreachable     no answer: DNS, connection, TLS
│   ├── HostSlow            an answer that did not end in time
│   ├── ServerBroken        5xx, a truncated or undecodable body
│   └── AskedToWait         429 or 503 with Retry-After
│       └── HostHeld        not asked: its host wants to be left alone for a while
├── GiveUp                  will not work next time either: count it, keep it, move on
│   ├── Gone                410
│   ├── NotFound            404 (for a page; a feed is asked again, feeds come back)
│   ├── Forbidden           401, 402, 403, 451 and other refusals
│   │   ├── ConsentWall     a consent page in the place of what was asked for
│   │   └── BotWall         a page that wants to know whether we are human
│   ├── RefusedAddress      a private, loopback or otherwise inner address, on any hop
│   ├── RefusedByRobots     robots.txt does not want us there
│   ├── TooLarge            more bytes than the cap, compressed or inflated
│   ├── BadRedirect         a loop, too many hops, or a target that is no web address
│   └── Unreadable          bytes that are not what they should be (a feed that is no feed)
└── Misconfigured           wrong file, setting or argument: stop and tell the person
"""

from __future__ import annotations

from typing import ClassVar


class WirewatchError(Exception):
    """Anything Wirewatch raises on purpose; `str()` is one clear sentence for a person."""

    reason: ClassVar[str] = "error"
    """The word the funnel counts this error under."""


class RetryLater(WirewatchError):
    """The same request may work later.

    `retry_after` is how many seconds the other side asked us to wait, or None.
    """

    reason = "retry later"

    def __init__(self, message: str, *, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class HostUnreachable(RetryLater):
    """No answer: name, connection or TLS failed."""

    reason = "unreachable"


class HostSlow(RetryLater):
    """The answer did not begin or end in time."""

    reason = "timeout"


class ServerBroken(RetryLater):
    """A 5xx, or a body that broke off or would not inflate."""

    reason = "server error"


class AskedToWait(RetryLater):
    """The server told us to come back later (429, or 503 with Retry-After)."""

    reason = "asked to wait"


class HostHeld(AskedToWait):
    """Nothing was asked: the host had told us before, whoever of us asked, to leave it alone until later."""

    reason = "host held"


class GiveUp(WirewatchError):
    """The same request will not work later either."""

    reason = "given up"

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Gone(GiveUp):
    """410: removed for good."""

    reason = "gone"


class NotFound(GiveUp):
    """404."""

    reason = "not found"


class Forbidden(GiveUp):
    """401, 402, 403, 451 and other plain refusals."""

    reason = "forbidden"


class ConsentWall(Forbidden):
    """A consent page in the place of what was asked for."""

    reason = "consent wall"


class BotWall(Forbidden):
    """A page that wants to know whether we are human, in place of what we asked for, with whatever status."""

    reason = "bot wall"


class RefusedAddress(GiveUp):
    """An address that is private, loopback, link-local or otherwise not the public web, or not http(s)."""

    reason = "private address"


class RefusedByRobots(GiveUp):
    """robots.txt does not want us to fetch this."""

    reason = "robots.txt"


class TooLarge(GiveUp):
    """More bytes than the cap allows, on the wire or inflated."""

    reason = "too large"


class BadRedirect(GiveUp):
    """A redirect loop, too many hops, or a target that is no web address."""

    reason = "bad redirect"


class Unreadable(GiveUp):
    """Bytes that are not what they should be: a feed that is no feed, a page that is no text."""

    reason = "unreadable"


class Misconfigured(WirewatchError):
    """A file, setting or argument is wrong; the message names it, the place in it and what to write instead."""

    reason = "misconfigured"
