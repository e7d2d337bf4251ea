-- The days on which these articles count.
SELECT DISTINCT day FROM news.articles WHERE id = ANY(CAST(:ids AS bigint[]))
