-- The members of some groups of copies: one row a member.
SELECT
    articles.id,
    articles.origin_id,
    coalesce(articles.published_at, articles.first_seen_at) AS at,
    sources.family,
    coalesce(articles.words, 0) AS words
FROM news.articles
JOIN news.sources ON sources.id = articles.source_id
WHERE articles.origin_id = ANY(CAST(:heads AS bigint[])) AND articles.state = 'stored'
