-- Unclaimed articles whose time has come and that the run has not tried yet, the longest waiting first.
SELECT id, url FROM news.articles
WHERE due_at <= :now
    AND claimed_by IS NULL
    AND NOT EXISTS (SELECT FROM news.attempts WHERE attempts.article_id = articles.id AND attempts.run_id = :run)
ORDER BY due_at, id
LIMIT :limit
