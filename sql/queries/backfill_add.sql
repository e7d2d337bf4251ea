-- Puts sitemaps into a back-fill's walk, in the order given; those with a reason are skipped. Known ones stay as they are.
INSERT INTO news.backfill_sitemaps (backfill_id, url, depth, state, reason)
SELECT :backfill, found.url, :depth, CASE WHEN found.reason = '' THEN 'waiting' ELSE 'skipped' END, found.reason
FROM unnest(CAST(:urls AS text[]), CAST(:reasons AS text[])) WITH ORDINALITY AS found (url, reason, place)
ORDER BY found.place
ON CONFLICT (backfill_id, url) DO NOTHING
