"""What a worker process does: reads one page or one feed document at a time, from bytes to facts; or tags texts.

Extraction is CPU-bound Python, so it runs in processes of its own (`flows/crew.py` keeps them). They import neither
Prefect nor the database: start-up and memory stay small, and a page that crashes its reader costs only itself.

The first frame on stdin is the taxonomy's content, every other one a job.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import resource
import struct
import sys
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from time import process_time
from typing import BinaryIO

import zstandard

from extractors import aggregators, article, edition, feed, fingerprint, revision, sitemap_index
from extractors.errors import WirewatchError
from extractors.inflate import inflate
from extractors.outcomes import FeedReading, KeptPage, PageReading, RawPage
from extractors.records import Article, Fingerprint, Page, Rejected, Tagging, Unchanged
from flows.jobs import (
    BandJob,
    BandReading,
    FeedJob,
    Job,
    PageJob,
    Reading,
    SitemapJob,
    SitemapReading,
    TagJob,
    TagReading,
    frame,
)
from topics.tagger import Tagger
from topics.taxonomy import parse

MEMORY_LIMIT = 4 * 1024**3
"""Address space of a worker in bytes: one page was seen to drive an extractor to 9 GB."""


class Reader:
    """Reads pages and feeds with one taxonomy; the same in a worker process and inline."""

    def __init__(self, taxonomy: str) -> None:
        """Read with the taxonomy whose file content is given."""
        self._taxonomy = taxonomy
        self._compressor = zstandard.ZstdCompressor(level=3)

    @cached_property
    def _tagger(self) -> Tagger:
        """The taxonomy compiled: a quarter of a second that whoever only reads feeds need not spend."""
        return Tagger(parse(self._taxonomy, name="taxonomy"))

    def read(self, job: Job) -> Reading:
        """The facts of a page or feed, or the tags of texts; what parsers raise becomes a value, never an exception."""
        if isinstance(job, TagJob):
            return TagReading(tuple(self._tagger.tag(title, text) for title, text in job.texts))
        if isinstance(job, BandJob):
            prints = map(fingerprint.fingerprint, job.texts)
            return BandReading(tuple(fingerprint.fine_bands(print_.minhash) for print_ in prints))
        if isinstance(job, SitemapJob):
            return _read_sitemap(job)
        return self._read_page(job) if isinstance(job, PageJob) else _read_feed(job)

    def _read_page(self, job: PageJob) -> PageReading:
        began = process_time()
        try:
            body = _body(job)
        except WirewatchError as error:
            return PageReading(result=error)
        digest = hashlib.blake2b(body, digest_size=16).digest()
        inflated = process_time()
        known = job.known
        if known and digest == known.body_hash and known.edition == edition.edition():
            return PageReading(result=Unchanged(url=job.url), edition=edition.edition())
        result = _article(job, body)
        extracted = process_time()
        change = self._change(job, result)
        raw = None
        if isinstance(job.page, Page) and (known is None or change) and not _in_the_way(job.page):
            raw = RawPage(content_hash=digest, body=self._compressor.compress(body), size=len(body))
        seconds = (("inflate", inflated - began), ("extract", extracted - inflated))
        reading = PageReading(result=result, raw=raw, edition=edition.edition(), change=change, seconds=seconds)
        as_known = known is not None and isinstance(job.page, Page) and not change  # nobody needs its tags again
        return reading if isinstance(result, Rejected) or as_known else self._judged(reading, result)

    def _judged(self, reading: PageReading, result: Article) -> PageReading:
        """The reading of an article with its tags and fingerprint."""
        tagger = self._tagger
        began = process_time()
        tagging = tagger.tag(result.title, result.text)
        tagged = process_time()
        print_ = fingerprint.fingerprint(result.text)
        seconds = (*reading.seconds, ("tag", tagged - began), ("fingerprint", process_time() - tagged))
        return replace(reading, tagging=tagging, fingerprint=print_, bands=_bands(print_, tagging), seconds=seconds)

    def _change(self, job: PageJob, result: Article | Rejected) -> revision.Change | None:
        """How the article differs from what is known of it; None where nothing is known, or there is no article."""
        known = job.known
        if known is None or isinstance(result, Rejected):
            return None
        title, text = known.title, known.text
        if known.page is not None and known.edition != edition.edition():
            kept = replace(job, page=known.page, known=None)
            before = _article(kept, _body(kept))
            if isinstance(before, Article):
                title, text = before.title, before.text
        return revision.compare(title, text, result.title, result.text)


def _body(job: PageJob) -> bytes:
    """The inflated bytes of a page; raises `WirewatchError` when they cannot be had."""
    if isinstance(job.page, KeptPage):
        return zstandard.ZstdDecompressor().decompress(job.page.body, max_output_size=job.page.size)
    return inflate(job.page, limit=job.max_bytes) if job.page is not None else b""


def _in_the_way(page: Page) -> bool:
    """Whether a page stands in an article's place, as its address tells: of consent, of an aggregator. Never kept."""
    return aggregators.is_consent(page.final_url) or aggregators.is_closed(page.final_url)


def _article(job: PageJob, body: bytes) -> Article | Rejected:
    page = job.page
    return article.read(
        body,
        url=job.url,
        final_url=page.final_url if page is not None else job.url,
        content_type=page.content_type if page is not None else "text/html",
        entry=job.entry,
        language_hint=job.language_hint,
        now=job.now,
    )


def _bands(print_: Fingerprint, tagging: Tagging) -> tuple[int, ...]:
    """Coarse bands for every article, fine ones too for those on the subject.

    Fine bands find machine-spun copies (Jaccard .14 and up) but meet one unrelated text in twenty, so they are kept to
    the few articles that trends are about.
    """
    coarse = fingerprint.bands(print_.minhash)
    return coarse + fingerprint.fine_bands(print_.minhash) if tagging.tags else coarse


def _read_feed(job: FeedJob) -> FeedReading:
    try:
        body = inflate(job.page, limit=job.max_bytes)
        digest = hashlib.blake2b(body, digest_size=16).digest()
        if digest == job.known_hash:
            return FeedReading(body_hash=digest, size=len(body))
        document = feed.read(body, url=job.page.final_url, content_type=job.page.content_type, now=job.now)
    except WirewatchError as error:
        return FeedReading(body_hash=b"", size=len(job.page.body), error=error)
    return FeedReading(body_hash=digest, size=len(body), document=document)


def _read_sitemap(job: SitemapJob) -> SitemapReading:
    page = job.page
    try:
        body = inflate(page, limit=job.max_bytes)
        found = sitemap_index.read(
            body, url=page.final_url, content_type=page.content_type, now=job.now, period=job.period
        )
    except WirewatchError as error:
        return SitemapReading(size=len(page.body), error=str(error))
    return SitemapReading(sitemap=found, size=len(body))


def receive(stream: BinaryIO) -> object:
    """The next frame, or None at the end of the stream, be it within a frame: who sent it has died."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    body = stream.read(length)
    return pickle.loads(body) if len(body) == length else None  # noqa: S301 -- the other end is our own process


def main() -> None:
    """Read jobs from stdin until it ends, or until nobody takes the answers any more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    # What could not be sent is tried once more when the pipe is closed: newer Pythons tell of it if nobody closes it.
    with suppress(BrokenPipeError), os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever a library prints must not break a frame
        jobs = sys.stdin.buffer
        taxonomy = receive(jobs)
        if taxonomy is None:
            return
        assert isinstance(taxonomy, str)
        reader = Reader(taxonomy)
        while (job := receive(jobs)) is not None:
            assert isinstance(job, Job)
            answers.write(frame(reader.read(job)))
            answers.flush()
