-- Makes articles of rejected pages; what else is known of them `articles_reread` adds.
UPDATE news.articles SET state = 'stored', reason = '', due_at = NULL, origin_id = id
WHERE id = ANY(CAST(:ids AS bigint[]))
