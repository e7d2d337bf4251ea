-- Recent articles of a span of time, whatever their subject, to learn from how rare words and names are.
SELECT
    articles.id,
    articles.id AS origin_id,
    articles.story_id,
    articles.first_seen_at AS at,
    coalesce(articles.language, 'und') AS language,
    articles.title,
    coalesce(left(texts.text, 1000), '') AS lead,
    ARRAY(
        SELECT topics.slug FROM news.tags
        JOIN news.topics ON topics.id = tags.topic_id
        WHERE tags.article_id = articles.id AND tags.taxonomy_id = taxonomies.id
    ) AS topics,
    ARRAY(
        SELECT actors.slug FROM news.taggings
        JOIN news.actors ON actors.id = ANY(taggings.actor_ids)
        WHERE taggings.article_id = articles.id AND taggings.taxonomy_id = taxonomies.id
    ) AS actors,
    ARRAY(
        SELECT DISTINCT match ->> 1
        FROM news.tags CROSS JOIN LATERAL jsonb_array_elements(tags.evidence) AS match
        WHERE tags.article_id = articles.id AND tags.taxonomy_id = taxonomies.id AND match ->> 2 = 'title'
            AND (match ->> 5)::float8 >= 0.8 -- what the headline says, not whom it mentions
    ) AS headline
FROM (
    SELECT id, story_id, first_seen_at, language, title
    FROM news.articles
    WHERE state = 'stored'
        AND day BETWEEN (CAST(:since AS timestamptz) AT TIME ZONE 'UTC')::date AND (CAST(:until AS timestamptz) AT TIME ZONE 'UTC')::date
    ORDER BY id DESC
    LIMIT :limit
) AS articles
LEFT JOIN news.texts ON texts.article_id = articles.id
LEFT JOIN news.taxonomies ON taxonomies.is_current
