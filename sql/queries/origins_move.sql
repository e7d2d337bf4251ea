-- Puts the members of some groups under one lead; their story is open again. Returns the articles that moved.
UPDATE news.articles SET
    origin_id = :lead,
    grouped_at = NULL
WHERE origin_id IS DISTINCT FROM :lead
    AND (id = :lead OR id = ANY(CAST(:others AS bigint[])) OR origin_id = ANY(CAST(:others AS bigint[])))
RETURNING id, day
