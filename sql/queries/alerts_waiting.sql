-- The next open alert after :after (an id) that nobody has been told of and no other run is telling of; it stays locked.
SELECT id
FROM news.alerts
WHERE emitted_at IS NULL AND state = 'open' AND id > :after
ORDER BY id
LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED
