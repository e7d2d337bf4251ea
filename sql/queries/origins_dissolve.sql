-- Forgets groups of copies, and whom these articles, which are no copies now, were recognised by.
WITH unlinked AS (
    DELETE FROM news.copies WHERE article_id = ANY(CAST(:ids AS bigint[]))
)
DELETE FROM news.origins WHERE id = ANY(CAST(:heads AS bigint[]))
