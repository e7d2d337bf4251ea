-- Forgets what one taxonomy version said of these articles.
DELETE FROM news.tags WHERE taxonomy_id = :taxonomy AND article_id = ANY(CAST(:ids AS bigint[]))
