-- Notes that a feed lists these articles now. A standing sighting is written again only after six hours: a feed polled
-- every fifteen minutes would otherwise rewrite its whole list each time.
INSERT INTO news.sightings (feed_id, article_id, first_seen_at, last_seen_at)
SELECT DISTINCT CAST(:feed AS int), addresses.article_id, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
FROM news.addresses
WHERE addresses.url_key = ANY(CAST(:keys AS bytea[]))
ON CONFLICT (feed_id, article_id) DO UPDATE SET last_seen_at = excluded.last_seen_at
WHERE sightings.last_seen_at < excluded.last_seen_at - interval '6 hours'
