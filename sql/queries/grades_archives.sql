-- The sources that are watched since lately, and from which day on: what was listed until then is their archive.
SELECT source_id, (min(watched_since) AT TIME ZONE 'UTC')::date + 1 AS watched_from
FROM news.feeds
WHERE watched_until IS DISTINCT FROM watched_since
GROUP BY source_id
HAVING (min(watched_since) AT TIME ZONE 'UTC')::date + 1 >= CAST(:since AS date)
