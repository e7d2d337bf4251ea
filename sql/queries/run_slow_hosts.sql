-- The slowest hosts of a run: host, pages, median milliseconds.
SELECT
    substring(articles.url FROM '^https?://([^/]+)') AS host,
    count(*) AS pages,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY attempts.elapsed_ms) AS median_ms
FROM news.attempts
JOIN news.articles ON articles.id = attempts.article_id
WHERE attempts.run_id = :run AND attempts.elapsed_ms > 0
GROUP BY host
ORDER BY median_ms DESC, host
LIMIT 10
