-- Which of these addresses belong to an article already: one row a known key.
SELECT addresses.url_key, addresses.article_id, articles.discovered_by
FROM news.addresses
JOIN news.articles ON articles.id = addresses.article_id
WHERE addresses.url_key = ANY(CAST(:keys AS bytea[]))
