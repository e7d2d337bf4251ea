-- Watched feeds that fail, or that answer and bring nothing new for far longer than the gaps they used to have.
WITH rhythm AS (
    SELECT feed_id, count(*) FILTER (WHERE new > 0) AS days_with_new, min(day) AS first_day
    FROM news.feed_days
    WHERE day >= CAST(:now AS date) - 90
    GROUP BY feed_id
), judged AS (
    SELECT
        feeds.id AS feed_id, sources.slug AS source, feeds.url, feeds.state, feeds.last_error, feeds.last_ok_at,
        feeds.last_new_at, feeds.failures,
        rhythm.days_with_new >= 3
            AND feeds.failures = 0
            AND feeds.last_new_at < CAST(:now AS timestamptz) - greatest(
                CAST(:least AS interval),
                :times * interval '1 day' * (feeds.last_new_at::date - rhythm.first_day + 1) / rhythm.days_with_new
            ) AS silent
    FROM news.feeds
    JOIN news.sources ON sources.id = feeds.source_id
    LEFT JOIN rhythm ON rhythm.feed_id = feeds.id
    WHERE feeds.watched_until IS NULL
)
SELECT
    feed_id, source, url, state,
    CASE WHEN failures > 0 THEN coalesce(last_error, 'broken') ELSE 'answers, but brings nothing new' END AS why,
    CASE WHEN failures > 0 THEN last_ok_at ELSE last_new_at END AS since,
    coalesce(silent, false) AS silent
FROM judged
WHERE silent OR failures > 0
ORDER BY since NULLS FIRST, url
