-- Every watched feed with its state and how many stored articles it listed first.
SELECT
    sources.slug AS source, feeds.url, feeds.state, feeds.interval_minutes, feeds.failures, feeds.last_polled_at,
    feeds.last_new_at, feeds.next_poll_at, feeds.last_error, feeds.advice,
    (SELECT count(*) FROM news.articles WHERE articles.feed_id = feeds.id AND articles.state = 'stored') AS articles
FROM news.feeds
JOIN news.sources ON sources.id = feeds.source_id
WHERE feeds.watched_until IS NULL
ORDER BY sources.slug, feeds.url
