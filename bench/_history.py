"""A synthetic history in a real database: 300 sources over three years, with weekdays, copies, stories, topics, actors.

Made by the database itself from a seeded random generator, with triggers off, as by an import; nothing is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Engine

TAXONOMY = 1
SOURCES, DAYS, TOPICS, ACTORS, TAGS = 300, 1_096, 18, 22, 3.0
LAST_DAY = date(2026, 11, 26)
"""The last day that is over."""
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
"""The moment at which questions are asked."""
COUNTED_AT = NOW - timedelta(hours=2)
"""The moment at which everything was counted."""
BLOCS = (
    "western", "western-state", "china-state", "russia-state", "rok", "japan", "dprk-state", "ukraine", "asia-pacific",
    "gulf",
)  # fmt: skip
TABLES = ("sources", "feeds", "articles", "taggings", "tags", "taxonomies")


@dataclass(frozen=True, slots=True)
class History:
    """What was made."""

    articles: int
    tags: int
    first_day: date
    last_day: date


def make(engine: Engine, *, articles: int) -> History:
    """About so many articles up to the UTC day `LAST_DAY`, and three times as many tags."""
    first = LAST_DAY - timedelta(days=DAYS - 1)
    values = {"first": first, "days": DAYS, "sources": SOURCES, "rate": articles / DAYS / SOURCES, "tags": TAGS}
    with engine.begin() as db:
        db.execute(sa.text("SELECT setseed(0.42)"))
        _triggers(db, "DISABLE")
        for statement in _STATEMENTS:
            db.execute(sa.text(statement), {name: value for name, value in values.items() if f":{name}" in statement})
        _triggers(db, "ENABLE")
        db.execute(
            sa.text("INSERT INTO news.taxonomy_uses (taxonomy_id, since) SELECT id, made_at FROM news.taxonomies")
        )
        made = db.execute(sa.text("SELECT count(*) FROM news.articles")).scalar_one()
        tags = db.execute(sa.text("SELECT count(*) FROM news.tags")).scalar_one()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        db.execute(sa.text("VACUUM ANALYZE"))
    return History(made, tags, first, LAST_DAY)


def _triggers(db: sa.Connection, what: str) -> None:
    for table in TABLES:
        db.execute(sa.text(f"ALTER TABLE news.{table} {what} TRIGGER USER"))


_BLOC = "(ARRAY['" + "', '".join(BLOCS) + "'])[1 + (number * 7) % " + str(len(BLOCS)) + "]"
_STATEMENTS = (
    f"""
    INSERT INTO news.sources (slug, name, country, language, kind, bloc, family, facts_since)
    SELECT
        'source-' || number, 'Source ' || number, 'A' || chr(65 + number % 26),
        (ARRAY['en', 'zh', 'ko', 'ja', 'ru', 'de', 'fr', 'es', 'pt', 'it', 'ar'])[1 + number % 11],
        (ARRAY['agency', 'newspaper', 'broadcaster', 'magazine', 'government', 'think-tank'])[1 + number % 6],
        {_BLOC}, 'family-' || number % 220, CAST(:first AS date) - 30
    FROM generate_series(1, :sources) AS number
    """,
    """
    INSERT INTO news.feeds (source_id, url, watched_since, state)
    SELECT id, 'https://' || slug || '.example/feed.xml', CAST(:first AS date) - 30, 'ok' FROM news.sources
    """,
    """
    INSERT INTO news.feed_days (feed_id, day, polls, failed, listed, new)
    SELECT feeds.id, day::date, 24, (random() < 0.02)::int, 240, 3
    FROM news.feeds
    CROSS JOIN generate_series(CAST(:first AS date), CAST(:first AS date) + :days - 1, interval '1 day') AS day
    """,
    """
    INSERT INTO news.taxonomies (name, digest, content, made_at, is_current, revision)
    VALUES ('bench', decode(md5('bench'), 'hex'), '', CAST(:first AS date) - 30, true, 1)
    """,
    f"INSERT INTO news.topics (slug) SELECT 'topic-' || number FROM generate_series(1, {TOPICS}) AS number",
    f"INSERT INTO news.actors (slug, name) SELECT 'actor-' || n, 'Actor ' || n FROM generate_series(1, {ACTORS}) AS n",
    """
    INSERT INTO news.taxonomy_topics (taxonomy_id, topic_id, title, position)
    SELECT taxonomies.id, topics.id, topics.slug, topics.id - 1 FROM news.taxonomies CROSS JOIN news.topics
    """,
    # A few sources write most: rates fall off with the number, about the mean; less on Saturdays and Sundays.
    """
    INSERT INTO news.articles (
        source_id, feed_id, discovered_by, state, url, title, language, grade, published_at, published_from,
        first_seen_at, fetched_at, words, compared_at, grouped_at, facts_since
    )
    SELECT
        sources.id, feeds.id, 1, 'stored', 'https://' || slug || '.example/' || day::date || '/' || item,
        'Headline ' || item, sources.language, 'full', at, 'page', at + interval '20 minutes',
        at + interval '25 minutes', 100 + (random() * 900)::int, at + interval '30 minutes', at + interval '30 minutes',
        at + interval '25 minutes'
    FROM news.sources
    JOIN news.feeds ON feeds.source_id = sources.id
    CROSS JOIN generate_series(CAST(:first AS date), CAST(:first AS date) + :days - 1, interval '1 day') AS day
    CROSS JOIN LATERAL (
        SELECT :rate * (0.43 + 96.0 / (60 + sources.id))
            * CASE extract(isodow FROM day) WHEN 6 THEN 0.7 WHEN 7 THEN 0.6 ELSE 1.14 END AS rate
    ) AS of_day
    CROSS JOIN LATERAL generate_series(1, floor(of_day.rate * (0.6 + 0.8 * random()) + random())::int) AS item
    CROSS JOIN LATERAL (
        SELECT (day AT TIME ZONE 'UTC') + random() * interval '23 hours' + item * interval '1 second' AS at
    ) AS moment
    """,
    # One in ten is a copy of another article of its day.
    """
    UPDATE news.articles
    SET origin_id = CASE WHEN id % 10 = 0 THEN greatest(id - 1 - (random() * 200)::int, 1) ELSE id END
    """,
    # Popular topics and rare ones: their chances fall off, and add up to the tags an article has on average.
    f"""
    INSERT INTO news.taggings (taxonomy_id, article_id, related, topic_ids, actor_ids, tagged_at)
    SELECT
        taxonomies.id, articles.id, 0.5,
        ARRAY(
            SELECT topics.id FROM news.topics
            WHERE random() < :tags * (1.0 / (3 + topics.id)) / (SELECT sum(1.0 / (3 + id)) FROM news.topics)
                AND articles.id > 0
            ORDER BY topics.id
        ),
        ARRAY(SELECT actors.id FROM news.actors WHERE random() < 2.0 / {ACTORS} AND articles.id > 0 ORDER BY actors.id),
        articles.facts_since
    FROM news.articles CROSS JOIN news.taxonomies
    """,
    """
    INSERT INTO news.tags (taxonomy_id, article_id, topic_id, score, evidence)
    SELECT taxonomy_id, article_id, topic_id, 0.6321, '[["Russia*", "russia", "title", 0, 6, 1.0]]'
    FROM news.taggings CROSS JOIN LATERAL unnest(topic_ids) AS topic_id
    """,
    # Stories: what is on one topic within two days, in parts of about eight.
    """
    INSERT INTO news.stories (title, first_article_id, started_at, last_at, members, features)
    SELECT 'Story', min(id), min(published_at), max(published_at), count(*), '{}'
    FROM (
        SELECT articles.id, articles.published_at, topic_ids[1] AS topic, articles.day - date '2000-01-01' AS number
        FROM news.articles JOIN news.taggings ON article_id = articles.id WHERE cardinality(topic_ids) > 0
    ) AS on_topic
    GROUP BY topic, number / 2, id % 12
    """,
    """
    UPDATE news.articles SET story_id = stories.id
    FROM (
        SELECT articles.id, first_value(articles.id) OVER (
            PARTITION BY topic_ids[1], (articles.day - date '2000-01-01') / 2, articles.id % 12 ORDER BY articles.id
        ) AS first_article_id
        FROM news.articles JOIN news.taggings ON article_id = articles.id WHERE cardinality(topic_ids) > 0
    ) AS placed
    JOIN news.stories ON stories.first_article_id = placed.first_article_id
    WHERE articles.id = placed.id
    """,
    # Copies, as they are kept; looks at articles and what they saw; findings.
    """
    INSERT INTO news.copies (article_id, of_article_id, kind, jaccard, containment, found_at)
    SELECT id, origin_id, (ARRAY['exact', 'edited', 'spun'])[1 + id % 3], 0.9, 0.95, compared_at
    FROM news.articles WHERE origin_id <> id
    """,
    """
    INSERT INTO news.origins (id, members, first_published_at, updated_at)
    SELECT origin_id, count(*), min(published_at), max(compared_at)
    FROM news.articles GROUP BY origin_id HAVING count(*) > 1
    """,
    """
    INSERT INTO news.look_days (source_id, day, outcome, looks)
    SELECT source_id, day, outcome, count(*) * many
    FROM news.articles CROSS JOIN (VALUES ('unchanged', 2), ('revised', 1)) AS looked (outcome, many)
    GROUP BY source_id, day, outcome, many
    """,
    """
    INSERT INTO news.revisions (
        article_id, number, source_id, run_id, kind, seen_at, title, new_title, text, words, new_words,
        headline_changed, sentences_added, sentences_removed, taxonomy_id, topics_gained, topics_lost
    )
    SELECT
        id, 1, source_id, 1, 'edit', first_seen_at + interval '1 day', title, title || ' again',
        repeat('A sentence. ', 100), words, words + 3, id % 2 = 0, 1, 0, 1, '{}', '{}'
    FROM news.articles WHERE id % 50 = 0
    """,
    """
    INSERT INTO news.alerts (
        kind, topic_id, slice_kind, slice, starts_on, ends_on, days, observed, expected, p, q, grade, completeness,
        article_ids, headlines, taxonomy_id, made_at, emitted_at
    )
    SELECT
        (ARRAY['burst', 'drop', 'silence'])[1 + topics.id % 3], topics.id, 'all', '', day, day, 1, 20, 8, 0.0001, 0.01,
        'ok', 1,
        ARRAY(SELECT generate_series(1, 20)), '[{"article_id": 1, "title": "Headline"}]', 1, day + interval '1 day',
        day + interval '1 day'
    FROM generate_series(CAST(:first AS date), CAST(:first AS date) + :days - 1, interval '1 day') AS day
    JOIN news.topics ON extract(day FROM day)::int % 6 = topics.id % 6
    """,
)
