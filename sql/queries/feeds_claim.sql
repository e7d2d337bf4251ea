-- Claims the watched feeds whose time has come: one row a feed, as extractors.records.Feed names its fields.
WITH due AS (
    SELECT id FROM news.feeds
    WHERE watched_until IS NULL AND claimed_by IS NULL AND (:everything OR next_poll_at <= :now)
    ORDER BY next_poll_at
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE news.feeds SET claimed_by = :run
FROM due, news.sources
WHERE feeds.id = due.id AND sources.id = feeds.source_id
RETURNING
    feeds.id, feeds.source_id, feeds.url, sources.language, feeds.etag, feeds.last_modified, feeds.body_hash,
    feeds.failures, feeds.interval_minutes, feeds.state, feeds.last_new_at, feeds.wish_minutes, feeds.not_modified,
    feeds.last_whole_at, feeds.plain_until, feeds.address, feeds.moved_to, feeds.moved_polls, feeds.moved_since
