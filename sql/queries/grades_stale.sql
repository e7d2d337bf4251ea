-- The sources whose grades since a day may be others by now, though none of their articles changed: their polls are counted
-- otherwise, one has answered since, or their feeds are no longer watched, or watched again.
WITH polled AS MATERIALIZED (
    SELECT feeds.source_id, feed_days.day, sum(feed_days.polls)::int AS polls, sum(feed_days.failed)::int AS failed
    FROM news.feeds
    JOIN news.feed_days ON feed_days.feed_id = feeds.id AND feed_days.day >= CAST(:since AS date)
    GROUP BY feeds.source_id, feed_days.day
), watched AS (
    SELECT source_id, CASE WHEN bool_and(watched_until IS NOT NULL) THEN (max(watched_until) AT TIME ZONE 'UTC')::date END AS until
    FROM news.feeds
    GROUP BY source_id
)
SELECT DISTINCT kept.source_id
FROM news.source_days AS kept
LEFT JOIN polled USING (source_id, day)
LEFT JOIN watched USING (source_id)
WHERE kept.day >= CAST(:since AS date)
    AND (
        (kept.polls, kept.failed) IS DISTINCT FROM (coalesce(polled.polls, 0), coalesce(polled.failed, 0))
        OR (kept.reason = 'no longer watched') IS DISTINCT FROM coalesce(kept.day >= watched.until, false)
        OR (
            kept.reason = 'no poll of its feeds worked'
            AND EXISTS (
                SELECT FROM polled AS later
                WHERE later.source_id = kept.source_id AND later.day BETWEEN kept.day AND kept.day + 7
                    AND later.polls > later.failed
            )
        )
    )
