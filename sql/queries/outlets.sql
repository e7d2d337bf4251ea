-- What is known of the addresses of each source: one row a source with its homepage and watched feeds, as listed first.
SELECT
    sources.id, sources.slug, sources.name, sources.homepage, sources.language,
    coalesce(array_agg(feeds.url ORDER BY feeds.id) FILTER (WHERE feeds.watched_until IS NULL), '{}') AS feeds
FROM news.sources
LEFT JOIN news.feeds ON feeds.source_id = sources.id
GROUP BY sources.id
ORDER BY sources.id
