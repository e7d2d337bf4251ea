-- origins_join
-- Puts each article into the group of its lead; their story is open again. Returns the articles that moved.
UPDATE news.articles SET
    origin_id = pair.lead_id,
    grouped_at = NULL
FROM unnest(CAST(:ids AS bigint[]), CAST(:leads AS bigint[])) AS pair (article_id, lead_id)
WHERE articles.id = pair.article_id AND articles.origin_id IS DISTINCT FROM pair.lead_id
RETURNING articles.id, articles.day
