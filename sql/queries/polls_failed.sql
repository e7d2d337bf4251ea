-- Why polls of a run failed: reason, polls.
SELECT reason, count(*) AS polls FROM news.polls
WHERE run_id = :run AND outcome = 'failed'
GROUP BY reason
ORDER BY polls DESC, reason
