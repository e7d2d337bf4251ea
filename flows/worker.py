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
from time import process_time
from typing import BinaryIO

import zstandard

from extractors import article, feed, fingerprint, sitemap_index
from extractors.errors import WirewatchError
from extractors.inflate import inflate
from extractors.outcomes import FeedReading, PageReading, RawPage
from extractors.records import Fingerprint, Rejected, Tagging
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
        """Compile the taxonomy whose file content is given."""
        self._tagger = Tagger(parse(taxonomy, name="taxonomy"))
        self._compressor = zstandard.ZstdCompressor(level=3)

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
        body, final_url, content_type = b"", job.url, "text/html"
        raw = None
        if job.page is not None:
            final_url, content_type = job.page.final_url, job.page.content_type
            try:
                body = inflate(job.page, limit=job.max_bytes)
            except WirewatchError as error:
                return PageReading(result=error)
            raw = RawPage(
                content_hash=hashlib.blake2b(body, digest_size=16).digest(),
                body=self._compressor.compress(body),
                size=len(body),
            )
        inflated = process_time()
        result = article.read(
            body,
            url=job.url,
            final_url=final_url,
            content_type=content_type,
            entry=job.entry,
            language_hint=job.language_hint,
            now=job.now,
        )
        extracted = process_time()
        seconds = [("inflate", inflated - began), ("extract", extracted - inflated)]
        if isinstance(result, Rejected):
            return PageReading(result=result, raw=raw, seconds=tuple(seconds))
        tagging = self._tagger.tag(result.title, result.text)
        tagged = process_time()
        print_ = fingerprint.fingerprint(result.text)
        seconds += [("tag", tagged - extracted), ("fingerprint", process_time() - tagged)]
        return PageReading(
            result=result,
            raw=raw,
            tagging=tagging,
            fingerprint=print_,
            bands=_bands(print_, tagging),
            seconds=tuple(seconds),
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
    """The next frame, or None at the end of the stream."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    return pickle.loads(stream.read(length))  # noqa: S301 -- the other end is our own process


def main() -> None:
    """Read jobs from stdin until it ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not break a frame
    jobs = sys.stdin.buffer
    taxonomy = receive(jobs)
    assert isinstance(taxonomy, str)
    reader = Reader(taxonomy)
    while (job := receive(jobs)) is not None:
        assert isinstance(job, Job)
        answers.write(frame(reader.read(job)))
        answers.flush()
