"""robots.txt: what a site wants from us, as RFC 9309 reads it. Pure; who asks for the file caches the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from protego import Protego

LARGEST = 512_000
"""Bytes that are read; RFC 9309 §2.5 asks for 500 KiB at least."""
LONGEST_DELAY = 86_400.0
_LONGEST_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site for one agent."""

    agent: str
    """The product token that the rules were picked by."""
    open: bool | None = None
    """True: everything may be fetched, False: nothing; None: as the rules say."""
    rules: Protego | None = None

    def allowed(self, url: str) -> bool:
        """Whether `url` may be fetched; robots.txt itself always may."""
        if self.open is not None or self.rules is None:
            return self.open is not False
        try:
            return bool(self.rules.can_fetch(url, self.agent))
        except ValueError:  # an address that urllib cannot split matches no rule
            return True

    @property
    def crawl_delay(self) -> float | None:
        """Seconds that the site wants between two requests, at most a day; None when it says nothing."""
        if self.rules is None:
            return None
        delay = self.rules.crawl_delay(self.agent)
        rate = self.rules.request_rate(self.agent)
        wishes = [delay] if delay is not None else []
        if rate is not None:
            wishes.append(rate.seconds / rate.requests)
        return min(max(wishes), LONGEST_DELAY) if wishes else None


def from_answer(status: int | None, body: bytes, *, agent: str) -> Robots:
    """The rules that an answer to /robots.txt stands for; `agent` is our whole User-Agent.

    A file that is not there (4xx) forbids nothing. A server that fails (5xx, or `status` None: no answer) forbids
    everything for now: ask again later.
    """
    token = product(agent)
    if status is None or status >= 500:
        return Robots(token, open=False)
    if not 200 <= status < 300:
        return Robots(token, open=True)
    return Robots(token, rules=Protego.parse(_readable(body)))


def product(agent: str) -> str:
    """The product token that a robots.txt would name: `Wirewatch` from `Wirewatch/0.1 (…)`.

    The whole header would match the rules for every word in it.
    """
    own = re.search(r"compatible;\s*([A-Za-z][\w-]*)", agent) or re.match(r"\s*([A-Za-z][\w-]*)", agent)
    return own[1] if own else "*"


def _readable(body: bytes) -> str:
    """The file as text: cut at the cap, and without lines that no person wrote."""
    whole = body[:LARGEST]
    if len(body) > LARGEST:
        whole = whole.rpartition(b"\n")[0]  # half a rule is another rule
    text = whole.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    return "\n".join(line for line in text.splitlines() if len(line) <= _LONGEST_LINE)
