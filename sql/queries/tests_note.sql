-- Notes that these days have been tested just now, with the taxonomy in use.
INSERT INTO news.tested_days (day, taxonomy_id)
SELECT tested.day, versions.taxonomy_id
FROM unnest(CAST(:days AS date[])) AS tested (day)
CROSS JOIN (SELECT trends.version() AS taxonomy_id) AS versions
WHERE versions.taxonomy_id IS NOT NULL
ON CONFLICT (day) DO UPDATE SET taxonomy_id = excluded.taxonomy_id, since = excluded.since
