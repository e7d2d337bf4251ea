-- Counts the tags of one taxonomy on these days: by topic, day, source and language.
INSERT INTO news.topic_cube (taxonomy_id, topic_id, day, source_id, language, articles, origins)
SELECT
    tags.taxonomy_id,
    tags.topic_id,
    articles.day,
    articles.source_id,
    coalesce(articles.language, 'und'),
    count(*),
    array_agg(DISTINCT coalesce(articles.origin_id, articles.id) ORDER BY coalesce(articles.origin_id, articles.id))
FROM news.articles
JOIN news.tags ON tags.taxonomy_id = :taxonomy AND tags.article_id = articles.id
WHERE articles.state = 'stored' AND articles.day = ANY(CAST(:days AS date[]))
GROUP BY 1, 2, 3, 4, 5
