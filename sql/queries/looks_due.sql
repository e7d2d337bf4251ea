-- Stored articles to look at again that nobody looks at and the run has not tried yet, the longest waiting first.
SELECT looks.article_id AS id, articles.url
FROM news.looks
JOIN news.articles ON articles.id = looks.article_id
WHERE looks.due_at <= :now
    AND looks.claimed_by IS NULL
    AND articles.state = 'stored'
    AND NOT EXISTS (
        SELECT FROM news.attempts WHERE attempts.article_id = looks.article_id AND attempts.run_id = :run
    )
ORDER BY looks.due_at, looks.article_id
LIMIT :limit
