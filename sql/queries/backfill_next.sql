-- The sitemap a back-fill reads next: of those tried least often the deepest, so that an index is done before the next.
SELECT url, depth, tries
FROM news.backfill_sitemaps
WHERE backfill_id = :backfill AND state = 'waiting'
ORDER BY tries, depth DESC, place
LIMIT 1
