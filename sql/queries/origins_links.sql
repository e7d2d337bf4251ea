-- Who was recognised by whom in these groups.
SELECT
    copies.article_id, copies.of_article_id, copies.kind, copies.jaccard, copies.containment,
    articles.origin_id
FROM news.copies
JOIN news.articles ON articles.id = copies.article_id
WHERE articles.origin_id = ANY(CAST(:heads AS bigint[]))
ORDER BY copies.article_id
