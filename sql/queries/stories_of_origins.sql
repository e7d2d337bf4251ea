-- The story of each of these origins, where it has one; a decided member speaks before an open one.
SELECT DISTINCT ON (origin_id) origin_id, story_id
FROM news.articles
WHERE origin_id = ANY(CAST(:origins AS bigint[])) AND story_id IS NOT NULL
ORDER BY origin_id, grouped_at IS NULL, story_id
