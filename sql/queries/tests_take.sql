-- Takes the newest days that wait to be tested, at most :most of them, but none that a roll-up notes that is not over.
DELETE FROM news.dirty_tests
WHERE day = ANY(ARRAY(SELECT day FROM news.dirty_tests ORDER BY day DESC LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING day
