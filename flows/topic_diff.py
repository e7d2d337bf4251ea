"""What another version of the taxonomy would do to the stored articles, found out without writing anything."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Engine

from extractors.records import Evidence, Tagging
from flows import progress
from flows.gather import Gatherer
from models import tag_store, version_store
from models.settings import Settings
from models.version_store import Tagged
from topics.tagger import MAX_TEXT, score_of
from topics.taxonomy import Taxonomy

S = TypeVar("S")
R = TypeVar("R")

BOUND = 50_000
"""Articles compared unless a sample of another size is asked for: a minute of tagging."""
STEP = 256
AT_ONCE = 3
"""Steps under way: one is read, the others are tagged."""
EXAMPLES = 3
"""Of the gained and of the lost articles of each topic, those with the highest score."""
DAYS = 28
STAGE = "Comparing articles"


@dataclass(frozen=True, slots=True)
class Example:
    """An article that would gain or lose a topic, and the words that earn (or earned) it."""

    title: str
    url: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDiff:
    """What would change for one topic, among the articles compared."""

    topic: str
    title: str
    before: int
    after: int
    gained: int
    lost: int
    days_before: tuple[int | None, ...]
    """Articles on each of the last 28 days, the oldest first; None: none of that day was compared."""
    days_after: tuple[int | None, ...]
    gained_examples: tuple[Example, ...] = ()
    lost_examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What a taxonomy would change against the version in use."""

    version: str
    """The start of the digest of the one that was tried."""
    used: str | None
    """The version in use; None: nothing was ever tagged."""
    compared: int
    stored: int
    sample: bool
    """Whether the articles compared are a sample of all, or the newest."""
    until: date
    topics: tuple[TopicDiff, ...] = ()


@dataclass(slots=True)
class _Count:
    """Articles of one topic."""

    before: Counter[date] = field(default_factory=Counter)
    after: Counter[date] = field(default_factory=Counter)
    gained: int = 0
    lost: int = 0
    gained_examples: list[Example] = field(default_factory=list)
    lost_examples: list[Example] = field(default_factory=list)


def diff(engine: Engine, settings: Settings, taxonomy: Taxonomy, *, sample: int | None, until: date) -> Diff:
    """Tag stored articles by `taxonomy` and compare with the tags they have: `sample` of all, or the newest `BOUND`.

    Nothing is compared where nothing was ever tagged, or when `taxonomy` is the version in use.
    """
    with _reading(engine) as db:
        used = tag_store.current(db)
        known = {one.id: one for one in version_store.versions(db)}
        stored = version_store.stored(db)
        ids = version_store.pick(db, limit=sample or BOUND, sample=sample is not None)
    found = Diff(
        version=taxonomy.digest.hex()[:8],
        used=known[used.taxonomy].label if used else None,
        compared=0,
        stored=stored,
        sample=sample is not None and sample < stored,
        until=until,
    )
    if used is None or known[used.taxonomy].is_of(taxonomy.digest, taxonomy.revision):
        return found
    counts, days = _count_all(engine, settings, taxonomy, used.taxonomy, ids)
    titles = {**dict.fromkeys(used.topics, ""), **{topic.slug: topic.title for topic in taxonomy.topics}}
    slugs = [topic.slug for topic in taxonomy.topics]
    slugs += sorted(set(used.topics) - set(slugs))
    topics = tuple(_topic(slug, titles[slug], counts[slug], days, until) for slug in slugs)
    return replace(found, compared=len(ids), topics=topics)


def _reading(engine: Engine) -> Connection:
    """A connection that the server lets write nothing."""
    return engine.connect().execution_options(postgresql_readonly=True)


def _count_all(
    engine: Engine, settings: Settings, taxonomy: Taxonomy, used: int, ids: Sequence[int]
) -> tuple[dict[str, _Count], set[date]]:
    counts: dict[str, _Count] = defaultdict(_Count)
    days: set[date] = set()
    steps = [ids[start : start + STEP] for start in range(0, len(ids), STEP)]
    done = 0
    progress.report(STAGE, 0, len(ids))
    with Gatherer(settings, taxonomy=taxonomy.content) as gatherer, ThreadPoolExecutor(AT_ONCE) as pool:

        def look(step: Sequence[int]) -> list[tuple[Tagged, Tagging]]:
            with _reading(engine) as db:
                articles = version_store.tagged(db, used, step, longest=MAX_TEXT)
            return list(zip(articles, gatherer.tag([(one.title, one.text) for one in articles]), strict=True))

        for looked in _in_order(pool, look, steps):
            for article, tagging in looked:
                days.add(article.day)
                _count(counts, article, {tag.topic: tag.evidence for tag in tagging.tags})
            done += len(looked)
            progress.report(STAGE, done, len(ids))
    return counts, days


def _in_order(pool: ThreadPoolExecutor, work: Callable[[S], R], tasks: Iterable[S]) -> Iterator[R]:
    """The results of `work`, with few enough under way that memory stays bounded."""
    under_way: deque[Future[R]] = deque()
    for task in tasks:
        under_way.append(pool.submit(work, task))
        if len(under_way) > AT_ONCE:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _count(counts: dict[str, _Count], article: Tagged, after: Mapping[str, tuple[Evidence, ...]]) -> None:
    for slug in article.tags:
        counts[slug].before[article.day] += 1
        if slug not in after:
            counts[slug].lost += 1
            _keep(counts[slug].lost_examples, article, article.tags[slug])
    for slug, evidence in after.items():
        counts[slug].after[article.day] += 1
        if slug not in article.tags:
            counts[slug].gained += 1
            _keep(counts[slug].gained_examples, article, evidence)


def _keep(examples: list[Example], article: Tagged, evidence: Sequence[Evidence]) -> None:
    """Add an article to the examples if it is one of the strongest; of equals, the newest stay."""
    score = score_of(evidence)
    if len(examples) == EXAMPLES and score <= examples[-1].score:
        return
    texts = {"title": article.title, "text": article.text}
    words = dict.fromkeys(texts.get(one.field, "")[one.start : one.end] for one in evidence)
    examples.append(Example(article.title, article.url, score, tuple(words)))
    examples.sort(key=lambda one: -one.score)
    del examples[EXAMPLES:]


def _topic(slug: str, title: str, count: _Count, days: Collection[date], until: date) -> TopicDiff:
    lately = [until - timedelta(days=back) for back in reversed(range(DAYS))]
    return TopicDiff(
        topic=slug,
        title=title,
        before=count.before.total(),
        after=count.after.total(),
        gained=count.gained,
        lost=count.lost,
        days_before=tuple(count.before[day] if day in days else None for day in lately),
        days_after=tuple(count.after[day] if day in days else None for day in lately),
        gained_examples=tuple(count.gained_examples),
        lost_examples=tuple(count.lost_examples),
    )
