-- origins_leading
-- Those of some articles that lead a group of copies.
SELECT id FROM news.origins WHERE id = ANY(CAST(:ids AS bigint[]))
