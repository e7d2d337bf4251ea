-- Which of these articles the run still holds, locked until the transaction ends.
SELECT id FROM news.articles
WHERE id = ANY(CAST(:ids AS bigint[])) AND claimed_by = :run
ORDER BY id
FOR UPDATE
