-- Grades the days of sources anew, from one day to another; returns the days on which a grade or what it rests on changed, and
-- the sources of which it was a grade, or what is expected. What becomes comparable by it, or is no longer, is noted for
-- counts_follow.sql, if wanted.
WITH graded AS MATERIALIZED (
    SELECT * FROM trends.grade_days(CAST(:since AS date), CAST(:until AS date), CAST(:sources AS integer[]))
), gone AS (
    DELETE FROM news.source_days AS kept
    WHERE kept.day >= CAST(:since AS date) AND kept.day <= CAST(:until AS date)
        AND (CAST(:sources AS integer[]) IS NULL OR kept.source_id = ANY(CAST(:sources AS integer[])))
        AND NOT EXISTS (SELECT FROM graded WHERE graded.source_id = kept.source_id AND graded.day = kept.day)
    RETURNING kept.source_id, kept.day, kept.grade
), differences AS MATERIALIZED (
    SELECT graded.*, same.grade AS grade_before, same.expected AS expected_before
    FROM graded
    LEFT JOIN news.source_days AS same ON same.source_id = graded.source_id AND same.day = graded.day
    WHERE (same.articles, same.expected, same.dispersion, same.polls, same.failed, same.grade, same.reason)
        IS DISTINCT FROM
        (graded.articles, graded.expected, graded.dispersion, graded.polls, graded.failed, graded.grade, graded.reason)
), turned AS (
    SELECT source_id, day, CASE grade WHEN 'ok' THEN 1 ELSE -1 END AS way
    FROM differences
    WHERE (grade = 'ok') <> (grade_before IS NOT DISTINCT FROM 'ok')
    UNION ALL
    SELECT source_id, day, -1 FROM gone WHERE grade = 'ok'
), noted AS (
    INSERT INTO news.cube_changes (
        taxonomy_id, about, about_id, day, source_id, language, articles, comparable, origins_before, origins
    )
    SELECT
        cube.taxonomy_id, cube.about, cube.about_id, cube.day, cube.source_id, cube.language, 0, turned.way * cube.articles,
        '{}', '{}'
    FROM turned
    JOIN news.cube ON cube.day = turned.day AND cube.source_id = turned.source_id
    WHERE CAST(:noted AS boolean)
        AND cube.taxonomy_id IN (SELECT 0 UNION ALL SELECT id FROM news.taxonomies WHERE is_current)
), written AS (
    INSERT INTO news.source_days AS kept (source_id, day, articles, expected, dispersion, polls, failed, grade, reason)
    SELECT source_id, day, articles, expected, dispersion, polls, failed, grade, reason
    FROM differences
    ON CONFLICT (source_id, day) DO UPDATE SET
        articles = excluded.articles, expected = excluded.expected, dispersion = excluded.dispersion,
        polls = excluded.polls, failed = excluded.failed, grade = excluded.grade, reason = excluded.reason, since = news.clock()
)
SELECT day, array_remove(array_agg(CASE WHEN is_regraded THEN source_id END), NULL) AS regraded
FROM (
    SELECT source_id, day, true AS is_regraded FROM gone
    UNION ALL
    SELECT source_id, day, (grade, expected) IS DISTINCT FROM (grade_before, expected_before) FROM differences
) AS changed
GROUP BY day
ORDER BY day
