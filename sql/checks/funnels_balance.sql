-- Finished runs whose URLs do not all have exactly one outcome. Returns both sides of the sum.
SELECT run_id, listed, carried, ended
FROM ops.runs
WHERE state = 'ok' AND flow IN ('ingest', 'backfill') AND NOT balanced AND feeds > 0
