-- Grain: one row a source, as it was at the moment asked about.
-- Reads: news.sources, news.sources_past. Read by: every view that slices.
-- The moment is looked up in a sub-select throughout, which is evaluated once for a query and not once for a row; the rows
-- of the past are not even looked at where the question is about the present.
CREATE VIEW trends.source_facts AS
SELECT id AS source_id, slug AS source, name, country, language, kind, bloc, family
FROM news.sources
WHERE facts_since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT past.source_id, sources.slug, sources.name, past.country, past.language, past.kind, past.bloc, past.family
FROM news.sources_past AS past
JOIN news.sources ON sources.id = past.source_id
WHERE (SELECT trends.as_of()) IS NOT NULL
    AND past.since <= (SELECT trends.as_of()) AND past.until > (SELECT trends.as_of());

COMMENT ON VIEW trends.source_facts IS 'Who speaks: each source with what it is counted under. One row a source.';
COMMENT ON COLUMN trends.source_facts.source_id IS 'Key into news.sources.';
COMMENT ON COLUMN trends.source_facts.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.source_facts.name IS 'Name of the source.';
COMMENT ON COLUMN trends.source_facts.country IS 'ISO 3166-1 country where it is edited; UN for the United Nations, EU for the Union, ZZ: not said.';
COMMENT ON COLUMN trends.source_facts.language IS 'ISO 639-1 language it mostly writes in.';
COMMENT ON COLUMN trends.source_facts.kind IS 'agency, newspaper, broadcaster, magazine, government, think-tank, specialist, aggregator or unknown.';
COMMENT ON COLUMN trends.source_facts.bloc IS 'For whom it speaks, as feeds.toml says.';
COMMENT ON COLUMN trends.source_facts.family IS 'Publisher family: outlets of one family are one voice.';

-- Grain: one row a stored article, as it was at the moment asked about.
-- Reads: news.articles, news.articles_past. Read by: trends.counted, trends.articles, trends.stories.
CREATE VIEW trends.article_facts AS
SELECT
    id AS article_id,
    source_id,
    coalesce(language, 'und') AS language,
    title,
    url,
    published_at,
    first_seen_at,
    day,
    coalesce(origin_id, id) AS origin_id,
    story_id,
    words,
    published_from,
    fetched_at,
    grade,
    method,
    CASE WHEN deleted_at <= coalesce((SELECT trends.as_of()), 'infinity') THEN deleted_at END AS deleted_at
FROM news.articles
WHERE state = 'stored' AND facts_since <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT
    article_id,
    source_id,
    coalesce(language, 'und'),
    title,
    url,
    published_at,
    first_seen_at,
    day,
    origin_id,
    story_id,
    words,
    NULL,
    NULL,
    NULL,
    NULL,
    NULL
FROM news.articles_past
WHERE (SELECT trends.as_of()) IS NOT NULL
    AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of());

COMMENT ON VIEW trends.article_facts IS 'What is known of each stored article, narrow: the base of all counting. One row an article.';
COMMENT ON COLUMN trends.article_facts.article_id IS 'Key of the article.';
COMMENT ON COLUMN trends.article_facts.source_id IS 'Its source.';
COMMENT ON COLUMN trends.article_facts.language IS 'ISO 639-1 language of the text; und: could not be told.';
COMMENT ON COLUMN trends.article_facts.title IS 'Its headline.';
COMMENT ON COLUMN trends.article_facts.url IS 'Its address.';
COMMENT ON COLUMN trends.article_facts.published_at IS 'When it was published, if anyone says so believably.';
COMMENT ON COLUMN trends.article_facts.first_seen_at IS 'When a feed first listed it.';
COMMENT ON COLUMN trends.article_facts.day IS 'UTC day it counts for: of publication, else of first sight.';
COMMENT ON COLUMN trends.article_facts.origin_id IS 'The first article of its group of copies; itself when it is alone.';
COMMENT ON COLUMN trends.article_facts.story_id IS 'Its story, if it is on a topic.';
COMMENT ON COLUMN trends.article_facts.words IS 'Length of its text (characters / 2 in scripts without spaces); null where it was not kept.';
COMMENT ON COLUMN trends.article_facts.published_from IS 'Who says when it was published; null, as all below, for an article that has changed since.';
COMMENT ON COLUMN trends.article_facts.fetched_at IS 'When its page was fetched.';
COMMENT ON COLUMN trends.article_facts.grade IS 'How much of it was read: full, partial or teaser.';
COMMENT ON COLUMN trends.article_facts.method IS 'How its text was found.';
COMMENT ON COLUMN trends.article_facts.deleted_at IS 'When its page was first found gone; null while it is there.';

-- Grain: one row an article that the taxonomy in use at the moment asked about has looked at.
-- Reads: news.taggings, news.taggings_past. Read by: trends.counted, trends.articles.
CREATE VIEW trends.tagging_facts AS
SELECT taxonomy_id, article_id, related, topic_ids, actor_ids, tagged_at, true AS stands
FROM news.taggings
WHERE taxonomy_id = (SELECT trends.version()) AND tagged_at <= coalesce((SELECT trends.as_of()), 'infinity')
UNION ALL
SELECT taxonomy_id, article_id, related, topic_ids, actor_ids, since, false
FROM news.taggings_past
WHERE (SELECT trends.as_of()) IS NOT NULL
    AND since <= (SELECT trends.as_of()) AND until > (SELECT trends.as_of()) AND taxonomy_id = (SELECT trends.version());

COMMENT ON VIEW trends.tagging_facts IS 'What the taxonomy says of each article. One row an article it has looked at, tagged or not.';
COMMENT ON COLUMN trends.tagging_facts.taxonomy_id IS 'Version of the taxonomy: key into news.taxonomies.';
COMMENT ON COLUMN trends.tagging_facts.article_id IS 'The article.';
COMMENT ON COLUMN trends.tagging_facts.related IS 'How close it is to the seed document, 0..1.';
COMMENT ON COLUMN trends.tagging_facts.topic_ids IS 'Its topics: keys into news.topics.';
COMMENT ON COLUMN trends.tagging_facts.actor_ids IS 'Whom it names, in order of first mention: keys into news.actors.';
COMMENT ON COLUMN trends.tagging_facts.tagged_at IS 'When this was said of it.';
COMMENT ON COLUMN trends.tagging_facts.stands IS 'Whether it is what is said today; of what was replaced, scores and evidence are not kept.';
