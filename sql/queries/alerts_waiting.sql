-- The next open alert that nobody has been told of and no other run is telling of; it stays locked.
SELECT id
FROM news.alerts
WHERE emitted_at IS NULL AND state = 'open'
ORDER BY id
LIMIT 1
FOR UPDATE SKIP LOCKED
