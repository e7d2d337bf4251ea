-- The articles that lead groups: one row a lead.
SELECT
    articles.id,
    coalesce(articles.origin_id, articles.id) AS origin_id,
    coalesce(articles.published_at, articles.first_seen_at) AS at,
    sources.family,
    coalesce(articles.words, 0) AS words
FROM news.articles
JOIN news.sources ON sources.id = articles.source_id
WHERE articles.id = ANY(CAST(:ids AS bigint[]))
