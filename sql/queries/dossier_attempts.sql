-- Every try at an article, the first one first.
SELECT attempts.run_id, attempts.claimed_at AS at, coalesce(attempts.outcome, 'in work') AS outcome, attempts.reason, attempts.status, attempts.elapsed_ms
FROM news.attempts
WHERE attempts.article_id = :article
ORDER BY attempts.claimed_at, attempts.run_id
