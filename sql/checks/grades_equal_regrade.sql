-- Grades of source days against grading them from scratch; sources with a day that waits for a roll-up, and days since the
-- last roll-up, are left out.
-- Returns what differs: source, day, what is kept and what grading gives.
WITH last AS (
    SELECT max(day) AS day FROM news.source_days
)
SELECT source_id, day, kept.grade AS kept, graded.grade AS graded, kept.expected AS kept_expected, graded.expected
FROM news.source_days AS kept
FULL JOIN (SELECT * FROM trends.grade_days('-infinity', (SELECT day FROM last))) AS graded USING (source_id, day)
WHERE (kept.articles, kept.expected, kept.grade) IS DISTINCT FROM (graded.articles, graded.expected, graded.grade)
    AND day <= (SELECT day FROM last) - 8
    AND NOT EXISTS (
        SELECT FROM news.dirty_days
        WHERE dirty_days.source_id IS NULL OR dirty_days.source_id = coalesce(kept.source_id, graded.source_id)
    )
