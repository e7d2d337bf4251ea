-- Where each URL of a run ended: feed, outcome, reason, urls. The same rule as ops.funnel, for one run.
SELECT funnel.feed_id, sources.slug AS source, feeds.url, funnel.outcome, funnel.reason, funnel.urls
FROM ops.funnel
JOIN news.feeds ON feeds.id = funnel.feed_id
JOIN news.sources ON sources.id = feeds.source_id
WHERE funnel.run_id = :run
ORDER BY sources.slug, feeds.url, funnel.outcome, funnel.reason
