-- Every day that has articles, or counts that may be out of date, for one of these taxonomies (0: coverage).
SELECT day FROM news.articles WHERE state = 'stored'
UNION
SELECT day FROM news.cube WHERE taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
UNION
SELECT starts_on FROM news.counts WHERE grain = 'day' AND taxonomy_id = ANY(CAST(:taxonomies AS integer[]))
ORDER BY day
