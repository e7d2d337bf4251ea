-- What each watched source brought by whole UTC day, in the eight weeks up to the day of its last new article: one row a
-- source, its days as an object. Days on which all its polls failed are left out.
WITH last AS (
    SELECT
        source_id,
        max(last_new_at) AS last_new_at,
        bool_and(failures > 0) AS failing,
        min(watched_since) AS watched_since
    FROM news.feeds
    WHERE watched_until IS NULL
    GROUP BY source_id
), heard AS (
    SELECT feeds.source_id, feed_days.day, sum(feed_days.new)::int AS new
    FROM news.feed_days
    JOIN news.feeds ON feeds.id = feed_days.feed_id
    JOIN last ON last.source_id = feeds.source_id
    WHERE feed_days.day > (last.last_new_at AT TIME ZONE 'UTC')::date - CAST(:memory AS int)
        AND feed_days.day <= (last.last_new_at AT TIME ZONE 'UTC')::date
        AND feed_days.day < (CAST(:now AS timestamptz) AT TIME ZONE 'UTC')::date
        AND feed_days.day > (last.watched_since AT TIME ZONE 'UTC')::date -- the first look is all new and tells nothing
    GROUP BY feeds.source_id, feed_days.day
    HAVING sum(feed_days.polls) > sum(feed_days.failed)
)
SELECT
    last.source_id,
    sources.slug AS source,
    last.last_new_at,
    last.failing,
    coalesce(json_object_agg(heard.day, heard.new) FILTER (WHERE heard.day IS NOT NULL), '{}') AS days
FROM last
JOIN news.sources ON sources.id = last.source_id
LEFT JOIN heard ON heard.source_id = last.source_id
GROUP BY last.source_id, sources.slug, last.last_new_at, last.failing
ORDER BY sources.slug
