"""One poll of one feed: what to ask for, what the answer comes to, and whether "nothing new" can be believed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime

from extractors import cadence, logins
from extractors.cadence import PollResult
from extractors.errors import GiveUp, RetryLater, WirewatchError
from extractors.outcomes import FeedReading, Polled
from extractors.records import Feed, Page, Unchanged
from flows.jobs import FeedJob
from flows.network import Network

Read = Callable[[FeedJob], Awaitable[FeedReading]]


class Poller:
    """Polls feeds through a network; never raises anything of ours: what went wrong is in what comes back."""

    def __init__(
        self,
        network: Network,
        *,
        secrets: Mapping[str, str],
        max_bytes: int,
        now: Callable[[], datetime],
    ) -> None:
        """`secrets` are what addresses name in braces; `max_bytes` is what a document may inflate to."""
        self._network = network
        self._secrets = secrets
        self._max_bytes = max_bytes
        self._now = now

    async def poll(self, feed: Feed, *, read: Read) -> Polled:
        """What `feed` brings now; `read` gives its document to a reader."""
        began = self._now()
        plain = cadence.ask_plainly(feed, now=began)
        try:
            url = logins.fill(feed.asked_at, self._secrets)
            async with AsyncExitStack() as held:
                answer = await self._network.fetch(
                    url, held,
                    etag=None if plain else feed.etag, last_modified=None if plain else feed.last_modified,
                )  # fmt: skip
                if isinstance(answer, Unchanged):
                    return self._unchanged(feed, answer, began)
                polled = await self._read(feed, answer, began, read)
        except WirewatchError as error:
            return self._failed(feed, error, began)
        if plain and not feed.failures and polled.outcome == "fresh" and await self._contradicts(feed, url):
            return replace(polled, result=replace(polled.result, contradicted=True))
        return polled

    async def _contradicts(self, feed: Feed, url: str) -> bool:
        """Whether the server still says 304 to the validators of a document that it has just replaced."""
        if not (feed.etag or feed.last_modified):
            return False
        try:
            async with AsyncExitStack() as held:
                again = await self._network.fetch(url, held, etag=feed.etag, last_modified=feed.last_modified)
        except WirewatchError:
            return False
        return isinstance(again, Unchanged)

    async def _read(self, feed: Feed, page: Page, began: datetime, read: Read) -> Polled:
        reading = await read(FeedJob(page=page, known_hash=feed.body_hash, max_bytes=self._max_bytes, now=began))
        if reading.error is not None:
            return self._failed(feed, reading.error, began, status=page.status)
        document = reading.document
        result = PollResult(
            outcome="fresh" if document else "unchanged",
            whole=True,
            moved_to=self._hidden(page.moved_to),
            max_age_seconds=page.max_age,
            ttl_minutes=document.ttl_minutes if document else None,
            entries=len(document.entries) if document else None,
            dated=sum(entry.published_at is not None for entry in document.entries) if document else None,
        )
        return Polled(
            feed=feed, outcome=result.outcome, reason="" if document else "same body", status=page.status,
            polled_at=began, result=result, reading=reading, etag=page.etag, last_modified=page.last_modified,
            moved_to=result.moved_to, elapsed_ms=page.elapsed_ms,
        )  # fmt: skip

    def _unchanged(self, feed: Feed, answer: Unchanged, began: datetime) -> Polled:
        moved_to = self._hidden(answer.moved_to)
        return Polled(
            feed=feed, outcome="unchanged", reason="304", status=304, polled_at=began,
            result=PollResult(outcome="unchanged", moved_to=moved_to, max_age_seconds=answer.max_age),
            etag=answer.etag or feed.etag, last_modified=answer.last_modified or feed.last_modified,
            moved_to=moved_to, elapsed_ms=answer.elapsed_ms,
        )  # fmt: skip

    def _failed(self, feed: Feed, error: WirewatchError, began: datetime, *, status: int | None = None) -> Polled:
        own = error.status if isinstance(error, RetryLater | GiveUp) else None
        retry_after = error.retry_after if isinstance(error, RetryLater) else None
        return Polled(
            feed=feed, outcome="failed", reason=error.reason, detail=logins.hide(str(error), self._secrets),
            status=own or status, polled_at=began,
            result=PollResult(outcome="failed", error=error, retry_after=retry_after),
        )  # fmt: skip

    def _hidden(self, url: str | None) -> str | None:
        """An address that a server sent, fit to be stored: our secrets by their names, no other login at all."""
        if url is None:
            return None
        named = logins.hide(url, self._secrets)
        return named if logins.in_clear(named) != "a login" else logins.without_login(named)
