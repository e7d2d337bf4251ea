-- Notes in which of the 26 whole weeks that shifts are found in these days are: what was found no longer holds.
-- What is noted already is held on to, as in tests_mark.sql.
INSERT INTO news.dirty_shifts (week)
SELECT DISTINCT date_trunc('week', changed.day)::date
FROM unnest(CAST(:days AS date[])) AS changed (day)
WHERE changed.day < date_trunc('week', trends.today())::date AND changed.day >= date_trunc('week', trends.today())::date - 182
ORDER BY 1
ON CONFLICT (week) DO UPDATE SET week = excluded.week
