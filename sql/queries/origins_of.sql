-- The groups of copies that these articles belong to.
SELECT DISTINCT origins.id
FROM news.articles
JOIN news.origins ON origins.id = articles.origin_id
WHERE articles.id = ANY(CAST(:ids AS bigint[]))
