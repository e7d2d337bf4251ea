-- Forgets the bands of articles that are about to get new ones.
DELETE FROM news.bands WHERE article_id = ANY(CAST(:ids AS bigint[]))
