-- Notes that no shift holds any more. What is noted already is held on to, as in tests_mark.sql.
INSERT INTO news.dirty_shifts (week)
SELECT date_trunc('week', trends.today())::date - 7
ON CONFLICT (week) DO UPDATE SET week = excluded.week
