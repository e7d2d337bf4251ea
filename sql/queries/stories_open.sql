-- The stories named, and those that run within a span of time, the latest first: one row a story with its features.
SELECT id, started_at, last_at, members, features
FROM news.stories
WHERE id = ANY(CAST(:ids AS bigint[]))
    OR (last_at >= CAST(:since AS timestamptz) AND started_at <= CAST(:until AS timestamptz))
ORDER BY id = ANY(CAST(:ids AS bigint[])) DESC, last_at DESC, id
LIMIT :limit
