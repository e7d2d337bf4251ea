-- Notes that the tests of these days, and of the 56 that look back on each, no longer hold. What is noted already is held on
-- to: else it could be taken, and the day tested, before what changed it can be seen.
INSERT INTO news.dirty_tests (day)
SELECT DISTINCT reach.day::date
FROM unnest(CAST(:days AS date[])) AS changed (day)
CROSS JOIN LATERAL generate_series(changed.day, least(changed.day + 56, trends.today() - 1), interval '1 day') AS reach (day)
ORDER BY 1
ON CONFLICT (day) DO UPDATE SET day = excluded.day
