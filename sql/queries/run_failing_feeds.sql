-- Feeds whose poll failed in a run, the most persistent first.
SELECT sources.slug AS source, feeds.url, coalesce(feeds.last_error, polls.reason) AS reason, feeds.failures
FROM news.polls
JOIN news.feeds ON feeds.id = polls.feed_id
JOIN news.sources ON sources.id = feeds.source_id
WHERE polls.run_id = :run AND polls.outcome = 'failed'
ORDER BY feeds.failures DESC, feeds.url
