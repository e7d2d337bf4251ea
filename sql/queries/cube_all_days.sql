-- Every day that has articles, or counts that may be out of date.
SELECT day FROM news.articles WHERE state = 'stored'
UNION
SELECT day FROM news.coverage_totals
UNION
SELECT day FROM news.topic_totals WHERE taxonomy_id = :taxonomy
ORDER BY day
