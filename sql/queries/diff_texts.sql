-- Articles with at most :longest characters of their text, and their tags by one taxonomy version: evidence by topic.
SELECT
    articles.id,
    articles.day,
    articles.url,
    articles.title,
    coalesce(left(texts.text, :longest), '') AS text,
    (
        SELECT coalesce(jsonb_object_agg(topics.slug, tags.evidence), '{}')
        FROM news.tags
        JOIN news.topics ON topics.id = tags.topic_id
        WHERE tags.taxonomy_id = :taxonomy AND tags.article_id = articles.id
    ) AS tags
FROM news.articles
LEFT JOIN news.texts ON texts.article_id = articles.id
WHERE articles.id = ANY(CAST(:ids AS bigint[])) AND articles.state = 'stored'
ORDER BY articles.id DESC
