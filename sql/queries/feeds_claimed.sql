-- Feeds a run has claimed and not polled yet: one row a feed, as extractors.records.Feed names its fields.
SELECT
    feeds.id, feeds.source_id, feeds.url, sources.language, feeds.etag, feeds.last_modified, feeds.body_hash,
    feeds.failures, feeds.interval_minutes, feeds.state, feeds.last_new_at, feeds.wish_minutes, feeds.not_modified,
    feeds.last_whole_at, feeds.plain_until, feeds.address, feeds.moved_to, feeds.moved_polls, feeds.moved_since
FROM news.feeds
JOIN news.sources ON sources.id = feeds.source_id
WHERE feeds.id = ANY(CAST(:ids AS int[])) AND feeds.claimed_by = :run
ORDER BY feeds.id
