-- The time from publication to first sight by source, over four weeks: one row a source. Articles that were listed when
-- their feed was first looked at, and those dated by the day or the full hour, tell nothing.
SELECT
    articles.source_id,
    count(*) AS articles,
    count(*) FILTER (WHERE published_at > first_seen_at + CAST(:ahead AS interval)) AS ahead,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY first_seen_at - published_at) AS median,
    percentile_cont(0.05) WITHIN GROUP (ORDER BY first_seen_at - published_at) AS shortest,
    interval '1 minute' * min(feeds.interval_minutes) AS usual
FROM news.articles
JOIN news.feeds ON feeds.id = articles.feed_id
WHERE first_seen_at >= CAST(:now AS timestamptz) - interval '28 days'
    AND first_seen_at < :now
    AND first_seen_at > feeds.watched_since + interval '1 day'
    AND articles.state = 'stored'
    AND published_from IN ('page', 'feed', 'sitemap')
    AND extract(minute FROM published_at) + extract(second FROM published_at) > 0
GROUP BY articles.source_id
