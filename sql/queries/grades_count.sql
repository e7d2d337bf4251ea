-- Grades the days of sources anew, from one day to another; returns the days on which a grade or what it rests on changed.
WITH graded AS MATERIALIZED (
    SELECT * FROM trends.grade_days(CAST(:since AS date), CAST(:until AS date), CAST(:sources AS integer[]))
), gone AS (
    DELETE FROM news.source_days AS kept
    WHERE kept.day >= CAST(:since AS date) AND kept.day <= CAST(:until AS date)
        AND (CAST(:sources AS integer[]) IS NULL OR kept.source_id = ANY(CAST(:sources AS integer[])))
        AND NOT EXISTS (SELECT FROM graded WHERE graded.source_id = kept.source_id AND graded.day = kept.day)
    RETURNING kept.day
), written AS (
    INSERT INTO news.source_days AS kept (source_id, day, articles, expected, dispersion, polls, failed, grade, reason)
    SELECT graded.source_id, graded.day, graded.articles, graded.expected, graded.dispersion, graded.polls, graded.failed,
        graded.grade, graded.reason
    FROM graded
    LEFT JOIN news.source_days AS same ON same.source_id = graded.source_id AND same.day = graded.day
    WHERE (same.articles, same.expected, same.dispersion, same.polls, same.failed, same.grade, same.reason)
        IS DISTINCT FROM
        (graded.articles, graded.expected, graded.dispersion, graded.polls, graded.failed, graded.grade, graded.reason)
    ON CONFLICT (source_id, day) DO UPDATE SET
        articles = excluded.articles, expected = excluded.expected, dispersion = excluded.dispersion,
        polls = excluded.polls, failed = excluded.failed, grade = excluded.grade, reason = excluded.reason, since = news.clock()
    RETURNING kept.day
)
SELECT day FROM gone
UNION
SELECT day FROM written
ORDER BY day
