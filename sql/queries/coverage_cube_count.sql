-- Counts the coverage of these days: by day, source and language.
INSERT INTO news.coverage_cube (day, source_id, language, articles, origins)
SELECT
    day,
    source_id,
    coalesce(language, 'und'),
    count(*),
    array_agg(DISTINCT coalesce(origin_id, id) ORDER BY coalesce(origin_id, id))
FROM news.articles
WHERE state = 'stored' AND day = ANY(CAST(:days AS date[]))
GROUP BY 1, 2, 3
