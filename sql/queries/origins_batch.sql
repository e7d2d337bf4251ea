-- Stored articles whose copies were not looked for yet, earliest first: one row an article with its group.
SELECT
    articles.id,
    coalesce(articles.origin_id, articles.id) AS origin_id,
    coalesce(articles.published_at, articles.first_seen_at) AS at,
    sources.family,
    coalesce(articles.words, 0) AS words
FROM news.articles
JOIN news.sources ON sources.id = articles.source_id
WHERE state = 'stored' AND grouped_at IS NULL AND compared_at IS NULL
ORDER BY at, articles.id
LIMIT :limit
