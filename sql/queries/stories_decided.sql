-- Notes that the story of these articles is decided.
UPDATE news.articles SET grouped_at = :now WHERE id = ANY(CAST(:ids AS bigint[]))
