-- The stories with an article of these days, each once.
SELECT DISTINCT story_id FROM news.articles WHERE story_id IS NOT NULL AND state = 'stored' AND day = ANY(CAST(:days AS date[]))
