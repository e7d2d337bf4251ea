-- Notes that no test holds any more, of any day. What is noted already is held on to, as in tests_mark.sql.
INSERT INTO news.dirty_tests (day)
SELECT day FROM news.source_days
UNION
SELECT day FROM news.tests
ON CONFLICT (day) DO UPDATE SET day = excluded.day
