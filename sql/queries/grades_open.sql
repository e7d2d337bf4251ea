-- The sources of which days of long ago may be graded otherwise by now, though none of their articles changed: no day of theirs
-- is graded yet, or they were no longer watched on days since a given one, and are again.
WITH watched AS (
    SELECT source_id, bool_or(watched_until IS NULL) AS is_watched
    FROM news.feeds
    WHERE watched_until IS DISTINCT FROM watched_since  -- else a back-fill has read it, and nobody watched it
    GROUP BY source_id
)
SELECT source_id
FROM watched
WHERE NOT EXISTS (SELECT FROM news.source_days AS kept WHERE kept.source_id = watched.source_id)
    OR watched.is_watched AND EXISTS (
        SELECT FROM news.source_days AS kept
        WHERE kept.source_id = watched.source_id AND kept.day >= CAST(:since AS date) AND kept.reason = 'no longer watched'
    )
