-- Which of these articles the run still looks at, with the topics they have by a taxonomy version; the looks and the
-- articles are locked until the transaction ends.
SELECT
    looks.article_id,
    articles.source_id,
    articles.state,
    ARRAY(
        SELECT tags.topic_id FROM news.tags
        WHERE tags.taxonomy_id = :taxonomy AND tags.article_id = looks.article_id
        ORDER BY tags.topic_id
    ) AS topic_ids
FROM news.looks
JOIN news.articles ON articles.id = looks.article_id
WHERE looks.article_id = ANY(CAST(:ids AS bigint[])) AND looks.claimed_by = :run
ORDER BY looks.article_id
FOR UPDATE
