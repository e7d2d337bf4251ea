-- Has the copies of these articles looked for again.
UPDATE news.articles SET compared_at = NULL, grouped_at = NULL WHERE state = 'stored' AND id = ANY(CAST(:ids AS bigint[]))
