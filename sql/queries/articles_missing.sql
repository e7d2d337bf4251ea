-- Marks articles as deleted by their publisher (an instant), or as there again (null).
UPDATE news.articles SET deleted_at = mark.deleted_at
FROM unnest(CAST(:ids AS bigint[]), CAST(:at AS timestamptz[])) AS mark (article_id, deleted_at)
WHERE articles.id = mark.article_id
