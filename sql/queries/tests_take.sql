-- Takes the newest days that wait to be tested, at most :most of them.
DELETE FROM news.dirty_tests
WHERE day IN (SELECT day FROM news.dirty_tests ORDER BY day DESC LIMIT :most)
RETURNING day
