-- Makes hosts known that are not yet.
INSERT INTO news.hosts (host, free_at)
SELECT DISTINCT host, clock_timestamp() FROM unnest(CAST(:hosts AS text[])) AS met (host)
ORDER BY host
ON CONFLICT DO NOTHING
