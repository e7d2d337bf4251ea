"""What a look at a stored article brought: from an answer, an error or a reading to an outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from extractors import urls
from extractors.errors import Gone, NotFound, WirewatchError
from extractors.outcomes import Look, Looked, PageReading, Settled
from extractors.records import Article, Grade, Outcome, Page, Reason, Rejected, Unchanged

SAME_ANSWER, SAME_PAGE, SAME_TEXT, STILL_GONE = "not modified", "same page", "same text", "still gone"
BACK, FULLER = "back again", "fuller text"
LESS = "less of the text"
NO_ARTICLE = "to a page that is no article"
_WORTH = {Grade.TEASER: 0, Grade.PARTIAL: 1, Grade.FULL: 2}


def same(look: Look, answer: Unchanged, *, at: datetime) -> Looked:
    """The server says that the page is the one we have."""
    settled = Settled(
        work=look.work,
        outcome=Outcome.REVISED if look.deleted else Outcome.UNCHANGED,
        reason=BACK if look.deleted else SAME_ANSWER,
        status=304,
        fetched_at=at,
        elapsed_ms=answer.elapsed_ms,
        etag=answer.etag or look.etag,
        last_modified=answer.last_modified or look.last_modified,
    )
    return Looked(look=look, settled=settled)


def failed(look: Look, error: WirewatchError, settled: Settled, *, at: datetime) -> Looked:
    """There was no page to read; `settled` is what becomes of any article then.

    A page that is gone for good, or not found twice in a row, is deleted.
    """
    if isinstance(error, Gone | NotFound):
        settled = _gone(look, settled.reason, settled.status, certain=isinstance(error, Gone))
    return Looked(look=look, settled=replace(settled, fetched_at=at))


def read(look: Look, page: Page, reading: PageReading) -> Looked:
    """A page was read: another text, the same one, or no article any more."""
    outcome, reason = _judged(look, page, reading)
    settled = Settled(
        work=look.work,
        outcome=outcome,
        reason=reason,
        reading=reading,
        status=page.status,
        content_type=page.content_type,
        final_url=page.final_url,
        fetched_at=page.fetched_at,
        bytes=len(page.body),
        elapsed_ms=page.elapsed_ms,
        etag=page.etag,
        last_modified=page.last_modified,
    )
    if outcome is Outcome.DELETED:
        gone = _gone(look, reason, page.status, certain=False)
        settled = replace(settled, outcome=gone.outcome, reason=gone.reason)
    return Looked(look=look, settled=settled)


def _judged(look: Look, page: Page, reading: PageReading) -> tuple[Outcome, str]:
    result, change = reading.result, reading.change
    if isinstance(result, Rejected):
        if result.reason is Reason.SOFT_404:
            return Outcome.DELETED, result.reason
        elsewhere = urls.canonical(page.final_url)
        if elsewhere is not None and urls.key(elsewhere) not in look.addresses:
            return Outcome.MOVED, NO_ARTICLE
        return Outcome.REJECTED, result.reason
    if not isinstance(result, Article):
        return (Outcome.REVISED, BACK) if look.deleted else (Outcome.UNCHANGED, SAME_PAGE)
    if _WORTH[result.grade] < _WORTH[look.known.grade]:
        return Outcome.REJECTED, LESS  # a wall went up before it: nobody has edited the text
    if look.deleted:
        return Outcome.REVISED, BACK
    if not change:
        return Outcome.UNCHANGED, SAME_TEXT
    return Outcome.REVISED, FULLER if _WORTH[result.grade] > _WORTH[look.known.grade] else ""


def _gone(look: Look, reason: str, status: int | None, *, certain: bool) -> Settled:
    if look.deleted:
        outcome, reason = Outcome.UNCHANGED, STILL_GONE
    elif certain or look.failed_as == reason:
        outcome = Outcome.DELETED
    else:
        outcome = Outcome.FAILED  # asked once more: 404s come and go
    return Settled(work=look.work, outcome=outcome, reason=reason, status=status)
