-- Texts to compare; of a very long one the beginning.
SELECT article_id, left(text, 60000) AS text
FROM news.texts
WHERE article_id = ANY(CAST(:ids AS bigint[]))
