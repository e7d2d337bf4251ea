-- Grain: one row a stored article, as it was at the moment asked about.
-- Reads: news.articles, news.taggings, news.sources, news.copies, news.revisions; for the past trends.article_facts,
-- news.taggings_past, trends.source_facts, trends.topics, news.actors. Read by: analysts, sql/queries/topic_voices.sql.
-- What was said is looked up once for each article, in lists that are kept; what has been replaced since an earlier moment is
-- put together, in the order of the taxonomy, as its scores are not kept. DISTINCT ON keeps it a look-up (a join of all with
-- all looks cheaper to the planner than 80,000 of them, and takes three times as long) and says that there is one row at most:
-- where none of its columns is asked for nothing is looked up.
-- That sources come first is said as well, or they are compared one by one with what a condition on topics leaves.
CREATE VIEW trends.articles AS
SELECT
    facts.id AS article_id,
    facts.day,
    facts.url,
    facts.title,
    sources.slug AS source,
    sources.name AS source_name,
    sources.country,
    sources.kind,
    sources.bloc,
    sources.family,
    coalesce(facts.language, 'und') AS language,
    facts.published_at,
    facts.published_from,
    facts.first_seen_at,
    facts.fetched_at,
    said.tagged_at,
    facts.grade,
    facts.method,
    facts.words,
    said.related,
    coalesce(said.topics, '{}') AS topics,
    coalesce(said.actors, '{}') AS actors,
    coalesce(facts.origin_id, facts.id) AS origin_id,
    copies.kind AS copy_kind,
    copies.of_article_id AS copy_of,
    facts.story_id,
    (
        SELECT count(*) FROM news.revisions
        WHERE revisions.article_id = facts.id AND revisions.kind = 'edit'
    ) AS edits,
    facts.deleted_at
FROM news.articles AS facts
JOIN news.sources ON sources.id = facts.source_id
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (article_id) article_id, tagged_at, related, topics, actors
    FROM news.taggings
    WHERE taxonomy_id = (SELECT trends.version()) AND article_id = facts.id
) AS said ON said.article_id = facts.id AND sources.id = facts.source_id
LEFT JOIN news.copies ON copies.article_id = facts.id
WHERE (SELECT trends.as_of()) IS NULL AND facts.state = 'stored'
UNION ALL
SELECT
    facts.article_id,
    facts.day,
    facts.url,
    facts.title,
    sources.source,
    sources.name,
    sources.country,
    sources.kind,
    sources.bloc,
    sources.family,
    facts.language,
    facts.published_at,
    facts.published_from,
    facts.first_seen_at,
    facts.fetched_at,
    coalesce(said.tagged_at, earlier.tagged_at),
    facts.grade,
    facts.method,
    facts.words,
    coalesce(said.related, earlier.related),
    coalesce(said.topics, earlier.topics, '{}'),
    coalesce(said.actors, earlier.actors, '{}'),
    facts.origin_id,
    copies.kind,
    copies.of_article_id,
    facts.story_id,
    (
        SELECT count(*) FROM news.revisions
        WHERE revisions.article_id = facts.article_id AND revisions.kind = 'edit'
            AND revisions.seen_at <= (SELECT trends.as_of())
    ),
    facts.deleted_at
