-- Notes that no test holds any more, of any day.
INSERT INTO news.dirty_tests (day)
SELECT day FROM news.source_days
UNION
SELECT day FROM news.tests
ON CONFLICT (day) DO NOTHING
