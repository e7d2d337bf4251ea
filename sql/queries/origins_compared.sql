-- Notes that copies of these articles were looked for.
UPDATE news.articles SET compared_at = :now, origin_id = coalesce(origin_id, id) WHERE id = ANY(CAST(:ids AS bigint[]))