FROM trends.article_facts AS facts
JOIN trends.source_facts AS sources ON sources.source_id = facts.source_id
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (article_id) article_id, tagged_at, related, topics, actors
    FROM news.taggings
    WHERE taxonomy_id = (SELECT trends.version()) AND article_id = facts.article_id AND tagged_at <= (SELECT trends.as_of())
) AS said ON said.article_id = facts.article_id
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (past.article_id)
        past.article_id,
        past.since AS tagged_at,
        past.related,
        ARRAY(
            SELECT topics.topic FROM trends.topics WHERE topics.topic_id = ANY(past.topic_ids) ORDER BY topics.position
        ) AS topics,
        ARRAY(
            SELECT actors.slug
            FROM unnest(past.actor_ids) WITH ORDINALITY AS named (actor_id, place)
            JOIN news.actors ON actors.id = named.actor_id
            ORDER BY named.place
        ) AS actors
    FROM news.taggings_past AS past
    WHERE past.taxonomy_id = (SELECT trends.version()) AND past.article_id = facts.article_id
        AND past.since <= (SELECT trends.as_of()) AND past.until > (SELECT trends.as_of())
) AS earlier ON earlier.article_id = facts.article_id
LEFT JOIN news.copies ON copies.article_id = facts.article_id AND copies.found_at <= (SELECT trends.as_of())
WHERE (SELECT trends.as_of()) IS NOT NULL;

COMMENT ON VIEW trends.articles IS 'Every stored article with what is known of it; its text is in news.texts. Of an article that has changed since the moment asked about, some is not kept and null. One row an article.';
COMMENT ON COLUMN trends.articles.article_id IS 'Key into news.articles, news.texts and the other views.';
COMMENT ON COLUMN trends.articles.day IS 'The UTC day it counts on: of publication, or of first sight where no date was believable.';
COMMENT ON COLUMN trends.articles.url IS 'Address as first announced.';
COMMENT ON COLUMN trends.articles.title IS 'Headline.';
COMMENT ON COLUMN trends.articles.source IS 'Slug of the source.';
COMMENT ON COLUMN trends.articles.source_name IS 'Name of the source.';
COMMENT ON COLUMN trends.articles.country IS 'ISO 3166-1 country of the source.';
COMMENT ON COLUMN trends.articles.kind IS 'agency, newspaper, broadcaster, magazine, government, think-tank, specialist, aggregator or unknown.';
COMMENT ON COLUMN trends.articles.bloc IS 'For whom the source speaks, as feeds.toml says.';
COMMENT ON COLUMN trends.articles.family IS 'Publisher family of the source.';
COMMENT ON COLUMN trends.articles.language IS 'ISO 639-1 language of the text; und: could not be told.';
COMMENT ON COLUMN trends.articles.published_at IS 'When it was published, as far as anyone says so believably; else null.';
COMMENT ON COLUMN trends.articles.published_from IS 'Who says so: page, feed, sitemap or url.';
COMMENT ON COLUMN trends.articles.first_seen_at IS 'When a feed first listed it to us.';
COMMENT ON COLUMN trends.articles.fetched_at IS 'When its page was fetched.';
COMMENT ON COLUMN trends.articles.tagged_at IS 'When it was tagged by the current taxonomy; null: not yet.';
COMMENT ON COLUMN trends.articles.grade IS 'How much of the article the text holds: full, partial or teaser.';
COMMENT ON COLUMN trends.articles.method IS 'Which extractor gave the text.';
COMMENT ON COLUMN trends.articles.words IS 'Length of the text (characters / 2 in scripts without spaces).';
COMMENT ON COLUMN trends.articles.related IS 'How close it is to the seed document''s subject, 0..1.';
COMMENT ON COLUMN trends.articles.topics IS 'Slugs of its topics by the current taxonomy, strongest first.';
COMMENT ON COLUMN trends.articles.actors IS 'Slugs of the actors it names, in order of first mention.';
COMMENT ON COLUMN trends.articles.origin_id IS 'The first article of its group of copies; its own id when it is no copy and has none.';
COMMENT ON COLUMN trends.articles.copy_kind IS 'exact, edited or spun, when it is a copy; else null.';
COMMENT ON COLUMN trends.articles.copy_of IS 'The article it was recognised as a copy of.';
COMMENT ON COLUMN trends.articles.story_id IS 'The story it belongs to; null: none.';
COMMENT ON COLUMN trends.articles.edits IS 'How often its publisher was seen to change it since; trends.revisions has what.';
COMMENT ON COLUMN trends.articles.deleted_at IS 'When its page was first found gone; it still counts. Null while it is there.';
