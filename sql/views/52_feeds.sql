-- Grain: one row a feed.
-- Reads: news.feeds, news.sources, news.feed_days. Read by: analysts, `wirewatch feeds list`.
CREATE VIEW ops.feeds AS
SELECT
    feeds.id AS feed_id,
    sources.slug AS source,
    sources.name AS source_name,
    feeds.url,
    feeds.watched_until IS NULL AS watched,
    feeds.state,
    feeds.failures,
    feeds.interval_minutes,
    feeds.next_poll_at,
    feeds.last_polled_at,
    feeds.last_ok_at,
    feeds.last_new_at,
    feeds.last_error,
    feeds.advice,
    feeds.moved_to,
    feeds.address,
    feeds.title,
    feeds.format,
    coalesce(week.polls, 0) AS polls_7d,
    coalesce(week.failed, 0) AS failed_7d,
    coalesce(week.listed, 0) AS listed_7d,
    coalesce(week.new, 0) AS new_7d,
    feeds.watched_since,
    feeds.watched_until
FROM news.feeds
JOIN news.sources ON sources.id = feeds.source_id
LEFT JOIN LATERAL (
    SELECT sum(polls) AS polls, sum(failed) AS failed, sum(listed) AS listed, sum(new) AS new
    FROM news.feed_days
    WHERE feed_days.feed_id = feeds.id AND feed_days.day > (now() AT TIME ZONE 'UTC')::date - 7
) AS week ON true
-- A sitemap that a back-fill alone has read was never watched.
WHERE feeds.watched_until IS DISTINCT FROM feeds.watched_since;

COMMENT ON VIEW ops.feeds IS 'How each feed is doing. One row a feed, those no longer watched included.';
COMMENT ON COLUMN ops.feeds.feed_id IS 'Key into ops.funnel.';
COMMENT ON COLUMN ops.feeds.source IS 'Slug of its source.';
COMMENT ON COLUMN ops.feeds.source_name IS 'Name of its source.';
COMMENT ON COLUMN ops.feeds.url IS 'The address polled.';
COMMENT ON COLUMN ops.feeds.watched IS 'Whether feeds.toml names it now.';
COMMENT ON COLUMN ops.feeds.state IS 'new, ok, unchanged, empty, undated, moved, blocked, gone, broken or parked.';
COMMENT ON COLUMN ops.feeds.failures IS 'How badly the last polls failed; 0: not at all.';
COMMENT ON COLUMN ops.feeds.interval_minutes IS 'Time between two polls at present.';
COMMENT ON COLUMN ops.feeds.next_poll_at IS 'When it is polled next.';
COMMENT ON COLUMN ops.feeds.last_polled_at IS 'When it was last polled.';
COMMENT ON COLUMN ops.feeds.last_ok_at IS 'When a poll last worked.';
COMMENT ON COLUMN ops.feeds.last_new_at IS 'When it last listed something new.';
COMMENT ON COLUMN ops.feeds.last_error IS 'What went wrong the last time, if it did.';
COMMENT ON COLUMN ops.feeds.advice IS 'What a person can do about its state; null: nothing.';
COMMENT ON COLUMN ops.feeds.moved_to IS 'Where its last polls were sent for good; not believed yet.';
COMMENT ON COLUMN ops.feeds.address IS 'Where it is asked since a permanent redirect has held; null: at url.';
COMMENT ON COLUMN ops.feeds.title IS 'What the feed calls itself.';
COMMENT ON COLUMN ops.feeds.format IS 'rss, atom, rdf, json, sitemap-news.';
COMMENT ON COLUMN ops.feeds.polls_7d IS 'Polls in the last seven days.';
COMMENT ON COLUMN ops.feeds.failed_7d IS 'Those that failed.';
COMMENT ON COLUMN ops.feeds.listed_7d IS 'Items listed in them, old and new.';
COMMENT ON COLUMN ops.feeds.new_7d IS 'Articles first seen in them.';
COMMENT ON COLUMN ops.feeds.watched_since IS 'Since when it is watched; before that its silence means nothing.';
COMMENT ON COLUMN ops.feeds.watched_until IS 'When it left feeds.toml; null while it is watched.';
